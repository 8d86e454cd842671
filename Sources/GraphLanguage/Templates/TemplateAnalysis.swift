internal import GraphDiagnostics
internal import GraphRuntime

/// Finds the names that a template reads from outside, and which of them it can do without.
///
/// Follows the order of execution with what is known at each place: the slots
/// set on every path there, and the names that a test has found defined.
struct TemplateAnalysis {
  private let program: TemplateProgram
  private var known = Known()

  /// Names by the place of their first use, in the order found.
  private var first: [String: ByteRange] = [:]
  private var required: Set<String> = []

  /// Required names that are read whatever is true.
  private(set) var certainVariables: Set<String> = []

  /// How many branches, loops and guards stand around the place that is looked at.
  private var depth = 0

  /// Every place at which a name from outside is read, in the order in which they are come to; a key that is read
  /// below `state` counts as a name of its own.
  private(set) var uses: [Use] = []

  /// A place at which a name from outside is read.
  struct Use {
    let name: String
    let range: ByteRange
    let isState: Bool
  }

  private struct Known {
    var slots: Set<TemplateSlot> = []
    var names: Set<String> = []

    /// What is known on both of two paths.
    ///
    /// A name that one path sets and the other finds defined is there either way.
    mutating func meet(_ other: Known, _ name: (TemplateSlot) -> String?) {
      let mine = names.union(slots.compactMap(name))
      let theirs = other.names.union(other.slots.compactMap(name))
      slots.formIntersection(other.slots)
      names = mine.intersection(theirs)
    }
  }

  private struct TemplateSlot: Hashable {
    let activation: Int
    let slot: Int
  }

  /// The macro whose body is being looked at; 0 is the template.
  private var activation = 0
  private var slotNames: [TemplateSlot: String] = [:]

  init(_ program: TemplateProgram) {
    self.program = program
    for scope in program.scopes.scopes {
      for (name, slot) in scope.slots { slotNames[TemplateSlot(activation: scope.activation, slot: slot)] = name }
    }
  }

  mutating func run() { walk(program.nodes) }

  /// The names from outside at their first uses, in the order of the text.
  var freeVariables: [Located<String>] {
    first.sorted { ($0.value.lowerBound, $0.key) < ($1.value.lowerBound, $1.key) }
      .map { Located($0.key, at: program.source.span($0.value)) }
  }

  var optionalVariables: Set<String> { Set(first.keys).subtracting(required) }

  // MARK: - Statements

  private mutating func walk(_ nodes: [TemplateNode]) {
    for node in nodes { walk(node) }
  }

  private mutating func walk(_ node: TemplateNode) {
    switch node {
    case .text: break
    case .output(let value): walk(value)
    case .condition(let branches): walk(branches)
    case .loop(let loop): walk(loop)
    case .assign(let target, let value):
      walk(value)
      assign(target)
    case .capture(let target, let value, let body):
      walkApart(body.nodes)
      walk(value)
      if let target { assign(target) }
    case .macro(let macro, let slot):
      set(slot)
      walk(macro)
    case .callBlock(let macro, let call):
      walk(call)
      walk(macro)
    case .with(let pairs, let body):
      for (_, value) in pairs { walk(value) }
      let before = known
      for (target, _) in pairs { assign(target) }
      walk(body.nodes)
      known = before
    case .include(let include): walk(include.name)
    }
  }

  /// A body whose assignments are its own.
  private mutating func walkApart(_ body: [TemplateNode]) {
    let before = known
    walk(body)
    known = before
  }

  private mutating func walk(_ branches: [TemplateBranch]) {
    var merged: Known?
    var hasElse = false
    for (index, branch) in branches.enumerated() {
      // Only the first test is made in any case.
      if index == 1 { depth += 1 }
      if let test = branch.test { walk(test) }
      let before = known
      if let test = branch.test { known.names.formUnion(defined(by: test, when: true)) }
      depth += 1
      walk(branch.body)
      depth -= 1
      merge(&merged)
      known = before
      if let test = branch.test {
        known.names.formUnion(defined(by: test, when: false))
      } else {
        hasElse = true
      }
    }
    if branches.count > 1 { depth -= 1 }
    // Without an else, no branch at all may run.
    if !hasElse { merge(&merged) }
    known = merged ?? known
  }

  private func merge(_ merged: inout Known?) {
    if merged == nil { merged = known } else { merged?.meet(known) { slotNames[$0] } }
  }

  private mutating func walk(_ loop: TemplateLoop) {
    walk(loop.items)
    depth += 1
    defer { depth -= 1 }
    let before = known
    assign(loop.target)
    if let filter = loop.filter {
      walk(filter)
      known.names.formUnion(defined(by: filter, when: true))
    }
    set(loop.slot)
    walk(loop.body)
    known = before
    walkApart(loop.otherwise)
  }

  private mutating func walk(_ macro: TemplateMacroDefinition) {
    let before = known
    let outer = activation
    depth += 1
    defer { depth -= 1 }
    activation = macro.activation
    for slot in [macro.callerSlot, macro.varargsSlot, macro.kwargsSlot].compactMap({ $0 }) { set(slot) }
    for parameter in macro.parameters {
      if let value = parameter.defaultValue { walk(value) }
      set(parameter.slot)
    }
    walk(macro.body)
    activation = outer
    known = before
  }

