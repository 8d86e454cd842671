internal import GraphRuntime
internal import Testing

/// Graphs built in code.
@Suite(.timeLimit(.minutes(10)))
struct BuilderTests {
  private func problems(_ configure: (inout StateGraphBuilder) -> Void) -> String {
    var builder = StateGraphBuilder("g")
    configure(&builder)
    do {
      _ = try builder.build()
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test func `Everything that is wrong is listed at once`() {
    let text = problems {
      $0.addTracers(["write", "write", "START"])
      $0.addEdge(from: "write", to: "wriet")
      $0.addEdge(from: ["write", "missing"], to: .end)
    }
    #expect(
      text
        == "graph 'g': there are two nodes 'write'; a node cannot be called 'START'; there is no node 'wriet'; "
        + "did you mean 'write'?; there is no node 'missing'; no edge leaves START")
  }

  @Test func `A graph needs a way in and a way on from every node`() {
    #expect(problems { _ in } == "graph 'g': no edge leaves START")
    #expect(
      problems {
        $0.addTracers(["a"])
        $0.addEdge(from: .start, to: "a")
      } == "graph 'g': no edge leaves node 'a'; add one to END")
  }

  @Test func `Edges out of END, into START, and joins with START are refused`() {
    let line: (inout StateGraphBuilder) -> Void = {
      $0.addTracers(["a"])
      $0.addLine(["a"])
    }
    #expect(
      problems {
        line(&$0)
        $0.addEdge(from: .end, to: "a")
      } == "graph 'g': an edge from END is not possible")
    #expect(
      problems {
        line(&$0)
        $0.addEdge(from: ["START", "a"], to: .end)
      } == "graph 'g': an edge from START, a is not possible")
    #expect(
      problems {
        line(&$0)
        $0.addEdge(from: "a", to: .start)
      } == "graph 'g': an edge to START is not possible")
  }

  @Test func `A join cannot have a condition, and a node is not waited for twice`() {
    let nodes: (inout StateGraphBuilder) -> Void = {
      $0.addTracers(["a", "b"])
      $0.addEdge(from: .start, to: ["a", "b"])
      $0.addEdge(from: "a", to: .end)
      $0.addEdge(from: "b", to: .end)
    }
    #expect(
      problems {
        nodes(&$0)
        $0.addEdge(from: ["a", "b"], to: .end, when: "x") { _ in true }
      } == "graph 'g': an edge that waits for several nodes cannot have a condition")
    #expect(
      problems {
        nodes(&$0)
        $0.addEdge(from: ["a", "a"], to: .end)
      } == "graph 'g': an edge waits for node 'a' twice")
  }

  @Test func `An edge without an end is refused`() {
    let text = problems {
      $0.addTracers(["a"])
      $0.addLine(["a"])
      $0.addEdge(from: [], to: "a")
      $0.addEdge(from: "a", to: [])
    }
    #expect(text == "graph 'g': an edge has no source; an edge has no target")
  }

  @Test func `A router has either routes or other edges`() {
    let text = problems {
      $0.addTracers(["judge", "write"])
      $0.addLine(["judge", "write"])
      $0.addRoutes(from: "judge", ["x": "write", "y": "one"], default: "two")
      $0.addRoutes(from: "judge", ["x": "write"])
      $0.addRoutes(from: "nobody", ["x": "write"])
    }
    #expect(
      text
        == "graph 'g': there is no node 'one'; there is no node 'two'; node 'judge' has routes and other edges; "
        + "node 'judge' has routes twice; there is no node 'nobody'")
  }

  @Test func `A loop exit needs a limit and known nodes`() {
    let text = problems {
      $0.addTracers(["judge", "write"])
      $0.addLine(["judge", "write"])
      $0.setLoopExit(of: "judge", to: "three")
      $0.setLoopExit(of: "somebody", to: "write")
    }
    #expect(
      text
        == "graph 'g': there is no node 'three'; node 'judge' has a loop exit and no loop limit; "
        + "there is no node 'somebody'")
  }

  @Test func `The example of the documentation counts to three`() async throws {
    var builder = StateGraphBuilder("count")
    builder.addKey("n", reducer: .add, initial: 0)
    builder.addNode("more") { _, _ in ["n": 1] }
    builder.addEdge(from: .start, to: ["more"])
    builder.addEdge(from: ["more"], to: ["more"], when: "n < 3") { $0["n"].int ?? 0 < 3 }
    builder.addEdge(from: ["more"], to: .end)
    let graph = try builder.build()
    #expect(try await graph.run().result().state == ["n": 3])
  }

  @Test func `A graph without nodes ends at once`() async throws {
    var builder = StateGraphBuilder("empty")
    builder.addEdge(from: .start, to: .end)
    let outcome = try await builder.build().run().result()
    #expect(outcome.status == .completed)
    #expect(outcome.steps == 0)
  }
}
