import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// What the factory builds, and what it refuses.
@Suite(.timeLimit(.minutes(5)))
struct NodeFactoryTests {
  @Test(arguments: ["llm", "router"])
  func `A node that streams has a streaming closure, another one a plain one`(type: String) throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      nodes:
        a: {type: \(type), user: hi, stream: true\(type == "router" ? ", routes: {x: c}, default_route: c" : "")}
        b: {type: \(type), user: hi\(type == "router" ? ", routes: {x: c}, default_route: c" : "")}
        c: {type: passthrough, output: {r: 1}}
      edges:
        - {from: START, to: [a, b]}
        - {from: a, to: \(type == "router" ? "[c], type: conditional" : "c")}
        - {from: b, to: \(type == "router" ? "[c], type: conditional" : "c")}
        - {from: c, to: END}
      """
    ])
    let bodies = try load(folder, catalog(ScriptedModel([]))).graph.nodes.map(\.body)
    #expect(bodies.map(Self.form) == ["streaming", "plain", "synchronous"])
  }

  private static func form(_ body: NodeBody) -> String {
    switch body {
    case .synchronous: "synchronous"
    case .plain: "plain"
    case .streaming: "streaming"
    }
  }

  @Test func `A callback gets each token with its node`() async throws {
    let folder = try TemporaryFolder(["g.yaml": graph("user: hi, stream: true")])
    let seen = Locked<[String]>([])
    let factory = StandardNodeFactory(models: catalog(ScriptedModel([.pieces(["On", "ce"])]))) { node, token in
      seen.withLock { $0.append("\(node): \(token)") }
    }
    let log = try await GraphCompiler(factory: factory).load("\(folder.path)/g.yaml").log()
    #expect(seen.withLock { $0 } == ["a: On", "a: ce"])
    #expect(log.tokens == ["On", "ce"])
  }

  @Test func `Load, compile and run take five lines`() async throws {
    let folder = try TemporaryFolder(["g.yaml": graph("user: hi, stream: true")])
    let models = catalog(ScriptedModel([.pieces(["On", "ce"])]))
    let compiler = GraphCompiler(factory: StandardNodeFactory(models: models))
    let graph = try compiler.load("\(folder.path)/g.yaml")
    var text = ""
    for try await token in graph.run().tokens() { text += token }
    #expect(text == "Once")
  }

  // MARK: - Types of one's own

  private func factory() -> StandardNodeFactory {
    var factory = StandardNodeFactory(models: catalog(ScriptedModel([])))
    factory.register(
      "shout", keys: [KeySpec("text", .any, "What is shouted.", isRequired: true)], result: .string
    ) { node in
      guard let text = node.template("text") else { return nil }
      let key = node.resultKey
      return .synchronous { state in
        StateUpdate(key, .string((try text.evaluate(state).string ?? "").uppercased()))
      }
    }
    factory.register("spell") { node in
      let key = node.resultKey
      return .streaming { _, _ in
        let letters = Locked(Array("abc"))
        return TokenStream(to: key) {
          letters.withLock { $0.isEmpty ? nil : String($0.removeFirst()) }
        }
      }
    }
    return factory
  }

  @Test func `A type of one's own reads and writes the state`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": graph(#"type: shout, text: "{state.word}!", state_key: loud"#, state: "word: str")
    ])
    let compiled = try GraphCompiler(factory: factory()).load("\(folder.path)/g.yaml")
    #expect(try await compiled.log(["word": "hey"]).outcome?.state["loud"] == "HEY!")
    #expect(compiled.description.nodes.first?.reads == ["word"])
  }

  @Test func `A type of one's own streams`() async throws {
    let folder = try TemporaryFolder(["g.yaml": graph("type: spell")])
    let log = try await GraphCompiler(factory: factory()).load("\(folder.path)/g.yaml").log()
    #expect(log.tokens == ["a", "b", "c"])
    #expect(log.outcome?.state["a"] == "abc")
  }

  @Test(arguments: [
    (#"type: shout, txt: hi"#, "txt"), ("type: shout, text: '{state.wrd}'", "wrd"), ("type: shuot, text: hi", "shuot"),
  ])
  func `Its keys, and what it reads, are checked`(node: String, name: String) throws {
    let folder = try TemporaryFolder(["g.yaml": graph(node, state: "word: str")])
    let compilation = GraphCompiler(factory: factory()).compile("\(folder.path)/g.yaml")
    #expect(compilation.graph == nil)
    #expect(compilation.diagnostics.contains { $0.message.text.contains("'\(name)'") && !$0.fixIts.isEmpty })
  }

  // MARK: - Mistakes in nodes that ask a model

  /// The findings about a graph of one node; its prompts are `p` (uses 'x') and `j` (has a schema).
  private func findings(_ node: String) throws -> [String] {
    let folder = try TemporaryFolder([
      "g.yaml": graph(node, state: "x: str, y: str"), "prompts/p.yaml": "user: '{x}'\n",
      "prompts/j.yaml": """
      user: hi
      schema: {name: S, fields: {kind: {type: str, enum: [a]}, sort: {type: str, enum: [b]}}}

      """,
    ])
    let compilation = GraphCompiler(factory: StandardNodeFactory(models: catalog(ScriptedModel([])))).compile(
      "\(folder.path)/g.yaml")
    return compilation.diagnostics.map { "\($0.message.text) [\($0.code.id)]" }
  }

  @Test(arguments: [
    ("type: llm", ["node 'a' needs 'prompt', or 'user' with the question itself [GR0120]"]),
    ("prompt: p, user: hi", ["a node has either 'prompt' or its own 'system' and 'user', not both [GR0121]"]),
    ("prompt: p, provider: opnai", ["there is no provider 'opnai' [GR0126]"]),
    (
      "prompt: p, variables: {y: '{state.y}'}",
      [
        "prompt 'p' does not use the variable 'y' [GR0231]",
        "prompt 'p' uses 'x', which node 'a' does not give under 'variables' [GR0230]",
      ]
    ),
    ("prompt: p, variables: {x: '{state.x}'}", []),
    ("prompt: q", ["prompt 'q' was not found [GR0616]"]),
    ("type: router, prompt: p, routes: {}", ["router 'a' has no routes [GR0122]"]),
    (
      "type: router, prompt: j, routes: {b: a}, route_field: knd",
      ["the schema 'S' has no field 'knd' [GR0123]"]
    ),
    (
      "type: router, prompt: p, routes: {b: a}, route_field: kind",
      ["the answer is text and has no field 'kind'; give the prompt a schema, or the node 'parse_json: true' [GR0124]"]
    ),
    (
      "type: router, prompt: j, routes: {b: a}",
      ["router 'a' needs 'route_field': which of 'kind', 'sort' of 'S' holds the route? [GR0125]"]
    ),
  ])
  func `A mistake is one finding`(node: String, expected: [String]) throws {
    let edges = [
      "GR0201", "GR0202", "GR0203", "GR0204", "GR0205", "GR0206", "GR0207", "GR0208", "GR0209", "GR0210", "GR0211",
    ]
    // What the edges of a router lack is another matter.
    let found = try findings(node).filter { finding in !edges.contains { finding.hasSuffix("[\($0)]") } }
    #expect(found.sorted() == expected.sorted())
  }
}
