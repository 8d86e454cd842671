internal import GraphDiagnostics
internal import GraphRuntime

/// The arguments of a filter, test or call, evaluated.
struct TemplateArguments {
  /// For known parameters one entry each, nil where nothing was given; otherwise what was given by position.
  var values: [TemplateValue?] = []
  var named: [(name: String, value: TemplateValue)] = []
  var inner: Inner?

  /// Whether all are literals of the template, which errors may show.
  var isWritten = true

  /// What `map`, `select` and the like apply to each item.
  indirect enum Inner {
    case filter(TemplateFilter, TemplateArguments)
    case test(TemplateTest, TemplateArguments)
  }

  /// The argument for a parameter, if one was given.
  subscript(index: Int) -> TemplateValue? { index < values.count ? values[index] : nil }
}

extension TemplateRenderer {
  mutating func call(
    _ callee: TemplateValue, _ arguments: TemplateArguments, caller: TemplateValue?, at range: ByteRange
  ) throws(TemplateError) -> TemplateValue {
    if caller != nil, case .macro = callee {} else if caller != nil { throw error(.templateCallExpected, range) }
    switch callee {
    case .macro(let macro): return try call(macro, arguments, caller: caller, at: range)
    case .function(let function): return try call(function, arguments, at: range)
    case .loop(let state): return try recurse(state, arguments, at: range)
    case .joiner(let joiner):
      if joiner.isUsed { return joiner.separator }
      joiner.isUsed = true
      return .string("")
    case .undefined(let undefined): throw undefined.failure.located(program.source, range)
    default: throw error(.templateNotCallable(callee.kind), range)
    }
  }

  mutating func callMethod(
    _ name: String, of base: TemplateValue, _ arguments: TemplateArguments, caller: TemplateValue?, at range: ByteRange
  ) throws(TemplateError) -> TemplateValue {
    switch base {
    case .undefined(let undefined): throw undefined.failure.located(program.source, range)
    case .loop(let state): return try callMethod(name, of: state, arguments, at: range)
    case .cycler(let cycler) where name == "next":
      let item = cycler.items[cycler.position]
      cycler.position = (cycler.position + 1) % cycler.items.count
      return item
    case .cycler(let cycler) where name == "reset":
      cycler.position = 0
      return .null
    case .namespace, .mapping, .value(.object):
      // A method of the dict goes before a macro that it holds.
      if TemplateMethods.names(of: base).contains(name) { break }
      let member = try attribute(base, name, at: range)
      guard case .undefined = member else { return try call(member, arguments, caller: caller, at: range) }
    default: break
    }
    if caller != nil { throw error(.templateCallExpected, range) }
    do throws(TemplateFailure) {
      return try TemplateMethods.call(name, of: base, arguments, &budget)
    } catch { throw error.located(program.source, range) }
  }

  private mutating func callMethod(
    _ name: String, of state: TemplateLoopState, _ arguments: TemplateArguments, at range: ByteRange
  ) throws(TemplateError) -> TemplateValue {
    let values = arguments.values.compactMap { $0 }
    switch name {
    case "cycle":
      guard !values.isEmpty else { throw error(.templateCallArguments("'cycle' needs values to choose from"), range) }
      return values[state.index0 % values.count]
    case "changed":
      let last = state.lastChanged
      state.lastChanged = values
      guard let last, last.count == values.count else { return .bool(true) }
      do throws(TemplateFailure) {
        for (old, new) in zip(last, values) where !(try old.isEqual(to: new, &budget)) { return .bool(true) }
        return .bool(false)
      } catch { throw error.located(program.source, range) }
    default:
      let suggestion = Suggestion.nearest(to: name, among: ["cycle", "changed"])
      throw error(.templateNoMethod(name, of: "loop", suggestion: suggestion), range)
    }
  }

  /// Runs the body of a recursive loop over other items.
  private mutating func recurse(
    _ state: TemplateLoopState, _ arguments: TemplateArguments, at range: ByteRange
  ) throws(TemplateError) -> TemplateValue {
    guard state.statement.isRecursive, let home = state.frame else {
      throw error(.templateCallArguments("the loop must be 'recursive' to be called"), range)
    }
    guard arguments.named.isEmpty, arguments.values.count == 1, let value = arguments[0] else {
      throw error(.templateCallArguments("'loop' takes the items to go through"), range)
    }
    let items = try locating(program.source, range) { () throws(TemplateFailure) in try value.items() }
    let before = (frame, context, output)
    let slots = home.slots
    (frame, context, output) = (home, home.context, "")
    try run(state.statement, over: items, depth: state.depth + 1)
    home.slots = slots
    let text = output
    (frame, context, output) = before
    return .string(text)
  }

  // MARK: - Macros

