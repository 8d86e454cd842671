internal import GraphDiagnostics

/// Builds the tree from events, with a stack of its own instead of recursion.
struct YAMLComposer {
  private let text: YAMLText
  private let limits: YAMLLimits
  private let diagnostics: DiagnosticEngine

  private var stack: [YAMLFrame] = []
  private var root: YAMLNode?
  private var anchors: [String: Anchor] = [:]
  /// Whether something was left out of the tree or it is not finished; its reason is reported.
  private var hasHole = false
  private var reported: [Severity: Int] = [:]
  private var nodeCount = 0
  private var aliasExpansion = 0
  /// Where the last token that was composed ends, in bytes.
  private var lastEnd = 0

  /// Text without its quotes that happens to be a mapping; kept back for one event, since a syntax error
  /// right behind it has the same cause.
  private var unquotedText: Diagnostic?

  /// The scalar that was composed last, for the syntax error that may follow.
  private(set) var lastScalar: (range: ByteRange, style: YAMLScalar.Style)?

  private enum Anchor {
    /// The collection with this anchor is still being read.
    case open(SourceSpan)
    case complete(Piece)
  }

  /// A finished node with what limits count.
  private struct Piece {
    var node: YAMLNode
    /// Nodes in it, aliases followed.
    var size = 1
    /// Collections inside one another, aliases followed.
    var height = 0
    /// Where its text ends, in bytes.
    var end: Int
  }

  init(_ text: YAMLText, limits: YAMLLimits, diagnostics: DiagnosticEngine) {
    self.text = text
    self.limits = limits
    self.diagnostics = diagnostics
  }

  /// Where the innermost bracket stands that is not closed yet.
  var openBracket: Int? { stack.last { $0.isFlow }?.start }

  /// The root, once the events are over.
  var result: YAMLNode? { hasHole ? nil : root }

  /// Takes one event; true when no more are wanted.
  mutating func consume(_ event: YAMLEvent) -> Bool {
    if let diagnostic = unquotedText {
      report(diagnostic)
      unquotedText = nil
    }
    switch event.kind {
    case .streamStart, .documentEnd: return false
    case .streamEnd: return true
    case .documentStart:
      guard root != nil else { return false }
      let start = text.offset(ofCodePoint: event.start)
      report(.severalDocuments, at: text.span(start, max(text.offset(ofCodePoint: event.end), start)))
      return true
    case .scalar(let style): return scalar(event, style)
    case .alias: return alias(event)
    case .sequenceStart(let isFlow), .mappingStart(let isFlow): return open(event, isFlow: isFlow)
    case .sequenceEnd, .mappingEnd:
      close(event)
      return false
    }
  }

  // MARK: - Scalars

  private mutating func scalar(_ event: YAMLEvent, _ style: YAMLScalar.Style) -> Bool {
    let eventStart = text.offset(ofCodePoint: event.start)
    var end = text.offset(ofCodePoint: event.end)
    var start = eventStart
    var tag: ByteRange?
    let hasTag = event.tag != nil || text[eventStart] == UInt8(ascii: "!")
    if hasTag || event.anchor != nil {
      // The tag `!` is not in the event, so either may stand here.
      let properties = YAMLProperties(in: text, from: eventStart, limit: end, hasAnchor: true, hasTag: true)
      start = properties.contentStart
      tag = properties.tag
    }
    if style == .literal || style == .folded { end = text.endOfBlockScalar(from: start, to: end) }
    if style == .plain && event.text.isEmpty && start == eventStart {
      start = text.placeOfMissingValue(from: lastEnd, to: start)
      end = start
    }
    let span = text.span(start, max(start, end))
    guard count(at: span) else { return true }
    lastEnd = max(lastEnd, span.range.upperBound)
    lastScalar = (span.range, style)

    let isKey = stack.last?.isAtKey ?? false
    if isKey && event.text == "<<" && style == .plain && tag == nil {
      takeMergeKey(at: span)
      return false
    }
    let resolved = resolve(event, style, tag: tag, isKey: isKey, at: span)
    if stack.isEmpty && event.text.isEmpty && style == .plain && tag == nil && event.anchor == nil { return false }
    let scalar = YAMLScalar(text: event.text, style: style, resolved: resolved)
    finish(Piece(node: YAMLNode(.scalar(scalar), at: span), end: span.range.upperBound), anchor: event.anchor)
    return false
  }

