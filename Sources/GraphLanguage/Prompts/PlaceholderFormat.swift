internal import GraphRuntime

/// How a placeholder writes its value, as in `{n:>8.2f}`.
///
/// It is Python's format language without `#`, `z`, `n` and `c`:
/// `[[fill]align][sign][0][width][, or _][.precision][type]`.
struct PlaceholderFormat: Sendable {
  /// The format as it is written.
  let text: String

  private var fill: Character = " "
  private var alignment: Character?
  private var numberAlignment: Character = ">"
  private var sign: Character?
  private var width = 0
  private var grouping: Character?
  private var precision: Int?
  private var type: Character?

  /// The greatest width and precision: a prompt is not to grow by a slip of the finger.
  private static let maximumWidth = 1000

  /// Parses a format; nil when it is not one.
  init?(_ text: String) {
    self.text = text
    var rest = Array(text)[...]
    var hasFill = false
    if rest.count >= 2, "<>=^".contains(rest[rest.startIndex + 1]) {
      hasFill = true
      fill = rest.removeFirst()
      alignment = rest.removeFirst()
    } else if let first = rest.first, "<>=^".contains(first) {
      alignment = rest.removeFirst()
    }
    if let first = rest.first, "+- ".contains(first) { sign = rest.removeFirst() }
    if rest.first == "0" {
      rest.removeFirst()
      if !hasFill { fill = "0" }
      numberAlignment = "="
    }
    guard let width = Self.takeNumber(&rest) else { return nil }
    self.width = width
    if let first = rest.first, ",_".contains(first) { grouping = rest.removeFirst() }
    if rest.first == "." {
      rest.removeFirst()
      guard rest.first?.isNumber == true, let precision = Self.takeNumber(&rest) else { return nil }
      self.precision = precision
    }
    if let first = rest.first, "sdfFeEgG%xXob".contains(first) { type = rest.removeFirst() }
    if !rest.isEmpty { return nil }
    if type == "d" && precision != nil { return nil }
  }

  /// Takes digits; 0 when there are none, nil when the number is too large.
  private static func takeNumber(_ rest: inout ArraySlice<Character>) -> Int? {
    var number = 0
    while let digit = rest.first?.wholeNumberValue, rest.first?.isASCII == true {
      rest.removeFirst()
      number = number * 10 + digit
      if number > maximumWidth { return nil }
    }
    return number
  }

  /// The value in this format, or nil when it is of another type.
  func apply(to value: Value) -> String? {
    switch (value, type) {
    case (.int(let number), nil) where precision == nil, (.int(let number), "d"?):
      return padded(number.magnitude.description, isNegative: number < 0)
    case (.int(let number), "x"?): return radix(number, 16, isUppercase: false)
    case (.int(let number), "X"?): return radix(number, 16, isUppercase: true)
    case (.int(let number), "o"?): return radix(number, 8, isUppercase: false)
    case (.int(let number), "b"?): return radix(number, 2, isUppercase: false)
    case (.double(let number), nil) where precision == nil:
      return padded(number.magnitude.description, isNegative: number.sign == .minus)
    case (.int, let type?) where "fFeEgG%".contains(type), (.double, let type?) where "fFeEgG%".contains(type):
      return value.double.map { float($0, type) }
    case (.double(let number), nil): return padded(general(number.magnitude), isNegative: number.sign == .minus)
    case (.int, _), (.double, _): return nil
    case (_, nil), (_, "s"?):
      // Texts have no sign and no groups of digits.
      guard sign == nil, grouping == nil, alignment != "=" else { return nil }
      let text = precision.map { String(value.text.prefix($0)) } ?? value.text
      return align(text, alignment ?? "<")
    default: return nil
    }
  }

  private func radix(_ number: Int, _ radix: Int, isUppercase: Bool) -> String? {
    guard precision == nil, grouping != "," else { return nil }
    let digits = String(number.magnitude, radix: radix, uppercase: isUppercase)
    return padded(digits, isNegative: number < 0, radix: radix)
  }

  private func float(_ number: Double, _ type: Character) -> String {
    let magnitude = type == "%" ? number.magnitude * 100 : number.magnitude
    let digits = magnitude.formatted(type == "%" ? "f" : type, precision: precision ?? 6)
    return padded(type == "%" ? digits + "%" : digits, isNegative: number.sign == .minus)
  }

  /// A number without a type: the shortest of `precision` digits, with a point or an exponent.
  private func general(_ magnitude: Double) -> String {
    let digits = max(1, precision ?? 1)
    let text = magnitude.formatted("g", precision: digits)
    let scientific = magnitude.formatted("e", precision: digits - 1)
    let exponent = scientific.lastIndex(of: "e").flatMap { Int(scientific[scientific.index(after: $0)...]) } ?? 0
    if exponent < digits - 1 { return text.contains(".") || text.contains("e") ? text : text + ".0" }
    guard let mark = scientific.lastIndex(of: "e") else { return text }
    var mantissa = scientific[..<mark]
    if mantissa.contains(".") {
      while mantissa.last == "0" { mantissa.removeLast() }
      if mantissa.last == "." { mantissa.removeLast() }
    }
    return String(mantissa + scientific[mark...])
  }

  /// Adds sign, groups and padding to the digits of a number.
  private func padded(_ digits: String, isNegative: Bool, radix: Int = 10) -> String {
    let mark = isNegative ? "-" : sign == "+" || sign == " " ? String(sign ?? " ") : ""
    // An exponent is no part of what is grouped; in other radixes letters are digits.
    let end = radix == 10 ? digits.firstIndex { !$0.isNumber } ?? digits.endIndex : digits.endIndex
    let size = radix == 10 ? 3 : 4
    let fraction = String(digits[end...])
    var whole = grouped(String(digits[..<end]), size)
    let alignment = alignment ?? numberAlignment
    guard alignment == "=" else { return align(mark + whole + fraction, alignment) }
    var missing = width - (mark + whole + fraction).count
    if fill == "0", let grouping, missing > 0 {
      // Zeros in front are digits too: they are grouped with the others, and no group begins with its separator.
      let zeros = String(repeating: "0", count: missing)
      whole = String(grouped(zeros + String(digits[..<end]), size).suffix(whole.count + missing))
      if whole.first == grouping { whole = "0" + whole }
      missing = 0
    }
    return mark + String(repeating: String(fill), count: max(0, missing)) + whole + fraction
  }

  private func grouped(_ digits: String, _ size: Int) -> String {
    guard let grouping else { return digits }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % size == 0 { text.append(grouping) }
      text.append(digit)
    }
    return text
  }

  private func align(_ text: String, _ alignment: Character) -> String {
    let missing = max(0, width - text.unicodeScalars.count)
    let left: Int
    switch alignment {
    case "<": left = 0
    case "^": left = missing / 2
    default: left = missing
    }
    let padding = String(fill)
    return String(repeating: padding, count: left) + text + String(repeating: padding, count: missing - left)
  }
}
