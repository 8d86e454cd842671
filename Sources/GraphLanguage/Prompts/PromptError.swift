public import GraphDiagnostics

/// Why a prompt could not be rendered, and where in its file.
///
/// It names variables and types, never values.
public struct PromptError: Error, Sendable, CustomStringConvertible {
  /// What is wrong, with its stable code.
  public let message: DiagnosticMessage

  /// The placeholder or expression that failed.
  public let span: SourceSpan

  /// Of a name that is missing: the names that were given, in the order they were given.
  public let availableNames: [String]?

  /// What else is known, such as how the failing place was reached.
  public let notes: [Diagnostic.Note]

  /// Creates an error.
  public init(
    _ message: DiagnosticMessage, at span: SourceSpan, availableNames: [String]? = nil, notes: [Diagnostic.Note] = []
  ) {
    self.message = message
    self.span = span
    self.availableNames = availableNames
    self.notes = notes
  }

  /// The error as a diagnostic; that of a missing name lists those that were given.
  public var diagnostic: Diagnostic {
    Diagnostic(message, at: span, notes: notes + (given.map { [Diagnostic.Note($0, at: span)] } ?? []))
  }

  /// One line: path, line, column, message, the names that were given, and the code.
  public var description: String {
    let start = span.start
    let given = given.map { "; \($0)" } ?? ""
    return "\(span.file.path):\(start.line):\(start.column): \(message.text)\(given) [\(message.code)]"
  }

  /// What was given, in words; of very many names the first.
  private var given: String? {
    guard let availableNames else { return nil }
    guard !availableNames.isEmpty else { return "no variables were given" }
    let shown = availableNames.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    return "given were \(shown)" + (availableNames.count > 20 ? " and \(availableNames.count - 20) more" : "")
  }
}
