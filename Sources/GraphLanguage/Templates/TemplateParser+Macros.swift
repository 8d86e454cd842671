internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateParser {
  mutating func parseMacro(_ tag: ByteRange, into nodes: inout [TemplateNode]) {
    var name = ""
    var slot = 0
    do throws(TemplateSyntaxError) {
      name = try expectName("the name of the macro").name
      slot = scopes.declare(name)
    } catch {
      // The signature is unreadable as well; the body still has an end.
    }
    let macro = parseMacroBody(name, tag, block: "macro", hasSignature: isAt(.openParen) || !name.isEmpty) {
      (_: inout TemplateParser) throws(TemplateSyntaxError) in
    }
    nodes.append(.macro(macro, slot: slot))
  }

  mutating func parseCall(_ tag: ByteRange, into nodes: inout [TemplateNode]) {
    var call: TemplateExpression?
    let outer = scopes.current
    let macro = parseMacroBody("caller", tag, block: "call", hasSignature: isAt(.openParen)) {
      (parser) throws(TemplateSyntaxError) in
      // The call is made outside the body that it is given.
      let inner = parser.scopes.current
      parser.scopes.current = outer
      defer { parser.scopes.current = inner }
      let expression = try parser.parseExpression()
      switch expression.kind {
      case .call, .method: call = expression
      default: throw parser.fail(.templateCallExpected, at: expression.range)
      }
    }
    nodes.append(.callBlock(macro, call: call ?? Self.invalidExpression))
  }

  /// Reads a signature, the rest of the tag and the body, in a scope of their own.
  private mutating func parseMacroBody(
    _ name: String, _ tag: ByteRange, block: String, hasSignature: Bool,
    rest: (inout TemplateParser) throws(TemplateSyntaxError) -> Void
  ) -> TemplateMacroDefinition {
    scopes.open(isMacro: true)
    let scope = scopes.current
    var parameters: [TemplateMacroDefinition.Parameter] = []
    _ = parseHeader { (parser) throws(TemplateSyntaxError) in
      if hasSignature { parameters = try parser.parseSignature() }
      try rest(&parser)
    }
    let end = "end" + block
    let body = parseBody(of: block, tag: tag, ends: [end])
    if body != nil {
      // `{% endmacro name %}` is common and harmless.
      if case .name(name) = token.kind { advance() }
      parseTagEnd()
    }
    func special(_ name: String) -> Int? {
      guard scopes.scopes[scope].slot(of: name) == nil, scopes.isReferred(name, from: scope) else { return nil }
      return scopes.declare(name)
    }
    let caller = special("caller")
    let varargs = special("varargs")
    let kwargs = special("kwargs")
    let activation = scopes.scopes[scope].activation
    scopes.close()
    return TemplateMacroDefinition(
      name: name, parameters: parameters, body: body?.nodes ?? [], activation: activation,
      slotCount: scopes.slotCounts[activation],
      callerSlot: caller, varargsSlot: varargs, kwargsSlot: kwargs)
  }

  private mutating func parseSignature() throws(TemplateSyntaxError) -> [TemplateMacroDefinition.Parameter] {
    try expect(.openParen)
    var parameters: [TemplateMacroDefinition.Parameter] = []
    var hasDefault = false
    while !isAt(.closeParen) {
      if !parameters.isEmpty {
        try expect(.comma)
        if isAt(.closeParen) { break }
      }
      let (name, range) = try expectName("the name of a parameter")
      if Self.reservedNames.contains(name) || Self.constants[name] != nil {
        throw fail(.templateCannotAssign(name), at: range)
      }
      if parameters.contains(where: { $0.name == name }) { throw fail(.templateRepeatedParameter(name), at: range) }
      let slot = scopes.declare(name)
      var defaultValue: TemplateExpression?
      if skip(.assign) {
        defaultValue = try parseExpression()
        hasDefault = true
      } else if hasDefault {
        throw fail(.templateMissingDefault(name), at: range)
      }
      parameters.append(TemplateMacroDefinition.Parameter(name: name, slot: slot, defaultValue: defaultValue))
    }
    try expect(.closeParen)
    return parameters
  }
}
