internal import GraphDiagnostics

extension YAMLLayoutReader {
  /// Reads the value of an entry whose indicator was read; comments around it become the entry's.
  ///
  /// - Parameter column: That of the collection that the entry belongs to.
  mutating func value(
    of entry: inout YAMLLayoutEntry, column: Int, isFlow: Bool = false
  ) throws(YAMLLayoutProblem) -> YAMLLayoutNode {
    let event = events[next]
    let start = text.offset(ofCodePoint: event.start)
    if case .scalar(.plain) = event.kind, event.text.isEmpty, event.anchor == nil, event.tag == nil {
      next += 1
      if !isFlow { entry.inner += innerComments(deeperThan: column) }
      return YAMLLayoutNode(
        content: .scalar(YAMLLayoutScalar(text: "", style: .plain, source: "", span: text.span(cursor, cursor))))
    }
    entry.inner += comments(upTo: start)
    var node = try properties(of: event, &entry, isFlow: isFlow)
    next += 1
    switch event.kind {
    case .scalar(let style):
      node.content = .scalar(scalar(event, style))
      // What stands behind a block text is in another line.
      if style != .literal && style != .folded { entry.trailing = takeTrailing(entry.trailing, isFlow: isFlow) }
    case .alias:
      cursor = text.offset(ofCodePoint: event.end)
      node.content = .alias(event.text)
      entry.trailing = takeTrailing(entry.trailing, isFlow: isFlow)
    case .sequenceStart(false): node.content = .collection(try blockSequence(in: &entry, parent: column))
    case .mappingStart(false): node.content = .collection(try blockMapping(in: &entry, parent: column))
    case .sequenceStart(true):
      node.content = .collection(try flowSequence())
      entry.trailing = takeTrailing(entry.trailing, isFlow: isFlow)
    case .mappingStart(true):
      let collection = try flowMapping()
      node.content = .collection(collection)
      if !collection.isPair { entry.trailing = takeTrailing(entry.trailing, isFlow: isFlow) }
    default: preconditionFailure("no node begins with \(event.kind)")
    }
    return node
  }

  private mutating func takeTrailing(_ known: String?, isFlow: Bool) -> String? {
    known ?? trailingComment(behindComma: isFlow)
  }

  /// Takes the comments below a value that is left out, as far as they are indented below its key.
  private mutating func innerComments(deeperThan column: Int) -> [YAMLComment] {
    if column < 0 { return [] }
    return takeComments { $0.column > column }
  }

  /// Takes comments as long as they fit, and leaves the rest to others.
  private mutating func takeComments(while fits: (YAMLComment) -> Bool) -> [YAMLComment] {
    var taken: [YAMLComment] = []
    while true {
      let before = cursor
      guard let offset = nextComment() else { return taken }
      let found = comments(upTo: endOfLine(from: offset))
      guard let comment = found.last, found.count == 1, fits(comment) else {
        cursor = before
        return taken
      }
      taken.append(comment)
    }
  }

  /// The offset of the next comment, when nothing but blanks stands before it.
  private func nextComment() -> Int? {
    var offset = cursor
    while let byte = text[offset] {
      if byte == UInt8(ascii: "#") { return offset }
      guard byte <= UInt8(ascii: " ") else { return nil }
      offset += 1
    }
    return nil
  }

  /// Reads anchor and tag up to the content.
  private mutating func properties(
    of event: YAMLEvent, _ entry: inout YAMLLayoutEntry, isFlow: Bool
  ) throws(YAMLLayoutProblem) -> YAMLLayoutNode {
    var node = YAMLLayoutNode(content: .alias(""))
    if case .alias = event.kind { return node }
    let start = cursor
    var limit = text.file.bytes.count
    var hasTag = event.tag != nil
    if case .scalar = event.kind {
      limit = text.offset(ofCodePoint: event.end)
      // The tag `!` is not in the event.
      hasTag = hasTag || text[start] == UInt8(ascii: "!")
    }
    guard event.anchor != nil || hasTag else { return node }
    let properties = YAMLProperties(in: text, from: start, limit: limit, hasAnchor: event.anchor != nil, hasTag: hasTag)
    node.properties = properties.parts.map { text.span($0.lowerBound, $0.upperBound).text }
    cursor = properties.parts.last?.upperBound ?? start
    if case .scalar = event.kind, properties.contentStart == limit { return node }
    if !isFlow, let comment = trailingComment() {
      if entry.header == nil { entry.header = comment } else { entry.inner += [comment].compactMap(ownLine) }
    }
    let isBlock =
      switch event.kind {
      case .sequenceStart(false), .mappingStart(false): true
      default: false
      }
    if !isBlock { entry.inner += comments(upTo: properties.contentStart) }
    return node
  }

  private mutating func scalar(_ event: YAMLEvent, _ style: YAMLScalar.Style) -> YAMLLayoutScalar {
    let start = cursor
    let end = max(start, text.offset(ofCodePoint: event.end))
    let span = text.span(start, end)
    cursor = end
    if style == .literal || style == .folded {
      // What is kept at the end of a text belongs to it; other blank lines stand between it and what follows.
      let header = text.span(start, endOfLine(from: start)).text.prefix { $0 != " " && $0 != "#" }
      if !header.contains("+") { cursor = max(start, text.endOfBlockScalar(from: start, to: end)) }
    }
    let source = style == .plain && event.text.isEmpty ? "" : span.text
    return YAMLLayoutScalar(text: event.text, style: style, source: source, span: span)
  }

