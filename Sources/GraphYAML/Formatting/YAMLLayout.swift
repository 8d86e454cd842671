internal import GraphDiagnostics

/// A comment that has a line of its own, or none yet.
struct YAMLComment {
  /// The text from `#` on, without blanks at its end.
  let text: String
  /// The column of the `#` from 0, or -1 where something stands before it in its line.
  let column: Int
  /// Whether a blank line stands before it.
  var hasBlankBefore: Bool
}

/// A node as it is laid out in its file: with anchors, aliases and styles, which the located tree has resolved.
struct YAMLLayoutNode {
  indirect enum Content {
    case scalar(YAMLLayoutScalar)
    case alias(String)
    case collection(YAMLLayoutCollection)
  }

  /// `&name` and `!tag` as they are written, in the order of the file.
  var properties: [String] = []
  var content: Content

  /// Whether a tag says what it is.
  var isTagged: Bool { properties.contains { $0.hasPrefix("!") } }

  var scalar: YAMLLayoutScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }
}

/// A scalar with what it means and how it is written.
struct YAMLLayoutScalar {
  let text: String
  let style: YAMLScalar.Style
  /// The bytes of the file that it is made of; of a block scalar up to where the next token may begin.
  let source: String
  let span: SourceSpan

  /// Whether nothing at all is written.
  var isAbsent: Bool { style == .plain && source.isEmpty }
  var isBlock: Bool { style == .literal || style == .folded }
}

/// A list or a mapping.
struct YAMLLayoutCollection {
  let isMapping: Bool
  let isFlow: Bool
  /// Whether it is a pair in a flow list, which has no braces of its own.
  var isPair = false
  var entries: [YAMLLayoutEntry] = []
  /// Comments behind the last entry.
  var endComments: [YAMLComment] = []
}

/// An item of a list, or a key with its value.
struct YAMLLayoutEntry {
  /// Comments in the lines before it.
  var leading: [YAMLComment] = []
  /// Whether a blank line stands between those comments, or else what is before, and the entry.
  var hasBlankBefore = false
  /// The key; nil for an item of a list.
  var key: YAMLLayoutNode?
  /// Whether a `:` follows the key.
  var hasColon = true
  /// The comment behind the key's `:` or the item's `-`, in the same line.
  var header: String?
  /// Comments in lines between that and the value.
  var inner: [YAMLComment] = []
  var value: YAMLLayoutNode
  /// The comment behind the value, in the same line.
  var trailing: String?
}

/// A whole file.
struct YAMLLayoutDocument {
  /// Comments before `---`; empty where there is no such line.
  var prologue: [YAMLComment] = []
  var hasMarker = false
  /// The root as if it were an item of a list; nil in a file without a value.
  var root: YAMLLayoutEntry?
  /// Comments behind everything.
  var epilogue: [YAMLComment] = []
}

/// Why a file is left as it is.
struct YAMLLayoutProblem: Error {
  let message: DiagnosticMessage
  let span: SourceSpan
}

extension DiagnosticMessage {
  static let directiveInLayout = Self(
    "GR0030", .error, "a file with '%' directives is not formatted; it is left as it is")

  static let longKeyInLayout = Self(
    "GR0030", .error, "a file in which this is a key is not formatted; it is left as it is")

  static let blankScalarInLayout = Self(
    "GR0030", .error, "a file with a block of text that holds nothing but spaces is not formatted; it is left as it is")

  static let layoutNotKept = Self(
    "GR0030", .error, "the file cannot be formatted without changing what it says; it is left as it is")
}
