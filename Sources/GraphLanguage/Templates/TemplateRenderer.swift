internal import GraphDiagnostics
internal import GraphRuntime

/// Walks the tree of a template and writes its text.
struct TemplateRenderer {
  private let surroundings: TemplateSurroundings
  var context: TemplateContext
  var frame: TemplateFrame
  var output = ""
  var budget: TemplateBudget

  /// The text of the block that is being filtered.
  var captured = ""

  /// Every namespace made, emptied in the end: one may hold itself.
  var namespaces: [TemplateNamespace] = []

  init(
    _ program: TemplateProgram, lookup: @escaping (String) -> Value?, names: @escaping () -> [String],
    includes: @escaping (String) -> JinjaTemplate?, limits: TemplateLimits
  ) {
    surroundings = TemplateSurroundings(lookup: lookup, names: names, includes: includes)
    context = TemplateContext(program, surroundings)
    frame = TemplateFrame(slotCount: program.slotCount, outer: nil, context: context)
    budget = TemplateBudget(limits)
  }

  var program: TemplateProgram { context.program }

  mutating func run() -> Result<String, TemplateError> {
    // After an error, `frame` may still be that of the macro it happened in.
    let root = frame
    defer {
      root.clear()
      surroundings.clear()
      for namespace in namespaces { namespace.entries = [] }
    }
    do throws(TemplateError) {
      try execute(program.nodes)
      return .success(output)
    } catch {
      return .failure(error)
    }
  }

  func error(_ message: DiagnosticMessage, _ range: ByteRange) -> TemplateError {
    TemplateFailure(message).located(program.source, range)
  }

  // MARK: - Statements

  mutating func execute(_ nodes: [TemplateNode]) throws(TemplateError) {
    for node in nodes { try execute(node) }
  }

  private mutating func execute(_ node: TemplateNode) throws(TemplateError) {
    switch node {
    case .text(let text): try write(text, at: ByteRange(0, 0))
    case .output(let expression):
      let value = try evaluate(expression)
      if let text = value.text {
        try write(text, at: expression.range)
      } else {
        try print(value, at: expression.range)
      }
    case .condition(let branches):
      for branch in branches {
        if let test = branch.test, !(try isTrue(test)) { continue }
        try nested(branch.body, at: branch.test?.range)
        break
      }
    case .loop(let loop):
      let value = try evaluate(loop.items)
      let items: TemplateItems
      do throws(TemplateFailure) { items = try value.items() } catch {
        throw error.located(program.source, loop.items.range)
      }
      try run(loop, over: items, depth: 0)
    case .assign(let target, let expression): try assign(try evaluate(expression), to: target)
    case .capture(let target, let value, let body):
      clear(body)
      let text = try capture(body.nodes)
      captured = text
      let result = try evaluate(value)
      if let target { try assign(result, to: target) } else { try print(result, at: value.range) }
    case .macro(let macro, let slot): frame.slots[slot] = .macro(TemplateMacro(macro, frame))
    case .callBlock(let macro, let call):
      let result = try evaluate(call, caller: .macro(TemplateMacro(macro, frame)))
      try print(result, at: call.range)
    case .with(let pairs, let body):
      var values: [TemplateValue] = []
      for (_, expression) in pairs { values.append(try evaluate(expression)) }
      clear(body)
      for (index, (target, _)) in pairs.enumerated() { try assign(values[index], to: target) }
      try nested(body.nodes, at: nil)
    case .include(let include): try execute(include)
    }
  }

  /// Forgets what a body set when it ran before, in another turn of a loop.
  private func clear(_ body: TemplateScopedBody) {
    for slot in body.slots { frame.slots[slot] = nil }
  }

  /// Runs a body one level deeper.
  private mutating func nested(_ body: [TemplateNode], at range: ByteRange?) throws(TemplateError) {
    do throws(TemplateFailure) { try budget.enter() } catch {
      throw error.located(program.source, range ?? ByteRange(0, 0))
    }
    defer { budget.leave() }
    try execute(body)
  }

  @inline(__always)
  private mutating func write(_ text: String, at range: ByteRange) throws(TemplateError) {
    output += text
    do throws(TemplateFailure) {
      try budget.check(bytes: output.utf8.count)
      try budget.spend(text.utf8.count >> 7)
    } catch {
      throw error.located(program.source, range)
    }
  }

  private mutating func print(_ value: TemplateValue, at range: ByteRange) throws(TemplateError) {
    let before = output.utf8.count
    do throws(TemplateFailure) {
      try value.print(to: &output, &budget)
      try budget.check(bytes: output.utf8.count)
      try budget.spend((output.utf8.count - before) >> 7)
    } catch {
      throw error.located(program.source, range)
    }
  }

