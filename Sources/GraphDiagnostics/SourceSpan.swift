/// A place in a file as people read it.
public struct SourceLocation: Sendable, Hashable {
  /// The line, counted from 1.
  public let line: Int

  /// The column in Unicode scalars, counted from 1.
  public let column: Int

  /// Creates a location.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// A half-open range of UTF-8 byte offsets in a file.
public struct ByteRange: Sendable, Hashable {
  /// The offset of the first byte.
  public let lowerBound: Int

  /// The offset after the last byte.
  public let upperBound: Int

  /// Creates a range; an upper bound below the lower one gives an empty range.
  public init(_ lowerBound: Int, _ upperBound: Int) {
    self.lowerBound = lowerBound
    self.upperBound = max(lowerBound, upperBound)
  }

  /// The number of bytes.
  public var count: Int { upperBound - lowerBound }

  /// The range of `inner`, whose offsets are relative to the start of this one.
  public func subrange(_ inner: ByteRange) -> ByteRange {
    ByteRange(lowerBound + inner.lowerBound, lowerBound + inner.upperBound)
  }
}

/// A range of bytes together with the file it is in.
public struct SourceSpan: Sendable {
  /// The file.
  public let file: SourceFile

  /// The bytes.
  public let range: ByteRange

  /// Creates a span.
  public init(_ file: SourceFile, _ range: ByteRange) {
    self.file = file
    self.range = range
  }

  /// The line and column of the first byte.
  public var start: SourceLocation { file.location(at: range.lowerBound) }

  /// The line and column after the last byte.
  public var end: SourceLocation { file.location(at: range.upperBound) }

  /// The text that the span covers.
  public var text: String { file.text(in: range) }

  /// Whether another span lies in this one.
  func contains(_ other: SourceSpan) -> Bool {
    file === other.file && range.lowerBound <= other.range.lowerBound && other.range.upperBound <= range.upperBound
  }
}

extension SourceSpan: Hashable {
  /// Spans are equal when they cover the same bytes of the same file object.
  public static func == (left: Self, right: Self) -> Bool {
    left.file === right.file && left.range == right.range
  }

  /// Hashes the identity of the file and the range.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(file))
    hasher.combine(range)
  }
}

/// A value together with the place it was written at.
public struct Located<Wrapped> {
  /// The value.
  public var value: Wrapped

  /// Where it was written.
  public var span: SourceSpan

  /// Creates a located value.
  public init(_ value: Wrapped, at span: SourceSpan) {
    self.value = value
    self.span = span
  }

  /// The result of transforming the value, at the same place.
  public func map<Result>(_ transform: (Wrapped) throws -> Result) rethrows -> Located<Result> {
    Located<Result>(try transform(value), at: span)
  }
}

extension Located: Sendable where Wrapped: Sendable {}
extension Located: Equatable where Wrapped: Equatable {}
extension Located: Hashable where Wrapped: Hashable {}
