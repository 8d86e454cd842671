internal import GraphDiagnostics
internal import GraphRuntime

/// A file as it stands in the editor.
struct OpenDocument {
  /// The address by which the client knows it.
  let uri: String

  /// The absolute path without links.
  let path: String

  /// The version that the client counts.
  private(set) var version: Int

  /// The text and where its lines begin.
  private(set) var lines: LinePositions

  /// The text as the compiler reads it.
  private(set) var file: SourceFile

  init(uri: String, path: String, version: Int, text: String, _ encoding: PositionEncoding) {
    self.uri = uri
    self.path = path
    self.version = version
    let bytes = Array(text.utf8)
    lines = LinePositions(bytes, encoding)
    file = SourceFile(path: path, bytes: bytes)
  }

  /// Applies changes one after the other, each of a part or of the whole.
  ///
  /// - Throws: `ResponseError` when one has no text or a range that is none; the document is as before then.
  mutating func apply(_ changes: [Value], version: Int) throws(ResponseError) {
    var bytes = lines.bytes
    var current = lines
    for change in changes {
      guard let text = change["text"]?.string else { throw .invalidParameters("a change has no text") }
      if let range = change["range"], !range.isNull {
        guard let range = current.range(range) else { throw .invalidParameters("a change has no range") }
        bytes.replaceSubrange(range.lowerBound..<range.upperBound, with: text.utf8)
      } else {
        bytes = Array(text.utf8)
      }
      current = LinePositions(bytes, current.encoding)
    }
    lines = current
    file = SourceFile(path: path, bytes: bytes)
    self.version = version
  }
}
