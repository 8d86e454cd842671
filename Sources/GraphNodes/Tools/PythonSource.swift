internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// A file of Python as far as it can be known without running it.
///
/// It is read so lightly that it never claims to know what it does not: where
/// names may come about in other ways than by `def`, `class`, `=` or `import`,
/// the answer is that nothing is known.
struct PythonSource {
  /// What is known of a name.
  enum Finding {
    case found(PythonFunction)
    /// It is there, or may be, and no more is known.
    case unknown
    /// It is not there; these functions are.
    case missing([String])
  }

  private let lines: [Substring]

  init(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.last == "\r" ? $0.dropLast() : $0 }
  }

  /// Looks for a function.
  func function(_ name: String) -> Finding {
    var functions: [String] = []
    var isNamed = false
    for (index, line) in lines.enumerated() {
      let code = line.drop { $0 == " " || $0 == "\t" }
      if let defined = Self.definedFunction(code) {
        let isAtTop = code.startIndex == line.startIndex
        if isAtTop, !defined.hasPrefix("_") { functions.append(defined) }
        if defined == name {
          guard isAtTop, !isDecorated(index) else { return .unknown }
          // Longer descriptions there are not, and files are.
          var reader = PythonSignatureReader(lines[index...].prefix(500).joined(separator: "\n"))
          return reader.read().map { .found($0) } ?? .unknown
        }
      }
      if Self.mayName(code, name) { isNamed = true }
    }
    return isNamed ? .unknown : .missing(functions)
  }

  /// Whether a decorator stands above a line: what it makes of the function is not known.
  private func isDecorated(_ index: Int) -> Bool {
    index > 0 && lines[index - 1].first.map { $0 == "@" || $0 == ")" } ?? false
  }

  /// The name behind `def` or `async def`.
  private static func definedFunction(_ code: Substring) -> String? {
    var words = code.split(maxSplits: 3, whereSeparator: { $0 == " " || $0 == "\t" || $0 == "(" })[...]
    if words.first == "async" { words = words.dropFirst() }
    guard words.first == "def", words.count > 1 else { return nil }
    return String(words[words.startIndex + 1])
  }

  /// Whether a line may give a name a meaning in another way.
  private static func mayName(_ code: Substring, _ name: String) -> Bool {
    let words = code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    let makesNames = ["globals", "exec", "__getattr__", "setattr", "vars"]
    if words.contains(where: { makesNames.contains(String($0)) }) { return true }
    if words.first == "from", code.contains("import"), code.contains("*") { return true }
    guard words.contains(where: { $0 == name }) else { return false }
    guard let first = words.first else { return false }
    if ["class", "import", "from", "for", "with"].contains(first) || words.contains("as") { return true }
    // An assignment, or a line of an import in parentheses.
    return first == name || code.contains("=")
  }
}

/// What a definition says of a function.
struct PythonFunction {
  let parameters: ToolParameters

  /// The first paragraph of its description, or nil.
  let summary: String?
}

/// Reads the parameters and the description of one `def`.
private struct PythonSignatureReader {
  private let text: [Character]
  private var position = 0

  init(_ text: String) { self.text = Array(text) }

  mutating func read() -> PythonFunction? {
    guard let opening = text.firstIndex(of: "(") else { return nil }
    position = opening + 1
    guard let parts = readParts() else { return nil }
    let description = readDescription()
    var fields: [SchemaField] = []
    var shown: [SchemaField] = []
    var isOpen = false
    let place = SourceSpan(SourceFile(path: "", text: ""), ByteRange(0, 0))
    for part in parts {
      if part.hasPrefix("**") { isOpen = true }
      // What stands before a lone '/' cannot be given by its name, but nobody writes that in a tool.
      guard !part.hasPrefix("*"), part != "/" else { continue }
      let (name, annotation, defaultText) = Self.split(part)
      guard let first = name.first, first.isLetter || first == "_" else { return nil }
      let type = annotation.map { PythonAnnotation.type($0) } ?? .any
      let located = Located(name, at: place)
      fields.append(SchemaField(name: located, type: .any, isRequired: defaultText == nil))
      shown.append(
        SchemaField(
          name: located, type: type, description: description.parameters[name],
          defaultValue: defaultText.flatMap(PythonAnnotation.literal), isRequired: defaultText == nil))
    }
    // Python does not hold anybody to its annotations, so models are told them, and nothing is refused for them.
    return PythonFunction(
      parameters: ToolParameters(fields, isOpen: isOpen, shownAs: ToolParameters(shown, isOpen: isOpen)),
      summary: description.summary)
  }

  /// The parameters as they are written, up to the closing parenthesis.
  private mutating func readParts() -> [String]? {
    var parts: [String] = []
    var part = ""
    var depth = 0
    while position < text.count {
      let character = text[position]
      switch character {
      case "(", "[", "{": depth += 1
      case ")" where depth == 0:
        position += 1
        parts.append(part)
        return parts.map { String($0.split(whereSeparator: \.isWhitespace).joined(separator: " ")) }.filter {
          !$0.isEmpty
        }
      case ")", "]", "}": depth -= 1
      case "," where depth == 0:
        parts.append(part)
        part = ""
        position += 1
        continue
      case "#":
        while position < text.count, text[position] != "\n" { position += 1 }
        continue
      case "\"", "'": part += readString() ?? ""
      default: break
      }
      if character != "\"", character != "'" {
        part.append(character)
        position += 1
      }
    }
    return nil
  }

  /// A string with its quotes; the position is behind it.
  private mutating func readString() -> String? {
    let quote = text[position]
    let isTriple = position + 2 < text.count && text[position + 1] == quote && text[position + 2] == quote
    let length = isTriple ? 3 : 1
    let start = position
    position += length
    while position < text.count {
      if text[position] == "\\" {
        position += 2
      } else if text[position...].starts(with: repeatElement(quote, count: length)) {
        position += length
        return String(text[start..<position])
      } else {
        position += 1
      }
    }
    position = text.count
    return nil
  }

