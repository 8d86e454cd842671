internal import CommandKit
internal import Glibc
internal import GraphRuntime

/// Waits on the main thread for work that goes on in a task.
enum Blocking {
  /// Runs an operation on the pool and returns its result.
  static func wait(_ operation: @escaping @Sendable () async -> ExitCode) -> ExitCode {
    let done = Done()
    // Owned by this call, which waits for it and does nothing else.
    Task.detached { done.finish(await operation()) }
    return done.wait()
  }

  private final class Done: @unchecked Sendable {
    // Unchecked for the semaphore, which is made for being shared by threads.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private let result = Locked<ExitCode>(.internalError)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
      sem_destroy(semaphore)
      semaphore.deallocate()
    }

    func finish(_ code: ExitCode) {
      result.withLock { $0 = code }
      sem_post(semaphore)
    }

    func wait() -> ExitCode {
      while sem_wait(semaphore) != 0 {}
      return result.withLock { $0 }
    }
  }
}
