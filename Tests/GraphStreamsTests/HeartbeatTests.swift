internal import GraphRuntime
internal import GraphStreams
internal import GraphTestSupport
internal import Testing

/// Connections are seen to live while a run has nothing to say.
@Suite(.timeLimit(.minutes(10)))
struct HeartbeatTests {
  /// A node that says one token, waits at a gate, and says another.
  private func graph(_ gate: Gate) throws -> StateGraph {
    var builder = StateGraphBuilder("slow")
    builder.addKey("text")
    builder.addStreamingNode("say") { _, _ in
      let calls = Locked(0)
      return TokenStream(to: "text") {
        let call = calls.withLock { calls in
          calls += 1
          return calls
        }
        if call == 2 { try await gate.wait() }
        return call <= 2 ? "\(call)" : nil
      }
    }
    builder.addEdge(from: .start, to: "say")
    builder.addEdge(from: "say", to: .end)
    return try builder.build()
  }

  private func data(_ frame: [UInt8]?) -> String? {
    guard let frame else { return nil }
    let text = String(decoding: frame, as: UTF8.self)
    return text.hasPrefix(":")
      ? "comment" : text.split(separator: "\n").first { $0.hasPrefix("data: ") }.map { String($0) }
  }

  @Test func `a comment is sent while nothing happens`() async throws {
    let gate = Gate()
    let clock = ManualSleep()
    let run = try graph(gate).run()
    var frames = sseStream(run, heartbeat: .seconds(15), sleep: clock.sleep).makeAsyncIterator()
    #expect(data(try await frames.next()) == "data: 1")
    await gate.waitForArrivals()
    for _ in 0..<2 {
      let time = Task {
        await clock.waitForSleepers()
        clock.advance(by: .seconds(15))
      }
      #expect(data(try await frames.next()) == "comment")
      await time.value
    }
    gate.open()
    #expect(data(try await frames.next()) == "data: 2")
    #expect(data(try await frames.next()) == "data: [DONE]")
    #expect(try await frames.next() == nil)
  }

  @Test func `a reader that leaves ends the run`() async throws {
    let gone = Gate()
    var builder = StateGraphBuilder("left")
    builder.addNode("a") { _, _ in
      let gate = Gate()
      do {
        try await gate.wait()
      } catch {
        gone.open()
      }
      return [:]
    }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: .end)
    var frames = 0
    for try await _ in sseStream(try builder.build(), view: .events, heartbeat: .seconds(600)) {
      // The second one says that the node has begun.
      frames += 1
      if frames == 2 { break }
    }
    try await gone.wait()
  }

  @Test func `a reader that is cancelled hears of it`() async throws {
    let gate = Gate()
    let graph = try graph(gate)
    let reader = Task {
      for try await _ in sseStream(graph, heartbeat: .seconds(600)) {}
    }
    await gate.waitForArrivals()
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
  }

  @Test func `what ends a run is told as without it`() async throws {
    var text = ""
    for try await frame in sseStream(try SampleGraph.failing(), view: .tokens, heartbeat: .seconds(600)) {
      text += String(decoding: frame, as: UTF8.self)
    }
    #expect(text.contains("event: error\n"))
  }
}
