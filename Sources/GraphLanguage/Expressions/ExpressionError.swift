public import GraphDiagnostics

/// Why an expression has no value.
///
/// It names paths, operators and types, never values.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One lower-case phrase.
  public let message: String

  /// The bytes of the expression's source text that it is about.
  public let range: ByteRange

  /// Creates an error.
  public init(_ message: String, at range: ByteRange) {
    self.message = message
    self.range = range
  }

  /// The message.
  public var description: String { message }
}
