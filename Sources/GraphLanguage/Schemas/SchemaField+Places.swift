public import GraphDiagnostics
internal import GraphYAML

extension SchemaField {
  /// Where a constant of the field's enumeration is written, without its quotes; nil where that cannot be told.
  ///
  /// Looked for when something is wrong with it: places of constants are no part of a type.
  ///
  /// - Complexity: O(size of the file).
  public func place(ofConstant text: String) -> SourceSpan? {
    guard name.span.range.count > 0, let root = YAMLParser.parse(name.span.file, diagnostics: DiagnosticEngine()),
      let constants = Self.entry(at: name.span.range, in: root)?.mapping?["enum"]?.value.sequence,
      let constant = constants.first(where: { $0.scalar?.text == text })
    else { return nil }
    return constant.span(ofContent: ByteRange(0, text.utf8.count))
  }

  /// The value of the key that stands at some bytes.
  private static func entry(at key: ByteRange, in node: YAMLNode) -> YAMLNode? {
    for entry in node.mapping?.entries ?? [] {
      if entry.key.span.range == key { return entry.value }
      if let found = self.entry(at: key, in: entry.value) { return found }
    }
    for item in node.sequence ?? [] { if let found = entry(at: key, in: item) { return found } }
    return nil
  }
}
