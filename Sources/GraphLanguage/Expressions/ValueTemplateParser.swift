internal import GraphDiagnostics
internal import GraphRuntime
internal import GraphYAML

extension DiagnosticMessage {
  static let unmatchedBrace = DiagnosticMessage("GR0520", .error, "'}' closes nothing")

  static func doubleBraces(_ inner: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0521", .warning, "'{{' and '}}' are text here; the value is written '{\(inner)}'")
  }

  static func noBraces(_ expression: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0225", .warning, "'\(expression)' is text here; the value is written '{\(expression)}'")
  }

  static func bracesInQuotes(_ text: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0522", .warning, "\(text) is plain text: nothing inside quotes is replaced")
  }
}

/// Finds the expressions in a value.
struct ValueTemplateParser {
  let diagnostics: DiagnosticEngine
  let plainIsExpression: Bool

  func parse(_ node: YAMLNode) -> ValueTemplate.Node? {
    switch node.content {
    case .scalar(let scalar):
      guard scalar.resolved == .string else { return .constant(scalar.value) }
      let hasBraces = scalar.text.utf8.contains { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
      guard hasBraces || plainIsExpression else {
        warnOfNoBraces(node, scalar)
        return .constant(.string(scalar.text))
      }
      guard let source = ExpressionSource(node) else { return nil }
      if !hasBraces { return parseExpression(source) }
      return parse(source)
    case .sequence(let items):
      let parsed = items.map { parse($0) }
      guard parsed.allSatisfy({ $0 != nil }) else { return nil }
      let nodes = parsed.compactMap { $0 }
      let constants = nodes.compactMap(\.constant)
      return constants.count == nodes.count ? .constant(.list(constants)) : .list(nodes)
    case .mapping(let mapping):
      let parsed = mapping.entries.map { (key: $0.key, value: parse($0.value)) }
      guard parsed.allSatisfy({ $0.value != nil }) else { return nil }
      let entries = parsed.compactMap { entry in entry.value.map { (key: entry.key, value: $0) } }
      let constants = entries.compactMap { entry in entry.value.constant.map { (entry.key.value, $0) } }
      return constants.count == entries.count ? .constant(.object(ValueObject(constants))) : .object(entries)
    }
  }

  func parse(_ source: ExpressionSource) -> ValueTemplate.Node? {
    if beginsObject(source) { return parseExpression(source) }
    var pieces: [ValueTemplate.Piece] = []
    var text: [UInt8] = []
    var hasErrors = false
    let bytes = source.bytes
    let end = source.range.upperBound
    var position = source.range.lowerBound

    func endText() {
      if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
      text = []
    }

    while position < end {
      let byte = bytes[position]
      let isDouble = position + 1 < end && bytes[position + 1] == byte
      switch byte {
      case UInt8(ascii: "{") where isDouble:
        warnOfDoubleBraces(source, at: position)
        text.append(byte)
        position += 2
      case UInt8(ascii: "}") where isDouble:
        text.append(byte)
        position += 2
      case UInt8(ascii: "{"):
        guard let (expression, next) = parseBraces(source, at: position) else { return nil }
        endText()
        pieces.append(.expression(expression))
        position = next
      case UInt8(ascii: "}"):
        let span = source.span(of: ByteRange(position, position + 1))
        diagnostics.report(
          .unmatchedBrace, at: span, notes: [.init(Self.literalBraces, at: span)], fixIts: [.replace(span, with: "}}")])
        hasErrors = true
        position += 1
      default:
        text.append(byte)
        position += 1
      }
    }
    if hasErrors { return nil }
    if case .expression(let expression)? = pieces.first, pieces.count == 1,
      text.allSatisfy({ $0 == 0x0A || $0 == 0x0D })
    {
      return .expression(expression)
    }
    endText()
    let hasExpressions = pieces.contains { if case .expression = $0 { true } else { false } }
    guard hasExpressions else {
      return .constant(.string(pieces.map { if case .text(let text) = $0 { text } else { "" } }.joined()))
    }
    return .text(pieces)
  }

  private static let literalBraces = "braces that are text are written '{{' and '}}'"

  /// Whether a whole string is an object literal: its brace is followed by `}` and the end, or by a string and a colon.
  private func beginsObject(_ source: ExpressionSource) -> Bool {
    // Most strings are told by their first bytes.
    let bytes = source.bytes[source.range.lowerBound..<source.range.upperBound]
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard let opening = bytes.firstIndex(where: { !isSpace($0) }), bytes[opening] == UInt8(ascii: "{"),
      let inner = bytes[(opening + 1)...].first(where: { !isSpace($0) }), [0x22, 0x27, 0x7D].contains(inner)
    else { return false }
    var lexer = ExpressionLexer(source, diagnostics: DiagnosticEngine())
    guard let opener = try? lexer.next(), opener.kind == .symbol("{"), let first = try? lexer.next() else {
      return false
    }
    switch first.kind {
    case .symbol("}"): return lexer.byte(after: first.range.upperBound) == nil
    case .string: return lexer.byte(after: first.range.upperBound) == UInt8(ascii: ":")
    default: return false
    }
  }

  private func parseExpression(_ source: ExpressionSource) -> ValueTemplate.Node? {
    guard let expression = Expression.parse(source, diagnostics: diagnostics) else { return nil }
    warnOfQuotedBraces(expression.root, source)
    return .expression(expression)
  }

  /// Parses the expression behind a brace and returns it with the offset after its closing brace.
  private func parseBraces(_ source: ExpressionSource, at position: Int) -> (Expression, end: Int)? {
    // Mistakes are collected first: what is meant as text shows itself as a mistake.
    let found = DiagnosticEngine()
    defer {
      for diagnostic in found.diagnostics {
        let note = Diagnostic.Note(Self.literalBraces, at: diagnostic.span)
        diagnostics.report(
          diagnostic.message, at: diagnostic.span, notes: diagnostic.notes + [note], fixIts: diagnostic.fixIts)
      }
    }
    let inner = source.part(ByteRange(position + 1, source.range.upperBound))
    do throws(ExpressionSyntaxError) {
      var parser = try ExpressionParser(inner, diagnostics: found)
      let (root, end) = try parser.parse(until: "}", openedAt: ByteRange(position, position + 1))
      guard !parser.hasErrors else { return nil }
      warnOfQuotedBraces(root, source)
      return (Expression(source: inner, root: root), end)
    } catch {
      return nil
    }
  }

  /// Warns of `{{ state.x }}`, which is how other template languages write what `{state.x}` is here.
  private func warnOfDoubleBraces(_ source: ExpressionSource, at position: Int) {
    let bytes = source.bytes
    var end = position + 2
    while end + 1 < source.range.upperBound, bytes[end] != UInt8(ascii: "}") || bytes[end + 1] != UInt8(ascii: "}") {
      end += 1
    }
    guard end + 1 < source.range.upperBound else { return }
    let inner = source.part(ByteRange(position + 2, end))
    // `{{name}}` is how the text `{name}` is written; what reads the state by its name, or computes, is not meant as text.
    guard let expression = Expression.parse(inner, diagnostics: DiagnosticEngine()), !expression.paths.isEmpty,
      expression.paths.allSatisfy(\.hasStatePrefix) || expression.root.computes
    else { return }
    let span = source.span(of: ByteRange(position, end + 2))
    diagnostics.report(.doubleBraces(expression.text), at: span, fixIts: [.replace(span, with: "{\(expression.text)}")])
  }

  /// Warns of `state.x` without braces, which is no value but these words.
  private func warnOfNoBraces(_ node: YAMLNode, _ scalar: YAMLScalar) {
    // A text across several lines is prose, unless its lines are those of a quoted text.
    guard scalar.text.contains("state."), let source = ExpressionSource(node),
      let expression = Expression.parse(source, diagnostics: DiagnosticEngine()), !expression.paths.isEmpty,
      expression.paths.allSatisfy(\.hasStatePrefix)
    else { return }
    let quote = scalar.text.contains("\"") || scalar.text.contains("\\") ? "'" : "\""
    let inner =
      quote == "'"
      ? scalar.text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") : scalar.text
    diagnostics.report(
      .noBraces(scalar.text), at: node.span,
      fixIts: [FixIt("put it in braces", replacing: node.span, with: "\(quote){\(inner)}\(quote)")])
  }

  private func warnOfQuotedBraces(_ node: ExpressionNode, _ source: ExpressionSource) {
    if case .literal(.string(let text), let range) = node {
      if text.contains("{state.") {
        diagnostics.report(.bracesInQuotes(source.text(in: range)), at: source.span(of: range))
      } else if text.hasPrefix("state."),
        case .path(let path)? = Expression.parse(ExpressionSource(text), diagnostics: DiagnosticEngine())?.root,
        path.hasStatePrefix
      {
        let span = source.span(of: range)
        diagnostics.report(
          .bracesInQuotes(source.text(in: range)), at: span,
          fixIts: [FixIt("take it out of the quotes", replacing: span, with: text)])
      }
    }
    for child in node.children { warnOfQuotedBraces(child, source) }
  }
}

extension ExpressionNode {
  /// Whether it calls a function or holds a text, which nobody writes into text by chance.
  fileprivate var computes: Bool {
    switch self {
    case .call, .literal(.string, _): true
    default: children.contains(where: \.computes)
    }
  }
}

extension ValueTemplate.Node {
  /// The value of a node without expressions.
  fileprivate var constant: Value? {
    if case .constant(let value) = self { return value }
    return nil
  }
}
