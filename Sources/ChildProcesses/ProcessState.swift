internal import CChildProcess
internal import Glibc

/// The parent's view of one child, without locks and waiting.
struct ProcessState {
  /// Bytes on their way to a child.
  struct Sender {
    var descriptor: Int32
    var pending: [UInt8]
    /// How many of the pending bytes have been written.
    var written = 0
    /// Whether nothing will follow the pending bytes.
    var endsAfterwards: Bool

    var unsentCount: Int { pending.count - written }
  }

  let child: pid_t

  /// Whether what the child has started ends with it, and is not waited for.
  private let endsGroup: Bool

  /// What can be read once the child has ended, or -1.
  private(set) var watch: Int32

  /// The parent's ends of what the child writes, by channel; -1 when they are closed.
  private var outputs: [Int32]

  /// What has been read and not been taken, by channel.
  var buffers: [[UInt8]] = Array(repeating: [], count: ProcessChannel.allCases.count)

  /// What goes to the standard input.
  var input: Sender

  /// What goes to the channel.
  var requests: Sender

  /// Whether what is sent goes to the standard input.
  private let keepsInputOpen: Bool

  /// Whether it was told that nothing more will come.
  private(set) var isFinishing = false

  /// Whether nobody reads what it writes any more.
  var isReleased = false

  var reader: CheckedContinuation<Void, Never>?
  var deadline: ContinuousClock.Instant?

  /// Why it is being ended, or nil.
  private(set) var cause: ProcessEnd.Cause?

  /// When the group is killed; counts while it is being ended.
  private(set) var killAt = ContinuousClock.now

  private(set) var isKilled = false
  private var leftBehind = false

  /// How it ended; everything is closed then.
  private(set) var end: ProcessEnd?

  init(child: pid_t, pipes: ProcessPipes, input: [UInt8], keepsInputOpen: Bool, watch: Int32) {
    self.child = child
    self.watch = watch
    self.keepsInputOpen = keepsInputOpen
    endsGroup = pipes.requests >= 0 || keepsInputOpen
    outputs = pipes.outputs
    self.input = Sender(descriptor: pipes.input, pending: input, endsAfterwards: !keepsInputOpen)
    requests = Sender(descriptor: pipes.requests, pending: [], endsAfterwards: false)
  }

  private var outputsAreClosed: Bool { outputs.allSatisfy { $0 < 0 } }

  /// Whether the child's end is waited for.
  var waitsForEnd: Bool { outputsAreClosed || cause != nil || endsGroup }

  /// Whether what is written beyond the limit is thrown away: nobody will read it.
  private var discards: Bool { cause != nil || isReleased }

  // MARK: - Requests

  /// Adds bytes to what is sent; whether there is somewhere to send them.
  mutating func send(_ bytes: [UInt8]) -> Bool {
    if keepsInputOpen {
      guard input.descriptor >= 0, !isFinishing else { return false }
      input.pending.append(contentsOf: bytes)
    } else {
      guard requests.descriptor >= 0 else { return false }
      requests.pending.append(contentsOf: bytes)
    }
    return true
  }

  /// Closes the standard input behind what was sent; what is not over in time is ended.
  mutating func beginFinish(until limit: ContinuousClock.Instant) {
    isFinishing = true
    input.endsAfterwards = true
    deadline = min(deadline ?? limit, limit)
  }

  // MARK: - Polling

  /// Adds what has to be polled.
  func collect(_ polled: inout [pollfd]) {
    for (channel, descriptor) in outputs.enumerated() where descriptor >= 0 {
      // A reader that is behind makes the child wait; a child that is being ended must not wait for it.
      guard buffers[channel].count < ProcessCore.bufferLimit || discards else { continue }
      polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }
    for sender in [input, requests] where sender.descriptor >= 0 && !sender.pending.isEmpty {
      polled.append(pollfd(fd: sender.descriptor, events: Int16(POLLOUT), revents: 0))
    }
    if watch >= 0, waitsForEnd { polled.append(pollfd(fd: watch, events: Int16(POLLIN), revents: 0)) }
  }

