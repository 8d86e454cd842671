import GraphCompiler
import GraphLanguage
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// The code of docs/streaming.md that reads streams.
@Suite(.timeLimit(.minutes(10)))
struct StreamingSnippets {
  private func graph(_ answers: [ScriptedAnswer]) throws -> CompiledGraph {
    let models = ModelCatalog(environment: Environment(), overrides: .init(provider: "scripted"))
    models.register("scripted", ScriptedModel(answers))
    return try GraphCompiler(factory: StandardNodeFactory(models: models)).load("graphs/hello.yaml")
  }

  @Test func `tokens of one node are printed`() async throws {
    let graph = try graph([.pieces(["Hello", ", ", "World!"])])
    let output = try await printed {
      // begin snippet
      for try await token in graph.run(["name": "World"]).tokens(of: "greet") {
        print(token, terminator: "")
      }
      // end snippet
    }
    #expect(output == "Hello, World!")
  }

  @Test func `the run's own example prints tokens`() async throws {
    let graph = try graph([.pieces(["Hello", ", ", "World!"])])
    let output = try await printed {
      // begin snippet
      for try await event in graph.run(["name": "World"]) {
        if case .token(let text) = event.kind { print(text, terminator: "") }
      }
      // end snippet
    }
    #expect(output == "Hello, World!")
  }

  @Test func `tokens are collected while they are shown`() async throws {
    let graph = try graph([.pieces(["Hello", ", ", "World!"])])
    let output = try await printed {
      // begin snippet
      var tokens: [String] = []
      for try await token in graph.run(["name": "World"]).tokens() {
        print(token, terminator: "")
        tokens.append(token)
      }
      print("\n\(tokens.count) tokens, \(tokens.joined().count) characters")
      // end snippet
    }
    #expect(output == "Hello, World!\n3 tokens, 13 characters\n")
  }

  @Test func `parts of an object are shown as they are complete`() async throws {
    let answer = [#"{"subject": "tid"#, #"es", "certain": fal"#, "se", "}"]
    let models = ModelCatalog(environment: Environment(), overrides: .init(provider: "scripted"))
    models.register("scripted", ScriptedModel([.pieces(answer)]))
    let document = try Markdown("docs/streaming.md")
    let folder = try TemporaryFolder(
      Dictionary(
        document.blocks.compactMap { block in block.fileName.map { ($0, block.text) } }, uniquingKeysWith: { $1 }))
    let graph = try GraphCompiler(factory: StandardNodeFactory(models: models)).load("\(folder.path)/graphs/facts.yaml")
    let output = try await printed {
      // begin snippet
      for try await facts in graph.run(["text": "Tides are slow."]).partials(of: "find") { print(facts.json()) }
      // end snippet
    }
    let shown = document.blocks.first { $0.language == "text" && $0.text.contains("tides") }
    #expect(output == shown?.text)
  }

  @Test func `a stop keeps what has arrived`() async throws {
    let gate = Gate()
    let graph = try graph([ScriptedAnswer([.piece("Hello"), .piece(", "), .gate(gate), .piece("World!")])])
    let output = try await printed {
      // begin snippet
      let run = graph.run(["name": "World"])
      for try await event in run {
        switch event.kind {
        case .token(", "): run.stop("that is enough")
        case .runFinished(let outcome):
          print(outcome.status, "-", outcome.stopReason ?? "", "-", outcome.state["greeting"]?.string ?? "")
        default: break
        }
      }
      // end snippet
    }
    #expect(output == "stopped - that is enough - Hello, \n")
  }

  @Test func `text that had arrived is in the error`() async throws {
    let failure = ModelError(.connection, identity: nil, message: "the connection broke")
    let graph = try graph([.failure(failure, after: ["Hello", ", "])])
    let output = try await printed {
      // begin snippet
      do {
        for try await token in graph.run(["name": "World"]).tokens() { print(token, terminator: "") }
      } catch let error as GraphError {
        print("\nbroke off after", error.partialText?.count ?? 0, "characters")
      }
      // end snippet
    }
    #expect(output == "Hello, \nbroke off after 7 characters\n")
  }

  @Test func `updates of nodes are shown as progress`() async throws {
    let graph = try graph(["Hello, World!"])
    let output = try await printed {
      // begin snippet
      for try await event in graph.run(["name": "World"]) {
        if case .nodeFinished(let update) = event.kind {
          print("[\(event.node ?? "")]", Value.object(update.object).json())
        }
      }
      // end snippet
    }
    #expect(output == "[greet] {\"greeting\":\"Hello, World!\"}\n")
  }

  @Test func `a model is streamed without a graph`() async throws {
    let models = ModelCatalog(environment: Environment(), overrides: .init(provider: "scripted"))
    models.register("scripted", ScriptedModel([.pieces(["Tides", " turn."])]))
    let output = try await printed {
      // begin snippet
      let model = try models.model()
      let stream = model.stream(
        ModelRequest(messages: [
          ModelMessage(.system, "You explain things in one sentence."),
          ModelMessage(.user, "What are tides?"),
        ]))
      var answer = ""
      while let token = try await stream.next() {
        print(token, terminator: "")
        answer += token
      }
      // end snippet
      #expect(answer == "Tides turn.")
    }
    #expect(output == "Tides turn.")
  }

  @Test func `a handler gets each token`() async throws {
    let models = ModelCatalog(environment: Environment(), overrides: .init(provider: "scripted"))
    models.register("scripted", ScriptedModel([.pieces(["Hello", "!"])]))
    let output = try await printed {
      // begin snippet
      let factory = StandardNodeFactory(models: models) { node, token in
        print("\(node): \(token)")
      }
      let graph = try GraphCompiler(factory: factory).load("graphs/hello.yaml")
      _ = try await graph.run(["name": "World"]).result()
      // end snippet
    }
    #expect(output == "greet: Hello\ngreet: !\n")
  }
}
