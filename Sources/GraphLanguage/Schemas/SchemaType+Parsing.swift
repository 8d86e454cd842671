public import GraphDiagnostics

extension SchemaType {
  /// Parses a type such as `int`, `list[dict[str, any]]`, `str?` or `list[str] | None`; reports mistakes and returns nil.
  ///
  /// Names are those of Python and of JSON Schema, in any case: `str string`,
  /// `int integer`, `float number`, `bool boolean`, `list array`, `dict object`,
  /// `any`, and `null` or `None` in unions. A `list` or `dict` without a type
  /// in brackets holds anything.
  public static func parse(_ text: Located<String>, diagnostics: DiagnosticEngine) -> SchemaType? {
    var parser = SchemaTypeParser(text, diagnostics: diagnostics)
    return try? parser.parseWhole()
  }

  /// Whether a text is a type, or the name of one with a slip.
  package static func isNearly(_ text: String) -> Bool {
    let place = SourceFile(path: "", text: text)
    let type = Located(text, at: SourceSpan(place, ByteRange(0, place.bytes.count)))
    return parse(type, diagnostics: DiagnosticEngine()) != nil || Suggestion.nearest(to: text, among: names) != nil
  }

  /// The names that types have, in the order they are listed in messages.
  static let names = ["str", "int", "float", "bool", "list", "dict", "any"]
}

extension DiagnosticMessage {
  static func unknownType(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0670", .error, "no type is named '\(name)'")
  }

  static func malformedType(_ type: String, _ problem: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0671", .error, "type '\(type)' \(problem)")
  }

  static func dictKeyType(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0672", .error, "keys of a dict are 'str', not '\(name)'")
  }
}

private struct SchemaTypeParser {
  private let text: Located<String>
  private let bytes: [UInt8]
  private let diagnostics: DiagnosticEngine
  private var position = 0
  private var depth = 0

  private static let maximumDepth = 16

  init(_ text: Located<String>, diagnostics: DiagnosticEngine) {
    self.text = text
    self.bytes = Array(text.value.utf8)
    self.diagnostics = diagnostics
  }

  mutating func parseWhole() throws(ExpressionSyntaxError) -> SchemaType {
    let type = try parseUnion()
    guard peek() == nil else {
      let rest = ByteRange(position, bytes.count)
      throw failure(.malformedType(text.value, "ends before '\(string(rest))'"), at: rest)
    }
    return type
  }

