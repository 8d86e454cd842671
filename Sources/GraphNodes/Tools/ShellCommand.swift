internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

/// The command of a shell tool: the author's text with an expansion in place of each placeholder.
///
/// Values never become part of the script. They are handed over as variables,
/// and the script expands those between double quotes, where the shell reads
/// nothing in them as syntax. Where it would read them once more, as in `eval`,
/// the compiler refuses a placeholder.
struct ShellCommand: Sendable {
  /// The script for `sh -c`; it expands `tributary_1` for the first parameter, and so on.
  let script: String

  /// The names of the placeholders in the order of their first use.
  let parameters: [Located<String>]

  /// The parameters that are more than text to the programs that get them, each where it is gravest.
  let dangers: [ArgumentDanger]

  /// Reads a command; reports mistakes and returns nil when there are any.
  static func parse(_ node: YAMLNode, diagnostics: DiagnosticEngine) -> ShellCommand? {
    guard let source = ExpressionSource(node) else { return nil }
    var parser = ShellCommandParser(source, diagnostics)
    return parser.parse()
  }

  /// The variable that a parameter is handed over in.
  static func variable(_ index: Int) -> String { "TRIBUTARY_ARGUMENT_\(index + 1)" }

  /// What stands before the script: it makes the values its own, so that programs it starts do not inherit them.
  ///
  /// - Parameter isSet: Whether a parameter has a value; null has none.
  static func prologue(_ isSet: [Bool]) -> String {
    isSet.indices.map { index in
      let name = "tributary_\(index + 1)"
      return isSet[index] ? "\(name)=$\(variable(index)); unset \(variable(index)); " : "unset \(name); "
    }.joined()
  }
}

/// Reads shell text as far as is needed to know how each placeholder is quoted.
private struct ShellCommandParser {
  /// What the shell is in the middle of.
  private enum Context {
    /// Commands; in a substitution up to its `)`.
    case commands(isSubstitution: Bool, parentheses: Int)
    case doubleQuotes
    case backquotes
    /// `$(( … ))`.
    case arithmetic(parentheses: Int)
    /// `${ … }`; written with two braces where that is how the author escapes one.
    case expansion(isDoubled: Bool)
  }

  private let source: ExpressionSource
  private let diagnostics: DiagnosticEngine
  private let bytes: [UInt8]
  private var position = 0
  private var output: [UInt8] = []
  private var parameters: [Located<String>] = []
  private var dangers: [ArgumentDanger] = []
  private var hasErrors = false

  private var contexts: [Context] = [.commands(isSubstitution: false, parentheses: 0)]

  /// Where the innermost quotes or substitution begins.
  private var openings: [Int] = []

  /// The words of the command so far, and the one that is being read; one list a nested command.
  private var words: [ShellWords] = [ShellWords()]

  /// Escaped opening braces that were not closed.
  private var doubledBraces = 0

  /// Whether a here-document may have begun, behind which quotes are text.
  private var hasHereDocument = false

  init(_ source: ExpressionSource, _ diagnostics: DiagnosticEngine) {
    self.source = source
    self.diagnostics = diagnostics
    bytes = source.bytes
  }

  mutating func parse() -> ShellCommand? {
    while position < bytes.count { step() }
    if contexts.count > 1, !hasHereDocument, let opening = openings.last {
      report(.unclosed(Character(Unicode.Scalar(bytes[opening]))), ByteRange(opening, opening + 1))
    }
    guard !hasErrors else { return nil }
    return ShellCommand(script: String(decoding: output, as: UTF8.self), parameters: parameters, dangers: dangers)
  }

  // MARK: - One step

  private mutating func step() {
    let byte = bytes[position]
    if byte == UInt8(ascii: "\\") { return copyEscaped() }
    if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") { return readBrace(byte) }
    if byte == UInt8(ascii: "$") { return readDollar() }
    switch contexts[contexts.count - 1] {
    case .commands(let isSubstitution, let parentheses): readCommands(byte, isSubstitution, parentheses)
    case .doubleQuotes: readDoubleQuotes(byte)
    case .backquotes:
      if byte == UInt8(ascii: "`") { close() }
      copy(byte)
    case .arithmetic(let parentheses): readArithmetic(byte, parentheses)
    case .expansion: copy(byte)
    }
  }

