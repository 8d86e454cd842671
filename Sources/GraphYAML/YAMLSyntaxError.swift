internal import GraphDiagnostics

/// Turns what libyaml says about broken text into a phrase that says what to change, and where.
struct YAMLSyntaxError {
  private let text: YAMLText
  private let problem: String?
  private let context: String?
  /// Where libyaml noticed it, in bytes.
  private let place: Int
  /// Where what it was reading began, in bytes.
  private let opening: Int
  private let lastScalar: (range: ByteRange, style: YAMLScalar.Style)?

  private let openBracket: Int?

  init(
    _ failure: YAMLFailure, in text: YAMLText, lastScalar: (range: ByteRange, style: YAMLScalar.Style)?,
    openBracket: Int?
  ) {
    self.text = text
    self.openBracket = openBracket
    self.lastScalar = lastScalar
    problem = failure.problem
    context = failure.context
    place = text.offset(ofCodePoint: failure.problemMark)
    opening = text.offset(ofCodePoint: failure.contextMark)
  }

  /// Reports the error as one diagnostic.
  func report(to diagnostics: DiagnosticEngine) { diagnostics.report(diagnostic) }

  private var diagnostic: Diagnostic {
    guard let problem else { return Diagnostic(.outOfMemory, at: character(at: place)) }
    if let template = unquotedTemplate { return template }
    switch problem {
    case "found character that cannot start any token": return unexpectedCharacter
    case "found a tab character that violates indentation",
      "found a tab character where an indentation space is expected":
      return Diagnostic(.tabIndentation, at: run(of: UInt8(ascii: "\t"), at: place))
    case "found unexpected end of stream":
      return unclosed(at: opening)
    case "found unexpected document indicator":
      return Diagnostic(.documentMarkInQuotes, at: word(at: place), notes: openedHere)
    case "found unknown escape character": return unknownEscape
    case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
      // The place is behind the backslash and its letter.
      return Diagnostic(.brokenEscape, at: text.span(max(0, place - 2), place))
    case "mapping values are not allowed in this context": return unexpectedColon
    case "could not find expected ':'": return missingColon
    case "block sequence entries are not allowed in this context":
      return Diagnostic(.unexpectedDash, at: character(at: place))
    case "mapping keys are not allowed in this context":
      return Diagnostic(.unexpectedQuestionMark, at: character(at: place))
    case "did not find expected alphabetic or numeric character": return brokenName
    case "did not find expected ',' or ']'": return inBrackets("]", "list")
    case "did not find expected ',' or '}'": return inBrackets("}", "mapping")
    case "did not find expected key": return missingDash ?? misplaced(.keyExpected, "the mapping begins here")
    case "did not find expected '-' indicator": return misplaced(.dashExpected, "the list begins here")
    case "did not find expected <document start>": return misplaced(.afterDocument, nil)
    case "did not find expected node content":
      if place >= text.file.bytes.count, let openBracket { return unclosed(at: openBracket) }
      return Diagnostic(.valueExpected, at: character(at: place))
    case "found undefined tag handle": return Diagnostic(.undefinedTagHandle, at: word(at: opening))
    case "found incompatible YAML document":
      return Diagnostic(.yamlVersion, at: word(at: place))
    case "found an indentation indicator equal to 0", "did not find expected comment or line break":
      return Diagnostic(.blockHeader, at: word(at: place))
    default: return Diagnostic(.other(problem, context: context), at: character(at: place))
    }
  }

  // MARK: - Single problems

  /// `{{ name }}` and `{% if %}` without quotes break in many ways; all of them have one cause.
  private var unquotedTemplate: Diagnostic? {
    let line = text.lineRange(around: place)
    guard let start = text.valueStart(in: line, before: place + 1), text[start] == UInt8(ascii: "{"),
      let second = text[start + 1], second == UInt8(ascii: "{") || second == UInt8(ascii: "%")
    else { return nil }
    let span = text.valueSpan(from: start, in: line)
    let opening = second == UInt8(ascii: "{") ? "{{" : "{%"
    return Diagnostic(.unquotedTemplate(opening), at: span, fixIts: text.quoting(span))
  }

  private var unexpectedCharacter: Diagnostic {
    guard let byte = text[place] else { return Diagnostic(.valueExpected, at: character(at: place)) }
    if byte == UInt8(ascii: "\t") {
      return Diagnostic(.tabIndentation, at: run(of: UInt8(ascii: "\t"), at: place))
    }
    let span = text.valueSpan(from: place, in: text.lineRange(around: place))
    return Diagnostic(
      .reservedCharacter(character(at: place).text), at: character(at: place), fixIts: text.quoting(span))
  }

