extension LanguageServer {
  /// The text of an open file as the server knows it.
  package func text(uri: String) -> String? {
    workspace.document(uri: uri).map { String(decoding: $0.lines.bytes, as: UTF8.self) }
  }
}
