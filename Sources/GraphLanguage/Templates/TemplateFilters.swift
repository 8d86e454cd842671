internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateFilter {
  /// The filtered value.
  func apply(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> TemplateValue {
    if self == .default {
      if case .undefined = value { return arguments[0] ?? .string("") }
      let replacesFalse = try arguments[1]?.isTrue() ?? false
      if replacesFalse, try !value.isTrue() { return arguments[0] ?? .string("") }
      return value
    }
    // As in Jinja2, nothing has no items.
    if self != .items { try value.checkUsable() }
    for argument in arguments.values { try argument?.checkUsable() }
    try budget.spend(value.cost)
    let filtering = TemplateFiltering(filter: self, value: value, arguments: arguments)
    switch self {
    case .default: return value
    case .capitalize, .center, .count, .escape, .forceescape, .indent, .length, .lower, .replace, .safe, .string,
      .striptags, .title, .trim, .truncate, .upper, .wordcount, .wordwrap:
      return try filtering.text(&budget)
    case .format, .tojson, .urlencode, .filesizeformat: return try filtering.encoding(&budget)
    case .abs, .float, .int, .round, .sum: return try filtering.number(&budget)
    case .dictsort, .groupby, .max, .min, .sort, .unique: return try filtering.order(&budget)
    case .attr, .batch, .first, .items, .join, .last, .list, .map, .reject, .rejectattr, .reverse, .select,
      .selectattr, .slice:
      return try filtering.sequence(&budget)
    }
  }
}

/// One use of a filter.
struct TemplateFiltering {
  let filter: TemplateFilter
  let value: TemplateValue
  let arguments: TemplateArguments

  /// An argument that is a truth value of any kind.
  func flag(_ index: Int, default fallback: Bool = false) throws(TemplateFailure) -> Bool {
    try arguments[index]?.isTrue() ?? fallback
  }

  /// An argument that must be an int.
  func integer(_ index: Int, default fallback: Int) throws(TemplateFailure) -> Int {
    guard let value = arguments[index] else { return fallback }
    guard let integer = value.integer else { throw TemplateFailure(.templateNeeds("an int", found: value.kind)) }
    return integer
  }

  /// The value, which must be text.
  func requiredText() throws(TemplateFailure) -> String {
    guard let text = value.text else {
      try value.checkDefined()
      throw TemplateFailure(.templateNeeds("text", found: value.kind))
    }
    return text
  }

  /// Text that is as safe as the value was.
  func likeValue(_ text: String) -> TemplateValue { value.isMarkup ? .markup(text) : .string(text) }

  /// A list that Jinja2 gives item by item.
  func generator(_ items: [TemplateValue]) throws(TemplateFailure) -> TemplateValue {
    .sequence(try TemplateSequence(.generator, items))
  }

  // MARK: - Attributes of items

  /// What `attribute=` names: keys and indices with dots between them.
  func path(_ value: TemplateValue?) throws(TemplateFailure) -> [TemplateValue] {
    guard let value, !value.isNull else { return [] }
    guard let text = value.text else { return [value] }
    return Self.path(text)
  }

  static func path(_ text: String) -> [TemplateValue] {
    PythonText.split(text, by: ".", limit: .max).map { part in
      let isIndex = !part.isEmpty && part.utf8.allSatisfy(PythonText.isDigit)
      return isIndex ? Int(part).map { .int($0) } ?? .string(part) : .string(part)
    }
  }

  /// The value at the end of a path from an item.
  func follow(
    _ path: [TemplateValue], from item: TemplateValue, default fallback: TemplateValue? = nil
  ) throws(TemplateFailure) -> TemplateValue {
    var value = item
    for part in path {
      try value.checkDefined()
      if let next = try value.item(part) ?? Self.member(part, of: value) {
        value = next
      } else if let fallback {
        value = fallback
      } else {
        value = .undefined(missing(part, value))
      }
    }
    return value
  }

  private static func member(_ part: TemplateValue, of value: TemplateValue) -> TemplateValue? {
    guard let name = part.text else { return nil }
    switch value {
    case .namespace(let namespace): return namespace.value(name)
    case .sequence(let sequence):
      guard case .group = sequence.kind else { return nil }
      return name == "grouper" ? sequence.items[0] : name == "list" ? sequence.items[1] : nil
    default: return nil
    }
  }

  private func missing(_ part: TemplateValue, _ value: TemplateValue) -> TemplateUndefined {
    let isWritten = arguments.isWritten
    return TemplateUndefined {
      guard isWritten, let name = part.text else { return TemplateFailure(.templateNoSuchItem(of: value.kind)) }
      let suggestion = Suggestion.nearest(to: name, among: value.attributeNames)
      return TemplateFailure(
        .templateNoAttribute(name, of: value.kind, suggestion: suggestion), suggestion: suggestion)
    }
  }
}
