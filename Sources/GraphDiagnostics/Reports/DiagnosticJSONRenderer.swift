/// Writes diagnostics as one JSON object for other programs.
///
/// The object is `{"version": 1, "diagnostics": […]}`. Each diagnostic has
/// `code`, `severity`, `message`, `file`, `line`, `column`, `endLine`,
/// `endColumn` (the place keys are missing when there is no place), `notes`
/// and `fixits` (`message`, `file`, `offset`, `length`, `replacement`, `certain`; bytes).
public struct DiagnosticJSONRenderer {
  /// The version of the format; a change that breaks readers raises it.
  public static let version = 1

  /// Creates a renderer.
  public init() {}

  /// The JSON text of diagnostics in the given order, without a final line break.
  public func render(_ diagnostics: [Diagnostic]) -> String {
    var json = "{\"version\":\(Self.version),\"diagnostics\":["
    for (index, diagnostic) in diagnostics.enumerated() {
      if index > 0 { json += "," }
      json += "{\"code\":\(JSONText.quoted(diagnostic.code.id))"
      json += ",\"severity\":\(JSONText.quoted(diagnostic.severity.rawValue))"
      json += ",\"message\":\(JSONText.quoted(diagnostic.message.text))"
      append(diagnostic.span, to: &json)
      json += ",\"notes\":["
      for (index, note) in diagnostic.notes.enumerated() {
        json += (index > 0 ? "," : "") + "{\"message\":\(JSONText.quoted(note.text))"
        append(note.span, to: &json)
        json += "}"
      }
      json += "],\"fixits\":["
      for (index, fixIt) in diagnostic.fixIts.enumerated() {
        json += (index > 0 ? "," : "") + "{\"message\":\(JSONText.quoted(fixIt.message))"
        json += ",\"file\":\(JSONText.quoted(fixIt.span.file.path))"
        // Readers change the file as it is on disk, with its byte-order mark.
        let offset = fixIt.span.file.byteOrderMarkCount + fixIt.span.range.lowerBound
        json += ",\"offset\":\(offset),\"length\":\(fixIt.span.range.count)"
        json += ",\"replacement\":\(JSONText.quoted(fixIt.replacement)),\"certain\":\(fixIt.isCertain)}"
      }
      json += "]}"
    }
    return json + "]}"
  }

  private func append(_ span: SourceSpan?, to json: inout String) {
    guard let span else { return }
    let start = span.start
    let end = span.end
    json += ",\"file\":\(JSONText.quoted(span.file.path)),\"line\":\(start.line),\"column\":\(start.column)"
    json += ",\"endLine\":\(end.line),\"endColumn\":\(end.column)"
  }
}
