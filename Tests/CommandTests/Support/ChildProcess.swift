import Glibc
import GraphRuntime
import GraphTestSupport

/// A program that a test has started: its output while it runs, and its end.
///
/// One thread a child reads both outputs and waits for the end. A child that takes longer than five minutes, and a server
/// that takes longer than nine, is killed and says so, so that a test never hangs; no test relies on how long anything
/// takes.
final class ChildProcess: Sendable {
  /// How a child ended.
  struct Result: Sendable, Equatable, CustomStringConvertible {
    var standardOutput = ""
    var standardError = ""

    /// The status, or 128 and the number of the signal that ended it.
    var status: Int32 = 0

    var description: String { "status \(status)\n--- output\n\(standardOutput)\n--- error\n\(standardError)" }
  }

  /// What a child's outputs are connected to.
  enum Output: Sendable {
    /// A pipe that is read all the time.
    case read
    /// A pipe that is read until this many line ends have come, and is then closed.
    case closedAfter(lines: Int)
    /// A pipe that nobody reads.
    case unread
    /// Nothing at all: the descriptor is closed.
    case none
    /// A terminal.
    case terminal
  }

  struct SpawnError: Error {
    let call: String
    let code: Int32
  }

  let pid: pid_t
  private let isServer: Bool
  private let state = Locked(State())

  private struct State {
    var output: [UInt8] = []
    var error: [UInt8] = []
    var result: Result?
    var watchers: [(isMet: @Sendable (Result) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []

    var snapshot: Result {
      Result(
        standardOutput: String(decoding: output, as: UTF8.self), standardError: String(decoding: error, as: UTF8.self),
        status: result?.status ?? -1)
    }

    /// The watchers whose wish has come true; all of them once the child has ended.
    mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
      let (now, isOver) = (snapshot, result != nil)
      let met = watchers.filter { isOver || $0.isMet(now) }
      watchers.removeAll { isOver || $0.isMet(now) }
      return met.map(\.continuation)
    }
  }

  /// Starts a program in a folder, with nothing but these variables, signals as they are by default, and no open files.
  ///
  /// With a terminal for standard error, what is typed comes from that terminal; standard input is empty otherwise.
  /// Waits while as many children as the machine should have are at work. A test has one at a time, besides servers,
  /// which do not count and may live for as long as a test.
  static func start(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], folder: String,
    output: Output = .read, error: Output = .read, typing: String? = nil, isServer: Bool = false
  ) async throws -> ChildProcess {
    if !isServer { await places.take() }
    do {
      return try ChildProcess(
        path, arguments, environment: environment, folder: folder, output: output, error: error, typing: typing,
        isServer: isServer)
    } catch {
      if !isServer { places.giveBack() }
      throw error
    }
  }

  private static let places = Places(8)

  private init(
    _ path: String, _ arguments: [String], environment: [String: String], folder: String, output: Output, error: Output,
    typing: String?, isServer: Bool
  ) throws {
    self.isServer = isServer
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    let outputEnds = try Self.connect(output, STDOUT_FILENO, &actions)
    let errorEnds = try Self.connect(error, STDERR_FILENO, &actions)
    if let typing {
      posix_spawn_file_actions_adddup2(&actions, errorEnds.child, STDIN_FILENO)
      _ = Array(typing.utf8).withUnsafeBytes { Glibc.write(errorEnds.parent, $0.baseAddress, $0.count) }
    }
    // What other threads have open and have not marked yet must not live on in the child.
    for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }

