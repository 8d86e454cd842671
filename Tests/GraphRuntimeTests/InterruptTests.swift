internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Runs that wait for a person, and go on.
@Suite(.timeLimit(.minutes(10)))
struct InterruptTests {
  /// A node that asks something and writes the answer.
  private static func ask(_ question: String, to key: StateKey = "answer") -> NodeBody {
    .plain { _, context in
      guard let answer = context.answer else { throw context.suspension(asking: .string(question)) }
      return StateUpdate(key, answer)
    }
  }

  @Test func `A question ends the run, and an answer takes it on`() async throws {
    var builder = StateGraphBuilder("interview", keys: ["name", "answer", "greeting"])
    let runs = Counter()
    builder.addQuickNode("before") { _ in
      runs.increment()
      return ["name": "before"]
    }
    builder.addNode("ask", body: Self.ask("Who are you?"))
    builder.addQuickNode("after") { ["greeting": .string("Hello, \($0["answer"].string ?? "")!")] }
    builder.addLine(["before", "ask", "after"])
    let graph = try builder.build()
    let first = await Reading.all(of: graph.run(options: RunOptions(thread: "t", runID: "r1")))
    #expect(first.error == nil)
    #expect(
      first.lines == [
        "run started", "before started", #"before finished {"name":"before"}"#, "step 1 -> ask", "ask started",
        "ask asks ask", "run interrupted",
      ])
    let outcome = try #require(first.outcome)
    #expect(outcome.interrupts == [PendingInterrupt(id: "ask", payload: "Who are you?")])
    #expect(outcome.stateText == #"{"name":"before"}"#)
    let checkpoint = try #require(outcome.checkpoint)
    #expect(checkpoint.interrupts == outcome.interrupts)
    let run = graph.resume(checkpoint, answers: ["ask": "Ada"], options: RunOptions(runID: "r2"))
    #expect(run.identity.thread == "t")
    #expect(run.identity.resumed == "r1")
    let second = await Reading.all(of: run)
    #expect(
      second.lines == [
        "run started", "ask started", #"ask finished {"answer":"Ada"}"#, "step 2 -> after", "after started",
        #"after finished {"greeting":"Hello, Ada!"}"#, "step 3 -> ", "run completed",
      ])
    #expect(second.events[0].json["resumes"] == "r1")
    #expect(second.outcome?.stateText == #"{"name":"before","answer":"Ada","greeting":"Hello, Ada!"}"#)
    #expect(second.outcome?.steps == 3)
    #expect(second.outcome?.checkpoint == nil)
    #expect(runs.value == 1)
  }

  @Test(arguments: ["text", 5, 0.5, true, nil, [1, 2], ["a": ["b": nil]]] as [Value])
  func `An answer is any value`(answer: Value) async throws {
    let graph = try singleNodeGraph(Self.ask("?", to: "out"))
    let checkpoint = try #require(try await graph.run().result().checkpoint)
    let outcome = try await graph.resume(checkpoint, answers: ["a": answer]).result()
    #expect((outcome.state["out"] ?? nil) == answer)
    #expect(outcome.status == .completed)
  }

  @Test func `An answer to no open question is an error that names those there are`() async throws {
    let graph = try singleNodeGraph(Self.ask("?", to: "out"))
    let checkpoint = try #require(try await graph.run().result().checkpoint)
    for (id, end) in [("zebra", "; there are 'a'"), ("A", "; did you mean 'a'?")] {
      let reading = await Reading.all(of: graph.resume(checkpoint, answers: [id: 1]))
      #expect(reading.events.isEmpty)
      #expect(reading.graphError?.code == .unknownQuestion)
      #expect(reading.graphError?.message == "there is no open question '\(id)'" + end)
    }
  }

  /// Two nodes that ask beside one that does not.
  private func three(_ runs: Counter) throws -> StateGraph {
    var builder = StateGraphBuilder("three")
    builder.addKey("log", reducer: .append, initial: [])
    builder.addNode("x", body: Self.ask("X?", to: "log"))
    builder.addNode("work") { _, _ in
      runs.increment()
      return ["log": "work"]
    }
    builder.addNode("y", body: Self.ask("Y?", to: "log"))
    builder.addQuickNode("end") { ["log": [.int($0["log"].list?.count ?? 0)]] }
    for name in ["x", "work", "y"] { builder.addEdge(from: .start, to: .init(stringLiteral: name)) }
    builder.addEdge(from: ["x", "work", "y"], to: "end")
    builder.addEdge(from: "end", to: .end)
    return try builder.build()
  }

  @Test func `Of several questions some may be answered, and what has ended is not run again`() async throws {
    let runs = Counter()
    let graph = try three(runs)
    let first = try await graph.run().result()
    #expect(first.interrupts.map(\.id) == ["x", "y"])
    #expect(first.state["log"] == ["work"])
    let second = await Reading.all(of: graph.resume(try #require(first.checkpoint), answers: ["y": "Y"]))
    #expect(second.outcome?.status == .interrupted)
    #expect(second.outcome?.interrupts.map(\.id) == ["x"])
    #expect(second.starts(of: "x") == 0)
    #expect(second.starts(of: "y") == 1)
    let third = await Reading.all(
      of: graph.resume(try #require(second.outcome?.checkpoint), answers: ["x": "X"]))
    // In the order of the file, whoever was answered first.
    #expect(third.outcome?.state["log"] == ["X", "work", "Y", 3])
    #expect(runs.value == 1)
  }

  @Test func `Without an answer the run waits on`() async throws {
    let graph = try singleNodeGraph(Self.ask("?"))
    let first = try await graph.run().result()
    let second = await Reading.all(of: graph.resume(try #require(first.checkpoint)))
    #expect(second.lines == ["run started", "run interrupted"])
    #expect(second.outcome?.interrupts == first.interrupts)
  }

  // MARK: - Answers in time

  /// A graph that asks and waits so long for an answer.
  private func timed(_ time: Duration) throws -> StateGraph {
    var builder = StateGraphBuilder("timed", keys: ["answer"])
    builder.addNode("ask") { _, context in
      guard let answer = context.answer else {
        throw context.suspension(asking: "Go on?", within: time, default: "no")
      }
      return ["answer": answer]
    }
    builder.addEdge(from: .start, to: "ask")
    builder.addEdge(from: "ask", to: .end)
    return try builder.build()
  }

  @Test func `A question that nobody answers in time has its default answer`() async throws {
    let graph = try timed(.milliseconds(1))
    let store = MemoryCheckpointStore()
    let first = try await graph.run(on: store.open("t")).result()
    let question = try #require(first.interrupts.first)
    #expect(question.defaultAnswer == "no" && question.expires != nil)
    while !question.isOverdue { await Task.yield() }
    // Whoever comes too late is told so, and the thread stays as it is.
    let late = await Reading.all(of: graph.run(answers: ["ask": "yes"], on: try await store.open("t")))
    #expect(late.events.isEmpty && late.graphError?.code == .questionOverdue)
    #expect(
      late.graphError?.message
        == #"the time for an answer to 'ask' is over; without one the run goes on with its default, "no""#)
    #expect(try await store.checkpoint(of: "t")?.interrupts == [question])
    let second = try await graph.run(on: store.open("t")).result()
    #expect(second.status == .completed && second.state["answer"] == "no")
    // The same where nothing but a checkpoint is kept, also as text.
    let checkpoint = try RunCheckpoint(json: Value(json: #require(first.checkpoint).json.json()))
    #expect(try await graph.resume(checkpoint).result().state["answer"] == "no")
  }

  @Test func `An answer in time is the answer, and without one the run waits on with the same time`() async throws {
    let graph = try timed(.seconds(3600))
    let store = MemoryCheckpointStore()
    let first = try await graph.run(on: store.open("t")).result()
    let again = try await graph.run(on: store.open("t")).result()
    #expect(again.status == .interrupted && again.interrupts == first.interrupts)
    let answered = try await graph.run(answers: ["ask": "yes"], on: store.open("t")).result()
    #expect(answered.state["answer"] == "yes")
  }

  @Test func `B34: a question in a loop is asked anew each time, with its own words`() async throws {
    var builder = StateGraphBuilder("loop")
    builder.addKey("answers", reducer: .append, initial: [])
    var node = StateGraph.Node(
      "ask",
      body: .plain { state, context in
        let count = state["answers"].list?.count ?? 0
        guard let answer = context.answer else { throw context.suspension(asking: .string("Question \(count + 1)")) }
        return ["answers": [answer]]
      })
    node.loopLimit = 9
    builder.addNode(node)
    builder.addEdge(from: .start, to: "ask")
    builder.addEdge(from: "ask", to: "ask", when: "len(answers) < 3") { ($0["answers"].list?.count ?? 0) < 3 }
    builder.addEdge(from: "ask", to: .end)
    let graph = try builder.build()
    var outcome = try await graph.run().result()
    for number in 1...3 {
      #expect(outcome.interrupts.map(\.payload) == [.string("Question \(number)")])
      outcome = try await graph.resume(
        RunCheckpoint(json: Value(json: try #require(outcome.checkpoint).json.json())),
        answers: ["ask": .int(number)]
      ).result()
    }
    #expect(outcome.status == .completed)
    #expect(outcome.state["answers"] == [1, 2, 3])
  }

  @Test(arguments: ["alone", "beside"])
  func `A streaming node may ask`(way: String) async throws {
    var builder = StateGraphBuilder("streaming", keys: ["out", "beside"])
    builder.addStreamingNode("a") { _, context in
      let pulls = Counter()
      return TokenStream(to: "out") {
        switch pulls.increment() {
        case 1: return "so: "
        case 2:
          guard let answer = context.answer?.string else { throw context.suspension(asking: "?") }
          return answer
        default: return nil
        }
      }
    }
    builder.addLine(["a"])
    if way == "beside" {
      builder.addNode("b") { _, _ in ["beside": 1] }
      builder.addEdge(from: .start, to: "b")
      builder.addEdge(from: "b", to: .end)
    }
    let graph = try builder.build()
    let first = try await graph.run().result()
    #expect(first.status == .interrupted)
    #expect(first.state["out"] == nil)
    let second = await Reading.all(of: graph.resume(try #require(first.checkpoint), answers: ["a": "yes"]))
    #expect(second.outcome?.state["out"] == "so: yes")
    #expect(second.tokens(of: "a").joined() == "so: yes")
  }

  @Test func `A node keeps a memo and gets it back`() async throws {
    let graph = try singleNodeGraph(
      .plain { _, context in
        guard let resumption = context.resumption else {
          throw context.suspension(asking: "?", memo: ["draft": "kept"])
        }
        return ["out": [resumption.memo, .object(resumption.answers)]]
      })
    let checkpoint = try #require(try await graph.run().result().checkpoint)
    let outcome = try await graph.resume(checkpoint, answers: ["a": 1]).result()
    #expect(outcome.state["out"] == [["draft": "kept"], ["a": 1]])
  }

  @Test func `A question is no failure: it is not tried again and not tolerated`() async throws {
    let attempts = Counter()
    let graph = try singleNodeGraph(
      .plain { _, context in
        attempts.increment()
        guard context.answer != nil else { throw context.suspension(asking: "?") }
        throw Boom()
      }
    ) {
      $0.retry = RetryPolicy(maximumAttempts: 2, backoff: .zero)
      $0.failure = .skip
    }
    let first = try await graph.run().result()
    #expect(first.status == .interrupted)
    #expect(attempts.value == 1)
    // What goes wrong after the answer is tried again, with the answer.
    let second = try await graph.resume(try #require(first.checkpoint), answers: ["a": 1]).result()
    #expect(second.toleratedErrors.map(\.attempt) == [2])
    #expect(attempts.value == 3)
  }

  @Test func `A failure beside a question fails the run`() async throws {
    var builder = StateGraphBuilder("two", keys: ["answer"])
    builder.addNode("ask", body: Self.ask("?"))
    builder.addNode("fail") { _, _ in throw Boom() }
    for name in ["ask", "fail"] as [StateGraphBuilder.Ends] {
      builder.addEdge(from: .start, to: name)
      builder.addEdge(from: name, to: .end)
    }
    let outcome = await Reading.all(of: try builder.build().run()).outcome
    #expect(outcome?.status == .failed)
    #expect(outcome?.checkpoint == nil)
  }

  @Test func `What was used and tolerated before is counted after`() async throws {
    var builder = StateGraphBuilder("counts", keys: ["answer"])
    builder.addKey("errors")
    var failing = StateGraph.Node(
      "failing",
      body: .plain { _, context in
        await context.report(UsageRecord(provider: "p", model: "m", inputTokens: 1, outputTokens: 2))
        throw Boom()
      })
    failing.failure = .skip
    builder.addNode(failing)
    builder.addNode("ask", body: Self.ask("?"))
    for name in ["failing", "ask"] as [StateGraphBuilder.Ends] {
      builder.addEdge(from: .start, to: name)
      builder.addEdge(from: name, to: .end)
    }
    let graph = try builder.build()
    let first = try await graph.run().result()
    #expect(first.toleratedErrors.count == 1)
    let second = try await graph.resume(try #require(first.checkpoint), answers: ["ask": 1]).result()
    #expect(second.usage == first.usage)
    #expect(second.toleratedErrors.map(\.message) == ["boom"])
    #expect(second.state["errors"]?.list?.count == 1)
  }

  @Test func `The key of a piece of work is the same after an answer`() async throws {
    let keys = Locked<[String]>([])
    let graph = try singleNodeGraph(
      .plain { _, context in
        keys.withLock { $0.append(context.idempotencyKey) }
        guard context.answer != nil else { throw context.suspension(asking: "?") }
        return StateUpdate()
      })
    let checkpoint = try #require(try await graph.run(options: RunOptions(runID: "r")).result().checkpoint)
    _ = try await graph.resume(checkpoint, answers: ["a": 1]).result()
    #expect(keys.withLock { $0 } == ["r/1/a", "r/1/a"])
  }
}

/// Questions from inside of nodes.
@Suite(.timeLimit(.minutes(10)))
struct NestedInterruptTests {
  /// A graph that asks twice, with something between.
  private func interview() throws -> StateGraph {
    var builder = StateGraphBuilder("interview", keys: ["name", "first", "second", "out"])
    for (name, key) in [("one", "first"), ("two", "second")] {
      builder.addNode(name) { state, context in
        guard let answer = context.answer else {
          throw context.suspension(asking: .string("\(name) of \(state["name"].string ?? "")"))
        }
        return StateUpdate(StateKey(key), answer)
      }
    }
    builder.addQuickNode("join") { ["out": .string("\($0["first"].string ?? "")+\($0["second"].string ?? "")")] }
    builder.addLine(["one", "two", "join"])
    return try builder.build()
  }

  @Test func `A graph inside a node asks with its path, and goes on where it was`() async throws {
    let inner = try interview()
    let graph = try singleNodeGraph(
      .plain { _, context in
        let outcome = try await context.run(inner, input: ["name": "Ada"], resumption: context.resumption)
        return ["out": outcome.state["out"] ?? .null]
      })
    var outcome = try await graph.run().result()
    #expect(outcome.interrupts == [PendingInterrupt(id: "a/one", payload: "one of Ada")])
    outcome = try await graph.resume(try #require(outcome.checkpoint), answers: ["a/one": "1"]).result()
    #expect(outcome.interrupts == [PendingInterrupt(id: "a/two", payload: "two of Ada")])
    let last = await Reading.all(of: graph.resume(try #require(outcome.checkpoint), answers: ["a/two": "2"]))
    #expect(last.outcome?.stateText == #"{"out":"1+2"}"#)
    #expect(last.starts(of: "one") == 0)
  }

  @Test func `Items ask side by side, and those that have ended are not run again`() async throws {
    let inner = try interview()
    let runs = Counter()
    let item = NestedNode(
      StateGraph.Node(
        "item",
        body: .plain { state, context in
          runs.increment()
          let number = context.item ?? 0
          if number % 2 == 1 { return ["out": .int(number)] }
          let outcome = try await context.run(
            inner, input: ["name": .int(number)], resumption: context.resumption)
          return ["out": outcome.state["out"] ?? .null]
        }))
    var builder = StateGraphBuilder("reviews", keys: ["out"])
    builder.addNode("reviews") { state, context in
      let results = try await context.run(
        item, items: 4, maximumConcurrency: 2, resumption: context.resumption
      ) { _ in state }
      return [
        "out": .list(results.map { if case .updated(let update) = $0 { update["out"] ?? .null } else { "?" } })
      ]
    }
    builder.addLine(["reviews"])
    let graph = try builder.build()
    func resumed(_ outcome: RunOutcome, _ answers: ValueObject) async throws -> RunOutcome {
      let json = try #require(outcome.checkpoint).json.json()
      return try await graph.resume(RunCheckpoint(json: Value(json: json)), answers: answers).result()
    }
    var outcome = try await graph.run().result()
    #expect(outcome.interrupts.map(\.id) == ["reviews[0]/one", "reviews[2]/one"])
    #expect(runs.value == 4)
    outcome = try await resumed(outcome, ["reviews[2]/one": "c"])
    #expect(outcome.interrupts.map(\.id) == ["reviews[0]/one", "reviews[2]/two"])
    #expect(runs.value == 5)
    outcome = try await resumed(outcome, ["reviews[0]/one": "a", "reviews[2]/two": "d"])
    #expect(outcome.interrupts.map(\.id) == ["reviews[0]/two"])
    outcome = try await resumed(outcome, ["reviews[0]/two": "b"])
    #expect(outcome.state["out"] == ["a+b", 1, "c+d", 3])
    #expect(outcome.status == .completed)
  }

  @Test func `A failure of an item that was kept still has its place`() async throws {
    let item = NestedNode(
      StateGraph.Node(
        "item",
        body: .plain { _, context in
          if context.item == 0 { throw Boom() }
          guard let answer = context.answer else { throw context.suspension(asking: "?") }
          return ["out": answer]
        }))
    let graph = try singleNodeGraph(
      .plain { state, context in
        let results = try await context.run(
          item, items: 2, maximumConcurrency: 1, resumption: context.resumption
        ) { _ in state }
        if case .failed(let error) = results[0] { throw error }
        return StateUpdate()
      })
    let first = try await graph.run().result()
    let second = await Reading.all(of: graph.resume(try #require(first.checkpoint), answers: ["a[1]": 1]))
    #expect(second.graphError?.description == "node 'a[0]', step 1: boom")
  }
}