  private mutating func assign(_ target: TemplateTarget) {
    switch target {
    case .slot(let slot): set(slot)
    case .tuple(let parts, _): for part in parts { assign(part) }
    case .attribute(let reference, _, let range): use(reference, range)
    }
  }

  private mutating func set(_ slot: Int) { known.slots.insert(TemplateSlot(activation: activation, slot: slot)) }

  // MARK: - Expressions

  private mutating func walk(_ expression: TemplateExpression) {
    switch expression.kind {
    case .constant, .captured: break
    case .name(let reference): use(reference, expression.range)
    case .attribute(let base, let name):
      walk(base)
      useState(base, name, behind: expression.range)
    case .negative(let base), .positive(let base), .not(let base): walk(base)
    case .item(let base, let index):
      walk(base)
      walk(index)
      if case .constant(let key) = index.kind, let name = key.string { useState(base, name, in: index.range) }
    case .slice(let base, let from, let to, let step):
      walk(base)
      for part in [from, to, step] { if let part { walk(part) } }
    case .list(let items), .tuple(let items), .concatenation(let items): for item in items { walk(item) }
    case .dictionary(let entries):
      for (key, value) in entries {
        walk(key)
        walk(value)
      }
    case .and(let left, let right): walk(left, then: right, when: true)
    case .or(let left, let right): walk(left, then: right, when: false)
    case .arithmetic(_, let left, let right):
      walk(left)
      walk(right)
    case .comparison(let first, let rest):
      walk(first)
      for (_, operand) in rest { walk(operand) }
    case .conditional(let test, let then, let otherwise):
      walk(test, then: then, when: true)
      if let otherwise { walkGuarded(otherwise, by: defined(by: test, when: false)) }
    case .filter(let operand, let filter, let arguments):
      walkOperand(operand, isGuarded: filter == .default)
      for argument in arguments.all { walk(argument) }
    case .test(let operand, let test, let arguments):
      walkOperand(operand, isGuarded: test == .defined || test == .undefined)
      for argument in arguments.all { walk(argument) }
    case .call(let callee, let arguments):
      walk(callee)
      for argument in arguments.all { walk(argument) }
    case .method(let base, _, let arguments):
      walk(base)
      for argument in arguments.all { walk(argument) }
    }
  }

  private mutating func walk(_ test: TemplateExpression, then next: TemplateExpression, when truth: Bool) {
    walk(test)
    walkGuarded(next, by: defined(by: test, when: truth))
  }

  private mutating func walkGuarded(_ expression: TemplateExpression, by names: Set<String>) {
    let before = known
    known.names.formUnion(names)
    depth += 1
    walk(expression)
    depth -= 1
    known = before
  }

  /// The operand of `is defined` or `default`, which may be a name that does not exist.
  private mutating func walkOperand(_ operand: TemplateExpression, isGuarded: Bool) {
    if isGuarded, case .name(let reference) = operand.kind {
      walkGuarded(operand, by: [program.references[reference].name])
    } else {
      walk(operand)
    }
  }

  private mutating func use(_ index: Int, _ range: ByteRange) {
    let reference = program.references[index]
    guard isOutside(reference) else { return }
    uses.append(Use(name: reference.name, range: range, isState: false))
    if first[reference.name].map({ $0.lowerBound > range.lowerBound }) ?? true { first[reference.name] = range }
    if reference.addresses.isEmpty && !known.names.contains(reference.name) {
      required.insert(reference.name)
      if depth == 0 { certainVariables.insert(reference.name) }
    }
  }

  /// Whether a name may come from outside.
  private func isOutside(_ reference: TemplateProgram.Reference) -> Bool {
    let isSet = reference.addresses.contains { address in
      known.slots.contains(TemplateSlot(activation: address.activation, slot: address.slot))
    }
    return !isSet && !TemplateFunction.names.contains(reference.name)
  }

  /// Notes a key of the state: the last bytes of `state.key`, or those in the quotes of `state['key']`.
  private mutating func useState(_ base: TemplateExpression, _ name: String, behind range: ByteRange) {
    useState(base, name, at: ByteRange(range.upperBound - name.utf8.count, range.upperBound))
  }

  private mutating func useState(_ base: TemplateExpression, _ name: String, in quotes: ByteRange) {
    useState(base, name, at: ByteRange(quotes.lowerBound + 1, quotes.upperBound - 1))
  }

  private mutating func useState(_ base: TemplateExpression, _ name: String, at range: ByteRange) {
    guard case .name(let index) = base.kind, program.references[index].name == "state",
      isOutside(program.references[index])
    else { return }
    uses.append(Use(name: name, range: range, isState: true))
  }

  /// The names that are certainly defined when a test has come out one way.
  private func defined(by test: TemplateExpression, when truth: Bool) -> Set<String> {
    switch test.kind {
    case .test(let operand, let kind, _):
      guard case .name(let reference) = operand.kind else { return [] }
      let isDefined = kind == .defined && truth || kind == .undefined && !truth
      return isDefined ? [program.references[reference].name] : []
    case .not(let inner): return defined(by: inner, when: !truth)
    case .and(let left, let right):
      let both = defined(by: left, when: truth), other = defined(by: right, when: truth)
      return truth ? both.union(other) : both.intersection(other)
    case .or(let left, let right):
      let both = defined(by: left, when: truth), other = defined(by: right, when: truth)
      return truth ? both.intersection(other) : both.union(other)
    default: return []
    }
  }
}