    var pid = pid_t()
    let line = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, path] + arguments
    let words = line.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    let code = withSpawnAttributes(heeding: [SIGINT, SIGPIPE, SIGTERM]) { attributes in
      posix_spawn(&pid, line[0], &actions, attributes, words, variables)
    }
    for end in [outputEnds.child, errorEnds.child] where end >= 0 { close(end) }
    guard code == 0 else { throw SpawnError(call: "posix_spawn", code: code) }
    self.pid = pid
    let child = self
    startThread {
      child.read(outputEnds.parent, output, errorEnds.parent)
    }
  }

  /// Connects a descriptor of the child; -1 where there is no end.
  private static func connect(
    _ output: Output, _ descriptor: Int32, _ actions: inout posix_spawn_file_actions_t
  ) throws -> (parent: Int32, child: Int32) {
    var ends: [Int32] = [-1, -1]
    switch output {
    case .none:
      posix_spawn_file_actions_addclose(&actions, descriptor)
      return (-1, -1)
    case .read, .unread, .closedAfter:
      guard pipe(&ends) == 0 else { throw SpawnError(call: "pipe", code: errno) }
    case .terminal:
      let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      var (number, isLocked): (Int32, Int32) = (0, 0)
      guard terminal >= 0, ioctl(terminal, Self.setLock, &isLocked) == 0, ioctl(terminal, Self.getNumber, &number) == 0
      else { throw SpawnError(call: "/dev/ptmx", code: errno) }
      ends = [terminal, open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)]
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], descriptor)
    return (ends[0], ends[1])
  }

  /// `TIOCSPTLCK` and `TIOCGPTN`, which Swift does not see.
  private static let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

  // MARK: - Watching

  /// Waits until something is true of what has been printed, or the child has ended.
  @discardableResult
  func waitUntil(_ isMet: @escaping @Sendable (Result) -> Bool) async -> Result {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state -> Bool in
        if state.result != nil || isMet(state.snapshot) { return true }
        state.watchers.append((isMet, continuation))
        return false
      }
      if isOver { continuation.resume() }
    }
    return state.withLock { $0.snapshot }
  }

  /// Waits for the end.
  func result() async -> Result { await waitUntil { _ in false } }

  /// Kills it without a word.
  func destroy() { kill(pid, SIGKILL) }

  /// Presses Ctrl-C.
  func interrupt() { kill(pid, SIGINT) }

  /// Waits until the child has taken notice of Ctrl-C: the kernel no longer keeps the signal for it.
  func waitForInterruptToBeTaken() async {
    while state.withLock({ $0.result == nil }) {
      guard let pending = signals("ShdPnd") else { return }
      if pending & 1 << (SIGINT - 1) == 0 { return }
      await Task.yield()
    }
  }

  /// A set of signals in the kernel's view of the child.
  private func signals(_ field: String) -> UInt64? {
    guard let text = contents(ofFile: "/proc/\(pid)/status") else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix(field + ":") }
    return line.flatMap { UInt64($0.drop { !$0.isWhitespace }.drop { $0.isWhitespace }, radix: 16) }
  }

  // MARK: - The thread

  private func read(_ output: Int32, _ kind: Output, _ error: Int32) {
    var outputEnd: Int32 = if case .unread = kind { -1 } else { output }
    var errorEnd = error
    var lines = 0
    let start = ContinuousClock.now
    let deadline = start + .seconds(isServer ? 540 : 300)
    var holdsPlace = !isServer
    while outputEnd >= 0 || errorEnd >= 0 || !hasExited {
      var pollers = [
        pollfd(fd: outputEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errorEnd, events: Int16(POLLIN), revents: 0),
      ]
      // Short, because the end of a child with nothing to read is found by asking.
      poll(&pollers, 2, outputEnd >= 0 || errorEnd >= 0 ? 1_000 : 5)
      if holdsPlace, ContinuousClock.now > start + .seconds(2) {
        // It may be waiting for others that its test has yet to start.
        Self.places.giveBack()
        holdsPlace = false
      }
      if ContinuousClock.now > deadline {
        kill(pid, SIGKILL)
        append(Array("\n(killed by the test: it took too long)".utf8), toError: true)
        break
      }
      if pollers[0].revents != 0 {
        if let bytes = Self.readSome(outputEnd) {
          lines += bytes.count { $0 == UInt8(ascii: "\n") }
          append(bytes, toError: false)
          if case .closedAfter(let limit) = kind, lines >= limit {
            close(outputEnd)
            outputEnd = -1
          }
        } else {
          outputEnd = -1
        }
      }
      if pollers[1].revents != 0 {
        if let bytes = Self.readSome(errorEnd) { append(bytes, toError: true) } else { errorEnd = -1 }
      }
    }
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
    if outputEnd != -1 || kind.leavesEndOpen { close(output) }
    if holdsPlace { Self.places.giveBack() }
    finish(code)
  }

  /// Whether the child has ended; it stays to be waited for.
  private var hasExited: Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
  }

  private static func readSome(_ descriptor: Int32) -> [UInt8]? {
    var block = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(descriptor, &block, block.count)
    // A terminal whose other end is closed gives EIO.
    guard count > 0 else {
      close(descriptor)
      return nil
    }
    return Array(block[..<count])
  }

  private func append(_ bytes: [UInt8], toError: Bool) {
    let met = state.withLock { state in
      if toError { state.error += bytes } else { state.output += bytes }
      return state.takeWatchers()
    }
    for continuation in met { continuation.resume() }
  }

  private func finish(_ status: Int32) {
    let met = state.withLock { state in
      state.result = Result(status: status)
      return state.takeWatchers()
    }
    for continuation in met { continuation.resume() }
  }
}

extension ChildProcess.Output {
  /// Whether the parent's end is never closed by reading.
  fileprivate var leavesEndOpen: Bool { if case .unread = self { true } else { false } }
}

/// A number of places that are taken and given back.
private final class Places: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Locked<State>

  init(_ count: Int) { state = Locked(State(free: count)) }

  func take() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state -> Bool in
        guard state.free == 0 else {
          state.free -= 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  func giveBack() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
      state.free += 1
      return nil
    }
    next?.resume()
  }
}
