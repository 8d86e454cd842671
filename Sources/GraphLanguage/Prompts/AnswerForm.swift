internal import GraphDiagnostics

/// An object in JSON that the text of a prompt shows, as far as its keys go: `{"score": 0.5, "feedback": "…"}`.
struct AnswerForm {
  /// One key.
  struct Key {
    let name: String

    /// The bytes between its quotes.
    let range: ByteRange

    /// The object that stands for its value, or nil for any other value.
    let value: AnswerForm?
  }

  /// The bytes of the object.
  let range: ByteRange

  /// The keys in order.
  let keys: [Key]

  /// Whether some of it is left out, as by `...`.
  let isPartial: Bool

  /// The outermost objects that a text shows.
  ///
  /// Only what begins with a brace and a key in double quotes is taken for one, and only to the point where it is
  /// closed. What stands for values does not matter: JSON, a type, words, a placeholder.
  static func all(in bytes: [UInt8]) -> [AnswerForm] {
    var forms: [AnswerForm] = []
    var position = 0
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "{") else {
        position += 1
        continue
      }
      var scanner = AnswerFormScanner(bytes: bytes, position: position)
      if let form = scanner.object() {
        forms.append(form)
        position = scanner.position
      } else {
        position += 1
      }
    }
    return forms
  }
}

private struct AnswerFormScanner {
  let bytes: [UInt8]
  var position: Int
  private var depth = 0

  /// Deeper objects are values like any other.
  private static let maximumDepth = 16

  init(bytes: [UInt8], position: Int) {
    self.bytes = bytes
    self.position = position
  }

  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func byte(after offset: Int) -> UInt8? { position + offset < bytes.count ? bytes[position + offset] : nil }

  private mutating func skipSpaces() {
    while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Takes an object from its brace to its closing one, or nothing.
  mutating func object() -> AnswerForm? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { return nil }
    let start = position
    position += 1
    var keys: [AnswerForm.Key] = []
    var isPartial = false
    while true {
      skipSpaces()
      if takeDots() { isPartial = true }
      skipComment()
      if byte == UInt8(ascii: "}") {
        guard !keys.isEmpty else { return nil }
        position += 1
        return AnswerForm(range: ByteRange(start, position), keys: keys, isPartial: isPartial)
      }
      if byte == UInt8(ascii: ","), !keys.isEmpty {
        position += 1
        continue
      }
      guard let name = string() else { return nil }
      skipSpaces()
      guard byte == UInt8(ascii: ":") else { return nil }
      position += 1
      skipSpaces()
      var value: AnswerForm?
      if byte == UInt8(ascii: "{") {
        let before = position
        value = object()
        if value == nil { position = before }
      }
      guard skipValue() else { return nil }
      keys.append(
        AnswerForm.Key(
          name: String(decoding: bytes[name.lowerBound..<name.upperBound], as: UTF8.self), range: name, value: value))
    }
  }

  private mutating func takeDots() -> Bool {
    if byte == UInt8(ascii: "."), byte(after: 1) == UInt8(ascii: "."), byte(after: 2) == UInt8(ascii: ".") {
      position += 3
    } else if byte == 0xE2, byte(after: 1) == 0x80, byte(after: 2) == 0xA6 {
      position += 3
    } else {
      return false
    }
    skipSpaces()
    return true
  }

  private mutating func skipComment() {
    while byte == UInt8(ascii: "/"), byte(after: 1) == UInt8(ascii: "/") {
      while let byte, byte != 0x0A { position += 1 }
      skipSpaces()
    }
  }

  /// Takes a text in double quotes on one line and returns the bytes between them.
  private mutating func string() -> ByteRange? {
    guard byte == UInt8(ascii: "\"") else { return nil }
    position += 1
    let start = position
    while let byte, byte != 0x0A {
      if byte == UInt8(ascii: "\"") {
        defer { position += 1 }
        return ByteRange(start, position)
      }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// Passes over what stands for a value, up to the comma behind it or the brace that closes the object.
  private mutating func skipValue() -> Bool {
    var open: [UInt8] = []
    while let byte {
      switch byte {
      case UInt8(ascii: "\""):
        let before = position
        if string() == nil { position = before + 1 }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("): open.append(byte)
      case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"):
        if open.isEmpty { return byte == UInt8(ascii: "}") }
        open.removeLast()
      case UInt8(ascii: ","):
        if open.isEmpty, isKeyBehindComma() {
          position += 1
          return true
        }
      case 0x0A:
        // A comma may have been forgotten, or stand in front of a comment.
        if open.isEmpty, isKey(at: position + 1) { return true }
      default: break
      }
      position += 1
    }
    return false
  }

  private func isKeyBehindComma() -> Bool {
    var next = position + 1
    while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x0A || bytes[next] == 0x0D || bytes[next] == 0x09 {
      next += 1
    }
    guard next < bytes.count else { return false }
    let dots = bytes[next] == UInt8(ascii: ".") || bytes[next] == 0xE2
    let comment = bytes[next] == UInt8(ascii: "/")
    return dots || comment || bytes[next] == UInt8(ascii: "}") || isKey(at: next)
  }

  private func isKey(at start: Int) -> Bool {
    var scanner = self
    scanner.position = start
    scanner.skipSpaces()
    guard scanner.string() != nil else { return false }
    scanner.skipSpaces()
    return scanner.byte == UInt8(ascii: ":")
  }
}
