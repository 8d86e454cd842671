public import GraphDiagnostics

/// Why a template could not be rendered, and where in the template.
///
/// It names variables, filters and kinds of values, never values themselves.
public struct TemplateError: Error, Sendable, CustomStringConvertible {
  private let details: Details

  /// Behind a reference, so that a throwing call returns one word.
  private final class Details: Sendable {
    let failure: TemplateFailure
    let span: SourceSpan
    let notes: [Diagnostic.Note]

    init(_ failure: TemplateFailure, _ span: SourceSpan, _ notes: [Diagnostic.Note]) {
      self.failure = failure
      self.span = span
      self.notes = notes
    }
  }

  init(_ failure: TemplateFailure, at span: SourceSpan, notes: [Diagnostic.Note] = []) {
    details = Details(failure, span, notes)
  }

  /// What is wrong, with its stable code.
  public var message: DiagnosticMessage { details.failure.message }

  /// The expression that failed.
  public var span: SourceSpan { details.span }

  /// Whether a name was looked up that there is not.
  var isMissingName: Bool { details.failure.name != nil }

  /// For something undefined: the names that do exist, in the order they were given.
  public var availableNames: [String] { details.failure.availableNames }

  /// For something undefined: the name that was probably meant.
  public var suggestion: String? { details.failure.suggestion }

  /// The include and macro calls that led here, innermost first, and the available names.
  public var notes: [Diagnostic.Note] {
    var notes = details.notes
    if !availableNames.isEmpty { notes.append(Diagnostic.Note(TemplateNote.available(availableNames))) }
    return notes
  }

  /// The error as a diagnostic.
  public var diagnostic: Diagnostic {
    var fixIts: [FixIt] = []
    if let suggestion, let range = details.failure.nameRange {
      let name = SourceSpan(span.file, ByteRange(span.range.upperBound - range, span.range.upperBound))
      if name.text == details.failure.name { fixIts.append(.replace(name, with: suggestion)) }
    }
    return Diagnostic(message, at: span, notes: notes, fixIts: fixIts)
  }

  /// One line: path, line, column, message and code.
  public var description: String {
    let start = span.start
    return "\(span.file.path):\(start.line):\(start.column): \(message.text) [\(message.code)]"
  }

  /// The same error with one more step of the way that led to it.
  func adding(_ note: Diagnostic.Note) -> TemplateError {
    // A deep recursion has one note a level; the innermost tell enough.
    if details.notes.count >= 8 { return self }
    return TemplateError(details.failure, at: span, notes: details.notes + [note])
  }
}

/// A failure of an operation that does not know where it was written.
///
/// The renderer turns it into a `TemplateError` at the expression it evaluates.
final class TemplateFailure: Error {
  let message: DiagnosticMessage

  /// The misspelled name, if one was looked up.
  let name: String?
  let availableNames: [String]
  let suggestion: String?

  /// The place, if it is not the expression being evaluated.
  let origin: TemplateOrigin?

  init(
    _ message: DiagnosticMessage, name: String? = nil, availableNames: [String] = [], suggestion: String? = nil,
    origin: TemplateOrigin? = nil
  ) {
    self.message = message
    self.name = name
    self.availableNames = availableNames
    self.suggestion = suggestion
    self.origin = origin
  }

  /// The length of the name in bytes, which ends the span of a failed lookup.
  var nameRange: Int? { name.map(\.utf8.count) }

  /// The error that this failure is at an expression.
  func located(_ source: TemplateSource, _ range: ByteRange) -> TemplateError {
    if let origin { return TemplateError(self, at: origin.source.span(origin.range)) }
    return TemplateError(self, at: source.span(range))
  }
}

/// A place in a template that may not be the one being rendered.
struct TemplateOrigin: Sendable {
  let source: TemplateSource
  let range: ByteRange
}
