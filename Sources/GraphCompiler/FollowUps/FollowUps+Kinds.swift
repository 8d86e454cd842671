internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

extension Diagnostic {
  /// The number of its code.
  var number: Int { Int(code.id.dropFirst(2)) ?? 0 }

  /// Whether the part that it is in cannot be relied on.
  var breaksItsPart: Bool {
    guard severity == .error else { return false }
    return number < 200 || (240..<300).contains(number) || (500..<700).contains(number)
  }

  /// Whether it is about a text with placeholders or a template.
  var isAboutText: Bool { number == 227 || (600..<700).contains(number) }

  /// What a missing variable belongs to: the prompt that a message names, or the place in a prompt.
  ///
  /// State keys, nodes and tools belong to the graph.
  var owner: Diagnostic? {
    switch number {
    case 230: Diagnostic(DiagnosticMessage(code.id, ""), at: span)
    case 231: Diagnostic(message, at: nil)
    default: nil
    }
  }

  /// What kind of thing is missing.
  var absenceKind: String? {
    switch number {
    case 201: "node"
    case 220, 221, 423: "key"
    case 230, 231: "variable"
    case 250: "tool"
    case 616: "prompt"
    default: nil
    }
  }
}

extension SourceFile {
  /// Whether a text of a graph, as that of a prompt's name or a path, names this file.
  func isNamed(_ text: String) -> Bool {
    !text.isEmpty && [text, text + ".yaml", text + ".yml"].contains { path == $0 || path.hasSuffix("/" + $0) }
  }
}

extension FileParts.Part {
  /// The names of a pipeline's items, which its nodes and keys are named after.
  var itemNames: [String] {
    guard value.mapping?["stages"] != nil else { return [] }
    return (value.mapping?["items"]?.value.sequence ?? []).compactMap { item in
      item.scalar?.text ?? item.mapping?["name"]?.value.scalar?.text
    }
  }
}
