internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import LanguageModels

/// A text in which `{name}` stands for an argument and `${NAME}` for a variable of the environment.
///
/// Braces that are text are written `{{` and `}}`; a brace that begins neither
/// of them is text as well.
struct PlaceholderText: Sendable {
  enum Piece: Sendable {
    case text(String)
    case argument(Located<String>)
    /// A variable, and what stands for it where it is not set.
    case variable(String, fallback: String?)
  }

  let pieces: [Piece]

  /// The text as it is written.
  let written: String

  let span: SourceSpan

  /// Reads a text; nil for what is none.
  init?(_ node: YAMLNode) { self.init(node, true) }

  /// Reads a text in which only variables stand for something, and braces are text; nil for what is none.
  init?(withoutArguments node: YAMLNode) { self.init(node, false) }

  private init?(_ node: YAMLNode, _ takesArguments: Bool) {
    guard let source = ExpressionSource(node) else { return nil }
    span = node.span
    written = source.text
    pieces = Self.parse(source, takesArguments)
  }

  /// The arguments that it names, in order.
  var arguments: [Located<String>] {
    pieces.compactMap { if case .argument(let name) = $0 { name } else { nil } }
  }

  /// The argument that is all of the text, whose value is taken whatever its type.
  var wholeArgument: String? {
    guard pieces.count == 1, case .argument(let name) = pieces[0] else { return nil }
    return name.value
  }

  /// The text.
  ///
  /// - Parameter argument: What stands for an argument.
  /// - Throws: `ToolError` when a variable is not set and has no fallback.
  func render(
    _ environment: Environment, _ argument: (String) throws(ToolError) -> String
  ) throws(ToolError) -> String {
    var text = ""
    for piece in pieces {
      switch piece {
      case .text(let literal): text += literal
      case .argument(let name): text += try argument(name.value)
      case .variable(let name, let fallback): text += try Self.value(of: name, fallback, environment)
      }
    }
    return text
  }

  /// A text without arguments.
  ///
  /// - Throws: `ToolError` when a variable is not set and has no fallback.
  func render(_ environment: Environment) throws(ToolError) -> String {
    try render(environment) { name throws(ToolError) in "{\(name)}" }
  }

  /// Whether no variable of the environment stands in it.
  var isLiteral: Bool {
    pieces.allSatisfy { if case .variable = $0 { false } else { true } }
  }

  /// The values of the variables in it, which are secrets as likely as not.
  func secrets(_ environment: Environment) -> [String] {
    pieces.compactMap { if case .variable(let name, _) = $0 { environment[name] } else { nil } }
  }

  private static func value(
    of name: String, _ fallback: String?, _ environment: Environment
  ) throws(ToolError) -> String {
    if let value = environment[name] ?? fallback { return value }
    throw ToolError("the environment variable '\(name)' is not set")
  }

  // MARK: - Parsing

  private static func parse(_ source: ExpressionSource, _ takesArguments: Bool) -> [Piece] {
    let bytes = source.bytes
    var pieces: [Piece] = []
    var text: [UInt8] = []
    var position = 0

    func endText() {
      if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
      text = []
    }

    while position < bytes.count {
      let byte = bytes[position]
      let following = position + 1 < bytes.count ? bytes[position + 1] : nil
      if byte == UInt8(ascii: "$"), following == UInt8(ascii: "{"),
        let end = bytes[position...].firstIndex(of: UInt8(ascii: "}"))
      {
        let inner = String(decoding: bytes[(position + 2)..<end], as: UTF8.self)
        let dash = inner.firstIndex(of: ":").flatMap { inner[$0...].hasPrefix(":-") ? $0 : nil }
        endText()
        pieces.append(
          .variable(
            String(dash.map { inner[..<$0] } ?? inner[...]),
            fallback: dash.map { String(inner[inner.index($0, offsetBy: 2)...]) }))
        position = end + 1
      } else if !takesArguments {
        text.append(byte)
        position += 1
      } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}"), following == byte {
        text.append(byte)
        position += 2
      } else if byte == UInt8(ascii: "{"), let end = nameEnd(bytes, position + 1) {
        endText()
        let range = ByteRange(position + 1, end)
        pieces.append(.argument(Located(source.text(in: range), at: source.span(of: range))))
        position = end + 1
      } else {
        text.append(byte)
        position += 1
      }
    }
    endText()
    return pieces
  }

  /// Where a name ends that a brace closes, or nil.
  private static func nameEnd(_ bytes: [UInt8], _ start: Int) -> Int? {
    func isLetter(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    guard start < bytes.count, isLetter(bytes[start]) else { return nil }
    var end = start
    while end < bytes.count, isLetter(bytes[end]) || (0x30...0x39).contains(bytes[end]) { end += 1 }
    return end < bytes.count && bytes[end] == UInt8(ascii: "}") ? end : nil
  }
}

/// A value whose texts hold placeholders: the body of a request.
indirect enum PlaceholderValue: Sendable {
  case constant(Value)
  case text(PlaceholderText)
  case list([PlaceholderValue])
  case object([(key: String, value: PlaceholderValue)])

  init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let scalar):
      guard scalar.resolved == .string, let text = PlaceholderText(node) else {
        self = .constant(node.plainValue)
        return
      }
      self = .text(text)
    case .sequence(let items): self = .list(items.map { PlaceholderValue($0) })
    case .mapping(let mapping): self = .object(mapping.entries.map { ($0.key.value, PlaceholderValue($0.value)) })
    }
  }

  /// All texts in it, in order.
  var texts: [PlaceholderText] {
    switch self {
    case .constant: []
    case .text(let text): [text]
    case .list(let items): items.flatMap(\.texts)
    case .object(let entries): entries.flatMap(\.value.texts)
    }
  }

  /// The value; an argument that is all of a text is put in as it is, and one that was left out leaves its key out.
  func evaluate(_ arguments: ValueObject, _ environment: Environment) throws(ToolError) -> Value? {
    switch self {
    case .constant(let value): return value
    case .text(let text):
      if let name = text.wholeArgument { return arguments[name] }
      return .string(
        try text.render(environment) { name throws(ToolError) in ShellTool.text(of: arguments[name] ?? .null) ?? "" })
    case .list(let items):
      var values: [Value] = []
      for item in items { if let value = try item.evaluate(arguments, environment) { values.append(value) } }
      return .list(values)
    case .object(let entries):
      var object = ValueObject()
      for entry in entries { object[entry.key] = try entry.value.evaluate(arguments, environment) }
      return .object(object)
    }
  }
}
