internal import GraphLanguage

/// The code that a text ends in: an expression in braces, or a tag of a template.
struct CodeAround {
  /// What stands behind the last brace that is open, in a text in which braces hold expressions.
  let expression: String?

  /// What stands behind the last `{{` or `{%` that is open, in a template.
  let jinja: String?

  /// Whether that is a statement, `{%`.
  let isStatement: Bool

  init(_ text: String) {
    var expression: Int?
    var tag: Int?
    var isStatement = false
    let bytes = Array(text.utf8)
    var depth = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      if tag == nil, byte == UInt8(ascii: "{"), next == UInt8(ascii: "{") || next == UInt8(ascii: "%") {
        (tag, isStatement) = (index + 2, next == UInt8(ascii: "%"))
      } else if tag != nil, next == UInt8(ascii: "}"), byte == UInt8(ascii: isStatement ? "%" : "}") {
        tag = nil
      }
      if byte == UInt8(ascii: "{") {
        if depth == 0 { expression = index + 1 }
        depth += 1
      } else if byte == UInt8(ascii: "}"), depth > 0 {
        depth -= 1
        if depth == 0 { expression = nil }
      }
      index += 1
    }
    self.expression = expression.map { String(decoding: bytes[$0...], as: UTF8.self) }
    jinja = tag.map { $0 <= bytes.count ? String(decoding: bytes[min($0, bytes.count)...], as: UTF8.self) : "" }
    self.isStatement = isStatement
  }
}

/// The path that a text ends in, as far as it is written.
struct PathBefore {
  /// The steps before the last dot; nil where the text ends in no dot and no word behind one.
  private(set) var steps: [StatePath.Component]?

  /// Whether the last word stands behind `|`.
  private(set) var isFilter = false

  /// Whether the last word stands behind `is`.
  private(set) var isTest = false

  /// Whether the text ends inside of quotes.
  private(set) var isInText = false

  init(_ text: String) {
    var quote: Character?
    for character in text {
      if let current = quote {
        if character == current { quote = nil }
      } else if character == "'" || character == "\"" {
        quote = character
      }
    }
    isInText = quote != nil
    guard !isInText else { return }
    let written = text.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let rest = text.dropLast(written.count)
    let trimmed = rest.reversed().drop { $0 == " " }
    isFilter = trimmed.first == "|"
    let words = rest.split(separator: " ")
    let isNegated = words.last == "not" && words.dropLast().last == "is"
    isTest = rest.last == " " && (words.last == "is" || isNegated)
    guard rest.last == "." else { return }
    steps = Self.steps(rest.dropLast())
  }

  /// The steps that a text ends in, such as `a.b[0]`.
  private static func steps(_ text: Substring) -> [StatePath.Component]? {
    var steps: [StatePath.Component] = []
    var rest = text
    while true {
      if rest.last == "]", let open = rest.lastIndex(of: "[") {
        let inside = rest[rest.index(after: open)...].dropLast()
        if let number = Int(inside) {
          steps.insert(.index(number), at: 0)
        } else {
          steps.insert(.key(inside.filter { $0 != "'" && $0 != "\"" }), at: 0)
        }
        rest = rest[..<open]
        continue
      }
      let word = String(rest.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed())
      guard !word.isEmpty else { return nil }
      steps.insert(.key(word), at: 0)
      rest = rest.dropLast(word.count)
      guard rest.last == "." else { return steps }
      rest = rest.dropLast()
    }
  }
}

extension UInt8 {
  var isLetterOrDigit: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
