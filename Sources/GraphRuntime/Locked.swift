#if canImport(Glibc)
  internal import Glibc
#endif

/// A value that is only reached while its lock is held.
///
/// The lock is a `pthread_mutex_t`: cheaper than `Synchronization.Mutex` here
/// and understood by the thread sanitizer, which reports false races on the
/// latter. Nothing is awaited and no user's closure is called under it.
package final class Locked<State: ~Copyable>: @unchecked Sendable {
  // Unchecked because the compiler cannot see that `state` is reached only
  // between lock and unlock; this class is the one place where that is so.
  private var state: State
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  package init(_ state: consuming sending State) {
    self.state = state
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    let status = pthread_mutex_init(mutex, nil)
    precondition(status == 0, "pthread_mutex_init failed with \(status)")
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deinitialize(count: 1)
    mutex.deallocate()
  }

  @inline(__always)
  package func withLock<Result, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&state)
  }
}