  /// Reads and writes what can be at once.
  ///
  /// The channel is read last: what the child printed before an answer is then known before the answer.
  mutating func transfer() {
    for channel in outputs.indices where outputs[channel] >= 0 { readAll(channel) }
    Self.write(&input)
    Self.write(&requests)
  }

  /// Closes a standard input that nothing more goes to.
  mutating func closeFinishedInput() { if isFinishing, input.pending.isEmpty { Self.end(&input) } }

  private mutating func readAll(_ channel: Int) {
    while outputs[channel] >= 0 {
      let room = ProcessCore.bufferLimit - buffers[channel].count
      // What a child writes while it is being ended is read, so that it can end, and thrown away beyond the limit.
      guard room > 0 || discards else { return }
      let descriptor = outputs[channel]
      var failure: Int32 = 0
      let wanted = room > 0 ? room : ProcessCore.bufferLimit
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
        unsafe count = read(descriptor, buffer.baseAddress, wanted)
        if count < 0 { (failure, count) = (errno, 0) }
      }
      guard !bytes.isEmpty else {
        if failure == EAGAIN || failure == EINTR { return }
        close(descriptor)
        outputs[channel] = -1
        return
      }
      if room > 0 { buffers[channel] += bytes }
      // Less than was asked for: the pipe is empty.
      if bytes.count < wanted { return }
    }
  }

  private static func write(_ sender: inout Sender) {
    while sender.descriptor >= 0, sender.written < sender.pending.count {
      let count = unsafe sender.pending.withUnsafeBytes { bytes in
        unsafe Glibc.write(
          sender.descriptor, bytes.baseAddress?.advanced(by: sender.written), bytes.count - sender.written)
      }
      guard count > 0 else {
        if errno == EAGAIN || errno == EINTR { return }
        // The child does not want it.
        end(&sender)
        return
      }
      sender.written += count
    }
    sender.pending.removeAll()
    sender.written = 0
    if sender.endsAfterwards { end(&sender) }
  }

  private static func end(_ sender: inout Sender) {
    if sender.descriptor >= 0 { close(sender.descriptor) }
    sender.descriptor = -1
    sender.pending = []
    sender.written = 0
  }

  // MARK: - The end

  /// Asks the group to end.
  mutating func beginTermination(_ cause: ProcessEnd.Cause, killAt: ContinuousClock.Instant) {
    self.cause = cause
    self.killAt = killAt
    leftBehind = hasExited
    // A child that was stopped hears nothing but these two.
    kill(-child, SIGTERM)
    kill(-child, SIGCONT)
  }

  /// Goes on with the end as far as it has come.
  mutating func finishIfEnded(now: ContinuousClock.Instant) {
    if cause != nil, !isKilled, now >= killAt {
      kill(-child, SIGKILL)
      isKilled = true
    }
    // Killed processes may have left pipes to others that are out of reach.
    guard waitsForEnd, outputsAreClosed || isKilled || endsGroup, hasExited else { return }
    // While the child is not waited for, its group's number belongs to nobody else.
    kill(-child, SIGKILL)
    if !outputsAreClosed { transfer() }
    var code: Int32 = 0
    let status: ProcessStatus
    if unsafe waitpid(child, &code, 0) == child {
      status = code & 0x7F == 0 ? .exited((code >> 8) & 0xFF) : .signalled(code & 0x7F)
    } else {
      status = .unknown
    }
    closeAll()
    end = ProcessEnd(status: status, cause: cause, leftBehind: leftBehind)
  }

  /// Whether the child itself has ended; it stays to be waited for.
  private var hasExited: Bool {
    var info = unsafe siginfo_t()
    let code = unsafe waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | WNOWAIT)
    // Somebody else has waited for it: it is gone.
    if code != 0 { return errno == ECHILD }
    return unsafe info.si_signo == SIGCHLD
  }

  /// Closes every descriptor that is left.
  mutating func closeAll() {
    for channel in outputs.indices where outputs[channel] >= 0 {
      close(outputs[channel])
      outputs[channel] = -1
    }
    Self.end(&input)
    Self.end(&requests)
    if watch >= 0 { close(watch) }
    watch = -1
  }
}
