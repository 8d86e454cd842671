internal import GraphDiagnostics

extension DiagnosticMessage {
  static let tabIndentation = Self("GR0005", .error, "a tab cannot indent a line; use spaces")

  static func unclosed(_ mark: Character) -> Self { Self("GR0006", .error, "this '\(mark)' is never closed") }

  static func quoteOverLines(_ mark: Character) -> Self {
    Self("GR0006", .error, "this '\(mark)' is not closed in its line")
  }

  static func separatorExpected(_ bracket: Character, _ kind: String) -> Self {
    Self("GR0006", .error, "',' or '\(bracket)' expected in this \(kind)")
  }

  static let documentMarkInQuotes = Self("GR0006", .error, "'---' and '...' end a document, but a quote is still open")

  static let colonInValue = Self("GR0007", .error, "a value that holds ': ' must be in quotes")

  static let keyBelowValue = Self(
    "GR0008", .error, "this key is indented below a key that has a value already; check the indentation")

  static let missingColon = Self("GR0008", .error, "a key needs ':' after it")

  static let missingSpace = Self("GR0008", .error, "a ':' needs a space after it to end a key")

  static let quotedKeyOverLines = Self("GR0008", .error, "a key in quotes must end in its line and be followed by ': '")

  static let keyExpected = Self("GR0008", .error, "a key of a mapping is expected here; check the indentation")

  static let dashExpected = Self(
    "GR0008", .error, "'- ' and an item of a list are expected here; check the indentation")

  static let missingDash = Self("GR0008", .error, "'- ' is missing before this item of a list")

  static let afterDocument = Self("GR0008", .error, "nothing can follow the document's value; check the indentation")

  static func textAfter(_ mark: String) -> Self {
    Self("GR0009", .error, "text after \(mark); put the whole value in quotes")
  }

  static func reservedCharacter(_ character: String) -> Self {
    Self("GR0009", .error, "text that begins with '\(character)' must be in quotes")
  }

  static let unexpectedDash = Self(
    "GR0009", .error, "a list cannot begin in the line of its key; put '- ' in the next line")

  static let unexpectedQuestionMark = Self("GR0009", .error, "text that begins with '? ' must be in quotes")

  static let yamlVersion = Self("GR0009", .error, "only YAML 1.1 and 1.2 are understood; leave the '%YAML' line out")

  static let valueExpected = Self("GR0009", .error, "a value is expected here")

  static let blockHeader = Self("GR0009", .error, "text after '|' or '>' begins in the next line")

  static let undefinedTagHandle = Self("GR0017", .error, "the tag's handle is not declared")

  static func unknownEscape(_ escape: String) -> Self {
    Self("GR0010", .error, "'\(escape)' is no escape; in double quotes a backslash is written twice")
  }

  static let brokenEscape = Self("GR0010", .error, "this escape names no Unicode character")

  /// What is left: broken directives, tags and anchors, in libyaml's words.
  static func other(_ problem: String, context: String?) -> Self {
    Self("GR0009", .error, (context.map { "\($0): " } ?? "") + problem)
  }

  static let outOfMemory = Self("GR0027", .error, "not enough memory to read the file")
}
