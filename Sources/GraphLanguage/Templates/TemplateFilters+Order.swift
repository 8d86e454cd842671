internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateFiltering {
  /// The filters that compare items.
  func order(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    switch filter {
    case .sort: return try sorted(&budget)
    case .dictsort: return try sortedEntries(&budget)
    case .groupby: return try grouped(&budget)
    case .unique:
      let ignoresCase = !(try flag(0))
      let path = try path(arguments[1])
      var seen: Set<String> = []
      var results: [TemplateValue] = []
      for item in try value.items() {
        try budget.spend()
        let key = Self.folded(try follow(path, from: item), ignoresCase)
        if seen.insert(try key.hashKey()).inserted { results.append(item) }
      }
      return try generator(results)
    default: return try extreme(&budget)
    }
  }

  /// What is compared: text without its case, unless case matters.
  private static func folded(_ value: TemplateValue, _ ignoresCase: Bool) -> TemplateValue {
    guard ignoresCase, let text = value.text else { return value }
    return .string(PythonText.lowercased(text))
  }

  private typealias Keyed = (key: TemplateValue, item: TemplateValue)

  private func sorted(
    _ items: [Keyed], reverse: Bool, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> [Keyed] {
    try budget.spend(items.count * Swift.max(1, Int.bitWidth - items.count.leadingZeroBitCount) >> 2)
    return try sortedStably(items) { (left, right) throws(TemplateFailure) in
      reverse ? try right.key.isLess(than: left.key, &budget) : try left.key.isLess(than: right.key, &budget)
    }
  }

  private func sorted(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    let reverse = try flag(0)
    let ignoresCase = !(try flag(1))
    // Several attributes with commas between them compare one after the other.
    let paths: [[TemplateValue]]
    if let text = arguments[2]?.text {
      paths = PythonText.split(text, by: ",", limit: .max).map { Self.path($0) }
    } else {
      paths = [try path(arguments[2])]
    }
    var items: [Keyed] = []
    for item in try value.items() {
      var keys: [TemplateValue] = []
      for path in paths { keys.append(Self.folded(try follow(path, from: item), ignoresCase)) }
      items.append((keys.count == 1 ? keys[0] : try .list(keys), item))
    }
    return try .list(try sorted(items, reverse: reverse, &budget).map(\.item))
  }

  private func sortedEntries(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    guard let entries = value.entries else { throw TemplateFailure(.templateNeeds("a dict", found: value.kind)) }
    let ignoresCase = !(try flag(0))
    let by = arguments[1]?.text ?? "key"
    guard by == "key" || by == "value" else {
      throw TemplateFailure(.templateCallArguments("'dictsort' sorts by 'key' or 'value'"))
    }
    var items: [Keyed] = []
    for (key, value) in entries {
      items.append((Self.folded(by == "key" ? key : value, ignoresCase), try .tuple([key, value])))
    }
    return try .list(try sorted(items, reverse: try flag(2), &budget).map(\.item))
  }

  private func grouped(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    let path = try path(arguments[0])
    let fallback = arguments[1].flatMap { $0.isNull ? nil : $0 }
    let ignoresCase = !(try flag(2))
    var items: [Keyed] = []
    for item in try value.items() {
      items.append((Self.folded(try follow(path, from: item, default: fallback), ignoresCase), item))
    }
    var groups: [(key: TemplateValue, items: [TemplateValue])] = []
    for (key, item) in try sorted(items, reverse: false, &budget) {
      if let last = groups.last, try last.key.isEqual(to: key, &budget) {
        groups[groups.count - 1].items.append(item)
      } else {
        groups.append((key, [item]))
      }
    }
    var results: [TemplateValue] = []
    for group in groups {
      // The group's name has the case of its first item.
      let name = ignoresCase ? try follow(path, from: group.items[0], default: fallback) : group.key
      results.append(.sequence(try TemplateSequence(.group, [name, .list(group.items)])))
    }
    return try .list(results)
  }

  private func extreme(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    let ignoresCase = !(try flag(0))
    let path = try path(arguments[1])
    var best: Keyed?
    for item in try value.items() {
      try budget.spend()
      let key = Self.folded(try follow(path, from: item), ignoresCase)
      guard let current = best else {
        best = (key, item)
        continue
      }
      let isBetter =
        filter == .max
        ? try current.key.isOrdered(before: key, symbol: ">", &budget) : try key.isLess(than: current.key, &budget)
      if isBetter { best = (key, item) }
    }
    if let best { return best.item }
    return .undefined(TemplateUndefined { TemplateFailure(.templateNothing("the list is empty")) })
  }
}
