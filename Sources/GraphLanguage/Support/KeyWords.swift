/// What other tools for such files call keys that have another name here.
enum KeyWords {
  /// The key that is probably meant by another tool's word, or nil: where one that the word stands for is written as
  /// well, it means something else.
  ///
  /// - Parameters:
  ///   - keys: The keys that may stand there.
  ///   - isWritten: Whether a key stands there.
  static func meant(
    by word: String, among keys: some Sequence<String>, beside isWritten: (String) -> Bool = { _ in false }
  ) -> String? {
    guard let meanings = meanings[word.lowercased()], !meanings.contains(where: isWritten) else { return nil }
    let keys = Set(keys)
    return meanings.first { keys.contains($0) && !(excluding[$0] ?? []).contains(where: isWritten) }
  }

  /// Keys beside which a key cannot stand.
  private static let excluding = [
    "prompt": ["system", "user"], "system": ["prompt"], "user": ["prompt"], "args": ["tool_args"],
  ]

  /// The likeliest meaning first; which of them a mapping knows decides.
  private static let meanings: [String: [String]] = {
    let words: [(String, [String])] = [
      ("type", ["kind", "node_type"]), ("prompt", ["template", "prompt_file", "prompt_name"]), ("user", ["template"]),
      ("state_key", ["output_key", "result_key", "save_as", "output_var"]), ("output", ["set", "assign", "values"]),
      ("variables", ["inputs", "input", "params", "arguments", "context"]),
      ("args", ["arguments", "params", "inputs"]),
      ("parameters", ["params", "arguments", "inputs"]), ("tools", ["functions", "actions"]),
      ("stream", ["streaming", "streamed"]), ("model", ["llm", "model_name", "engine"]),
      ("max_tokens", ["max_length", "max_output_tokens", "token_limit"]), ("temperature", ["temp"]),
      ("over", ["for_each", "foreach", "items", "loop"]), ("collect", ["results", "into"]), ("as", ["item", "each"]),
      ("routes", ["branches", "cases", "paths"]), ("default_route", ["otherwise", "else", "fallback_route"]),
      ("timeout", ["max_time", "time_limit", "deadline"]),
      ("max_iterations", ["max_steps", "max_turns", "iterations"]), ("recursion_limit", ["max_steps", "step_limit"]),
      ("system", ["instructions", "system_prompt", "role"]), ("user", ["human", "question", "query", "message"]),
      ("from", ["source", "start", "src"]), ("to", ["target", "destination", "end", "next", "dst"]),
      ("condition", ["when", "if", "where", "cond", "guard"]), ("default", ["value", "initial"]),
      ("description", ["doc", "desc", "help", "summary", "comment"]), ("reducer", ["merge", "reduce", "combine"]),
      ("schema", ["response_format", "format", "structured_output"]), ("enum", ["choices", "options", "one_of"]),
      ("nodes", ["steps", "tasks", "stages"]), ("edges", ["links", "transitions", "connections", "flow"]),
      ("state", ["variables", "schema"]), ("graph", ["file", "workflow", "subgraph"]),
      ("path", ["file", "module_path"]),
      ("function", ["func", "method", "callable"]), ("command", ["cmd", "shell", "run"]),
      ("allow_hosts", ["hosts", "allowed_hosts"]), ("index", ["documents", "corpus"]),
      ("k", ["top_k", "limit", "count"]),
      ("query", ["question", "search"]), ("message", ["question", "text"]),
      ("resume_key", ["answer_key", "reply_key"]),
    ]
    return words.reduce(into: [:]) { meanings, entry in
      for word in entry.1 { meanings[word, default: []].append(entry.0) }
    }
  }()
}
