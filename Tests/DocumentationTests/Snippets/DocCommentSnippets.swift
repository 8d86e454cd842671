import GraphDiagnostics
import GraphHTTP
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import GraphYAML
import LanguageModels
import PassageSearch
import Testing

/// The code of doc comments that no document shows as well.
@Suite(.timeLimit(.minutes(10)))
struct DocCommentSnippets {
  @Test func `a value is written as a literal and read by key`() async throws {
    let output = try await printed {
      // begin snippet
      let critique: Value = ["score": 0.5, "remarks": ["short", "exact"]]
      print(critique["score"]?.double ?? 0, critique["remarks"]?.list?.count ?? 0, critique.json())
      // end snippet
    }
    #expect(output == "0.5 2 {\"score\":0.5,\"remarks\":[\"short\",\"exact\"]}\n")
  }

  @Test func `a token stream joins letters`() async throws {
    // begin snippet
    let spell = NodeBody.streaming { state, _ in
      let letters = Array(state["word"].string ?? "")
      return TokenStream(to: "spelled") {
        AsyncStream { tokens in
          for letter in letters { tokens.yield("\(letter).") }
          tokens.finish()
        }
      }
    }
    // end snippet
    var builder = StateGraphBuilder("spell")
    builder.addKey("word")
    builder.addKey("spelled")
    builder.addNode("spell", body: spell)
    builder.addEdge(from: .start, to: "spell")
    builder.addEdge(from: "spell", to: .end)
    #expect(try await builder.build().run(["word": "abc"]).result().state["spelled"] == "a.b.c.")
  }

  @Test func `a node asks its context`() async throws {
    // begin snippet
    let fetch: @Sendable (StateView, NodeContext) async throws -> StateUpdate = { state, context in
      var pages: [Value] = []
      for url in state["urls"].list ?? [] where !context.isStopRequested {
        await context.emit("fetching", url)
        pages.append("the page of \(url.string ?? "")")
      }
      return ["pages": .list(pages)]
    }
    // end snippet
    var builder = StateGraphBuilder("fetch")
    for key in ["urls", "pages"] { builder.addKey(key) }
    builder.addNode("fetch", fetch)
    builder.addEdge(from: .start, to: "fetch")
    builder.addEdge(from: "fetch", to: .end)
    let outcome = try await builder.build().run(["urls": ["a", "b"]]).result()
    #expect(outcome.state["pages"] == ["the page of a", "the page of b"])
  }

  @Test func `a scripted model says what was written down`() async throws {
    let request = ModelRequest(messages: [ModelMessage(.user, "Hello?")])
    // begin snippet
    let model = ScriptedModel([
      .pieces(["Hello", ", ", "World"]).using(input: 3, output: 3),
      .failure(ModelError(.timeout, identity: nil, message: "took too long"), after: ["Hel"]),
    ])
    // end snippet
    #expect(try await model.respond(to: request).text == "Hello, World")
    await #expect(throws: ModelError.self) { try await model.respond(to: request) }
  }

  @Test func `a gate holds an answer`() async throws {
    let request = ModelRequest(messages: [ModelMessage(.user, "Hello?")])
    // begin snippet
    let gate = Gate()
    let model = ScriptedModel([ScriptedAnswer([.piece("first"), .gate(gate), .piece("second")])])
    let stream = model.stream(request)
    #expect(try await stream.next() == "first")
    gate.open()
    #expect(try await stream.next() == "second")
    // end snippet
  }

  @Test func `markers name places`() async throws {
    // begin snippet
    let source = MarkedSource("nodes: {}\n1️⃣edgs: []\n")
    #expect(source.text == "nodes: {}\nedgs: []\n")
    #expect(source["1️⃣"] == SourceLocation(line: 2, column: 1))
    // end snippet
  }

  @Test func `YAML is read with places`() async throws {
    let output = try await printed {
      // begin snippet
      let diagnostics = DiagnosticEngine()
      let file = SourceFile(path: "notes.yaml", text: "title: Tides\npages: 12\n")
      let root = YAMLParser.parse(file, diagnostics: diagnostics)
      for entry in root?.mapping?.entries ?? [] {
        print(entry.key.value, "in line", entry.key.span.start.line)
      }
      // end snippet
      #expect(diagnostics.diagnostics.isEmpty)
    }
    #expect(output == "title in line 1\npages in line 2\n")
  }

