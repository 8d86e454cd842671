internal import GraphDiagnostics
internal import GraphRuntime

/// Python's two ways of formatting: `'%s' % value` and `'{}'.format(value)`.
enum PythonFormat {
  /// How one value is laid out.
  struct Specification {
    var fill: Unicode.Scalar = " "
    /// `<`, `>`, `^`, `=`, or nil for what is usual of the value.
    var alignment: Unicode.Scalar?
    /// `+` or a space in front of numbers that are not negative.
    var sign: Unicode.Scalar?
    var isAlternate = false
    var width = 0
    /// `,` or `_` between groups of digits.
    var grouping: Unicode.Scalar?
    var precision: Int?
    var type: Unicode.Scalar?
  }

  private static let widestField = 100_000

  private static func failure(_ problem: String) -> TemplateFailure { TemplateFailure(.templateBadFormat(problem)) }

  // MARK: - Percent

  /// `format % arguments`; a safe format escapes the text that is put into it.
  static func printf(
    _ format: String, _ arguments: TemplateValue, escapes: Bool = false, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> String {
    let scalars = Array(format.unicodeScalars)
    let values: [TemplateValue] = arguments.isTuple ? Array(try arguments.items()) : [arguments]
    var next = 0
    var usesNames = false
    var output = ""
    var index = 0
    func take() throws(TemplateFailure) -> TemplateValue {
      guard next < values.count else { throw failure("the format needs more values than it was given") }
      next += 1
      return values[next - 1]
    }
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      guard scalar == "%" else {
        output.unicodeScalars.append(scalar)
        continue
      }
      var named: TemplateValue?
      if index < scalars.count, scalars[index] == "(" {
        guard let close = scalars[index...].firstIndex(of: ")") else {
          throw failure("a name in the format has no ')'")
        }
        let name = PythonText.string(scalars[(index + 1)..<close])
        guard let entries = arguments.entries else { throw failure("a format with names needs a dict") }
        guard let value = try entries.value(.string(name)) else {
          throw failure("the format names a value that was not given")
        }
        named = value
        usesNames = true
        index = close + 1
      }
      var specification = Specification()
      var isLeft = false
      while index < scalars.count, "-+ #0".unicodeScalars.contains(scalars[index]) {
        switch scalars[index] {
        case "-": isLeft = true
        case "+": specification.sign = "+"
        case " ": specification.sign = specification.sign ?? " "
        case "#": specification.isAlternate = true
        default: specification.fill = "0"
        }
        index += 1
      }
      func number() throws(TemplateFailure) -> Int? {
        if index < scalars.count, scalars[index] == "*" {
          index += 1
          guard let number = try take().integer else { throw failure("'*' in a format needs an int") }
          return number
        }
        let start = index
        while index < scalars.count, scalars[index].isASCII, PythonText.isDigit(UInt8(scalars[index].value)) {
          index += 1
        }
        return start == index ? nil : Int(PythonText.string(scalars[start..<index])) ?? .max
      }
      let width = try number() ?? 0
      if width < 0 { isLeft = true }
      specification.width = min(Int(clamping: width.magnitude), widestField)
      if index < scalars.count, scalars[index] == "." {
        index += 1
        specification.precision = min(max(0, try number() ?? 0), widestField)
      }
      while index < scalars.count, "hlL".unicodeScalars.contains(scalars[index]) { index += 1 }
      guard index < scalars.count else { throw failure("the format ends inside a '%'") }
      let type = scalars[index]
      index += 1
      if type == "%" {
        output += "%"
        continue
      }
      let value = if let named { named } else { try take() }
      specification.alignment = isLeft ? "<" : ">"
      try append(value, type, specification, isLeft: isLeft, escapes: escapes, to: &output, &budget)
      try budget.check(bytes: output.utf8.count)
    }
    // Python takes whatever has items for names that the format does not use, but for tuples and texts.
    if next < values.count && !usesNames && !(arguments.hasItemsByKey && !arguments.isTuple) {
      throw failure("the format has no place for all the values it was given")
    }
    try budget.spend(bytes: output.utf8.count)
    return output
  }

