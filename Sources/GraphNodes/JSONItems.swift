internal import GraphRuntime

/// The items of a JSON text with the lines in which they begin: those of a list or object at the top, or the one value.
struct JSONItems {
  struct Item {
    /// The key, when it is an entry of an object.
    let key: String?
    let value: Value
    /// The line, counted from 1.
    let line: Int
  }

  private(set) var items: [Item] = []

  private let bytes: [UInt8]
  private let name: String
  private var position = 0
  private var line = 1

  /// Reads a text.
  ///
  /// - Throws: `DocumentError.malformed` when it is not JSON.
  init(_ bytes: [UInt8], name: String) throws(DocumentError) {
    self.bytes = bytes
    self.name = name
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    skipSpace()
    guard position < bytes.count else { return }
    switch bytes[position] {
    case UInt8(ascii: "["): try readItems(closedBy: "]", haveKeys: false)
    case UInt8(ascii: "{"): try readItems(closedBy: "}", haveKeys: true)
    default: try readItem(key: nil, line: line)
    }
    skipSpace()
    guard position == bytes.count else { throw malformed("unexpected text after the JSON value") }
  }

  private mutating func readItems(closedBy close: Unicode.Scalar, haveKeys: Bool) throws(DocumentError) {
    position += 1
    skipSpace()
    if take(close) { return }
    repeat {
      skipSpace()
      let start = line
      var key: String?
      if haveKeys {
        guard case .string(let name) = try readValue() else { throw malformed("expected a key") }
        key = name
        skipSpace()
        guard take(":") else { throw malformed("expected ':'") }
      }
      try readItem(key: key, line: start)
      skipSpace()
    } while take(",")
    guard take(close) else { throw malformed("expected ',' or '\(close)'") }
  }

  private mutating func readItem(key: String?, line: Int) throws(DocumentError) {
    items.append(Item(key: key, value: try readValue(), line: line))
  }

  private mutating func readValue() throws(DocumentError) -> Value {
    do throws(JSONError) {
      let (value, end) = try Value.parseJSONPrefix(of: bytes, from: position)
      advance(to: end)
      return value
    } catch {
      advance(to: error.offset)
      throw malformed(error.message)
    }
  }

  private mutating func skipSpace() {
    var end = position
    while end < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end]) { end += 1 }
    advance(to: end)
  }

  private mutating func advance(to end: Int) {
    let end = min(max(end, position), bytes.count)
    for byte in bytes[position..<end] where byte == UInt8(ascii: "\n") { line += 1 }
    position = end
  }

  private mutating func take(_ symbol: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: symbol) else { return false }
    position += 1
    return true
  }

  private func malformed(_ reason: String) -> DocumentError { .malformed(name, line: line, reason) }
}
