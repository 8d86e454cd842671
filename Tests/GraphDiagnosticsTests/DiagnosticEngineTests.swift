import GraphDiagnostics
import Testing

@Suite struct DiagnosticEngineTests {
  private let file = SourceFile(path: "one.yaml", text: "a: 1\nb: 2\n")
  private let other = SourceFile(path: "two.yaml", text: "c: 3\n")

  private func span(_ lower: Int, _ upper: Int) -> SourceSpan { SourceSpan(file, ByteRange(lower, upper)) }

  @Test func `the same diagnostic is kept once`() {
    let engine = DiagnosticEngine()
    engine.report(DiagnosticMessage("GR9001", .error, "wrong"), at: span(0, 1))
    engine.report(DiagnosticMessage("GR9001", .error, "wrong"), at: span(0, 1))
    #expect(engine.count == 1)
  }

  @Test func `diagnostics that differ in place, text or notes are all kept`() {
    let engine = DiagnosticEngine()
    engine.report(DiagnosticMessage("GR9001", .error, "wrong"), at: span(0, 1))
    engine.report(DiagnosticMessage("GR9001", .error, "wrong"), at: span(5, 6))
    engine.report(DiagnosticMessage("GR9001", .error, "bad"), at: span(0, 1))
    engine.report(DiagnosticMessage("GR9001", .error, "wrong"), at: span(0, 1), notes: [.init("why")])
    #expect(engine.count == 4)
  }

  @Test func `only errors count as errors`() {
    let engine = DiagnosticEngine()
    engine.report(DiagnosticMessage("GR9001", .warning, "odd"), at: nil)
    engine.report(DiagnosticMessage("GR9002", .remark, "by the way"), at: nil)
    #expect(!engine.hasErrors)
    engine.report(DiagnosticMessage("GR9003", .error, "wrong"), at: nil)
    #expect(engine.hasErrors)
  }

  @Test func `diagnostics are in reading order, those without a place first`() {
    let engine = DiagnosticEngine()
    engine.report(DiagnosticMessage("GR9001", .error, "second line"), at: span(5, 6))
    engine.report(DiagnosticMessage("GR9002", .error, "other file"), at: SourceSpan(other, ByteRange(0, 1)))
    engine.report(DiagnosticMessage("GR9003", .error, "first line"), at: span(0, 1))
    engine.report(DiagnosticMessage("GR9004", .error, "no place"), at: nil)
    #expect(engine.diagnostics.map(\.message.text) == ["no place", "first line", "second line", "other file"])
  }

  @Test func `at one place errors come before warnings and remarks, then the order of reporting counts`() {
    let engine = DiagnosticEngine()
    engine.report(DiagnosticMessage("GR9001", .remark, "remark"), at: span(0, 1))
    engine.report(DiagnosticMessage("GR9002", .warning, "warning"), at: span(0, 4))
    engine.report(DiagnosticMessage("GR9003", .error, "error"), at: span(0, 1))
    engine.report(DiagnosticMessage("GR9004", .error, "later error"), at: span(0, 2))
    #expect(engine.diagnostics.map(\.message.text) == ["error", "later error", "warning", "remark"])
  }

  @Test func `an error made of diagnostics reads as they are printed`() {
    let diagnostic = Diagnostic(DiagnosticMessage("GR9001", .error, "wrong"), at: span(5, 6))
    #expect(DiagnosticError([diagnostic]).description == "one.yaml:2:1: error: wrong [GR9001]\nb: 2\n^\n")
  }
}
