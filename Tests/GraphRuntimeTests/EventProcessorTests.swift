internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Processors are told of everything, in order, and harm nobody.
@Suite(.timeLimit(.minutes(10)))
struct EventProcessorTests {
  /// Notes all events, and does something at each.
  private final class Recorder: EventProcessor {
    let lines = Locked<[String]>([])
    let isClosed = Gate()
    let action: @Sendable (GraphEvent) async throws -> Void

    init(_ action: @escaping @Sendable (GraphEvent) async throws -> Void = { _ in }) { self.action = action }

    func process(_ event: GraphEvent) async throws {
      lines.withLock { $0.append(event.brief) }
      try await action(event)
      try await dispatch(event)
    }

    func close() { isClosed.open() }
  }

  /// Implements some methods, one of them synchronous.
  private final class Typed: EventProcessor {
    let said = Locked<[String]>([])

    func token(_ text: String, _ event: GraphEvent) { said.withLock { $0.append("\(event.node ?? ""): \(text)") } }

    func chunk(_ chunk: Value, _ event: GraphEvent) async throws {
      await Task.yield()
      said.withLock { $0.append("chunk \(chunk.json())") }
    }

    func runFinished(_ outcome: RunOutcome, _ event: GraphEvent) { said.withLock { $0.append("\(outcome.status)") } }
  }

  /// Options with which no machine is too slow.
  private static func options(_ processors: [any EventProcessor]) -> RunOptions {
    var options = RunOptions(processors: processors)
    options.processorPatience = .seconds(6_000)
    return options
  }

  private func graph(_ tokens: [String] = ["x", "y"]) throws -> StateGraph {
    try singleNodeGraph(
      .streaming { _, context in
        let stream = tokenStream(tokens, to: "out")
        return TokenStream {
          await context.stream("preview")
          return try await stream.next()
        } finish: {
          try await stream.finish($0, $1)
        }
      })
  }

  @Test func `all events, in their order, before the reader has the last one`() async throws {
    let recorder = Recorder()
    let run = try graph().run(options: Self.options([recorder]))
    var lines: [String] = []
    for try await event in run {
      lines.append(event.brief)
      if case .runFinished = event.kind { #expect(recorder.lines.withLock { $0 } == lines) }
    }
    #expect(lines.first == "run started" && lines.last == "run completed")
    #expect(run.processorFailures.isEmpty)
    try await recorder.isClosed.wait()
  }

  @Test func `methods of kinds, synchronous and asynchronous ones`() async throws {
    let typed = Typed()
    _ = try await graph(["x"]).run(options: Self.options([typed])).result()
    #expect(typed.said.withLock { $0 } == [#"chunk "preview""#, "a: x", #"chunk "preview""#, "completed"])
  }

  @Test func `an error is noted, and the run and the other processors go on`() async throws {
    let failing = Recorder { event in throw Boom("at \(event.sequence)") }
    let sound = Recorder()
    let run = try graph(["x"]).run(options: Self.options([failing, sound]))
    let outcome = try await run.result()
    #expect(outcome.status == .completed)
    let lines = sound.lines.withLock { $0 }
    #expect(failing.lines.withLock { $0 } == lines)
    #expect(run.processorFailures.map(\.processor) == Array(repeating: 0, count: lines.count))
    #expect(run.processorFailures.map(\.sequence) == Array(0..<lines.count))
    #expect(run.processorFailures.first.map { "\($0.error as? Boom ?? Boom(""))" } == "at 0")
  }

  @Test func `a cancellation that a processor throws is an error like others`() async throws {
    let failing = Recorder { _ in throw CancellationError() }
    let run = try graph(["x"]).run(options: Self.options([failing]))
    #expect(try await run.result().status == .completed)
    #expect(run.processorFailures.count > 3)
  }

  @Test func `one that never returns is left behind when patience is over`() async throws {
    let clock = ManualSleep()
    let gate = Gate()
    let stuck = Recorder { _ in await Self.ignoringCancellation(gate) }
    let run = try graph(Array(repeating: "x", count: 600)).run(
      options: RunOptions(processors: [stuck], sleep: clock.sleep))
    let time = Task {
      while !Task.isCancelled {
        clock.advance(by: .seconds(60))
        await Task.yield()
      }
    }
    let outcome = try await run.result()
    time.cancel()
    #expect(outcome.status == .completed)
    #expect(stuck.lines.withLock { $0 }.count <= 1)
    #expect(run.processorFailures.map(\.processor) == [0])
    #expect(run.processorFailures.allSatisfy { $0.error == nil })
    gate.open()
    try await stuck.isClosed.wait()
  }

  private static func ignoringCancellation(_ gate: Gate) async {
    await Task { try? await gate.wait() }.value
  }

  @Test func `one that is behind holds the reader back, and loses nothing`() async throws {
    let gate = Gate()
    let slow = Recorder { event in if event.sequence == 0 { try await gate.wait() } }
    let run = try graph(Array(repeating: "x", count: 2_000)).run(options: Self.options([slow]))
    let read = Counter()
    let reader = Task {
      for try await _ in run { read.increment() }
    }
    await gate.waitForArrivals()
    await yieldOften()
    #expect(read.value <= 258)
    gate.open()
    try await reader.value
    #expect(slow.lines.withLock { $0 }.count == read.value)
  }

  @Test func `a reader that leaves or is cancelled takes its processors along`() async throws {
    let gate = Gate()
    let left = Recorder()
    for try await event in try graph().run(options: Self.options([left])) {
      if case .token = event.kind { break }
    }
    try await left.isClosed.wait()
    #expect(!left.lines.withLock { $0 }.contains("run completed"))

    let cancelled = Recorder()
    let run = try singleNodeGraph(
      .plain { _, _ in
        try await gate.wait()
        return [:]
      }
    ).run(options: Self.options([cancelled]))
    let reader = Task { try await run.result() }
    await gate.waitForArrivals()
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
    try await cancelled.isClosed.wait()
  }

  @Test func `a failed run is told, and so is the end of one that was refused`() async throws {
    let recorder = Recorder()
    let run = try singleNodeGraph(.synchronous { _ in throw Boom() }).run(options: Self.options([recorder]))
    await #expect(throws: GraphError.self) { try await run.result() }
    #expect(recorder.lines.withLock { $0 }.last == "run failed")
    let refused = Recorder()
    let other = try graph().run(["absent": 1], options: Self.options([refused]))
    await #expect(throws: GraphError.self) { try await other.result() }
    #expect(refused.lines.withLock { $0 }.isEmpty)
    try await refused.isClosed.wait()
  }

  @Test func `two runs may share a processor`() async throws {
    let recorder = Recorder()
    let graph = try graph(["x"])
    for _ in 0..<2 { _ = try await graph.run(options: Self.options([recorder])).result() }
    #expect(recorder.lines.withLock { $0 }.count { $0 == "run completed" } == 2)
  }
}
