/// Prints diagnostics as people and editors read them.
///
/// ```
/// graphs/hello.yaml:7:5: error: unknown key 'promtp' in node 'greet' [GR0101]
///     promtp: greet
///     ^~~~~~
/// graphs/hello.yaml:7:5: note: did you mean 'prompt'?
/// ```
public struct DiagnosticTextRenderer {
  /// Whether terminal colours are written.
  public let colour: Bool

  /// The longest source line that is shown whole, in columns.
  private let maximumWidth = 160

  /// The places whose text is not shown, in whatever finding's line they stand.
  private var secrets: [SourceSpan] = []

  /// Creates a renderer.
  public init(colour: Bool) { self.colour = colour }

  /// The text of diagnostics in the given order, each line ended by a line break.
  ///
  /// - Parameter all: The findings of which some are printed; what any of them calls a secret is not shown.
  public mutating func render(_ diagnostics: [Diagnostic], of all: [Diagnostic] = []) -> String {
    secrets = (diagnostics + all).filter(\.isSecret).compactMap(\.span)
    var text = ""
    for diagnostic in diagnostics { render(diagnostic, into: &text) }
    return text
  }

  /// A one-line count such as `2 errors, 1 warning`, or nil when there is nothing to count.
  public static func summary(_ diagnostics: [Diagnostic]) -> String? {
    let parts = Severity.allCases.compactMap { severity -> String? in
      let count = diagnostics.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private func render(_ diagnostic: Diagnostic, into text: inout String) {
    renderHeader(
      diagnostic.severity.rawValue, Self.harmless(diagnostic.message.text) + paint(" [\(diagnostic.code)]", .faint),
      at: diagnostic.span, into: &text)
    renderSource(diagnostic.span, replacement: diagnostic.fixIts.first, into: &text)
    for note in diagnostic.notes {
      renderHeader("note", Self.harmless(note.text), at: note.span ?? diagnostic.span, into: &text)
      if let span = note.span, span != diagnostic.span { renderSource(span, replacement: nil, into: &text) }
    }
  }

  private func renderHeader(_ label: String, _ message: String, at span: SourceSpan?, into text: inout String) {
    if let span {
      let start = span.start
      text += paint("\(Self.harmless(span.file.path)):\(start.line):\(start.column): ", .bold)
    }
    let style: Style =
      switch label {
      case "error": .red
      case "warning": .magenta
      default: .cyan
      }
    text += paint("\(label): ", style) + message + "\n"
  }

  /// The source line of a span with carets below it, and the fix-it's text where it fits.
  private func renderSource(_ span: SourceSpan?, replacement: FixIt?, into text: inout String) {
    guard let span else { return }
    let start = span.start
    let line = withoutSecrets(Array(span.file.line(start.line).unicodeScalars), start.line, span.file)
    let column = start.column - 1
    // A window around the caret keeps minified files readable.
    let first = line.count > maximumWidth ? max(0, column - maximumWidth / 2) : 0
    let last = min(line.count, first + maximumWidth)
    guard first <= last else { return }
    let end = span.end
    let endColumn = end.line == start.line ? end.column - 1 : line.count
    let width = max(1, min(endColumn, last) - column)

    var shown = ""
    var padding = ""
    for (index, scalar) in line[first..<last].enumerated() {
      shown.unicodeScalars.append(scalar.isHarmless || scalar == "\t" ? scalar : "\u{FFFD}")
      if first + index < column { padding += scalar == "\t" ? "\t" : String(repeating: " ", count: scalar.columns) }
    }
    // The caret stands below the first column of its character, which may have two.
    let caretColumns = column < last ? line[column].columns : 1
    var underline = "^" + String(repeating: "~", count: max(0, caretColumns - 1))
    let upper = min(column + width, last)
    if column + 1 < upper {
      for scalar in line[(column + 1)..<upper] { underline += String(repeating: "~", count: scalar.columns) }
    }
    text += "\(shown)\n\(padding)\(paint(underline, .green))\n"
    if let replacement, replacement.span.file === span.file, !replacement.replacement.contains("\n"),
      replacement.span.range.lowerBound == span.range.lowerBound, !replacement.replacement.isEmpty
    {
      text += "\(padding)\(paint(Self.harmless(replacement.replacement), .green))\n"
    }
  }

  /// A line with stars in the place of secrets.
  private func withoutSecrets(_ line: [Unicode.Scalar], _ number: Int, _ file: SourceFile) -> [Unicode.Scalar] {
    var line = line
    for secret in secrets where secret.file.path == file.path {
      let (start, end) = (secret.start, secret.end)
      guard start.line <= number, number <= end.line else { continue }
      let first = start.line == number ? start.column - 1 : 0
      let last = end.line == number ? end.column - 1 : line.count
      for column in first..<max(first, min(last, line.count)) { line[column] = "*" }
    }
    return line
  }

  /// A text without control characters: names in messages come from files, and must not steer a terminal.
  private static func harmless(_ text: String) -> String {
    guard !text.unicodeScalars.allSatisfy(\.isHarmless) else { return text }
    var result = ""
    for scalar in text.unicodeScalars { result.unicodeScalars.append(scalar.isHarmless ? scalar : "\u{FFFD}") }
    return result
  }

  private enum Style: String {
    case bold = "1"
    case faint = "2"
    case red = "1;31"
    case green = "1;32"
    case magenta = "1;35"
    case cyan = "1;36"
  }

  private func paint(_ text: String, _ style: Style) -> String {
    colour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

extension Unicode.Scalar {
  /// Whether a terminal prints it and does nothing else.
  fileprivate var isHarmless: Bool { value >= 0x20 && !(0x7F...0x9F).contains(value) }

  /// The number of terminal columns: 0 for combining marks, 2 for East Asian wide characters and emoji.
  fileprivate var columns: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
