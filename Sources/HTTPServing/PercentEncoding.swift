/// The escapes of paths and queries: `%20` for a space.
enum PercentEncoding {
  /// The bytes that stand for themselves or are written as `%` and two digits; nil when an escape or the text is none.
  static func decode(_ bytes: some Sequence<UInt8>, plusIsSpace: Bool = false) -> String? {
    var result: [UInt8] = []
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else { return nil }
        result.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: result.append(UInt8(ascii: " "))
      default: result.append(byte)
      }
    }
    // No name of anything has a zero byte in it, and C would end there.
    guard !result.contains(0) else { return nil }
    return String(validating: result, as: UTF8.self)
  }

  /// The pairs of a query or a form; nil when one of them is wrong.
  static func pairs(_ query: String) -> [(name: String, value: String)]? {
    var pairs: [(name: String, value: String)] = []
    for part in query.utf8.split(separator: UInt8(ascii: "&")) {
      let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
      guard let name = decode(part[..<equals], plusIsSpace: true),
        let value = decode(equals == part.endIndex ? part[equals...] : part[equals...].dropFirst(), plusIsSpace: true)
      else { return nil }
      pairs.append((name, value))
    }
    return pairs
  }

  /// The value of a hexadecimal digit.
  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
