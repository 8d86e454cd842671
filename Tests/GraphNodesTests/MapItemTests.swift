import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// What holds for each item of a map: its limits, its attempts, its tokens and its place in the log.
@Suite(.timeLimit(.minutes(5)))
struct MapItemTests {
  private func map(_ node: String, _ parts: String, top: String = "") -> String {
    """
    \(top)
    state: {items: list}
    nodes:
      m: {type: map, over: "{state.items}", as: it, collect: outs, node: {\(node)}\(parts.isEmpty ? "" : ", \(parts)")}
    edges: [{from: START, to: m}, {from: m, to: END}]
    """
  }

  @Test(arguments: [
    (#"type: meet, value: "{it}""#, "timeout: 1ms", ""),
    (#"type: meet, value: "{it}", timeout: 1ms"#, "timeout: 1h", ""),
    (#"type: meet, value: "{it}""#, "", "defaults: {timeout: 1ms}"),
  ])
  func `A time-out ends one item, not the map`(node: String, parts: String, top: String) async throws {
    let never = Gate()
    let compiler = nestingCompiler { value in if value == 2 { try await never.wait() } }
    let log = try await run(
      map(node, (parts.isEmpty ? "" : parts + ", ") + "min_success: 1, max_concurrency: 1", top: top),
      input: ["items": [2, 3]], compiler)
    #expect(log.outcome?.status == .completed)
    let failures = log.state["outs_failures"]?.list ?? []
    #expect(failures.first?["index"] == 0)
    #expect(failures.first?["type"] == "timeout")
  }

  @Test(arguments: [
    ("", "retry: {max_attempts: 2, backoff: 1ms}"), (", max_retries: 1, retry: {max_attempts: 2, backoff: 1ms}", ""),
  ])
  func `A failed item is tried again, and the others are not`(node: String, parts: String) async throws {
    let seen = Locked<[Value]>([])
    let compiler = nestingCompiler { value in
      let isFirst = seen.withLock { seen in
        defer { seen.append(value) }
        return !seen.contains(value)
      }
      if value == 2, isFirst { throw Bad(value: "2") }
    }
    let log = try await run(
      map(#"type: meet, value: "{it}"\#(node)"#, parts.isEmpty ? "" : parts), input: ["items": [1, 2, 3]], compiler)
    #expect(log.state["outs"] == [1, 2, 3])
    #expect(seen.withLock { $0.count } == 4)
  }

  @Test func `Tokens of items are events with the item's index in their path`() async throws {
    let model = ScriptedModel { .pieces(["<", $0.messages.last?.content ?? "", ">"]) }
    let log = try await run(
      map(#"user: "{it}", stream: true"#, "max_concurrency: 2"), input: ["items": ["a", "b"]], nestingCompiler(model))
    for (index, text) in ["<a>", "<b>"].enumerated() {
      let tokens = log.events.compactMap { event -> String? in
        guard event.path == ["m[\(index)]"], case .token(let token) = event.kind else { return nil }
        return token
      }
      #expect(tokens.joined() == text)
    }
    #expect(log.state["outs"] == ["<a>", "<b>"])
  }

  @Test func `A failure that the map goes on after is among the run's errors`() async throws {
    let log = try await run(
      map(#"type: check, value: "{it}", bad: 2"#, "min_success: 1"), input: ["items": [1, 2]])
    #expect(log.outcome?.toleratedErrors.map { "\($0)" } == ["node 'm[1]', step 1: 2 is bad"])
    #expect(log.outcome?.status == .completed)
  }

  @Test(arguments: ["", "on_error: skip, "])
  func `A check that says to halt fails the map, whatever it tolerates`(policy: String) async throws {
    let log = try await run(
      map(
        #"type: check, value: "{it}", bad: 9, guards: {post: [{check: "output < 2", on_fail: halt}]}"#,
        policy + "min_success: 0"),
      input: ["items": [1, 2]])
    #expect(log.state["outs"] == nil)
    #expect(policy.isEmpty == (log.outcome?.status == .failed))
  }

  @Test func `Guards of a map see all results`() async throws {
    let log = try await run(
      map(
        #"type: passthrough, output: {m: "{it}"}"#, #"guards: {post: [{check: "len(output) > 2", message: too few}]}"#),
      input: ["items": [1, 2]])
    #expect(log.failure == "node 'm', step 1: too few")
  }
}
