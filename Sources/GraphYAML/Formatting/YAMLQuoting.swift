/// When text needs quotes.
enum YAMLQuoting {
  /// A scalar of one line as it is written best, without a change of what it says.
  ///
  /// - Parameter isInFlow: Whether it stands in brackets or braces, where plain text may hold less.
  static func text(of scalar: YAMLLayoutScalar, isInFlow: Bool, isTagged: Bool) -> String {
    guard scalar.style != .plain, !isTagged else { return scalar.source }
    if isPlain(scalar.text, isInFlow: isInFlow) { return scalar.text }
    let needsEscape = scalar.text.unicodeScalars.contains { $0 == "\"" || $0 == "\\" || !isPrintable($0) }
    return scalar.style == .singleQuoted && !needsEscape ? "\"\(scalar.text)\"" : scalar.source
  }

  /// Whether text without quotes is the same text, for every reader of YAML 1.1 or 1.2.
  ///
  /// Text that begins with a digit, a sign or a point keeps its quotes, whether or not it looks like a number, a date
  /// or a time to somebody; so does text with braces, which need quotes as soon as they come first.
  static func isPlain(_ text: String, isInFlow: Bool) -> Bool {
    let scalars = text.unicodeScalars
    guard let first = scalars.first, let last = scalars.last, text.utf8.count <= 1000,
      first.properties.isAlphabetic || "_($/".unicodeScalars.contains(first), last != " ", last != ":",
      scalars.allSatisfy(isPrintable), !words.contains(text.lowercased())
    else { return false }
    var previous: Unicode.Scalar = " "
    for scalar in scalars {
      if scalar == "#" && previous == " " || scalar == " " && previous == ":" { return false }
      if scalar == "{" || scalar == "}" { return false }
      if isInFlow {
        if scalar == "," || scalar == "[" || scalar == "]" { return false }
        if previous == ":" && !(scalar.properties.isAlphabetic || scalar == "/") { return false }
      }
      previous = scalar
    }
    return true
  }

  /// Words that are no text to some readers.
  private static let words: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"]

  /// Whether a character shows and is no line break of any kind.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA1, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
    default: true
    }
  }
}
