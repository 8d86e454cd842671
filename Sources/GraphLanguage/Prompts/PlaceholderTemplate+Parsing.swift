public import GraphDiagnostics
internal import GraphRuntime

extension PlaceholderTemplate {
  /// Parses a text; reports every mistake and returns nil when there are any.
  public static func parse(_ source: ExpressionSource, diagnostics: DiagnosticEngine) -> PlaceholderTemplate? {
    var parser = PlaceholderParser(source, diagnostics: diagnostics)
    return parser.parse().map { PlaceholderTemplate(source: source, pieces: $0) }
  }
}

extension DiagnosticMessage {
  static func notAPlaceholder(_ text: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0611", .error, "'\(text)' is not a placeholder: it holds more than a path")
  }

  static func unclosedPlaceholder(_ text: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0611", .error, "placeholder '\(text)' is never closed")
  }

  static func spacedPlaceholder(_ path: String) -> DiagnosticMessage {
    DiagnosticMessage(
      "GR0612", .warning, "braces with spaces are text; the placeholder is written '{\(path)}'",
      bearing: .nearPlaceholder)
  }

  static func unknownFormat(_ format: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0613", .error, "'\(format)' is not a format, as in '.2f', '03d' or '>10'")
  }

  static func unknownConversion(_ conversion: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0613", .error, "'!\(conversion)' is not a conversion; '!s' writes text and '!r' JSON")
  }
}

/// Finds the placeholders in a text.
private struct PlaceholderParser {
  private let source: ExpressionSource
  private let diagnostics: DiagnosticEngine
  private let bytes: [UInt8]
  private let end: Int
  private var position: Int
  private var hasErrors = false

  init(_ source: ExpressionSource, diagnostics: DiagnosticEngine) {
    self.source = source
    self.diagnostics = diagnostics
    self.bytes = source.bytes
    self.end = source.range.upperBound
    self.position = source.range.lowerBound
  }

  mutating func parse() -> [PlaceholderTemplate.Piece]? {
    var pieces: [PlaceholderTemplate.Piece] = []
    var textStart = position
    func text(upTo end: Int) -> [PlaceholderTemplate.Piece] {
      end > textStart ? [.text(source.text(in: ByteRange(textStart, end)))] : []
    }
    while position < end {
      guard bytes[position] == UInt8(ascii: "{") else {
        position += 1
        continue
      }
      guard position + 1 < end, ExpressionLexer.isNameStart(bytes[position + 1]) else {
        warnOfSpaces()
        position += 1
        continue
      }
      let start = position
      if let placeholder = parsePlaceholder() {
        pieces += text(upTo: start) + [.placeholder(placeholder)]
        textStart = position
      }
    }
    return hasErrors ? nil : pieces + text(upTo: end)
  }

  /// Parses the placeholder at a brace; after a mistake it goes on behind the path.
  private mutating func parsePlaceholder() -> PlaceholderTemplate.Placeholder? {
    let start = position
    position += 1
    let pathStart = position
    guard let path = parsePath(from: pathStart) else {
      refuse(start)
      return nil
    }
    var isJSON = false
    if take("!") {
      let conversionStart = position
      while position < end, ExpressionLexer.isNameStart(bytes[position]) { position += 1 }
      let conversion = ByteRange(conversionStart, position)
      switch source.text(in: conversion) {
      case "s": isJSON = false
      case "r": isJSON = true
      default: report(.unknownConversion(source.text(in: conversion)), at: ByteRange(conversionStart - 1, position))
      }
    }
    var format: PlaceholderFormat?
    if take(":") {
      let formatStart = position
      while position < end, bytes[position] != UInt8(ascii: "}"), bytes[position] != UInt8(ascii: "\n") {
        position += 1
      }
      let text = source.text(in: ByteRange(formatStart, position))
      format = PlaceholderFormat(text)
      if format == nil {
        report(.unknownFormat(text), at: ByteRange(formatStart, position), notes: [Self.literalBraces])
        _ = take("}")
        return nil
      }
    }
    guard take("}") else {
      refuse(start)
      return nil
    }
    return .init(path: path, range: ByteRange(start, position), isJSON: isJSON, format: format)
  }

  // MARK: - Paths