  private func unclosed(at opening: Int) -> Diagnostic {
    let mark = Character(Unicode.Scalar(text[opening] ?? UInt8(ascii: "\"")))
    return Diagnostic(
      .unclosed(mark), at: character(at: opening),
      notes: [.init("the file ends without '\(closing(mark))'", at: text.endOfText)])
  }

  private func closing(_ mark: Character) -> Character {
    switch mark {
    case "[": "]"
    case "{": "}"
    default: mark
    }
  }

  private var unknownEscape: Diagnostic {
    let end = text[place + 1].map { place + 1 + YAMLText.width($0) } ?? place + 1
    let span = text.span(place, min(end, text.file.bytes.count))
    return Diagnostic(
      .unknownEscape(span.text), at: span,
      fixIts: [FixIt("write the backslash twice", replacing: span, with: "\\" + span.text, isCertain: true)])
  }

  /// A second `: ` in one line, or a key that is indented below a value.
  private var unexpectedColon: Diagnostic {
    let line = text.lineRange(around: place)
    if let start = text.valueStart(in: line, before: place) {
      let value = text.valueSpan(from: start, in: line)
      let isQuoted = text[start] == UInt8(ascii: "\"") || text[start] == UInt8(ascii: "'")
      // One word before the colon may be a key of a mapping that was to begin here; several are text.
      let isText = text.span(start, place).text.utf8.contains(UInt8(ascii: " "))
      return Diagnostic(
        .colonInValue, at: character(at: place), fixIts: isQuoted ? [] : text.quoting(value, isCertain: isText))
    }
    let start = text.firstCharacter(of: line)
    if let key = keyWithoutColon(above: line, indentation: start - line.lowerBound) {
      return Diagnostic(.missingColon, at: key)
    }
    return Diagnostic(.keyBelowValue, at: text.span(start, max(place, start)))
  }

  /// The text of the line above, if this line is indented below it and it has no colon.
  private func keyWithoutColon(above line: ByteRange, indentation: Int) -> SourceSpan? {
    var end = line.lowerBound
    while end > 0, let byte = text[end - 1], byte <= UInt8(ascii: " ") { end -= 1 }
    let above = text.lineRange(around: end)
    let first = text.firstCharacter(of: above)
    guard end > 0, above != line, first - above.lowerBound < indentation else { return nil }
    let key = text.valueSpan(from: text.valueStart(in: above, before: end) ?? first, in: above)
    return key.text.utf8.contains(UInt8(ascii: ":")) || text.hasColon(in: above) ? nil : key
  }

  /// A line that should be a key.
  private var missingColon: Diagnostic {
    let line = text.lineRange(around: opening)
    let span = text.valueSpan(from: opening, in: line)
    let isQuote = text[opening] == UInt8(ascii: "\"") || text[opening] == UInt8(ascii: "'")
    if isQuote && text.lineRange(around: place) != line {
      return Diagnostic(.quotedKeyOverLines, at: character(at: opening))
    }
    // `key:value` is one word; the space after the colon makes it a key.
    if let colon = span.text.utf8.firstIndex(of: UInt8(ascii: ":")) {
      let offset = span.range.lowerBound + span.text.utf8.distance(from: span.text.utf8.startIndex, to: colon)
      let place = text.span(offset, offset + 1)
      // What has a slash behind it is an address and no key.
      let isKey = text[offset + 1] != UInt8(ascii: "/")
      return Diagnostic(
        .missingSpace, at: place,
        fixIts: [FixIt("put a space after it", replacing: place, with: ": ", isCertain: isKey)])
    }
    return Diagnostic(.missingColon, at: span)
  }

  /// `*` or `&` that begins text.
  private var brokenName: Diagnostic {
    let span = text.valueSpan(from: opening, in: text.lineRange(around: opening))
    return Diagnostic(
      .reservedCharacter(character(at: opening).text), at: character(at: opening), fixIts: text.quoting(span))
  }

