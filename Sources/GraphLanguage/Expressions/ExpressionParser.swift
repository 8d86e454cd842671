internal import GraphDiagnostics
internal import GraphRuntime

/// Parses one expression by precedence climbing.
///
/// From loose to tight: `x if c else y`, `or`, `and`, `not`, comparisons,
/// `+ -`, `* / // %`, signs, then `.`, `[]` and `|`.
struct ExpressionParser {
  private var lexer: ExpressionLexer
  private(set) var token = ExpressionToken(kind: .end, range: ByteRange(0, 0))
  private var depth = 0
  private var operatorCount = 0

  /// Whether the expression is a check, which may look at files and asks for what may not be there.
  private let isCheck: Bool

  /// The deepest nesting of brackets, signs, `not` and `else`.
  static let maximumDepth = 64

  /// The most operators and calls; it bounds the height of the tree, and with it the stack that evaluation takes.
  static let maximumOperators = 256

  init(
    _ source: ExpressionSource, isCheck: Bool = false, diagnostics: DiagnosticEngine
  ) throws(ExpressionSyntaxError) {
    self.isCheck = isCheck
    lexer = ExpressionLexer(source, diagnostics: diagnostics)
    try advance()
  }

  var hasErrors: Bool { lexer.hasErrors }

  private var source: ExpressionSource { lexer.source }

  /// Parses an expression that reaches to the end of its source.
  mutating func parseWhole() throws(ExpressionSyntaxError) -> ExpressionNode {
    guard token.kind != .end else { throw lexer.failure(.emptyExpression, at: source.range) }
    let node = try parseExpression()
    switch token.kind {
    case .end: return node
    case .symbol(let symbol) where [")", "]", "}"].contains(symbol):
      throw lexer.failure(.unmatchedBracket(symbol), at: token.range)
    default: throw unexpected("an operator or the end")
    }
  }

  /// Parses an expression that ends at a symbol and returns it with the offset after that symbol.
  mutating func parse(until closer: String, openedAt opener: ByteRange) throws(ExpressionSyntaxError)
    -> (node: ExpressionNode, end: Int)
  {
    if token.kind == .symbol(closer) {
      throw lexer.failure(.emptyExpression, at: ByteRange(opener.lowerBound, token.range.upperBound))
    }
    let node = try parseExpression()
    if token.kind == .end { throw lexer.failure(.unclosedBracket(source.text(in: opener)), at: opener) }
    guard token.kind == .symbol(closer) else { throw unexpected("an operator or '\(closer)'") }
    return (node, token.range.upperBound)
  }

  // MARK: - Operators

  mutating func parseExpression() throws(ExpressionSyntaxError) -> ExpressionNode {
    try enter()
    defer { depth -= 1 }
    let then = try parseOr()
    guard isWord("if") else { return then }
    try countOperator()
    try advance()
    let condition = try parseOr()
    guard isWord("else") else { throw unexpected("'else'") }
    try advance()
    return .conditional(then: then, condition: condition, otherwise: try parseExpression())
  }

  private mutating func parseOr() throws(ExpressionSyntaxError) -> ExpressionNode {
    var operands = [try parseAnd()]
    while isWord("or") {
      try advance()
      operands.append(try parseAnd())
    }
    return operands.count == 1 ? operands[0] : .or(operands)
  }

  private mutating func parseAnd() throws(ExpressionSyntaxError) -> ExpressionNode {
    var operands = [try parseNot()]
    while isWord("and") {
      try advance()
      operands.append(try parseNot())
    }
    return operands.count == 1 ? operands[0] : .and(operands)
  }

  private mutating func parseNot() throws(ExpressionSyntaxError) -> ExpressionNode {
    guard isWord("not") else { return try parseComparison() }
    try enter()
    defer { depth -= 1 }
    let start = token.range.lowerBound
    try countOperator()
    try advance()
    let operand = try parseNot()
    return .not(operand, ByteRange(start, operand.range.upperBound))
  }

  private mutating func parseComparison() throws(ExpressionSyntaxError) -> ExpressionNode {
    var first = try parseArithmetic(above: 0)
    var rest: [ExpressionNode.Comparand] = []
    while let (comparison, range) = try takeComparison() {
      var operand = try parseArithmetic(above: 0)
      if comparison.isEquality {
        if rest.isEmpty { first = first.toleratingMissing() }
        operand = operand.toleratingMissing(mayBeText: true)
      }
      rest.append(.init(comparison: comparison, operatorRange: range, operand: operand))
    }
    return rest.isEmpty ? first : .comparison(first, rest)
  }

