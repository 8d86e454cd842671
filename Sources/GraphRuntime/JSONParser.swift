/// What is wrong with a JSON text, and at which byte.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One lower-case phrase.
  public let message: String

  /// The byte offset in the text.
  public let offset: Int

  /// The message with its offset.
  public var description: String { "\(message) at byte \(offset)" }
}

extension Value {
  /// Parses one JSON text (RFC 8259); invalid UTF-8 inside strings is repaired with U+FFFD.
  ///
  /// An integer beyond 64 bits becomes a double; of equal keys the last wins.
  /// - Throws: `JSONError` when the text is not JSON, or is nested deeper than 512.
  public init(json text: String) throws(JSONError) {
    try self.init(json: Array(text.utf8))
  }

  /// Parses one JSON text given as UTF-8 bytes.
  ///
  /// - Throws: `JSONError` when the bytes are not JSON, or are nested deeper than 512.
  public init(json bytes: [UInt8]) throws(JSONError) {
    var parser = JSONParser(bytes)
    self = try parser.parseDocument()
  }

  /// Parses the JSON value that starts at `offset` and returns it with the offset after it; what follows is not read.
  ///
  /// - Throws: `JSONError` when no value starts there.
  public static func parseJSONPrefix(of bytes: [UInt8], from offset: Int) throws(JSONError) -> (Value, end: Int) {
    var parser = JSONParser(bytes)
    parser.position = offset
    let value = try parser.parseValue(depth: 0)
    return (value, parser.position)
  }
}

/// A recursive-descent parser over bytes.
private struct JSONParser {
  let bytes: [UInt8]
  var position = 0

  static let maximumDepth = 512

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func parseDocument() throws(JSONError) -> Value {
    let value = try parseValue(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw error("unexpected text after the JSON value") }
    return value
  }

  mutating func parseValue(depth: Int) throws(JSONError) -> Value {
    guard depth <= Self.maximumDepth else { throw error("JSON is nested deeper than \(Self.maximumDepth)") }
    skipSpace()
    switch peek() {
    case UInt8(ascii: "{"): return try parseObject(depth: depth)
    case UInt8(ascii: "["): return try parseList(depth: depth)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): return try parseNumber()
    case nil: throw error("unexpected end of JSON")
    default: throw error("unexpected character in JSON")
    }
  }

  private mutating func parseObject(depth: Int) throws(JSONError) -> Value {
    position += 1
    var object = ValueObject()
    skipSpace()
    if take("}") { return .object(object) }
    while true {
      skipSpace()
      guard peek() == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
      let key = try parseString()
      skipSpace()
      guard take(":") else { throw error("expected ':' after a key") }
      object[key] = try parseValue(depth: depth + 1)
      skipSpace()
      if take("}") { return .object(object) }
      guard take(",") else { throw error("expected ',' or '}' in an object") }
    }
  }

  private mutating func parseList(depth: Int) throws(JSONError) -> Value {
    position += 1
    var items: [Value] = []
    skipSpace()
    if take("]") { return .list(items) }
    while true {
      items.append(try parseValue(depth: depth + 1))
      skipSpace()
      if take("]") { return .list(items) }
      guard take(",") else { throw error("expected ',' or ']' in a list") }
    }
  }

  private mutating func parseWord(_ word: StaticString, _ value: Value) throws(JSONError) -> Value {
    let count = word.utf8CodeUnitCount
    let matches =
      position + count <= bytes.count
      && word.withUTF8Buffer { $0.elementsEqual(bytes[position..<(position + count)]) }
    guard matches else { throw error("unexpected word in JSON") }
    position += count
    return value
  }

  private mutating func parseNumber() throws(JSONError) -> Value {
    let start = position
    _ = take("-")
    guard let first = peek(), isDigit(first) else { throw error("expected a digit") }
    position += 1
    if first != UInt8(ascii: "0") { skipDigits() }
    var isInteger = true
    if peek() == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try requireDigits()
    }
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if !take("+") { _ = take("-") }
      try requireDigits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let number = Int(text) { return .int(number) }
    guard let number = Double(text), number.isFinite else { throw error("number is out of range") }
    return .double(number)
  }

  private mutating func parseString() throws(JSONError) -> String {
    position += 1
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        defer { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
      guard byte >= 0x20 else { throw error("control character in a string") }
      position += 1
    }
    throw error("string without an end")
  }

  /// Goes on with a string at its first backslash.
  private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
    var text = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try parseEscape(into: &text)
      case 0..<0x20: throw error("control character in a string")
      default: text.append(byte)
      }
    }
    throw error("string without an end")
  }

  private mutating func parseEscape(into text: inout [UInt8]) throws(JSONError) {
    guard let byte = peek() else { throw error("string without an end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try parseHex()
      if code & 0xFC00 == 0xD800, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        let mark = position
        position += 2
        let low = try parseHex()
        if low & 0xFC00 == 0xDC00 {
          code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
        } else {
          position = mark
        }
      }
      let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
      text.append(contentsOf: String(scalar).utf8)
    default: throw error("unknown escape in a string")
    }
  }

  private mutating func parseHex() throws(JSONError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("expected four hexadecimal digits") }
    var code: UInt32 = 0
    for byte in bytes[position..<(position + 4)] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): code = code << 4 | UInt32(byte - 48)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): code = code << 4 | UInt32(byte - 87)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): code = code << 4 | UInt32(byte - 55)
      default: throw error("expected four hexadecimal digits")
      }
    }
    position += 4
    return code
  }

  private mutating func requireDigits() throws(JSONError) {
    guard let byte = peek(), isDigit(byte) else { throw error("expected a digit") }
    skipDigits()
  }

  private mutating func skipDigits() {
    while let byte = peek(), isDigit(byte) { position += 1 }
  }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private func error(_ message: String) -> JSONError { JSONError(message: message, offset: position) }
}
