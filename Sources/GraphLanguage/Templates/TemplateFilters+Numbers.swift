internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateFiltering {
  /// The filters that calculate or read numbers.
  func number(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    if filter != .sum { try value.checkDefined() }
    switch filter {
    case .abs:
      if let integer = value.integer {
        if integer == .min { throw TemplateFailure(.templateOverflow) }
        return .int(Swift.abs(integer))
      }
      guard let number = value.number else { throw TemplateFailure(.templateNeeds("a number", found: value.kind)) }
      return .double(number.magnitude)
    case .int: return try integer()
    case .float:
      if let number = value.number { return .double(number) }
      if let number = value.text.flatMap({ PythonNumber.float($0) }) { return .double(number) }
      return arguments[0] ?? .double(0)
    case .round: return try rounded()
    default:
      let path = try path(arguments[0])
      var sum = arguments[1] ?? .int(0)
      if sum.text != nil { throw TemplateFailure(.templateOperator("+", "int", "str")) }
      for item in try value.items() {
        try budget.spend()
        let part = path.isEmpty ? item : try follow(path, from: item)
        sum = try sum.arithmetic(.add, part, &budget)
      }
      return sum
    }
  }

  private func integer() throws(TemplateFailure) -> TemplateValue {
    if let integer = value.integer { return .int(integer) }
    if let number = value.number { return .int(try PythonNumber.integer(number)) }
    if let text = value.text {
      if let integer = try PythonNumber.integer(text, base: try self.integer(1, default: 10)) { return .int(integer) }
      if let number = PythonNumber.float(text), !number.isNaN { return .int(try PythonNumber.integer(number)) }
    }
    return arguments[0] ?? .int(0)
  }

  private func rounded() throws(TemplateFailure) -> TemplateValue {
    let places = try integer(0, default: 0)
    let method = arguments[1]?.text ?? "common"
    guard ["common", "ceil", "floor"].contains(method) else {
      throw TemplateFailure(.templateCallArguments("'round' works by 'common', 'ceil' or 'floor'"))
    }
    guard let number = value.number else { throw TemplateFailure(.templateNeeds("a number", found: value.kind)) }
    if method == "common" {
      guard let integer = value.integer else { return .double(PythonNumber.rounded(number, places)) }
      return .int(places >= 0 ? integer : try PythonNumber.rounded(integer, tens: places == .min ? .max : -places))
    }
    let scale = try PythonNumber.power(10, Double(places))
    let scaled = (number * scale).rounded(method == "ceil" ? .up : .down)
    // Python's `ceil` and `floor` give an int, which has no negative zero.
    return .double((scaled == 0 ? 0 : scaled) / scale)
  }
}
