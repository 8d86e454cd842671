internal import CCurl
internal import Glibc

/// What any thread can ask of an engine.
enum HTTPCommand: Sendable {
  case start(HTTPTransfer)
  case cancel(HTTPTransfer)
  case resume(HTTPTransfer)
  case discard(HTTPTransfer)
  case stop
}

/// Commands for an engine's thread, and the thread itself, which is started by the first request.
final class HTTPCommandQueue: Sendable {
  @safe private struct State {
    var commands: [HTTPCommand] = []
    var isRunning = false
    var unavailable: HTTPError?
    /// The multi handle, as long as it can be woken.
    var multi: UnsafeMutableRawPointer?
  }

  private let state = Locked(State())

  func post(_ command: HTTPCommand) {
    let (starts, error) = state.withLock { state -> (Bool, HTTPError?) in
      if let error = state.unavailable { return (false, error) }
      guard state.isRunning else {
        // Without a thread there is nothing to cancel or to stop.
        guard case .start = command else { return (false, nil) }
        state.commands.append(command)
        state.isRunning = true
        return (true, nil)
      }
      state.commands.append(command)
      // Waking is one write to a pipe, and only the first command of a batch needs it. It is done under the lock
      // because the engine takes the handle away under it.
      if state.commands.count == 1, let multi = unsafe state.multi { unsafe tributary_curl_multi_wakeup(multi) }
      return (false, nil)
    }
    if let error, case .start(let transfer) = command { transfer.finish(.failed(error)) }
    if starts { startThread() }
  }

  /// Takes all commands.
  func drain() -> [HTTPCommand] {
    state.withLock { state in
      guard !state.commands.isEmpty else { return [] }
      var commands: [HTTPCommand] = []
      swap(&commands, &state.commands)
      return commands
    }
  }

  /// Makes a multi handle known to the threads that post, or takes it away.
  func setWakeable(_ multi: UnsafeMutableRawPointer?) {
    state.withLock { unsafe $0.multi = unsafe multi }
  }

  private func startThread() {
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(self).toOpaque()
    let status = unsafe pthread_create(&thread, nil, { unsafe HTTPCommandQueue.runThread($0) }, context)
    guard status == 0 else {
      unsafe Unmanaged<HTTPCommandQueue>.fromOpaque(context).release()
      return fail(HTTPError(.unavailable, "the thread for HTTP cannot be started (error \(status))"))
    }
    pthread_detach(thread)
  }

  private static func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let queue = unsafe Unmanaged<HTTPCommandQueue>.fromOpaque(context).takeRetainedValue()
    // Signals belong to the program's other threads; a broken pipe inside TLS must not end it.
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
    guard tributary_curl_load() == 0 else {
      queue.fail(HTTPError(.unavailable, unsafe String(cString: tributary_curl_load_error())))
      return nil
    }
    guard let multi = unsafe tributary_curl_multi_init() else {
      queue.fail(HTTPError(.unavailable, "libcurl has no memory for its connections"))
      return nil
    }
    unsafe HTTPEngine(queue, multi).run()
    return nil
  }

  /// Fails what waits and all that comes.
  private func fail(_ error: HTTPError) {
    let commands = state.withLock { state in
      state.unavailable = error
      defer { state.commands = [] }
      return state.commands
    }
    for case .start(let transfer) in commands { transfer.finish(.failed(error)) }
  }
}
