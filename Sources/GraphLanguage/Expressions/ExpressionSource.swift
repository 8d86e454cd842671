public import GraphDiagnostics
public import GraphYAML

/// The text of an expression or template together with the way from its bytes back to the file.
///
/// YAML quoting, folding and indentation make the text of a scalar differ from
/// the bytes of the file, so offsets of the text are translated on demand.
public struct ExpressionSource: Sendable {
  /// The UTF-8 bytes of the whole text; all offsets count from its start.
  public let bytes: [UInt8]

  /// The part of the text that is read.
  public let range: ByteRange

  private let locate: @Sendable (ByteRange) -> SourceSpan

  /// Creates a source from a text and a function that finds the span of a range of its bytes.
  public init(bytes: [UInt8], range: ByteRange? = nil, locate: @escaping @Sendable (ByteRange) -> SourceSpan) {
    self.bytes = bytes
    self.range = range ?? ByteRange(0, bytes.count)
    self.locate = locate
  }

  /// Creates a source from a plain string, which becomes a file of its own under the given name.
  public init(_ text: String, name: String = "<expression>") {
    let file = SourceFile(path: name, text: text)
    self.init(bytes: file.bytes) { SourceSpan(file, $0) }
  }

  /// Creates a source from a YAML scalar, or from the part of it that `range` selects; nil when the node is no scalar.
  public init?(_ node: YAMLNode, range: ByteRange? = nil) {
    guard let scalar = node.scalar else { return nil }
    let span = node.span
    let map = node.contentMap()
    self.init(bytes: Array(scalar.text.utf8), range: range) { map?.span(of: $0) ?? span }
  }

  /// The text that is read.
  public var text: String { text(in: range) }

  /// The text of a range of bytes.
  public func text(in range: ByteRange) -> String {
    let lower = min(max(0, range.lowerBound), bytes.count)
    return String(decoding: bytes[lower..<max(lower, min(range.upperBound, bytes.count))], as: UTF8.self)
  }

  /// The place of a range of bytes in the file.
  public func span(of range: ByteRange) -> SourceSpan { locate(range) }

  /// The same text, of which only a part is read.
  public func part(_ range: ByteRange) -> ExpressionSource {
    ExpressionSource(bytes: bytes, range: range, locate: locate)
  }
}