  private mutating func resolve(
    _ event: YAMLEvent, _ style: YAMLScalar.Style, tag: ByteRange?, isKey: Bool, at span: SourceSpan
  ) -> YAMLScalar.Resolved {
    let reading: YAMLCoreSchema.Reading
    if let tag, let fullName = event.tag, fullName != "!" {
      let tagSpan = SourceSpan(text.file, tag)
      guard let known = YAMLTag(fullName: fullName) else {
        report(.unknownTag(tagSpan.text), at: tagSpan)
        return .string
      }
      guard let fitting = known.read(event.text) else {
        report(.tagMismatch(tagSpan.text, "this text"), at: span, notes: [.init("the tag", at: tagSpan)])
        return .string
      }
      reading = fitting
    } else if style != .plain || tag != nil {
      return .string
    } else {
      reading = YAMLCoreSchema.read(event.text)
    }
    switch reading {
    case .value(let resolved):
      if !isKey && style == .plain && tag == nil {
        if let surprise = YAMLSurprise(event.text, resolved: resolved) {
          report(surprise.diagnostic(event.text, at: span))
        }
      }
      return resolved
    case .integerTooLarge(let nearest):
      if !isKey { report(.integerTooLarge(event.text), at: span, fixIts: quotes(event.text, style, span)) }
      return .int(nearest)
    case .notFinite:
      if !isKey { report(.notFinite(event.text), at: span, fixIts: quotes(event.text, style, span)) }
      return .double(0)
    }
  }

  private func quotes(_ content: String, _ style: YAMLScalar.Style, _ span: SourceSpan) -> [FixIt] {
    style == .plain ? [FixIt("put it in quotes", replacing: span, with: "\"\(content)\"")] : []
  }

  private mutating func takeMergeKey(at span: SourceSpan) {
    let top = stack.count - 1
    if let first = stack[top].mergeKey {
      report(.duplicateKey("<<"), at: span, notes: [.init("first written here", at: first)])
      stack[top].key = .dropped
    } else {
      stack[top].mergeKey = span
      stack[top].mergePosition = stack[top].mapping.entries.count
      stack[top].key = .merge
    }
    stack[top].size += 1
  }

  // MARK: - Aliases

  private mutating func alias(_ event: YAMLEvent) -> Bool {
    let span = text.span(text.offset(ofCodePoint: event.start), text.offset(ofCodePoint: event.end))
    guard count(at: span) else { return true }
    lastEnd = span.range.upperBound
    switch anchors[event.text] {
    case .complete(var piece):
      let (sum, overflows) = aliasExpansion.addingReportingOverflow(piece.size)
      guard !overflows && sum <= limits.maximumAliasExpansion else {
        return stop(.aliasExpansion(limits.maximumAliasExpansion), at: span)
      }
      guard stack.count + piece.height <= limits.maximumDepth else {
        return stop(.tooDeep(limits.maximumDepth), at: span)
      }
      aliasExpansion = sum
      piece.node = piece.node.aliased(at: span)
      piece.end = span.range.upperBound
      finish(piece, anchor: nil)
    case .open(let anchor):
      report(
        .selfReference(event.text), at: span, notes: [.init("the anchor is on what contains it", at: anchor)])
      skipAlias(at: span)
    case nil:
      report(unknownAlias(event.text, at: span))
      skipAlias(at: span)
    }
    return false
  }

  private func unknownAlias(_ name: String, at span: SourceSpan) -> Diagnostic {
    let near = Suggestion.nearest(to: name, among: anchors.keys.sorted())
    return Diagnostic(
      .unknownAlias(name), at: span, notes: near.map { [.init("did you mean '*\($0)'?")] } ?? [],
      fixIts: near.map { [.replace(span, with: "*\($0)")] } ?? [])
  }

  /// Keeps keys and values in step where there is no node to put.
  private mutating func skipAlias(at span: SourceSpan) {
    hasHole = true
    guard let top = stack.indices.last, stack[top].isMapping else { return }
    stack[top].key = stack[top].isAtKey ? .dropped : .none
    stack[top].end = span.range.upperBound
  }

  // MARK: - Collections

  private mutating func open(_ event: YAMLEvent, isFlow: Bool) -> Bool {
    let eventStart = text.offset(ofCodePoint: event.start)
    var start = eventStart
    var tag: ByteRange?
    if event.anchor != nil || event.tag != nil {
      let properties = YAMLProperties(
        in: text, from: eventStart, limit: text.file.bytes.count, hasAnchor: event.anchor != nil,
        hasTag: event.tag != nil)
      start = properties.contentStart
      tag = properties.tag
    }
    let bracket = text.span(start, min(start + 1, text.file.bytes.count))
    guard count(at: bracket) else { return true }
    guard stack.count < limits.maximumDepth else { return stop(.tooDeep(limits.maximumDepth), at: bracket) }
    let isMapping = if case .mappingStart = event.kind { true } else { false }
    if let tag, let fullName = event.tag, fullName != "!" { check(fullName, at: tag, isMapping: isMapping) }
    if let anchor = event.anchor {
      // The name was found right behind the start, whatever stands between.
      anchors[anchor] = .open(text.anchorSpan(anchor, from: eventStart, to: start))
    }
    var frame = YAMLFrame(isMapping: isMapping, isFlow: isFlow, anchor: event.anchor, start: start)
    frame.isTemplate = isFlow && isMapping && text[start] == UInt8(ascii: "{") && text[start + 1] == UInt8(ascii: "{")
    stack.append(frame)
    lastEnd = max(lastEnd, start)
    return false
  }

