internal import CommandKit
internal import DiagnosticCatalogue
internal import GraphDiagnostics

/// Prints entries of the catalogue for people at a terminal.
struct ExplanationPrinter {
  /// The width that text is wrapped at; examples stay as they are.
  let width: Int

  /// Whether headings and severities are coloured.
  let colour: Bool

  /// Longer lines are hard to read, however wide the terminal is.
  private static let widest = 100

  /// One line a code, below the headings of the areas.
  func list() -> String {
    var text = ""
    for area in DiagnosticCatalogue.areas {
      text += (text.isEmpty ? "" : "\n") + paint(area.title, .bold) + "\n"
      for entry in area.entries {
        let severity = entry.severityName + String(repeating: " ", count: 8 - entry.severityName.count)
        text +=
          "  \(entry.code)  \(paint(severity, Style(entry))) \(entry.isRetired ? entry.messages[0] : entry.title)\n"
      }
    }
    return text
  }

  /// All that there is to know of a code.
  func page(_ entry: DiagnosticEntry) -> String {
    let head = "\(paint(entry.code, .bold))  \(paint(entry.severityName, Style(entry)))  \(entry.title)"
    var parts = [head, entry.messages.map { "    \($0)" }.joined(separator: "\n"), prose(entry.meaning)]
    if let command = entry.onlyCommand { parts.append("Only '\(command)' can find it.") }
    if !entry.remedy.isEmpty { parts.append(prose("What to do: " + entry.remedy)) }
    if let example = entry.example {
      parts += section("Example", example.failing)
      parts.append("    $ \(example.command)\n    \(example.report)")
      parts += section("The same without it", example.mended)
    }
    if let reason = entry.noExample { parts.append(prose(reason)) }
    let more = entry.related + entry.documents.map { "docs/\($0)" }
    if !more.isEmpty { parts.append(prose("See also: " + more.joined(separator: ", "))) }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// An entry as a rule of SARIF, whose readers show the help beside a finding.
  static func rule(_ entry: DiagnosticEntry) -> DiagnosticSARIFRenderer.Rule {
    let help = [entry.meaning, entry.remedy].flatMap { $0.split(separator: "\n\n") }.map { paragraph in
      withoutLinks(paragraph.split(separator: "\n").joined(separator: " "))
    }
    return .init(
      title: entry.title, help: help.joined(separator: "\n\n"), markdown: DiagnosticPage.help(entry))
  }

  private func section(_ heading: String, _ files: [DiagnosticExample.File]) -> [String] {
    files.enumerated().map { index, file in
      let lines = file.shown.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      let text = lines.map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
      return (index == 0 ? paint(heading, .bold) + ", " : "") + "\(file.name):\n\n\(text)"
    }
  }

  /// Paragraphs of Markdown as plain text.
  private func prose(_ markdown: String) -> String {
    markdown.split(separator: "\n\n").map { paragraph in
      let text = Self.withoutLinks(paragraph.split(separator: "\n").joined(separator: " "))
      return TextWrapping.wrap(text, width: min(width, Self.widest), indent: 0)
    }.joined(separator: "\n\n")
  }

  /// `[words](target)` as `words (docs/target)`, without the backquotes of Markdown.
  private static func withoutLinks(_ markdown: String) -> String {
    var text = ""
    var rest = markdown[...]
    while let middle = rest.firstRange(of: "]("), let opening = rest[..<middle.lowerBound].lastIndex(of: "["),
      let closing = rest[middle.upperBound...].firstIndex(of: ")")
    {
      text += rest[..<opening] + rest[rest.index(after: opening)..<middle.lowerBound]
      text += " (docs/\(rest[middle.upperBound..<closing]))"
      rest = rest[rest.index(after: closing)...]
    }
    return text + rest
  }

  private enum Style: String {
    case bold = "1"
    case faint = "2"
    case red = "1;31"
    case magenta = "1;35"
    case cyan = "1;36"

    /// The colour that messages of the severity have.
    init(_ entry: DiagnosticEntry) {
      switch entry.severityName {
      case "error": self = .red
      case "warning": self = .magenta
      case "remark": self = .cyan
      default: self = .faint
      }
    }
  }

  private func paint(_ text: String, _ style: Style) -> String {
    colour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}
