internal import GraphRuntime

#if canImport(Glibc)
  internal import Glibc
#endif

/// A thread of a store's own, on which it may wait for a disk or a server without holding up anybody else's work.
@safe
final class StoreExecutor: SerialExecutor, @unchecked Sendable {
  // Unchecked for the semaphore, which is made for being shared by threads.
  private struct State {
    var jobs: [UnownedJob] = []
    /// The jobs that were taken and have not begun.
    var taken = 0
    var isRunning = false
    var isEnded = false
  }

  private let state = Locked(State())
  private let wakeUp = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { unsafe sem_init(wakeUp, 0, 0) }

  deinit {
    unsafe sem_destroy(wakeUp)
    unsafe wakeUp.deallocate()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    // Whoever enqueues holds no reference, and as soon as the job is seen it may be the last one of the actor.
    let keeper = unsafe Unmanaged.passRetained(self)
    defer { unsafe keeper.release() }
    let job = UnownedJob(job)
    let starts = state.withLock { state in
      state.jobs.append(job)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if starts { startThread() }
    unsafe sem_post(wakeUp)
  }

  /// Whether jobs wait behind the one that is at work.
  var hasWaitingJobs: Bool { state.withLock { $0.taken > 0 || !$0.jobs.isEmpty } }

  /// Ends the thread once it has done what waits.
  func end() {
    state.withLock { $0.isEnded = true }
    unsafe sem_post(wakeUp)
  }

  /// The thread is started by the first job and keeps this object until `end`.
  private func startThread() {
    let context = unsafe Unmanaged.passRetained(self)
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<StoreExecutor>.fromOpaque(context).takeRetainedValue().work()
        return nil
      }, unsafe context.toOpaque())
    precondition(status == 0, "pthread_create failed with \(status)")
    pthread_detach(thread)
  }

  private func work() {
    while true {
      let (jobs, isEnded) = state.withLock { state in
        defer { state.jobs.removeAll() }
        state.taken = state.jobs.count
        return (state.jobs, state.isEnded)
      }
      for job in jobs {
        state.withLock { $0.taken -= 1 }
        unsafe job.runSynchronously(on: asUnownedSerialExecutor())
      }
      guard jobs.isEmpty else { continue }
      if isEnded { return }
      while unsafe sem_wait(wakeUp) != 0 {}
    }
  }
}