  private mutating func check(_ fullName: String, at range: ByteRange, isMapping: Bool) {
    let span = SourceSpan(text.file, range)
    switch YAMLTag(fullName: fullName) {
    case nil: report(.unknownTag(span.text), at: span)
    case .mapping where isMapping, .sequence where !isMapping: break
    default: report(.tagMismatch(span.text, isMapping ? "a mapping" : "a list"), at: span)
    }
  }

  private mutating func close(_ event: YAMLEvent) {
    guard var frame = stack.popLast() else { return }
    // A pair in a flow list, `[a: 1]`, has no bracket of its own: its end event is empty and stands too far on.
    if frame.isFlow && event.end > event.start { frame.end = text.offset(ofCodePoint: event.end) }
    let span = text.span(frame.start, frame.end)
    lastEnd = max(lastEnd, frame.end)
    let content: YAMLNode.Content
    if !frame.isMapping {
      content = .sequence(frame.items)
    } else if frame.isTemplate && frame.hasCollectionKey {
      unquotedText = Diagnostic(.unquotedTemplate("{{"), at: span, fixIts: text.quoting(span))
      // Over several lines it is not clear which text is meant.
      if !text.isOneLine(span) { hasHole = true }
      content = .scalar(YAMLScalar(text: span.text, style: .plain, resolved: .string))
    } else if isUnquotedPlaceholder(frame, span) {
      unquotedText = Diagnostic(.unquotedPlaceholder(span.text), at: span, fixIts: text.quoting(span))
      content = .scalar(YAMLScalar(text: span.text, style: .plain, resolved: .string))
    } else {
      content = .mapping(frame.resolvedMapping)
    }
    let piece = Piece(
      node: YAMLNode(content, at: span), size: frame.size, height: frame.height + 1, end: frame.end)
    finish(piece, anchor: frame.anchor)
  }

  /// Whether a mapping is text such as `{name}` without its quotes: one key in braces and not even a colon.
  private func isUnquotedPlaceholder(_ frame: YAMLFrame, _ span: SourceSpan) -> Bool {
    guard frame.isFlow, frame.mergeKey == nil, frame.mapping.entries.count == 1, frame.size == 3,
      let entry = frame.mapping.entries.first,
      entry.value.span.range.count == 0, entry.value.span.range.lowerBound == entry.key.span.range.upperBound,
      text[span.range.lowerBound] == UInt8(ascii: "{"), text[span.range.upperBound - 1] == UInt8(ascii: "}"),
      text.isOneLine(span)
    else { return false }
    // The inside of `{{ name }}` is reported with the outside.
    return !(stack.last.map { $0.isTemplate && $0.isAtKey } ?? false)
  }

  // MARK: - Putting pieces together

  private mutating func finish(_ piece: consuming Piece, anchor: String?) {
    if let anchor { anchors[anchor] = .complete(piece) }
    guard let top = stack.indices.last else {
      root = piece.node
      return
    }
    stack[top].end = max(stack[top].end, piece.end)
    stack[top].size += piece.size
    stack[top].height = max(stack[top].height, piece.height)
    if !stack[top].isMapping {
      stack[top].items.append(piece.node)
      return
    }
    switch stack[top].key {
    case .none: stack[top].key = key(piece.node)
    case .dropped: stack[top].key = .none
    case .merge:
      stack[top].key = .none
      merge(piece.node)
    case .text(let key):
      stack[top].key = .none
      let entry = YAMLMapping.Entry(key: key, value: piece.node)
      if let first = stack[top].mapping.insert(entry), !beginItem(with: entry, like: first) {
        report(
          .duplicateKey(key.value), at: key.span, notes: [.init("first written here", at: first.key.span)])
      }
    }
  }

