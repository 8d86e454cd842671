internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Nothing moves when nobody reads.
@Suite(.timeLimit(.minutes(10)))
struct DemandTests {
  private func bodies(_ effects: Counter) -> [NodeBody] {
    [
      .synchronous { _ in
        effects.increment()
        return StateUpdate()
      },
      .plain { _, _ in
        effects.increment()
        return StateUpdate()
      },
      .streaming { _, _ in
        effects.increment()
        return TokenStream(to: "out") { nil }
      },
    ]
  }

  @Test func `A stream may say more at its end than the reader's buffer holds`() async throws {
    let body = NodeBody.streaming { _, context in
      TokenStream(
        next: { nil },
        finish: { _, _ in
          for index in 0..<600 { await context.emit("part", .int(index)) }
          return StateUpdate()
        })
    }
    var count = 0
    for try await event in try singleNodeGraph(body).run() {
      if case .custom = event.kind { count += 1 }
    }
    #expect(count == 600)
  }

  @Test func `Nothing happens before the first event is asked for`() async throws {
    let effects = Counter()
    for body in bodies(effects) {
      let run = try singleNodeGraph(body).run()
      var iterator = run.makeAsyncIterator()
      await yieldOften()
      #expect(effects.value == 0)
      #expect(try await iterator.next()?.brief == "run started")
      await yieldOften()
      #expect(effects.value == 0)
    }
  }

  @Test func `A synchronous node runs in the call that returns its start`() async throws {
    let effects = Counter()
    var builder = StateGraphBuilder("line")
    let names = (0..<20).map { "n\($0)" }
    for name in names {
      builder.addQuickNode(name) { _ in
        effects.increment()
        return StateUpdate()
      }
    }
    builder.addLine(names)
    var started = 0
    for try await event in try builder.build().run() {
      if case .nodeStarted = event.kind { started += 1 }
      #expect(effects.value == started)
    }
    #expect(started == 20)
  }

  @Test func `A single streaming node is never ahead of its reader`() async throws {
    let pulls = Counter()
    let graph = try singleNodeGraph(
      .streaming { _, _ in
        TokenStream(to: "out") {
          let number = pulls.increment()
          await Task.yield()
          return number <= 50 ? "\(number)" : nil
        }
      })
    var iterator = graph.run().tokens().makeAsyncIterator()
    for number in 1...50 {
      #expect(try await iterator.next() == "\(number)")
      await Task.yield()
      #expect(pulls.value == number)
    }
    #expect(try await iterator.next() == nil)
  }

  @Test func `Nodes in tasks are at most the stated buffer ahead of a slow reader`() async throws {
    let produced = Counter()
    var builder = StateGraphBuilder("two", keys: ["a", "b"])
    for name in ["a", "b"] {
      builder.addStreamingNode(name) { _, _ in
        let own = Counter()
        return TokenStream(to: StateKey(name)) {
          guard own.increment() <= 5000 else { return nil }
          produced.increment()
          return "x"
        }
      }
    }
    builder.addEdge(from: .start, to: ["a", "b"])
    builder.addEdge(from: ["a"], to: .end)
    builder.addEdge(from: ["b"], to: .end)
    var read = 0
    var mostAhead = 0
    for try await _ in try builder.build().run().tokens() {
      read += 1
      if read % 500 == 1 { await yieldOften() }
      mostAhead = max(mostAhead, produced.value - read)
    }
    // What waits, what the reader has taken and not looked at, and one token for each sender.
    #expect(mostAhead <= 2 * 256 + 2)
    #expect(read == 10_000)
  }

  @Test func `Large tokens are bounded by their bytes`() async throws {
    let produced = Counter()
    let token = String(repeating: "x", count: 100_000)
    var builder = StateGraphBuilder("two", keys: ["a", "b"])
    for name in ["a", "b"] {
      builder.addStreamingNode(name) { _, _ in
        let own = Counter()
        return TokenStream {
          guard own.increment() <= 50 else { return nil }
          produced.increment()
          return token
        } finish: { _, _ in
          StateUpdate()
        }
      }
    }
    builder.addEdge(from: .start, to: ["a", "b"])
    builder.addEdge(from: ["a"], to: .end)
    builder.addEdge(from: ["b"], to: .end)
    var read = 0
    for try await _ in try builder.build().run().tokens() {
      read += 1
      await yieldOften()
      // Three tokens are more than 256 KiB; as many again may be with the reader, and one with each sender.
      #expect(produced.value - read <= 3 + 3 + 2)
    }
    #expect(read == 100)
  }

