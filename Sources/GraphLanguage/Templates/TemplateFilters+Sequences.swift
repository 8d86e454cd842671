internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateFiltering {
  /// The filters that choose, change or group items without comparing them.
  func sequence(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    switch filter {
    case .attr:
      guard let name = arguments[0]?.text else { throw TemplateFailure(.templateNeeds("a name", found: "nothing")) }
      if value.entries == nil, let found = try? follow([.string(name)], from: value), case .undefined = found {
        return found
      }
      return try attribute(name)
    case .first, .last: return try end(isFirst: filter == .first)
    case .items:
      if case .undefined = value { return try generator([]) }
      guard let entries = value.entries else { throw TemplateFailure(.templateNeeds("a dict", found: value.kind)) }
      return try generator(try TemplateMethods.pairs(entries))
    case .reverse:
      if let text = value.text { return likeValue(PythonText.string(text.unicodeScalars.reversed())) }
      return try generator(try value.items().reversed())
    case .join: return try joined(&budget)
    case .list:
      let items = Array(try value.items())
      try budget.spend(items: items.count)
      return try .list(items)
    case .batch: return try batched(&budget)
    case .slice: return try sliced(&budget)
    case .map: return try mapped(&budget)
    default: return try selected(&budget)
    }
  }

  /// `attr` finds what a dot finds, but no keys of dicts.
  private func attribute(_ name: String) throws(TemplateFailure) -> TemplateValue {
    if value.entries == nil { return try follow([.string(name)], from: value) }
    let kind = value.kind
    return .undefined(
      TemplateUndefined { TemplateFailure(.templateNoAttribute(name, of: kind, suggestion: nil)) })
  }

  private func end(isFirst: Bool) throws(TemplateFailure) -> TemplateValue {
    if let text = value.text, let scalar = isFirst ? text.unicodeScalars.first : text.unicodeScalars.last {
      return .string(String(scalar))
    }
    let items = try value.items()
    if let item = isFirst ? items.first : items.last { return item }
    return .undefined(TemplateUndefined { TemplateFailure(.templateNothing("the list is empty")) })
  }

  private func joined(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    let separator = try arguments[0]?.printed(&budget) ?? ""
    let path = try path(arguments[1])
    var output = ""
    var isFirst = true
    for item in try value.items() {
      if !isFirst { output += separator }
      isFirst = false
      let part = path.isEmpty ? item : try follow(path, from: item)
      try part.print(to: &output, &budget)
      try budget.check(bytes: output.utf8.count)
    }
    try budget.spend(bytes: output.utf8.count)
    return .string(output)
  }

  private func batched(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    let size = try integer(0, default: 1)
    let items = try value.items()
    // As in Jinja2, a size that is never reached gives one batch.
    if size <= 0 && !items.isEmpty {
      guard size < 0 else { throw TemplateFailure(.templateNeeds("a size above 0", found: "0")) }
      return try generator([try .list(Array(items))])
    }
    var batches: [TemplateValue] = []
    var start = 0
    while start < items.count {
      let end = Swift.min(start + Swift.min(size, items.count), items.count)
      var batch = (start..<end).map { items[$0] }
      if let fill = arguments[1], !fill.isNull, batch.count < size {
        try budget.spend(items: size)
        batch += Array(repeating: fill, count: size - batch.count)
      }
      batches.append(try .list(batch))
      start = end
    }
    return try generator(batches)
  }

  private func sliced(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    let count = try integer(0, default: 1)
    let items = try value.items()
    if count == 0 { throw TemplateFailure(.templateDivisionByZero) }
    try budget.spend(items: Swift.max(0, count))
    guard count > 0 else { return try generator([]) }
    var slices: [TemplateValue] = []
    var start = 0
    for number in 0..<count {
      let isLong = number < items.count % count
      let end = start + items.count / count + (isLong ? 1 : 0)
      var slice = (start..<end).map { items[$0] }
      if let fill = arguments[1], !fill.isNull, !isLong { slice.append(fill) }
      slices.append(try .list(slice))
      start = end
    }
    return try generator(slices)
  }

  private func mapped(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    var results: [TemplateValue] = []
    if let inner = arguments.inner {
      guard case .filter(let filter, let arguments) = inner else { return value }
      for item in try value.items() {
        try budget.spend()
        results.append(try filter.apply(item, arguments, &budget))
      }
    } else {
      let path = try path(arguments[0])
      let fallback = arguments[1].flatMap { $0.isNull ? nil : $0 }
      for item in try value.items() {
        try budget.spend()
        results.append(try follow(path, from: item, default: fallback))
      }
    }
    return try generator(results)
  }

  /// `select`, `reject` and the same by an attribute.
  private func selected(_ budget: inout TemplateBudget) throws(TemplateFailure) -> TemplateValue {
    let keeps = filter == .select || filter == .selectattr
    let path = filter == .selectattr || filter == .rejectattr ? try path(arguments[0]) : []
    var results: [TemplateValue] = []
    for item in try value.items() {
      try budget.spend()
      let subject = path.isEmpty ? item : try follow(path, from: item)
      let holds: Bool
      if case .test(let test, let arguments)? = arguments.inner {
        holds = try test.holds(subject, arguments, &budget)
      } else {
        holds = try subject.isTrue()
      }
      if holds == keeps { results.append(item) }
    }
    return try generator(results)
  }
}
