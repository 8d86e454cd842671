package import GraphDiagnostics

/// What there is to know of one code: its messages, why it is reported, what to do, and a file that shows it.
///
/// The entries below `Entries` are the one source of `graph explain`, of the pages in `docs/diagnostics` and of the
/// index there. To add a code:
///
/// 1. Declare the message beside the code that emits it, with the next free number of its area. It says by its `bearing`
///    what may follow from the mistake, where that is not what `Bearing` says of errors and of warnings.
/// 2. Add an entry to the file below `Entries` that has the codes before and after it. Files are lists in ascending
///    order; a new file is added to `DiagnosticCatalogue.areas`.
/// 3. Run `swift test --filter DiagnosticCatalogue`. It says what the entry lacks, and what the compiler reports of its
///    example, to be copied into `report`.
/// 4. Run it again with `UPDATE_SNAPSHOTS=1`, which writes the pages.
///
/// ```swift
/// DiagnosticEntry(
///   "GR0201", .error, "there is no node '…'",
///   title: "An edge names a node that is not there",
///   meaning: "An edge leads from one node to another, and both have to be in the file.",
///   remedy: "Take the name that is offered, or add the node.",
///   example: """
///     nodes:
///       greet: {user: Say hello.}
///     edges:
///       - {from: START, to: [-greeet-]{+greet+}}
///       - {from: greet, to: END}
///     """,
///   report: "graph.yaml:4:19: there is no node 'greeet'"),
/// ```
package struct DiagnosticEntry: Sendable {
  /// The code as it is printed, such as `GR0201`.
  package let code: String

  /// How much it matters; nil for a code that is reported no longer.
  package let severity: Severity?

  /// The forms of its message, with `…` in place of names, values and numbers.
  package let messages: [String]

  /// One phrase that names the mistake, for headings.
  package let title: String

  /// What it means and why it matters, as paragraphs of Markdown.
  package let meaning: String

  /// What to do, as Markdown.
  package let remedy: String

  /// A project that shows it, or nil where none can.
  package let example: DiagnosticExample?

  /// Why there is no example, as one sentence; nil where there is one.
  package let noExample: String?

  /// Codes of mistakes that are like it or are often mistaken for it.
  package let related: [String]

  /// Documents below `docs` that say more, with a heading where there is one, as in `language.md#4-edges`.
  package let documents: [String]

  /// Creates an entry with an example.
  ///
  /// - Parameters:
  ///   - message: The message; `…` stands for a name or a value.
  ///   - or: Other forms of the message.
  ///   - example: The project, in the notation of `DiagnosticExample`.
  ///   - command: The command that reports it.
  ///   - report: The line that is printed; where it begins with a place, without the severity and the code.
  ///   - also: Codes that the example has to report as well.
  package init(
    _ code: String, _ severity: Severity, _ message: String, or others: [String] = [], title: String, meaning: String,
    remedy: String, example: String, command: String = DiagnosticExample.validation, report: String,
    also: [String] = [], related: [String] = [], documents: [String] = []
  ) {
    self.code = code
    self.severity = severity
    self.messages = [message] + others
    self.title = title
    self.meaning = meaning
    self.remedy = remedy
    self.example = DiagnosticExample(
      notation: example, command: command, report: report, severity: severity, code: code, also: also)
    self.noExample = nil
    self.related = related
    self.documents = documents
  }

  /// Creates an entry for what no file can show.
  package init(
    _ code: String, _ severity: Severity, _ message: String, or others: [String] = [], title: String, meaning: String,
    remedy: String, noExample: String, related: [String] = [], documents: [String] = []
  ) {
    self.code = code
    self.severity = severity
    self.messages = [message] + others
    self.title = title
    self.meaning = meaning
    self.remedy = remedy
    self.example = nil
    self.noExample = noExample
    self.related = related
    self.documents = documents
  }

  /// Creates the entry of a code that is reported no longer; it is never used for something else.
  ///
  /// - Parameter meaning: What it said, and what is reported in its place.
  package init(retired code: String, _ message: String, meaning: String, related: [String] = []) {
    self.code = code
    self.severity = nil
    self.messages = [message]
    self.title = "No longer reported"
    self.meaning = meaning
    self.remedy = ""
    self.example = nil
    self.noExample = nil
    self.related = related
    self.documents = []
  }

  /// The only command that finds it, such as `graph run`; nil where `graph validate` does.
  package var onlyCommand: String? {
    guard let words = example?.command.split(separator: " ").prefix(2), words.last != "validate" else { return nil }
    return words.joined(separator: " ")
  }

  /// Whether the code is reported no longer.
  package var isRetired: Bool { severity == nil }

  /// The word for how much it matters.
  package var severityName: String { severity?.rawValue ?? "retired" }
}
