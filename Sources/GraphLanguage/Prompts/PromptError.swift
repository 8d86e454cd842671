public import GraphDiagnostics

/// Why a prompt could not be rendered, and where in its file.
///
/// It names variables and types, never values.
public struct PromptError: Error, Sendable, CustomStringConvertible {
  /// What is wrong, with its stable code.
  public let message: DiagnosticMessage

  /// The placeholder or expression that failed.
  public let span: SourceSpan

  /// The names that were given, in the order they were given.
  public let availableNames: [String]

  /// What else is known, such as how the failing place was reached.
  public let notes: [Diagnostic.Note]

  /// Creates an error.
  public init(
    _ message: DiagnosticMessage, at span: SourceSpan, availableNames: [String] = [], notes: [Diagnostic.Note] = []
  ) {
    self.message = message
    self.span = span
    self.availableNames = availableNames
    self.notes = notes
  }

  /// The error as a diagnostic that lists the names that were given.
  public var diagnostic: Diagnostic {
    let given = Diagnostic.Note(availableNames.isEmpty ? "no variables were given" : "given were \(nameList)", at: span)
    return Diagnostic(message, at: span, notes: notes + [given])
  }

  /// One line: path, line, column, message and the names that were given.
  public var description: String {
    let start = span.start
    let given = availableNames.isEmpty ? "no variables were given" : "given were \(nameList)"
    return "\(span.file.path):\(start.line):\(start.column): \(message.text); \(given)"
  }

  /// The names between commas; of very many the first.
  private var nameList: String {
    let shown = availableNames.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    return availableNames.count > 20 ? shown + " and \(availableNames.count - 20) more" : shown
  }
}
