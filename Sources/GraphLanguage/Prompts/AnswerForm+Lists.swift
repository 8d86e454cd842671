internal import GraphDiagnostics

extension AnswerForm {
  /// The lists of fields that a text shows, as people write them: `- score: how good it is, from 0 to 1`.
  ///
  /// An item begins with a word, which may be in quotes or be emphasised, and a colon, a dash or a type in brackets behind
  /// it. Items that hold placeholders are what is given and not what is asked for, and other items are prose; a list with
  /// either is partial.
  static func lists(in bytes: [UInt8]) -> [AnswerForm] {
    var forms: [AnswerForm] = []
    var keys: [Key] = []
    var hasProse = false
    var start = 0
    var position = 0
    func close(_ end: Int) {
      if !keys.isEmpty { forms.append(AnswerForm(range: ByteRange(start, end), keys: keys, isPartial: hasProse)) }
      keys = []
      hasProse = false
    }
    while position < bytes.count {
      let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
      var scanner = ListItemScanner(bytes: bytes, position: position, end: end)
      switch scanner.item() {
      case .field(let range):
        if keys.isEmpty { start = position }
        keys.append(
          Key(
            name: String(decoding: bytes[range.lowerBound..<range.upperBound], as: UTF8.self), range: range, value: nil)
        )
      case .prose: hasProse = true
      case .more: break
      case nil: close(position)
      }
      position = end + 1
    }
    close(bytes.count)
    return forms
  }
}

/// Reads a line of a list.
private struct ListItemScanner {
  enum Item {
    /// It names a field, between these bytes.
    case field(ByteRange)
    /// It names none.
    case prose
    /// It goes on with the item before it.
    case more
  }

  let bytes: [UInt8]
  var position: Int
  let end: Int

  private var byte: UInt8? { position < end ? bytes[position] : nil }

  private mutating func skip(_ isSkipped: (UInt8) -> Bool) {
    while let byte, isSkipped(byte) { position += 1 }
  }

  /// The line as an item; nil where it begins none and goes on with none.
  mutating func item() -> Item? {
    let start = position
    skip { $0 == 0x20 || $0 == 0x09 }
    guard takeBullet() else {
      // What is further in goes on with the item before it.
      return position > start && byte != nil ? .more : nil
    }
    let rest = bytes[position..<end]
    guard !rest.contains(UInt8(ascii: "{")), let name = takeName() else { return .prose }
    return .field(name)
  }

  /// Takes `-`, `*`, `+`, `•` or a number, and the spaces behind it.
  private mutating func takeBullet() -> Bool {
    let before = position
    if let byte, [UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+")].contains(byte) {
      position += 1
    } else if bytes[position..<end].starts(with: Array("•".utf8)) {
      position += 3
    } else {
      skip { (0x30...0x39).contains($0) }
      guard position > before, byte == UInt8(ascii: ".") || byte == UInt8(ascii: ")") else {
        position = before
        return false
      }
      position += 1
    }
    guard byte == 0x20 || byte == 0x09 else {
      position = before
      return false
    }
    skip { $0 == 0x20 || $0 == 0x09 }
    return true
  }

  /// Takes a word that stands for a field: what follows it says so.
  private mutating func takeName() -> ByteRange? {
    let marks: [UInt8] = [UInt8(ascii: "*"), UInt8(ascii: "`"), UInt8(ascii: "\""), UInt8(ascii: "'")]
    skip { marks.contains($0) }
    let start = position
    skip { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
        || (0x41...0x5A).contains(byte)
    }
    let name = ByteRange(start, position)
    guard name.count > 0, !(0x30...0x39).contains(bytes[start]) else { return nil }
    skip { marks.contains($0) }
    let isMarked = marks.contains(bytes[position - 1])
    let behind = position
    skip { $0 == 0x20 }
    switch byte {
    case UInt8(ascii: ":"), UInt8(ascii: "("), UInt8(ascii: "="), UInt8(ascii: "["): return name
    case nil: return isMarked ? name : nil
    // A dash, short or long.
    case UInt8(ascii: "-"), 0xE2: return position > behind ? name : nil
    default: return nil
    }
  }
}