  func isTrue(_ value: TemplateValue, at range: ByteRange) throws(TemplateError) -> Bool {
    do throws(TemplateFailure) { return try value.isTrue() } catch { throw error.located(program.source, range) }
  }

  mutating func isTrue(_ expression: TemplateExpression) throws(TemplateError) -> Bool {
    try isTrue(try evaluate(expression), at: expression.range)
  }

  /// The text that a body writes.
  mutating func capture(_ body: [TemplateNode]) throws(TemplateError) -> String {
    let before = output
    output = ""
    try nested(body, at: nil)
    let text = output
    output = before
    return text
  }

  // MARK: - Assignment

  mutating func assign(_ value: TemplateValue, to target: TemplateTarget) throws(TemplateError) {
    switch target {
    case .slot(let slot): frame.slots[slot] = value
    case .tuple(let parts, let range):
      let items: TemplateItems
      do throws(TemplateFailure) { items = try value.items() } catch { throw error.located(program.source, range) }
      guard items.count == parts.count else { throw error(.templateUnpack(parts.count, items.count), range) }
      for (index, part) in parts.enumerated() { try assign(items[index], to: part) }
    case .attribute(let reference, let name, let range):
      let object = self.value(of: reference, at: range)
      guard case .namespace(let namespace) = object else {
        throw error(.templateNeeds("a namespace", found: object.kind), range)
      }
      namespace.set(name, value)
    }
  }

  // MARK: - Loops

  /// Runs a loop, or its `else` when it has no turn.
  mutating func run(_ loop: TemplateLoop, over items: TemplateItems, depth: Int) throws(TemplateError) {
    let state = TemplateLoopState(loop, items, depth: depth, frame: frame)
    defer { state.clear() }
    do throws(TemplateFailure) { try budget.enter() } catch { throw error.located(program.source, loop.range) }
    defer { budget.leave() }
    let loopValue = TemplateValue.loop(state)
    while let item = try next(state) {
      state.advance(to: item)
      for slot in loop.bodySlots { frame.slots[slot] = nil }
      try assign(item, to: loop.target)
      frame.slots[loop.slot] = loopValue
      do throws(TemplateFailure) { try budget.spend() } catch { throw error.located(program.source, loop.range) }
      try execute(loop.body)
    }
    if state.index0 < 0 { try execute(loop.otherwise) }
  }

  /// The next item of a loop that passes its filter.
  private mutating func next(_ state: TemplateLoopState) throws(TemplateError) -> TemplateValue? {
    if !state.pending.isEmpty { return state.pending.removeFirst() }
    return try fetch(state)
  }

  private mutating func fetch(_ state: TemplateLoopState) throws(TemplateError) -> TemplateValue? {
    while state.cursor < state.source.count {
      let item = state.source[state.cursor]
      state.cursor += 1
      guard let filter = state.statement.filter else { return item }
      try assign(item, to: state.statement.target)
      if try isTrue(filter) { return item }
    }
    return nil
  }

  /// The next item of a loop, which stays the next one.
  mutating func peek(_ state: TemplateLoopState) throws(TemplateError) -> TemplateValue? {
    if let next = state.pending.first { return next }
    if state.statement.filter == nil { return state.cursor < state.source.count ? state.source[state.cursor] : nil }
    guard let item = try withTargets(of: state, { (renderer) throws(TemplateError) in try renderer.fetch(state) })
    else {
      return nil
    }
    state.pending.append(item)
    return item
  }

  /// How many turns a loop has in all.
  mutating func count(_ state: TemplateLoopState) throws(TemplateError) -> Int {
    guard state.statement.filter != nil else { return state.source.count }
    try withTargets(of: state) { (renderer) throws(TemplateError) in
      while let item = try renderer.fetch(state) { state.pending.append(item) }
    }
    return state.index0 + 1 + state.pending.count
  }

  /// Runs a body that moves a loop's filter ahead, and gives the loop's variables their values back.
  private mutating func withTargets<Result>(
    of state: TemplateLoopState, _ body: (inout TemplateRenderer) throws(TemplateError) -> Result
  ) throws(TemplateError) -> Result {
    let current = frame
    frame = state.frame ?? frame
    let slots = frame.slots
    let result = try body(&self)
    frame.slots = slots
    frame = current
    return result
  }
}

/// Runs an operation that does not know its place.
@inline(__always)
func locating<Result>(
  _ source: TemplateSource, _ range: ByteRange, _ body: () throws(TemplateFailure) -> Result
) throws(TemplateError) -> Result {
  do throws(TemplateFailure) { return try body() } catch { throw error.located(source, range) }
}
