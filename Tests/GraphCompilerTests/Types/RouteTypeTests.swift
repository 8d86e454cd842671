import GraphTestSupport
import Testing

/// The routes of routers beside the answers that their schemas allow.
@Suite(.timeLimit(.minutes(10)))
struct RouteTypeTests {
  private static func text(_ routes: String, node: String = "") -> String {
    """
    state: {text: str}
    nodes:
      judge:
        type: router
        prompt: critique
        routes: {\(routes)}
    \(node.isEmpty ? "" : "    \(node)\n")  a: {prompt: plain}
      b: {prompt: plain}
    edges:
      - {from: START, to: judge}
      - {from: judge, to: [a, b], type: conditional}
      - {from: a, to: END}
      - {from: b, to: END}

    """
  }

  @Test func `an answer without a route is found`() throws {
    let marked = Self.text("accept: a, revise: b").split(separator: "routes:").joined(separator: "1️⃣routes:")
    try TypedProject.expect(
      marked, "GR0443", "router 'judge' has no route for the answer 'reject', and no 'default_route' for others")
  }

  @Test func `a route that no answer takes is found`() throws {
    try TypedProject.expect(
      Self.text("accept: a, revise: b, 1️⃣unclear: b", node: "default_route: b"), "GR0444",
      "route 'unclear' is never taken: it is no value of 'verdict'")
  }

  @Test func `a route that is misspelled is one mistake`() throws {
    try TypedProject.expect(
      Self.text("accept: a, 1️⃣revize: b, reject: b"), "GR0444",
      "route 'revize' is never taken: it is no value of 'verdict'", fixIt: "revise")
  }

  @Test(arguments: [
    ("accept: a, revise: b, reject: b", ""), ("accept: a", "default_route: b"), ("Accept: a, REVISE: b, reject: b", ""),
    ("very good: a, other: b", "route_field: feedback"),
  ])
  func `routes that fit are left alone`(routes: String, node: String) throws {
    try TypedProject.expectNone(Self.text(routes, node: node))
  }
}
