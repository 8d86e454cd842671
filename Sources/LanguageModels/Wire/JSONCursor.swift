internal import GraphRuntime

/// Walks through JSON and reads only what is asked for.
///
/// For what arrives once a token: building a tree would cost several times as
/// much as finding the one string in it. What is skipped is checked for
/// brackets and quotes only.
///
/// ```swift
/// try cursor.beginObject()
/// while let key = try cursor.nextKey() {
///   if cursor.matches(key, "content") { text = try cursor.string() } else { try cursor.skipValue() }
/// }
/// ```
struct JSONCursor {
  /// The text is not JSON, or not what was expected at this place.
  struct Malformed: Error {}

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  // MARK: - Objects and lists

  /// What comes next.
  enum Kind {
    case object, list, string, null, other
  }

  /// The kind of the value that comes next.
  mutating func kind() throws(Malformed) -> Kind {
    switch try peek() {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .list
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "n"): .null
    default: .other
    }
  }

  /// Enters an object.
  mutating func beginObject() throws(Malformed) {
    guard try peek() == UInt8(ascii: "{") else { throw Malformed() }
    position += 1
  }

  /// The next key's bytes without quotes, after which its value is to be read or skipped; nil at the object's end.
  mutating func nextKey() throws(Malformed) -> Range<Int>? {
    var byte = try peek()
    if byte == UInt8(ascii: "}") {
      position += 1
      return nil
    }
    if byte == UInt8(ascii: ",") {
      position += 1
      byte = try peek()
    }
    guard byte == UInt8(ascii: "\"") else { throw Malformed() }
    let key = try skipString()
    guard try peek() == UInt8(ascii: ":") else { throw Malformed() }
    position += 1
    return key
  }

  /// Whether a key is the one meant; keys with escapes never are.
  func matches(_ key: Range<Int>, _ name: StaticString) -> Bool {
    guard key.count == name.utf8CodeUnitCount else { return false }
    return name.withUTF8Buffer { name in
      for offset in 0..<name.count where bytes[key.lowerBound + offset] != name[offset] { return false }
      return true
    }
  }

  /// Enters a list.
  mutating func beginList() throws(Malformed) {
    guard try peek() == UInt8(ascii: "[") else { throw Malformed() }
    position += 1
  }

  /// Whether there is another element, which is then to be read or skipped; false at the list's end.
  mutating func nextElement() throws(Malformed) -> Bool {
    switch try peek() {
    case UInt8(ascii: "]"):
      position += 1
      return false
    case UInt8(ascii: ","):
      position += 1
      return true
    default: return true
    }
  }

  // MARK: - Values

  /// Reads an integer, or skips what is none.
  mutating func integer() throws(Malformed) -> Int? {
    let start = position
    try skipValue()
    return Int(String(decoding: bytes[start..<position], as: UTF8.self).filter { $0 != " " })
  }

  /// Reads a string, or skips what is none; broken surrogates become U+FFFD.
  mutating func string() throws(Malformed) -> String? {
    guard try kind() == .string else {
      try skipValue()
      return nil
    }
    var assembler = TextAssembler()
    let text = try string(into: &assembler) ?? ""
    return text + (assembler.flush() ?? "")
  }

  /// Reads a string as the next part of a longer text; nil when there is nothing to hand out yet.
  mutating func string(into assembler: inout TextAssembler) throws(Malformed) -> String? {
    let start = position + 1
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\") { end += 1 }
    guard end < bytes.count else { throw Malformed() }
    if bytes[end] == UInt8(ascii: "\"") {
      position = end + 1
      return assembler.append(bytes[start..<end])
    }
    var decoded = Array(bytes[start..<end])
    position = end
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return assembler.append(decoded[...])
      case UInt8(ascii: "\\"): try readEscape(&decoded)
      default: decoded.append(byte)
      }
    }
    throw Malformed()
  }

  /// Reads a value of any kind as a tree, for the rare parts that are wanted whole.
  mutating func value() throws(Malformed) -> Value {
    _ = try peek()
    let start = position
    try skipValue()
    do throws(JSONError) {
      return try Value.parseJSONPrefix(of: bytes, from: start).0
    } catch {
      throw Malformed()
    }
  }

  /// Skips a value of any kind.
  mutating func skipValue() throws(Malformed) {
    switch try peek() {
    case UInt8(ascii: "\""): _ = try skipString()
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      var depth = 0
      repeat {
        guard position < bytes.count else { throw Malformed() }
        switch bytes[position] {
        case UInt8(ascii: "\""):
          _ = try skipString()
          continue
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
        position += 1
      } while depth > 0
    default:
      let start = position
      while position < bytes.count, !isEndOfWord(bytes[position]) { position += 1 }
      guard position > start else { throw Malformed() }
    }
  }

  /// Checks that nothing but white space is left.
  mutating func end() throws(Malformed) {
    skipSpace()
    guard position == bytes.count else { throw Malformed() }
  }

  // MARK: - Bytes

  /// The next byte that is no white space.
  private mutating func peek() throws(Malformed) -> UInt8 {
    // Nearly always there is no white space.
    if position < bytes.count, bytes[position] > 0x20 { return bytes[position] }
    skipSpace()
    guard position < bytes.count else { throw Malformed() }
    return bytes[position]
  }

  private mutating func skipSpace() {
    while position < bytes.count, isSpace(bytes[position]) { position += 1 }
  }

  /// Skips the string that begins here and returns what is between its quotes.
  private mutating func skipString() throws(Malformed) -> Range<Int> {
    let start = position + 1
    // Half of all bytes are skipped here, so this loop goes without the array's checks.
    let end = bytes.withUnsafeBufferPointer { bytes in
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
      return end
    }
    guard end < bytes.count else { throw Malformed() }
    position = end + 1
    return start..<end
  }

  private mutating func readEscape(_ decoded: inout [UInt8]) throws(Malformed) {
    guard position < bytes.count else { throw Malformed() }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
    case UInt8(ascii: "u"): TextAssembler.encode(try readHex(), to: &decoded)
    default: throw Malformed()
    }
  }

  private mutating func readHex() throws(Malformed) -> UInt16 {
    guard position + 4 <= bytes.count else { throw Malformed() }
    var unit: UInt16 = 0
    for byte in bytes[position..<(position + 4)] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(byte - 48)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt16(byte - 87)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt16(byte - 55)
      default: throw Malformed()
      }
    }
    position += 4
    return unit
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  private func isEndOfWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") || isSpace(byte)
  }
}
