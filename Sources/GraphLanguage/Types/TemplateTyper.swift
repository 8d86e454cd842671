internal import GraphDiagnostics
internal import GraphRuntime

/// Infers the types of what a Jinja template reads, and finds fields that there are not and values without items.
///
/// It follows the order of execution, also into what is included. Of a name that a template may have set on some ways
/// only, and of what functions make, nothing is known and nothing said. What a template asks for with `is defined` or
/// `default` may be missing.
struct TemplateTyper {
  /// What is known of a value.
  struct Typed {
    var type: SchemaType
    var isCertain = true
    /// For a list of pairs, as a dict's items are, the types of their parts.
    var pair: (key: SchemaType, value: SchemaType)?
    /// Whether it is called for its text.
    var isMacro = false
    /// Whether it is what a loop knows of itself.
    var isLoop = false
    /// The note that says where the type comes from, made when it is needed.
    var note: () -> Diagnostic.Note? = { nil }

    static var unknown: Typed { Typed(type: .any) }
  }

  private struct Slot: Hashable {
    let activation: Int
    let slot: Int
  }

  private struct Known {
    var slots: [Slot: Typed] = [:]
    /// Slots that were set on some ways only.
    var unsure: Set<Slot> = []
    /// The texts of what a test has found defined.
    var defined: Set<String> = []
  }

  let program: TemplateProgram
  private let variable: (String) -> TypedName?
  private let state: (String) -> TypedName?

  /// Finds a template that is included.
  private let included: (String) -> JinjaTemplate?

  /// The names of the templates that this one is included by.
  private let includers: [String]

  private(set) var findings: [TemplateFinding] = []
  private var known = Known()
  private var activation = 0

  /// Whether what is looked at may be missing.
  private var isQuiet = false

  init(
    _ program: TemplateProgram, variable: @escaping (String) -> TypedName?, state: @escaping (String) -> TypedName?,
    included: @escaping (String) -> JinjaTemplate?, includers: [String] = []
  ) {
    self.program = program
    self.variable = variable
    self.state = state
    self.included = included
    self.includers = includers
  }

  mutating func run() { walk(program.nodes) }

  // MARK: - Statements

  private mutating func walk(_ nodes: [TemplateNode]) {
    for node in nodes { walk(node) }
  }

  private mutating func walk(_ node: TemplateNode) {
    switch node {
    case .text: break
    case .output(let value): _ = type(of: value)
    case .condition(let branches): walk(branches)
    case .loop(let loop): walk(loop)
    case .assign(let target, let value):
      let type = type(of: value)
      assign(type, to: target)
    case .capture(let target, let value, let body):
      apart { $0.walk(body.nodes) }
      let type = type(of: value)
      if let target { assign(type, to: target) }
    case .macro(let macro, let slot):
      set(slot, Typed(type: .any, isMacro: true))
      walk(macro)
    case .callBlock(let macro, let call):
      _ = type(of: call)
      walk(macro)
    case .with(let pairs, let body):
      let types = pairs.map { type(of: $0.1) }
      apart { typer in
        for (pair, type) in zip(pairs, types) { typer.assign(type, to: pair.0) }
        typer.walk(body.nodes)
      }
    case .include(let include): walk(include)
    }
  }

  /// Looks at a template that is included under a name which is written out.
  private mutating func walk(_ include: TemplateInclude) {
    _ = type(of: include.name)
    guard include.hasContext, case .constant(.string(let name)) = include.name.kind, !includers.contains(name),
      includers.count < 16, let template = included(name)
    else { return }
    // A name that this template sets is found there with what it is here, if that is one thing.
    var own: [String: Typed] = [:]
    for scope in program.scopes.scopes {
      for (name, slot) in scope.slots {
        let value = scope.activation == activation ? known.slots[Slot(activation: activation, slot: slot)] : nil
        own[name] = own[name] == nil ? value ?? .unknown : .unknown
      }
    }
    let outer = variable
    var typer = TemplateTyper(
      template.program,
      variable: { name in
        guard let value = own[name] else { return outer(name) }
        return value.isMacro || value.isLoop ? nil : TypedName(value.type, isCertain: value.isCertain)
      }, state: state, included: included, includers: includers + [name])
    typer.run()
    findings += typer.findings
  }

