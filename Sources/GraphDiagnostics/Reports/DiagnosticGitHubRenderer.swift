/// Writes a report as workflow commands of GitHub Actions, which shows them beside the lines of a change.
///
/// ```
/// ::error file=graphs/hello.yaml,line=7,endLine=7,col=5,endColumn=11,title=GR0101::unknown key 'promtp' in node 'greet'
/// ```
///
/// The notes follow the message in lines of their own. Columns are left out where a place has several lines: GitHub takes
/// none then.
public struct DiagnosticGitHubRenderer {
  /// Creates a renderer.
  public init() {}

  /// The commands of a report, each ended by a line break.
  public func render(_ report: DiagnosticReport) -> String {
    let findings = report.diagnostics.map(command)
    let failures = report.failures.map { "::error file=\(Self.property($0.path))::\(Self.data($0.reason))\n" }
    return (findings + failures).joined()
  }

  private func command(_ diagnostic: Diagnostic) -> String {
    let name =
      switch diagnostic.severity {
      case .error: "error"
      case .warning: "warning"
      case .remark: "notice"
      }
    var properties: [(String, String)] = []
    if let span = diagnostic.span {
      let (start, end) = (span.start, span.end)
      properties = [("file", span.file.path), ("line", "\(start.line)"), ("endLine", "\(end.line)")]
      if start.line == end.line { properties += [("col", "\(start.column)"), ("endColumn", "\(end.column)")] }
    }
    properties.append(("title", diagnostic.code.id))
    let notes = diagnostic.notes.map { note in
      guard let span = note.span, span != diagnostic.span else { return "note: \(note.text)" }
      return "note: \(note.text) (\(span.file.path):\(span.start.line):\(span.start.column))"
    }
    let text = ([diagnostic.message.text] + notes).joined(separator: "\n")
    let written = properties.map { "\($0)=\(Self.property($1))" }.joined(separator: ",")
    return "::\(name) \(written)::\(Self.data(text))\n"
  }

  /// A text in which nothing ends the command.
  private static func data(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": escaped += "%25"
      case "\r": escaped += "%0D"
      case "\n": escaped += "%0A"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A text in which nothing ends the property either.
  private static func property(_ text: String) -> String {
    var escaped = ""
    for scalar in data(text).unicodeScalars {
      switch scalar {
      case ":": escaped += "%3A"
      case ",": escaped += "%2C"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
