internal import CChildProcess
internal import Glibc
internal import GraphRuntime

/// The thread that serves all children: it sleeps in `poll` until one has written, can be written to, has ended, or
/// has run out of time.
///
/// It is started with the first child and stays; without children it costs
/// nothing. One thread a child would be as much a stack for each, and one a
/// pipe three.
final class ProcessPoller: Sendable {
  static let shared = ProcessPoller()

  private struct State {
    var arrivals: [ProcessCore] = []
    /// Those in the thread's care.
    var living: [ProcessCore] = []
    var isRunning = false
    /// The end of the pipe that wakes the thread; -1 until there is one.
    var wakeEnd: Int32 = -1
    var isWoken = false
    /// Those that wait until no child is about to end.
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Locked(State())

  private init() {}

  /// Takes a child into care.
  ///
  /// - Returns: Whether there is a thread for it.
  func add(_ core: ProcessCore) -> Bool {
    let isServed = state.withLock { state -> Bool in
      state.isRunning = state.isRunning || start(&state)
      if state.isRunning { state.arrivals.append(core) }
      return state.isRunning
    }
    if isServed { wake() }
    return isServed
  }

  /// Makes the thread look at all children again.
  func wake() {
    state.withLock { state in
      guard !state.isWoken, state.wakeEnd >= 0 else { return }
      state.isWoken = true
      var byte: UInt8 = 1
      // The pipe is never full: one byte is in it at most.
      _ = unsafe write(state.wakeEnd, &byte, 1)
    }
  }

  /// Kills every child and its group at once, from any thread.
  func killAll() {
    // Those that have arrived since the last look are few, and are looked at first.
    let (arrivals, living) = state.withLock { ($0.arrivals, $0.living) }
    for core in arrivals + living { core.kill() }
  }

  /// Waits until no child is about to end.
  func waitForFinishing() async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if state.isRunning { state.waiting.append(continuation) }
        return !state.isRunning
      }
      if isOver { continuation.resume() }
      wake()
    }
  }

  private func start(_ state: inout State) -> Bool {
    var ends: [Int32] = [-1, -1]
    guard unsafe tributary_pipe(&ends) == 0 else { return false }
    final class Context: Sendable {
      let poller: ProcessPoller
      let end: Int32
      init(_ poller: ProcessPoller, _ end: Int32) { (self.poller, self.end) = (poller, end) }
    }
    let context = unsafe Unmanaged.passRetained(Context(self, ends[0])).toOpaque()
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        let own = unsafe Unmanaged<Context>.fromOpaque(context).takeRetainedValue()
        // Signals belong to the program's other threads; a child that does not read must not end this program.
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
        own.poller.run(own.end)
        return nil
      }, context)
    guard status == 0 else {
      unsafe Unmanaged<Context>.fromOpaque(context).release()
      for end in ends { close(end) }
      return false
    }
    pthread_detach(thread)
    state.wakeEnd = ends[1]
    return true
  }

  /// The children in care, with those that have arrived; whoever waits for no child to be about to end is told.
  private func takeArrivals(_ living: [ProcessCore]) -> [ProcessCore] {
    let (cores, waiting) = state.withLock { state -> ([ProcessCore], [CheckedContinuation<Void, Never>]) in
      state.living = living + state.arrivals
      state.arrivals = []
      guard !state.waiting.isEmpty, !state.living.contains(where: \.isFinishing) else { return (state.living, []) }
      defer { state.waiting = [] }
      return (state.living, state.waiting)
    }
    for continuation in waiting { continuation.resume() }
    return cores
  }

  private func run(_ wakeEnd: Int32) {
    var cores: [ProcessCore] = []
    while true {
      cores = takeArrivals(cores)
      let now = ContinuousClock.now
      var polled = [pollfd(fd: wakeEnd, events: Int16(POLLIN), revents: 0)]
      var wakeTime: ContinuousClock.Instant?
      var places: [Range<Int>] = []
      for core in cores {
        let start = polled.count
        let time = core.collect(&polled, now: now)
        wakeTime = [wakeTime, time].compactMap { $0 }.min()
        places.append(start..<polled.count)
      }
      Self.wait(&polled, wakeTime.map { now.duration(to: $0) })
      if polled[0].revents != 0 { drain(wakeEnd) }
      let later = ContinuousClock.now
      var living: [ProcessCore] = []
      for (core, range) in zip(cores, places) where !core.advance(polled[range], now: later) { living.append(core) }
      cores = living
    }
  }

  /// Takes the wake-up back before anything is looked at, so that none is lost.
  private func drain(_ wakeEnd: Int32) {
    state.withLock { state in
      var byte: UInt8 = 0
      _ = unsafe read(wakeEnd, &byte, 1)
      state.isWoken = false
    }
  }

  private static func wait(_ polled: inout [pollfd], _ duration: Duration?) {
    var milliseconds: Int32 = -1
    if let duration {
      let (seconds, attoseconds) = max(duration, .zero).components
      // Rounded up, so that nothing is looked at a moment too early again and again.
      milliseconds = Int32(
        min(seconds, 1_000_000) * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
    _ = unsafe poll(&polled, nfds_t(polled.count), milliseconds)
  }
}
