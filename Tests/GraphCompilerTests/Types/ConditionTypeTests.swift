import GraphDiagnostics
import GraphTestSupport
import Testing

/// What conditions do with values that cannot be right by their types.
@Suite(.timeLimit(.minutes(10)))
struct ConditionTypeTests {
  @Test(arguments: [
    ("critique.1️⃣scor > 0.5", "GR0540", "'critique' has no field 'scor'", "score"),
    ("state.critique.1️⃣marks > 0.5", "GR0540", "'critique' has no field 'marks'", nil),
    ("1️⃣critique.score.value > 0.5", "GR0541", "'critique.score' is float and has no field 'value'", nil),
    ("1️⃣text[0] == 'a'", "GR0549", "'[0]' is always missing: 'text' is str", nil),
    ("1️⃣count[0] > 1", "GR0541", "'count' is int and has no items, so no '[0]'", nil),
    ("critique.1️⃣scor == 0.5", "GR0549", "'scor' is always missing: 'critique' has no such field", "score"),
    ("len(names) > 0 and 1️⃣names.first == 'a'", "GR0549", "'first' is always missing: 'names' is list", nil),
    ("1️⃣count > 'high'", "GR0542", "'>' cannot compare int with str", nil),
    ("1️⃣critique.score > '0.5'", "GR0542", "'>' cannot compare float with str", nil),
    ("1️⃣flag < 2", "GR0542", "'<' cannot compare bool with int", nil),
    ("1️⃣text + 1 == 'x'", "GR0543", "'+' cannot combine str with int", nil),
    ("1️⃣names - 1 == 2", "GR0543", "'-' cannot combine list with int", nil),
    ("1️⃣-text == 2", "GR0543", "'-' needs a number, not str", nil),
    ("1️⃣count % 0 == 1", "GR0543", "'%' divides by zero", nil),
    ("1️⃣len(count) > 1", "GR0544", "'len' needs a list, a dict or a text, not int", nil),
    ("1️⃣lower(count) == 'a'", "GR0544", "'lower' needs a text, not int", nil),
    ("1️⃣sum(names) > 1", "GR0544", "'sum' needs a list of numbers, not of str", nil),
    ("1️⃣max(count, text) == 1", "GR0544", "'max' cannot order int with str", nil),
    ("1️⃣int(names) == 1", "GR0544", "'int' needs a number or a text, not list", nil),
    ("1️⃣'a' in count", "GR0545", "'in' cannot look for str in int", nil),
    ("1️⃣count in text", "GR0545", "'in' cannot look for int in str", nil),
    (
      "critique.verdict == 1️⃣'acept'", "GR0546",
      "'critique.verdict' is never 'acept', so that this comparison never holds", "accept"
    ),
    (
      "critique.verdict != 1️⃣'done'", "GR0546",
      "'critique.verdict' is never 'done', so that this comparison always holds", nil
    ),
    (
      "critique.verdict in [1️⃣'acept', 'revise']", "GR0546",
      "'critique.verdict' is never 'acept', so that this comparison never holds", "accept"
    ),
    (
      "1️⃣count == '5'", "GR0546", "'count' is int and never equal to str, so that this comparison never holds", nil
    ),
    ("1️⃣5 in names", "GR0546", "5 is no item of 'names', which holds str: this never holds", nil),
    ("1️⃣'scor' in critique", "GR0546", "'critique' has no field 'scor', so that this never holds", "score"),
    ("1️⃣critique.score > 5", "GR0547", "'critique.score' is from 0 to 1, so that this comparison never holds", nil),
    ("1️⃣critique.score <= 1", "GR0547", "'critique.score' is from 0 to 1, so that this comparison always holds", nil),
    ("1️⃣len(text) < 0", "GR0547", "'len(text)' is at least 0, so that this comparison never holds", nil),
    (
      "lower(critique.verdict) == 1️⃣'Accept'", "GR0546",
      "'lower(critique.verdict)' is never 'Accept', so that this comparison never holds", "accept"
    ),
    (
      "type(count) == 1️⃣'string'", "GR0546", "'type(count)' is never 'string', so that this comparison never holds",
      nil
    ),
  ])
  func `a mistake of types is found`(condition: String, code: String, message: String, fixIt: String?) throws {
    try TypedProject.expect(TypedProject.graph(condition: condition), code, message, fixIt: fixIt)
  }

