internal import GraphDiagnostics

/// A piece of a template: text between tags, a delimiter, or a piece of code inside a tag.
struct TemplateToken {
  enum Kind: Equatable {
    /// Text to print, already freed of what white-space control takes away.
    case text(String)
    /// The same between `{% raw %}` and `{% endraw %}`.
    case raw(String)
    case outputStart
    case outputEnd
    case blockStart
    case blockEnd
    case name(String)
    case string(String)
    case integer(Int)
    case float(Double)
    case symbol(TemplateSymbol)
    /// Something that was reported already; whatever needs it fails silently.
    case invalid
    case end
  }

  let kind: Kind
  let range: ByteRange

  /// How messages name the token.
  var phrase: String {
    switch kind {
    case .text, .raw: "text"
    case .outputStart: "'{{'"
    case .outputEnd: "'}}'"
    case .blockStart: "'{%'"
    case .blockEnd: "'%}'"
    case .name(let name): "'\(name)'"
    case .string: "a string"
    case .integer, .float: "a number"
    case .symbol(let symbol): "'\(symbol.rawValue)'"
    case .invalid: "a mistake"
    case .end: "the end of the template"
    }
  }
}

/// An operator or a punctuation mark.
enum TemplateSymbol: String {
  case plus = "+"
  case minus = "-"
  case star = "*"
  case slash = "/"
  case doubleSlash = "//"
  case percent = "%"
  case power = "**"
  case tilde = "~"
  case openParen = "("
  case closeParen = ")"
  case openBracket = "["
  case closeBracket = "]"
  case openBrace = "{"
  case closeBrace = "}"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessEqual = "<="
  case greater = ">"
  case greaterEqual = ">="
  case assign = "="
  case dot = "."
  case colon = ":"
  case pipe = "|"
  case comma = ","

  /// The bracket that closes this one, if this opens one.
  var closing: TemplateSymbol? {
    switch self {
    case .openParen: .closeParen
    case .openBracket: .closeBracket
    case .openBrace: .closeBrace
    default: nil
    }
  }

  /// Whether this closes a bracket.
  var isClosing: Bool { self == .closeParen || self == .closeBracket || self == .closeBrace }
}
