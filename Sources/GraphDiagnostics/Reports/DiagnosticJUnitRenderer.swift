/// Writes a report as JUnit XML, which most services that run tests show: each file is a test case.
///
/// A file with mistakes is one `failure` that holds all of them as people read them; what does not count as a mistake is
/// its `system-out`. A file that could not be looked at is an `error`.
public struct DiagnosticJUnitRenderer {
  /// Creates a renderer.
  public init() {}

  /// The XML text of a report, ended by a line break.
  public func render(_ report: DiagnosticReport) -> String {
    var paths = report.files
    var seen = Set(paths)
    var byPath: [String: [Diagnostic]] = [:]
    for diagnostic in report.diagnostics {
      // What is in no file is the suite's own.
      let path = diagnostic.span?.file.path ?? Self.suite
      if seen.insert(path).inserted { paths.append(path) }
      byPath[path, default: []].append(diagnostic)
    }
    let cases = paths.map { path in
      let found = byPath[path] ?? []
      return testCase(path, found.filter(report.isMistake), found.filter { !report.isMistake($0) })
    }
    let failing = paths.count { byPath[$0]?.contains(where: report.isMistake) ?? false }
    let errors = report.failures.map { failure in
      let body = "    <error message=\"\(Self.escaped(failure.reason))\" type=\"unreadable\"/>\n"
      return element(failure.path, body)
    }
    let counts =
      "tests=\"\(cases.count + errors.count)\" failures=\"\(failing)\" errors=\"\(errors.count)\" skipped=\"0\""
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="\(Self.suite)" \(counts)>
      <testsuite name="\(Self.suite)" \(counts)>
      \((cases + errors).joined())</testsuite>
      </testsuites>

      """
  }

  private static let suite = "graph validate"

  private func testCase(_ path: String, _ mistakes: [Diagnostic], _ others: [Diagnostic]) -> String {
    var body = ""
    if let first = mistakes.first {
      let message =
        mistakes.count == 1 ? first.message.text : DiagnosticTextRenderer.summary(mistakes) ?? first.message.text
      body += "    <failure message=\"\(Self.escaped(message))\" type=\"\(Self.escaped(first.code.id))\">"
      body += "\(Self.escaped(text(mistakes, of: mistakes + others), keepsLines: true))</failure>\n"
    }
    if !others.isEmpty {
      body += "    <system-out>\(Self.escaped(text(others, of: mistakes + others), keepsLines: true))</system-out>\n"
    }
    return element(path, body)
  }

  private func element(_ path: String, _ body: String) -> String {
    let name = Self.escaped(path)
    let start = "  <testcase name=\"\(name)\" classname=\"\(Self.suite)\" file=\"\(name)\""
    return body.isEmpty ? start + "/>\n" : start + ">\n\(body)  </testcase>\n"
  }

  private func text(_ diagnostics: [Diagnostic], of all: [Diagnostic]) -> String {
    var renderer = DiagnosticTextRenderer(colour: false)
    return renderer.render(diagnostics, of: all)
  }

  /// A text without what XML reads as its own, and without what no XML may hold.
  ///
  /// - Parameter keepsLines: Whether line breaks and tabs may stay, as they may outside of attributes.
  private static func escaped(_ text: String, keepsLines: Bool = false) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\r": escaped += "&#13;"
      case "\n", "\t": escaped += keepsLines ? String(scalar) : scalar == "\n" ? "&#10;" : "&#9;"
      default:
        let isAllowed = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
        escaped.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
      }
    }
    return escaped
  }
}
