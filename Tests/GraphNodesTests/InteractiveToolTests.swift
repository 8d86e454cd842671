import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Talks with a person that functions of Python lead.
@Suite(.timeLimit(.minutes(5)))
struct InteractiveToolTests {
  private static let tools = """
    def start(state):
      return {'resp': 'First?', 'log': ['start']}

    def step(state):
      n = len(state['log'])
      return {'resp': 'Question %d?' % (n + 1), 'log': [state['ans']], 'done': state['ans'] == 'enough'}

    def end(state):
      return {'log': ['end']}

    """

  private func graph(_ parts: String, top: String = "") -> String {
    """
    state: {log: {type: list, reducer: append}, resp: str, ans: str, done: bool, n: {type: int, default: 0}}
    tools:
      start: {type: python, path: t.py, function: start}
      step: {type: python, path: t.py, function: step}
      end: {type: python, path: t.py, function: end}
    nodes:
      it: {type: interactive_tool, start: start, step: step, resume_key: ans, response_key: resp, \(parts)}
      after: {type: passthrough, output: {n: "{len(log)}"}}
    edges: [{from: START, to: it}, {from: it, to: after}, {from: after, to: END}]
    \(top)
    """
  }

  private func talk(_ text: String, _ answers: [Value]) async throws -> Talk {
    let models = ModelCatalog(
      environment: Environment(["PATH": "/usr/local/bin:/usr/bin:/bin", "TRIBUTARY_PYTHON": "/usr/bin/python3"]))
    return try await GraphNodesTests.talk(
      text, ["t.py": Self.tools], answers: answers, GraphCompiler(factory: StandardNodeFactory(models: models)))
  }

  @Test func `It asks until the condition holds, and the last tool has the last word`() async throws {
    let talk = try await talk(graph("end: end, loop_until: done == true"), ["a", "b", "enough"])
    #expect(talk.questions.map(\.payload) == ["First?", "Question 2?", "Question 3?"])
    #expect(talk.questions.map(\.id) == ["it__ask", "it__ask", "it__ask"])
    #expect(talk.log.state["log"] == ["start", "a", "b", "enough", "end"])
    #expect(talk.log.state["n"] == 5)
  }

  @Test func `B35: a condition that mixes 'and' and 'or' ends the talk exactly when it holds`() async throws {
    // Negated without brackets, 'or' before 'and' would end this talk at its first step, or never.
    let condition = "'done == true or len(log) >= 3 and len(log) < 9'"
    let talk = try await talk(graph("loop_until: \(condition)"), ["a", "b", "c", "d"])
    #expect(talk.questions.count == 2)
    #expect(talk.log.state["log"] == ["start", "a", "b"])
    #expect(talk.log.outcome?.status == .completed)
  }

  @Test func `It asks no more often than 'max_iterations' says`() async throws {
    let talk = try await talk(graph("end: end, loop_until: done == true, max_iterations: 2"), ["a", "b", "c"])
    #expect(talk.questions.count == 2)
    #expect(talk.log.state["log"] == ["start", "a", "b", "end"])
  }

  @Test(arguments: [
    ("loop_until: done = true", "GR0502"), ("loop_until: dne == true", "GR0220"), ("loop_untl: done == true", "GR0101"),
    ("end: nd, loop_until: done == true", "GR0250"),
  ])
  func `Mistakes are shown in what was written`(parts: String, code: String) throws {
    let folder = try TemporaryFolder(["g.yaml": graph(parts), "t.py": Self.tools])
    let found = nestingCompiler().compile("\(folder.path)/g.yaml").diagnostics
    #expect(found.map(\.code.id) == [code])
    #expect(found.first?.span?.start.line == 7)
  }
}
