import GraphDiagnostics
import Testing

@Suite struct DiagnosticGitHubRendererTests {
  private func render(_ diagnostics: [Diagnostic]) -> String {
    DiagnosticGitHubRenderer().render(SampleReport.report(diagnostics))
  }

  @Test func `an error has its place, its code and its notes, with what ends commands escaped`() {
    #expect(
      render([SampleReport.error])
        == "::error file=./graphs/a b%2Cc.yaml,line=2,endLine=2,col=9,endColumn=12,title=GR9001::"
        + "there is no key 'usr' in node '😀'%0Anote: did you mean 'user'?%0Anote: 100%25 sure%0A"
        + "note: another is here (/elsewhere/p%.yaml:3:3)\n".replacingPercent())
  }

  @Test func `a place of several lines has no columns`() {
    #expect(
      render([SampleReport.warning])
        == "::warning file=/elsewhere/p%25.yaml,line=2,endLine=3,title=GR9002::odd \"text\"\u{1}%0D\n")
  }

  @Test func `remarks are notices, and what has no place has no file`() {
    #expect(
      render([SampleReport.remark, SampleReport.placeless])
        == "::notice file=/elsewhere/p%25.yaml,line=1,endLine=1,col=7,endColumn=8,title=GR9003::by the way\n"
        + "::error title=GR9001::no such folder\n")
  }

  @Test func `a file that cannot be read is an error`() {
    var report = SampleReport.report([])
    report.failures = [.init(path: "x:y.yaml", reason: "Can't read 'x:y.yaml'")]
    #expect(
      DiagnosticGitHubRenderer().render(report) == "::error file=x%3Ay.yaml::Can't read 'x:y.yaml'\n")
    #expect(!report.passes)
  }
}

extension String {
  /// The text with `%` before `.` escaped, as data of a command is.
  fileprivate func replacingPercent() -> String {
    split(separator: "%.", omittingEmptySubsequences: false).joined(separator: "%25.")
  }
}
