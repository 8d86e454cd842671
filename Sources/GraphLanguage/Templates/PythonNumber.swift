#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Numbers as Python prints, reads and calculates them.
enum PythonNumber {}

// MARK: - Printing

extension PythonNumber {
  /// What `repr` gives for a float: the shortest digits that read back as the same number.
  static func text(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    let (digits, exponent) = shortest(number.magnitude)
    let sign = number.sign == .minus ? "-" : ""
    // Python writes an exponent below 1e-4 and from 1e16 on; Swift elsewhere.
    if exponent < -4 || exponent >= 16 {
      let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
      let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(power)"
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    if digits.count <= exponent + 1 {
      return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count) + ".0"
    }
    return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }

  /// The shortest digits of a finite positive number and the power of ten of the first.
  private static func shortest(_ number: Double) -> (digits: String, exponent: Int) {
    let description = number.description
    let parts = description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa[0]
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let all = String(whole) + fraction
    let zeros = all.prefix { $0 == "0" }.count
    var digits = String(all.dropFirst(zeros))
    while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
    if digits.isEmpty { return ("0", 0) }
    return (digits, power + whole.count - 1 - zeros)
  }

  /// A number in one of C's formats, correctly rounded: `e`, `f` or `g`.
  static func text(_ number: Double, format: Character, precision: Int, alternate: Bool = false) -> String {
    if !number.isFinite { return text(number) }
    let pattern = "%\(alternate ? "#" : "").*\(format)"
    // A double has at most 309 digits before the point.
    var buffer = [CChar](repeating: 0, count: precision + 340)
    let written = withVaList([Int32(clamping: precision), number]) { arguments in
      vsnprintf(&buffer, buffer.count, pattern, arguments)
    }
    let count = max(0, min(Int(written), buffer.count - 1))
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

// MARK: - Reading

extension PythonNumber {
  /// What `int(text, base)` gives, or nil when Python would raise `ValueError`.
  static func integer(_ text: String, base: Int = 10) throws(TemplateFailure) -> Int? {
    var digits = Substring(PythonText.stripped(text))
    var sign = ""
    if let first = digits.first, first == "-" || first == "+" {
      if first == "-" { sign = "-" }
      digits.removeFirst()
    }
    var radix = base
    let prefixes = [("0x", 16), ("0o", 8), ("0b", 2)]
    if let prefix = prefixes.first(where: { digits.lowercased().hasPrefix($0.0) && (base == $0.1 || base == 0) }) {
      radix = prefix.1
      digits.removeFirst(2)
      if digits.first == "_" { digits.removeFirst() }
    } else if base == 0 {
      radix = 10
    }
    guard (2...36).contains(radix),
      let plain = joinedDigits(
        digits,
        isDigit: { digit in
          digit.isASCII && Int(String(digit), radix: radix) != nil
        })
    else { return nil }
    if let value = Int(sign + plain, radix: radix) { return value }
    throw TemplateFailure(.templateOverflow)
  }

  /// What `float(text)` gives, or nil when Python would raise `ValueError`.
  static func float(_ text: String) -> Double? {
    let trimmed = PythonText.stripped(text)
    let unsigned = trimmed.drop { $0 == "-" || $0 == "+" }
    if trimmed.count - unsigned.count > 1 { return nil }
    switch unsigned.lowercased() {
    case "inf", "infinity": return trimmed.hasPrefix("-") ? -.infinity : .infinity
    case "nan": return .nan
    default: break
    }
    // Swift also reads hexadecimal floats, which Python's `float` does not.
    var hasDigit = false
    for scalar in unsigned.unicodeScalars {
      switch scalar {
      case "0"..."9": hasDigit = true
      case ".", "_", "+", "-": break
      case "e", "E": if !hasDigit { return nil }
      default: return nil
      }
    }
    guard hasDigit, let plain = joinedDigits(Substring(unsigned), isDigit: { $0 != "_" }) else { return nil }
    return Double((trimmed.hasPrefix("-") ? "-" : "") + plain)
  }

  /// Digits without the single underscores that Python allows between them.
  private static func joinedDigits(_ text: Substring, isDigit: (Character) -> Bool) -> String? {
    var result = ""
    var isAfterDigit = false
    for character in text {
      if character == "_" {
        if !isAfterDigit { return nil }
        isAfterDigit = false
      } else {
        guard isDigit(character) else { return nil }
        result.append(character)
        isAfterDigit = true
      }
    }
    return isAfterDigit ? result : nil
  }
}

// MARK: - Arithmetic

extension PythonNumber {
  /// Division rounded down.
  static func floorDivide(_ left: Int, _ right: Int) throws(TemplateFailure) -> Int {
    if right == 0 { throw TemplateFailure(.templateDivisionByZero) }
    let (quotient, overflow) = left.dividedReportingOverflow(by: right)
    if overflow { throw TemplateFailure(.templateOverflow) }
    return left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient
  }

  /// The remainder of that division, with the sign of the divisor.
  static func remainder(_ left: Int, _ right: Int) throws(TemplateFailure) -> Int {
    if right == 0 { throw TemplateFailure(.templateDivisionByZero) }
    if right == -1 { return 0 }
    let remainder = left % right
    return remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder
  }

  /// The remainder of a division rounded down, of doubles.
  static func remainder(_ left: Double, _ right: Double) throws(TemplateFailure) -> Double {
    try divided(left, right).remainder
  }

  /// Division of doubles rounded down.
  static func floorDivide(_ left: Double, _ right: Double) throws(TemplateFailure) -> Double {
    try divided(left, right).quotient
  }

  /// Both results of a division, in the steps of CPython, so that they round alike.
  private static func divided(
    _ left: Double, _ right: Double
  ) throws(TemplateFailure) -> (quotient: Double, remainder: Double) {
    if right == 0 { throw TemplateFailure(.templateDivisionByZero) }
    var remainder = left.truncatingRemainder(dividingBy: right)
    var quotient = (left - remainder) / right
    if remainder == 0 {
      remainder = Double(signOf: right, magnitudeOf: 0)
    } else if (right < 0) != (remainder < 0) {
      remainder += right
      quotient -= 1
    }
    if quotient == 0 { return (Double(signOf: left / right, magnitudeOf: 0), remainder) }
    let floor = quotient.rounded(.down)
    return (quotient - floor > 0.5 ? floor + 1 : floor, remainder)
  }

  /// An integer to a power that is not negative.
  static func power(_ base: Int, _ exponent: Int) throws(TemplateFailure) -> Int {
    var result = 1
    var factor = base
    var remaining = exponent
    while remaining > 0 {
      if remaining & 1 == 1 { result = try multiply(result, factor) }
      remaining >>= 1
      if remaining > 0 { factor = try multiply(factor, factor) }
    }
    return result
  }

  private static func multiply(_ left: Int, _ right: Int) throws(TemplateFailure) -> Int {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    if overflow { throw TemplateFailure(.templateOverflow) }
    return product
  }

  /// A double to the power of a double.
  static func power(_ base: Double, _ exponent: Double) throws(TemplateFailure) -> Double {
    if base == 0 && exponent < 0 { throw TemplateFailure(.templateDivisionByZero) }
    let result = pow(base, exponent)
    let isFromFinite = base.isFinite && exponent.isFinite
    if result.isNaN && isFromFinite { throw TemplateFailure(.templateNeeds("a real number", found: "a complex one")) }
    if result.isInfinite && isFromFinite { throw TemplateFailure(.templateOverflow) }
    return result
  }

  /// A double rounded to decimal places as `round` does: exactly, halves to the even digit.
  static func rounded(_ number: Double, _ places: Int) -> Double {
    if !number.isFinite || places > 330 { return number }
    if places >= 0 {
      return Double(text(number, format: "f", precision: places)) ?? number
    }
    if places < -330 { return Double(signOf: number, magnitudeOf: 0) }
    let scale = pow(10.0, Double(-places))
    return (number / scale).rounded(.toNearestOrEven) * scale
  }

  /// An integer rounded to tens, hundreds and so on, halves to the even digit.
  static func rounded(_ number: Int, tens places: Int) throws(TemplateFailure) -> Int {
    if places > 18 { return 0 }
    let scale = try power(10, places)
    let down = try floorDivide(number, scale)
    let rest = number - down * scale
    let isUp = rest * 2 > scale || rest * 2 == scale && down % 2 != 0
    return try multiply(isUp ? down + 1 : down, scale)
  }

  /// A double as an integer, cut toward zero.
  static func integer(_ number: Double) throws(TemplateFailure) -> Int {
    guard number.isFinite, let integer = Int(exactly: number.rounded(.towardZero)) else {
      throw TemplateFailure(.templateOverflow)
    }
    return integer
  }
}
