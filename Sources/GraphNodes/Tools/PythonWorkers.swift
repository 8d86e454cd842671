internal import ChildProcesses
internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// The Python workers of all projects that a factory compiles graphs of.
///
/// An object, because the factory's copies share it. Workers end when the last
/// graph that may call them is released.
final class PythonWorkers: Sendable {
  private let environment: Environment
  private let pools = Locked<[String: PythonPool]>([:])

  init(environment: Environment) { self.environment = environment }

  /// The workers of the project of a root folder.
  func pool(root: String) -> PythonPool {
    pools.withLock { pools in
      if let pool = pools[root] { return pool }
      let pool = PythonPool(root: root, environment: environment)
      pools[root] = pool
      return pool
    }
  }
}

/// A few workers of one project, started when they are needed.
///
/// Calls one after the other go to the same worker. When calls overlap, others
/// are started, up to the limit; then calls wait their turn.
final class PythonPool: Sendable {
  private struct State {
    /// Those that wait for work; the last one that worked is the first to work again.
    var idle: [PythonWorker] = []
    var count = 0
    var waiting: [(id: Int, continuation: CheckedContinuation<Void, Never>)] = []
    var nextID = 0
    /// Calls whose task was cancelled before they began to wait.
    var givenUp: Set<Int> = []
  }

  /// The root of the project, which workers work in.
  let root: String

  private let environment: Environment
  private let state = Locked(State())

  /// Functions that compute share the processor anyway, and each worker has the memory of an interpreter.
  private static let limit = 4

  init(root: String, environment: Environment) {
    self.root = root
    self.environment = environment
  }

  /// Has a worker answer a request.
  func answer(
    _ request: Value, timeout: Duration?, context: NodeContext
  ) async throws -> Value {
    let worker = try await take()
    defer { giveBack(worker) }
    let printed = PrintedText(context)
    // A stop leaves a function no time to end: it is asked nothing, and its worker is ended.
    do {
      let answer = try await context.stop.cancelling {
        try await worker.answer(request, timeout: timeout) { await printed.add($1, from: $0) }
      }
      await printed.finish()
      return answer
    } catch {
      await printed.finish()
      throw error
    }
  }

  /// A worker that does nothing, or a new one; waits while there are enough.
  private func take() async throws -> PythonWorker {
    while true {
      if Task.isCancelled {
        // The turn that this call may have been given is somebody else's now.
        passOn()
        throw CancellationError()
      }
      let (idle, starts) = state.withLock { state -> (PythonWorker?, Bool) in
        while let worker = state.idle.popLast() {
          if worker.isUsable { return (worker, false) }
          state.count -= 1
        }
        guard state.count < Self.limit else { return (nil, false) }
        state.count += 1
        return (nil, true)
      }
      if let idle { return idle }
      if starts {
        do {
          let interpreter = PythonInterpreter.path(root: root, environment: environment)
          return try PythonWorker(interpreter: interpreter, root: root, environment: environment)
        } catch {
          release(nil)
          throw error
        }
      }
      await waitForTurn()
    }
  }

  private func waitForTurn() async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state -> Bool in
          if state.givenUp.remove(id) != nil || !state.idle.isEmpty || state.count < Self.limit { return true }
          state.waiting.append((id, continuation))
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
        guard let place = state.waiting.firstIndex(where: { $0.id == id }) else {
          state.givenUp.insert(id)
          return nil
        }
        return state.waiting.remove(at: place).continuation
      }
      continuation?.resume()
    }
    state.withLock { _ = $0.givenUp.remove(id) }
  }

  /// Wakes the call that waits longest, if there is a worker for it.
  private func passOn() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.waiting.isEmpty, !state.idle.isEmpty || state.count < Self.limit else { return nil }
      return state.waiting.removeFirst().continuation
    }
    next?.resume()
  }

  private func giveBack(_ worker: PythonWorker) { release(worker.isUsable ? worker : nil) }

  /// Makes room for the next call: with a worker, or without one that is gone.
  private func release(_ worker: PythonWorker?) {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if let worker { state.idle.append(worker) } else { state.count -= 1 }
      return state.waiting.isEmpty ? nil : state.waiting.removeFirst().continuation
    }
    next?.resume()
  }
}

/// Puts what a function prints into the run's log, a line or more an event.
private actor PrintedText {
  private let context: NodeContext
  private var rest: [String: [UInt8]] = [:]
  private var count = 0

  /// What is logged of one call; a function that prints more has a file to write to.
  private static let limit = 256 << 10

  init(_ context: NodeContext) { self.context = context }

  func add(_ bytes: [UInt8], from channel: ProcessChannel) async {
    let stream = channel == .error ? "stderr" : "stdout"
    var text = rest[stream, default: []] + bytes
    let end = text.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? (text.count > 64 << 10 ? text.count : 0)
    rest[stream] = Array(text[end...])
    text.removeSubrange(end...)
    await emit(text, stream)
  }

  func finish() async {
    for (stream, text) in rest.sorted(by: { $0.key > $1.key }) { await emit(text, stream) }
    rest = [:]
  }

  private func emit(_ text: [UInt8], _ stream: String) async {
    guard !text.isEmpty, count <= Self.limit else { return }
    count += text.count
    var shown = String(decoding: text, as: UTF8.self)
    if count > Self.limit { shown += "[what is printed in this call from here on is left out]\n" }
    await context.emit("printed", ["stream": .string(stream), "text": .string(shown)])
  }
}
