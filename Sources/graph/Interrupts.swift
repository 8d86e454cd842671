internal import ChildProcesses
internal import CommandKit
internal import Glibc
internal import GraphRuntime

/// Ctrl-C while a command works, and what else asks for its end: the first stops what goes on, the second ends the
/// program, whatever hangs.
///
/// A thread of its own waits for the signal, so that nothing the program does can keep it from being heard.
final class Interrupts: Sendable {
  private let action = Locked<(@Sendable () -> Void)?>(nil)
  private let signals: [Int32]

  private init(_ signals: [Int32]) { self.signals = signals }

  /// Begins to listen; call it before any other thread is started, which then leaves the signal to this one.
  ///
  /// A program that was started with the signal ignored, as in the background of a script, goes on ignoring it.
  static func listen(_ numbers: [Int32] = [SIGINT]) -> Interrupts {
    let interrupts = Interrupts(numbers.filter { !isIgnored($0) })
    guard !interrupts.signals.isEmpty else { return interrupts }
    var signals = interrupts.set
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let context = Unmanaged.passRetained(interrupts)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Interrupts>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    if status == 0 {
      pthread_detach(thread)
    } else {
      // Without a listener the signal ends the program, as it would have.
      context.release()
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
    return interrupts
  }

  /// Says what the first Ctrl-C does; until then, and for nil, it ends the program.
  func onFirst(_ action: (@Sendable () -> Void)?) { self.action.withLock { $0 = action } }

  /// Lives as long as the program.
  private func run() {
    wait()
    if let action = action.withLock({ $0 }) {
      action()
      wait()
    }
    // They are in groups of their own, which the terminal's signal does not reach.
    ChildProcess.killAll()
    _exit(ExitCode.interrupted.rawValue)
  }

  private func wait() {
    var signals = set
    var signal: Int32 = 0
    while sigwait(&signals, &signal) != 0 {}
  }

  private var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var current = sigaction()
    guard sigaction(signal, nil, &current) == 0 else { return false }
    return unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
