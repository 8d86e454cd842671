internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateRenderer {
  /// The value of an expression; `caller` is the body of a `call` block around it.
  mutating func evaluate(
    _ expression: TemplateExpression, caller: TemplateValue? = nil
  ) throws(TemplateError) -> TemplateValue {
    switch expression.kind {
    case .constant(let value): return .value(value)
    case .name(let reference): return value(of: reference, at: expression.range)
    case .captured: return .string(captured)
    default:
      do throws(TemplateFailure) { try budget.enter() } catch {
        throw error.located(program.source, expression.range)
      }
      defer { budget.leave() }
      return try evaluateParts(expression, caller)
    }
  }

  private mutating func evaluateParts(
    _ expression: TemplateExpression, _ caller: TemplateValue?
  ) throws(TemplateError) -> TemplateValue {
    let range = expression.range
    switch expression.kind {
    case .constant, .name, .captured: return .null
    case .attribute(let base, let name): return try attribute(try evaluate(base), name, at: range)
    case .item(let base, let index):
      let value = try evaluate(base)
      let isWritten = if case .constant = index.kind { true } else { false }
      return try item(of: value, try evaluate(index), isWritten: isWritten, at: range)
    case .slice(let base, let from, let to, let step):
      let value = try evaluate(base)
      let bounds = (try bound(from), try bound(to), try bound(step))
      do throws(TemplateFailure) {
        try budget.spend(value.cost)
        return try value.slice(bounds.0, bounds.1, bounds.2)
      } catch { throw error.located(program.source, range) }
    case .list(let items):
      let values = try evaluate(items)
      return try locating(program.source, range) { () throws(TemplateFailure) in try .list(values) }
    case .tuple(let items):
      let values = try evaluate(items)
      return try locating(program.source, range) { () throws(TemplateFailure) in try .tuple(values) }
    case .dictionary(let entries):
      var pairs: [(key: TemplateValue, value: TemplateValue)] = []
      for (key, value) in entries { pairs.append((try evaluate(key), try evaluate(value))) }
      return try locating(program.source, range) { () throws(TemplateFailure) in .mapping(try TemplateMapping(pairs)) }
    case .negative(let operand), .positive(let operand):
      let value = try evaluate(operand)
      let isNegative = if case .negative = expression.kind { true } else { false }
      return try locating(program.source, range) { () throws(TemplateFailure) in try value.signed(isNegative) }
    case .not(let operand): return .bool(try !isTrue(operand))
    case .and(let left, let right):
      let value = try evaluate(left)
      return try isTrue(value, at: left.range) ? try evaluate(right) : value
    case .or(let left, let right):
      let value = try evaluate(left)
      return try isTrue(value, at: left.range) ? value : try evaluate(right)
    case .arithmetic(let operation, let left, let right):
      let first = try evaluate(left)
      let second = try evaluate(right)
      do throws(TemplateFailure) {
        return try first.arithmetic(operation, second, &budget)
      } catch { throw error.located(program.source, range) }
    case .concatenation(let parts):
      var text = ""
      for part in parts {
        let value = try evaluate(part)
        do throws(TemplateFailure) {
          try value.print(to: &text, &budget)
          try budget.spend(bytes: text.utf8.count)
        } catch { throw error.located(program.source, part.range) }
      }
      return .string(text)
    case .comparison(let first, let rest): return try compare(first, rest, at: range)
    case .conditional(let test, let then, let otherwise):
      if try isTrue(test) { return try evaluate(then) }
      if let otherwise { return try evaluate(otherwise) }
      let origin = TemplateOrigin(source: program.source, range: range)
      return .undefined(
        TemplateUndefined(isSilent: true) {
          TemplateFailure(.templateNothing("the 'if' did not hold and has no 'else'"), origin: origin)
        })
    case .filter(let operand, let filter, let arguments):
      let value = try evaluate(operand)
      let arguments = arguments.isEmpty ? TemplateArguments() : try evaluate(arguments)
      do throws(TemplateFailure) {
        return try filter.apply(value, arguments, &budget)
      } catch { throw error.located(program.source, range) }
    case .test(let operand, let test, let arguments):
      let value = try evaluate(operand)
      let arguments = arguments.isEmpty ? TemplateArguments() : try evaluate(arguments)
      do throws(TemplateFailure) {
        return .bool(try test.holds(value, arguments, &budget))
      } catch { throw error.located(program.source, range) }
    case .call(let callee, let arguments):
      let value = try evaluate(callee)
      return try call(value, try evaluate(arguments), caller: caller, at: range)
    case .method(let base, let name, let arguments):
      let value = try evaluate(base)
      return try callMethod(name, of: value, try evaluate(arguments), caller: caller, at: range)
    }
  }

  mutating func evaluate(_ expressions: [TemplateExpression]) throws(TemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    values.reserveCapacity(expressions.count)
    for expression in expressions { values.append(try evaluate(expression)) }
    return values
  }

  mutating func evaluate(_ written: TemplateArgumentExpressions) throws(TemplateError) -> TemplateArguments {
    var arguments = TemplateArguments()
    arguments.isWritten = written.isWritten
    arguments.values.reserveCapacity(written.values.count)
    for value in written.values {
      if let value { arguments.values.append(try evaluate(value)) } else { arguments.values.append(nil) }
    }
    for (name, value) in written.named { arguments.named.append((name, try evaluate(value))) }
    switch written.inner {
    case .filter(let filter, let inner): arguments.inner = .filter(filter, try evaluate(inner))
    case .test(let test, let inner): arguments.inner = .test(test, try evaluate(inner))
    case nil: break
    }
    return arguments
  }

  /// Comparisons in a row hold when each does; a middle operand is evaluated once.
  private mutating func compare(
    _ first: TemplateExpression, _ rest: [(operation: TemplateComparison, operand: TemplateExpression)],
    at range: ByteRange
  ) throws(TemplateError) -> TemplateValue {
    var left = try evaluate(first)
    for (operation, operand) in rest {
      let right = try evaluate(operand)
      do throws(TemplateFailure) {
        if try !left.compare(operation, right, &budget) { return .bool(false) }
      } catch { throw error.located(program.source, range) }
      left = right
    }
    return .bool(true)
  }

  private mutating func bound(_ expression: TemplateExpression?) throws(TemplateError) -> Int? {
    guard let expression else { return nil }
    let value = try evaluate(expression)
    if value.isNull { return nil }
    try locating(program.source, expression.range) { () throws(TemplateFailure) in try value.checkDefined() }
    guard let bound = value.integer else {
      throw error(.templateNeeds("an int", found: value.kind), expression.range)
    }
    return bound
  }

  // MARK: - Names

  func value(of index: Int, at range: ByteRange) -> TemplateValue {
    // Read field by field, so that the rest of the reference is not retained.
    let context = context
    for address in context.program.references[index].addresses {
      if let value = frame.value(address) { return value }
    }
    if let value = context.external(context.program.references[index].external) { return value }
    return undefined(context.program.references[index].name, index, range)
  }

  private func undefined(_ name: String, _ index: Int, _ range: ByteRange) -> TemplateValue {
    let (context, frame) = (context, frame)
    return .undefined(
      TemplateUndefined {
        let available = context.availableNames(frame, from: context.program.scopes.references[index].scope)
        let functions = TemplateFunction.allCases.map(\.rawValue)
        let suggestion = Suggestion.nearest(to: name, among: available + functions)
        return TemplateFailure(
          .templateUndefined(name, suggestion: suggestion), name: name, availableNames: available,
          suggestion: suggestion, origin: TemplateOrigin(source: context.program.source, range: range))
      })
  }

  // MARK: - Attributes and items

  mutating func attribute(
    _ base: TemplateValue, _ name: String, at range: ByteRange
  ) throws(TemplateError) -> TemplateValue {
    switch base {
    case .value(.object(let object)):
      if let value = object[name] { return .value(value) }
    case .mapping(let mapping):
      let value = try locating(program.source, range) { () throws(TemplateFailure) in
        try mapping.value(.string(name))
      }
      if let value { return value }
    case .loop(let state): if let value = try attribute(name, of: state) { return value }
    case .namespace(let namespace): if let value = namespace.value(name) { return value }
    case .macro(let macro): if let value = try attribute(name, of: macro.definition, at: range) { return value }
    case .cycler(let cycler): if name == "current" { return cycler.items[cycler.position] }
    case .sequence(let sequence):
      if case .group = sequence.kind, name == "grouper" || name == "list" {
        return sequence.items[name == "grouper" ? 0 : 1]
      }
    case .undefined(let undefined): throw undefined.failure.located(program.source, range)
    default: break
    }
    return noAttribute(name, of: base, range)
  }

  private func attribute(
    _ name: String, of macro: TemplateMacroDefinition, at range: ByteRange
  ) throws(TemplateError) -> TemplateValue? {
    switch name {
    case "name": .string(macro.name)
    case "arguments":
      try locating(program.source, range) { () throws(TemplateFailure) in
        try .tuple(macro.parameters.map { .string($0.name) })
      }
    case "catch_varargs": .bool(macro.varargsSlot != nil)
    case "catch_kwargs": .bool(macro.kwargsSlot != nil)
    case "caller": .bool(macro.callerSlot != nil)
    default: nil
    }
  }

  private func noAttribute(_ name: String, of base: TemplateValue, _ range: ByteRange) -> TemplateValue {
    let origin = TemplateOrigin(source: program.source, range: range)
    return .undefined(
      TemplateUndefined {
        if TemplateMethods.names(of: base).contains(name) {
          return TemplateFailure(.templateMethodNotCalled(name), origin: origin)
        }
        let available = base.attributeNames
        let suggestion = Suggestion.nearest(to: name, among: available)
        return TemplateFailure(
          .templateNoAttribute(name, of: base.kind, suggestion: suggestion), name: name, availableNames: available,
          suggestion: suggestion, origin: origin)
      })
  }

  private mutating func attribute(
    _ name: String, of state: TemplateLoopState
  ) throws(TemplateError) -> TemplateValue? {
    switch name {
    case "index": return .int(state.index0 + 1)
    case "index0": return .int(state.index0)
    case "first": return .bool(state.index0 == 0)
    case "last": return .bool(try peek(state) == nil)
    case "length": return .int(try count(state))
    case "revindex": return .int(try count(state) - state.index0)
    case "revindex0": return .int(try count(state) - state.index0 - 1)
    case "depth": return .int(state.depth + 1)
    case "depth0": return .int(state.depth)
    case "previtem": return state.previous
    case "nextitem": return try peek(state)
    default: return nil
    }
  }

  private mutating func item(
    of base: TemplateValue, _ index: TemplateValue, isWritten: Bool, at range: ByteRange
  ) throws(TemplateError) -> TemplateValue {
    let found: TemplateValue?
    do throws(TemplateFailure) {
      try index.checkDefined()
      // Characters are counted from the beginning of a text.
      if base.text != nil { try budget.spend(base.cost) }
      found = try base.item(index)
    } catch { throw error.located(program.source, range) }
    if let found { return found }
    let origin = TemplateOrigin(source: program.source, range: range)
    if let name = index.text {
      // As in Jinja2, brackets fall back to what a dot would find.
      let found = try attribute(base, name, at: range)
      if case .undefined = found, !isWritten {} else { return found }
    }
    let count = base.length
    return .undefined(
      TemplateUndefined {
        // An index that was calculated is data, which errors do not show.
        if isWritten, let count, let number = index.integer, base.entries == nil {
          return TemplateFailure(.templateNoItem(number, count: count), origin: origin)
        }
        return TemplateFailure(.templateNoSuchItem(of: base.kind), origin: origin)
      })
  }
}

extension TemplateValue {
  /// Names that can follow a dot, for messages: keys that are plain names, never other data.
  var attributeNames: [String] {
    switch self {
    case .value(.object), .mapping:
      (entries ?? TemplateEntries(ValueObject())).lazy.compactMap(\.key.text).filter { key in
        key.utf8.count <= 40 && key.utf8.allSatisfy { PythonText.isASCIIAlphanumeric($0) || $0 == UInt8(ascii: "_") }
      }
    case .loop:
      [
        "index", "index0", "first", "last", "length", "revindex", "revindex0", "depth", "depth0", "previtem",
        "nextitem", "cycle", "changed",
      ]
    case .namespace(let namespace): namespace.entries.map(\.key)
    default: []
    }
  }
}