  /// Takes a first key that comes again, behind others, as that of a next item whose dash is missing.
  ///
  /// - Returns: Whether the mapping is an item of a list, and the key is one.
  private mutating func beginItem(with entry: YAMLMapping.Entry, like first: YAMLMapping.Entry) -> Bool {
    let top = stack.count - 1
    let frame = stack[top]
    let start = entry.key.span.range.lowerBound
    guard top > 0, !frame.isFlow, !stack[top - 1].isMapping, !stack[top - 1].isFlow, frame.mergeKey == nil,
      frame.anchor == nil, let last = frame.mapping.entries.last, frame.mapping.entries.count > 1,
      first.key.span == frame.mapping.entries.first?.key.span, first.key.value == entry.key.value,
      text.firstCharacter(of: text.lineRange(around: start)) == start
    else { return false }
    let end = max(last.value.span.range.upperBound, last.key.span.range.upperBound)
    stack[top - 1].items.append(YAMLNode(.mapping(frame.mapping), at: text.span(frame.start, end)))
    stack[top].mapping = YAMLMapping([entry])
    stack[top].start = start
    report(
      .missingDash, at: entry.key.span, notes: [.init("the item before begins here", at: first.key.span)],
      fixIts: start >= 2 ? [FixIt("put '- ' before it", replacing: text.span(start - 2, start), with: "- ")] : [])
    return true
  }

  private mutating func key(_ node: YAMLNode) -> YAMLFrame.Key {
    if let scalar = node.scalar { return .text(Located(scalar.text, at: node.span)) }
    let top = stack.count - 1
    stack[top].hasCollectionKey = true
    if !stack[top].isTemplate {
      report(.collectionAsKey(node.kindDescription), at: node.span)
      hasHole = true
    }
    return .dropped
  }

  private mutating func merge(_ node: YAMLNode) {
    let top = stack.count - 1
    for source in node.sequence ?? [node] {
      if let mapping = source.mapping {
        stack[top].mergeSources.append(mapping)
      } else {
        report(.mergeOfNoMapping(source.kindDescription), at: source.span)
        hasHole = true
      }
    }
  }

  private mutating func report(
    _ message: DiagnosticMessage, at span: SourceSpan, notes: [Diagnostic.Note] = [], fixIts: [FixIt] = []
  ) {
    report(Diagnostic(message, at: span, notes: notes, fixIts: fixIts))
  }

  /// Reports up to the limit; of errors and warnings apart, so that no error hides behind warnings.
  private mutating func report(_ diagnostic: Diagnostic) {
    guard reported[diagnostic.severity, default: 0] < limits.maximumDiagnostics else { return }
    reported[diagnostic.severity, default: 0] += 1
    diagnostics.report(diagnostic)
  }

  private mutating func count(at span: SourceSpan) -> Bool {
    nodeCount += 1
    return nodeCount <= limits.maximumNodes || !stop(.tooManyNodes(limits.maximumNodes), at: span)
  }

  /// Reports why nothing more is read; true, as `consume` returns it.
  private mutating func stop(_ message: DiagnosticMessage, at span: SourceSpan) -> Bool {
    diagnostics.report(message, at: span)
    hasHole = true
    return true
  }
}

extension DiagnosticMessage {
  static let severalDocuments = Self("GR0016", .error, "a file holds one document; a second one begins here")

  static func duplicateKey(_ key: String) -> Self { Self("GR0011", .error, "the key '\(key)' is written twice") }

  static func collectionAsKey(_ kind: String) -> Self { Self("GR0012", .error, "a key must be text, not \(kind)") }

  static func unknownAlias(_ name: String) -> Self {
    Self("GR0013", .error, "no anchor '&\(name)' stands before the alias '*\(name)'")
  }

  static func selfReference(_ name: String) -> Self {
    Self("GR0014", .error, "the alias '*\(name)' stands inside of what it refers to")
  }

  static func mergeOfNoMapping(_ kind: String) -> Self {
    Self("GR0015", .error, "'<<' takes a mapping or a list of mappings, not \(kind)")
  }

  static func tooDeep(_ limit: Int) -> Self {
    Self("GR0019", .error, "more than \(limit) collections inside one another")
  }

  static func tooManyNodes(_ limit: Int) -> Self {
    Self("GR0020", .error, "the file has more than \(limit) values and keys")
  }

  static func aliasExpansion(_ limit: Int) -> Self {
    Self("GR0021", .error, "the aliases of the file stand for more than \(limit) values and keys")
  }

  static func integerTooLarge(_ text: String) -> Self {
    Self("GR0022", .error, "the integer '\(text)' does not fit into 64 bits")
  }

  static func notFinite(_ text: String) -> Self { Self("GR0023", .error, "the number '\(text)' is not finite") }

  static func unquotedPlaceholder(_ text: String) -> Self {
    Self("GR0026", .error, "'\(text)' without quotes is a mapping; text that begins with '{' must be in quotes")
  }

  static func unquotedTemplate(_ opening: String) -> Self {
    Self("GR0026", .error, "text that begins with '\(opening)' must be in quotes")
  }
}