  private func inBrackets(_ bracket: Character, _ kind: String) -> Diagnostic {
    if place >= text.file.bytes.count {
      return unclosed(at: opening)
    }
    if let quote = quoteOverLines(before: place) { return quote }
    // A line that is no further in than the key of the bracket begins something else.
    let line = text.lineRange(around: place)
    let opened = text.lineRange(around: opening)
    if line != opened, text.firstCharacter(of: line) - line.lowerBound <= text.keyColumn(of: opened) {
      let mark = Character(Unicode.Scalar(text[opening] ?? 0))
      return Diagnostic(
        .unclosed(mark), at: character(at: opening),
        notes: [.init("something else begins here", at: word(at: text.firstCharacter(of: line)))])
    }
    return Diagnostic(.separatorExpected(bracket, kind), at: word(at: place), notes: openedHere)
  }

  /// Something that does not continue what it stands in; often the text before it ended too early.
  private func misplaced(_ message: DiagnosticMessage, _ contextNote: String?) -> Diagnostic {
    let line = text.lineRange(around: place)
    var before = place
    while before > line.lowerBound, text[before - 1] == UInt8(ascii: " ") { before -= 1 }
    let span = word(at: place)
    switch text[before - 1] {
    case _ where before == line.lowerBound: break
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      guard let scalar = lastScalar, scalar.range.upperBound == before else {
        return Diagnostic(.textAfter("'\(character(at: before - 1).text)'"), at: span)
      }
      if let quote = quoteOverLines(before: place) { return quote }
      var notes = [Diagnostic.Note("the text in quotes begins here", at: character(at: scalar.range.lowerBound))]
      if scalar.style == .singleQuoted && before == place {
        notes.append(.init("in single quotes, a single quote is written twice"))
      }
      return Diagnostic(.textAfter("the closing quote"), at: span, notes: notes)
    default: break
    }
    return Diagnostic(message, at: span, notes: contextNote.map { [.init($0, at: character(at: opening))] } ?? [])
  }

  /// Text in quotes that ends in another line than it begins, and has text behind it: its own quote is missing.
  private func quoteOverLines(before place: Int) -> Diagnostic? {
    var before = place
    while before > 0, text[before - 1] == UInt8(ascii: " ") { before -= 1 }
    guard let scalar = lastScalar, scalar.range.upperBound == before,
      scalar.style == .doubleQuoted || scalar.style == .singleQuoted,
      text.lineRange(around: scalar.range.lowerBound) != text.lineRange(around: before - 1)
    else { return nil }
    let mark = Character(Unicode.Scalar(text[scalar.range.lowerBound] ?? 0))
    return Diagnostic(
      .quoteOverLines(mark), at: character(at: scalar.range.lowerBound),
      notes: [.init("the next one is here, and text follows it", at: character(at: before - 1))])
  }

  /// A list whose first item has no dash, while the one at `place` has.
  private var missingDash: Diagnostic? {
    guard text[place] == UInt8(ascii: "-"), text[place + 1] == UInt8(ascii: " ") else { return nil }
    let column = place - text.lineRange(around: place).lowerBound
    // The lines above that are further in, up to their key, are the item.
    var first: Int?
    var line = text.lineRange(around: place)
    while line.lowerBound > 0 {
      line = text.lineRange(around: line.lowerBound - 1)
      let start = text.firstCharacter(of: line)
      if start == line.upperBound || text[start] == UInt8(ascii: "#") { continue }
      guard start - line.lowerBound > column else { break }
      first = start
    }
    guard let first, first - text.lineRange(around: first).lowerBound == column + 2,
      text.valueStart(in: line, before: line.upperBound) == nil, text.hasColon(in: line)
    else { return nil }
    return Diagnostic(
      .missingDash, at: word(at: first), notes: [.init("the next item is here", at: character(at: place))],
      fixIts: [FixIt("put '- ' before it", replacing: text.span(first - 2, first), with: "- ")])
  }

  // MARK: - Spans

  private var openedHere: [Diagnostic.Note] { [.init("opened here", at: character(at: opening))] }

  private func character(at offset: Int) -> SourceSpan {
    guard let byte = text[offset] else { return text.span(text.file.bytes.count, text.file.bytes.count) }
    return text.span(offset, offset + YAMLText.width(byte))
  }

  private func run(of byte: UInt8, at offset: Int) -> SourceSpan {
    var end = offset
    while text[end] == byte { end += 1 }
    return text.span(offset, end)
  }

  /// The characters up to the next blank; at least one, if there is one.
  private func word(at offset: Int) -> SourceSpan {
    var end = offset
    while let byte = text[end], byte > UInt8(ascii: " ") { end += 1 }
    if end > offset + 1 && text[end - 1] == UInt8(ascii: ":") { end -= 1 }
    return end > offset ? text.span(offset, end) : character(at: offset)
  }
}
