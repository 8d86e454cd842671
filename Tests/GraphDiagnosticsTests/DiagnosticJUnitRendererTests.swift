import GraphDiagnostics
import Testing

@Suite struct DiagnosticJUnitRendererTests {
  private func render(_ report: DiagnosticReport) -> String { DiagnosticJUnitRenderer().render(report) }

  @Test func `each file is a test case, whole when nothing is found`() {
    #expect(
      render(SampleReport.report([]))
        == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="graph validate" tests="2" failures="0" errors="0" skipped="0">
        <testsuite name="graph validate" tests="2" failures="0" errors="0" skipped="0">
          <testcase name="./graphs/a b,c.yaml" classname="graph validate" file="./graphs/a b,c.yaml"/>
          <testcase name="graphs/good.yaml" classname="graph validate" file="graphs/good.yaml"/>
        </testsuite>
        </testsuites>

        """)
  }

  @Test func `errors are one failure a file, and warnings are said beside`() {
    let text = render(SampleReport.report([SampleReport.error, SampleReport.warning, SampleReport.placeless]))
    #expect(text.contains("tests=\"4\" failures=\"2\" errors=\"0\""))
    #expect(
      text.contains(
        "    <failure message=\"there is no key 'usr' in node '😀'\" type=\"GR9001\">./graphs/a b,c.yaml:2:9: error: "
          + "there is no key 'usr' in node '😀' [GR9001]\n"), "\(text)")
    #expect(text.contains("<testcase name=\"/elsewhere/p%.yaml\""))
    #expect(text.contains("    <system-out>/elsewhere/p%.yaml:2:3: warning: odd &quot;text&quot;\u{FFFD}\u{FFFD} "))
    #expect(text.contains("<testcase name=\"graph validate\""))
  }

  @Test func `warnings are failures when they count`() {
    let text = render(SampleReport.report([SampleReport.warning, SampleReport.remark], isStrict: true))
    #expect(text.contains("failures=\"1\""))
    #expect(text.contains("<failure message=\"odd &quot;text&quot;\u{FFFD}&#13;\" type=\"GR9002\">"))
    #expect(text.contains("    <system-out>/elsewhere/p%.yaml:1:7: remark: by the way"))
  }

  @Test func `several mistakes of a file are counted, and XML's own characters are text`() {
    let again = Diagnostic(DiagnosticMessage("GR9004", "<&>"), at: SampleReport.error.span)
    let text = render(SampleReport.report([SampleReport.error, again]))
    #expect(text.contains("<failure message=\"2 errors\" type=\"GR9001\">"))
    #expect(text.contains("error: &lt;&amp;&gt; [GR9004]"))
  }

  @Test func `a file that cannot be read is an error`() {
    var report = SampleReport.report([])
    report.failures = [.init(path: "none.yaml", reason: "no such file")]
    let text = render(report)
    #expect(text.contains("tests=\"3\" failures=\"0\" errors=\"1\""))
    #expect(text.contains("    <error message=\"no such file\" type=\"unreadable\"/>\n"))
  }
}
