internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateTyper {
  // MARK: - Loops

  /// What `loop` is inside a loop.
  static func loopState(over items: SchemaType) -> SchemaType {
    let place = SourceSpan(SourceFile(path: "", text: ""), ByteRange(0, 0))
    var fields: [(String, SchemaType)] = ["index", "index0", "revindex", "revindex0", "length", "depth", "depth0"].map {
      ($0, .int)
    }
    fields += [("first", .bool), ("last", .bool), ("previtem", items.optional), ("nextitem", items.optional)]
    // Called, but known by their names.
    fields += [("cycle", .any), ("changed", .any)]
    return .object(
      SchemaObject(
        fields: fields.map { SchemaField(name: Located($0.0, at: place), type: $0.1, isRequired: true) }))
  }

  // MARK: - Calls

  /// What calling something gives.
  mutating func call(_ callee: TemplateExpression, _ arguments: TemplateArgumentExpressions) -> Typed {
    let called = type(of: callee)
    for argument in arguments.all { _ = type(of: argument) }
    // A macro gives text, and so does a loop that is called for other items.
    if called.isMacro { return Typed(type: .string) }
    guard case .name(let reference) = callee.kind, isFunction(reference, .range) else { return .unknown }
    return Typed(type: .list(.int))
  }

  private func isFunction(_ index: Int, _ function: TemplateFunction) -> Bool {
    let reference = program.references[index]
    return reference.name == function.rawValue && reference.addresses.isEmpty && isFree(reference.name)
  }

  /// What a method gives; one that a value of the type does not have is reported.
  mutating func method(
    _ base: TemplateExpression, _ name: String, _ arguments: TemplateArgumentExpressions,
    _ expression: TemplateExpression
  ) -> Typed {
    let container = isTested(base.range) ? .unknown : type(of: base)
    for argument in arguments.all { _ = type(of: argument) }
    let known = container.type.nonNull
    guard known != .any, known != .never, !container.isLoop, let names = TemplateMethods.names(of: known.kinds) else {
      return .unknown
    }
    guard names.contains(name) else {
      reportMethod(name, names, known, container, base, expression)
      return .unknown
    }
    func typed(_ type: SchemaType) -> Typed { Typed(type: type, isCertain: container.isCertain) }
    switch (name, known.kinds) {
    case (_, .string): return typed(Self.result(ofTextMethod: name))
    case ("count", _), ("index", _): return typed(.int)
    case ("keys", _): return typed(.list(.string))
    case ("values", _): return typed(.list(known.entryType))
    case ("items", _):
      var pairs = typed(.list(.list(.any)))
      pairs.pair = (.string, known.entryType)
      return pairs
    case ("get", _): return entry(known, arguments, container)
    default: return container
    }
  }

  private static func result(ofTextMethod name: String) -> SchemaType {
    switch name {
    case "split", "rsplit", "splitlines", "partition", "rpartition": .list(.string)
    case "count", "find", "index", "rfind", "rindex": .int
    case "endswith", "startswith": .bool
    case let name where name.hasPrefix("is"): .bool
    default: .string
    }
  }

  /// What `x.get('name', other)` gives.
  private mutating func entry(
    _ dict: SchemaType, _ arguments: TemplateArgumentExpressions, _ container: Typed
  ) -> Typed {
    guard let first = arguments.values.first, case .constant(let key)? = first?.kind, let name = key.string,
      let step = try? dict.step(name)
    else { return .unknown }
    guard arguments.values.count > 1, let other = arguments.values[1] else {
      return Typed(type: step.type.optional, isCertain: container.isCertain)
    }
    return Typed(type: step.type.nonNull.joined(with: type(of: other).type), isCertain: container.isCertain)
  }

  private mutating func reportMethod(
    _ name: String, _ names: [String], _ type: SchemaType, _ container: Typed, _ base: TemplateExpression,
    _ expression: TemplateExpression
  ) {
    // A field may hold what can be called, and what adds to a value has a message of its own when it is run.
    guard type.kinds.isDisjoint(with: .object) || (try? type.step(name)) == nil else { return }
    let near = Suggestion.nearest(to: name, among: names)
    let written = text(expression.range)
    var fixIts: [FixIt] = []
    if let near, let dot = written.utf8.firstRange(of: ".\(name)(".utf8), near != name {
      let start =
        expression.range.lowerBound + written.utf8.distance(from: written.utf8.startIndex, to: dot.lowerBound) + 1
      fixIts = [.replace(program.source.span(ByteRange(start, start + name.utf8.count)), with: near)]
    }
    report(
      .noMethod(name, text(base.range), type.kindNames), at: expression.range, container,
      notes: [
        near.map { .didYouMean($0) } ?? .known("methods", names.filter { !TemplateMethods.mutating.contains($0) })
      ], fixIts: fixIts)
  }

  // MARK: - Arithmetic

  /// What an operator makes of two values; what it cannot combine is reported.
  mutating func arithmetic(
    _ operation: TemplateArithmetic, _ left: TemplateExpression, _ right: TemplateExpression,
    _ expression: TemplateExpression
  ) -> Typed {
    let first = type(of: left)
    let second = type(of: right)
    let (one, other) = (first.type.nonNull, second.type.nonNull)
    guard one != .any, one != .never, other != .any, other != .never else { return .unknown }
    let isCertain = first.isCertain && second.isCertain
    // In Python, truth values are numbers.
    let numbers: ValueKinds = [.int, .double, .bool]
    let (kinds, others) = (one.kinds, other.kinds)
    if kinds.isSubset(of: numbers), others.isSubset(of: numbers) {
      let isWhole = one.isWhole && other.isWhole && operation != .divide && operation != .power
      return Typed(type: isWhole ? .int : .float, isCertain: isCertain)
    }
    switch operation {
    case .remainder where kinds == .string: return Typed(type: .string, isCertain: isCertain)
    case .add where kinds == .string && others == .string: return Typed(type: .string, isCertain: isCertain)
    case .multiply where kinds.union(others).isSubset(of: numbers.union(.string)):
      return Typed(type: .string, isCertain: isCertain)
    case .add, .subtract:
      let isWrong =
        (kinds == .string && others.isSubset(of: numbers)) || (others == .string && kinds.isSubset(of: numbers))
        || (operation == .subtract && kinds.union(others) == .string)
      if isWrong {
        report(
          .cannotCompute(operation.rawValue, one.kindNames, other.kindNames), at: expression.range,
          Typed(type: one, isCertain: isCertain, note: first.note),
          notes: operation == .add ? [Diagnostic.Note("'~' puts the texts of two values together")] : [])
      }
      return .unknown
    default: return .unknown
    }
  }
}

extension TemplateMethods {
  /// The methods of values of some kinds, where all of them have the same.
  static func names(of kinds: ValueKinds) -> [String]? {
    switch kinds {
    case .string: textNames
    case .list: listNames + mutating.sorted()
    case .object: dictNames + mutating.sorted()
    default: nil
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func noMethod(_ name: String, _ base: String, _ kind: String) -> Self {
    Self("GR0420", "'\(base)' is \(kind) and has no method '\(name)'", bearing: .itself)
  }

  fileprivate static func cannotCompute(_ operation: String, _ left: String, _ right: String) -> Self {
    Self("GR0421", "'\(operation)' cannot combine \(left) with \(right)", bearing: .itself)
  }
}
