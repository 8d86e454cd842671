internal import CEventLoop
internal import Glibc
internal import GraphRuntime

/// What tasks and other threads share with the thread of a server.
final class HTTPEventLoop: Sendable {
  /// What they ask for; numbers are those of clients.
  enum Command {
    case flush(Int)
    case close(Int)
    /// The work on a request has ended.
    case finished(Int, HTTPResponder.End)
    case webSocket(Int, WebSocket)
    /// There is room for messages again.
    case read(Int)
    case stop(deadline: ContinuousClock.Instant)
  }

  private struct State {
    var commands: [Command] = []
    var isWoken = false
    var connectionCount = 0
    /// The tasks that had not ended when the thread did.
    var tasks: [Task<Void, Never>] = []
    var hasEnded = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  let listener: HTTPListener
  let limits: HTTPLimits
  let refusal: @Sendable (HTTPRequestError) -> HTTPResponse
  let handler: HTTPServer.Handler

  /// The descriptor that the thread sleeps on.
  let poll: Int32

  /// The descriptor that wakes it.
  let wakeEnd: Int32
  private let state = Locked(State())

  init(
    _ listener: HTTPListener, _ limits: HTTPLimits, _ refusal: @escaping @Sendable (HTTPRequestError) -> HTTPResponse,
    _ handler: @escaping HTTPServer.Handler
  ) throws(HTTPListenError) {
    self.listener = listener
    self.limits = limits
    self.refusal = refusal
    self.handler = handler
    poll = tributary_poll_create()
    wakeEnd = tributary_wake_create()
    guard poll >= 0, wakeEnd >= 0 else {
      for descriptor in [poll, wakeEnd, listener.descriptor] where descriptor >= 0 { close(descriptor) }
      throw HTTPListenError(description: "too many files are open")
    }
  }

  deinit {
    close(poll)
    close(wakeEnd)
  }

  var connectionCount: Int { state.withLock { $0.connectionCount } }

  /// Starts the thread.
  func start() throws(HTTPListenError) {
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(self).toOpaque()
    let status = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        let loop = unsafe Unmanaged<HTTPEventLoop>.fromOpaque(context).takeRetainedValue()
        // Signals belong to the program's other threads.
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
        var session = HTTPLoopSession(loop)
        session.run()
        return nil
      }, context)
    guard status == 0 else {
      unsafe Unmanaged<HTTPEventLoop>.fromOpaque(context).release()
      close(listener.descriptor)
      throw HTTPListenError(description: "there is no thread to be had")
    }
    pthread_detach(thread)
  }

  /// Asks the thread for something.
  func send(_ command: Command) {
    let wakes = state.withLock { state -> Bool in
      guard !state.hasEnded else { return false }
      state.commands.append(command)
      defer { state.isWoken = true }
      return !state.isWoken
    }
    guard wakes else { return }
    var one: UInt64 = 1
    _ = unsafe write(wakeEnd, &one, 8)
  }

  /// Stops the thread and waits for it and for all tasks.
  func stop(grace: Duration) async {
    send(.stop(deadline: .now + grace))
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.waiters.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
    // Their sockets are closed, which they notice.
    for task in state.withLock({ $0.tasks }) { await task.value }
  }

  // MARK: - For the thread

  /// What was asked for since the last call.
  func takeCommands() -> [Command] {
    state.withLock { state in
      if state.isWoken {
        var count: UInt64 = 0
        _ = unsafe read(wakeEnd, &count, 8)
        state.isWoken = false
      }
      defer { state.commands = [] }
      return state.commands
    }
  }

  func setConnectionCount(_ count: Int) { state.withLock { $0.connectionCount = count } }

  /// The thread ends.
  func end(_ tasks: [Task<Void, Never>]) {
    let waiters = state.withLock { state in
      state.hasEnded = true
      state.commands = []
      state.tasks = tasks
      state.connectionCount = 0
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