  private mutating func parseUnion() throws(ExpressionSyntaxError) -> SchemaType {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw failure(.malformedType(text.value, "is nested too deeply"), at: nil) }
    var types = [try parseOptional()]
    while take("|") { types.append(try parseOptional()) }
    return Self.union(types)
  }

  private static func union(_ types: [SchemaType]) -> SchemaType {
    var flat: [SchemaType] = []
    for type in types {
      if case .union(let inner) = type { flat += inner } else { flat.append(type) }
    }
    if flat.contains(.any) { return .any }
    var distinct = flat.enumerated().filter { flat.firstIndex(of: $0.element) == $0.offset }.map(\.element)
    // Null stands last, where `optional` puts it.
    if let null = distinct.firstIndex(of: .null) { distinct.append(distinct.remove(at: null)) }
    return distinct.count == 1 ? distinct[0] : .union(distinct)
  }

  private mutating func parseOptional() throws(ExpressionSyntaxError) -> SchemaType {
    var type = try parseName()
    while take("?") { type = type.optional }
    return type
  }

  private mutating func parseName() throws(ExpressionSyntaxError) -> SchemaType {
    _ = peek()
    let start = position
    while position < bytes.count,
      ExpressionLexer.isNameStart(bytes[position]) || ExpressionLexer.isDigit(bytes[position])
    {
      position += 1
    }
    let range = ByteRange(start, position)
    let name = string(range)
    guard !name.isEmpty else {
      let problem = start == bytes.count ? "ends where the name of a type was expected" : "has no name of a type here"
      throw failure(.malformedType(text.value, problem), at: ByteRange(start, min(start + 1, bytes.count)))
    }
    switch name.lowercased() {
    case "str", "string": return try plain(.string, name)
    case "int", "integer": return try plain(.int, name)
    case "float", "number": return try plain(.float, name)
    case "bool", "boolean": return try plain(.bool, name)
    case "any": return try plain(.any, name)
    case "null", "none": return try plain(.null, name)
    case "list", "array": return .list(try parseArguments(of: name, count: 1).first ?? .any)
    case "optional":
      let arguments = try parseArguments(of: name, count: 1)
      guard let type = arguments.first else {
        throw failure(.malformedType(text.value, "needs a type after 'Optional', as in 'Optional[str]'"), at: range)
      }
      return type.optional
    case "dict", "object": return .dict(try parseArguments(of: name, count: 2).last ?? .any)
    default: throw unknownType(name, at: range)
    }
  }

  private mutating func plain(_ type: SchemaType, _ name: String) throws(ExpressionSyntaxError) -> SchemaType {
    guard peek() == UInt8(ascii: "[") else { return type }
    throw failure(
      .malformedType(text.value, "is wrong: '\(name)' takes no type in brackets"), at: ByteRange(position, position + 1)
    )
  }

  /// Parses `[T]` or `[K, V]`; none at all is allowed.
  private mutating func parseArguments(of name: String, count: Int) throws(ExpressionSyntaxError) -> [SchemaType] {
    _ = peek()
    let opener = ByteRange(position, position + 1)
    guard take("[") else { return [] }
    var types: [SchemaType] = []
    repeat {
      _ = peek()
      let start = position
      let type = try parseUnion()
      if count == 2 && types.isEmpty && type != .string && type != .any {
        let range = ByteRange(start, position)
        throw failure(.dictKeyType(string(range)), at: range)
      }
      types.append(type)
    } while take(",")
    guard take("]") else { throw failure(.malformedType(text.value, "has no closing ']'"), at: opener) }
    guard types.count == count else {
      let form = count == 1 ? "'\(name)[T]'" : "'\(name)[str, T]'"
      throw failure(
        .malformedType(text.value, "is wrong: '\(name)' is written \(form)"), at: ByteRange(opener.lowerBound, position)
      )
    }
    return types
  }

  private static let otherNames = [
    "tuple": "list", "set": "list", "sequence": "list", "map": "dict", "mapping": "dict", "double": "float",
    "decimal": "float", "text": "str", "json": "any", "string": "str", "integer": "int", "number": "float",
    "boolean": "bool", "array": "list", "object": "dict",
  ]

  private static func nearest(to name: String) -> String? {
    if let other = otherNames[name.lowercased()] { return other }
    let near = Suggestion.nearest(to: name, among: SchemaType.names + otherNames.keys.sorted())
    return near.map { otherNames[$0] ?? $0 }
  }

  private func unknownType(_ name: String, at range: ByteRange) -> ExpressionSyntaxError {
    let near = Self.nearest(to: name)
    let span = span(range)
    diagnostics.report(
      .unknownType(name), at: span,
      notes: [
        .init(near.map { "did you mean '\($0)'?" } ?? "types are \(SchemaType.names.joined(separator: ", "))", at: span)
      ], fixIts: near.map { [.replace(span, with: $0)] } ?? [])
    return ExpressionSyntaxError()
  }

  private func failure(_ message: DiagnosticMessage, at range: ByteRange?) -> ExpressionSyntaxError {
    diagnostics.report(message, at: range.map(span) ?? text.span)
    return ExpressionSyntaxError()
  }

  /// The place of a part of the type: exact when the text is written as it is, with or without quotes around it.
  private func span(_ range: ByteRange) -> SourceSpan {
    let whole = text.span.range
    switch whole.count - bytes.count {
    case 0: return SourceSpan(text.span.file, whole.subrange(range))
    case 2: return SourceSpan(text.span.file, whole.subrange(ByteRange(range.lowerBound + 1, range.upperBound + 1)))
    default: return text.span
    }
  }

  private func string(_ range: ByteRange) -> String {
    String(decoding: bytes[range.lowerBound..<range.upperBound], as: UTF8.self)
  }

  private mutating func peek() -> UInt8? {
    while position < bytes.count, ExpressionLexer.isSpace(bytes[position]) { position += 1 }
    return position < bytes.count ? bytes[position] : nil
  }

  private mutating func take(_ symbol: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: symbol) else { return false }
    position += 1
    return true
  }
}
