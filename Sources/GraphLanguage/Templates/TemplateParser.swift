internal import GraphDiagnostics
internal import GraphRuntime

/// A mistake that was reported already; whoever catches it goes on behind the tag.
struct TemplateSyntaxError: Error {}

/// Builds the tree of a template from its tokens.
///
/// The grammar is that of Jinja2's parser. After a mistake the parser goes on
/// behind the tag it is in, and still knows which blocks are open, so that one
/// mistake gives one diagnostic and independent ones are all found.
struct TemplateParser {
  /// A block that waits for its end tag.
  struct OpenBlock {
    let name: String
    let tag: ByteRange
    /// The tags that end the part of it that is being parsed.
    let ends: [String]
  }

  let source: TemplateSource
  let diagnostics: DiagnosticEngine
  let tokens: [TemplateToken]
  var index = 0
  var scopes = TemplateScopes()
  var blocks: [OpenBlock] = []
  var includes: [Located<String>] = []

  /// The tags reported as unknown, whose end tags need no report of their own.
  var unknownTags: Set<String> = []

  /// How deep the expression being parsed is nested.
  var nesting = 0

  /// The deepest nesting of blocks and of expressions that is read.
  static let maximumNesting = 100

  init(_ source: TemplateSource, diagnostics: DiagnosticEngine) {
    self.source = source
    self.diagnostics = diagnostics
    tokens = TemplateLexer.tokens(of: source, diagnostics: diagnostics)
  }

  /// The whole template.
  mutating func parse() -> [TemplateNode] { parseNodes() }

  // MARK: - Tokens

  var token: TemplateToken { tokens[index] }

  var next: TemplateToken { tokens[min(index + 1, tokens.count - 1)] }

  mutating func advance() {
    if index < tokens.count - 1 { index += 1 }
  }

  func isAt(_ symbol: TemplateSymbol) -> Bool { token.kind == .symbol(symbol) }

  func isAt(name: String) -> Bool {
    if case .name(let found) = token.kind { found == name } else { false }
  }

  mutating func skip(_ symbol: TemplateSymbol) -> Bool {
    guard isAt(symbol) else { return false }
    advance()
    return true
  }

  mutating func skip(name: String) -> Bool {
    guard isAt(name: name) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: TemplateSymbol) throws(TemplateSyntaxError) {
    if !skip(symbol) { throw unexpected("'\(symbol.rawValue)'") }
  }

  mutating func expect(name: String) throws(TemplateSyntaxError) {
    if !skip(name: name) { throw unexpected("'\(name)'") }
  }

  /// A name and its place.
  mutating func expectName(_ what: String) throws(TemplateSyntaxError) -> (name: String, range: ByteRange) {
    guard case .name(let name) = token.kind else { throw unexpected(what) }
    let range = token.range
    advance()
    return (name, range)
  }

  /// Reports that something else was expected here.
  func unexpected(_ what: String) -> TemplateSyntaxError {
    if token.kind != .invalid {
      diagnostics.report(.templateExpected(what, found: token.phrase), at: source.span(token.range))
    }
    return TemplateSyntaxError()
  }

  func fail(_ message: DiagnosticMessage, at range: ByteRange, notes: [Diagnostic.Note] = [], fixIts: [FixIt] = [])
    -> TemplateSyntaxError
  {
    diagnostics.report(message, at: source.span(range), notes: notes, fixIts: fixIts)
    return TemplateSyntaxError()
  }

  /// The range from one place to the end of the token before this one.
  func range(from start: Int) -> ByteRange {
    ByteRange(start, index > 0 ? tokens[index - 1].range.upperBound : start)
  }

  // MARK: - Bodies

