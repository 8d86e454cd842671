internal import GraphDiagnostics

extension TemplateLexer {
  /// How reading one token of code went.
  enum CodeStep {
    /// There is a token more.
    case next
    /// Something was reported; the rest of the tag makes no sense.
    case failed
    /// The tag's end was read.
    case finished
  }

  /// Reads the code of a tag up to and with its end delimiter.
  mutating func lexCode(openedAt tag: Int, closing: UInt8) {
    openBrackets.removeAll(keepingCapacity: true)
    let isOutput = closing == UInt8(ascii: "}")
    while true {
      position = PythonText.startWithoutSpace(bytes, position, end)
      guard position < end else {
        reportUnclosed(tag, isOutput: isOutput)
        return
      }
      if let length = endDelimiter(closing), openBrackets.isEmpty || !isBraceExpected(isOutput) {
        reportOpenBracket()
        append(isOutput ? .outputEnd : .blockEnd, position, position + length)
        finishTag(at: position + length, strips: bytes[position] == UInt8(ascii: "-"))
        return
      }
      if bytes[position] == UInt8(ascii: "{"), position + 1 < end, isTagMark(bytes[position + 1]) {
        if !isOutput && isOutputInside(tag) {
          diagnostics.report(.templateNestedOutput, at: span(position, position + 2), fixIts: withoutBraces())
          position += 2
          skipToEnd(isOutput: false)
        } else {
          // No expression begins so: the tag before was never closed.
          reportUnclosed(tag, isOutput: isOutput)
        }
        return
      }
      switch lexCodeToken(isOutput: isOutput) {
      case .next: break
      case .failed:
        skipToEnd(isOutput: isOutput)
        return
      case .finished: return
      }
    }
  }

  /// Whether `}}` at this place closes a dict rather than the output.
  private func isBraceExpected(_ isOutput: Bool) -> Bool { isOutput && openBrackets.last?.symbol == .openBrace }

  private func endDelimiter(_ closing: UInt8) -> Int? {
    if closing == UInt8(ascii: "}") {
      if matches("}}", at: position) { return 2 }
      return matches("-}}", at: position) ? 3 : nil
    }
    if matches("%}", at: position) { return 2 }
    return matches("-%}", at: position) || matches("+%}", at: position) ? 3 : nil
  }

  /// Whether somebody wrote `{{ }}` inside a tag that has an end of its own on the same line.
  private func isOutputInside(_ tag: Int) -> Bool {
    guard bytes[position + 1] == UInt8(ascii: "{") else { return false }
    var offset = position
    while offset < end, bytes[offset] != UInt8(ascii: "\n") {
      if matches("{%", at: offset) { return false }
      if matches("%}", at: offset) { return true }
      offset += 1
    }
    return false
  }

  /// Takes the braces away that begin here, where they end before the tag does.
  private func withoutBraces() -> [FixIt] {
    var offset = position + 2
    while offset + 1 < end, bytes[offset] != UInt8(ascii: "%"), bytes[offset] != UInt8(ascii: "\n") {
      if matches("}}", at: offset) {
        let inner = bytes[(position + 2)..<offset].drop { $0 == UInt8(ascii: " ") }
        let name = inner.reversed().drop { $0 == UInt8(ascii: " ") }.reversed()
        return [.replace(span(position, offset + 2), with: String(decoding: name, as: UTF8.self), isCertain: true)]
      }
      offset += 1
    }
    return []
  }

  private mutating func reportUnclosed(_ tag: Int, isOutput: Bool) {
    if !reportOpenBracket() {
      let (open, close) = isOutput ? ("{{", "}}") : ("{%", "%}")
      diagnostics.report(.templateTagNotClosed(open, close), at: span(tag, tag + 2))
    }
    append(.invalid, position, position)
    append(isOutput ? .outputEnd : .blockEnd, position, position)
  }

  /// Reports the innermost bracket that is still open.
  @discardableResult
  private mutating func reportOpenBracket() -> Bool {
    guard let bracket = openBrackets.last else { return false }
    diagnostics.report(
      .templateBracketNotClosed(bracket.symbol.rawValue), at: span(bracket.offset, bracket.offset + 1))
    append(.invalid, position, position)
    openBrackets.removeAll(keepingCapacity: true)
    return true
  }

