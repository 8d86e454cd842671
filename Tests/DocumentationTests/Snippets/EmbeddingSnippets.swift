// begin snippet
import GraphCompiler
import GraphNodes
import LanguageModels
// end snippet
import Glibc
import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import Testing

/// The code of docs/embedding.md and of the README: compiling and running.
@Suite(.timeLimit(.minutes(10)))
struct EmbeddingSnippets {
  static let offline = ModelCatalog(environment: Environment(), overrides: .init(isOffline: true))

  static func compiled(_ path: String) throws -> CompiledGraph {
    try GraphCompiler(factory: StandardNodeFactory(models: offline)).load("\(Package.root)/\(path)")
  }

  @Test func `a graph is loaded, compiled and run in five lines`() async throws {
    try #require(Files.exists("graphs/hello.yaml"), "tests run in the package's folder")
    let output = try await printed {
      // begin snippet
      let models = ModelCatalog(environment: .load(), overrides: .init(isOffline: true))
      let compiler = GraphCompiler(factory: StandardNodeFactory(models: models))
      let graph = try compiler.load("graphs/hello.yaml")
      let outcome = try await graph.run(["name": "World"]).result()
      print(outcome.state["greeting"]?.string ?? "")
      // end snippet
    }
    #expect(output.contains("The question turns on hello"))
  }

  @Test func `the compiler's example prints tokens`() async throws {
    let models = Self.offline
    let output = try await printed {
      // begin snippet
      let compiler = GraphCompiler(factory: StandardNodeFactory(models: models))
      let graph = try compiler.load("graphs/hello.yaml")
      for try await token in graph.run(["name": "World"]).tokens() { print(token, terminator: "") }
      // end snippet
    }
    #expect(output.contains("The question turns on hello"))
  }

  @Test func `the flow of data says what has been written`() async throws {
    let compiler = GraphCompiler(factory: StandardNodeFactory(models: Self.offline))
    let text = """
      state: {topic: str}
      nodes:
        draft: {user: "Write about {topic}.", state_key: text}
        judge: {user: "Judge this: {text}", state_key: mark}
      edges: [{from: START, to: draft}, {from: draft, to: judge}, {from: judge, to: END}]
      """
    let file = SourceFile(path: "graph.yaml", text: text)
    let output = try await printed {
      // begin snippet
      if let flow = compiler.dataFlow(of: file) {
        for (key, availability) in flow.keys(at: "judge") { print("\(key): \(availability)") }
      }
      // end snippet
    }
    #expect(output == "topic: given\ntext: certain\nmark: never\n")
  }

  @Test func `generated types hold what a run gives`() async throws {
    let graph = try Self.compiled("graphs/reflexion.yaml")
    let output = try await printed {
      // begin snippet
      let input = ReflexionGraph.Input(topic: "tidal power")
      let outcome = try await graph.run(input.valueObject).result()
      let state = try ReflexionGraph.State(outcome.state)
      print(state.critique?.score ?? 0, state.text?.count ?? 0)
      // end snippet
      #expect(state.topic == "tidal power" && state.critique != nil && state.text?.isEmpty == false)
    }
    #expect(!output.isEmpty)
    let path = "\(Package.root)/Tests/DocumentationTests/Generated/ReflexionGraph.swift"
    let text = SwiftTypes(of: graph, generatedBy: "graph codegen graphs/reflexion.yaml --language swift").text
    if getenv("UPDATE_SNAPSHOTS") != nil { try Files.write(text, to: path) }
    #expect(try Files.read(path) == text)
  }

  @Test func `exports are written where the program says`() async throws {
    let compiler = GraphCompiler(factory: StandardNodeFactory(models: Self.offline))
    let text = """
      nodes: {a: {type: passthrough, output: {poem: Roses}}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      exports: {poem: {filename: poem.md}}
      """
    let graph = try #require(compiler.compile(SourceFile(path: "graphs/x.yaml", text: text)).graph)
    let scratch = try TemporaryFolder()
    let folder = scratch.path
    let output = try await printed {
      // begin snippet
      let outcome = try await graph.run(options: RunOptions(thread: "t1")).result()
      for export in graph.writeExports(of: outcome.state, thread: "t1", to: folder) {
        print(export.key, export.problem ?? "was written")
      }
      // end snippet
    }
    #expect(output == "poem was written\n")
    #expect(try Files.read("\(folder)/t1/poem.md") == "Roses\n")
  }

  @Test func `a function of the program is called`() async throws {
    let models = Self.offline
    let output = try await printed {
      // begin snippet
      var factory = StandardNodeFactory(models: models)
      factory.register(function: "redact", parameters: ["text": .string], result: .string) { call in
        let text = call.arguments["text"]?.string ?? ""
        return .string(text.replacing(/\S+@\S+|\d{6,}/, with: "•••"))
      }
      let graph = try GraphCompiler(factory: factory).load("graphs/redaction.yaml")
      let outcome = try await graph.run(["letter": "Where is order 20417731? ada@example.com"]).result()
      print(outcome.state["redacted"]?.string ?? "")
      // end snippet
    }
    #expect(output == "Where is order •••? •••\n")
  }

