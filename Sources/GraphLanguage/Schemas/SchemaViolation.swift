/// One place of a value that is not as its type says.
public struct SchemaViolation: Sendable, Hashable, CustomStringConvertible {
  /// The place as a JSON path, such as `$.items[0].title`; `$` is the whole value.
  public let path: String

  /// What belongs there, such as `int` or `at most 3 items`.
  public let expected: String

  /// What was there, by its kind and never by its value; `nothing` when it was left out.
  public let found: String

  /// Creates a violation.
  public init(path: String, expected: String, found: String) {
    self.path = path
    self.expected = expected
    self.found = found
  }

  /// One phrase, such as `$.score: expected float, found str`.
  public var description: String { "\(path): expected \(expected), found \(found)" }
}
