internal import GraphDiagnostics

/// A plain text that YAML 1.1, and so many other tools, reads as something else than YAML 1.2 does.
///
/// Left out on purpose: `y` and `n`, which name axes more often than they
/// answer, and dates, which are text here as their authors expect.
struct YAMLSurprise {
  let message: DiagnosticMessage
  /// What could be written instead of quotes.
  let alternative: String?

  /// What is surprising about a plain text with its meaning, or nil.
  init?(_ text: String, resolved: YAMLScalar.Resolved) {
    guard let first = text.utf8.first else { return nil }
    switch (first, resolved) {
    case (UInt8(ascii: "A")..., .string):
      guard text.utf8.count <= 3, let flag = Self.flag(text) else { return nil }
      message = .notBoolean(text, flag)
      alternative = "\(flag)"
    case (_, .int(let number)):
      guard Self.hasLeadingZero(text) else { return nil }
      message = .leadingZero(text, number)
      alternative = "\(number)"
    case (UInt8(ascii: "+"), .string), (UInt8(ascii: "-"), .string),
      (UInt8(ascii: "0")...UInt8(ascii: "9"), .string):
      guard text.utf8.count <= Self.longestNumber, let number = Self.oldNumber(text) else { return nil }
      message = .notNumber(text, number)
      alternative = number
    default: return nil
    }
  }

  /// What is surprising, with the ways out.
  func diagnostic(_ text: String, at span: SourceSpan) -> Diagnostic {
    var fixIts = [FixIt("put it in quotes", replacing: span, with: "\"\(text)\"")]
    if let alternative { fixIts.append(.replace(span, with: alternative)) }
    return Diagnostic(message, at: span, fixIts: fixIts)
  }

  private static let longestNumber = 64

  private static func flag(_ text: String) -> Bool? {
    switch text {
    case "yes", "Yes", "YES", "on", "On", "ON": true
    case "no", "No", "NO", "off", "Off", "OFF": false
    default: nil
    }
  }

  private static func hasLeadingZero(_ text: String) -> Bool {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    return digits.count > 1 && digits.first == UInt8(ascii: "0") && digits.allSatisfy(isDigit)
  }

  /// The number as which YAML 1.1 reads a text that YAML 1.2 leaves text: with `_`, base 60, base 2, or a signed base 16.
  private static func oldNumber(_ text: String) -> String? {
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    let isSigned = isNegative || text.utf8.first == UInt8(ascii: "+")
    let digits = Array(text.utf8.dropFirst(isSigned ? 1 : 0))
    guard let first = digits.first, isDigit(first) else { return nil }
    let plain = String(decoding: digits.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    let sign = isNegative ? "-" : ""
    if plain.hasPrefix("0b") { return Int(plain.dropFirst(2), radix: 2).map { "\(sign)\($0)" } }
    if plain.hasPrefix("0x") { return Int(plain.dropFirst(2), radix: 16).map { "\(sign)\($0)" } }
    if plain.utf8.contains(UInt8(ascii: ":")) { return baseSixty(plain).map { "\(sign)\($0)" } }
    guard plain.utf8.count < digits.count else { return nil }
    switch YAMLCoreSchema.read(plain) {
    case .value(.int(let number)): return "\(sign)\(number)"
    case .value(.double(let number)): return "\(sign)\(number)"
    default: return nil
    }
  }

  /// The value of `1:30:00`; later parts have one or two digits and are below 60.
  private static func baseSixty(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1, text.utf8.first != UInt8(ascii: "0") else { return nil }
    var total = 0
    for (position, part) in parts.enumerated() {
      guard part.utf8.allSatisfy(isDigit), let number = Int(part) else { return nil }
      guard position == 0 || part.utf8.count <= 2 && number < 60 else { return nil }
      let (product, overflows) = total.multipliedReportingOverflow(by: 60)
      let (sum, overflowsToo) = product.addingReportingOverflow(number)
      if overflows || overflowsToo { return nil }
      total = sum
    }
    return total
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}

extension DiagnosticMessage {
  static func notBoolean(_ text: String, _ flag: Bool) -> Self {
    Self("GR0024", .warning, "'\(text)' is taken as text, not as \(flag)", bearing: .reading)
  }

  static func notNumber(_ text: String, _ number: String) -> Self {
    Self("GR0025", .warning, "'\(text)' is taken as text, not as the number \(number)")
  }

  static func leadingZero(_ text: String, _ number: Int) -> Self {
    Self("GR0025", .warning, "'\(text)' is taken as the number \(number), not as octal and not as text")
  }
}