  private static func append(
    _ value: TemplateValue, _ type: Unicode.Scalar, _ given: Specification, isLeft: Bool, escapes: Bool,
    to output: inout String,
    _ budget: inout TemplateBudget
  ) throws(TemplateFailure) {
    var specification = given
    try value.checkDefined()
    try budget.spend((specification.width + (specification.precision ?? 0)) >> 6)
    switch type {
    case "s", "r", "a":
      var text = ""
      if type == "s" { text = try value.printed(&budget) } else { try value.printRepresentation(to: &text, &budget) }
      if escapes && !value.isMarkup { text = PythonText.escaped(text) }
      specification.fill = " "
      specification.type = nil
      pad(truncated(text, specification.precision), specification, usual: ">", to: &output)
    case "c":
      guard
        let text = value.integer.flatMap({ Unicode.Scalar(UInt32(clamping: $0)) }).map({ String($0) }) ?? value.text,
        PythonText.count(text) == 1
      else { throw failure("'%c' needs one character") }
      specification.fill = " "
      pad(text, specification, usual: ">", to: &output)
    case "d", "i", "u", "x", "X", "o":
      guard value.number != nil else {
        throw TemplateFailure(.templateNeeds("a number for '%\(type)'", found: value.kind))
      }
      let isDecimal = "diu".unicodeScalars.contains(type)
      let number: Int
      if let integer = value.integer {
        number = integer
      } else if isDecimal, let double = value.number {
        number = try PythonNumber.integer(double)
      } else {
        throw TemplateFailure(.templateNeeds("an int for '%\(type)'", found: value.kind))
      }
      var digits = String(number.magnitude, radix: isDecimal ? 10 : type == "o" ? 8 : 16, uppercase: type == "X")
      if let precision = specification.precision, digits.utf8.count < precision {
        digits = String(repeating: "0", count: precision - digits.utf8.count) + digits
      }
      let prefix = specification.isAlternate && !isDecimal ? "0\(type)" : ""
      appendNumber(sign(number < 0, specification) + prefix, digits, specification, isLeft: isLeft, to: &output)
    case "e", "E", "f", "F", "g", "G":
      guard let number = value.number else {
        throw TemplateFailure(.templateNeeds("a number for '%\(type)'", found: value.kind))
      }
      let digits = floatDigits(number.magnitude, type, specification.precision ?? 6, specification.isAlternate)
      appendNumber(
        sign(number.sign == .minus && !number.isNaN, specification), digits, specification, isLeft: isLeft, to: &output)
    default: throw failure("the format has an unknown letter behind '%'")
    }
  }

  private static func appendNumber(
    _ sign: String, _ digits: String, _ specification: Specification, isLeft: Bool, to output: inout String
  ) {
    var specification = specification
    specification.alignment = isLeft ? "<" : specification.fill == "0" ? "=" : ">"
    if isLeft { specification.fill = " " }
    pad(digits, sign: sign, specification, usual: ">", to: &output)
  }

  // MARK: - One value

  /// `format(value, specification)`.
  static func format(
    _ value: TemplateValue, _ specification: Specification, to output: inout String, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) {
    try value.checkDefined()
    try budget.spend((specification.width + (specification.precision ?? 0)) >> 6)
    let isText = value.number == nil || (value.integer != nil && specification.type == nil && isTruthValue(value))
    if isText {
      if let type = specification.type, type != "s" {
        throw TemplateFailure(.templateNeeds("a number for the format '\(type)'", found: value.kind))
      }
      let text = try value.printed(&budget)
      pad(truncated(text, specification.precision), specification, usual: "<", to: &output)
      return
    }
    let isFloatType = specification.type.map { "eEfFgG%".unicodeScalars.contains($0) } ?? false
    if let number = value.integer, !isFloatType {
      try append(number, specification, to: &output)
      return
    }
    let number = value.number ?? 0
    let type = specification.type ?? "r"
    guard "eEfFgG%nr".unicodeScalars.contains(type) else {
      throw TemplateFailure(.templateNeeds("an int for the format '\(type)'", found: value.kind))
    }
    var digits: String
    if type == "r" {
      if let precision = specification.precision {
        digits = floatDigits(number.magnitude, "g", precision, specification.isAlternate)
        // Without a type, a fraction is always shown.
        if !digits.contains(where: { ".en".contains($0) }) { digits += ".0" }
      } else {
        digits = PythonNumber.text(number.magnitude)
      }
    } else if type == "%" {
      digits = floatDigits(number.magnitude * 100, "f", specification.precision ?? 6, specification.isAlternate) + "%"
    } else {
      digits = floatDigits(
        number.magnitude, type == "n" ? "g" : type, specification.precision ?? 6, specification.isAlternate)
    }
    pad(
      digits, sign: sign(number.sign == .minus && !number.isNaN, specification), specification, usual: ">",
      to: &output)
  }

