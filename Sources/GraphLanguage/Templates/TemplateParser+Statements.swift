internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateParser {
  /// What stands in for an expression that was wrong.
  static let invalidExpression = TemplateExpression(kind: .constant(.null), range: ByteRange(0, 0), depth: 1)

  /// Reads the statement whose name the parser stands at.
  mutating func parseStatement(startedAt start: ByteRange, into nodes: inout [TemplateNode]) {
    guard case .name(let name) = token.kind else {
      _ = unexpected("the name of a tag")
      recover(.blockEnd)
      return
    }
    let tag = ByteRange(start.lowerBound, token.range.upperBound)
    let nameRange = token.range
    advance()
    parseStatement(named: name, nameRange, tag, into: &nodes)
  }

  private mutating func parseStatement(
    named name: String, _ nameRange: ByteRange, _ tag: ByteRange, into nodes: inout [TemplateNode]
  ) {
    switch name {
    case "if": nodes.append(parseIf(tag))
    case "for": nodes.append(parseFor(tag))
    case "set": parseSet(tag, into: &nodes)
    case "macro": parseMacro(tag, into: &nodes)
    case "call": parseCall(tag, into: &nodes)
    case "filter": parseFilterBlock(tag, into: &nodes)
    case "with": parseWith(tag, into: &nodes)
    case "include": parseInclude(tag, into: &nodes)
    default:
      if let meant = reportUnknown(name, nameRange) {
        // Read as what was probably meant, so that its end tag is no second mistake.
        parseStatement(named: meant, nameRange, tag, into: &nodes)
      } else {
        recover(.blockEnd)
      }
    }
  }

  /// Reports a tag that does not exist and gives the statement that was probably meant.
  private mutating func reportUnknown(_ name: String, _ range: ByteRange) -> String? {
    if name.hasPrefix("end"), unknownTags.contains(String(name.dropFirst(3))) { return nil }
    unknownTags.insert(name)
    let place = source.span(range)
    if let reason = Self.unsupportedTags[name] {
      diagnostics.report(.templateUnsupportedTag(name, reason), at: place)
      return nil
    }
    let suggestion = Suggestion.nearest(to: name, among: (blocks.last?.ends ?? []) + Self.statements + ["raw"])
    diagnostics.report(
      .templateUnknownTag(name, suggestion: suggestion), at: place,
      fixIts: suggestion.map { [.replace(place, with: $0)] } ?? [])
    return suggestion.flatMap { Self.statements.contains($0) ? $0 : nil }
  }

  /// Whether a tag that does not exist was meant to end the innermost block, which is reported.
  mutating func isMisspelledEnd(_ name: String, _ range: ByteRange) -> Bool {
    guard let end = blocks.last?.ends.last, !Self.statements.contains(name), Self.unsupportedTags[name] == nil,
      Suggestion.nearest(to: name, among: (blocks.last?.ends ?? []) + Self.statements + ["raw"]) == end
    else { return false }
    // The end of a block that was reported at its beginning.
    if name.hasPrefix("end"), unknownTags.contains(String(name.dropFirst(3))) { return true }
    let place = source.span(range)
    diagnostics.report(
      .templateUnknownTag(name, suggestion: end), at: place, fixIts: [.replace(place, with: end)])
    return true
  }

  private static let statements = ["if", "for", "set", "macro", "call", "filter", "with", "include"]

  /// The tags of Jinja2 that templates here do not have, and what to do instead.
  private static let unsupportedTags: [String: String] = {
    let inheritance = "use 'include' or 'macro'"
    let control = "use a filter on the loop, as in 'for x in xs if …'"
    return [
      "extends": inheritance, "block": inheritance, "endblock": inheritance, "import": inheritance,
      "from": inheritance, "autoescape": "use the filter 'escape'", "endautoescape": "use the filter 'escape'",
      "trans": "prompts are not translated", "endtrans": "prompts are not translated", "print": "use '{{ }}'",
      "do": "use 'set'", "break": control, "continue": control, "debug": "use '{{ }}'",
    ]
  }()

  /// Reads the rest of a tag with a function; nil when something in it was wrong.
  mutating func parseHeader<Header>(
    _ read: (inout TemplateParser) throws(TemplateSyntaxError) -> Header
  ) -> Header? {
    do throws(TemplateSyntaxError) {
      let header = try read(&self)
      // Jinja2 allows a colon here, as Python has one.
      _ = skip(.colon)
      try expectBlockEnd()
      return header
    } catch {
      recover(.blockEnd)
      return nil
    }
  }

  /// Reads the end of a tag that has no more to say.
  mutating func parseTagEnd() { _ = parseHeader { (_: inout TemplateParser) throws(TemplateSyntaxError) in } }

  // MARK: - if, for

  private mutating func parseIf(_ tag: ByteRange) -> TemplateNode {
    var branches: [TemplateBranch] = []
    var hasTest = true
    while true {
      var test: TemplateExpression?
      if hasTest {
        test = parseHeader { (parser) throws(TemplateSyntaxError) in try parser.parseTuple(allowsConditional: false) }
        test = test ?? Self.invalidExpression
        if let test { warnAlwaysTrue(test) }
      } else {
        parseTagEnd()
      }
      let ends = hasTest ? ["elif", "else", "endif"] : ["endif"]
      guard let (nodes, end) = parseBody(of: "if", tag: tag, ends: ends) else { break }
      branches.append(TemplateBranch(test: test, body: nodes))
      if end == "endif" {
        parseTagEnd()
        break
      }
      hasTest = end == "elif"
    }
    return .condition(branches)
  }

  /// In Jinja2 the result of a lazy filter is true even when it holds nothing.
  private func warnAlwaysTrue(_ test: TemplateExpression) {
    if case .filter(_, let filter, _) = test.kind, filter.givesGenerator {
      let end = ByteRange(test.range.upperBound, test.range.upperBound)
      diagnostics.report(
        .templateAlwaysTrue(filter.rawValue), at: source.span(test.range),
        fixIts: [FixIt("add '|list'", replacing: source.span(end), with: "|list", isCertain: true)])
    }
  }

  private mutating func parseFor(_ tag: ByteRange) -> TemplateNode {
    // The names exist in the body only, the items are looked up outside it.
    var names: TargetNames?
    var items: TemplateExpression?
    do throws(TemplateSyntaxError) {
      names = try parseTargetNames(end: "in")
      if case .name("loop", let range)? = names {
        throw fail(.templateLoopAssigned, at: range)
      }
      try expect(name: "in")
      items = try parseTuple(allowsConditional: false, end: "recursive")
    } catch {
      recover(.blockEnd)
    }
    let isHeaderWhole = items != nil
    scopes.open()
    let target = names.map { declare($0) } ?? .tuple([], tag)
    var filter: TemplateExpression?
    var isRecursive = false
    if isHeaderWhole {
      _ = parseHeader { (parser) throws(TemplateSyntaxError) in
        if parser.skip(name: "if") { filter = try parser.parseExpression() }
        isRecursive = parser.skip(name: "recursive")
      }
    }
    scopes.open()
    let slot = scopes.declare("loop")
    let bodyScope = scopes.current
    let body = parseBody(of: "for", tag: tag, ends: ["else", "endfor"])
    scopes.close()
    scopes.close()
    var otherwise: [TemplateNode] = []
    if body?.end == "else" {
      parseTagEnd()
      scopes.open()
      let part = parseBody(of: "for", tag: tag, ends: ["endfor"])
      scopes.close()
      otherwise = part?.nodes ?? []
      if part != nil { parseTagEnd() }
    } else if body != nil {
      parseTagEnd()
    }
    return .loop(
      TemplateLoop(
        target: target, items: items ?? Self.invalidExpression, filter: filter, isRecursive: isRecursive,
        body: body?.nodes ?? [], otherwise: otherwise, slot: slot,
        bodySlots: scopes.scopes[bodyScope].slots.map(\.slot).filter { $0 != slot }, range: tag))
  }

  // MARK: - Targets

  /// The names of an assignment before they are declared in a scope.
  indirect enum TargetNames {
    case name(String, ByteRange)
    case tuple([TargetNames], ByteRange)
  }

  /// Reads `a`, `a, b` or `(a, b), c`, up to a name such as `in`.
  mutating func parseTargetNames(end: String? = nil) throws(TemplateSyntaxError) -> TargetNames {
    let start = token.range.lowerBound
    var parts: [TargetNames] = []
    var isTuple = false
    while true {
      parts.append(try parseTargetName())
      guard skip(.comma) else { break }
      isTuple = true
      if end.map({ isAt(name: $0) }) ?? false || isAt(.assign) || isAt(.closeParen) || token.kind == .blockEnd { break }
    }
    return isTuple ? .tuple(parts, range(from: start)) : parts[0]
  }

  private mutating func parseTargetName() throws(TemplateSyntaxError) -> TargetNames {
    if isAt(.openParen) {
      nesting += 1
      defer { nesting -= 1 }
      if nesting > Self.maximumNesting { throw fail(.templateNestedTooDeep(Self.maximumNesting), at: token.range) }
      advance()
      let inner = try parseTargetNames()
      try expect(.closeParen)
      return inner
    }
    let (name, range) = try expectName("a name to assign to")
    if Self.reservedNames.contains(name) || Self.constants[name] != nil {
      throw fail(.templateCannotAssign(name), at: range)
    }
    return .name(name, range)
  }

  mutating func declare(_ names: TargetNames) -> TemplateTarget {
    switch names {
    case .name(let name, _): .slot(scopes.declare(name))
    case .tuple(let parts, let range): .tuple(parts.map { declare($0) }, range)
    }
  }

  // MARK: - set, with

  private mutating func parseSet(_ tag: ByteRange, into nodes: inout [TemplateNode]) {
    enum Target {
      case names(TargetNames)
      case attribute(String, String, ByteRange)
    }
    var filters: TemplateExpression?
    var value: TemplateExpression?
    let target = parseHeader { (parser) throws(TemplateSyntaxError) -> Target in
      let start = parser.token.range.lowerBound
      let target: Target
      if case .name(let object) = parser.token.kind, parser.next.kind == .symbol(.dot) {
        parser.advance()
        parser.advance()
        let (name, _) = try parser.expectName("the name of an attribute")
        target = .attribute(object, name, parser.range(from: start))
      } else {
        target = .names(try parser.parseTargetNames())
      }
      if parser.skip(.assign) {
        value = try parser.parseTuple()
      } else {
        filters = try parser.parseCapturedFilters()
      }
      return target
    }
    guard let target else {
      // Whether a body follows cannot be known; `endset` decides.
      if blockFollows("endset") { skipBody(of: "set", tag, end: "endset") }
      return
    }
    func resolve(_ parser: inout TemplateParser) -> TemplateTarget {
      switch target {
      case .names(let names): parser.declare(names)
      case .attribute(let object, let name, let range):
        .attribute(reference: parser.scopes.reference(object), name: name, range)
      }
    }
    if let value {
      nodes.append(.assign(resolve(&self), value))
      return
    }
    let body = parseScope(of: "set", tag)
    nodes.append(.capture(resolve(&self), value: filters ?? Self.invalidExpression, body))
  }

  /// Whether an end tag comes before any other tag of its kind.
  private func blockFollows(_ end: String) -> Bool {
    for offset in index..<tokens.count - 1 where tokens[offset].kind == .blockStart {
      if case .name(let name) = tokens[offset + 1].kind {
        if name == end { return true }
        if name == String(end.dropFirst(3)) { return false }
      }
    }
    return false
  }

  private mutating func skipBody(of name: String, _ tag: ByteRange, end: String) {
    if parseBody(of: name, tag: tag, ends: [end]) != nil { parseTagEnd() }
  }

  private mutating func parseWith(_ tag: ByteRange, into nodes: inout [TemplateNode]) {
    let pairs = parseHeader { (parser) throws(TemplateSyntaxError) -> [(TargetNames, TemplateExpression)] in
      var pairs: [(TargetNames, TemplateExpression)] = []
      while parser.token.kind != .blockEnd {
        if !pairs.isEmpty { try parser.expect(.comma) }
        let target = try parser.parseTargetName()
        try parser.expect(.assign)
        pairs.append((target, try parser.parseExpression()))
      }
      return pairs
    }
    var targets: [(TemplateTarget, TemplateExpression)] = []
    let body = parseScope(of: "with", tag) { (parser) in
      targets = (pairs ?? []).map { (parser.declare($0.0), $0.1) }
    }
    nodes.append(.with(targets, body))
  }

  /// Reads a body with a scope of its own, up to and with its end tag.
  private mutating func parseScope(
    of name: String, _ tag: ByteRange, declaring declare: (inout TemplateParser) -> Void = { _ in }
  ) -> TemplateScopedBody {
    scopes.open()
    let scope = scopes.current
    declare(&self)
    let body = parseBody(of: name, tag: tag, ends: ["end" + name])
    scopes.close()
    if body != nil { parseTagEnd() }
    return TemplateScopedBody(nodes: body?.nodes ?? [], slots: scopes.scopes[scope].slots.map(\.slot))
  }

  // MARK: - filter, include

  private mutating func parseFilterBlock(_ tag: ByteRange, into nodes: inout [TemplateNode]) {
    let filters = parseHeader { (parser) throws(TemplateSyntaxError) in
      try parser.parseFilter(on: parser.captured, startsWithName: true)
    }
    nodes.append(.capture(nil, value: filters ?? Self.invalidExpression, parseScope(of: "filter", tag)))
  }

  var captured: TemplateExpression { TemplateExpression(kind: .captured, range: token.range, depth: 1) }

  private mutating func parseInclude(_ tag: ByteRange, into nodes: inout [TemplateNode]) {
    let node = parseHeader { (parser) throws(TemplateSyntaxError) -> TemplateInclude in
      let name = try parser.parseExpression()
      var ignoresMissing = false
      var hasContext = true
      if parser.isAt(name: "ignore") {
        parser.advance()
        try parser.expect(name: "missing")
        ignoresMissing = true
      }
      if parser.isAt(name: "with") || parser.isAt(name: "without") {
        hasContext = parser.isAt(name: "with")
        parser.advance()
        try parser.expect(name: "context")
      }
      return TemplateInclude(
        name: name, ignoresMissing: ignoresMissing, hasContext: hasContext, scope: parser.scopes.current,
        range: name.range)
    }
    guard let node else { return }
    recordIncludes(node.name)
    nodes.append(.include(node))
  }

  private mutating func recordIncludes(_ name: TemplateExpression) {
    switch name.kind {
    case .constant(.string(let text)): includes.append(Located(text, at: source.span(name.range)))
    case .list(let items), .tuple(let items): for item in items { recordIncludes(item) }
    case .conditional(_, let then, let otherwise):
      recordIncludes(then)
      if let otherwise { recordIncludes(otherwise) }
    default: break
    }
  }
}