  // MARK: - Block collections

  private mutating func blockSequence(
    in entry: inout YAMLLayoutEntry, parent: Int
  ) throws(YAMLLayoutProblem) -> YAMLLayoutCollection {
    var collection = YAMLLayoutCollection(isMapping: false, isFlow: false)
    var leading = entry.inner
    entry.inner = []
    var column = 0
    while !isAtEnd {
      guard skip(UInt8(ascii: "-"), &leading) else {
        throw YAMLLayoutProblem(message: .layoutNotKept, span: text.span(cursor, cursor))
      }
      column = cursor - 1 - lineStart(of: cursor - 1)
      var item = YAMLLayoutEntry(leading: leading, value: YAMLLayoutNode(content: .alias("")))
      item.hasBlankBefore = hasBlank
      leading = []
      item.header = trailingComment()
      item.value = try value(of: &item, column: column)
      collection.entries.append(item)
    }
    next += 1
    if column > parent {
      collection.endComments = takeComments { $0.column >= column }
    }
    return collection
  }

  private mutating func blockMapping(
    in entry: inout YAMLLayoutEntry, parent: Int
  ) throws(YAMLLayoutProblem) -> YAMLLayoutCollection {
    var collection = YAMLLayoutCollection(isMapping: true, isFlow: false)
    var leading = entry.inner
    entry.inner = []
    var column = 0
    while !isAtEnd {
      var pair = YAMLLayoutEntry(value: YAMLLayoutNode(content: .alias("")))
      pair.leading = leading
      leading = []
      let isExplicit = skip(UInt8(ascii: "?"), before: text.offset(ofCodePoint: events[next].start), &pair.leading)
      if isExplicit {
        pair.hasBlankBefore = hasBlank
        column = cursor - 1 - lineStart(of: cursor - 1)
      }
      pair.leading += comments(upTo: text.offset(ofCodePoint: events[next].start))
      if !isExplicit {
        pair.hasBlankBefore = hasBlank
        column = cursor - lineStart(of: cursor)
      }
      pair.key = try key(&pair)
      pair.hasColon = skip(UInt8(ascii: ":"), &pair.leading)
      pair.header = trailingComment()
      pair.value = try value(of: &pair, column: column)
      collection.entries.append(pair)
    }
    next += 1
    if column > parent {
      collection.endComments = takeComments { $0.column >= column }
    }
    return collection
  }

  /// The key of a pair; what stands around it becomes the pair's.
  private mutating func key(_ pair: inout YAMLLayoutEntry) throws(YAMLLayoutProblem) -> YAMLLayoutNode {
    let event = events[next]
    var around = YAMLLayoutEntry(value: YAMLLayoutNode(content: .alias("")))
    var node = try properties(of: event, &around, isFlow: true)
    pair.leading += around.inner
    next += 1
    let end = text.offset(ofCodePoint: event.end)
    switch event.kind {
    case .alias:
      node.content = .alias(event.text)
      cursor = end
    case .scalar(let style):
      let scalar = scalar(event, style)
      guard !scalar.isAbsent, !scalar.isBlock, text.isOneLine(scalar.span) else {
        throw YAMLLayoutProblem(message: .longKeyInLayout, span: scalar.span)
      }
      node.content = .scalar(scalar)
    default:
      throw YAMLLayoutProblem(message: .longKeyInLayout, span: text.span(cursor, end))
    }
    return node
  }

  private var isAtEnd: Bool {
    switch events[next].kind {
    case .sequenceEnd, .mappingEnd: true
    default: false
    }
  }

  // MARK: - Flow collections

  private mutating func flowSequence() throws(YAMLLayoutProblem) -> YAMLLayoutCollection {
    var collection = YAMLLayoutCollection(isMapping: false, isFlow: true)
    cursor += 1
    while !isAtEnd {
      var item = YAMLLayoutEntry(value: YAMLLayoutNode(content: .alias("")))
      item.value = try value(of: &item, column: 0, isFlow: true)
      // What stands before it was taken for what stands between it and an indicator.
      item.leading = item.inner
      item.inner = []
      collection.entries.append(item)
    }
    closeFlow(&collection)
    return collection
  }

  private mutating func flowMapping() throws(YAMLLayoutProblem) -> YAMLLayoutCollection {
    var collection = YAMLLayoutCollection(isMapping: true, isFlow: true)
    collection.isPair = text[cursor] != UInt8(ascii: "{")
    if !collection.isPair { cursor += 1 }
    while !isAtEnd {
      var pair = YAMLLayoutEntry(value: YAMLLayoutNode(content: .alias("")))
      pair.leading = comments(upTo: text.offset(ofCodePoint: events[next].start))
      pair.key = try key(&pair)
      pair.hasColon = skip(UInt8(ascii: ":"), &pair.leading)
      if pair.hasColon { pair.header = trailingComment() }
      pair.value = try value(of: &pair, column: 0, isFlow: true)
      if pair.value.isAbsent { pair.trailing = trailingComment(behindComma: true) }
      collection.entries.append(pair)
    }
    if collection.isPair { next += 1 } else { closeFlow(&collection) }
    return collection
  }

  private mutating func closeFlow(_ collection: inout YAMLLayoutCollection) {
    let end = text.offset(ofCodePoint: events[next].end)
    collection.endComments = comments(upTo: end - 1)
    cursor = end
    next += 1
  }
}
