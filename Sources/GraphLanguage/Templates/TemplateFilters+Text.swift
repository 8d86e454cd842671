internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateFiltering {
  /// The filters that change or measure text.
  func text(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    switch filter {
    case .count, .length:
      if value.isSilent { return .int(0) }
      guard let length = value.length else {
        try value.checkDefined()
        throw TemplateFailure(.templateNeeds("something with a length", found: value.kind))
      }
      return .int(length)
    case .indent: return try indented(&budget)
    case .truncate: return try truncated(&budget)
    case .wordwrap: return try wrapped(&budget)
    case .escape, .safe, .string:
      if value.isMarkup { return value }
      let text = try value.printed(&budget)
      return filter == .string ? .string(text) : .markup(filter == .safe ? text : PythonText.escaped(text))
    default: break
    }
    let text = try value.printed(&budget)
    try budget.spend(bytes: text.utf8.count)
    switch filter {
    case .upper: return likeValue(PythonText.uppercased(text))
    case .lower: return likeValue(PythonText.lowercased(text))
    case .capitalize: return likeValue(PythonText.capitalized(text))
    case .title: return .string(Self.titled(text))
    case .center:
      let width = try integer(0, default: 80)
      try budget.spend(bytes: width)
      return likeValue(TemplateMethods.centered(text, width, " "))
    case .trim:
      if let set = arguments[0], set.text == nil, !set.isNull {
        throw TemplateFailure(.templateNeeds("text", found: set.kind))
      }
      return likeValue(PythonText.stripped(text, of: arguments[0]?.text))
    case .replace:
      let limit = arguments[2].map(\.isNull) ?? true ? -1 : try integer(2, default: -1)
      let old = try (arguments[0] ?? .null).printed(&budget)
      let new = try (arguments[1] ?? .null).printed(&budget)
      return .string(try PythonText.replacing(old, with: new, in: text, limit: limit < 0 ? .max : limit, &budget))
    case .forceescape: return .markup(PythonText.escaped(text))
    case .striptags: return .string(PythonText.withoutTags(text))
    default:
      var count = 0
      var isInWord = false
      for scalar in text.unicodeScalars {
        let isWord = PythonText.isWord(scalar)
        if isWord && !isInWord { count += 1 }
        isInWord = isWord
      }
      return .int(count)
    }
  }

  /// Words start in upper case; only white space, hyphens and opening brackets end one.
  private static func titled(_ text: String) -> String {
    var result = ""
    var word: [Unicode.Scalar] = []
    func flush() {
      guard let first = word.first else { return }
      result += first.properties.uppercaseMapping + PythonText.lowercased(PythonText.string(word.dropFirst()))
      word = []
    }
    for scalar in text.unicodeScalars {
      if "-({[<".unicodeScalars.contains(scalar) || PythonText.isSpace(scalar) {
        flush()
        result.unicodeScalars.append(scalar)
      } else {
        word.append(scalar)
      }
    }
    flush()
    return result
  }

  private func indented(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    let text = try requiredText()
    let indentation: String
    if let width = arguments[0]?.text {
      indentation = width
    } else {
      let width = Swift.max(0, try integer(0, default: 4))
      try budget.spend(bytes: width)
      indentation = String(repeating: " ", count: width)
    }
    let indentsBlank = try flag(2)
    var result = try flag(1) ? indentation : ""
    for (index, line) in PythonText.lines(text + "\n").enumerated() {
      if index > 0 {
        result += "\n"
        if indentsBlank || !line.isEmpty { result += indentation }
      }
      result += line
      try budget.check(bytes: result.utf8.count)
    }
    try budget.spend(bytes: result.utf8.count)
    return likeValue(result)
  }

  private func truncated(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    let length = try integer(0, default: 255)
    let killsWords = try flag(1)
    let end = arguments[2]?.text ?? "..."
    if let given = arguments[2], given.text == nil { throw TemplateFailure(.templateNeeds("text", found: given.kind)) }
    let leeway = arguments[3].map(\.isNull) ?? true ? 5 : try integer(3, default: 5)
    let kept = length - PythonText.count(end)
    guard kept >= 0, leeway >= 0 else {
      throw TemplateFailure(
        .templateCallArguments("the length must have room for the end, and the leeway cannot be negative"))
    }
    // Anything with a length is let through while it is short, and what prints as nothing is.
    if case .undefined(let undefined) = value, undefined.isSilent { return value }
    let (limit, overflow) = length.addingReportingOverflow(leeway)
    if overflow || value.length ?? .max <= limit { return value }
    let text = try requiredText()
    try budget.spend(bytes: text.utf8.count)
    var result = PythonText.string(text.unicodeScalars.prefix(kept))
    if !killsWords { result = PythonText.splitFromEnd(result, by: " ", limit: 1)[0] }
    return likeValue(result + (value.isMarkup ? PythonText.escaped(end) : end))
  }

  private func wrapped(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    let text = try requiredText()
    let width = try integer(0, default: 79)
    guard width > 0 else { throw TemplateFailure(.templateNeeds("a width above 0", found: "a smaller one")) }
    let breaksWords = try flag(1, default: true)
    let breaksHyphens = try flag(3, default: true)
    var separator = "\n"
    if let given = arguments[2], !given.isNull {
      guard let text = given.text else { throw TemplateFailure(.templateNeeds("text", found: given.kind)) }
      separator = text
    }
    try budget.spend(bytes: text.utf8.count * 16)
    let wrapper = PythonTextWrap(width: width, breaksLongWords: breaksWords, breaksOnHyphens: breaksHyphens)
    let paragraphs = PythonText.lines(text).map { wrapper.lines($0).joined(separator: separator) }
    return .string(paragraphs.joined(separator: separator))
  }
}
