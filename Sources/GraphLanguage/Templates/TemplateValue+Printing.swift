internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateValue {
  /// What Python's `str` gives.
  func printed(_ budget: inout TemplateBudget) throws(TemplateFailure) -> String {
    if let text { return text }
    var output = ""
    try print(to: &output, &budget)
    try budget.spend(bytes: output.utf8.count)
    return output
  }

  /// Appends what Python's `str` gives.
  func print(to output: inout String, _ budget: inout TemplateBudget) throws(TemplateFailure) {
    switch self {
    case .value(.string(let text)), .markup(let text): output += text
    case .undefined(let undefined):
      if !undefined.isSilent { throw undefined.failure }
    default: try printRepresentation(to: &output, &budget)
    }
  }

  /// Appends what Python's `repr` gives.
  func printRepresentation(to output: inout String, _ budget: inout TemplateBudget) throws(TemplateFailure) {
    try budget.enter()
    defer { budget.leave() }
    switch self {
    case .value(let value): try PythonText.print(value, to: &output, &budget)
    case .markup(let text):
      output += "Markup("
      PythonText.quote(text, to: &output)
      output += ")"
    case .sequence(let sequence): try print(sequence, to: &output, &budget)
    case .mapping(let mapping): try Self.print(TemplateEntries(mapping), to: &output, &budget)
    case .namespace(let namespace):
      output += "<Namespace {"
      var isFirst = true
      for (key, value) in namespace.entries {
        if !isFirst { output += ", " }
        isFirst = false
        PythonText.quote(key, to: &output)
        output += ": "
        try value.printRepresentation(to: &output, &budget)
      }
      output += "}>"
    case .macro(let macro):
      output += "<Macro "
      PythonText.quote(macro.definition.name, to: &output)
      output += ">"
    case .undefined(let undefined):
      guard undefined.isSilent else { throw undefined.failure }
      output += "Undefined"
    case .loop, .cycler, .joiner, .function: throw TemplateFailure(.templateNeeds("text", found: "a \(kind)"))
    }
    try budget.check(bytes: output.utf8.count)
  }

  private func print(
    _ sequence: TemplateSequence, to output: inout String, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) {
    let (open, close): (String, String)
    switch sequence.kind {
    case .list: (open, close) = ("[", "]")
    case .tuple, .group: (open, close) = ("(", sequence.items.count == 1 ? ",)" : ")")
    case .range(let start, let stop, let step):
      output += step == 1 ? "range(\(start), \(stop))" : "range(\(start), \(stop), \(step))"
      return
    case .keys: (open, close) = ("dict_keys([", "])")
    case .values: (open, close) = ("dict_values([", "])")
    case .items: (open, close) = ("dict_items([", "])")
    case .generator: throw TemplateFailure(.templateNoText("the result of the filter"))
    }
    output += open
    var isFirst = true
    for item in sequence.items {
      if !isFirst { output += ", " }
      isFirst = false
      try item.printRepresentation(to: &output, &budget)
    }
    output += close
  }

  private static func print(
    _ entries: TemplateEntries, to output: inout String, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) {
    output += "{"
    var isFirst = true
    for (key, value) in entries {
      if !isFirst { output += ", " }
      isFirst = false
      try key.printRepresentation(to: &output, &budget)
      output += ": "
      try value.printRepresentation(to: &output, &budget)
    }
    output += "}"
  }
}

extension PythonText {
  /// Appends what `repr` gives for a value of the graph.
  static func print(_ value: Value, to output: inout String, _ budget: inout TemplateBudget) throws(TemplateFailure) {
    switch value {
    case .null: output += "None"
    case .bool(let flag): output += flag ? "True" : "False"
    case .int(let number): output += String(number)
    case .double(let number): output += PythonNumber.text(number)
    case .string(let text): quote(text, to: &output)
    case .list(let items):
      try budget.enter()
      defer { budget.leave() }
      output += "["
      var isFirst = true
      for item in items {
        if !isFirst { output += ", " }
        isFirst = false
        try print(item, to: &output, &budget)
      }
      output += "]"
    case .object(let object):
      try budget.enter()
      defer { budget.leave() }
      output += "{"
      var isFirst = true
      for (key, item) in object {
        if !isFirst { output += ", " }
        isFirst = false
        quote(key, to: &output)
        output += ": "
        try print(item, to: &output, &budget)
      }
      output += "}"
    }
    try budget.check(bytes: output.utf8.count)
  }

  /// Appends a text with quotes and escapes, as `repr` writes it.
  static func quote(_ text: String, to output: inout String) {
    var hasSingle = false
    var hasDouble = false
    var isPlain = true
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "'"): hasSingle = true
      case UInt8(ascii: "\""): hasDouble = true
      case UInt8(ascii: "\\"), ..<0x20, 0x7F...: isPlain = false
      default: break
      }
    }
    let quote: Unicode.Scalar = hasSingle && !hasDouble ? "\"" : "'"
    output.unicodeScalars.append(quote)
    if isPlain && !(hasSingle && hasDouble) {
      output += text
    } else {
      for scalar in text.unicodeScalars { append(scalar, quotedBy: quote, to: &output) }
    }
    output.unicodeScalars.append(quote)
  }

  private static func append(_ scalar: Unicode.Scalar, quotedBy quote: Unicode.Scalar, to output: inout String) {
    switch scalar {
    case "\\": output += "\\\\"
    case quote: output += "\\" + String(quote)
    case "\n": output += "\\n"
    case "\r": output += "\\r"
    case "\t": output += "\\t"
    default:
      if isPrintable(scalar) {
        output.unicodeScalars.append(scalar)
        return
      }
      let digits = String(scalar.value, radix: 16)
      let (mark, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
      output += "\\" + mark + String(repeating: "0", count: width - digits.count) + digits
    }
  }
}
