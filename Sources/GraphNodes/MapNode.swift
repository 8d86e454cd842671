internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// Runs a node once for each item of a list, side by side, and collects the results in the order of the items.
struct MapNode: NodeType {
  /// Looks at the one item of a list that is written down: where that is a list itself, it is most often meant to be gone
  /// through.
  private static func loneList(_ over: ValueTemplate) -> [TypedUse] {
    guard case .list(let items) = over.root, items.count == 1, case .expression(let expression) = items[0] else {
      return []
    }
    let single = TypedUse.Expectation(.union([.null, .bool, .float, .string, .dict(.any)])) { _, text in
      .oneListAsItem(text)
    }
    return [TypedUse(.value(ValueTemplate(root: items[0], span: expression.span)), expecting: single)]
  }

  /// The key under which the inner node finds the place of its item.
  private static let indexKey = "_map_index"

  /// The most items of a map that says nothing of it, nor does its graph.
  private static let maximumItems = 10_000

  let spec = NodeTypeSpec(
    "map", "Runs a node once for each item of a list and collects the results.",
    keys: [
      KeySpec("over", .any, "The items: an expression that gives a list, or a list.", isRequired: true).meaning(
        .iteration),
      KeySpec("as", .string, "The key under which the inner node sees its item.", isRequired: true).meaning(.item),
      KeySpec("node", .mapping, "The node that is run for each item, of any type.", isRequired: true).holding(.node),
      KeySpec("collect", .string, "The state key that the list of results goes to.", isRequired: true).meaning(
        .writtenStateKey),
      KeySpec("max_concurrency", .integer(1...10_000), "The most items that are worked on at once."),
      KeySpec("max_items", .integer(0...1_000_000_000), "The most items."),
      DefaultsDocument.overflowKey,
      KeySpec(
        "min_success", .number(0...Double.greatestFiniteMagnitude),
        "How many items have to succeed: an integer is a number of them, a decimal a part of all."),
      KeySpec("failures", .string, "The state key that the failures go to; '<collect>_failures' by default.")
        .meaning(.writtenStateKey),
      KeySpec("flatten_output", .bool, "Whether results that are lists become one list."),
    ], writesOwnKey: false)

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    let fields = node.fields
    let diagnostics = scope.diagnostics
    let item = stateKey("as", fields)
    let inner = InnerNode("node", of: node, seeing: (item.map { [$0.value] } ?? []) + [Self.indexKey], scope)
    let over = fields.node("over").flatMap {
      // Only a text alone is an expression without braces: the items of a list are what they are.
      ValueTemplate.parse($0, plainIsExpression: $0.scalar != nil, diagnostics: diagnostics)
    }
    if let over { check(over, diagnostics) }
    if fields.has("state_key") {
      diagnostics.report(.resultKeyOfMap, at: fields.keySpan("state_key"))
    }
    let minimum = minimumSuccess(fields)
    checkMinimum(minimum, fields)
    guard let item, let inner, let over, let collect = stateKey("collect", fields) else { return nil }
    checkInner(inner, diagnostics)
    let failures = stateKey("failures", fields) ?? collect.map { "\($0)_failures" }
    let policy = node.policies.onError?.value
    let flattens = fields.bool("flatten_output")?.value ?? false
    let concurrency = fields.int("max_concurrency")?.value ?? scope.graph.limits.maximumConcurrency
    let maximumItems = fields.int("max_items")?.value ?? scope.graph.maximumMapItems
    let overflow =
      fields.string("on_overflow").flatMap { DefaultsDocument.Overflow(rawValue: $0.value) }
      ?? scope.graph.defaults.overflow ?? .error

