internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateParser {
  /// Words that are operators and so cannot be variables.
  static let reservedNames: Set<String> = ["and", "elif", "else", "if", "in", "is", "not", "or"]

  /// Words that are values.
  static let constants: [String: Value] = [
    "true": true, "True": true, "false": false, "False": false, "none": nil, "None": nil,
  ]

  /// An expression over parts that were parsed before it.
  func make(
    _ kind: TemplateExpression.Kind, from start: Int, over parts: [TemplateExpression]
  ) throws(TemplateSyntaxError) -> TemplateExpression {
    var depth = 0
    for part in parts { depth = max(depth, part.depth) }
    let range = range(from: start)
    // Long chains nest without recursion here, but not in whoever walks them.
    if depth >= 2 * Self.maximumNesting { throw fail(.templateNestedTooDeep(2 * Self.maximumNesting), at: range) }
    return TemplateExpression(kind: kind, range: range, depth: depth + 1)
  }

  func leaf(_ kind: TemplateExpression.Kind, _ range: ByteRange) -> TemplateExpression {
    TemplateExpression(kind: kind, range: range, depth: 1)
  }

  // MARK: - Tuples and conditionals

  /// One expression, or several with commas between them, which make a tuple.
  mutating func parseTuple(
    allowsConditional: Bool = true, end: String? = nil
  ) throws(TemplateSyntaxError) -> TemplateExpression {
    let start = token.range.lowerBound
    let first = try parseExpression(allowsConditional: allowsConditional)
    guard isAt(.comma) else { return first }
    var items = [first]
    while skip(.comma) {
      if isTupleEnd || end.map({ isAt(name: $0) }) ?? false { break }
      items.append(try parseExpression(allowsConditional: allowsConditional))
    }
    return try make(.tuple(items), from: start, over: items)
  }

  private var isTupleEnd: Bool {
    token.kind == .outputEnd || token.kind == .blockEnd || isAt(.closeParen)
  }

  mutating func parseExpression(allowsConditional: Bool = true) throws(TemplateSyntaxError) -> TemplateExpression {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > Self.maximumNesting { throw fail(.templateNestedTooDeep(Self.maximumNesting), at: token.range) }
    let start = token.range.lowerBound
    var value = try parseOr()
    while allowsConditional, skip(name: "if") {
      let test = try parseOr()
      let otherwise = skip(name: "else") ? try parseExpression() : nil
      value = try make(
        .conditional(test: test, then: value, otherwise: otherwise), from: start,
        over: [value, test] + (otherwise.map { [$0] } ?? []))
    }
    return value
  }

  // MARK: - Operators, loosest first

  private mutating func parseOr() throws(TemplateSyntaxError) -> TemplateExpression {
    let start = token.range.lowerBound
    var left = try parseAnd()
    while skip(name: "or") {
      let right = try parseAnd()
      left = try make(.or(left, right), from: start, over: [left, right])
    }
    return left
  }

  private mutating func parseAnd() throws(TemplateSyntaxError) -> TemplateExpression {
    let start = token.range.lowerBound
    var left = try parseNot()
    while skip(name: "and") {
      let right = try parseNot()
      left = try make(.and(left, right), from: start, over: [left, right])
    }
    return left
  }

  private mutating func parseNot() throws(TemplateSyntaxError) -> TemplateExpression {
    let start = token.range.lowerBound
    guard isAt(name: "not") else { return try parseComparison() }
    nesting += 1
    defer { nesting -= 1 }
    if nesting > Self.maximumNesting { throw fail(.templateNestedTooDeep(Self.maximumNesting), at: token.range) }
    advance()
    let operand = try parseNot()
    return try make(.not(operand), from: start, over: [operand])
  }

  private mutating func parseComparison() throws(TemplateSyntaxError) -> TemplateExpression {
    let start = token.range.lowerBound
    let first = try parseSum()
    var rest: [(operation: TemplateComparison, operand: TemplateExpression)] = []
    while let operation = comparison() { rest.append((operation, try parseSum())) }
    if rest.isEmpty { return first }
    return try make(.comparison(first, rest), from: start, over: [first] + rest.map(\.operand))
  }

  private mutating func comparison() -> TemplateComparison? {
    switch token.kind {
    case .symbol(let symbol):
      guard let operation = TemplateComparison(rawValue: symbol.rawValue) else { return nil }
      advance()
      return operation
    case .name("in"):
      advance()
      return .isIn
    case .name("not"):
      guard next.kind == .name("in") else { return nil }
      advance()
      advance()
      return .isNotIn
    default: return nil
    }
  }

  private mutating func parseSum() throws(TemplateSyntaxError) -> TemplateExpression {
    let start = token.range.lowerBound
    var left = try parseConcatenation()
    while let operation = arithmetic([.plus, .minus]) {
      let right = try parseConcatenation()
      left = try make(.arithmetic(operation, left, right), from: start, over: [left, right])
    }
    return left
  }

  private mutating func parseConcatenation() throws(TemplateSyntaxError) -> TemplateExpression {
    let start = token.range.lowerBound
    let first = try parseProduct()
    guard isAt(.tilde) else { return first }
    var parts = [first]
    while skip(.tilde) { parts.append(try parseProduct()) }
    return try make(.concatenation(parts), from: start, over: parts)
  }

  private mutating func parseProduct() throws(TemplateSyntaxError) -> TemplateExpression {
    let start = token.range.lowerBound
    var left = try parsePower()
    while let operation = arithmetic([.star, .slash, .doubleSlash, .percent]) {
      let right = try parsePower()
      left = try make(.arithmetic(operation, left, right), from: start, over: [left, right])
    }
    return left
  }

  private mutating func parsePower() throws(TemplateSyntaxError) -> TemplateExpression {
    let start = token.range.lowerBound
    var left = try parseUnary(allowsFilters: true)
    // Unlike Python's, Jinja2's power binds to the left.
    while skip(.power) {
      let right = try parseUnary(allowsFilters: true)
      left = try make(.arithmetic(.power, left, right), from: start, over: [left, right])
    }
    return left
  }

  private mutating func arithmetic(_ symbols: [TemplateSymbol]) -> TemplateArithmetic? {
    guard case .symbol(let symbol) = token.kind, symbols.contains(symbol) else { return nil }
    advance()
    return TemplateArithmetic(rawValue: symbol.rawValue)
  }

  mutating func parseUnary(allowsFilters: Bool) throws(TemplateSyntaxError) -> TemplateExpression {
    let start = token.range.lowerBound
    var value: TemplateExpression
    if isAt(.minus) || isAt(.plus) {
      nesting += 1
      defer { nesting -= 1 }
      if nesting > Self.maximumNesting { throw fail(.templateNestedTooDeep(Self.maximumNesting), at: token.range) }
      let isMinus = isAt(.minus)
      advance()
      let operand = try parseUnary(allowsFilters: false)
      value = try make(isMinus ? .negative(operand) : .positive(operand), from: start, over: [operand])
    } else {
      value = try parsePrimary()
    }
    value = try parsePostfix(value)
    return allowsFilters ? try parseFiltersAndTests(value) : value
  }

  // MARK: - Primaries

  private mutating func parsePrimary() throws(TemplateSyntaxError) -> TemplateExpression {
    let range = token.range
    switch token.kind {
    case .name(let name):
      if Self.reservedNames.contains(name) { throw unexpected("an expression") }
      advance()
      if let constant = Self.constants[name] { return leaf(.constant(constant), range) }
      return leaf(.name(scopes.reference(name)), range)
    case .string(var text):
      advance()
      while case .string(let more) = token.kind {
        text += more
        advance()
      }
      return leaf(.constant(.string(text)), self.range(from: range.lowerBound))
    case .integer(let number):
      advance()
      return leaf(.constant(.int(number)), range)
    case .float(let number):
      advance()
      return leaf(.constant(.double(number)), range)
    case .symbol(.openParen):
      advance()
      if skip(.closeParen) { return leaf(.tuple([]), self.range(from: range.lowerBound)) }
      let inner = try parseTuple()
      try expect(.closeParen)
      return TemplateExpression(kind: inner.kind, range: self.range(from: range.lowerBound), depth: inner.depth)
    case .symbol(.openBracket):
      advance()
      let items = try parseItems(.closeBracket)
      return try make(.list(items), from: range.lowerBound, over: items)
    case .symbol(.openBrace): return try parseDictionary()
    default: throw unexpected("an expression")
    }
  }

  private mutating func parseItems(_ close: TemplateSymbol) throws(TemplateSyntaxError) -> [TemplateExpression] {
    var items: [TemplateExpression] = []
    while !isAt(close) {
      items.append(try parseExpression())
      if !skip(.comma) { break }
    }
    try expect(close)
    return items
  }

  private mutating func parseDictionary() throws(TemplateSyntaxError) -> TemplateExpression {
    let start = token.range.lowerBound
    advance()
    var entries: [(key: TemplateExpression, value: TemplateExpression)] = []
    while !isAt(.closeBrace) {
      let key = try parseExpression()
      try expect(.colon)
      entries.append((key, try parseExpression()))
      if !skip(.comma) { break }
    }
    try expect(.closeBrace)
    return try make(.dictionary(entries), from: start, over: entries.flatMap { [$0.key, $0.value] })
  }

  // MARK: - Postfixes

  private mutating func parsePostfix(_ base: TemplateExpression) throws(TemplateSyntaxError) -> TemplateExpression {
    var value = base
    let start = base.range.lowerBound
    while case .symbol(let symbol) = token.kind {
      switch symbol {
      case .dot:
        advance()
        if case .integer(let number) = token.kind {
          let index = leaf(.constant(.int(number)), token.range)
          advance()
          value = try make(.item(value, index), from: start, over: [value])
        } else {
          let name = try expectName("the name of an attribute").name
          if isAt(.openParen) {
            let arguments = try parseCallArguments()
            value = try make(.method(value, name, arguments), from: start, over: [value] + arguments.all)
          } else {
            value = try make(.attribute(value, name), from: start, over: [value])
          }
        }
      case .openBracket:
        advance()
        value = try parseSubscript(value)
      case .openParen:
        let arguments = try parseCallArguments()
        value = try make(.call(value, arguments), from: start, over: [value] + arguments.all)
      default: return value
      }
    }
    return value
  }

  /// Reads what is between brackets, behind the opening one.
  private mutating func parseSubscript(_ base: TemplateExpression) throws(TemplateSyntaxError) -> TemplateExpression {
    let start = base.range.lowerBound
    var parts: [TemplateExpression?] = [nil, nil, nil]
    var part = 0
    while !isAt(.closeBracket) {
      if isAt(.colon) {
        guard part < 2 else { break }
        part += 1
        advance()
      } else {
        if parts[part] != nil { break }
        parts[part] = try parseExpression()
      }
    }
    if isAt(.comma) { throw fail(.templateSubscriptTuple, at: token.range) }
    let isEmpty = part == 0 && parts[0] == nil
    if isEmpty { throw unexpected("an expression") }
    try expect(.closeBracket)
    let over = [base] + parts.compactMap { $0 }
    if part == 0, let index = parts[0] { return try make(.item(base, index), from: start, over: over) }
    return try make(.slice(base, from: parts[0], to: parts[1], step: parts[2]), from: start, over: over)
  }

  private mutating func parseFiltersAndTests(
    _ base: TemplateExpression
  ) throws(TemplateSyntaxError) -> TemplateExpression {
    var value = base
    while true {
      if isAt(.pipe) {
        value = try parseFilter(on: value)
      } else if isAt(name: "is") {
        value = try parseTest(on: value)
      } else if isAt(.openParen) {
        let arguments = try parseCallArguments()
        value = try make(.call(value, arguments), from: base.range.lowerBound, over: [value] + arguments.all)
      } else {
        return value
      }
    }
  }
}
