import GraphDiagnostics
import GraphTestSupport
import Testing

@Suite struct DiagnosticTextRendererTests {
  private let wrong = DiagnosticMessage("GR9001", .error, "wrong")

  /// What is printed for a span from `1️⃣` to `2️⃣`.
  private func render(_ marked: String, fixIt: String? = nil, notes: [Diagnostic.Note] = []) -> String {
    let source = MarkedSource(marked)
    let span = SourceSpan(source.file, ByteRange(source.offsets["1️⃣"] ?? 0, source.offsets["2️⃣"] ?? 0))
    let fixIts = fixIt.map { [FixIt.replace(span, with: $0)] } ?? []
    var renderer = DiagnosticTextRenderer(colour: false)
    return renderer.render([Diagnostic(wrong, at: span, notes: notes, fixIts: fixIts)])
  }

  @Test func `the line is shown with a caret and the fix below it`() {
    #expect(
      render("nodes:\n  1️⃣promtp2️⃣: greet\n", fixIt: "prompt") == """
        test.yaml:2:3: error: wrong [GR9001]
          promtp: greet
          ^~~~~~
          prompt

        """)
  }

  @Test func `a tab stays a tab so that the caret stands below its text`() {
    #expect(render("\ta:\t1️⃣bc2️⃣\n") == "test.yaml:1:5: error: wrong [GR9001]\n\ta:\tbc\n\t  \t^~\n")
  }

  @Test func `wide characters take two columns`() {
    #expect(
      render("日本: 1️⃣値段2️⃣ x") == """
        test.yaml:1:5: error: wrong [GR9001]
        日本: 値段 x
              ^~~~

        """)
  }

  @Test func `emoji are wide and combining marks have no width`() {
    #expect(
      render("😀e\u{301}: 1️⃣xy2️⃣") == """
        test.yaml:1:6: error: wrong [GR9001]
        😀e\u{301}: xy
             ^~

        """)
  }

  @Test func `a span over lines is underlined to the end of its first`() {
    #expect(
      render("a: 1️⃣[1,\n  2]2️⃣\n") == """
        test.yaml:1:4: error: wrong [GR9001]
        a: [1,
           ^~~

        """)
  }

  @Test func `an empty span has a caret`() {
    #expect(render("a:1️⃣2️⃣ \n") == "test.yaml:1:3: error: wrong [GR9001]\na: \n  ^\n")
  }

  @Test func `the end of the file has a caret`() {
    #expect(render("a: b1️⃣2️⃣") == "test.yaml:1:5: error: wrong [GR9001]\na: b\n    ^\n")
    #expect(render("a: b\n1️⃣2️⃣") == "test.yaml:2:1: error: wrong [GR9001]\n\n^\n")
    #expect(render("1️⃣2️⃣") == "test.yaml:1:1: error: wrong [GR9001]\n\n^\n")
  }

  @Test func `the carriage return of a line break is not shown`() {
    #expect(render("a: 1️⃣b2️⃣\r\nc: d\r\n") == "test.yaml:1:4: error: wrong [GR9001]\na: b\n   ^\n")
    #expect(render("a: b1️⃣\r\n2️⃣c: d\r\n") == "test.yaml:1:5: error: wrong [GR9001]\na: b\n    ^\n")
  }

  @Test func `of a long line the part around the caret is shown`() {
    let text = render(String(repeating: "x", count: 500) + "1️⃣yy2️⃣" + String(repeating: "z", count: 500))
    let padding = String(repeating: " ", count: 80)
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "test.yaml:1:501: error: wrong [GR9001]")
    #expect(lines[1] == String(repeating: "x", count: 80) + "yy" + String(repeating: "z", count: 78))
    #expect(lines[2] == padding + "^~")
  }

  @Test func `an underline ends with the part of a long line that is shown`() {
    let text = render("1️⃣" + String(repeating: "y", count: 500) + "2️⃣")
    #expect(text.split(separator: "\n")[2] == "^" + String(repeating: "~", count: 159))
  }

  @Test func `control characters of the file and of messages do not reach the terminal`() {
    #expect(render("a\u{1B}[2J1️⃣b2️⃣\u{9B}\u{7F}") == "test.yaml:1:6: error: wrong [GR9001]\na�[2Jb��\n     ^\n")
    var renderer = DiagnosticTextRenderer(colour: false)
    let message = DiagnosticMessage("GR9001", .error, "key '\u{1B}[31m\n'")
    #expect(renderer.render([Diagnostic(message, at: nil)]) == "error: key '�[31m�' [GR9001]\n")
  }

  @Test func `notes are shown with their own place, or the place of the diagnostic`() {
    let file = SourceFile(path: "other.yaml", text: "first: 1\n")
    let notes = [
      Diagnostic.Note("first written here", at: SourceSpan(file, ByteRange(0, 5))), Diagnostic.Note("so it is"),
    ]
    #expect(
      render("1️⃣a2️⃣: 1\n", notes: notes) == """
        test.yaml:1:1: error: wrong [GR9001]
        a: 1
        ^
        other.yaml:1:1: note: first written here
        first: 1
        ^~~~~
        test.yaml:1:1: note: so it is

        """)
  }

  @Test func `a fix that does not fit below the caret is not shown`() {
    #expect(render("a: 1️⃣b2️⃣", fixIt: "two\nlines") == "test.yaml:1:4: error: wrong [GR9001]\na: b\n   ^\n")
  }

  @Test func `a diagnostic without a place is one line`() {
    var renderer = DiagnosticTextRenderer(colour: false)
    #expect(renderer.render([Diagnostic(wrong, at: nil)]) == "error: wrong [GR9001]\n")
  }

  @Test func `colours mark place, severity, code and caret`() {
    let file = SourceFile(path: "t.yaml", text: "a: b\n")
    var renderer = DiagnosticTextRenderer(colour: true)
    let text = renderer.render([Diagnostic(wrong, at: SourceSpan(file, ByteRange(3, 4)))])
    #expect(
      text == "\u{1B}[1mt.yaml:1:4: \u{1B}[0m\u{1B}[1;31merror: \u{1B}[0mwrong\u{1B}[2m [GR9001]\u{1B}[0m\n"
        + "a: b\n   \u{1B}[1;32m^\u{1B}[0m\n")
  }

  @Test func `the summary counts by severity`() {
    let odd = DiagnosticMessage("GR9002", .warning, "odd")
    #expect(DiagnosticTextRenderer.summary([]) == nil)
    #expect(DiagnosticTextRenderer.summary([Diagnostic(wrong, at: nil)]) == "1 error")
    let all = [Diagnostic(odd, at: nil), Diagnostic(wrong, at: nil), Diagnostic(wrong, at: nil)]
    #expect(DiagnosticTextRenderer.summary(all) == "2 errors, 1 warning")
  }
}
