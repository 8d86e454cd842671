internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateTyper {
  /// What is known of the value of an expression.
  mutating func type(of expression: TemplateExpression) -> Typed {
    switch expression.kind {
    case .constant(let value):
      return Typed(type: ValueKinds(value).meets([.list, .object]) ? .any : .constant(value))
    case .name(let reference): return isTested(expression.range) ? .unknown : value(of: reference)
    case .captured, .concatenation:
      for part in parts(of: expression) { _ = type(of: part) }
      return Typed(type: .string)
    case .attribute(let base, let name): return attribute(base, name, expression)
    case .item(let base, let index): return item(base, index, expression)
    case .slice(let base, let from, let to, let step):
      let container = type(of: base)
      for part in [from, to, step] { if let part { _ = type(of: part) } }
      let type = container.type.limited(to: [.string, .list])
      return Typed(type: type == .never ? .any : type.widened, isCertain: container.isCertain)
    case .list(let items):
      let types = items.map { type(of: $0) }
      return Typed(type: .list(.joined(types.map(\.type))), isCertain: types.allSatisfy(\.isCertain))
    case .not, .test:
      walkParts(expression)
      return Typed(type: .bool)
    case .and(let left, let right):
      let first = type(of: left)
      let second = type(of: right, when: left, is: true)
      return Typed(type: first.type.falsy.joined(with: second.type), isCertain: first.isCertain && second.isCertain)
    case .or(let left, let right):
      let first = type(of: left)
      let second = type(of: right, when: left, is: false)
      return Typed(type: first.type.truthy.joined(with: second.type), isCertain: first.isCertain && second.isCertain)
    case .comparison(let first, let rest):
      compare(first, rest, expression)
      return Typed(type: .bool)
    case .conditional(let test, let then, let otherwise):
      _ = type(of: test)
      let first = type(of: then, when: test, is: true)
      guard let otherwise else { return first }
      let second = type(of: otherwise, when: test, is: false)
      return Typed(type: first.type.joined(with: second.type), isCertain: first.isCertain && second.isCertain)
    case .filter(let operand, let filter, let arguments): return filtered(operand, filter, arguments, expression)
    case .arithmetic(let operation, let left, let right): return arithmetic(operation, left, right, expression)
    case .call(let callee, let arguments): return call(callee, arguments)
    case .method(let base, let name, let arguments): return method(base, name, arguments, expression)
    case .negative(let operand), .positive(let operand):
      let value = type(of: operand)
      let isNumber = value.type.nonNull.kinds.isSubset(of: .number) && value.type.nonNull != .never
      return isNumber ? Typed(type: value.type.isWhole ? .int : .float, isCertain: value.isCertain) : .unknown
    case .tuple, .dictionary:
      walkParts(expression)
      return .unknown
    }
  }

  private func parts(of expression: TemplateExpression) -> [TemplateExpression] {
    switch expression.kind {
    case .tuple(let parts), .concatenation(let parts): parts
    case .dictionary(let entries): entries.flatMap { [$0.key, $0.value] }
    case .not(let operand): [operand]
    default: []
    }
  }

  private mutating func walkParts(_ expression: TemplateExpression) {
    if case .test(let operand, let test, let arguments) = expression.kind {
      _ = test == .defined || test == .undefined ? quietly(operand) : type(of: operand)
      for argument in arguments.all { _ = type(of: argument) }
    }
    for part in parts(of: expression) { _ = type(of: part) }
  }

  // MARK: - Fields and items

  private mutating func attribute(_ base: TemplateExpression, _ name: String, _ expression: TemplateExpression) -> Typed
  {
    if case .name(let reference) = base.kind, let key = stateKey(name, below: reference) { return key }
    let container = type(of: base)
    return field(name, of: container, text(base.range), expression)
  }

  private mutating func item(
    _ base: TemplateExpression, _ index: TemplateExpression, _ expression: TemplateExpression
  ) -> Typed {
    if case .constant(.string(let name)) = index.kind {
      if case .name(let reference) = base.kind, let key = stateKey(name, below: reference) { return key }
      let container = type(of: base)
      return field(name, of: container, text(base.range), expression)
    }
    let container = type(of: base)
    let key = type(of: index)
    if key.type.nonNull.kinds == .int || key.type.nonNull == .int { return item(of: container) }
    return .unknown
  }

  /// A field by its name; what has none of that name is reported.
  private mutating func field(
    _ name: String, of container: Typed, _ base: String, _ expression: TemplateExpression
  ) -> Typed {
    let known = container.type.nonNull
    guard known != .any, known != .never, !isTested(expression.range) else { return .unknown }
    do throws(MissingStep) {
      let step = try known.step(name)
      let path = "\(base).\(name)"
      return Typed(type: step.type, isCertain: container.isCertain) {
        guard let field = step.field else { return container.note() }
        return Diagnostic.Note("'\(path)' is declared as '\(step.type.nonNull.brief)' here", at: field.name.span)
      }
    } catch {
      guard !isDefined(expression.range) else { return .unknown }
      let written = text(expression.range)
      guard case .unknownField(let fields) = error else {
        report(.noAttribute(name, base, known.kindNames), at: expression.range, container)
        return .unknown
      }
      var seen: Set<String> = []
      let names = fields.map(\.name.value).filter { seen.insert($0).inserted }
      let near = Suggestion.nearest(to: name, among: names)
      var range = expression.range
      // The name alone, where it is written after a dot at the end.
      let isWritten = written.hasSuffix(".\(name)")
      if isWritten { range = ByteRange(range.upperBound - name.utf8.count, range.upperBound) }
      var notes: [Diagnostic.Note] = [near.map { .didYouMean($0) } ?? .known("fields of '\(base)'", names)]
      if let field = fields.first(where: { $0.name.value == near }) ?? fields.first, field.name.span.range.count > 0 {
        notes.append(Diagnostic.Note("the fields of '\(base)' are declared here", at: field.name.span))
      }
      report(
        .unknownField(name, base), at: range,
        Typed(type: known, isCertain: container.isCertain), notes: notes,
        fixIts: near.flatMap { name in isWritten ? [.replace(program.source.span(range), with: name)] : nil } ?? [])
      return .unknown
    }
  }

  /// What going through a value gives in each turn.
  func item(of container: Typed) -> Typed {
    let known = container.type.nonNull
    var type = SchemaType.never
    if known == .any { return .unknown }
    if known.kinds.contains(.list) { type = type.joined(with: known.limited(to: .list).itemType) }
    if known.kinds.meets([.string, .object]) { type = type.joined(with: .string) }
    return Typed(type: type == .never ? .any : type, isCertain: container.isCertain, note: container.note)
  }

  /// Reports a loop over what has no items.
  mutating func checkIterable(_ items: Typed, _ expression: TemplateExpression) {
    let known = items.type.nonNull
    guard known != .any, known != .never, known.kinds.isSubset(of: [.bool, .int, .double]) else { return }
    report(.nothingToGoThrough(text(expression.range), known.kindNames), at: expression.range, items)
  }

  // MARK: - Comparisons

  private mutating func compare(
    _ first: TemplateExpression, _ rest: [(operation: TemplateComparison, operand: TemplateExpression)],
    _ expression: TemplateExpression
  ) {
    var left = first
    var leftType = type(of: first)
    for (operation, operand) in rest {
      let rightType = type(of: operand)
      let known = leftType.type.nonNull
      let other = rightType.type.nonNull
      defer { (left, leftType) = (operand, rightType) }
      guard known != .any, known != .never, other != .any, other != .never else { continue }
      let range = ByteRange(left.range.lowerBound, operand.range.upperBound)
      let reason = Typed(type: known, isCertain: leftType.isCertain && rightType.isCertain, note: leftType.note)
      switch operation {
      case .equal, .notEqual:
        // Texts against texts, and texts against numbers; in Python, truth values are numbers.
        guard known.kinds == .string || other.kinds == .string, !known.mayEqual(other) else { continue }
        reportUnequal(left, known, operand, other, reason, holds: operation == .notEqual, range)
      case .less, .lessEqual, .greater, .greaterEqual:
        guard !known.kinds.meets(other.kinds), known.kinds.union(other.kinds).isSubset(of: [.int, .double, .string])
        else { continue }
        report(.cannotOrder(operation.rawValue, known.kindNames, other.kindNames), at: range, reason)
      case .isIn, .isNotIn: break
      }
    }
  }

  private mutating func reportUnequal(
    _ left: TemplateExpression, _ type: SchemaType, _ right: TemplateExpression, _ other: SchemaType, _ reason: Typed,
    holds: Bool, _ range: ByteRange
  ) {
    let outcome = holds ? "always" : "never"
    guard let texts = type.texts, other.isConstant, let wanted = other.texts?.first else {
      report(.neverComparable(text(left.range), type.kindNames, other.kindNames, outcome), at: range, reason)
      return
    }
    let near = Suggestion.nearest(to: wanted, among: texts)
    let isPlain = right.range.count == wanted.utf8.count + 2
    let place = program.source.span(ByteRange(right.range.lowerBound + 1, right.range.upperBound - 1))
    report(
      .neverEqual(text(left.range), wanted, outcome), at: right.range, reason,
      notes: [near.map { .didYouMean($0) } ?? .known("values of '\(text(left.range))'", texts)],
      fixIts: near.flatMap { isPlain ? [.replace(place, with: $0)] : nil } ?? [])
  }

  // MARK: - Filters

  private mutating func filtered(
    _ operand: TemplateExpression, _ filter: TemplateFilter, _ arguments: TemplateArgumentExpressions,
    _ expression: TemplateExpression
  ) -> Typed {
    let value = filter == .default ? quietly(operand) : type(of: operand)
    for argument in arguments.all { _ = type(of: argument) }
    func typed(_ type: SchemaType) -> Typed { Typed(type: type, isCertain: value.isCertain) }
    switch filter {
    case .length, .count, .wordcount: return typed(.int)
    case .lower, .upper, .title, .capitalize, .trim, .replace, .truncate, .string, .tojson, .join, .center, .indent,
      .wordwrap, .format, .striptags, .filesizeformat, .urlencode:
      if filter == .join { checkAttribute(arguments, 1, value, operand) }
      return typed(.string)
    case .first, .last: return item(of: value)
    case .min, .max:
      checkAttribute(arguments, 1, value, operand)
      return item(of: value)
    case .list, .unique, .reverse, .sort:
      if filter == .sort { checkAttribute(arguments, 2, value, operand) }
      if filter == .unique { checkAttribute(arguments, 1, value, operand) }
      // A text that is turned round is a text.
      return filter == .reverse && value.type.kinds.contains(.string)
        ? .unknown : Typed(type: .list(item(of: value).type), isCertain: value.isCertain, note: value.note)
    case .selectattr, .rejectattr:
      checkAttribute(arguments, 0, value, operand)
      return Typed(type: .list(item(of: value).type), isCertain: value.isCertain, note: value.note)
    case .select, .reject: return Typed(type: .list(item(of: value).type), isCertain: value.isCertain, note: value.note)
    case .groupby, .sum:
      checkAttribute(arguments, 0, value, operand)
      return .unknown
    case .map:
      guard let type = checkAttribute(arguments, 0, value, operand) else { return .unknown }
      return typed(.list(type))
    case .default:
      let other = arguments.values.first.flatMap { $0 }.map { type(of: $0).type } ?? .constant("")
      return typed(value.type.nonNull.joined(with: other))
    case .int: return typed(.int)
    case .float: return typed(.float)
    case .items, .dictsort:
      var pairs = typed(.list(.list(.any)))
      let dict = value.type.nonNull
      if dict != .any, dict != .never, dict.kinds == .object { pairs.pair = (.string, dict.entryType) }
      return pairs
    default: return .unknown
    }
  }

  /// The type of an attribute of the items that a filter asks for; one that they do not have is reported.
  @discardableResult
  private mutating func checkAttribute(
    _ arguments: TemplateArgumentExpressions, _ index: Int, _ list: Typed, _ operand: TemplateExpression
  ) -> SchemaType? {
    let hasDefault = arguments.values.count > 1 && index == 0 && arguments.values[1] != nil
    guard arguments.inner == nil || index == 0, index < arguments.values.count, let argument = arguments.values[index],
      case .constant(.string(let path)) = argument.kind
    else { return nil }
    var item = item(of: list)
    for name in path.split(separator: ".").map(String.init) {
      guard Int(name) == nil else { return nil }
      let known = item.type.nonNull
      guard known != .any, known != .never else { return nil }
      do throws(MissingStep) {
        item.type = try known.step(name).type
      } catch {
        guard case .unknownField(let fields) = error, !hasDefault else { return nil }
        let names = fields.map(\.name.value)
        let near = Suggestion.nearest(to: name, among: names)
        let isPlain = argument.range.count == path.utf8.count + 2 && path == name
        let place = program.source.span(ByteRange(argument.range.lowerBound + 1, argument.range.upperBound - 1))
        let base = "an item of '\(text(operand.range))'"
        var notes: [Diagnostic.Note] = [near.map { .didYouMean($0) } ?? .known("fields of \(base)", names)]
        if let field = fields.first(where: { $0.name.value == near }) ?? fields.first, field.name.span.range.count > 0 {
          notes.append(Diagnostic.Note("the fields of \(base) are declared here", at: field.name.span))
        }
        report(
          .unknownItemField(name, base), at: argument.range, Typed(type: known, isCertain: list.isCertain),
          notes: notes, fixIts: near.flatMap { isPlain ? [.replace(place, with: $0)] : nil } ?? [])
        return nil
      }
    }
    return item.type
  }
}

extension DiagnosticMessage {
  fileprivate static func noAttribute(_ field: String, _ base: String, _ kind: String) -> Self {
    Self("GR0541", "'\(base)' is \(kind) and has no field '\(field)'")
  }

  fileprivate static func unknownItemField(_ field: String, _ base: String) -> Self {
    Self("GR0540", "\(base) has no field '\(field)'")
  }

  fileprivate static func nothingToGoThrough(_ value: String, _ kind: String) -> Self {
    Self("GR0659", "'\(value)' is \(kind) and has no items to go through")
  }
}