  @Test(arguments: [
    "critique.score > 0.5", "critique.score >= 1", "critique.verdict == 'accept'", "critique == null",
    "critique.verdict in ['accept', 'revise']", "'a' in critique.tags", "'score' in critique", "count == 5.0",
    "default(critique.score, 0) > 0.5", "text + 'x' == 'y'", "text * 3 == 'y'", "names + ['a'] == []",
    "critique.score > count", "len(names) > 2 and names[0] == 'a'", "flag", "not flag", "text", "critique",
    "count / 2 > 1", "level > 3", "min(count, level) > 1", "str(count) == '5'", "float(text) > 2",
    "names[count] == 'a'",
    // What a condition around it has made sure of.
    "len(text) > 3 if type(text) == 'str' else text > 3", "text != null and text > 'a'", "text and len(text) > 2",
    "count > 3 if count else true", "count != null and count != null or flag", "text == 'a' and text != 'b'",
    // Nothing is known of these.
    "other.field > 3 if other else false",
  ])
  func `what may be right is left alone`(condition: String) throws {
    try TypedProject.expectNone(TypedProject.graph(condition: condition, state: ", other: any"))
  }

  @Test func `the notes say where types come from`() throws {
    let source = MarkedSource(
      """
      state: {1️⃣count: int, text: str}
      nodes: {judge: {prompt: critique}}
      edges:
        - {from: START, to: judge}
        - {from: judge, to: END, condition: "count > 'high'"}
        - {from: judge, to: END, condition: "judge.scor > 1"}
        - {from: judge, to: END}

      """)
    let found = try TypedProject().compile(source)
    #expect(found.map(\.code.id) == ["GR0542", "GR0540"])
    #expect(found.first?.notes.map(\.text) == ["'count' is declared as 'int' here"])
    #expect(found.first?.notes.first?.span?.start == source["1️⃣"])
    #expect(
      found.last?.notes.map(\.text) == [
        "did you mean 'score'?", "the fields of 'judge' are declared here", "node 'judge' writes 'judge' as 'dict'",
      ])
    #expect(found.last?.notes[1].span?.start == GraphDiagnostics.SourceLocation(line: 5, column: 5))
  }

  @Test func `the place is right inside a block of text`() throws {
    try TypedProject.expect(
      TypedProject.graph(
        nodes:
          "plan:\n  type: passthrough\n  output:\n    line: |-\n      about {state.text}:\n      {state.critique.1️⃣scor}",
        edges: "- {from: judge, to: plan}\n- {from: plan, to: END}"),
      "GR0540", "'critique' has no field 'scor'", fixIt: "score")
  }

  @Test func `a key that a function may write has no certain type`() throws {
    let nodes = "work: {type: python, tool: work}"
    let text = TypedProject.graph(
      nodes: nodes,
      edges: """
        - {from: judge, to: work}
        - {from: work, to: END, condition: "1️⃣count > 'high'"}
        - {from: work, to: END, condition: "critique.scor > 1"}
        - {from: work, to: END}
        """)
    let source = MarkedSource(
      text + "tools: {work: {type: python, path: work.py, function: work}}\n")
    let project = try TypedProject(["work.py": "def work(state):\n  return dict(state)\n"])
    // What is declared is taken as promised; of what is only written, nothing is known.
    #expect(
      project.diagnostics(source) == [
        ExpectedDiagnostic(source["1️⃣"], "GR0559", "'>' cannot compare int with str")
      ])
  }

  @Test(arguments: [
    ("critique.verdict == 'accept'", "'critique.verdict' is 'reject' or 'revise'"),
    ("critique.verdict in ['accept', 'reject']", "'critique.verdict' is 'revise'"),
    ("critique.verdict == 'accept' or critique.verdict == 'revise'", "'critique.verdict' is 'reject'"),
    ("flag == true", "'flag' is false"), ("flag", "'flag' is false"), ("not flag", "'flag' is true"),
  ])
  func `values that no condition covers are named`(condition: String, gap: String) throws {
    try TypedProject.expect(
      TypedProject.graph(edges: "- {from: judge, to: END, condition: \"1️⃣\(condition)\"}"), "GR0309",
      "no condition holds when \(gap); add an edge without a condition as the \"else\"")
  }

  @Test(arguments: [
    ["critique.verdict == 'accept'", "critique.verdict != 'accept'"], ["flag", "not flag"],
    ["critique.verdict == 'accept'", "critique.verdict in ['revise', 'reject']"], ["flag == true", "count > 3"],
  ])
  func `conditions that cover all values are enough`(conditions: [String]) throws {
    try TypedProject.expectNone(
      TypedProject.graph(
        edges: conditions.map { "- {from: judge, to: END, condition: \"\($0)\"}" }.joined(separator: "\n")))
  }
}
