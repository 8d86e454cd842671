public import GraphDiagnostics

/// The text of a template and the way its bytes map to the file they were written in.
///
/// The text of a YAML block scalar is not the bytes of the file: indentation
/// and escapes are gone. So a template only knows offsets into its own text, and
/// the owner of the file says where they are.
public struct TemplateSource: Sendable {
  /// The text of the template.
  public let text: String

  private let place: @Sendable (ByteRange) -> SourceSpan

  /// Creates a source whose text is a file of its own.
  public init(_ text: String, path: String = "<template>") {
    // A file drops a leading byte-order mark; offsets count from behind it.
    let file = SourceFile(path: path, text: text)
    self.init(String(decoding: file.bytes, as: UTF8.self)) { SourceSpan(file, $0) }
  }

  /// Creates a source that is a verbatim part of a file.
  public init(_ span: SourceSpan) {
    self.init(span.text) { SourceSpan(span.file, span.range.subrange($0)) }
  }

  /// Creates a source from text and a function from byte ranges of that text to places in a file.
  public init(_ text: String, place: @escaping @Sendable (ByteRange) -> SourceSpan) {
    self.text = text
    self.place = place
  }

  /// The place of a range of UTF-8 byte offsets into the text.
  public func span(_ range: ByteRange) -> SourceSpan { place(range) }
}
