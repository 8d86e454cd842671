internal import CChildProcess
internal import Glibc

/// What a child has done since it was last asked.
public enum ProcessEvent: Sendable, Hashable {
  /// It wrote bytes.
  case wrote(ProcessChannel, [UInt8])
  /// It has ended, and all that it started and that stayed in its process group has been killed.
  case ended(ProcessEnd)
}

/// Where a child writes to.
public enum ProcessChannel: Int, Sendable, Hashable, CaseIterable {
  /// Descriptor 1.
  case output
  /// Descriptor 2.
  case error
  /// Descriptor 4, of a child that was started with a channel.
  case channel
}

/// The end of a child.
public struct ProcessEnd: Sendable, Hashable {
  /// Why it was ended.
  public enum Cause: Sendable, Hashable {
    /// Its time was up.
    case deadline
    /// Somebody asked for it, or nobody wants it any more.
    case terminated
  }

  /// How it ended.
  public let status: ProcessStatus

  /// Why it was ended, or nil when it ended by itself.
  public let cause: Cause?

  /// Whether it had ended by itself before, and what it had started kept its output open.
  public let leftBehind: Bool
}

/// A child process at the head of a process group of its own.
///
/// It inherits no descriptor, no blocked and no ignored signal. One thread,
/// shared by all children of this program, reads and writes their pipes and
/// waits for their ends. Of what a child writes at most 64 KiB each channel are
/// kept for a reader that is slower; the child then waits.
///
/// What is ended is the group: first with `SIGTERM`, after the grace with
/// `SIGKILL`. When a child ends by itself, what is left of its group is ended
/// with it. A process that makes itself a group of its own is out of reach.
/// Dropping the last reference ends the child.
public final class ChildProcess: Sendable {
  private let core: ProcessCore

  /// Starts a child.
  ///
  /// - Throws: `ProcessError.cannotStart`.
  public init(_ request: ProcessRequest) throws(ProcessError) {
    core = try ProcessCore.start(request)
    guard ProcessPoller.shared.add(core) else {
      core.abandon()
      throw .cannotStart("there is no thread to watch it")
    }
  }

  deinit { if core.release() { ProcessPoller.shared.wake() } }

  /// Waits for what it does next; the end comes after everything that it wrote, and again at each further call.
  ///
  /// One task at a time calls this. Cancelling that task ends the child; the call still waits for its end.
  public func next() async -> ProcessEvent {
    let core = core
    return await withTaskCancellationHandler {
      while true {
        let (event, wakes) = core.take()
        if wakes { ProcessPoller.shared.wake() }
        if let event { return event }
        await withCheckedContinuation { continuation in
          if !core.park(continuation) { continuation.resume() }
        }
      }
    } onCancel: {
      terminate()
    }
  }

  /// Whether it has ended, whatever is still to be taken of what it wrote.
  public var hasEnded: Bool { core.hasEnded }

  /// Sends bytes to the child's channel, or to the standard input that was kept open for it, behind those that it has
  /// not read yet.
  ///
  /// They are kept until it reads them. Nothing happens when it has ended.
  public func send(_ bytes: [UInt8]) {
    if core.send(bytes) { ProcessPoller.shared.wake() }
  }

  /// How many bytes it was sent and has not read.
  public var unsentCount: Int { core.unsentCount }

  /// Closes its standard input behind what it was sent and leaves it time to end by itself; returns at once.
  ///
  /// What is not over by then is ended as at a deadline. The child may be dropped: what it still writes is then thrown
  /// away.
  public func finish(within limit: Duration) {
    if core.finish(within: limit) { ProcessPoller.shared.wake() }
  }

  /// Sets the time at which it is ended, or takes it away.
  public func setDeadline(_ deadline: ContinuousClock.Instant?) {
    if core.setDeadline(deadline) { ProcessPoller.shared.wake() }
  }

  /// Begins to end the child and its group; returns at once.
  public func terminate() {
    if core.terminate(.terminated) { ProcessPoller.shared.wake() }
  }

  /// Waits for the end of all children of this program that were told to finish.
  public static func waitForFinishing() async { await ProcessPoller.shared.waitForFinishing() }

  /// Kills all children of this program with what they started, for a program that ends at once.
  public static func killAll() { ProcessPoller.shared.killAll() }
}
