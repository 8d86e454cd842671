import GraphDiagnostics

/// A report with an error in one file that has a note elsewhere and a fix-it, a warning and a remark in another, a finding
/// without a place, and a file that cannot be read.
enum SampleReport {
  static let graph = SourceFile(path: "./graphs/a b,c.yaml", text: "nodes:\n  \"😀\": {usr: hi}\nedges: []\n")
  static let prompt = SourceFile(path: "/elsewhere/p%.yaml", text: "user: |\n  one\n  two <&>\n")

  static let error = Diagnostic(
    DiagnosticMessage("GR9001", .error, "there is no key 'usr' in node '😀'"),
    at: span(graph, "usr"),
    notes: [
      .init("did you mean 'user'?", at: span(graph, "usr")), .init("100% sure"),
      .init("another is here", at: span(prompt, "two")),
    ],
    fixIts: [.replace(span(graph, "usr"), with: "user"), .replace(span(graph, "usr"), with: "use")])

  static let warning = Diagnostic(
    DiagnosticMessage("GR9002", .warning, "odd \"text\"\u{1}\r"), at: span(prompt, "one\n  two <&>"))

  static let remark = Diagnostic(DiagnosticMessage("GR9003", .remark, "by the way"), at: span(prompt, "|"))

  static let placeless = Diagnostic(DiagnosticMessage("GR9001", .error, "no such folder"), at: nil)

  static func report(_ diagnostics: [Diagnostic], isStrict: Bool = false) -> DiagnosticReport {
    var report = DiagnosticReport()
    report.files = [graph.path, "graphs/good.yaml"]
    report.diagnostics = diagnostics
    report.isStrict = isStrict
    return report
  }

  private static func span(_ file: SourceFile, _ text: String) -> SourceSpan {
    let all = String(decoding: file.bytes, as: UTF8.self)
    guard let range = all.firstRange(of: text) else { preconditionFailure("'\(text)' is not in the file") }
    let start = all.utf8.distance(from: all.startIndex, to: range.lowerBound)
    return SourceSpan(file, ByteRange(start, start + text.utf8.count))
  }
}
