internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Names of nodes, keys of the state and variables.
  static let references: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0201", .error, "there is no node '…'",
      title: "",
      meaning: "",
      remedy: "Take the name that is offered, or add the node.",
      noExample: ""),
    DiagnosticEntry(
      "GR0202", .error, "no edge can leave END",
      title: "",
      meaning: "",
      remedy: "Delete the edge.",
      noExample: ""),
    DiagnosticEntry(
      "GR0203", .error, "no edge can lead to START",
      title: "",
      meaning: "",
      remedy: "Name the first node instead.",
      noExample: ""),
    DiagnosticEntry(
      "GR0204", .error, "START cannot be waited for together with nodes; give it an edge of its own",
      title: "",
      meaning: "",
      remedy: "Write two edges.",
      noExample: ""),
    DiagnosticEntry(
      "GR0205", .warning, "'…' is named twice in '…'",
      title: "",
      meaning: "",
      remedy: "Delete the repetition.",
      noExample: ""),
    DiagnosticEntry(
      "GR0206", .error, "an edge of type 'conditional' must leave a router, and '…' is none",
      title: "",
      meaning: "",
      remedy: "Delete `type`, or make the node a router.",
      noExample: ""),
    DiagnosticEntry(
      "GR0207", .error, "router '…' has no edge for its routes; add {from: …, to: […], type: conditional}",
      title: "",
      meaning: "",
      remedy: "Add that edge.",
      noExample: ""),
    DiagnosticEntry(
      "GR0208", .error, "… leads to '…', which is no target of the router's edge",
      title: "",
      meaning: "",
      remedy: "Add the node to the edge's `to`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0209", .warning, "no route of router '…' leads to '…'",
      title: "",
      meaning: "",
      remedy: "Add a route, or take the node out of `to`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0210", .error, "router '…' follows its routes, so that this edge is never taken",
      title: "",
      meaning: "",
      remedy: "Delete the edge, or make it `default_route`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0211", .error, "'…' has a loop exit but no entry under 'loop_limits'",
      title: "",
      meaning: "",
      remedy: "Add the limit, or delete the exit.",
      noExample: ""),
    DiagnosticEntry(
      "GR0220", .error, "'…' is no key of the state: it is not declared under 'state', and no node writes it",
      title: "",
      meaning: "",
      remedy: "Declare it, or take the name that is offered.",
      noExample: ""),
    DiagnosticEntry(
      "GR0221", .error, "… uses '…', which is no key of the state and not given under 'variables'",
      title: "",
      meaning: "",
      remedy: "Declare it, or give it under `variables`.",
      noExample: ""),
    DiagnosticEntry(
      "GR0222", .warning, "'…' is no key of the state and is taken as text; quote it",
      title: "",
      meaning: "",
      remedy: "Put the word in quotes.",
      noExample: ""),
    DiagnosticEntry(
      "GR0223", .error, "'…' is kept by the engine, and no node can write it",
      title: "",
      meaning: "",
      remedy: "Write to another key.",
      noExample: ""),
    DiagnosticEntry(
      "GR0230", .error, "… uses '…', which node '…' does not give under 'variables'",
      title: "",
      meaning: "",
      remedy: "Add the variable.",
      noExample: ""),
    DiagnosticEntry(
      "GR0231", .warning, "… does not use the variable '…'",
      title: "",
      meaning: "",
      remedy: "Delete the variable, or use it.",
      noExample: ""),
  ]
}