  @Test func `an expression is parsed once and evaluated with slots`() async throws {
    let output = try await printed {
      // begin snippet
      let diagnostics = DiagnosticEngine()
      let source = ExpressionSource("score >= 0.8 or len(remarks) == 0")
      if let expression = Expression.parse(source, diagnostics: diagnostics) {
        let names = ["score", "remarks"]
        let values: [Value] = [0.5, []]
        let compiled = expression.compile { names.firstIndex(of: $0) }
        print(try compiled.isTrue { values[$0] })
      }
      // end snippet
    }
    #expect(output == "true\n")
  }

  @Test func `a Jinja template is parsed once and rendered`() async throws {
    // begin snippet
    let diagnostics = DiagnosticEngine()
    let template = JinjaTemplate.parse(TemplateSource("Hello {{ name }}!"), diagnostics: diagnostics)
    let text = try template?.render { $0 == "name" ? "Ada" : nil }
    // end snippet
    #expect(text == "Hello Ada!")
  }

  @Test func `a clock that a test moves on lets a retry begin`() async throws {
    let attempts = Locked(0)
    var builder = StateGraphBuilder("flaky")
    builder.addKey("n")
    var flaky = StateGraph.Node(
      "flaky",
      body: .plain { _, _ in
        let attempt = attempts.withLock { attempts in
          attempts += 1
          return attempts
        }
        if attempt == 1 { throw ModelError(.timeout, identity: nil, message: "took too long") }
        return ["n": .int(attempt)]
      })
    flaky.retry = .init(maximumAttempts: 2, backoff: .seconds(1))
    builder.addNode(flaky)
    builder.addEdge(from: .start, to: "flaky")
    builder.addEdge(from: "flaky", to: .end)
    let graph = try builder.build()
    // begin snippet
    let clock = ManualSleep()
    let run = graph.run(options: RunOptions(sleep: clock.sleep))
    async let outcome = run.result()
    await clock.waitForSleepers()
    clock.advance(by: .seconds(1))
    // end snippet
    #expect(try await outcome.state["n"] == 2)
  }

  @Test func `a node is tested without a run`() async throws {
    let summarise: @Sendable (StateView, NodeContext) async throws -> StateUpdate = { state, context in
      await context.stream("thinking")
      return ["summary": state["text"]]
    }
    // begin snippet
    let recorder = RecordingContext(node: "summarise")
    let update = try await summarise(StateView(["text": "…"]), recorder.context)
    #expect(update["summary"] == "…")
    #expect(recorder.chunks == ["thinking"])
    // end snippet
  }

  private struct Exchange {
    let chunks = Locked([Array("data: Hel".utf8), Array("lo\n\n".utf8)][...])

    func next() async throws -> [UInt8]? { chunks.withLock { $0.popFirst() } }
  }

  @Test func `server-sent events are read in pieces`() async throws {
    let exchange = Exchange()
    let output = try await printed {
      // begin snippet
      var parser = ServerSentEventParser()
      while let bytes = try await exchange.next() {
        parser.append(bytes)
        while let event = try parser.next() { print(String(decoding: event.data, as: UTF8.self)) }
      }
      // end snippet
    }
    #expect(output == "Hello\n")
  }

  @Test func `a document is cut into passages`() async throws {
    let output = try await printed {
      // begin snippet
      let cutter = PassageCutter(size: 800, overlap: 80)
      for passage in cutter.cut("# Tides\n\nThe moon pulls.", source: "tides.md", isMarkdown: true) {
        print(passage.line, passage.heading)
      }
      // end snippet
    }
    #expect(output == "1 Tides\n")
  }

  @Test func `passages are found by the words of a question`() async throws {
    let output = try await printed {
      // begin snippet
      let index = try PassageIndex()
      try index.add(PassageCutter().cut("The lamp is lit at dusk.", source: "rules.txt"))
      for match in try index.search("When is the lamp lit?", limit: 3) {
        print(match.passage.source, match.passage.text)
      }
      // end snippet
    }
    #expect(output == "rules.txt The lamp is lit at dusk.\n")
  }

  @Test func `a pattern matches paths`() async throws {
    let output = try await printed {
      // begin snippet
      let pattern = PathPattern("notes/**/*.md")
      print(pattern.folder, pattern.matches("notes/2026/tides.md"))
      // end snippet
    }
    #expect(output == "notes true\n")
  }
}
