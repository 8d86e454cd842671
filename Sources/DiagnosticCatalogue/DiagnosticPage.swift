/// Prints entries as Markdown, for `docs/diagnostics`.
package enum DiagnosticPage {
  /// The name of a code's page.
  package static func name(_ entry: DiagnosticEntry) -> String { "\(entry.code).md" }

  /// The page of one code.
  package static func markdown(_ entry: DiagnosticEntry) -> String {
    var parts = ["# \(entry.code): \(entry.title)"]
    let word = entry.isRetired ? "was" : entry.severityName
    parts.append(fenced("text", entry.messages.map { "\(word): \($0)\n" }.joined()))
    parts.append(linked(entry.meaning))
    if let command = entry.onlyCommand { parts.append("Only `\(command)` can find it.") }
    if !entry.remedy.isEmpty { parts += ["## What to do", linked(entry.remedy)] }
    if let example = entry.example {
      parts.append("## Example")
      parts += example.failing.map(block)
      parts.append(fenced("text", "$ \(example.command)\n\(example.report)"))
      parts.append("## The same without it")
      parts += example.mended.map(block)
    }
    if let reason = entry.noExample { parts += ["## Example", linked(reason)] }
    let links =
      entry.related.map { "[\($0)](\($0).md)" }
      + entry.documents.map { "[\(documentName($0))](../\($0))" }
    if !links.isEmpty { parts += ["## See also", links.map { "- \($0)" }.joined(separator: "\n")] }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// What a reader of a report is shown of a code: the text of its page without links and messages.
  package static func help(_ entry: DiagnosticEntry) -> String {
    var parts = [entry.meaning, entry.remedy]
    if let example = entry.example {
      parts += ["Reported of:"] + example.failing.map(block) + ["Not of:"] + example.mended.map(block)
    }
    return parts.map(withoutLinks).joined(separator: "\n\n") + "\n"
  }

  /// What an editor shows beside a finding: what its code means and what to do, without examples and links.
  package static func explanation(_ entry: DiagnosticEntry) -> String {
    [entry.meaning, entry.remedy].filter { !$0.isEmpty }.map(withoutLinks).joined(separator: "\n\n")
  }

  /// A text whose links are their words only.
  package static func withoutLinks(_ markdown: String) -> String {
    var text = ""
    var rest = markdown[...]
    while let middle = rest.firstRange(of: "]("), let opening = rest[..<middle.lowerBound].lastIndex(of: "["),
      let closing = rest[middle.upperBound...].firstIndex(of: ")")
    {
      text += rest[..<opening] + rest[rest.index(after: opening)..<middle.lowerBound]
      rest = rest[rest.index(after: closing)...]
    }
    return text + rest
  }

  /// The index of all pages.
  package static func index() -> String {
    var text = """
      # Diagnostics

      What `graph` reports of files and runs, with a page for each code; `graph explain GR0201` prints it at the terminal. A
      code never changes its meaning. Errors keep a graph from being run; warnings do not. In the messages below, `…` stands
      for a name, a value or a number of yours; variants of a message are parted by ` / `.

      This page and those of the codes are made of `Sources/DiagnosticCatalogue`, whose `DiagnosticEntry` says how to add a
      code.

      """
    for area in DiagnosticCatalogue.areas {
      text += "\n## \(area.title)\n\n"
      if !area.note.isEmpty { text += linked(area.note) + "\n\n" }
      text += "| code | severity | message | what to do |\n|---|---|---|---|\n"
      for entry in area.entries {
        let message = entry.messages.joined(separator: " / ")
        let remedy = entry.isRetired ? "No longer reported." : linked(entry.remedy)
        text += "| [\(entry.code)](\(name(entry))) | \(entry.severityName) | \(cell(message)) | \(cell(remedy)) |\n"
      }
    }
    return text
  }

  /// A document and its heading, in words.
  private static func documentName(_ target: String) -> String {
    let parts = target.split(separator: "#", maxSplits: 1)
    guard parts.count == 2 else { return target }
    return "\(parts[0]), “\(parts[1].split(separator: "-").joined(separator: " "))”"
  }

  private static func block(_ file: DiagnosticExample.File) -> String {
    "`\(file.name)`:\n\n" + fenced(language(file.name), file.shown)
  }

  private static func fenced(_ language: String, _ text: String) -> String {
    // A fence is longer than any in the text.
    let fence = text.contains("```") ? "````" : "```"
    return "\(fence)\(language)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)"
  }

  private static func language(_ name: String) -> String {
    switch name.split(separator: ".").last {
    case "yaml", "yml": "yaml"
    case "json": "json"
    case "py": "python"
    case "md": "markdown"
    default: "text"
    }
  }

  /// A text with its links, which are relative to `docs`, made relative to the pages.
  private static func linked(_ text: String) -> String { text.replacing("](", with: "](../") }

  /// A text as it stands in a cell of a table.
  private static func cell(_ text: String) -> String {
    text.split(separator: "\n").joined(separator: " ").replacing("|", with: "\\|").replacing("<", with: "\\<")
      .replacing("*", with: "\\*")
  }
}
