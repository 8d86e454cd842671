internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

extension ServedGraph {
  /// The inputs of a run out of JSON, checked against the graph's state.
  func input(_ values: ValueObject) throws(ServerError) -> ValueObject {
    var input = ValueObject()
    for entry in values {
      guard !entry.value.isNull else { continue }
      let key = try key(entry.key)
      let (value, violations) = key.type.check(entry.value)
      guard violations.isEmpty else { throw wrongType(key, "not \(entry.value.kind)") }
      input[entry.key] = value
    }
    return input
  }

  /// The inputs of a run out of texts, as the query of an address has them.
  func input(texts: [(name: String, value: String)]) throws(ServerError) -> ValueObject {
    var input = ValueObject()
    for (name, text) in texts {
      let key = try key(name)
      guard let value = key.type.coerce(text: text) else { throw wrongType(key, "which the text is not") }
      input[name] = value
    }
    return input
  }

  /// The inputs of a run for one text: it goes to the input that is meant for it.
  func input(chat text: String) throws(ServerError) -> ValueObject {
    [try chatInput(): .string(text)]
  }

  /// The input that a text without a name is meant for: the one that the file says, or the one required text.
  func chatInput() throws(ServerError) -> String {
    if let name = graph.description.chatInput { return name }
    let required = graph.requiredInputs.filter { $0.type.base == .string || $0.type == .any }
    guard required.count != 1 else { return required[0].name }
    let texts = graph.description.inputs.filter { $0.type.base == .string }
    guard required.isEmpty, texts.count == 1 else {
      throw ServerError(
        422, "no_chat_input",
        "graph '\(name)' has no one text input that a message could go to; its file can name one, as in "
          + "'serve: {chat_input: …}'")
    }
    return texts[0].name
  }

  private func key(_ name: String) throws(ServerError) -> GraphDescription.Key {
    if let key = graph.description.keys.first(where: { $0.name == name }) { return key }
    let near = Suggestion.nearest(to: name, among: graph.description.keys.map(\.name))
    let known = graph.description.inputs.map { "'\($0.name)'" }
    let advice =
      near.map { "did you mean '\($0)'?" }
      ?? (known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))")
    throw ServerError(
      422, "unknown_input", "graph '\(self.name)' takes no input '\(name)'; \(advice)", parameter: name)
  }

  private func wrongType(_ key: GraphDescription.Key, _ found: String) -> ServerError {
    ServerError(422, "invalid_input", "the input '\(key.name)' must be \(key.type), \(found)", parameter: key.name)
  }

  /// Finds inputs without which a node could not do its work.
  ///
  /// - Parameter state: What an earlier turn of the thread has left.
  func checkMissing(_ input: ValueObject, known state: ValueObject? = nil) throws(ServerError) {
    let missing = graph.requiredInputs.filter { (input[$0.name] ?? state?[$0.name] ?? .null).isNull }
    guard let first = missing.first else { return }
    let list = missing.map { "'\($0.name)' (\($0.type))" }.joined(separator: ", ")
    throw ServerError(
      422, "missing_input", "graph '\(name)' needs the input\(missing.count == 1 ? "" : "s") \(list)",
      parameter: first.name)
  }
}
