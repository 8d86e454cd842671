/// What plain text means by the core schema of YAML 1.2.
enum YAMLCoreSchema {
  /// The meaning of a text, or why it has none.
  enum Reading: Hashable {
    case value(YAMLScalar.Resolved)
    /// An integer beyond 64 bits; the nearest that fits.
    case integerTooLarge(Int)
    /// `.inf`, `.nan`, or a number beyond the range of a double.
    case notFinite
  }

  static func read(_ text: String) -> Reading {
    let bytes = text.utf8.span
    guard bytes.count > 0 else { return .value(.null) }
    switch bytes[0] {
    case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
      UInt8(ascii: "f"), UInt8(ascii: "F"):
      return .value(bytes.count <= 5 ? word(text) : .string)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      return number(text, bytes)
    default: return .value(.string)
    }
  }

  private static func word(_ text: String) -> YAMLScalar.Resolved {
    switch text {
    case "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE": .bool(true)
    case "false", "False", "FALSE": .bool(false)
    default: .string
    }
  }

  private static func number(_ text: String, _ bytes: Span<UInt8>) -> Reading {
    if bytes.count > 2 && bytes[0] == UInt8(ascii: "0") {
      if bytes[1] == UInt8(ascii: "x") {
        return integer(bytes, from: 2, radix: 16, isNegative: false) ?? .value(.string)
      }
      if bytes[1] == UInt8(ascii: "o") {
        return integer(bytes, from: 2, radix: 8, isNegative: false) ?? .value(.string)
      }
    }
    let isSigned = bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-")
    let start = isSigned ? 1 : 0
    let isNegative = bytes[0] == UInt8(ascii: "-")
    if let reading = integer(bytes, from: start, radix: 10, isNegative: isNegative) { return reading }
    switch text {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN":
      return .notFinite
    default: break
    }
    guard isFloat(bytes, from: start), let number = Double(text) else { return .value(.string) }
    return number.isFinite ? .value(.double(number)) : .notFinite
  }

  /// The digits from `start` to the end as an integer, or nil when something else is there.
  private static func integer(_ bytes: Span<UInt8>, from start: Int, radix: Int, isNegative: Bool) -> Reading? {
    guard start < bytes.count else { return nil }
    var value = 0
    var overflows = false
    for offset in start..<bytes.count {
      guard let digit = digit(bytes[offset]), digit < radix else { return nil }
      let (product, first) = value.multipliedReportingOverflow(by: radix)
      let (sum, second) =
        isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      overflows = overflows || first || second
      value = sum
    }
    return overflows ? .integerTooLarge(isNegative ? .min : .max) : .value(.int(value))
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte) - 0x57
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte) - 0x37
    default: nil
    }
  }

  /// Whether `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?` is what stands from `start` to the end.
  private static func isFloat(_ bytes: Span<UInt8>, from start: Int) -> Bool {
    var offset = start
    func skipDigits() -> Int {
      let first = offset
      while offset < bytes.count, bytes[offset] >= UInt8(ascii: "0"), bytes[offset] <= UInt8(ascii: "9") { offset += 1 }
      return offset - first
    }
    let whole = skipDigits()
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      offset += 1
      let fraction = skipDigits()
      if whole == 0 && fraction == 0 { return false }
    } else if whole == 0 {
      return false
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
      if skipDigits() == 0 { return false }
    }
    return offset == bytes.count
  }
}
