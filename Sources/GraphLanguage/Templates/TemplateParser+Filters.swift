internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateParser {
  /// Arguments as they were written.
  struct WrittenArguments {
    var positional: [TemplateExpression] = []
    var named: [(name: Located<String>, value: TemplateExpression)] = []
    /// From the opening to the closing parenthesis.
    var range: ByteRange
  }

  // MARK: - Filters and tests

  /// Reads the filters behind the target of a capturing `set`.
  mutating func parseCapturedFilters() throws(TemplateSyntaxError) -> TemplateExpression {
    var value = captured
    while isAt(.pipe) { value = try parseFilter(on: value) }
    return value
  }

  /// Reads `|name(arguments)`, or without the bar when it `startsWithName`.
  mutating func parseFilter(
    on base: TemplateExpression, startsWithName: Bool = false
  ) throws(TemplateSyntaxError) -> TemplateExpression {
    if !startsWithName { advance() }
    let (name, range) = try expectName("the name of a filter")
    if isAt(.dot) { throw fail(.templateDottedFilter(name), at: token.range) }
    let filter = try filter(named: name, range)
    let written = isAt(.openParen) ? try parseArguments() : WrittenArguments(range: range)
    let arguments = try bind(written, to: filter, name: name)
    var value = try make(
      .filter(base, filter, arguments), from: startsWithName ? range.lowerBound : base.range.lowerBound,
      over: [base] + arguments.all)
    if startsWithName { while isAt(.pipe) { value = try parseFilter(on: value) } }
    return value
  }

  private func filter(named name: String, _ range: ByteRange) throws(TemplateSyntaxError) -> TemplateFilter {
    if let filter = TemplateFilter.named(name) { return filter }
    if let reason = TemplateFilter.unsupported[name] { throw fail(.templateUnsupportedFilter(name, reason), at: range) }
    let suggestion = Suggestion.nearest(to: name, among: TemplateFilter.names)
    throw fail(
      .templateUnknownFilter(name, suggestion: suggestion), at: range,
      fixIts: suggestion.map { [.replace(source.span(range), with: $0)] } ?? [])
  }

  private func test(named name: String, _ range: ByteRange) throws(TemplateSyntaxError) -> TemplateTest {
    if let test = TemplateTest.named(name) { return test }
    let suggestion = Suggestion.nearest(to: name, among: TemplateTest.names)
    throw fail(
      .templateUnknownTest(name, suggestion: suggestion), at: range,
      fixIts: suggestion.map { [.replace(source.span(range), with: $0)] } ?? [])
  }

  /// Reads `is name`, `is not name`, with an argument in parentheses or without.
  mutating func parseTest(on base: TemplateExpression) throws(TemplateSyntaxError) -> TemplateExpression {
    let start = base.range.lowerBound
    advance()
    let isNegated = skip(name: "not")
    let (name, range) = try expectName("the name of a test")
    let test = try test(named: name, range)
    var written = WrittenArguments(range: range)
    if isAt(.openParen) {
      written = try parseArguments()
    } else if startsTestArgument {
      if isAt(name: "is") { throw fail(.templateChainedTests, at: token.range) }
      let argument = try parseTestArgument()
      written = WrittenArguments(positional: [argument], range: argument.range)
    }
    let values = try bind(written, to: test.signature, of: "test '\(name)'", span: range)
    let arguments = TemplateArgumentExpressions(values: values)
    let value = try make(.test(base, test, arguments), from: start, over: [base] + arguments.all)
    return isNegated ? try make(.not(value), from: start, over: [value]) : value
  }

  /// Whether what follows the name of a test is its argument.
  private var startsTestArgument: Bool {
    switch token.kind {
    case .name(let name): !["else", "or", "and", "if", "in", "not", "recursive"].contains(name)
    case .string, .integer, .float, .symbol(.openBracket), .symbol(.openBrace): true
    default: false
    }
  }

  /// A primary with its attributes, items and calls, without filters.
  private mutating func parseTestArgument() throws(TemplateSyntaxError) -> TemplateExpression {
    try parseUnary(allowsFilters: false)
  }

  // MARK: - Arguments

  /// Reads the arguments of a call; they are bound when it is made.
  mutating func parseCallArguments() throws(TemplateSyntaxError) -> TemplateArgumentExpressions {
    let written = try parseArguments()
    return TemplateArgumentExpressions(
      values: written.positional, named: written.named.map { ($0.name.value, $0.value) })
  }

  private mutating func parseArguments() throws(TemplateSyntaxError) -> WrittenArguments {
    let start = token.range.lowerBound
    try expect(.openParen)
    var arguments = WrittenArguments(range: token.range)
    while !isAt(.closeParen) {
      if isAt(.star) || isAt(.power) { throw fail(.templateSpreadArgument, at: token.range) }
      if case .name(let name) = token.kind, next.kind == .symbol(.assign) {
        let place = token.range
        if arguments.named.contains(where: { $0.name.value == name }) {
          throw fail(.templateRepeatedArgument(name), at: place)
        }
        advance()
        advance()
        arguments.named.append((Located(name, at: source.span(place)), try parseExpression()))
      } else {
        let argument = try parseExpression()
        if !arguments.named.isEmpty { throw fail(.templatePositionalAfterNamed, at: argument.range) }
        arguments.positional.append(argument)
      }
      if !skip(.comma) { break }
    }
    try expect(.closeParen)
    arguments.range = range(from: start)
    return arguments
  }

  private func bind(
    _ written: WrittenArguments, to filter: TemplateFilter, name: String
  ) throws(TemplateSyntaxError) -> TemplateArgumentExpressions {
    let owner = "filter '\(name)'"
    guard let kind = filter.innerKind else {
      let signature = filter.signature
      if signature.isOpen {
        return TemplateArgumentExpressions(
          values: written.positional, named: written.named.map { ($0.name.value, $0.value) })
      }
      return TemplateArgumentExpressions(
        values: try bind(written, to: signature, of: owner, span: written.range))
    }
    // What is applied to each item is named by the first argument that is
    // not an attribute; the rest are its own arguments.
    let hasAttribute = filter == .selectattr || filter == .rejectattr
    if filter == .map, written.positional.isEmpty {
      let values = try bind(written, to: filter.signature, of: owner, span: written.range)
      if values[0] == nil { throw fail(.templateMapNeedsFilter, at: written.range) }
      return TemplateArgumentExpressions(values: values)
    }
    var positional = written.positional
    var values: [TemplateExpression?] = []
    if hasAttribute {
      guard !positional.isEmpty else {
        throw fail(.templateMissingArgument(owner, "attribute"), at: written.range)
      }
      values = [positional.removeFirst()]
    }
    guard let first = positional.first else {
      if let extra = written.named.first { throw unknownArgument(extra.name, of: owner, among: []) }
      return TemplateArgumentExpressions(values: values)
    }
    guard case .constant(.string(let innerName)) = first.kind else {
      throw fail(.templateInnerNotConstant(name), at: first.range)
    }
    let rest = WrittenArguments(
      positional: Array(positional.dropFirst()), named: written.named, range: written.range)
    let quoted = ByteRange(first.range.lowerBound + 1, max(first.range.lowerBound + 1, first.range.upperBound - 1))
    switch kind {
    case .filter:
      let inner = try self.filter(named: innerName, quoted)
      return TemplateArgumentExpressions(
        values: values, inner: .filter(inner, try bind(rest, to: inner, name: innerName)))
    case .test:
      let inner = try test(named: innerName, quoted)
      let bound = try bind(rest, to: inner.signature, of: "test '\(innerName)'", span: written.range)
      return TemplateArgumentExpressions(
        values: values, inner: .test(inner, TemplateArgumentExpressions(values: bound)))
    }
  }

  /// The arguments in the order of the parameters.
  private func bind(
    _ written: WrittenArguments, to signature: TemplateSignature, of owner: String, span: ByteRange
  ) throws(TemplateSyntaxError) -> [TemplateExpression?] {
    let parameters = signature.parameters
    if written.positional.count > parameters.count {
      throw fail(
        .templateTooManyArguments(owner, parameters), at: written.positional[parameters.count].range)
    }
    if written.positional.isEmpty && written.named.isEmpty && signature.required == 0 {
      return parameters.isEmpty ? [] : Array(repeating: nil, count: parameters.count)
    }
    var values: [TemplateExpression?] = written.positional
    values.append(contentsOf: repeatElement(nil, count: parameters.count - values.count))
    for (name, value) in written.named {
      guard let index = parameters.firstIndex(of: name.value) else {
        throw unknownArgument(name, of: owner, among: parameters)
      }
      if values[index] != nil {
        diagnostics.report(.templateRepeatedArgument(name.value), at: name.span)
        throw TemplateSyntaxError()
      }
      values[index] = value
    }
    for index in 0..<signature.required where values[index] == nil {
      throw fail(.templateMissingArgument(owner, parameters[index]), at: span)
    }
    return values
  }

  private func unknownArgument(
    _ name: Located<String>, of owner: String, among parameters: [String]
  ) -> TemplateSyntaxError {
    let suggestion = Suggestion.nearest(to: name.value, among: parameters)
    diagnostics.report(
      .templateUnknownArgument(name.value, owner, parameters, suggestion: suggestion), at: name.span,
      fixIts: suggestion.map { [.replace(name.span, with: $0)] } ?? [])
    return TemplateSyntaxError()
  }
}
