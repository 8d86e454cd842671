import GraphDiagnostics
import GraphRuntime
import Testing

@Suite struct DiagnosticJSONRendererTests {
  private func value(_ diagnostics: [Diagnostic]) throws -> Value {
    try Value(json: DiagnosticJSONRenderer().render(diagnostics))
  }

  @Test func `nothing to say is an empty list`() throws {
    #expect(try value([]) == ["version": 1, "diagnostics": []])
  }

  @Test func `a diagnostic has its place, notes and fixes`() throws {
    let file = SourceFile(path: "g.yaml", text: "é: 1\nab: 2\n")
    let span = SourceSpan(file, ByteRange(6, 8))
    let diagnostic = Diagnostic(
      DiagnosticMessage("GR9001", .warning, "odd"), at: span,
      notes: [.init("here", at: SourceSpan(file, ByteRange(0, 2))), .init("nowhere")],
      fixIts: [.replace(span, with: "abc")])
    let note: Value = [
      "message": "here", "file": "g.yaml", "line": 1, "column": 1, "endLine": 1, "endColumn": 2,
    ]
    let fixIt: Value = [
      "message": "replace with 'abc'", "file": "g.yaml", "offset": 6, "length": 2, "replacement": "abc",
      "certain": false,
    ]
    let expected: Value = [
      "code": "GR9001", "severity": "warning", "message": "odd", "file": "g.yaml", "line": 2, "column": 1,
      "endLine": 2, "endColumn": 3, "notes": [note, ["message": "nowhere"]], "fixits": [fixIt],
    ]
    #expect(try value([diagnostic]) == ["version": 1, "diagnostics": [expected]])
  }

  @Test func `a diagnostic without a place has no place keys`() throws {
    let diagnostic = Diagnostic(DiagnosticMessage("GR9001", .error, "wrong"), at: nil)
    let expected: Value = ["code": "GR9001", "severity": "error", "message": "wrong", "notes": [], "fixits": []]
    #expect(try value([diagnostic, diagnostic]) == ["version": 1, "diagnostics": [expected, expected]])
  }

  @Test func `offsets of fixes count the byte-order mark, which is in the file`() throws {
    let file = SourceFile(path: "g.yaml", bytes: [0xEF, 0xBB, 0xBF] + Array("ab".utf8))
    let span = SourceSpan(file, ByteRange(1, 2))
    let diagnostic = Diagnostic(
      DiagnosticMessage("GR9001", .error, "wrong"), at: span, fixIts: [.replace(span, with: "c")])
    let fixIt = try value([diagnostic])["diagnostics"]?.list?.first?["fixits"]?.list?.first
    #expect(fixIt?["offset"] == 4)
  }

  @Test(arguments: ["\"quoted\"", "back\\slash", "\u{0}\u{1F}\u{7F}", "line\nbreak\t", "日本😀", "\u{2028}", ""])
  func `texts survive`(text: String) throws {
    let diagnostic = Diagnostic(
      DiagnosticMessage("GR9001", .error, text), at: SourceSpan(SourceFile(path: text, text: ""), ByteRange(0, 0)))
    let read = try #require(try value([diagnostic])["diagnostics"]?.list?.first)
    #expect(read["message"] == .string(text))
    #expect(read["file"] == .string(text))
  }
}
