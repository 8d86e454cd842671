internal import CChildProcess
internal import Glibc
internal import GraphRuntime

/// One child: its pipes, what waits in them, and how far its end has come.
///
/// A state machine behind a lock. The poller's thread alone reads, writes and
/// closes descriptors; others leave wishes.
final class ProcessCore: Sendable {
  /// How many bytes a channel keeps for its reader.
  static let bufferLimit = 64 << 10

  /// How often the end of a child is asked for where the kernel has no descriptor for it.
  private static let askingInterval: Duration = .milliseconds(5)

  private let state: Locked<ProcessState>
  private let grace: Duration

  private init(_ state: consuming ProcessState, grace: Duration) {
    self.state = Locked(state)
    self.grace = grace
  }

  /// Starts a child.
  static func start(_ request: ProcessRequest) throws(ProcessError) -> ProcessCore {
    let pipes = try ProcessPipes(
      hasChannel: request.hasChannel, hasInput: !request.input.isEmpty || request.keepsInputOpen)
    let child: pid_t
    do throws(ProcessError) {
      child = try request.spawn(pipes)
    } catch {
      pipes.closeAll()
      throw error
    }
    pipes.closeChildEnds()
    var state = ProcessState(
      child: child, pipes: pipes, input: request.input, keepsInputOpen: request.keepsInputOpen,
      watch: tributary_watch(child))
    state.deadline = request.timeout.map { ContinuousClock.now + $0 }
    return ProcessCore(state, grace: request.grace)
  }

  /// Ends a child that nobody will watch.
  func abandon() {
    state.withLock { state in
      Glibc.kill(-state.child, SIGKILL)
      var status: Int32 = 0
      _ = unsafe waitpid(state.child, &status, 0)
      state.closeAll()
    }
  }

  /// Kills the group without waiting for its end.
  func kill() { state.withLock { if $0.end == nil { Glibc.kill(-$0.child, SIGKILL) } } }

  // MARK: - The reader's side

  /// What there is to know, or nil when the reader has to wait; and whether the poller has to look again.
  func take() -> (event: ProcessEvent?, wakes: Bool) {
    state.withLock { state in
      for channel in ProcessChannel.allCases where !state.buffers[channel.rawValue].isEmpty {
        var bytes: [UInt8] = []
        swap(&bytes, &state.buffers[channel.rawValue])
        return (.wrote(channel, bytes), bytes.count >= Self.bufferLimit)
      }
      return (state.end.map { .ended($0) }, false)
    }
  }

  /// Keeps the reader's continuation until there is something; false when there is something already.
  func park(_ continuation: CheckedContinuation<Void, Never>) -> Bool {
    state.withLock { state in
      guard state.end == nil, state.buffers.allSatisfy(\.isEmpty) else { return false }
      precondition(state.reader == nil, "two tasks read from one child")
      state.reader = continuation
      return true
    }
  }

  /// Whether it was told to finish, and has not ended.
  var isFinishing: Bool { state.withLock { $0.isFinishing && $0.end == nil } }

  var hasEnded: Bool { state.withLock { $0.end != nil || $0.cause != nil } }

  /// Adds bytes to what is sent; whether the poller has to look.
  func send(_ bytes: [UInt8]) -> Bool {
    state.withLock { state in
      guard state.end == nil else { return false }
      return state.send(bytes)
    }
  }

  var unsentCount: Int { state.withLock { $0.requests.unsentCount + $0.input.unsentCount } }

  /// Lets the child end by itself; whether the poller has to look.
  func finish(within limit: Duration) -> Bool {
    state.withLock { state in
      guard state.end == nil, state.cause == nil else { return false }
      state.beginFinish(until: .now + limit)
      return true
    }
  }

  /// Ends a child that nobody has any more, unless it is about to end; whether the poller has to look.
  func release() -> Bool {
    let isFinishing = state.withLock { state in
      state.isReleased = true
      return state.isFinishing
    }
    // What it wants to write is thrown away from now on.
    return isFinishing || terminate(.terminated)
  }

  func setDeadline(_ deadline: ContinuousClock.Instant?) -> Bool {
    state.withLock { state in
      // The poller wakes in time for the deadline that it knows.
      let wakes = deadline.map { new in state.deadline.map { new < $0 } ?? true } ?? false
      state.deadline = deadline
      return wakes && state.end == nil
    }
  }

  /// Begins to end the child; whether the poller has to look.
  func terminate(_ cause: ProcessEnd.Cause) -> Bool {
    state.withLock { state in
      guard state.end == nil, state.cause == nil else { return false }
      state.beginTermination(cause, killAt: ContinuousClock.now + grace)
      return true
    }
  }

  // MARK: - The poller's side

  /// Adds what has to be polled, and says when to look again at the latest.
  func collect(_ polled: inout [pollfd], now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    state.withLock { state in
      state.collect(&polled)
      var time = state.cause == nil ? state.deadline : state.isKilled ? nil : state.killAt
      if state.waitsForEnd, state.watch < 0 { time = min(time ?? .now + .seconds(1), now + Self.askingInterval) }
      return time
    }
  }

  /// Reads, writes and ends what can be; whether the child is gone.
  func advance(_ polled: ArraySlice<pollfd>, now: ContinuousClock.Instant) -> Bool {
    let (reader, isOver) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
      if polled.contains(where: { $0.revents != 0 }) { state.transfer() }
      state.closeFinishedInput()
      if state.cause == nil, let deadline = state.deadline, now >= deadline {
        state.beginTermination(.deadline, killAt: now + grace)
      }
      state.finishIfEnded(now: now)
      let hasNews = state.end != nil || state.buffers.contains { !$0.isEmpty }
      guard hasNews else { return (nil, false) }
      defer { state.reader = nil }
      return (state.reader, state.end != nil)
    }
    reader?.resume()
    return isOver
  }
}

extension ProcessRequest {
  /// Starts the program with the child's ends of pipes as its descriptors.
  fileprivate func spawn(_ pipes: ProcessPipes) throws(ProcessError) -> pid_t {
    guard let path = ExecutableSearch.path(of: executable, along: environment["PATH"]) else {
      throw .cannotStart("there is no program '\(executable)'")
    }
    if let directory, !ExecutableSearch.isFolder(directory) { throw .cannotStart("there is no folder '\(directory)'") }
    let words = [executable] + arguments
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    guard !(words + variables + [directory ?? ""]).contains(where: { $0.utf8.contains(0) }) else {
      throw .cannotStart("an argument or variable holds a NUL byte")
    }
    var child = pid_t()
    let code = unsafe CStrings.withPointers(words) { words in
      unsafe CStrings.withPointers(variables) { variables in
        unsafe CStrings.withPointers([path, directory ?? ""]) { paths in
          unsafe pipes.childEnds.withUnsafeBufferPointer { ends in
            var request = unsafe tributary_spawn(
              executable: paths[0], arguments: words.baseAddress, environment: variables.baseAddress,
              directory: directory == nil ? nil : paths[1], descriptors: ends.baseAddress, count: Int32(ends.count))
            return unsafe tributary_spawn(&request, &child)
          }
        }
      }
    }
    guard code == 0 else { throw .cannotStart(SystemError.phrase(code)) }
    return child
  }
}