  private mutating func takeComparison() throws(ExpressionSyntaxError)
    -> (ExpressionNode.Comparison, ByteRange)?
  {
    let range = token.range
    switch token.kind {
    case .symbol(let symbol):
      guard let comparison = ExpressionNode.Comparison(rawValue: symbol) else { return nil }
      try advance()
      return (comparison, range)
    case .name where isWord("in"):
      try advance()
      return (.isIn, range)
    case .name where isWord("not"):
      try advance()
      guard isWord("in") else { throw unexpected("'in'") }
      let whole = ByteRange(range.lowerBound, token.range.upperBound)
      try advance()
      return (.isNotIn, whole)
    default: return nil
    }
  }

  private mutating func parseArithmetic(above limit: Int) throws(ExpressionSyntaxError) -> ExpressionNode {
    var left = try parseSign()
    while case .symbol(let symbol) = token.kind, let operation = ExpressionNode.Arithmetic(rawValue: symbol) {
      let precedence = operation == .add || operation == .subtract ? 1 : 2
      guard precedence > limit else { break }
      let range = token.range
      try countOperator()
      try advance()
      left = .arithmetic(operation, left, try parseArithmetic(above: precedence), range)
    }
    return left
  }

  private mutating func parseSign() throws(ExpressionSyntaxError) -> ExpressionNode {
    guard case .symbol(let symbol) = token.kind, let sign = ExpressionNode.Sign(rawValue: symbol) else {
      return try parsePostfix()
    }
    try enter()
    defer { depth -= 1 }
    let start = token.range.lowerBound
    try countOperator()
    try advance()
    let operand = try parseSign()
    let range = ByteRange(start, operand.range.upperBound)
    switch operand {
    case .literal(.int(let number), _): return .literal(.int(sign == .minus ? -number : number), range)
    case .literal(.double(let number), _): return .literal(.double(sign == .minus ? -number : number), range)
    default: return .signed(sign, operand, range)
    }
  }

  // MARK: - Operands

  private mutating func parsePostfix() throws(ExpressionSyntaxError) -> ExpressionNode {
    var node = try parsePrimary()
    while case .symbol(let symbol) = token.kind {
      switch symbol {
      case ".": node = try parseMember(of: node)
      case "[": node = try parseSubscript(of: node)
      case "|": node = try parsePipe(from: node)
      default: return node
      }
    }
    return node
  }

  private mutating func parseMember(of base: ExpressionNode) throws(ExpressionSyntaxError) -> ExpressionNode {
    try countOperator()
    try advance()
    guard case .name(let name) = token.kind else { throw unexpected("a key after '.'") }
    let nameToken = token
    if lexer.byte(after: token.range.upperBound) == UInt8(ascii: "(") { throw methodCall(name, on: base) }
    try advance()
    return step(.key(name), below: base, end: nameToken.range.upperBound)
  }

  private mutating func parseSubscript(of base: ExpressionNode) throws(ExpressionSyntaxError) -> ExpressionNode {
    let opener = token.range
    try countOperator()
    try advance()
    let index = try parseExpression()
    let end = token.range.upperBound
    try close("]", openedAt: opener)
    return switch index {
    case .literal(.int(let number), _): step(.index(number), below: base, end: end)
    case .literal(.string(let key), _): step(.key(key), below: base, end: end)
    default: .element(base, index: index, ByteRange(base.range.lowerBound, end))
    }
  }

  /// One constant step: a longer path below a path, else a computed element.
  private func step(_ component: StatePath.Component, below base: ExpressionNode, end: Int) -> ExpressionNode {
    let range = ByteRange(base.range.lowerBound, end)
    if case .path(let path) = base {
      return .path(
        StatePath(
          root: path.root, components: path.components + [component], hasStatePrefix: path.hasStatePrefix,
          range: range, span: source.span(of: range), rootSpan: path.rootSpan))
    }
    let index: Value =
      switch component {
      case .key(let key): .string(key)
      case .index(let index): .int(index)
      }
    return .element(base, index: .literal(index, ByteRange(base.range.upperBound, end)), range)
  }

  private mutating func parsePipe(from base: ExpressionNode) throws(ExpressionSyntaxError) -> ExpressionNode {
    try advance()
    guard case .name(let name) = token.kind else { throw unexpected("a function after '|'") }
    return try parseCall(name, receiver: base)
  }

  private mutating func parsePrimary() throws(ExpressionSyntaxError) -> ExpressionNode {
    let start = token
    switch start.kind {
    case .int(let number):
      try advance()
      return .literal(.int(number), start.range)
    case .double(let number):
      try advance()
      return .literal(.double(number), start.range)
    case .string(let text):
      try advance()
      return .literal(.string(text), start.range)
    case .name(let name): return try parseName(name)
    case .symbol("("):
      try advance()
      let node = try parseExpression()
      try close(")", openedAt: start.range)
      return node
    case .symbol("["):
      let (items, end) = try parseItems(closer: "]")
      return .list(items, ByteRange(start.range.lowerBound, end))
    case .symbol("{"): return try parseObject()
    default: throw unexpected("a value")
    }
  }