  /// Parses a path; `state` alone is reported.
  private mutating func parsePath(from start: Int) -> StatePath? {
    var root = parseName()
    var rootRange = ByteRange(start, position)
    var components: [StatePath.Component] = []
    while position < end {
      if bytes[position] == UInt8(ascii: "."), position + 1 < end, ExpressionLexer.isNameStart(bytes[position + 1]) {
        position += 1
        let keyStart = position
        let key = parseName()
        if root == "state" && components.isEmpty && rootRange.lowerBound == start {
          root = key
          rootRange = ByteRange(keyStart, position)
        } else {
          components.append(.key(key))
        }
      } else if bytes[position] == UInt8(ascii: "[") {
        let keyStart = position + 1
        guard let component = parseSubscript() else { return nil }
        if case .key(let key) = component, root == "state", components.isEmpty, rootRange.lowerBound == start {
          root = key
          rootRange = ByteRange(keyStart, position - 1)
        } else {
          components.append(component)
        }
      } else {
        break
      }
    }
    let range = ByteRange(start, position)
    if root == "state", rootRange == range { report(.wholeState, at: range) }
    return StatePath(
      root: root, components: components, hasStatePrefix: rootRange.lowerBound > start, range: range,
      span: source.span(of: range), rootSpan: source.span(of: rootRange))
  }

  private mutating func parseName() -> String {
    let start = position
    while position < end, ExpressionLexer.isNameStart(bytes[position]) || ExpressionLexer.isDigit(bytes[position]) {
      position += 1
    }
    return source.text(in: ByteRange(start, position))
  }

  /// Parses `[0]`, `[-1]`, `['key']` or `[key]`.
  private mutating func parseSubscript() -> StatePath.Component? {
    let start = position + 1
    guard let close = bytes[start..<end].firstIndex(of: UInt8(ascii: "]")), close > start else { return nil }
    let content = source.text(in: ByteRange(start, close))
    guard !content.contains("\n"), !content.contains("}") else { return nil }
    position = close + 1
    if let index = Int(content) { return .index(index) }
    if let quote = content.first, quote == "'" || quote == "\"", content.count >= 2, content.last == quote {
      return .key(String(content.dropFirst().dropLast()))
    }
    return .key(content)
  }

  // MARK: - Mistakes

  private static let literalBraces =
    "braces around a word are text only in a Jinja template: {% raw %}…{% endraw %} around the text, {{ name }} for values"

  /// Reports a brace with a word behind it that is no placeholder, and goes on behind it.
  private mutating func refuse(_ start: Int) {
    let lineEnd = bytes[start..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end
    if let close = bytes[start..<lineEnd].firstIndex(of: UInt8(ascii: "}")) {
      let range = ByteRange(start, close + 1)
      report(.notAPlaceholder(shortened(range)), at: range, notes: [Self.literalBraces])
      position = close + 1
    } else {
      let range = ByteRange(start, max(position, start + 2))
      report(.unclosedPlaceholder(shortened(range)), at: range, notes: [Self.literalBraces])
    }
  }

  private func shortened(_ range: ByteRange) -> String {
    let text = source.text(in: range)
    return text.count > 40 ? text.prefix(40) + "…" : text
  }

  /// Warns of `{ name }`, which is no placeholder.
  private func warnOfSpaces() {
    var start = position + 1
    while start < end, bytes[start] == 0x20 { start += 1 }
    guard start > position + 1, start < end, ExpressionLexer.isNameStart(bytes[start]) else { return }
    var parser = self
    parser.position = start
    guard let path = parser.parsePath(from: start) else { return }
    var close = parser.position
    while close < end, bytes[close] == 0x20 { close += 1 }
    guard close < end, bytes[close] == UInt8(ascii: "}") else { return }
    let span = source.span(of: ByteRange(position, close + 1))
    let text = source.text(in: path.range)
    diagnostics.report(.spacedPlaceholder(text), at: span, fixIts: [.replace(span, with: "{\(text)}")])
  }

  private mutating func report(_ message: DiagnosticMessage, at range: ByteRange, notes: [String] = []) {
    let span = source.span(of: range)
    diagnostics.report(message, at: span, notes: notes.map { .init($0, at: span) })
    hasErrors = true
  }

  private mutating func take(_ symbol: Unicode.Scalar) -> Bool {
    guard position < end, bytes[position] == UInt8(ascii: symbol) else { return false }
    position += 1
    return true
  }
}
