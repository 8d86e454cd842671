internal import GraphDiagnostics
internal import GraphRuntime

/// The methods of Python's texts, lists and dicts that templates use.
enum TemplateMethods {
  static let textNames = [
    "capitalize", "casefold", "center", "count", "endswith", "expandtabs", "find", "format", "index", "isalnum",
    "isalpha", "isdecimal",
    "isdigit", "islower", "isnumeric", "isspace", "isupper", "join", "ljust", "lower", "lstrip", "partition",
    "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split",
    "splitlines", "startswith", "strip", "swapcase", "title", "upper", "zfill",
  ]
  static let listNames = ["copy", "count", "index"]
  static let dictNames = ["copy", "get", "items", "keys", "values"]
  static let mutating: Set<String> = [
    "append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update",
  ]

  /// The methods a value has.
  static func names(of value: TemplateValue) -> [String] {
    if value.text != nil { return textNames }
    if value.entries != nil { return dictNames }
    switch value {
    case .loop: return ["cycle", "changed"]
    case .cycler: return ["next", "reset"]
    default: return value.row != nil ? listNames : []
    }
  }

  static func call(
    _ name: String, of value: TemplateValue, _ arguments: TemplateArguments, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> TemplateValue {
    try value.checkDefined()
    for argument in arguments.values { try argument?.checkDefined() }
    try budget.spend(value.cost)
    let call = MethodCall(name: name, arguments: arguments)
    guard names(of: value).contains(name) else {
      if mutating.contains(name), value.row != nil || value.entries != nil {
        throw TemplateFailure(.templateMutation(name))
      }
      let suggestion = Suggestion.nearest(to: name, among: names(of: value))
      throw TemplateFailure(.templateNoMethod(name, of: value.kind, suggestion: suggestion))
    }
    if let text = value.text {
      let result = try callText(call, text, &budget)
      // Safe text stays safe through its own methods.
      return value.isMarkup ? try safe(result) : result
    }
    if let entries = value.entries { return try callDict(call, value, entries) }
    return try callList(call, value, &budget)
  }

  private static func safe(_ result: TemplateValue) throws(TemplateFailure) -> TemplateValue {
    if case .value(.string(let text)) = result { return .markup(text) }
    guard case .sequence(let sequence) = result else { return result }
    let items = sequence.items.map { item in item.text.map { TemplateValue.markup($0) } ?? item }
    return .sequence(try TemplateSequence(sequence.kind, items))
  }

  // MARK: - Dicts and lists

  private static func callDict(
    _ call: MethodCall, _ value: TemplateValue, _ entries: TemplateEntries
  ) throws(TemplateFailure) -> TemplateValue {
    switch call.name {
    case "get":
      try call.check(1...2)
      return try entries.value(call.values[0]) ?? (call.values.count > 1 ? call.values[1] : .null)
    case "keys":
      try call.check(0...0)
      return .sequence(try TemplateSequence(.keys, entries.map(\.key)))
    case "values":
      try call.check(0...0)
      return .sequence(try TemplateSequence(.values, entries.map(\.value)))
    case "items":
      try call.check(0...0)
      return .sequence(try TemplateSequence(.items, try pairs(entries)))
    default:
      try call.check(0...0)
      return value
    }
  }

  /// The entries as tuples.
  static func pairs(_ entries: TemplateEntries) throws(TemplateFailure) -> [TemplateValue] {
    var pairs: [TemplateValue] = []
    pairs.reserveCapacity(entries.count)
    for (key, value) in entries { pairs.append(try .tuple([key, value])) }
    return pairs
  }

  private static func callList(_ call: MethodCall, _ value: TemplateValue, _ budget: inout TemplateBudget)
    throws(TemplateFailure) -> TemplateValue
  {
    let items = try value.items()
    try budget.spend(items.count >> 3)
    switch call.name {
    case "count":
      try call.check(1...1)
      var count = 0
      for item in items where try item.isEqual(to: call.values[0], &budget) { count += 1 }
      return .int(count)
    case "index":
      try call.check(1...1)
      for (index, item) in items.enumerated() where try item.isEqual(to: call.values[0], &budget) { return .int(index) }
      throw TemplateFailure(.templateNoSuchItem(of: value.kind))
    default:
      try call.check(0...0)
      return value
    }
  }
}

/// A method's name and arguments.
struct MethodCall {
  let name: String
  let values: [TemplateValue]
  let named: [(name: String, value: TemplateValue)]
  let arguments: TemplateArguments

  init(name: String, arguments: TemplateArguments) {
    self.name = name
    self.arguments = arguments
    values = arguments.values.compactMap { $0 }
    named = arguments.named
  }

  /// Checks how many arguments there are by position, and that those with a name are known.
  func check(_ counts: ClosedRange<Int>, names: [String] = []) throws(TemplateFailure) {
    if let extra = named.first(where: { !names.contains($0.name) }) {
      throw TemplateFailure(.templateCallArguments("'\(name)' has no argument '\(extra.name)'"))
    }
    if values.count < counts.lowerBound {
      throw TemplateFailure(.templateCallArguments("'\(name)' needs \(Self.phrase(counts.lowerBound))"))
    }
    if values.count > counts.upperBound {
      throw TemplateFailure(.templateCallArguments("'\(name)' takes at most \(Self.phrase(counts.upperBound))"))
    }
  }

  private static func phrase(_ count: Int) -> String { count == 1 ? "1 argument" : "\(count) arguments" }

  /// An argument by position or name; nil when it was not given.
  func value(_ index: Int, _ name: String) -> TemplateValue? {
    index < values.count ? values[index] : named.first { $0.name == name }?.value
  }

  func text(_ index: Int, _ name: String = "") throws(TemplateFailure) -> String? {
    guard let value = value(index, name), !value.isNull else { return nil }
    guard let text = value.text else { throw TemplateFailure(.templateNeeds("text", found: value.kind)) }
    return text
  }

  func integer(_ index: Int, _ name: String = "") throws(TemplateFailure) -> Int? {
    guard let value = value(index, name) else { return nil }
    guard let integer = value.integer else { throw TemplateFailure(.templateNeeds("an int", found: value.kind)) }
    return integer
  }

  func requiredText(_ index: Int) throws(TemplateFailure) -> String {
    guard let text = try text(index) else {
      throw TemplateFailure(.templateNeeds("text", found: index < values.count ? values[index].kind : "nothing"))
    }
    return text
  }
}