  private mutating func parseName(_ name: String) throws(ExpressionSyntaxError) -> ExpressionNode {
    let start = token.range
    if lexer.byte(after: start.upperBound) == UInt8(ascii: "("), !Self.operatorWords.contains(name.lowercased()) {
      return try parseCall(name, receiver: nil)
    }
    switch name.lowercased() {
    case "true", "false":
      try advance()
      return .literal(.bool(name.lowercased() == "true"), start)
    case "null", "none":
      try advance()
      return .literal(.null, start)
    case let word where Self.operatorWords.contains(word): throw unexpected("a value")
    default: break
    }
    try advance()
    guard name == "state" else {
      let span = source.span(of: start)
      return .path(
        StatePath(root: name, components: [], hasStatePrefix: false, range: start, span: span, rootSpan: span))
    }
    return try parseStateKey(after: start)
  }

  private static let operatorWords: Set<String> = ["and", "or", "not", "in", "if", "else"]

  /// Parses `.key` or `['key']` after `state`.
  private mutating func parseStateKey(after start: ByteRange) throws(ExpressionSyntaxError) -> ExpressionNode {
    let opener = token.range
    let isDotted = token.kind == .symbol(".")
    guard isDotted || token.kind == .symbol("[") else { throw lexer.failure(.wholeState, at: start) }
    try advance()
    let keyToken = token
    let root: String
    switch token.kind {
    case .name(let name) where isDotted:
      root = name
      if lexer.byte(after: token.range.upperBound) == UInt8(ascii: "(") { throw methodCall(name, on: nil) }
    case .string(let name) where !isDotted: root = name
    case _ where isDotted: throw unexpected("a key after 'state.'")
    default: throw lexer.failure(.wholeState, at: start)
    }
    try advance()
    var end = keyToken.range.upperBound
    if !isDotted {
      end = token.range.upperBound
      try close("]", openedAt: opener)
    }
    let range = ByteRange(start.lowerBound, end)
    return .path(
      StatePath(
        root: root, components: [], hasStatePrefix: true, range: range, span: source.span(of: range),
        rootSpan: source.span(of: keyToken.range)))
  }

  private mutating func parseObject() throws(ExpressionSyntaxError) -> ExpressionNode {
    let opener = token.range
    try enter()
    defer { depth -= 1 }
    try advance()
    var entries: [ExpressionNode.Entry] = []
    while token.kind != .symbol("}") {
      let keyRange = token.range
      guard case .string(let key) = token.kind else { throw notAKey(openedAt: opener, isFirst: entries.isEmpty) }
      try advance()
      guard token.kind == .symbol(":") else { throw unexpected("':' after a key") }
      try advance()
      entries.append(.init(key: key, keyRange: keyRange, value: try parseExpression()))
      guard token.kind == .symbol(",") else { break }
      try advance()
    }
    let end = token.range.upperBound
    try close("}", openedAt: opener)
    return .object(entries, ByteRange(opener.lowerBound, end))
  }

  /// Calls a function; the receiver of a pipe is its first argument.
  private mutating func parseCall(_ name: String, receiver: ExpressionNode?) throws(ExpressionSyntaxError)
    -> ExpressionNode
  {
    let nameRange = token.range
    guard let function = ExpressionFunction.named(name) else {
      let near = ExpressionFunction.nearest(to: name)?.rawValue
      let span = source.span(of: nameRange)
      lexer.diagnostics.report(
        .unknownFunction(name), at: span, notes: near.map { [.init("did you mean '\($0)'?", at: span)] } ?? [],
        fixIts: near.map { [.replace(span, with: $0)] } ?? [])
      throw ExpressionSyntaxError()
    }
    if function.looksAtFiles, !isCheck {
      throw lexer.failure(.onlyInChecks(function), at: nameRange)
    }
    try countOperator()
    try advance()
    var arguments = receiver.map { [$0] } ?? []
    var end = nameRange.upperBound
    if receiver == nil || token.kind == .symbol("(") {
      let (items, itemsEnd) = try parseItems(closer: ")")
      arguments += items
      end = itemsEnd
    }
    let range = ByteRange(receiver?.range.lowerBound ?? nameRange.lowerBound, end)
    guard function.arity.contains(arguments.count) else {
      throw lexer.failure(
        .argumentCount(function, arguments.count), at: ByteRange(nameRange.lowerBound, end))
    }
    switch function {
    case .default, .fileExists, .dirExists: arguments[0] = arguments[0].toleratingMissing()
    case .len where isCheck: arguments[0] = Self.emptyIfMissing(arguments[0], .list([], range), range)
    case .keys where isCheck: arguments[0] = Self.emptyIfMissing(arguments[0], .object([], range), range)
    default: break
    }
    return .call(function, arguments, range)
  }