  private static func isTruthValue(_ value: TemplateValue) -> Bool {
    if case .value(.bool) = value { true } else { false }
  }

  private static func append(
    _ number: Int, _ specification: Specification, to output: inout String
  ) throws(TemplateFailure) {
    let type = specification.type ?? "d"
    if type == "c" {
      guard let scalar = Unicode.Scalar(UInt32(clamping: number)) else { throw failure("there is no such character") }
      pad(String(scalar), specification, usual: "<", to: &output)
      return
    }
    guard let radix = ["d": 10, "n": 10, "x": 16, "X": 16, "o": 8, "b": 2][type] else {
      throw failure("the format has an unknown type for ints")
    }
    if specification.precision != nil { throw failure("a precision makes no sense for an int") }
    let digits = String(number.magnitude, radix: radix, uppercase: type == "X")
    let prefix = specification.isAlternate && radix != 10 ? "0\(type)" : ""
    pad(digits, sign: sign(number < 0, specification) + prefix, specification, usual: ">", to: &output)
  }

  private static func sign(_ isNegative: Bool, _ specification: Specification) -> String {
    isNegative ? "-" : specification.sign.map { $0 == "-" ? "" : String($0) } ?? ""
  }

  private static func floatDigits(
    _ number: Double, _ type: Unicode.Scalar, _ precision: Int, _ isAlternate: Bool
  ) -> String {
    let lower = Character(type.properties.lowercaseMapping)
    let digits = PythonNumber.text(number, format: lower, precision: precision, alternate: isAlternate)
    return type.properties.isUppercase ? digits.uppercased() : digits
  }

  private static func truncated(_ text: String, _ precision: Int?) -> String {
    precision.map { PythonText.string(text.unicodeScalars.prefix($0)) } ?? text
  }

  /// Appends text filled up to the width, digits in groups.
  private static func pad(
    _ digits: String, sign: String = "", _ specification: Specification, usual: Unicode.Scalar,
    to output: inout String
  ) {
    let alignment = specification.alignment ?? usual
    var digits = digits
    if let grouping = specification.grouping {
      let zeros = alignment == "=" && specification.fill == "0" ? specification.width - sign.utf8.count : 0
      digits = grouped(
        digits, by: grouping, size: specification.type.map { "xXob".unicodeScalars.contains($0) } ?? false ? 4 : 3,
        width: zeros)
    }
    let missing = max(0, specification.width - PythonText.count(digits) - sign.utf8.count)
    let fill = { (count: Int) in String(repeating: String(specification.fill), count: count) }
    switch alignment {
    case "<": output += sign + digits + fill(missing)
    case "^": output += fill(missing / 2) + sign + digits + fill(missing - missing / 2)
    case "=": output += sign + fill(missing) + digits
    default: output += fill(missing) + sign + digits
    }
  }

  /// Digits with a mark between groups; zeros in front are grouped too, up to a width.
  private static func grouped(_ text: String, by mark: Unicode.Scalar, size: Int, width: Int) -> String {
    var whole = Array(text.unicodeScalars.prefix { PythonText.isAlphanumeric($0) && $0 != "e" && $0 != "E" })
    let rest = text.unicodeScalars.dropFirst(whole.count)
    func length(_ digits: Int) -> Int { digits + (digits - 1) / size + rest.count }
    while width > 0, !whole.isEmpty, length(whole.count) < width { whole.insert("0", at: 0) }
    var result = String.UnicodeScalarView()
    for (index, digit) in whole.enumerated() {
      if index > 0 && (whole.count - index) % size == 0 { result.append(mark) }
      result.append(digit)
    }
    result.append(contentsOf: rest)
    return String(result)
  }
}

extension TemplateValue {
  /// Whether brackets behind the value find items, as they do in dicts, lists and ranges.
  fileprivate var hasItemsByKey: Bool {
    switch self {
    case .value(.list), .value(.object), .mapping: true
    case .sequence(let sequence):
      switch sequence.kind {
      case .list, .tuple, .group, .range: true
      case .keys, .values, .items, .generator: false
      }
    default: false
    }
  }
}
