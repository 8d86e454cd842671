internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Nodes that ask models: prompts, routes, candidates, conversations.
  static let modelNodes: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0120", .error, "node '…' needs 'prompt', or 'user' with the question itself",
      title: "",
      meaning: "",
      remedy: "Name a prompt file, or write the question in the node.",
      noExample: ""),
    DiagnosticEntry(
      "GR0121", .error, "a node has either 'prompt' or its own 'system' and 'user', not both",
      title: "",
      meaning: "",
      remedy: "Delete one of the two.",
      noExample: ""),
    DiagnosticEntry(
      "GR0122", .error, "router '…' has no routes",
      title: "",
      meaning: "",
      remedy: "List the routes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0123", .error, "the schema '…' has no field '…'",
      title: "",
      meaning: "",
      remedy: "Name a field of the prompt's schema.",
      noExample: ""),
    DiagnosticEntry(
      "GR0124", .error,
      """
      the answer is text and has no field '…'; give the prompt a schema, or the node 'parse_json: true'
      """,
      title: "",
      meaning: "",
      remedy: "Do one of the two, or delete `route_field`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0125", .error, "router '…' needs 'route_field'",
      title: "",
      meaning: "",
      remedy: "Say which field of the schema holds the route.",
      noExample: ""),
    DiagnosticEntry(
      "GR0126", .error, "there is no provider '…'",
      title: "",
      meaning: "",
      remedy: "Take the name that is offered; see [models](models.md#providers).",
      noExample: ""),
    DiagnosticEntry(
      "GR0127", .error, "reducer '…' works on …, and '…' is '…'",
      title: "",
      meaning: "",
      remedy: "Choose another reducer, or declare the type it works on.",
      noExample: ""),
    DiagnosticEntry(
      "GR0128", .error, "models of '…' cannot be told how many tokens to think with",
      title: "",
      meaning: "",
      remedy: "Delete `thinking_budget`, or take a provider that can; see [models](models.md#thinking).",
      noExample: ""),
    DiagnosticEntry(
      "GR0129", .error, "node '…' needs two candidates at least, and has …",
      title: "",
      meaning: "",
      remedy: "List more models, or make it an `llm` node.",
      noExample: ""),
    DiagnosticEntry(
      "GR0130", .error, "a candidate needs 'provider' or 'model'",
      title: "",
      meaning: "",
      remedy: "Say which model is meant.",
      noExample: ""),
    DiagnosticEntry(
      "GR0131", .warning, "this candidate is listed twice",
      title: "",
      meaning: "",
      remedy: "Delete it, or name another model.",
      noExample: ""),
    DiagnosticEntry(
      "GR0132", .warning, "agent '…' has no tools and so is an 'llm' node",
      title: "",
      meaning: "",
      remedy: "List its tools, or make it an `llm` node.",
      noExample: ""),
    DiagnosticEntry(
      "GR0133", .warning, "tool '…' is listed twice",
      title: "",
      meaning: "",
      remedy: "Delete one of the two.",
      noExample: ""),
    DiagnosticEntry(
      "GR0134", .error, "'…' has no effect beside 'candidates'; each candidate has its own",
      title: "",
      meaning: "",
      remedy: "Move it into the candidates.",
      noExample: ""),
    DiagnosticEntry(
      "GR0135", .error, "'…' holds the conversation and cannot hold the result as well",
      title: "",
      meaning: "",
      remedy: "Give the result another `state_key`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0136", .error, "'…' is written by the node already and cannot hold the results of tools as well",
      title: "",
      meaning: "",
      remedy: "Choose another `tool_results_key`.",
      noExample: ""),
  ]
}
