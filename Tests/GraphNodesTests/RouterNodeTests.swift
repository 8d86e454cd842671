import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// How a router's answer becomes a way through the graph.
@Suite(.timeLimit(.minutes(5)))
struct RouterNodeTests {
  private func route(
    _ answer: String, keys: String = "", prompt: String = "user: which?\n", streams: Bool = false
  ) async throws -> Log {
    let folder = try TemporaryFolder([
      "g.yaml": """
      nodes:
        pick:
          type: router
          prompt: pick
          stream: \(streams)
          routes: {good: a, very_good: b, "1": c, "true": d}
          \(keys)
        a: {type: passthrough, output: {r: 1}}
        b: {type: passthrough, output: {r: 2}}
        c: {type: passthrough, output: {r: 3}}
        d: {type: passthrough, output: {r: 4}}
        other: {type: passthrough, output: {r: 5}}
      edges:
        - {from: START, to: pick}
        - {from: pick, to: [a, b, c, d, other], type: conditional}
        - {from: a, to: END}
        - {from: b, to: END}
        - {from: c, to: END}
        - {from: d, to: END}
        - {from: other, to: END}
      """,
      "prompts/pick.yaml": prompt,
    ])
    return try await load(folder, catalog(ScriptedModel([.pieces(answer.map(String.init))]))).log()
  }

  @Test(
    arguments: [
      ("good", "a"), ("Good.", "a"), (" very_good\n", "b"), ("It is very_good indeed", "b"), ("I choose: good", "a"),
      ("1", "c"), ("TRUE", "d"), ("goodness", "other"), ("good or very_good", "other"), ("", "other"),
    ], [true, false])
  func `Text names a route`(answer: (String, String), streams: Bool) async throws {
    let log = try await route(answer.0, keys: "default_route: other", streams: streams)
    #expect(log.nodes == ["pick", answer.1])
    #expect(log.outcome?.state["pick"] == .string(answer.0))
  }

  private static let schema = """
    user: which?
    schema:
      name: Pick
      fields:
        tone: {type: str, enum: [good, very_good]}
        confidence: {type: float}

    """

  @Test(arguments: [true, false])
  func `The one enumeration of the schema holds the route`(streams: Bool) async throws {
    let log = try await route(
      #"{"tone": "very_good", "confidence": 1}"#, keys: "default_route: other", prompt: Self.schema, streams: streams)
    #expect(log.nodes == ["pick", "b"])
    #expect(log.outcome?.state["pick"]?["tone"] == "very_good")
  }

  @Test(arguments: [(#"{"n": 1}"#, "c"), (#"{"n": true}"#, "d"), (#"{"n": "good"}"#, "a"), (#"{"n": null}"#, "other")])
  func `A field of parsed JSON holds the route`(answer: String, node: String) async throws {
    let log = try await route(answer, keys: "route_field: n\n    parse_json: true\n    default_route: other")
    #expect(log.nodes == ["pick", node])
  }

  @Test func `Without a default an answer that is no route is an error`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      nodes:
        pick: {type: router, user: "which?", routes: {good: a, bad: b}}
        a: {type: passthrough, output: {r: 1}}
        b: {type: passthrough, output: {r: 2}}
      edges:
        - {from: START, to: pick}
        - {from: pick, to: [a, b], type: conditional}
        - {from: a, to: END}
        - {from: b, to: END}
      """
    ])
    let log = try await load(folder, catalog(ScriptedModel(["neither"]))).log()
    #expect(log.outcome?.error?.code == .unknownRoute)
    #expect(log.outcome?.error?.path == ["pick"])
  }

  @Test func `A router whose result is there already goes the same way again`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      nodes:
        pick: {type: router, user: "which?", routes: {good: a, bad: b}}
        a: {type: passthrough, output: {r: 1}}
        b: {type: passthrough, output: {r: 2}}
      edges:
        - {from: START, to: pick}
        - {from: pick, to: [a, b], type: conditional}
        - {from: a, to: END}
        - {from: b, to: END}
      """
    ])
    let model = ScriptedModel([])
    let log = try await load(folder, catalog(model)).log(["pick": "Bad!"])
    #expect(log.nodes == ["b"])
    #expect(model.requests.isEmpty)
  }

  @Test(arguments: [true, false])
  func `B25: a router that failed leads to its default route where the run may go on`(streams: Bool) async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      nodes:
        pick:
          {type: router, user: "which?", routes: {good: a, bad: b}, default_route: other, on_error: skip,
           stream: \(streams)}
        a: {type: passthrough, output: {r: 1}}
        b: {type: passthrough, output: {r: 2}}
        other: {type: passthrough, output: {r: 3}}
      edges:
        - {from: START, to: pick}
        - {from: pick, to: [a, b, other], type: conditional}
        - {from: a, to: END}
        - {from: b, to: END}
        - {from: other, to: END}
      """
    ])
    let failure = ModelError(.timeout, identity: nil, message: "slow")
    let log = try await load(folder, catalog(ScriptedModel([.failure(failure)]))).log()
    #expect(log.nodes == ["pick", "other"])
    #expect(log.outcome?.status == .completed)
  }
}