  private static func emptyIfMissing(
    _ node: ExpressionNode, _ empty: ExpressionNode, _ range: ByteRange
  ) -> ExpressionNode {
    .call(.default, [node.toleratingMissing(), empty], range)
  }

  /// Parses expressions between commas from an opening bracket to its closing one.
  private mutating func parseItems(closer: String) throws(ExpressionSyntaxError) -> ([ExpressionNode], end: Int) {
    let opener = token.range
    try advance()
    var items: [ExpressionNode] = []
    while token.kind != .symbol(closer) {
      items.append(try parseExpression())
      guard token.kind == .symbol(",") else { break }
      try advance()
    }
    let end = token.range.upperBound
    try close(closer, openedAt: opener)
    return (items, end)
  }

  // MARK: - Tokens and errors

  private mutating func advance() throws(ExpressionSyntaxError) { token = try lexer.next() }

  private func isWord(_ word: String) -> Bool {
    if case .name(let name) = token.kind { name == word || name.lowercased() == word } else { false }
  }

  private mutating func close(_ closer: String, openedAt opener: ByteRange) throws(ExpressionSyntaxError) {
    if token.kind == .end { throw lexer.failure(.unclosedBracket(source.text(in: opener)), at: opener) }
    guard token.kind == .symbol(closer) else { throw unexpected("'\(closer)'") }
    try advance()
  }

  private mutating func enter() throws(ExpressionSyntaxError) {
    depth += 1
    if depth > Self.maximumDepth { throw lexer.failure(.expressionTooDeep, at: source.range) }
  }

  private mutating func countOperator() throws(ExpressionSyntaxError) {
    operatorCount += 1
    if operatorCount > Self.maximumOperators { throw lexer.failure(.expressionTooLong, at: source.range) }
  }

  private func unexpected(_ expectation: String) -> ExpressionSyntaxError {
    guard token.kind != .end else { return lexer.failure(.endsEarly(expectation), at: token.range) }
    return lexer.failure(.unexpectedText(source.text(in: token.range), expectation), at: token.range)
  }

  /// The failure of `value.name(`, with the call that is meant.
  private func methodCall(_ name: String, on base: ExpressionNode?) -> ExpressionSyntaxError {
    guard let base, ExpressionFunction.named(name) != nil else {
      return lexer.failure(.methodCall(name), at: token.range)
    }
    // The whole call can only be rewritten when nothing stands between its parentheses.
    let start = base.range.lowerBound
    var end = token.range.upperBound
    let after = source.text(in: ByteRange(end, source.range.upperBound))
    var fixIts: [FixIt] = []
    if after.hasPrefix("()") {
      end += 2
      let call = "\(name)(\(source.text(in: base.range)))"
      fixIts = [.replace(source.span(of: ByteRange(start, end)), with: call, isCertain: true)]
    }
    return lexer.failure(.methodCall(name), at: token.range, fixIts: fixIts)
  }

  /// The failure of a brace that is followed by no key: often braces were put around a path, as in templates.
  private func notAKey(openedAt opener: ByteRange, isFirst: Bool) -> ExpressionSyntaxError {
    guard case .name(let name) = token.kind else { return unexpected("a key in quotes") }
    if lexer.byte(after: token.range.upperBound) == UInt8(ascii: ":") {
      let span = source.span(of: token.range)
      return lexer.failure(
        .unquotedKey(name), at: token.range, fixIts: [.replace(span, with: "'\(name)'", isCertain: true)])
    }
    guard isFirst else { return unexpected("a key in quotes") }
    let rest = source.bytes[token.range.lowerBound..<source.range.upperBound]
    guard let closer = rest.firstIndex(of: UInt8(ascii: "}")) else {
      return lexer.failure(.bracesAroundExpression, at: opener)
    }
    let range = ByteRange(opener.lowerBound, closer + 1)
    var inner = source.text(in: ByteRange(token.range.lowerBound, closer))
    while inner.last == " " { inner.removeLast() }
    return lexer.failure(
      .bracesAroundExpression, at: range,
      fixIts: [.replace(source.span(of: range), with: inner, isCertain: true)])
  }
}

extension ExpressionNode {
  /// The same operand, reading null where its value is missing.
  func toleratingMissing(mayBeText: Bool = false) -> ExpressionNode {
    switch self {
    case .path(var path):
      path.toleratesMissing = true
      path.mayBeText = mayBeText && path.components.isEmpty && !path.hasStatePrefix
      return .path(path)
    case .element(let base, let index, let range):
      return .element(base.toleratingMissing(), index: index, range)
    default: return self
    }
  }
}