  /// Does something whose assignments are its own.
  private mutating func apart(_ body: (inout TemplateTyper) -> Void) {
    let before = known
    body(&self)
    known = before
  }

  private mutating func walk(_ branches: [TemplateBranch]) {
    let before = known
    var merged: Known?
    var defined = known.defined
    var hasElse = false
    for branch in branches {
      known = before
      known.defined = defined
      if let test = branch.test {
        _ = type(of: test)
        known.defined.formUnion(self.defined(by: test, when: true))
        defined.formUnion(self.defined(by: test, when: false))
      } else {
        hasElse = true
      }
      walk(branch.body)
      merged = merged.map { Self.meeting($0, known) } ?? known
    }
    known = hasElse ? merged ?? before : Self.meeting(merged ?? before, before)
    known.defined = before.defined
  }

  private static func meeting(_ left: Known, _ right: Known) -> Known {
    var met = Known(unsure: left.unsure.union(right.unsure))
    for (slot, type) in left.slots {
      if let other = right.slots[slot] {
        met.slots[slot] = Typed(type: type.type.joined(with: other.type), isCertain: type.isCertain && other.isCertain)
      } else {
        met.unsure.insert(slot)
      }
    }
    met.unsure.formUnion(right.slots.keys.filter { left.slots[$0] == nil })
    return met
  }

  private mutating func walk(_ loop: TemplateLoop) {
    let items = type(of: loop.items)
    checkIterable(items, loop.items)
    apart { typer in
      typer.assignTurn(of: loop, over: items)
      let item = loop.isRecursive ? SchemaType.any : typer.item(of: items).type
      typer.set(loop.slot, Typed(type: Self.loopState(over: item), isMacro: loop.isRecursive, isLoop: true))
      if let filter = loop.filter {
        _ = typer.type(of: filter)
        typer.known.defined.formUnion(typer.defined(by: filter, when: true))
      }
      typer.walk(loop.body)
    }
    apart { $0.walk(loop.otherwise) }
  }

  /// Assigns what a loop's target is in each turn.
  private mutating func assignTurn(of loop: TemplateLoop, over items: Typed) {
    // A loop that calls itself goes over other things as well.
    guard !loop.isRecursive else { return assign(.unknown, to: loop.target) }
    switch loop.target {
    case .tuple(let parts, _) where parts.count == 2:
      let pair = items.pair ?? (.any, .any)
      assign(Typed(type: pair.key, isCertain: items.isCertain), to: parts[0])
      assign(Typed(type: pair.value, isCertain: items.isCertain), to: parts[1])
    case .slot: assign(item(of: items), to: loop.target)
    default: assign(.unknown, to: loop.target)
    }
  }

  private mutating func walk(_ macro: TemplateMacroDefinition) {
    let outer = activation
    apart { typer in
      // A macro may be called where the names around it mean something else.
      typer.known.unsure.formUnion(typer.known.slots.keys)
      typer.known.slots = [:]
      typer.activation = macro.activation
      if let slot = macro.callerSlot { typer.set(slot, Typed(type: .any, isMacro: true)) }
      for slot in [macro.varargsSlot, macro.kwargsSlot].compactMap({ $0 }) { typer.set(slot, .unknown) }
      for parameter in macro.parameters {
        if let value = parameter.defaultValue { _ = typer.type(of: value) }
        typer.set(parameter.slot, .unknown)
      }
      typer.walk(macro.body)
    }
    activation = outer
  }

  private mutating func assign(_ type: Typed, to target: TemplateTarget) {
    switch target {
    case .slot(let slot): set(slot, type)
    case .tuple(let parts, _): for part in parts { assign(.unknown, to: part) }
    case .attribute: break
    }
  }

  private mutating func set(_ slot: Int, _ type: Typed) {
    let slot = Slot(activation: activation, slot: slot)
    known.slots[slot] = type
    known.unsure.remove(slot)
  }

  // MARK: - Names

