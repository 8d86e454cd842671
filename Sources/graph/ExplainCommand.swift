internal import CommandKit
internal import DiagnosticCatalogue
internal import GraphRuntime

extension GraphCommand {
  static let explain = CommandSpec(
    name: "explain",
    abstract: "Explain codes of errors and warnings.",
    discussion: """
      Says what a code means, why it is reported and what to do, with files that show it and the same files mended. Codes \
      can be shortened: 'GR0201', 'gr0201' and '201' are the same.

      Examples:
          graph explain GR0201
          graph explain 201 302 --format json
          graph explain --list
      """,
    options: [
      .flag("list", help: "List all codes with their messages."),
      .single(
        "format", help: "How it is printed.", allowedValues: ["text", "markdown", "json"], defaultValue: "text"),
    ],
    arguments: [ArgumentSpec("code", .repeating(minimum: 0), help: "The codes, as they stand behind messages.")])
}

/// `graph explain`: says what codes mean.
struct ExplainCommand {
  private enum Format: String {
    case text
    case markdown
    case json
  }

  private let entries: [DiagnosticEntry]
  private let isList: Bool
  private let format: Format
  private let printer: ExplanationPrinter

  /// - Throws: `UsageError` when there is no such code, or none is named.
  init(_ command: ParsedCommand, _ terminal: Terminal) throws {
    let codes = command.values("code")
    isList = command.flag("list")
    format = Format(rawValue: command.required("format")) ?? .text
    printer = ExplanationPrinter(
      width: terminal.width, colour: terminal.coloursOutput(choice: command.toggle("color")))
    if isList && !codes.isEmpty { throw command.usageError("'--list' and codes do not go together.") }
    if !isList && codes.isEmpty {
      throw command.usageError("Please name a code, as in 'graph explain GR0201', or give '--list'.")
    }
    entries = isList ? DiagnosticCatalogue.entries : try codes.map { try Self.entry($0, command) }
  }

  func run() throws -> ExitCode {
    var output = OutputWriter.standardOutput()
    try output.write(text)
    try output.flush()
    return .ok
  }

  private var text: String {
    switch format {
    case .text: isList ? printer.list() : entries.map(printer.page).joined(separator: "\n")
    case .markdown: isList ? DiagnosticPage.index() : entries.map(DiagnosticPage.markdown).joined(separator: "\n")
    case .json: Value.object(["version": 1, "codes": .list(entries.map(\.json))]).json(pretty: true) + "\n"
    }
  }

  private static func entry(_ code: String, _ command: ParsedCommand) throws(UsageError) -> DiagnosticEntry {
    if let entry = DiagnosticCatalogue.entry(code) { return entry }
    let near = DiagnosticCatalogue.near(code)
    let advice =
      near.count > 1
      ? "Near it are \(near.map { "'\($0)'" }.joined(separator: ", "))."
      : near.first.map { "Did you mean '\($0)'?" } ?? "'graph explain --list' shows all."
    throw command.usageError("There is no code '\(code.withoutControls)'. \(advice)")
  }
}

extension DiagnosticEntry {
  fileprivate var json: Value {
    var json: ValueObject = [
      "code": .string(code), "severity": .string(severityName), "title": .string(title),
      "messages": .list(messages.map { .string($0) }), "meaning": .string(meaning), "remedy": .string(remedy),
    ]
    if let example {
      json["example"] = [
        "command": .string(example.command), "report": .string(example.report),
        "failing": Self.json(example.failing), "passing": Self.json(example.passing),
      ]
    }
    json["related"] = .list(related.map { .string($0) })
    json["documents"] = .list(documents.map { .string("docs/" + $0) })
    return .object(json)
  }

  private static func json(_ files: [DiagnosticExample.File]) -> Value {
    var json = ValueObject()
    for file in files { json[file.name] = .string(file.shown) }
    return .object(json)
  }
}
