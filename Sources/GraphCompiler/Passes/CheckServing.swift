internal import GraphDiagnostics
internal import GraphLanguage

/// Checks what a graph file says of being served.
enum CheckServing {
  static func run(_ document: GraphDocument, _ state: ResolveState, _ diagnostics: DiagnosticEngine) {
    guard let key = document.serve?.chatInput, let type = state.types[key.value], type.base != .string, type != .any
    else { return }
    let declared = document.state.first { $0.name.value == key.value }
    diagnostics.report(
      .chatInputIsNoText(key.value, "\(type)"), at: key.span,
      notes: declared.map { [Diagnostic.Note("declared here", at: $0.name.span)] } ?? [])
  }
}

extension DiagnosticMessage {
  fileprivate static func chatInputIsNoText(_ key: String, _ type: String) -> Self {
    Self("GR0831", "'chat_input' takes a text, but '\(key)' is \(type)", bearing: .itself)
  }
}