  /// What a name means.
  func value(of index: Int) -> Typed {
    let reference = program.references[index]
    for address in reference.addresses {
      let slot = Slot(activation: address.activation, slot: address.slot)
      if let type = known.slots[slot] { return type }
      // A macro's names are found where it is called.
      if known.unsure.contains(slot) || address.activation != activation { return .unknown }
    }
    guard let name = variable(reference.name) else { return .unknown }
    return Typed(type: name.type, isCertain: name.isCertain) { name.note(reference.name) }
  }

  /// Whether a name is given from nowhere, so that it is that of a function.
  func isFree(_ name: String) -> Bool { variable(name) == nil }

  /// What `state.name` is, where `state` is the state.
  func stateKey(_ name: String, below index: Int) -> Typed? {
    let reference = program.references[index]
    guard reference.name == "state", reference.addresses.isEmpty, variable("state") == nil else { return nil }
    guard let key = state(name) else { return .unknown }
    return Typed(type: key.type, isCertain: key.isCertain) { key.note(name) }
  }

  // MARK: - Findings

  /// Whether a part was found defined by a test around it.
  func isDefined(_ range: ByteRange) -> Bool { isQuiet || known.defined.contains(text(range)) }

  /// Whether a test around it has asked what the value of a part is, so that its type here is another one.
  func isTested(_ range: ByteRange) -> Bool { known.defined.contains(Self.tested(text(range))) }

  private static func tested(_ text: String) -> String { text + " is" }

  /// The text of a part.
  func text(_ range: ByteRange) -> String {
    String(decoding: program.source.text.utf8.dropFirst(range.lowerBound).prefix(range.count), as: UTF8.self)
  }

  /// Looks at what may be missing.
  mutating func quietly(_ expression: TemplateExpression) -> Typed {
    let before = isQuiet
    isQuiet = true
    defer { isQuiet = before }
    return type(of: expression)
  }

  /// Looks at something where a test has come out one way.
  mutating func type(
    of expression: TemplateExpression, when test: TemplateExpression, is truth: Bool
  ) -> Typed {
    let before = known.defined
    known.defined.formUnion(defined(by: test, when: truth))
    defer { known.defined = before }
    return type(of: expression)
  }

  /// The texts of what is certainly defined when a test has come out one way.
  private func defined(by test: TemplateExpression, when truth: Bool) -> Set<String> {
    switch test.kind {
    case .test(let operand, .defined, _): return truth ? [text(operand.range)] : []
    case .test(let operand, .undefined, _): return truth ? [] : [text(operand.range)]
    case .test(let operand, _, _): return [Self.tested(text(operand.range))]
    case .comparison(let key, let rest) where truth && rest.count == 1 && rest[0].operation == .isIn:
      guard case .constant(let value) = key.kind, let name = value.string else { return [] }
      return ["\(text(rest[0].operand.range)).\(name)"]
    case .not(let inner): return defined(by: inner, when: !truth)
    case .and(let left, let right):
      let (first, second) = (defined(by: left, when: truth), defined(by: right, when: truth))
      return truth ? first.union(second) : first.intersection(second)
    case .or(let left, let right):
      let (first, second) = (defined(by: left, when: truth), defined(by: right, when: truth))
      return truth ? first.intersection(second) : first.union(second)
    default: return []
    }
  }

  /// Adds a finding, unless what is looked at may be missing.
  mutating func report(
    _ message: DiagnosticMessage, at range: ByteRange, _ reason: Typed, notes: [Diagnostic.Note] = [],
    fixIts: [FixIt] = []
  ) {
    guard !isQuiet else { return }
    findings.append(
      TemplateFinding(
        message: message, span: program.source.span(range), notes: notes + (reason.note().map { [$0] } ?? []),
        fixIts: fixIts, isCertain: reason.isCertain))
  }
}

/// Something that is wrong in a Jinja template by the types of what it reads.
struct TemplateFinding {
  let message: DiagnosticMessage
  let span: SourceSpan
  let notes: [Diagnostic.Note]
  let fixIts: [FixIt]
  let isCertain: Bool

  func report(to diagnostics: DiagnosticEngine) {
    let message = isCertain || message.severity != .error ? message : .probably(message)
    diagnostics.report(message, at: span, notes: notes, fixIts: fixIts)
  }
}
