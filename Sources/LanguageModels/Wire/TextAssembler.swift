/// Puts the text of an answer together from deltas that may be cut anywhere.
///
/// A provider can cut between the two halves of a surrogate pair (`\ud83d` in
/// one delta, `\ude00` in the next) or in the middle of a character's bytes.
/// The beginning of such a character is held back until its rest is there.
///
/// Surrogates are kept as the three bytes that UTF-8 would give them if it
/// allowed them; at most three bytes are ever held.
struct TextAssembler: Sendable {
  private var held: [UInt8] = []

  /// Adds bytes and returns what is whole, or nil when nothing is.
  mutating func append(_ bytes: ArraySlice<UInt8>) -> String? {
    guard let last = bytes.last else { return nil }
    // Nearly always: nothing held, an ASCII character at the end, and no byte that could begin a surrogate.
    if held.isEmpty && last < 0x80 && !bytes.contains(0xED) { return String(decoding: bytes, as: UTF8.self) }

    var text = held
    text.append(contentsOf: bytes)
    Self.joinSurrogates(&text)
    let heldCount = Self.countOfUnfinished(text)
    held = Array(text.suffix(heldCount))
    text.removeLast(heldCount)
    return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }

  /// Whether nothing is held back.
  var isEmpty: Bool { held.isEmpty }

  /// What was held back and will get no rest, as U+FFFD; nil when nothing was.
  mutating func flush() -> String? {
    guard !held.isEmpty else { return nil }
    held = []
    return "\u{FFFD}"
  }

  /// Appends a UTF-16 code unit, be it a half of a pair.
  static func encode(_ unit: UInt16, to bytes: inout [UInt8]) {
    switch unit {
    case ..<0x80: bytes.append(UInt8(unit))
    case ..<0x800: bytes.append(contentsOf: [0xC0 | UInt8(unit >> 6), 0x80 | UInt8(unit & 0x3F)])
    default:
      bytes.append(contentsOf: [
        0xE0 | UInt8(unit >> 12), 0x80 | UInt8(unit >> 6 & 0x3F), 0x80 | UInt8(unit & 0x3F),
      ])
    }
  }

  /// Makes one character of each pair, and U+FFFD of each half without the other, but for a first half at the end.
  private static func joinSurrogates(_ bytes: inout [UInt8]) {
    guard bytes.contains(0xED) else { return }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      guard let half = surrogate(bytes, position) else {
        result.append(bytes[position])
        position += 1
        continue
      }
      if half < 0xDC00, position + 3 == bytes.count {
        result.append(contentsOf: bytes[position...])
        break
      }
      if half < 0xDC00, let other = surrogate(bytes, position + 3), other >= 0xDC00 {
        let code = 0x10000 + UInt32(half & 0x3FF) << 10 + UInt32(other & 0x3FF)
        result.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        position += 6
      } else {
        result.append(contentsOf: "\u{FFFD}".utf8)
        position += 3
      }
    }
    bytes = result
  }

  /// The surrogate whose three bytes begin at a position.
  private static func surrogate(_ bytes: [UInt8], _ position: Int) -> UInt16? {
    guard position + 3 <= bytes.count, bytes[position] == 0xED, bytes[position + 1] & 0xE0 == 0xA0,
      bytes[position + 2] & 0xC0 == 0x80
    else { return nil }
    return 0xD000 | UInt16(bytes[position + 1] & 0x3F) << 6 | UInt16(bytes[position + 2] & 0x3F)
  }

  /// How many bytes at the end are the beginning of a character.
  private static func countOfUnfinished(_ bytes: [UInt8]) -> Int {
    if bytes.count >= 3, let half = surrogate(bytes, bytes.count - 3), half < 0xDC00 { return 3 }
    for count in 1...3 where count <= bytes.count {
      let byte = bytes[bytes.count - count]
      switch byte {
      case 0x80..<0xC0: continue
      case 0xC2..<0xE0: return count < 2 ? count : 0
      case 0xE0..<0xF0: return count < 3 ? count : 0
      case 0xF0..<0xF5: return count < 4 ? count : 0
      default: return 0
      }
    }
    return 0
  }
}
