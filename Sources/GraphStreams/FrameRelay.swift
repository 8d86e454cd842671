internal import GraphRuntime

/// Takes frames from a task that makes them, one at a time, and says when there is none for a while.
///
/// The task waits until its frame was taken, so that it is never further ahead than one frame.
final class FrameRelay: Sendable {
  private struct State {
    var frame: [UInt8]?
    /// How the task has ended, once it has.
    var end: Result<Void, any Error>?
    var isClosed = false
    var maker: CheckedContinuation<Void, Never>?
    var taker: CheckedContinuation<Void, Never>?
    /// The number of the call that waits, so that a clock does not wake a later one.
    var call = 0

    mutating func takeTaker() -> CheckedContinuation<Void, Never>? {
      defer { taker = nil }
      return taker
    }
  }

  /// What a call got.
  enum Taken {
    case frame([UInt8])
    case nothing
    case end
  }

  private let state = Locked(State())

  /// Hands a frame over and waits until it was taken.
  func put(_ frame: [UInt8]) async {
    await withCheckedContinuation { continuation in
      let (isClosed, taker) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
        if state.isClosed { return (true, nil) }
        state.frame = frame
        state.maker = continuation
        return (false, state.takeTaker())
      }
      taker?.resume()
      if isClosed { continuation.resume() }
    }
  }

  /// Says that no more frames come.
  func finish(_ end: Result<Void, any Error>) {
    state.withLock { state in
      state.end = end
      return state.takeTaker()
    }?.resume()
  }

  /// Lets the task go on without anybody who takes its frames.
  func close() {
    state.withLock { state in
      state.isClosed = true
      defer { state.maker = nil }
      return state.maker
    }?.resume()
  }

  /// Takes the next frame, or nothing when there is none for so long.
  ///
  /// - Throws: What has ended the task; `CancellationError` when the caller's task is cancelled.
  func take(within time: Duration, _ sleep: @escaping @Sendable (Duration) async throws -> Void) async throws -> Taken {
    if let taken = try takeWaiting() { return taken }
    let call = state.withLock { state in
      state.call += 1
      return state.call
    }
    // Owned by this call, which cancels it.
    let timer = Task {
      do { try await sleep(time) } catch { return }
      wake(call)
    }
    defer { timer.cancel() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state -> Bool in
          if state.frame != nil || state.end != nil || state.call != call || Task.isCancelled { return true }
          state.taker = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.takeTaker() }?.resume()
    }
    try Task.checkCancellation()
    return try takeWaiting() ?? .nothing
  }

  private func wake(_ call: Int) {
    state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.call == call else { return nil }
      state.call += 1
      return state.takeTaker()
    }?.resume()
  }

  private func takeWaiting() throws -> Taken? {
    let (frame, end, maker) = state.withLock { state in
      defer { (state.frame, state.maker) = (nil, nil) }
      return (state.frame, state.end, state.maker)
    }
    maker?.resume()
    if let frame { return .frame(frame) }
    guard let end else { return nil }
    try end.get()
    return .end
  }
}

/// A task that reads a run for somebody who must not wait for it without end.
final class FrameReader: Sendable {
  let relay = FrameRelay()
  private let task: Task<Void, Never>

  init(_ make: @escaping @Sendable () -> FrameIterator) {
    // Owned by this object: it ends with the run, or when this is released.
    task = Task { [relay] in
      var frames = make()
      do {
        while let frame = try await frames.next() { await relay.put(frame) }
        relay.finish(.success(()))
      } catch {
        relay.finish(.failure(error))
      }
    }
  }

  deinit {
    task.cancel()
    relay.close()
  }
}