  @Test func `diagnostics of a broken graph are printed`() async throws {
    let compiler = GraphCompiler(factory: StandardNodeFactory(models: Self.offline))
    let text = "nodes: {a: {user: hello, strem: true}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n"
    let output = try await printed {
      // begin snippet
      let compilation = compiler.compile(SourceFile(path: "graphs/draft.yaml", text: text))
      for diagnostic in compilation.diagnostics {
        let line = diagnostic.span?.start.line ?? 0
        print("line \(line): \(diagnostic.message.text) [\(diagnostic.code)]")
      }
      if let graph = compilation.graph { print("\(graph.description.nodes.count) nodes") }
      // end snippet
    }
    #expect(output == "line 1: unknown key 'strem' in node 'a' [GR0101]\n")
  }

  @Test func `a graph that has errors is not loaded`() async throws {
    let compiler = GraphCompiler(factory: StandardNodeFactory(models: Self.offline))
    let output = try await printed {
      // begin snippet
      do throws(DiagnosticError) {
        _ = try compiler.load("graphs/absent.yaml")
      } catch {
        print(error)
      }
      // end snippet
    }
    #expect(output.contains("cannot read 'graphs/absent.yaml': no such file"))
  }

  @Test func `events say what happens`() async throws {
    let graph = try Self.compiled("graphs/hello.yaml")
    let output = try await printed {
      // begin snippet
      for try await event in graph.run(["name": "World"]) {
        switch event.kind {
        case .nodeStarted: print("[\(event.node ?? "")]")
        case .token(let text): print(text, terminator: "")
        case .nodeFinished(let update): print("\nwrote", update.object.keys)
        case .runFinished(let outcome): print(outcome.status, "after", outcome.steps, "step")
        default: break
        }
      }
      // end snippet
    }
    #expect(output.hasPrefix("[greet]\n"))
    #expect(output.hasSuffix("\nwrote [\"greeting\"]\ncompleted after 1 step\n"))
  }

  @Test func `a failed run throws after its last event`() async throws {
    let models = ModelCatalog(environment: Environment())
    let graph = try GraphCompiler(factory: StandardNodeFactory(models: models)).load("graphs/hello.yaml")
    let output = try await printed {
      // begin snippet
      do {
        _ = try await graph.run(["name": "World"]).result()
      } catch let error as GraphError {
        print(error.code, "in", error.node ?? "the run")
        if let cause = error.underlying as? ModelError { print(cause.code) }
        if let text = error.partialText { print("had arrived:", text) }
      }
      // end snippet
    }
    #expect(output == "node_failed in greet\nnoModel\n")
  }

  @Test func `inputs are checked before anything runs`() async throws {
    let graph = try Self.compiled("graphs/story.yaml")
    let output = try await printed {
      // begin snippet
      do {
        _ = try await graph.run(["topic": "a lighthouse", "sentences": "three"]).result()
      } catch let error as GraphError {
        print(error.code, "-", error.message)
      }
      // end snippet
    }
    #expect(output == "invalid_input - input 'sentences' must be int, and is str\n")
  }

  @Test func `the description lists inputs`() async throws {
    let graph = try Self.compiled("graphs/story.yaml")
    let output = try await printed {
      // begin snippet
      for key in graph.description.keys where key.isDeclared {
        print("\(key.name): \(key.type)")
      }
      // end snippet
    }
    #expect(output == "topic: str\naudience: str\nsentences: int\n")
  }

  @Test func `a node type of one's own is registered`() async throws {
    let text = """
      state: {name: str}
      nodes:
        loud: {type: shout, text: "hello {state.name}"}
      edges:
        - {from: START, to: loud}
        - {from: loud, to: END}
      """
    // begin snippet
    var factory = StandardNodeFactory()
    factory.register("shout", keys: [KeySpec("text", .any, "What is shouted.", isRequired: true)]) { node in
      guard let text = node.template("text") else { return nil }
      let key = node.resultKey
      return .synchronous { state in
        StateUpdate(key, .string("\(try text.evaluate(state).string ?? "")!".uppercased()))
      }
    }
    // end snippet
    let compilation = GraphCompiler(factory: factory).compile(SourceFile(path: "graphs/loud.yaml", text: text))
    let outcome = try await #require(compilation.graph).run(["name": "World"]).result()
    #expect(outcome.state["loud"] == "HELLO WORLD!")
  }

  @Test func `a node type that streams is registered`() async throws {
    var factory = StandardNodeFactory(models: Self.offline)
    // begin snippet
    let keys = [KeySpec("text", .any, "What is spelled.", isRequired: true)]
    factory.register("spell", keys: keys, result: .string) { node in
      guard let text = node.template("text") else { return nil }
      let key = node.resultKey
      return .streaming { state, context in
        TokenStream(to: key) {
          AsyncThrowingStream { letters in
            do {
              for letter in try text.evaluate(state).string ?? "" { letters.yield("\(letter)-") }
              letters.finish()
            } catch {
              letters.finish(throwing: error)
            }
          }
        }
      }
    }
    // end snippet
    let text = """
      nodes: {letters: {type: spell, text: abc}}
      edges: [{from: START, to: letters}, {from: letters, to: END}]
      """
    let graph = try #require(
      GraphCompiler(factory: factory).compile(SourceFile(path: "graphs/spell.yaml", text: text)).graph)
    var tokens: [String] = []
    for try await token in graph.run().tokens() { tokens.append(token) }
    #expect(tokens == ["a-", "b-", "c-"])
  }
}
