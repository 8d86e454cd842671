internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateMethods {
  static func callText(
    _ call: MethodCall, _ text: String, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> TemplateValue {
    try budget.spend(bytes: text.utf8.count)
    switch call.name {
    case "format": return .string(try PythonFormat.braces(text, call.arguments, &budget))
    case "join":
      try call.check(1...1)
      return .string(try joined(call.values[0], by: text, &budget))
    case "replace":
      try call.check(2...3)
      let limit = try call.integer(2) ?? -1
      return .string(
        try PythonText.replacing(
          try call.requiredText(0), with: try call.requiredText(1), in: text, limit: limit < 0 ? .max : limit, &budget))
    case "strip", "lstrip", "rstrip":
      try call.check(0...1)
      return .string(
        PythonText.stripped(
          text, of: try call.text(0), atStart: call.name != "rstrip", atEnd: call.name != "lstrip"))
    case "split", "rsplit", "splitlines", "partition", "rpartition": return try split(call, text, &budget)
    case "startswith", "endswith", "find", "rfind", "index", "rindex", "count": return try search(call, text)
    case "removeprefix":
      try call.check(1...1)
      let prefix = try call.requiredText(0)
      return .string(
        PythonText.hasPrefix(text, prefix)
          ? PythonText.string(text.unicodeScalars.dropFirst(prefix.unicodeScalars.count)) : text)
    case "removesuffix":
      try call.check(1...1)
      let suffix = try call.requiredText(0)
      return .string(
        PythonText.hasSuffix(text, suffix)
          ? PythonText.string(text.unicodeScalars.dropLast(suffix.unicodeScalars.count)) : text)
    case "center", "ljust", "rjust", "zfill": return try padded(call, text, &budget)
    case "expandtabs":
      try call.check(0...1, names: ["tabsize"])
      let size = try call.integer(0, "tabsize") ?? 8
      return .string(try withoutTabs(text, size, &budget))
    default:
      try call.check(0...0)
      return convert(call.name, text)
    }
  }

  /// The methods without arguments.
  private static func convert(_ name: String, _ text: String) -> TemplateValue {
    let scalars = text.unicodeScalars
    func isAll(_ isMember: (Unicode.Scalar) -> Bool) -> TemplateValue {
      .bool(!scalars.isEmpty && scalars.allSatisfy(isMember))
    }
    switch name {
    case "upper": return .string(PythonText.uppercased(text))
    case "lower": return .string(PythonText.lowercased(text))
    case "casefold":
      return .string(
        PythonText.string(
          scalars.flatMap {
            $0 == "ß" || $0 == "ẞ"
              ? Array("ss".unicodeScalars) : $0 == "ς" ? ["σ"] : Array($0.properties.lowercaseMapping.unicodeScalars)
          }))
    case "title": return .string(PythonText.titled(text))
    case "capitalize": return .string(PythonText.capitalized(text))
    case "swapcase": return .string(PythonText.caseSwapped(text))
    case "islower": return .bool(PythonText.isCased(text, upper: false))
    case "isupper": return .bool(PythonText.isCased(text, upper: true))
    case "isspace": return isAll(PythonText.isSpace)
    case "isalpha": return isAll(PythonText.isLetter)
    case "isalnum": return isAll(PythonText.isAlphanumeric)
    case "isdecimal": return isAll { $0.properties.numericType == .decimal }
    case "isdigit": return isAll { $0.properties.numericType == .decimal || $0.properties.numericType == .digit }
    default: return isAll { $0.properties.numericType != nil }
    }
  }

  private static func joined(
    _ value: TemplateValue, by separator: String, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> String {
    var output = ""
    for (index, item) in try value.items().enumerated() {
      guard let part = item.text else {
        try item.checkDefined()
        throw TemplateFailure(.templateNeeds("only text to join", found: item.kind))
      }
      if index > 0 { output += separator }
      output += part
      try budget.check(bytes: output.utf8.count)
    }
    try budget.spend(bytes: output.utf8.count)
    return output
  }

  // MARK: - Splitting

  private static func split(
    _ call: MethodCall, _ text: String, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> TemplateValue {
    switch call.name {
    case "splitlines":
      try call.check(0...1, names: ["keepends"])
      let keepsEnds = try call.value(0, "keepends")?.isTrue() ?? false
      return try list(PythonText.lines(text, keepingEnds: keepsEnds), &budget)
    case "partition", "rpartition":
      try call.check(1...1)
      let separator = try call.requiredText(0)
      if separator.isEmpty { throw TemplateFailure(.templateNeeds("a separator", found: "empty text")) }
      let isReverse = call.name == "rpartition"
      let parts =
        isReverse
        ? PythonText.splitFromEnd(text, by: separator, limit: 1) : PythonText.split(text, by: separator, limit: 1)
      if parts.count == 2 { return try .tuple([.string(parts[0]), .string(separator), .string(parts[1])]) }
      return try .tuple(
        isReverse ? [.string(""), .string(""), .string(text)] : [.string(text), .string(""), .string("")])
    default:
      try call.check(0...2, names: ["sep", "maxsplit"])
      let given = try call.integer(1, "maxsplit") ?? -1
      let limit = given < 0 ? Int.max : given
      let isReverse = call.name == "rsplit"
      guard let separator = try call.text(0, "sep") else {
        return try list(PythonText.splitAtSpace(text, limit: limit, fromEnd: isReverse), &budget)
      }
      if separator.isEmpty { throw TemplateFailure(.templateNeeds("a separator", found: "empty text")) }
      let parts =
        isReverse
        ? PythonText.splitFromEnd(text, by: separator, limit: limit)
        : PythonText.split(text, by: separator, limit: limit)
      return try list(parts, &budget)
    }
  }

  private static func list(_ parts: [String], _ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    try budget.spend(parts.count >> 2)
    return try .list(parts.map { .string($0) })
  }

  // MARK: - Searching

  private static func search(_ call: MethodCall, _ text: String) throws(TemplateFailure) -> TemplateValue {
    try call.check(1...3)
    let scalars = text.unicodeScalars
    // Positions count characters, and may be negative or outside.
    let bounds = (
      call.values.count > 1 && !call.values[1].isNull ? try call.integer(1) : nil,
      call.values.count > 2 && !call.values[2].isNull ? try call.integer(2) : nil
    )
    var part = text
    var offset = 0
    if bounds.0 != nil || bounds.1 != nil {
      let count = scalars.count
      func clamp(_ bound: Int?, _ missing: Int) -> Int {
        guard let bound else { return missing }
        return min(max(bound < 0 ? bound + count : bound, 0), count)
      }
      offset = clamp(bounds.0, 0)
      part = PythonText.string(scalars.dropFirst(offset).prefix(max(0, clamp(bounds.1, count) - offset)))
    }
    if call.name == "startswith" || call.name == "endswith" {
      let candidates = call.values[0].isTuple ? Array(try call.values[0].items()) : [call.values[0]]
      for candidate in candidates {
        guard let affix = candidate.text else { throw TemplateFailure(.templateNeeds("text", found: candidate.kind)) }
        if call.name == "startswith" ? PythonText.hasPrefix(part, affix) : PythonText.hasSuffix(part, affix) {
          return .bool(true)
        }
      }
      return .bool(false)
    }
    let wanted = try call.requiredText(0)
    if call.name == "count" {
      return .int(wanted.isEmpty ? part.unicodeScalars.count + 1 : PythonText.ranges(of: wanted, in: part).count)
    }
    let isReverse = call.name.hasPrefix("r")
    var place: Int?
    if isReverse {
      let parts = wanted.isEmpty ? [part] : PythonText.splitFromEnd(part, by: wanted, limit: 1)
      if wanted.isEmpty || parts.count == 2 { place = parts[0].unicodeScalars.count }
    } else if let range = PythonText.firstRange(of: wanted, in: part) {
      place = part.unicodeScalars.distance(from: part.startIndex, to: range.lowerBound)
    }
    if let place { return .int(place + offset) }
    if call.name.hasSuffix("index") { throw TemplateFailure(.templateNoSuchItem(of: "text")) }
    return .int(-1)
  }

  // MARK: - Widths

  private static func padded(
    _ call: MethodCall, _ text: String, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> TemplateValue {
    try call.check(call.name == "zfill" ? 1...1 : 1...2)
    guard let width = try call.integer(0) else { throw TemplateFailure(.templateNeeds("an int", found: "nothing")) }
    try budget.spend(bytes: width)
    if call.name == "zfill" {
      let sign = text.hasPrefix("-") || text.hasPrefix("+") ? String(text.prefix(1)) : ""
      let digits = text.dropFirst(sign.count)
      let missing = max(0, width - PythonText.count(text))
      return .string(sign + String(repeating: "0", count: missing) + digits)
    }
    let fill = try call.text(1) ?? " "
    guard PythonText.count(fill) == 1 else {
      throw TemplateFailure(.templateNeeds("one character to fill with", found: "more or none"))
    }
    return .string(
      call.name == "center" ? centered(text, width, fill) : aligned(text, width, fill, isLeft: call.name == "ljust"))
  }

  private static func aligned(_ text: String, _ width: Int, _ fill: String, isLeft: Bool) -> String {
    let padding = String(repeating: fill, count: max(0, width - PythonText.count(text)))
    return isLeft ? text + padding : padding + text
  }

  /// `str.center`, which puts an odd one on the left of odd widths.
  static func centered(_ text: String, _ width: Int, _ fill: String) -> String {
    let missing = max(0, width - PythonText.count(text))
    let left = missing / 2 + (missing & width & 1)
    return String(repeating: fill, count: left) + text + String(repeating: fill, count: missing - left)
  }

  private static func withoutTabs(
    _ text: String, _ size: Int, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> String {
    var output = String.UnicodeScalarView()
    var column = 0
    for scalar in text.unicodeScalars {
      if scalar == "\t" {
        guard size > 0 else { continue }
        let width = size - column % size
        try budget.spend(bytes: width)
        output.append(contentsOf: repeatElement(" ", count: width))
        column += width
      } else {
        output.append(scalar)
        column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
      }
    }
    return String(output)
  }
}
