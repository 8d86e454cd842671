/// Hands the events of one run on to its processors.
final class EventDelivery: Sendable {
  /// The most failures that are kept; the first ones say what is wrong.
  private static let maximumFailures = 100

  private let channels: [EventChannel]
  private let tasks: [Task<Void, Never>]
  private let patience: Duration
  private let sleep: @Sendable (Duration) async throws -> Void
  private let failures: Locked<[ProcessorFailure]>

  /// - Parameter failures: Where failures are noted.
  init(_ options: RunOptions, failures: Locked<[ProcessorFailure]>) {
    let channels = options.processors.map { _ in EventChannel() }
    self.channels = channels
    patience = options.processorPatience
    sleep = options.sleep
    self.failures = failures
    // Owned by this object: each ends when its channel is closed, which `finish` and `cancel` do.
    tasks = options.processors.enumerated().map { index, processor in
      Task { await Self.work(processor, index, channels[index], failures) }
    }
  }

  private static func work(
    _ processor: any EventProcessor, _ index: Int, _ channel: EventChannel, _ failures: Locked<[ProcessorFailure]>
  ) async {
    while let event = await channel.next() {
      do {
        try await processor.process(event)
      } catch {
        note(ProcessorFailure(processor: index, sequence: event.sequence, error: error), failures)
      }
    }
    await processor.close()
    channel.end()
  }

  private static func note(_ failure: ProcessorFailure, _ failures: Locked<[ProcessorFailure]>) {
    failures.withLock { if $0.count < maximumFailures { $0.append(failure) } }
  }

  /// Gives an event to all processors; waits while one of them is too far behind.
  func deliver(_ event: GraphEvent) async {
    for index in channels.indices where channels[index].post(event) == .full {
      await wait(for: index, event.sequence) { await $0.waitForRoom() }
    }
  }

  /// Waits until all processors are done with what they were given.
  func finish(after sequence: Int) async {
    for channel in channels { channel.close() }
    for index in channels.indices { await wait(for: index, sequence) { await $0.waitForEnd() } }
  }

  /// Drops what the processors were not told yet, and cancels what they are at.
  func cancel() {
    for channel in channels { channel.giveUp() }
    for task in tasks { task.cancel() }
  }

  /// Waits for a processor, as long as there is patience.
  private func wait(for index: Int, _ sequence: Int, _ operation: (EventChannel) async -> Void) async {
    let channel = channels[index]
    let (task, sleep, patience, failures) = (tasks[index], sleep, patience, failures)
    // Owned by this call, which cancels it.
    let timer = Task {
      do { try await sleep(patience) } catch { return }
      channel.giveUp {
        task.cancel()
        Self.note(ProcessorFailure(processor: index, sequence: sequence, error: nil), failures)
      }
    }
    await operation(channel)
    timer.cancel()
  }
}

/// The events that wait for one processor: at most 256, or tokens of 256 KiB and one more.
final class EventChannel: Sendable {
  private struct State {
    var events: [GraphEvent] = []
    var first = 0
    var bytes = 0
    /// No more events come.
    var isClosed = false
    /// The processor is told no more.
    var isGivenUp = false
    /// The processor is done.
    var hasEnded = false
    var reader: CheckedContinuation<GraphEvent?, Never>?
    var writer: CheckedContinuation<Void, Never>?

    var isFull: Bool {
      events.count - first >= RunMailbox.maximumEvents || bytes >= RunMailbox.maximumBytes
    }

    mutating func takeWriter() -> CheckedContinuation<Void, Never>? {
      defer { writer = nil }
      return writer
    }
  }

  private let state = Locked(State())

  private static func bytes(of event: GraphEvent) -> Int {
    if case .token(let text) = event.kind { text.utf8.count } else { 0 }
  }

  /// Adds an event without waiting.
  func post(_ event: GraphEvent) -> RunMailbox.Room {
    let (room, reader) = state.withLock { state -> (RunMailbox.Room, CheckedContinuation<GraphEvent?, Never>?) in
      if state.isClosed { return (.closed, nil) }
      if let reader = state.reader {
        state.reader = nil
        return (.free, reader)
      }
      state.events.append(event)
      state.bytes += Self.bytes(of: event)
      return (state.isFull ? .full : .free, nil)
    }
    reader?.resume(returning: event)
    return room
  }

  /// The next event, or nil after the last.
  func next() async -> GraphEvent? {
    await withCheckedContinuation { continuation in
      let (event, isOver, writer) = state.withLock { state -> (GraphEvent?, Bool, CheckedContinuation<Void, Never>?) in
        guard state.first < state.events.count else {
          if state.isClosed { return (nil, true, nil) }
          state.reader = continuation
          return (nil, false, nil)
        }
        let event = state.events[state.first]
        state.first += 1
        state.bytes -= Self.bytes(of: event)
        if state.first == state.events.count {
          state.events.removeAll(keepingCapacity: true)
          state.first = 0
        } else if state.first == RunMailbox.maximumEvents {
          state.events.removeFirst(state.first)
          state.first = 0
        }
        return (event, false, state.isFull || state.isClosed ? nil : state.takeWriter())
      }
      writer?.resume()
      if event != nil || isOver { continuation.resume(returning: event) }
    }
  }

  /// Waits until an event fits, or nobody is told any more.
  func waitForRoom() async { await wait { !$0.isFull || $0.isGivenUp } }

  /// Waits until the processor is done, or told no more.
  func waitForEnd() async { await wait { $0.hasEnded || $0.isGivenUp } }

  private func wait(until isOver: @Sendable (State) -> Bool) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state -> Bool in
          if isOver(state) || Task.isCancelled { return true }
          state.writer = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.takeWriter() }?.resume()
    }
  }

  /// Says that no more events come.
  func close() {
    let reader = state.withLock { state -> CheckedContinuation<GraphEvent?, Never>? in
      state.isClosed = true
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(returning: nil)
  }

  /// Says that the processor is done.
  func end() {
    let writer = state.withLock { state in
      state.hasEnded = true
      return state.takeWriter()
    }
    writer?.resume()
  }

  /// Drops what waits, and lets nobody wait any more.
  ///
  /// - Parameter whenNew: Called before anybody goes on, where the processor was not done yet.
  func giveUp(_ whenNew: () -> Void = {}) {
    let (isNew, reader, writer) = state.withLock { state in
      let isNew = !state.hasEnded && !state.isGivenUp
      state.isClosed = true
      state.isGivenUp = true
      state.events = []
      state.first = 0
      state.bytes = 0
      defer { state.reader = nil }
      return (isNew, state.reader, state.takeWriter())
    }
    if isNew { whenNew() }
    reader?.resume(returning: nil)
    writer?.resume()
  }
}
