internal import CommandKit
internal import Glibc
internal import GraphRuntime

/// Carries the task of a command out on the main thread.
///
/// The loop knows when the task waits, for a provider say: that is the moment
/// to write out what has come together. A burst of tokens is one write, and a
/// lone token is written at once. What nodes do in tasks of their own goes on
/// on the pool.
final class MainLoop: TaskExecutor, @unchecked Sendable {
  // Unchecked for the semaphore, which is made for being shared by threads.
  private struct State {
    var jobs: [UnownedJob] = []
    var result: ExitCode?
  }

  private let state = Locked(State())
  private let wakeUp = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  private init() { sem_init(wakeUp, 0, 0) }

  deinit {
    sem_destroy(wakeUp)
    wakeUp.deallocate()
  }

  /// Runs an operation to its end on the calling thread.
  ///
  /// - Parameters:
  ///   - whenIdle: Called each time the operation waits, and at its end.
  ///   - operation: The work of a command.
  static func run(whenIdle: () -> Void, _ operation: @escaping @Sendable () async -> ExitCode) -> ExitCode {
    let loop = MainLoop()
    // Owned by this call, which carries it out and waits for its end.
    Task(executorPreference: loop) { loop.finish(await operation()) }
    return loop.work(whenIdle)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
    sem_post(wakeUp)
  }

  private func finish(_ code: ExitCode) {
    state.withLock { $0.result = code }
    sem_post(wakeUp)
  }

  private func work(_ whenIdle: () -> Void) -> ExitCode {
    while true {
      let jobs = state.withLock { state in
        defer { state.jobs.removeAll() }
        return state.jobs
      }
      for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
      guard jobs.isEmpty else { continue }
      whenIdle()
      if let result = state.withLock({ $0.result }) { return result }
      while sem_wait(wakeUp) != 0 {}
    }
  }
}
