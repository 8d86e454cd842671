internal import GraphDiagnostics
internal import GraphRuntime

extension PythonFormat {
  /// `format.format(arguments)`.
  static func braces(
    _ format: String, _ arguments: TemplateArguments, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> String {
    var formatter = BraceFormatter(format, arguments)
    return try formatter.run(&budget)
  }

  /// Reads what follows the colon of a field.
  static func specification(_ text: String) throws(TemplateFailure) -> Specification {
    let scalars = Array(text.unicodeScalars)
    var result = Specification()
    var index = 0
    func isAlignment(_ offset: Int) -> Bool {
      offset < scalars.count && "<>^=".unicodeScalars.contains(scalars[offset])
    }
    func number() -> Int? {
      let start = index
      while index < scalars.count, scalars[index].isASCII, PythonText.isDigit(UInt8(scalars[index].value)) {
        index += 1
      }
      return start == index ? nil : min(Int(PythonText.string(scalars[start..<index])) ?? .max, 100_000)
    }
    if isAlignment(1) {
      result.fill = scalars[0]
      result.alignment = scalars[1]
      index = 2
    } else if isAlignment(0) {
      result.alignment = scalars[0]
      index = 1
    }
    if index < scalars.count, "+- ".unicodeScalars.contains(scalars[index]) {
      result.sign = scalars[index]
      index += 1
    }
    if index < scalars.count, scalars[index] == "#" {
      result.isAlternate = true
      index += 1
    }
    if index < scalars.count, scalars[index] == "0" {
      if result.alignment == nil {
        result.fill = "0"
        result.alignment = "="
      }
      index += 1
    }
    result.width = number() ?? 0
    if index < scalars.count, scalars[index] == "," || scalars[index] == "_" {
      result.grouping = scalars[index]
      index += 1
    }
    if index < scalars.count, scalars[index] == "." {
      index += 1
      guard let precision = number() else { throw TemplateFailure(.templateBadFormat("the precision is missing")) }
      result.precision = precision
    }
    if index < scalars.count {
      result.type = scalars[index]
      index += 1
    }
    if index < scalars.count { throw TemplateFailure(.templateBadFormat("the format of a field cannot be read")) }
    return result
  }
}

/// Fills the fields of `'{} {name!r:>8}'`.
private struct BraceFormatter {
  private let scalars: [Unicode.Scalar]
  private let arguments: TemplateArguments
  private var index = 0
  private var nextPosition = 0

  init(_ format: String, _ arguments: TemplateArguments) {
    scalars = Array(format.unicodeScalars)
    self.arguments = arguments
  }

  private func failure(_ problem: String) -> TemplateFailure { TemplateFailure(.templateBadFormat(problem)) }

  mutating func run(_ budget: inout TemplateBudget) throws(TemplateFailure) -> String {
    var output = ""
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      if scalar == "{" || scalar == "}" {
        if index < scalars.count, scalars[index] == scalar {
          index += 1
        } else if scalar == "{" {
          try fillField(&output, &budget)
          try budget.check(bytes: output.utf8.count)
          continue
        } else {
          throw failure("a single '}' in a format")
        }
      }
      output.unicodeScalars.append(scalar)
    }
    try budget.spend(bytes: output.utf8.count)
    return output
  }

  private mutating func fillField(
    _ output: inout String, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) {
    let name = read(until: "!:}")
    var conversion: Unicode.Scalar?
    if index < scalars.count, scalars[index] == "!" {
      index += 1
      guard index < scalars.count, "rsa".unicodeScalars.contains(scalars[index]) else {
        throw failure("a '!' in a format needs 'r' or 's'")
      }
      conversion = scalars[index]
      index += 1
    }
    var value = try self.value(name)
    var text = ""
    if index < scalars.count, scalars[index] == ":" {
      index += 1
      while index < scalars.count, scalars[index] != "}" {
        if scalars[index] == "{" {
          // A field inside a format, as in `{:{width}}`.
          index += 1
          let inner = read(until: "}")
          index += 1
          text += try self.value(inner).printed(&budget)
        } else {
          text.unicodeScalars.append(scalars[index])
          index += 1
        }
      }
    }
    guard index < scalars.count, scalars[index] == "}" else { throw failure("a '{' in a format is never closed") }
    index += 1
    if let conversion {
      var converted = ""
      if conversion == "s" {
        converted = try value.printed(&budget)
      } else {
        try value.printRepresentation(to: &converted, &budget)
      }
      value = .string(converted)
    }
    try PythonFormat.format(value, try PythonFormat.specification(text), to: &output, &budget)
  }

  private mutating func read(until ends: String) -> String {
    let start = index
    while index < scalars.count, !ends.unicodeScalars.contains(scalars[index]) { index += 1 }
    return PythonText.string(scalars[start..<index])
  }

  /// The value of `0`, `name`, `name.key` or `name[key]`.
  private mutating func value(_ path: String) throws(TemplateFailure) -> TemplateValue {
    var parts: [String] = [""]
    for scalar in path.unicodeScalars {
      switch scalar {
      case ".", "[": parts.append("")
      case "]": break
      default: parts[parts.count - 1].unicodeScalars.append(scalar)
      }
    }
    var value: TemplateValue
    if parts[0].isEmpty || Int(parts[0]) != nil {
      let position = Int(parts[0]) ?? nextPosition
      if parts[0].isEmpty { nextPosition += 1 }
      guard let argument = arguments[position] else { throw failure("the format needs more values than it was given") }
      value = argument
    } else {
      guard let argument = arguments.named.first(where: { $0.name == parts[0] }) else {
        throw failure("the format names a value that was not given")
      }
      value = argument.value
    }
    for part in parts.dropFirst() {
      let key: TemplateValue = Int(part).map { .int($0) } ?? .string(part)
      guard let next = try value.item(key) else { throw failure("the format asks for an item that does not exist") }
      value = next
    }
    return value
  }
}
