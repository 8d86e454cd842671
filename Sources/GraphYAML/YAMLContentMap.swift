public import GraphDiagnostics

/// Where each byte of a scalar's content stands in the source.
///
/// Content and source differ by quotes, escapes, indentation and folded lines.
/// A byte that was written as something else (an escape, a folded line break)
/// stands where all of that is written.
public struct YAMLContentMap: Sendable {
  private let file: SourceFile
  private let pieces: [YAMLContentPiece]
  private let contentCount: Int
  /// Where content that would follow the last byte would stand.
  private let end: Int
  private let rewriting: YAMLRewriting?

  /// Reads a scalar again, from the place it is written at.
  init(of scalar: YAMLScalar, at definition: SourceSpan, rewriting: YAMLRewriting? = nil) {
    self.rewriting = rewriting
    file = definition.file
    contentCount = scalar.text.utf8.count
    var scanner = YAMLContentScanner(file.bytes, definition.range)
    switch scalar.style {
    case .plain: scanner.scanFlow(.plain)
    case .singleQuoted: scanner.scanFlow(.singleQuoted)
    case .doubleQuoted: scanner.scanFlow(.doubleQuoted)
    case .literal: scanner.scanBlock(scalar.text, isFolded: false)
    case .folded: scanner.scanBlock(scalar.text, isFolded: true)
    }
    pieces = scanner.pieces
    end = pieces.last?.source.upperBound ?? scanner.contentStart
  }

  /// Where a range of UTF-8 bytes of the content stands; offsets beyond the content are its end.
  ///
  /// - Complexity: O(log pieces), where a piece is a run of bytes that content and source share.
  public func span(of range: ByteRange) -> SourceSpan {
    let range = rewriting?.originalRange(of: range) ?? range
    let lower = min(max(0, range.lowerBound), contentCount)
    let upper = min(max(lower, range.upperBound), contentCount)
    let start = source(of: lower).lowerBound
    return SourceSpan(file, ByteRange(start, lower == upper ? start : source(of: upper - 1).upperBound))
  }

  /// The source of one byte of the content.
  private func source(of offset: Int) -> ByteRange {
    guard offset < contentCount else { return ByteRange(end, end) }
    var low = 0
    var high = pieces.count
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].contentEnd <= offset { low = middle + 1 } else { high = middle }
    }
    guard low < pieces.count else { return ByteRange(end, end) }
    let piece = pieces[low]
    guard piece.isVerbatim else { return piece.source }
    let start = piece.source.lowerBound + offset - piece.contentStart
    return ByteRange(start, start + 1)
  }
}

/// A run of content bytes and where it comes from.
struct YAMLContentPiece {
  let contentStart: Int
  var contentEnd: Int
  var source: ByteRange
  /// Whether content and source are the same bytes; otherwise each byte comes from all of the source.
  let isVerbatim: Bool
}
