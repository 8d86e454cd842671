import GraphDiagnostics
import GraphLanguage
import GraphTestSupport
import Testing

struct ExpressionSyntaxTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let marked: String
    let code: String
    let message: String
    let fixIt: String?
    var testDescription: String { marked }

    init(_ marked: String, _ code: String, _ message: String, fixIt: String? = nil) {
      self.marked = marked
      self.code = code
      self.message = message
      self.fixIt = fixIt
    }
  }

  @Test(
    "one mistake gives one diagnostic at its place",
    arguments: [
      Mistake("1️⃣", "GR0501", "expression is empty"),
      Mistake("1️⃣  ", "GR0501", "expression is empty"),
      Mistake("n 1️⃣= 5", "GR0502", "'=' does not compare; write '=='", fixIt: "=="),
      Mistake("n 1️⃣=== 5", "GR0502", "'===' is not an operator; write '=='", fixIt: "=="),
      Mistake("n 1️⃣!== 5", "GR0502", "'!==' is not an operator; write '!='", fixIt: "!="),
      Mistake("n 1️⃣<> 5", "GR0502", "'<>' is not an operator; write '!='", fixIt: "!="),
      Mistake("a 1️⃣&& b", "GR0502", "'&&' is not an operator; write 'and'", fixIt: "and"),
      Mistake("a 1️⃣|| b", "GR0502", "'||' is not an operator; write 'or'", fixIt: "or"),
      Mistake("1️⃣!a", "GR0502", "'!' is not an operator; write 'not'", fixIt: "not "),
      Mistake("n 1️⃣=> 5", "GR0502", "'=>' is not an operator; write '>='", fixIt: ">="),
      Mistake("n 1️⃣** 2", "GR0502", "'**' is not an operator; a power has to be multiplied out"),
      Mistake("a 1️⃣? 1 : 2", "GR0502", "'?' is not an operator; a choice is written 'a if condition else b'"),
      Mistake("name == 1️⃣'bob", "GR0503", "text that begins with ' has no closing quote"),
      Mistake("name == it1️⃣'s", "GR0503", "text that begins with ' has no closing quote"),
      Mistake("name == 1️⃣“bob”", "GR0503", "text is quoted with ' or \", not with a typographic quote"),
      Mistake("1️⃣(a == 1", "GR0504", "'(' is never closed"),
      Mistake("x in 1️⃣[1, 2", "GR0504", "'[' is never closed"),
      Mistake("a == 11️⃣)", "GR0504", "')' closes nothing"),
      Mistake("1️⃣{state.x} == 1", "GR0505", "conditions take no braces; write the path without them", fixIt: "state.x"),
      Mistake("{1️⃣a: 1}", "GR0505", "key 'a' of an object has to be quoted", fixIt: "'a'"),
      Mistake("1️⃣lenght(x)", "GR0506", "no function is named 'lenght'", fixIt: "len"),
      Mistake("x | 1️⃣uper", "GR0506", "no function is named 'uper'", fixIt: "upper"),
      Mistake("1️⃣open('x')", "GR0506", "no function is named 'open'"),
      Mistake(
        "state.name.1️⃣upper()", "GR0506", "values have no methods; 'upper' is called as a function",
        fixIt: "upper(state.name)"),
      Mistake("1️⃣len()", "GR0507", "'len' takes one argument, not 0"),
      Mistake("1️⃣contains(a)", "GR0507", "'contains' takes two arguments, not 1"),
      Mistake("1️⃣round(1, 2, 3)", "GR0507", "'round' takes one or two arguments, not 3"),
      Mistake("x | 1️⃣default(1, 2)", "GR0507", "'default' takes two arguments, not 3"),
      Mistake("a 1️⃣b", "GR0508", "unexpected 'b'; expected an operator or the end"),
      Mistake("a == 1 and 1️⃣and b", "GR0508", "unexpected 'and'; expected a value"),
      Mistake("a not 1️⃣b", "GR0508", "unexpected 'b'; expected 'in'"),
      Mistake("a 1️⃣; b", "GR0508", "unexpected ';'"),
      Mistake("a ==1️⃣", "GR0509", "expression ends where a value was expected"),
      Mistake("a if b1️⃣", "GR0509", "expression ends where 'else' was expected"),
      Mistake("n == 1️⃣3x", "GR0510", "'3x' is not a number"),
      Mistake("n == 1️⃣99999999999999999999", "GR0510", "number '99999999999999999999' is out of range"),
      Mistake(#"a == 'x1️⃣\d'"#, "GR0511", #"'\d' is not an escape; a backslash is written '\\'"#),
      Mistake("1️⃣state", "GR0513", "the state cannot be read as a whole; name a key, as in 'state.topic'"),
      Mistake("1️⃣state == 1", "GR0513", "the state cannot be read as a whole; name a key, as in 'state.topic'"),
    ])
  func mistake(_ mistake: Mistake) {
    let source = MarkedSource(mistake.marked)
    let expected = ExpectedDiagnostic(source["1️⃣"], mistake.code, mistake.message, fixIt: mistake.fixIt)
    #expect(diagnosticsOfExpression(source) == [expected])
  }

  @Test("operators of other languages are all reported at once")
  func severalOperators() {
    let source = MarkedSource("a 1️⃣= 1 2️⃣&& b 3️⃣<> 2")
    #expect(
      diagnosticsOfExpression(source) == [
        ExpectedDiagnostic(source["1️⃣"], "GR0502", "'=' does not compare; write '=='", fixIt: "=="),
        ExpectedDiagnostic(source["2️⃣"], "GR0502", "'&&' is not an operator; write 'and'", fixIt: "and"),
        ExpectedDiagnostic(source["3️⃣"], "GR0502", "'<>' is not an operator; write '!='", fixIt: "!="),
      ])
  }

  @Test("depth and length are bounded", arguments: ["(", "[", "not ", "-", "{'a':", "a if b else "])
  func nesting(_ opener: String) {
    let source = MarkedSource(String(repeating: opener, count: 100_000) + "1")
    #expect(diagnosticsOfExpression(source).map(\.code) == ["GR0512"])
  }

  @Test("a long chain of operators is refused, a long list is not")
  func length() throws {
    let chain = MarkedSource("1" + String(repeating: " + 1", count: 5_000))
    #expect(diagnosticsOfExpression(chain).map(\.code) == ["GR0512"])
    let list = "x in [" + String(repeating: "1, ", count: 5_000) + "]"
    #expect(try parsed(list).paths.count == 1)
  }

  @Test("no text makes the parser trap, and what it accepts evaluates or fails with an error")
  func anyText() throws {
    let pieces = [
      "state", ".", "n", "items", "obj", "[", "]", "(", ")", "{", "}", "'", "\"", "a", "0", "1.5", "1e9", "+", "-", "*",
      "/", "//", "%", "==", "=", "<", "!=", "in", "not", "and", "or", "if", "else", ",", ":", "|", "len", "max",
      "range",
      " ", " ", " ", "é", "\\", "\u{201C}", "\n", "default", "split", "null",
    ]
    var generator = SeededGenerator(0x5EED_0501)
    var accepted = 0
    for round in 0..<20_000 {
      let count = Int.random(in: 1...10, using: &generator)
      let text = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }.joined()
      let engine = DiagnosticEngine()
      guard let expression = Expression.parse(ExpressionSource(text), diagnostics: engine) else {
        #expect(engine.hasErrors, "round \(round): '\(text)' was refused without a reason")
        continue
      }
      #expect(!engine.hasErrors, "round \(round): '\(text)' was accepted with an error")
      accepted += 1
      let state = TestState(sampleState)
      _ = try? expression.compile(state.slot).evaluate { state.values[$0] }
    }
    #expect(accepted > 100)
  }
}
