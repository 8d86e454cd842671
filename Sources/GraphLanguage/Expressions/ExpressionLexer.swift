internal import GraphDiagnostics

/// A word, literal or sign of an expression.
struct ExpressionToken: Equatable {
  enum Kind: Equatable {
    case name(String)
    case int(Int)
    case double(Double)
    case string(String)
    case symbol(String)
    case end
  }

  let kind: Kind
  let range: ByteRange
}

/// Stops the parsing of an expression after its diagnostic was reported.
struct ExpressionSyntaxError: Error {}

/// Splits the text of an expression into tokens, one at a time.
///
/// It reads no further than asked, so an expression inside braces can be
/// followed by any text. Operators that people know from other languages are
/// reported with their spelling here and read as what was meant.
struct ExpressionLexer {
  let source: ExpressionSource
  let diagnostics: DiagnosticEngine
  private(set) var position: Int

  /// Whether an operator was reported and read as what was meant.
  private(set) var hasErrors = false

  private var bytes: [UInt8] { source.bytes }
  private var end: Int { source.range.upperBound }

  init(_ source: ExpressionSource, diagnostics: DiagnosticEngine) {
    self.source = source
    self.diagnostics = diagnostics
    self.position = source.range.lowerBound
  }

  /// The next token; `.end` again and again at the end.
  mutating func next() throws(ExpressionSyntaxError) -> ExpressionToken {
    while position < end, Self.isSpace(bytes[position]) { position += 1 }
    let start = position
    guard position < end else { return ExpressionToken(kind: .end, range: ByteRange(end, end)) }
    let byte = bytes[position]
    let kind: ExpressionToken.Kind
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): kind = .string(try lexString(quote: byte))
    case UInt8(ascii: "0")...UInt8(ascii: "9"): kind = try lexNumber()
    case _ where Self.isNameStart(byte): kind = try lexName()
    default: kind = try lexSymbol()
    }
    return ExpressionToken(kind: kind, range: ByteRange(start, position))
  }

  /// The first byte after white space at or after an offset, or nil at the end.
  func byte(after offset: Int) -> UInt8? {
    var offset = offset
    while offset < end, Self.isSpace(bytes[offset]) { offset += 1 }
    return offset < end ? bytes[offset] : nil
  }

  /// Reports an error and gives what is to be thrown.
  func failure(_ message: DiagnosticMessage, at range: ByteRange, fixIts: [FixIt] = []) -> ExpressionSyntaxError {
    diagnostics.report(message, at: source.span(of: range), fixIts: fixIts)
    return ExpressionSyntaxError()
  }

  // MARK: - Names

  /// Whether a key can be written without quotes.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isNameStart(first) else { return false }
    return text.utf8.allSatisfy { isNameStart($0) || isDigit($0) }
  }

  static func isNameStart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

  private mutating func lexName() throws(ExpressionSyntaxError) -> ExpressionToken.Kind {
    let start = position
    while position < end, Self.isNameStart(bytes[position]) || Self.isDigit(bytes[position]) { position += 1 }
    let range = ByteRange(start, position)
    let name = source.text(in: range)
    for (offset, scalar) in zip(name.unicodeScalarOffsets, name.unicodeScalars) where !scalar.isASCII {
      let place = ByteRange(start + offset, start + offset + UTF8.width(scalar))
      if "\u{2018}\u{2019}\u{201C}\u{201D}".unicodeScalars.contains(scalar) {
        throw failure(.curlyQuote, at: place)
      }
      guard scalar.properties.isXIDContinue else { throw failure(.unexpectedText(String(scalar)), at: place) }
    }
    return .name(name)
  }

  // MARK: - Numbers

  private mutating func lexNumber() throws(ExpressionSyntaxError) -> ExpressionToken.Kind {
    let start = position
    var isInteger = true
    skipDigits()
    if position + 1 < end, bytes[position] == UInt8(ascii: "."), Self.isDigit(bytes[position + 1]) {
      isInteger = false
      position += 1
      skipDigits()
    }
    if position < end, bytes[position] | 0x20 == UInt8(ascii: "e") {
      var exponent = position + 1
      if exponent < end, bytes[exponent] == UInt8(ascii: "+") || bytes[exponent] == UInt8(ascii: "-") { exponent += 1 }
      if exponent < end, Self.isDigit(bytes[exponent]) {
        isInteger = false
        position = exponent
        skipDigits()
      }
    }
    if position < end, Self.isNameStart(bytes[position]) {
      while position < end, Self.isNameStart(bytes[position]) || Self.isDigit(bytes[position]) { position += 1 }
      let range = ByteRange(start, position)
      throw failure(.badNumber(source.text(in: range)), at: range)
    }
    let range = ByteRange(start, position)
    let text = source.text(in: range)
    if isInteger, let number = Int(text) { return .int(number) }
    guard !isInteger, let number = Double(text), number.isFinite else {
      throw failure(.numberOutOfRange(text), at: range)
    }
    return .double(number)
  }

  private mutating func skipDigits() {
    while position < end, Self.isDigit(bytes[position]) { position += 1 }
  }

  // MARK: - Texts

  private mutating func lexString(quote: UInt8) throws(ExpressionSyntaxError) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    while position < end {
      let byte = bytes[position]
      position += 1
      switch byte {
      case quote: return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\") where position < end: try lexEscape(into: &text)
      default: text.append(byte)
      }
    }
    let mark = String(UnicodeScalar(quote))
    throw failure(.unclosedQuote(mark), at: ByteRange(start, start + 1))
  }

  private mutating func lexEscape(into text: inout [UInt8]) throws(ExpressionSyntaxError) {
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "u"):
      let digits = source.text(in: ByteRange(position, min(position + 4, end)))
      guard digits.utf8.count == 4, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
        throw failure(.unknownEscape("\\u\(digits)"), at: ByteRange(position - 2, min(position + 4, end)))
      }
      position += 4
      text.append(contentsOf: String(scalar).utf8)
    default:
      var escapeEnd = position
      while escapeEnd < end, bytes[escapeEnd] & 0xC0 == 0x80 { escapeEnd += 1 }
      let range = ByteRange(position - 2, escapeEnd)
      throw failure(.unknownEscape(source.text(in: range)), at: range)
    }
  }

  // MARK: - Signs

  /// What other languages write, with what is written here; the longest come first.
  private static let foreign: [(written: String, right: String)] = [
    ("===", "=="), ("!==", "!="), ("<>", "!="), ("=>", ">="), ("=<", "<="), ("&&", "and"), ("||", "or"),
  ]
  private static let symbols = [
    "==", "!=", "<=", ">=", "//", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ",", ":", ".", "<", ">", "|",
  ]

  private mutating func lexSymbol() throws(ExpressionSyntaxError) -> ExpressionToken.Kind {
    for (written, right) in Self.foreign where take(written) { return mend(written, right) }
    if take("**") {
      throw failure(
        .unknownOperator("**", "a power has to be multiplied out"), at: ByteRange(position - 2, position))
    }
    for symbol in Self.symbols where take(symbol) { return .symbol(symbol) }
    if take("=") { return mend("=", "==") }
    if take("!") { return mend("!", "not") }
    if take("?") {
      throw failure(
        .unknownOperator("?", "a choice is written 'a if condition else b'"), at: ByteRange(position - 1, position))
    }
    let range = ByteRange(position, position + 1)
    throw failure(.unexpectedText(source.text(in: range)), at: range)
  }

  /// Reports an operator of another language and reads it as the one that is meant.
  private mutating func mend(_ written: String, _ right: String) -> ExpressionToken.Kind {
    let span = source.span(of: ByteRange(position - written.utf8.count, position))
    let isWord = right.utf8.allSatisfy(Self.isNameStart)
    let needsSpace = isWord && position < end && !Self.isSpace(bytes[position])
    diagnostics.report(
      .operatorSpelling(written, right), at: span,
      fixIts: [.replace(span, with: needsSpace ? right + " " : right, isCertain: true)])
    hasErrors = true
    return isWord ? .name(right) : .symbol(right)
  }

  private mutating func take(_ symbol: String) -> Bool {
    let count = symbol.utf8.count
    guard position + count <= end, bytes[position..<(position + count)].elementsEqual(symbol.utf8) else { return false }
    position += count
    return true
  }
}

extension String {
  /// The byte offset of each Unicode scalar.
  fileprivate var unicodeScalarOffsets: [Int] {
    var offset = 0
    return unicodeScalars.map { scalar in
      defer { offset += UTF8.width(scalar) }
      return offset
    }
  }
}