  /// The nodes up to the end of the template or to a tag that ends the innermost open block.
  ///
  /// In the latter case the parser stands at the tag's name.
  mutating func parseNodes() -> [TemplateNode] {
    var nodes: [TemplateNode] = []
    while true {
      switch token.kind {
      case .text(let text), .raw(let text):
        advance()
        nodes.append(.text(text))
      case .outputStart:
        advance()
        do throws(TemplateSyntaxError) {
          let value = try parseTuple()
          try expectOutputEnd()
          nodes.append(.output(value))
        } catch {
          recover(.outputEnd)
        }
      case .blockStart:
        let start = token.range
        advance()
        switch role() {
        case .end: return nodes
        case .stray: recover(.blockEnd)
        case .statement: parseStatement(startedAt: start, into: &nodes)
        }
      case .end: return nodes
      default: advance()
      }
    }
  }

  /// What a tag does to the body it is found in.
  private enum TagRole {
    case statement
    /// It ends the innermost block, or one around it.
    case end
    /// It would end a block, but none is open.
    case stray
  }

  /// The role of the tag whose name the parser stands at; a tag that ends the wrong block is reported.
  private mutating func role() -> TagRole {
    guard case .name(let name) = token.kind else { return .statement }
    if let block = blocks.last, block.ends.contains(name) { return .end }
    guard Self.endTags.contains(name) else { return isMisspelledEnd(name, token.range) ? .end : .statement }
    if blocks.contains(where: { $0.ends.contains(name) }) { return .end }
    let place = source.span(token.range)
    if let block = blocks.last, name.hasPrefix("end"), let expected = block.ends.last {
      diagnostics.report(
        .templateWrongEnd(name, expected: expected), at: place,
        notes: [Diagnostic.Note(TemplateNote.blockOpenedHere(block.name), at: source.span(block.tag))],
        fixIts: [.replace(place, with: expected)])
      // Taken as the end that was meant.
      return .end
    }
    diagnostics.report(.templateStrayEnd(name), at: place)
    return .stray
  }

  /// A body up to one of the tags, which is read; nil when the block was never closed, which is reported.
  mutating func parseBody(of name: String, tag: ByteRange, ends: [String]) -> (nodes: [TemplateNode], end: String)? {
    if blocks.count >= Self.maximumNesting {
      diagnostics.report(.templateNestedTooDeep(Self.maximumNesting), at: source.span(tag))
      isFirstUnclosed = false
      index = tokens.count - 1
      return nil
    }
    blocks.append(OpenBlock(name: name, tag: tag, ends: ends))
    let nodes = parseNodes()
    blocks.removeLast()
    guard case .name(let end) = token.kind else {
      if isFirstUnclosed {
        diagnostics.report(
          .templateBlockNotClosed(name), at: source.span(tag),
          notes: [Diagnostic.Note(TemplateNote.expectedBeforeEnd(ends.last ?? name), at: source.span(token.range))])
        isFirstUnclosed = false
      }
      return nil
    }
    if !ends.contains(end), blocks.contains(where: { $0.ends.contains(end) }) {
      diagnostics.report(
        .templateBlockNotClosed(name), at: source.span(tag),
        notes: [Diagnostic.Note(TemplateNote.outerEndHere(end), at: source.span(token.range))])
      // Left for the block around this one, whose tag it is.
      index -= 1
      return nil
    }
    advance()
    return (nodes, ends.contains(end) ? end : ends.last ?? end)
  }

  /// Only the innermost of several blocks open at the end is reported: its end tag is what is missing first.
  private var isFirstUnclosed = true

  mutating func expectBlockEnd() throws(TemplateSyntaxError) {
    guard token.kind == .blockEnd else { throw unexpected("'%}'") }
    advance()
  }

  private mutating func expectOutputEnd() throws(TemplateSyntaxError) {
    guard token.kind == .outputEnd else { throw unexpected("'}}'") }
    advance()
  }

  /// Goes behind the end of the tag in which something was wrong.
  mutating func recover(_ end: TemplateToken.Kind) {
    while token.kind != end && token.kind != .end {
      switch token.kind {
      case .text, .raw: return
      default: break
      }
      if token.kind == .blockStart || token.kind == .outputStart { return }
      advance()
    }
    if token.kind == end { advance() }
  }

  /// The tags that end or continue some block.
  private static let endTags: Set<String> = [
    "elif", "else", "endif", "endfor", "endset", "endmacro", "endcall", "endfilter", "endwith",
  ]
}