  private mutating func call(
    _ macro: TemplateMacro, _ arguments: TemplateArguments, caller: TemplateValue?, at range: ByteRange
  ) throws(TemplateError) -> TemplateValue {
    let definition = macro.definition
    let inner = TemplateFrame(slotCount: definition.slotCount, outer: macro.frame, context: macro.frame.context)
    defer { inner.clear() }
    let missing = try bind(arguments, to: definition, caller: caller, inner, at: range)
    let before = (frame, context, output)
    let place = program.source
    (frame, context, output) = (inner, inner.context, "")
    do throws(TemplateError) {
      for parameter in missing { inner.slots[parameter.slot] = try value(of: parameter) }
      do throws(TemplateFailure) { try budget.enter() } catch { throw error.located(place, range) }
      defer { budget.leave() }
      try execute(definition.body)
    } catch {
      throw error.adding(Diagnostic.Note(TemplateNote.inMacro(definition.name), at: place.span(range)))
    }
    let text = output
    (frame, context, output) = before
    return .string(text)
  }

  /// The default of a parameter that was not given, in the macro's own frame.
  private mutating func value(
    of parameter: TemplateMacroDefinition.Parameter
  ) throws(TemplateError) -> TemplateValue {
    if let expression = parameter.defaultValue { return try evaluate(expression) }
    let name = parameter.name
    return .undefined(TemplateUndefined { TemplateFailure(.templateNothing("the argument '\(name)' was not given")) })
  }

  /// Puts the arguments of a call into the slots of a macro and gives the parameters that are left.
  private func bind(
    _ arguments: TemplateArguments, to macro: TemplateMacroDefinition, caller: TemplateValue?, _ frame: TemplateFrame,
    at range: ByteRange
  ) throws(TemplateError) -> [TemplateMacroDefinition.Parameter] {
    let positional = arguments.values.compactMap { $0 }
    var named = arguments.named
    if let caller { named.append(("caller", caller)) }
    for (parameter, value) in zip(macro.parameters, positional) { frame.slots[parameter.slot] = value }
    var missing: [TemplateMacroDefinition.Parameter] = []
    for parameter in macro.parameters.dropFirst(positional.count) {
      if let index = named.firstIndex(where: { $0.name == parameter.name }) {
        frame.slots[parameter.slot] = named.remove(at: index).value
      } else {
        missing.append(parameter)
      }
    }
    if let slot = macro.callerSlot {
      if let index = named.firstIndex(where: { $0.name == "caller" }) {
        frame.slots[slot] = named.remove(at: index).value
      } else {
        frame.slots[slot] = .undefined(
          TemplateUndefined { TemplateFailure(.templateNothing("the macro was not called by 'call'")) })
      }
    }
    try locating(program.source, range) { () throws(TemplateFailure) in
      if let slot = macro.kwargsSlot {
        frame.slots[slot] = .mapping(try TemplateMapping(named.map { (.string($0.name), $0.value) }))
      } else if let extra = named.first {
        throw TemplateFailure(
          .templateUnknownArgument(
            extra.name, "macro '\(macro.name)'", macro.parameters.map(\.name),
            suggestion: Suggestion.nearest(to: extra.name, among: macro.parameters.map(\.name))))
      }
      if let slot = macro.varargsSlot {
        frame.slots[slot] = try .tuple(Array(positional.dropFirst(macro.parameters.count)))
      } else if positional.count > macro.parameters.count {
        throw TemplateFailure(.templateTooManyArguments("macro '\(macro.name)'", macro.parameters.map(\.name)))
      }
    }
    return missing
  }

  // MARK: - Functions

  private mutating func call(
    _ function: TemplateFunction, _ arguments: TemplateArguments, at range: ByteRange
  ) throws(TemplateError) -> TemplateValue {
    do throws(TemplateFailure) {
      switch function {
      case .range: return try TemplateValue.range(arguments, &budget)
      case .dict: return .mapping(try TemplateMapping(try Self.pairs(function, arguments)))
      case .namespace:
        let namespace = TemplateNamespace()
        for (key, value) in try Self.pairs(function, arguments) {
          guard let key = key.text else { throw TemplateFailure(.templateNeeds("a name", found: key.kind)) }
          namespace.set(key, value)
        }
        namespaces.append(namespace)
        return .namespace(namespace)
      case .cycler:
        let items = arguments.values.compactMap { $0 }
        guard !items.isEmpty, arguments.named.isEmpty else {
          throw TemplateFailure(.templateCallArguments("'cycler' needs values to choose from"))
        }
        return .cycler(TemplateCycler(items))
      case .joiner:
        let separator = arguments[0] ?? arguments.named.first { $0.name == "sep" }?.value
        return .joiner(TemplateJoiner(separator ?? .string(", ")))
      }
    } catch { throw error.located(program.source, range) }
  }

  /// The entries of `dict(mapping, key=value)`.
  private static func pairs(
    _ function: TemplateFunction, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> [(key: TemplateValue, value: TemplateValue)] {
    var pairs: [(key: TemplateValue, value: TemplateValue)] = []
    if arguments.values.count > 1 {
      throw TemplateFailure(.templateCallArguments("'\(function.rawValue)' takes one dict and named arguments"))
    }
    if let value = arguments[0] {
      try value.checkDefined()
      if let entries = value.entries {
        for (key, value) in entries { pairs.append((key, value)) }
      } else {
        for pair in try value.items() {
          let parts = try pair.items()
          guard parts.count == 2 else { throw TemplateFailure(.templateUnpack(2, parts.count)) }
          pairs.append((parts[0], parts[1]))
        }
      }
    }
    for (name, value) in arguments.named { pairs.append((.string(name), value)) }
    return pairs
  }
}