    var declaration = NodeDeclaration { schema in
      let (innerNode, innerSchema) = inner.lower(schema, in: node)
      let tolerates = policy == .skip || innerNode.failure == .skip
      let body = MapBody(
        over: over.compile { schema.index(of: $0) }, node: innerNode, schema: innerSchema, item: item.value,
        index: Self.indexKey, resultKey: inner.resultKey, collect: schema.key(collect.value),
        failures: schema.key(failures.value), concurrency: concurrency ?? 64,
        maximumItems: maximumItems ?? Self.maximumItems, truncates: overflow == .truncate,
        minimum: minimum ?? (tolerates ? .count(0) : .share(1)), flattens: flattens)
      return .plain { state, context in try await body.run(state, context) }
    }
    // An item's failure need not be the map's.
    let isTolerant = policy == .skip || inner.document.policies.onError?.value == .skip || minimum != nil
    let names = LocalNames([item.value: .item(.value(over)), Self.indexKey: .type(.int)])
    let result = inner.resultSource(with: names)
    declaration.reads =
      over.reads(needsValue: true) + inner.reads.map { isTolerant ? $0.withoutNeed : $0 }
    let list = TypedUse.Expectation(.list(.any)) { found, text in
      text.isEmpty ? .overNoList(found) : .overKeyNoList(text, found)
    }
    declaration.uses = [TypedUse(.value(over), expecting: list)] + Self.loneList(over) + inner.uses(with: names)
    declaration.writes = [
      NodeDeclaration.Write(collect, source: flattens ? .flattened(result) : .list(result)),
      NodeDeclaration.Write(failures, type: .list(.dict(.any))),
    ]
    declaration.mayReadAnyKey = inner.declaration.mayReadAnyKey
    declaration.isIncomplete = inner.declaration.isIncomplete
    declaration.hasEffects = inner.declaration.hasEffects
    declaration.isLocal = inner.declaration.isLocal && inner.document.policies.fallback == nil
    declaration.toleratesFailureItself = isTolerant
    declaration.flow = inner.flow(item: item.value, over: over, collect: collect.value)
    declaration.streams = inner.declaration.streams
    declaration.interrupts = inner.declaration.interrupts
    declaration.answerType = inner.declaration.answerType
    declaration.innerAnswerTypes = inner.declaration.innerAnswerTypes ?? [:]
    declaration.resultKey = collect
    declaration.appliesLimitsItself = true
    return declaration
  }

  /// A key that holds the name of a state key, checked.
  private func stateKey(_ key: String, _ fields: FieldReader) -> Located<String>? {
    guard let name = fields.string(key) else { return nil }
    if name.value == Self.indexKey {
      fields.diagnostics.report(.keyOfEngine(name.value, key), at: name.span)
      return nil
    }
    return DocumentName.check(name, "state key", fields.diagnostics) ? name : nil
  }

  /// Finds values that can never be lists.
  private func check(_ over: ValueTemplate, _ diagnostics: DiagnosticEngine) {
    switch over.root {
    case .constant(let value):
      if value.list == nil { diagnostics.report(.overNoList(value.kind), at: over.span) }
    case .expression(let expression):
      if let value = expression.constant, value.list == nil {
        diagnostics.report(.overNoList(value.kind), at: over.span)
      }
    case .text, .object, .list: break
    }
  }

  private func checkInner(_ inner: InnerNode, _ diagnostics: DiagnosticEngine) {
    if inner.declaration.router != nil {
      diagnostics.report(.routerInMap, at: inner.document.fields.keySpan("routes") ?? inner.document.name.span)
    }
    if let skips = inner.document.skipIfExists, skips.value {
      diagnostics.report(.skipInMap, at: inner.document.fields.keySpan("skip_if_exists") ?? skips.span)
    }
  }

  /// Finds a number of items that the map's own limit does not let it reach.
  private func checkMinimum(_ minimum: MapBody.Minimum?, _ fields: FieldReader) {
    guard case .count(let count)? = minimum, let limit = fields.int("max_items"), count > limit.value,
      let place = fields.node("min_success")?.span
    else { return }
    fields.diagnostics.report(
      .minimumAboveLimit(count, limit.value), at: place, notes: [.init("'max_items' is here", at: limit.span)])
  }

  private func minimumSuccess(_ fields: FieldReader) -> MapBody.Minimum? {
    guard let node = fields.node("min_success") else { return nil }
    if case .int(let count) = node.scalar?.resolved { return .count(count) }
    guard let share = node.number else { return nil }
    if share > 1 {
      fields.diagnostics.report(.shareAboveOne, at: node.span)
      return nil
    }
    return .share(share)
  }
}

extension DiagnosticMessage {
  fileprivate static func oneListAsItem(_ text: String) -> Self {
    Self(
      "GR0425", .warning,
      "the only item of 'over' is the list '\(text)'; without the brackets its items are gone through")
  }

  fileprivate static func overNoList(_ kind: String) -> Self {
    Self("GR0160", "'over' of a map must be a list, not \(kind)")
  }

  fileprivate static func overKeyNoList(_ key: String, _ type: String) -> Self {
    Self("GR0160", "'over' of a map must be a list, and '\(key)' is \(type)")
  }

  fileprivate static var shareAboveOne: Self {
    Self("GR0161", "'min_success' is a number of items, as in 3, or a part of them from 0.0 to 1.0")
  }

  fileprivate static func minimumAboveLimit(_ minimum: Int, _ limit: Int) -> Self {
    Self("GR0233", "'min_success' is \(minimum), and 'max_items' lets the map have \(limit) at most", bearing: .itself)
  }

  fileprivate static func keyOfEngine(_ name: String, _ key: String) -> Self {
    Self("GR0162", "'\(key)' of a map cannot be '\(name)', which the engine writes")
  }

  fileprivate static var routerInMap: Self {
    Self(
      "GR0163", .warning, "a router inside a map leads nowhere; its answer is collected and its routes are not taken")
  }

  fileprivate static var skipInMap: Self {
    Self(
      "GR0164", .warning,
      "a map's node that is skipped when its result exists takes that result for every item; put 'skip_if_exists' on the map"
    )
  }

  fileprivate static var resultKeyOfMap: Self {
    Self("GR0165", .warning, "the results of a map go to 'collect', and 'state_key' has no effect")
  }
}
