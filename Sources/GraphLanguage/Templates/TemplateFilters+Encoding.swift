internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateFiltering {
  /// The filters that write values in another notation.
  func encoding(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    switch filter {
    case .format: return try formatted(&budget)
    case .tojson:
      var indentation: String?
      if let given = arguments[0], !given.isNull {
        if let text = given.text {
          indentation = text
        } else {
          let width = Swift.max(0, try integer(0, default: 0))
          try budget.spend(bytes: width)
          indentation = String(repeating: " ", count: width)
        }
      }
      var writer = TemplateJSONWriter(indentation: indentation)
      try writer.write(value, depth: 0, &budget)
      try budget.spend(bytes: writer.output.utf8.count)
      return .markup(writer.output)
    case .urlencode: return .string(try urlEncoded(&budget))
    default: return .string(try fileSize())
    }
  }

  private func formatted(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    let format = try value.printed(&budget)
    let positional = arguments.values.compactMap { $0 }
    if !positional.isEmpty && !arguments.named.isEmpty {
      throw TemplateFailure(.templateCallArguments("'format' takes values by position or by name, not both"))
    }
    let given: TemplateValue
    if arguments.named.isEmpty {
      given = try .tuple(positional)
    } else {
      given = .mapping(try TemplateMapping(arguments.named.map { (.string($0.name), $0.value) }))
    }
    return likeValue(try PythonFormat.printf(format, given, escapes: value.isMarkup, &budget))
  }

  private func urlEncoded(_ budget: inout TemplateBudget) throws(TemplateFailure) -> String {
    if value.text != nil || value.length == nil { return PythonText.urlQuoted(try value.printed(&budget), keeps: "/") }
    let pairs: TemplateItems
    if let entries = value.entries {
      pairs = TemplateItems(try TemplateMethods.pairs(entries))
    } else {
      pairs = try value.items()
    }
    var parts: [String] = []
    for pair in pairs {
      let items = try pair.items()
      guard items.count == 2 else { throw TemplateFailure(.templateUnpack(2, items.count)) }
      let key = PythonText.urlQuoted(try items[0].printed(&budget), keeps: "", isQuery: true)
      parts.append(key + "=" + PythonText.urlQuoted(try items[1].printed(&budget), keeps: "", isQuery: true))
    }
    return parts.joined(separator: "&")
  }

  private func fileSize() throws(TemplateFailure) -> String {
    guard let bytes = value.number ?? value.text.flatMap({ PythonNumber.float($0) }) else {
      throw TemplateFailure(.templateNeeds("a number", found: value.kind))
    }
    let isBinary = try flag(0)
    let base: Double = isBinary ? 1024 : 1000
    if bytes == 1 { return "1 Byte" }
    if bytes < base { return "\(try PythonNumber.integer(bytes)) Bytes" }
    var unit = base
    for prefix in ["k", "M", "G", "T", "P", "E", "Z", "Y"] {
      unit *= base
      if bytes < unit || prefix == "Y" {
        let name = isBinary ? prefix.uppercased() + "iB" : prefix + "B"
        return PythonNumber.text(base * bytes / unit, format: "f", precision: 1) + " " + name
      }
    }
    return ""
  }
}

/// Writes JSON as Python's `json.dumps` does, keys sorted and ASCII only, and safe inside HTML.
private struct TemplateJSONWriter {
  let indentation: String?
  var output = ""

  init(indentation: String?) { self.indentation = indentation }

  mutating func write(
    _ value: TemplateValue, depth: Int, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) {
    try budget.enter()
    defer { budget.leave() }
    try budget.check(bytes: output.utf8.count)
    if let text = value.text {
      writeString(text)
    } else if let entries = value.entries {
      try write(entries, depth: depth, &budget)
    } else if let row = value.row {
      if row.isEmpty {
        output += "[]"
        return
      }
      output += "["
      for (index, item) in row.enumerated() {
        separate(index, depth + 1)
        try write(item, depth: depth + 1, &budget)
      }
      breakLine(depth)
      output += "]"
    } else {
      output += try scalar(value)
    }
  }

  private func scalar(_ value: TemplateValue) throws(TemplateFailure) -> String {
    switch value {
    case .value(.null): return "null"
    case .value(.bool(let flag)): return flag ? "true" : "false"
    case .value(.int(let number)): return String(number)
    case .value(.double(let number)):
      if number.isFinite { return PythonNumber.text(number) }
      return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    case .undefined(let undefined): throw undefined.failure
    default: throw TemplateFailure(.templateNeeds("something JSON can say", found: value.kind))
    }
  }

  private mutating func write(
    _ entries: TemplateEntries, depth: Int, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) {
    if entries.isEmpty {
      output += "{}"
      return
    }
    let sorted = try sortedStably(Array(entries)) { (left, right) throws(TemplateFailure) in
      try left.key.isLess(than: right.key, &budget)
    }
    output += "{"
    for (index, entry) in sorted.enumerated() {
      separate(index, depth + 1)
      if let key = entry.key.text { writeString(key) } else { writeString(try scalar(entry.key)) }
      output += ": "
      try write(entry.value, depth: depth + 1, &budget)
    }
    breakLine(depth)
    output += "}"
  }

  private mutating func separate(_ index: Int, _ depth: Int) {
    if index > 0 { output += indentation == nil ? ", " : "," }
    breakLine(depth)
  }

  private mutating func breakLine(_ depth: Int) {
    guard let indentation else { return }
    output += "\n"
    for _ in 0..<depth { output += indentation }
  }

  private mutating func writeString(_ text: String) {
    output += "\""
    if text.utf8.allSatisfy(Self.isPlain) {
      output += text
      output += "\""
      return
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case "\u{08}": output += "\\b"
      case "\u{0C}": output += "\\f"
      case "<", ">", "&", "'": writeUnit(UInt16(scalar.value))
      default:
        if scalar.value >= 0x20 && scalar.value < 0x7F {
          output.unicodeScalars.append(scalar)
        } else {
          for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { writeUnit(unit) }
        }
      }
    }
    output += "\""
  }

  /// Whether a byte of a string stands for itself.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20..<0x7F:
      byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">")
        && byte != UInt8(ascii: "&") && byte != UInt8(ascii: "'")
    default: false
    }
  }

  private mutating func writeUnit(_ unit: UInt16) {
    let digits = String(unit, radix: 16)
    output += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }
}
