import GraphCompiler
import GraphDiagnostics
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// What error policies, checks and predictions of a graph file do in a run.
@Suite(.timeLimit(.minutes(10))) struct PolicyRunTests {
  private static let edges = "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: END}"

  /// A graph of a node `a` with keys of its own and a node `b` behind it.
  private func two(_ node: String, top: String = "defaults: {provider: scripted}") -> String {
    graph(top, nodes: "a: {\(node)}\nb: {type: passthrough, output: {seen: \"{state.a}\"}}", edges: Self.edges)
  }

  private struct Failure: Error, CustomStringConvertible { let description = "no luck" }

  @Test func `B20: a guard that halts ends the run`() async throws {
    let trace = try await Trace(
      two("user: hello, guards: {post: [{check: \"'good' in output\", message: not good}]}"))
    #expect(trace.started == ["a"])
    #expect(trace.error?.message == "not good")
    let before = try await Trace(
      two("user: hello, guards: {pre: [{check: state.topic, on_fail: halt}]}", top: "state: {topic: str?}"))
    #expect(before.started.isEmpty && before.error != nil)
  }

  @Test func `a guard that skips leaves the node out, and the run goes on`() async throws {
    let trace = try await Trace(
      two("user: hello, guards: {pre: [{check: state.topic, on_fail: skip}]}", top: "state: {topic: str?}"))
    #expect(trace.started == ["b"] && trace.skipped == ["a"] && trace.error == nil)
  }

  @Test func `a guard that retries asks again until it holds`() async throws {
    let model = ScriptedModel(["bad", "bad", "good"])
    let node = "user: hello, guards: {post: [{check: output == 'good', on_fail: retry, max_retries: 2}]}"
    let trace = try await Trace(two(node), model: model)
    #expect(trace.state["seen"] == "good" && model.requests.count == 3)
    let short = node.replacing("max_retries: 2", with: "max_retries: 1")
    let failed = try await Trace(two(short), model: ScriptedModel(["bad", "bad", "good"]))
    #expect(failed.error != nil && failed.started == ["a", "a"])
  }

  @Test func `a prediction that is wrong warns, and the run goes on`() async throws {
    let trace = try await Trace(two("user: hello, verification: {question: Will contain tea}"))
    #expect(trace.state["seen"] == "an answer" && trace.error == nil)
    let halted = try await Trace(two("user: hello, verification: {question: Will contain tea, on_fail: halt}"))
    #expect(halted.error?.message.contains("Will contain tea") == true)
  }

  @Test func `on_error skip goes on without the result`() async throws {
    let model = ScriptedModel { _ in .failure(Failure()) }
    let trace = try await Trace(two("user: hello, on_error: skip"), model: model)
    #expect(trace.started == ["a", "b"] && trace.error == nil)
    #expect(trace.state["seen"] == nil)
  }

  @Test func `on_error retry tries again, and fails after the last attempt`() async throws {
    let retry = "user: hello, on_error: retry, retry: {max_attempts: 2, backoff: 1ms}"
    let second = try await Trace(two(retry), model: ScriptedModel([.failure(Failure()), "fine"]))
    #expect(second.state["seen"] == "fine")
    let model = ScriptedModel { _ in .failure(Failure()) }
    let failed = try await Trace(two(retry), model: model)
    #expect(failed.error?.message == "no luck" && model.requests.count == 2)
  }

  @Test func `a fallback is asked after the last attempt`() async throws {
    let model = ScriptedModel { _ in .failure(Failure()) }
    let node = "user: hello, max_retries: 1, retry: {max_attempts: 2, backoff: 1ms}, fallback: {provider: other}"
    let trace = try await Trace(two(node), model: model)
    #expect(trace.state["seen"] == "from other" && model.requests.count == 2)
  }

  @Test func `a fallback of a router leads to its routes`() async throws {
    let text = graph(
      "defaults: {provider: scripted}",
      nodes: """
        r: {type: router, user: which?, routes: {from other: a, y: b}, fallback: {provider: other}}
        a: {type: step}
        b: {type: step}
        """,
      edges: """
        - {from: START, to: r}
        - {from: r, to: [a, b], type: conditional}
        - {from: a, to: END}
        - {from: b, to: END}
        """)
    let trace = try await Trace(text, model: ScriptedModel { _ in .failure(Failure()) })
    #expect(trace.started.last == "a" && trace.error == nil)
  }

  @Test func `an answer that does not fit is sent back in each attempt`() async throws {
    let model = ScriptedModel(["no", "no", "no", "{\"x\": 1}"])
    let node = "user: hello, parse_json: true, on_error: retry, retry: {max_attempts: 2, backoff: 1ms}"
    let trace = try await Trace(two(node), model: model)
    #expect(trace.state["seen"] == ["x": 1])
    #expect(model.requests.map(\.messages.count) == [1, 3, 1, 3])
  }
}