  /// Goes behind the end of a tag in which something was wrong.
  private mutating func skipToEnd(isOutput: Bool) {
    append(.invalid, position, position)
    while position < end {
      if endDelimiter(isOutput ? UInt8(ascii: "}") : UInt8(ascii: "%")) != nil { break }
      if bytes[position] == UInt8(ascii: "{"), position + 1 < end, isTagMark(bytes[position + 1]) { break }
      position += 1
    }
    let length = position < end ? endDelimiter(isOutput ? UInt8(ascii: "}") : UInt8(ascii: "%")) ?? 0 : 0
    append(isOutput ? .outputEnd : .blockEnd, position, position + length)
    finishTag(at: position + length, strips: length == 3 && bytes[position] == UInt8(ascii: "-"))
  }

  // MARK: - Tokens

  private mutating func lexCodeToken(isOutput: Bool) -> CodeStep {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return lexNumber()
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return lexString(quote: byte)
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
      lexName()
      return .next
    case 0x80...:
      if let scalar = PythonText.scalar(bytes, at: position), scalar.properties.isXIDStart {
        lexName()
        return .next
      }
      return reportUnexpected()
    default: return lexSymbol(isOutput: isOutput)
    }
  }

  private mutating func lexName() {
    let start = position
    while position < end {
      let byte = bytes[position]
      if byte >= 0x80 {
        guard let scalar = PythonText.scalar(bytes, at: position), scalar.properties.isXIDContinue else { break }
        position += UTF8.width(scalar)
      } else if byte == UInt8(ascii: "_") || PythonText.isASCIIAlphanumeric(byte) {
        position += 1
      } else {
        break
      }
    }
    append(.name(String(decoding: bytes[start..<position], as: UTF8.self)), start, position)
  }

  private mutating func lexSymbol(isOutput: Bool) -> CodeStep {
    let start = position
    let next = start + 1 < end ? bytes[start + 1] : 0
    let symbol: TemplateSymbol
    var length = 1
    switch bytes[start] {
    case UInt8(ascii: "+"): symbol = .plus
    case UInt8(ascii: "-"): symbol = .minus
    case UInt8(ascii: "~"): symbol = .tilde
    case UInt8(ascii: "%"): symbol = .percent
    case UInt8(ascii: "."): symbol = .dot
    case UInt8(ascii: ":"): symbol = .colon
    case UInt8(ascii: ","): symbol = .comma
    case UInt8(ascii: "("): symbol = .openParen
    case UInt8(ascii: ")"): symbol = .closeParen
    case UInt8(ascii: "["): symbol = .openBracket
    case UInt8(ascii: "]"): symbol = .closeBracket
    case UInt8(ascii: "{"): symbol = .openBrace
    case UInt8(ascii: "}"): symbol = .closeBrace
    case UInt8(ascii: "*"): (symbol, length) = next == UInt8(ascii: "*") ? (.power, 2) : (.star, 1)
    case UInt8(ascii: "/"): (symbol, length) = next == UInt8(ascii: "/") ? (.doubleSlash, 2) : (.slash, 1)
    case UInt8(ascii: "="): (symbol, length) = next == UInt8(ascii: "=") ? (.equal, 2) : (.assign, 1)
    case UInt8(ascii: "<"): (symbol, length) = next == UInt8(ascii: "=") ? (.lessEqual, 2) : (.less, 1)
    case UInt8(ascii: ">"): (symbol, length) = next == UInt8(ascii: "=") ? (.greaterEqual, 2) : (.greater, 1)
    case UInt8(ascii: "|"):
      if next == UInt8(ascii: "|") { return reportOperator("||", "or") }
      symbol = .pipe
    case UInt8(ascii: "&"):
      if next == UInt8(ascii: "&") { return reportOperator("&&", "and") }
      return reportUnexpected()
    case UInt8(ascii: "!"):
      if next != UInt8(ascii: "=") { return reportOperator("!", "not ") }
      (symbol, length) = (.notEqual, 2)
    default: return reportUnexpected()
    }
    if symbol.closing != nil {
      openBrackets.append((symbol, start))
    } else if symbol.isClosing {
      guard let open = openBrackets.popLast() else { return reportStrayClosing(symbol, isOutput: isOutput) }
      if let expected = open.symbol.closing, expected != symbol {
        diagnostics.report(
          .templateWrongBracket(symbol.rawValue, expected: expected.rawValue), at: span(start, start + 1),
          notes: [
            Diagnostic.Note(TemplateNote.openedHere(open.symbol.rawValue), at: span(open.offset, open.offset + 1))
          ])
        position += 1
        return .failed
      }
    }
    position += length
    append(.symbol(symbol), start, position)
    return .next
  }

  private mutating func reportStrayClosing(_ symbol: TemplateSymbol, isOutput: Bool) -> CodeStep {
    let start = position
    position += 1
    if symbol == .closeBrace {
      // A single `}` where a tag ends is almost always a lost character.
      let close = isOutput ? "}}" : "%}"
      diagnostics.report(
        .templateExpected("'\(close)'", found: "'}'"), at: span(start, start + 1),
        fixIts: [.replace(span(start, start + 1), with: close)])
      append(.invalid, start, start)
      append(isOutput ? .outputEnd : .blockEnd, start, start + 1)
      return .finished
    }
    diagnostics.report(.templateStrayBracket(symbol.rawValue), at: span(start, start + 1))
    return .failed
  }

  private func reportOperator(_ found: String, _ replacement: String) -> CodeStep {
    let place = span(position, position + found.utf8.count)
    let name = String(replacement.prefix { $0 != " " })
    diagnostics.report(
      .templateForeignOperator(found, name), at: place,
      fixIts: [FixIt("replace with '\(name)'", replacing: place, with: replacement, isCertain: true)])
    return .failed
  }

  private func reportUnexpected() -> CodeStep {
    let scalar = PythonText.scalar(bytes, at: position) ?? "\u{FFFD}"
    diagnostics.report(
      .templateUnexpectedCharacter(scalar), at: span(position, position + UTF8.width(scalar)))
    return .failed
  }

  // MARK: - Numbers

  private mutating func lexNumber() -> CodeStep {
    let start = position
    if bytes[start] == UInt8(ascii: "0"), start + 1 < end,
      let radix = [UInt8(ascii: "x"): 16, UInt8(ascii: "o"): 8, UInt8(ascii: "b"): 2][bytes[start + 1] | 0x20]
    {
      position += 2
      skipAlphanumerics()
      return appendInteger(start, digits: start + 2, radix: radix)
    }
    skipDigits()
    var isFloat = false
    // `a.0.5` is two item accesses, so a number behind a dot has no fraction.
    let isIndex = tokens.last.map { $0.kind == .symbol(.dot) && $0.range.upperBound == start } ?? false
    if !isIndex, position + 1 < end, bytes[position] == UInt8(ascii: "."), PythonText.isDigit(bytes[position + 1]) {
      isFloat = true
      position += 1
      skipDigits()
    }
    if !isIndex, position < end, bytes[position] | 0x20 == UInt8(ascii: "e") {
      var digits = position + 1
      if digits < end, bytes[digits] == UInt8(ascii: "+") || bytes[digits] == UInt8(ascii: "-") { digits += 1 }
      if digits < end, PythonText.isDigit(bytes[digits]) {
        isFloat = true
        position = digits
        skipDigits()
      }
    }
    if position < end, bytes[position] == UInt8(ascii: "_") || PythonText.isASCIIAlphanumeric(bytes[position]) {
      skipAlphanumerics()
      diagnostics.report(.templateBadNumber, at: span(start, position))
      return .failed
    }
    if !isFloat { return appendInteger(start, digits: start, radix: 10) }
    append(.float(Double(digits(start)) ?? .infinity), start, position)
    return .next
  }

  private mutating func appendInteger(_ start: Int, digits first: Int, radix: Int) -> CodeStep {
    let digits = digits(first)
    let hasLeadingZero = radix == 10 && digits.utf8.count > 1 && digits.utf8.first == UInt8(ascii: "0")
    guard let value = Int(digits, radix: radix), !hasLeadingZero || value == 0 else {
      let isTooLarge = !digits.isEmpty && !hasLeadingZero && digits.utf8.allSatisfy(PythonText.isDigit)
      diagnostics.report(isTooLarge ? .templateIntegerTooLarge : .templateBadNumber, at: span(start, position))
      return .failed
    }
    append(.integer(value), start, position)
    return .next
  }

  private func digits(_ start: Int) -> String {
    String(decoding: bytes[start..<position].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
  }

  private mutating func skipDigits() {
    while position < end, PythonText.isDigit(bytes[position]) || isJoiningUnderscore { position += 1 }
  }

  private var isJoiningUnderscore: Bool {
    bytes[position] == UInt8(ascii: "_") && position + 1 < end && PythonText.isDigit(bytes[position + 1])
  }

  private mutating func skipAlphanumerics() {
    while position < end, bytes[position] == UInt8(ascii: "_") || PythonText.isASCIIAlphanumeric(bytes[position]) {
      position += 1
    }
  }
}
