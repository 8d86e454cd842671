internal import CommandKit
internal import Glibc

/// Ctrl-C while a run goes on: the first stops the run, the second ends the program.
enum Interrupts {
  /// Keeps Ctrl-C from ending the program; call it before any other thread is started, which then inherits it.
  static func hold() {
    var signals = interrupt
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Calls a handler at the first Ctrl-C, and ends the program at the second.
  ///
  /// The listening thread lives as long as the program.
  static func listen(_ handler: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Handler(handler))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<Handler>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    if status == 0 { pthread_detach(thread) } else { box.release() }
  }

  private static var interrupt: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    return signals
  }

  private final class Handler: Sendable {
    private let handler: @Sendable () -> Void

    init(_ handler: @escaping @Sendable () -> Void) { self.handler = handler }

    func run() {
      wait()
      handler()
      wait()
      _exit(ExitCode.interrupted.rawValue)
    }

    private func wait() {
      var signals = Interrupts.interrupt
      var signal: Int32 = 0
      while sigwait(&signals, &signal) != 0 {}
    }
  }
}
