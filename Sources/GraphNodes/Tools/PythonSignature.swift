internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// What a definition says of a function.
struct PythonFunction {
  let parameters: ToolParameters

  /// The type that its annotation says of its result; any where there is none.
  let result: SchemaType

  /// The first paragraph of its description, or nil.
  let summary: String?

  /// What it does with the state, where that is its first parameter.
  var body: PythonBody?
}

/// Reads the parameters and the description of one `def`.
struct PythonSignatureReader {
  private let text: [Character]
  private var position = 0

  init(_ text: String) { self.text = Array(text) }

  mutating func read() -> PythonFunction? {
    guard let opening = text.firstIndex(of: "(") else { return nil }
    position = opening + 1
    guard let parts = readParts() else { return nil }
    let end = position
    let description = readDescription()
    let result = Self.resultType(text[end...])
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
      result: result, summary: description.summary)
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

  /// The type between the parentheses of a definition and the colon at its end: ` -> list[str]`.
  private static func resultType(_ rest: ArraySlice<Character>) -> SchemaType {
    let start = rest.drop(while: \.isWhitespace)
    guard start.starts(with: ["-", ">"]) else { return .any }
    var depth = 0
    let annotation = start.dropFirst(2).prefix { character in
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      return character != ":" || depth > 0
    }
    return PythonAnnotation.type(
      annotation.split(whereSeparator: \.isWhitespace).map { String($0) }.joined(separator: " "))
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