  private static func split(_ part: String) -> (name: String, annotation: String?, defaultText: String?) {
    var depth = 0
    var colon: String.Index?
    var equals: String.Index?
    for index in part.indices {
      switch part[index] {
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      case ":" where depth == 0 && colon == nil && equals == nil: colon = index
      case "=" where depth == 0 && equals == nil: equals = index
      default: break
      }
    }
    func text(_ start: String.Index, _ end: String.Index) -> String {
      part[start..<end].split(separator: " ").joined(separator: " ")
    }
    let end = equals ?? part.endIndex
    return (
      text(part.startIndex, colon ?? end), colon.map { text(part.index(after: $0), end) },
      equals.map { text(part.index(after: $0), part.endIndex) }
    )
  }

  // MARK: - The description

  /// The string behind the colon, its first paragraph, and what its `Args:` say.
  private mutating func readDescription() -> (summary: String?, parameters: [String: String]) {
    // Up to the colon that ends the definition; a result's type may hold one in brackets.
    var depth = 0
    while position < text.count, text[position] != ":" || depth > 0 {
      if text[position] == "[" { depth += 1 }
      if text[position] == "]" { depth -= 1 }
      position += 1
    }
    position += 1
    while position < text.count, text[position].isWhitespace { position += 1 }
    if position < text.count, text[position] == "r" || text[position] == "R" { position += 1 }
    guard position < text.count, text[position] == "\"" || text[position] == "'", let literal = readString() else {
      return (nil, [:])
    }
    let quotes = literal.hasPrefix("\"\"\"") || literal.hasPrefix("'''") ? 3 : 1
    let lines = literal.dropFirst(quotes).dropLast(quotes).split(separator: "\n", omittingEmptySubsequences: false)
      .map { Self.trimmed($0) }
    let summary = lines.drop(while: \.isEmpty).prefix { !$0.isEmpty && !Self.isHeading($0) }.joined(separator: " ")
    return (summary.isEmpty ? nil : summary, Self.parameterDescriptions(lines))
  }

  private static func trimmed(_ line: Substring) -> String {
    String(line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private static func isHeading(_ line: String) -> Bool { ["Args:", "Arguments:", "Parameters:"].contains(line) }

  /// Lines such as `city: The city.` or `city (str): The city.` below the heading, up to an empty one.
  private static func parameterDescriptions(_ lines: [String]) -> [String: String] {
    guard let heading = lines.firstIndex(where: isHeading) else { return [:] }
    var descriptions: [String: String] = [:]
    var last: String?
    for line in lines[(heading + 1)...].prefix(while: { !$0.isEmpty }) {
      let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      var rest = line[name.endIndex...].drop { $0 == " " }
      if rest.first == "(", let end = rest.firstIndex(of: ")") { rest = rest[rest.index(after: end)...] }
      if !name.isEmpty, rest.first == ":" {
        last = String(name)
        descriptions[String(name)] = trimmed(rest.dropFirst())
      } else if let last {
        descriptions[last, default: ""] += " " + line
      }
    }
    return descriptions
  }
}

/// Annotations and literals of Python.
private enum PythonAnnotation {
  /// The type that an annotation names; any type for what is no JSON value.
  static func type(_ text: String) -> SchemaType {
    let text = unquoted(text)
    let parts = split(text, at: "|")
    if parts.count > 1 { return union(parts.map(type)) }
    let head = String(text.prefix { $0 != "[" })
    let name = (head.split(separator: ".").last.map(String.init) ?? head).lowercased()
    var arguments: [String] = []
    if text.last == "]", head.count < text.count {
      arguments = split(String(text.dropFirst(head.count + 1).dropLast()), at: ",")
    }
    switch name {
    case "str": return .string
    case "int": return .int
    case "float": return .float
    case "bool": return .bool
    case "none": return .null
    case "list", "sequence", "iterable", "set", "frozenset": return .list(arguments.first.map(type) ?? .any)
    case "tuple": return .list(.any)
    case "dict", "mapping": return .dict(arguments.count == 2 ? type(arguments[1]) : .any)
    case "optional": return (arguments.first.map(type) ?? .any).optional
    case "union": return union(arguments.map(type))
    case "annotated": return arguments.first.map(type) ?? .any
    case "literal":
      let values = arguments.compactMap(literal)
      return values.isEmpty ? .any : .enumeration(values)
    default: return .any
    }
  }

  /// The value of a literal, or nil for anything that has to be computed.
  static func literal(_ text: String) -> Value? {
    switch text {
    case "True": return true
    case "False": return false
    case "None": return nil
    default: break
    }
    if let number = Int(text) { return .int(number) }
    if let number = Double(text), number.isFinite { return .double(number) }
    let inner = unquoted(text)
    guard inner.count + 2 == text.count, !inner.contains("\\") else { return nil }
    return .string(inner)
  }

  private static func union(_ types: [SchemaType]) -> SchemaType {
    if types.contains(.any) { return .any }
    let rest = types.filter { $0 != .null }
    let union: SchemaType = rest.count == 1 ? rest[0] : rest.isEmpty ? .null : .union(rest)
    return rest.count == types.count ? union : union.optional
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count > 1, let first = text.first, first == "\"" || first == "'", text.last == first else { return text }
    return String(text.dropFirst().dropLast())
  }

  /// Parts between separators that stand in no brackets.
  private static func split(_ text: String, at separator: Character) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == separator, depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map { $0.split(separator: " ").joined(separator: " ") }
  }
}