  @Test func `Many senders of one node lose nothing and keep their order`() async throws {
    let graph = try singleNodeGraph(
      .plain { _, context in
        await withTaskGroup(of: Void.self) { group in
          for sender in 0..<50 {
            group.addTask { for index in 0..<40 { await context.stream([.int(sender), .int(index)]) } }
          }
        }
        return StateUpdate()
      })
    var next = Array(repeating: 0, count: 50)
    for try await event in graph.run() {
      guard case .chunk(.list(let pair)) = event.kind, let sender = pair[0].int else { continue }
      #expect(pair[1].int == next[sender])
      next[sender] += 1
    }
    #expect(next == Array(repeating: 40, count: 50))
  }

  @Test func `What a streaming node says while it waits for its first token is seen at once`() async throws {
    let gate = Gate()
    let graph = try singleNodeGraph(
      .streaming { _, context in
        let pulls = Counter()
        return TokenStream(to: "out") {
          guard pulls.increment() == 1 else { return nil }
          await context.emit("calling")
          context.reportRetry(RetryRecord(scope: .call, attempt: 1, message: "busy", delay: .zero))
          try await gate.wait()
          return "x"
        }
      })
    var lines: [String] = []
    for try await event in graph.run() {
      lines.append(event.brief)
      if event.brief == "a retry after 1" { gate.open() }
    }
    #expect(
      lines == [
        "run started", "a started", "a says calling null", "a retry after 1", "a 'x'", #"a finished {"out":"x"}"#,
        "step 1 -> ", "run completed",
      ])
  }

  @Test func `A streaming node that says much is at most the stated buffer ahead`() async throws {
    let said = Counter()
    let graph = try singleNodeGraph(
      .streaming { _, context in
        let pulls = Counter()
        return TokenStream(to: "out") {
          guard pulls.increment() <= 2 else { return nil }
          for _ in 0..<2000 {
            said.increment()
            await context.stream("x")
          }
          return "token"
        }
      })
    var read = 0
    var mostAhead = 0
    for try await event in graph.run() {
      guard case .chunk = event.kind else { continue }
      read += 1
      if read % 100 == 1 { await yieldOften() }
      mostAhead = max(mostAhead, said.value - read)
    }
    #expect(mostAhead <= 2 * 256 + 1)
    #expect(read == 4000)
  }

  @Test func `What a streaming node says between its tokens keeps its place`() async throws {
    let graph = try singleNodeGraph(
      .streaming { _, context in
        let pulls = Counter()
        return TokenStream(to: "out") {
          let number = pulls.increment()
          if number == 3 { await context.stream("before 3") }
          return number <= 4 ? "\(number)" : nil
        }
      })
    let reading = await Reading.all(of: graph.run())
    #expect(
      reading.lines == [
        "run started", "a started", "a '1'", "a '2'", #"a chunk "before 3""#, "a '3'", "a '4'",
        #"a finished {"out":"1234"}"#, "step 1 -> ", "run completed",
      ])
  }

  @Test func `A second reader is refused`() async throws {
    let run = try singleNodeGraph(.synchronous { _ in StateUpdate() }).run()
    _ = try await run.result()
    let error = await #expect(throws: GraphError.self) { _ = try await run.result() }
    #expect(error?.code == .alreadyRead)
    #expect(error?.description == "the events of a run can be read only once")
  }

  @Test func `Tokens of one node leave those of others out`() async throws {
    var builder = StateGraphBuilder("two", keys: ["a", "b"])
    builder.addStreamingNode("a") { _, _ in tokenStream(["a1", "a2"], to: "a") }
    builder.addStreamingNode("b") { _, _ in tokenStream(["b1"], to: "b") }
    builder.addLine(["a", "b"])
    let graph = try builder.build()
    var all: [String] = []
    for try await token in graph.run().tokens() { all.append(token) }
    var ofB: [String] = []
    for try await token in graph.run().tokens(of: "b") { ofB.append(token) }
    #expect(all == ["a1", "a2", "b1"])
    #expect(ofB == ["b1"])
  }
}
