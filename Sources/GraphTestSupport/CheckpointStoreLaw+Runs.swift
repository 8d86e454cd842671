internal import GraphRuntime

extension CheckpointStoreLaw {
  /// Laws of runs on threads.
  static let runs = [
    CheckpointStoreLaw("A run that asks goes on elsewhere, and of two answers one is kept") { open in
      let (first, second) = (try await open(), try await open())
      var builder = StateGraphBuilder("ask")
      builder.addKey("name")
      builder.addKey("count", reducer: .add, initial: 1)
      builder.addNode("before") { _, _ in ["count": 1] }
      builder.addNode("ask") { _, context in
        guard let answer = context.answer else { throw context.suspension(asking: "Who?") }
        return ["name": answer]
      }
      builder.addEdge(from: .start, to: "before")
      builder.addEdge(from: "before", to: "ask")
      builder.addEdge(from: "ask", to: .end)
      let graph = try builder.build()
      let asked = try await graph.run(on: first.open("t")).result()
      try expect(asked.interrupts.map(\.id), is: ["ask"], "the open questions")
      let answered = try await graph.run(answers: ["ask": "Ada"], on: second.open("t")).result()
      try expect(answered.state, is: ["count": 2, "name": "Ada"], "the state after the answer")
      let late = try await first.open("t")
      do {
        _ = try await graph.run(answers: ["ask": "Bo"], on: late).result()
        throw Violation(description: "a second answer should be refused", line: #line)
      } catch is GraphError {
        await late.close()
      }
      try expect(try await first.checkpoint(of: "t")?.state["name"], is: "Ada", "the answer that is kept")
    },

    CheckpointStoreLaw("A run that failed goes on with what failed") { open in
      let (first, second) = (try await open(), try await open())
      let attempts = Locked((good: 0, bad: 0))
      var builder = StateGraphBuilder("fail")
      builder.addKey("log", reducer: .append, initial: [])
      builder.addNode("good") { _, _ in
        attempts.withLock { $0.good += 1 }
        return ["log": ["good"]]
      }
      builder.addNode("bad") { _, context in
        let number = attempts.withLock { attempts in
          attempts.bad += 1
          return attempts.bad
        }
        guard number > 1 else { throw Violation(description: "as it should", line: #line) }
        return ["log": ["bad"]]
      }
      builder.addEdge(from: .start, to: ["good"])
      builder.addEdge(from: ["good"], to: ["bad"])
      builder.addEdge(from: ["bad"], to: .end)
      let graph = try builder.build()
      let failed = try? await graph.run(on: first.open("t")).result()
      try expect(failed?.status ?? .failed, is: .failed, "the status of a run whose node fails")
      let outcome = try await graph.run(on: second.open("t")).result()
      try expect(outcome.state["log"], is: ["good", "bad"], "the state after the second run")
      try expect(attempts.withLock { $0.good }, is: 1, "how often the node before ran")
    },

    CheckpointStoreLaw("A thread is open once, and free when its process has ended") { open in
      let (first, second) = (try await open(), try await open())
      let thread = try await first.open("t")
      try await expect(.busy, "opening a thread that is open") { _ = try await second.open("t") }
      await thread.close()
      let again = try await second.open("t")
      await again.close()
      // No process of this machine has so great a number.
      let gone = ThreadHolder(host: ThreadHolder.current.host, process: 1 << 30, origin: ThreadHolder.current.origin)
      _ = try await first.acquire("u", for: gone, lasting: long, over: nil)
      let taken = try await second.open("u")
      await taken.close()
    },

    stopping(.interrupt, "with what it has done kept", ["wait", "two", "end"]),
    stopping(.rollback, "with its turn taken back", ["two", "end"]),
    stopping(.takeover, "which goes on where it was", ["wait", "end"]),

    CheckpointStoreLaw("Another turn begins on the state of the last one") { open in
      let (first, second) = (try await open(), try await open())
      let graph = try counting(to: 1)
      for turn in 1...3 {
        let store = turn.isMultiple(of: 2) ? first : second
        let outcome = try await graph.run(on: store.open("t")).result()
        try expect(outcome.state["n"], is: .int(turn), "the state after turn \(turn)")
        try expect(try await first.checkpoint(of: "t")?.turn, is: turn, "the turn")
      }
    },
  ]

  /// A run is stopped because another one wants its thread, in its first turn and in its second.
  private static func stopping(_ policy: BusyPolicy, _ description: String, _ after: [Value]) -> CheckpointStoreLaw {
    CheckpointStoreLaw("A run is stopped for another one, \(description)") { open in
      let (first, second) = (try await open(), try await open())
      for turn in 1...2 {
        let busy = try BusyGraph()
        let before: [Value] = turn == 1 ? [] : ["zero", "end"]
        if turn == 2 { _ = try await busy.graph.run(["word": "zero"], on: first.open("t2")).result() }
        let thread = try await first.open("t\(turn)")
        let outcome = try await withThrowingTaskGroup(of: RunOutcome.self) { group in
          group.addTask { try await busy.graph.run(["word": "wait"], on: thread).result() }
          try await busy.isAtWork.wait()
          let taken = try await second.open("t\(turn)", onBusy: policy)
          try expect(try await group.next()?.status, is: .stopped, "the status of the run that had the thread")
          let input: ValueObject = policy == .takeover ? [:] : ["word": "two"]
          return try await busy.graph.run(input, on: taken).result()
        }
        try expect(outcome.state["log"], is: .list(before + after), "what the runs have done in turn \(turn)")
        let place = try await first.checkpoint(of: "t\(turn)")
        try expect(place?.state["log"], is: .list(before + after), "what is kept of that")
        try expect(place?.status, is: .completed, "the status of the thread")
      }
    }
  }
}