  private mutating func readCommands(_ byte: UInt8, _ isSubstitution: Bool, _ parentheses: Int) {
    switch byte {
    case UInt8(ascii: "'"): copySingleQuotes()
    case UInt8(ascii: "\""): open(.doubleQuotes)
    case UInt8(ascii: "`"): open(.backquotes)
    case UInt8(ascii: "#") where !words[words.count - 1].isInWord:
      while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { copy(bytes[position]) }
    case UInt8(ascii: "("):
      contexts[contexts.count - 1] = .commands(isSubstitution: isSubstitution, parentheses: parentheses + 1)
      endCommand(byte)
    case UInt8(ascii: ")") where parentheses > 0:
      contexts[contexts.count - 1] = .commands(isSubstitution: isSubstitution, parentheses: parentheses - 1)
      endCommand(byte)
    case UInt8(ascii: ")") where isSubstitution:
      words.removeLast()
      close()
      copy(byte)
    case UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "\n"), UInt8(ascii: ")"):
      endCommand(byte)
    case UInt8(ascii: "<") where next(1) == UInt8(ascii: "<") && next(2) != UInt8(ascii: "<"):
      hasHereDocument = true
      copy(byte)
      copy(byte)
    case UInt8(ascii: " "), UInt8(ascii: "\t"):
      words[words.count - 1].endWord()
      copy(byte)
    default:
      words[words.count - 1].append(byte)
      copy(byte)
    }
  }

  private mutating func readDoubleQuotes(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): close()
    case UInt8(ascii: "`"): return open(.backquotes)
    default: words[words.count - 1].append(byte)
    }
    copy(byte)
  }

  private mutating func readArithmetic(_ byte: UInt8, _ parentheses: Int) {
    switch byte {
    case UInt8(ascii: "("): contexts[contexts.count - 1] = .arithmetic(parentheses: parentheses + 1)
    case UInt8(ascii: ")") where parentheses > 0:
      contexts[contexts.count - 1] = .arithmetic(parentheses: parentheses - 1)
    case UInt8(ascii: ")") where next(1) == byte:
      close()
      copy(byte)
    default: break
    }
    copy(byte)
  }

  private mutating func readDollar() {
    let start = position
    copy(bytes[position])
    guard position < bytes.count else { return }
    switch bytes[position] {
    case UInt8(ascii: "(") where next(1) == UInt8(ascii: "("):
      open(.arithmetic(parentheses: 0), at: start)
      copy(UInt8(ascii: "("))
    case UInt8(ascii: "("):
      open(.commands(isSubstitution: true, parentheses: 0), at: start)
      words.append(ShellWords())
    case UInt8(ascii: "{"):
      let isDoubled = next(1) == UInt8(ascii: "{")
      open(.expansion(isDoubled: isDoubled), at: start)
      if isDoubled { position += 1 }
    default: words[words.count - 1].append(UInt8(ascii: "$"))
    }
  }

  private mutating func copyEscaped() {
    copy(bytes[position])
    guard position < bytes.count else { return }
    words[words.count - 1].append(bytes[position])
    copy(bytes[position])
  }

  /// Text in single quotes, where the shell knows nothing but the closing one.
  private mutating func copySingleQuotes() {
    let opening = position
    copy(bytes[position])
    words[words.count - 1].begin()
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "'"): return copy(byte)
      case UInt8(ascii: "{"), UInt8(ascii: "}"): readBrace(byte, inSingleQuotesFrom: opening)
      default:
        words[words.count - 1].append(byte)
        copy(byte)
      }
    }
    if !hasHereDocument { report(.unclosed("'"), ByteRange(opening, opening + 1)) }
  }

  // MARK: - Braces

  private mutating func readBrace(_ byte: UInt8, inSingleQuotesFrom quote: Int? = nil) {
    if byte == UInt8(ascii: "}") { return readClosingBrace() }
    if next(1) == byte {
      warnOfGoTemplate()
      doubledBraces += 1
      return copyOne(of: byte)
    }
    guard let end = placeholderEnd() else {
      words[words.count - 1].append(byte)
      return copy(byte)
    }
    let range = ByteRange(position + 1, end)
    let name = source.text(in: range)
    if words.last?.isStatement(name) ?? false {
      for _ in position...end { copy(bytes[position]) }
      return
    }
    let whole = ByteRange(position, end + 1)
    guard name.utf8.allSatisfy({ $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }) else {
      report(.path(name), whole)
      position = end + 1
      return
    }
    warnOfQuotes(name, whole)
    if let reason = refusal() { report(.readAgain(name, reason), whole) }
    if let danger = words.last?.danger {
      addDanger(ArgumentDanger(danger.kind, program: danger.program, parameter: name, at: source.span(of: whole)))
    }
    add(Located(name, at: source.span(of: range)), inSingleQuotes: quote != nil)
    position = end + 1
  }

  private mutating func readClosingBrace() {
    if case .expansion(let isDoubled) = contexts[contexts.count - 1] {
      close()
      return isDoubled && next(1) == UInt8(ascii: "}") ? copyOne(of: UInt8(ascii: "}")) : copy(UInt8(ascii: "}"))
    }
    words[words.count - 1].append(UInt8(ascii: "}"))
    guard doubledBraces > 0, next(1) == UInt8(ascii: "}") else { return copy(UInt8(ascii: "}")) }
    doubledBraces -= 1
    copyOne(of: UInt8(ascii: "}"))
  }

  /// Where the brace closes that begins a placeholder here, or nil when it is text: anything but a name or a path.
  private func placeholderEnd() -> Int? {
    var end = position + 1
    guard end < bytes.count, Self.isNameStart(bytes[end]) else { return nil }
    while end < bytes.count, Self.isPathByte(bytes[end]) { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "}"), bytes[end - 1] != UInt8(ascii: ".") else { return nil }
    return end
  }

  private static func isNameStart(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    isNameStart(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[")
      || byte == UInt8(ascii: "]")
  }

  /// Puts the expansion of a parameter into the script.
  private mutating func add(_ name: Located<String>, inSingleQuotes: Bool) {
    var index = parameters.count
    if let known = parameters.firstIndex(where: { $0.value == name.value }) {
      index = known
    } else {
      parameters.append(name)
    }
    let variable = "tributary_\(index + 1)"
    let isBare = if case .commands = contexts[contexts.count - 1] { !inSingleQuotes } else { false }
    // A null has no variable: alone it is no word at all, and in quotes it is nothing.
    let text =
      isBare ? "${\(variable)+\"$\(variable)\"}" : inSingleQuotes ? "'\"${\(variable)-}\"'" : "${\(variable)-}"
    output.append(contentsOf: text.utf8)
    words[words.count - 1].append(UInt8(ascii: "x"))
  }

  /// Why a value would be read as syntax here, or nil.
  private func refusal() -> String? {
    if hasHereDocument { return "behind '<<'" }
    for context in contexts {
      switch context {
      case .backquotes: return "in backquotes, where '$(…)' does"
      case .arithmetic: return "in '$((…))'"
      case .expansion: return "in '${…}'"
      case .commands, .doubleQuotes: continue
      }
    }
    return words.lazy.compactMap(\.readsWordAgain).first.map { "as an argument of '\($0)'" }
  }

  private mutating func addDanger(_ danger: ArgumentDanger) {
    guard let known = dangers.firstIndex(where: { $0.parameter == danger.parameter }) else {
      return dangers.append(danger)
    }
    if danger.kind < dangers[known].kind { dangers[known] = danger }
  }

  // MARK: - Warnings

  /// Warns of quotes around nothing but a placeholder.
  private func warnOfQuotes(_ name: String, _ range: ByteRange) {
    guard range.lowerBound > 0, range.upperBound < bytes.count else { return }
    let quote = bytes[range.lowerBound - 1]
    guard quote == bytes[range.upperBound], quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return }
    let span = source.span(of: ByteRange(range.lowerBound - 1, range.upperBound + 1))
    diagnostics.report(
      .quotedByHand(name), at: span, fixIts: [.replace(span, with: "{\(name)}", isCertain: true)])
  }

  /// Warns of `{{.Name}}`, which templates of Go programs are written with.
  private func warnOfGoTemplate() {
    let brace = UInt8(ascii: "{")
    // Of four braces, the first two are one already, and the author knows.
    let isSecondPair = position >= 2 && bytes[position - 1] == brace && bytes[position - 2] == brace
    guard next(2) == UInt8(ascii: "."), !isSecondPair else { return }
    var end = position + 2
    while end + 1 < bytes.count, bytes[end] != UInt8(ascii: "}") { end += 1 }
    guard end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "}") else { return }
    let inner = source.text(in: ByteRange(position + 2, end))
    let span = source.span(of: ByteRange(position, end + 2))
    diagnostics.report(
      .singleBraces(inner), at: span, fixIts: [.replace(span, with: "{{{{\(inner)}}}}")])
  }

  // MARK: - Helpers

  private func next(_ distance: Int) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  private mutating func copy(_ byte: UInt8) {
    output.append(byte)
    position += 1
  }

  /// Copies one of two equal bytes.
  private mutating func copyOne(of byte: UInt8) {
    copy(byte)
    position += 1
  }

  private mutating func open(_ context: Context, at start: Int? = nil) {
    openings.append(start ?? position)
    contexts.append(context)
    words[words.count - 1].begin()
    copy(bytes[position])
  }

  private mutating func close() {
    contexts.removeLast()
    openings.removeLast()
  }

  private mutating func endCommand(_ byte: UInt8) {
    words[words.count - 1] = ShellWords()
    copy(byte)
  }

  private mutating func report(_ message: DiagnosticMessage, _ range: ByteRange) {
    hasErrors = true
    let notes = [Diagnostic.Note("braces that are text are written '{{' and '}}'")]
    diagnostics.report(
      message, at: source.span(of: range), notes: bytes[range.lowerBound] == UInt8(ascii: "{") ? notes : [])
  }
}

extension DiagnosticMessage {
  fileprivate static func quotedByHand(_ name: String) -> Self {
    Self("GR0701", .warning, "'{\(name)}' is passed as one argument whatever is in it; it needs no quotes")
  }

  fileprivate static func readAgain(_ name: String, _ place: String) -> Self {
    Self("GR0702", "'{\(name)}' cannot stand \(place): its value would be read as a program", bearing: .itself)
  }

  fileprivate static func path(_ path: String) -> Self {
    Self(
      "GR0141", "'{\(path)}' is no parameter: parameters are plain names")
  }

  fileprivate static func unclosed(_ quote: Character) -> Self {
    Self("GR0142", quote == "$" ? "the substitution is not closed" : "the quote \(quote) is not closed")
  }

  fileprivate static func singleBraces(_ inner: String) -> Self {
    Self("GR0143", .warning, "'{{' and '}}' are single braces here; two of them are written '{{{{\(inner)}}}}'")
  }
}
