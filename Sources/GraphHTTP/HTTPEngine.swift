internal import CCurl
internal import Glibc

/// The loop of one thread that owns a multi handle and all that hangs on it.
///
/// Not `Sendable`, and never seen by another thread: what others want arrives
/// as commands.
@safe final class HTTPEngine {
  private let queue: HTTPCommandQueue
  private let multi: UnsafeMutableRawPointer
  private let certificates: HTTPCertificates
  /// What is under way, by the address of its easy handle.
  private var live: [UInt: HTTPHandle] = [:]
  private var handles: [ObjectIdentifier: HTTPHandle] = [:]
  private var pool: [UnsafeMutableRawPointer] = unsafe []

  /// The earliest time at which some transfer can be late.
  private var nextCheck = UInt64.max

  /// Idle connections that are kept; a burst of streams should not have to connect again.
  private static let maximumIdleConnections = 512

  /// Idle easy handles that are kept.
  private static let maximumPooledHandles = 16

  private static let longestPoll: UInt64 = 3_600_000

  init(_ queue: HTTPCommandQueue, _ multi: UnsafeMutableRawPointer) {
    self.queue = queue
    unsafe self.multi = unsafe multi
    certificates = HTTPCertificates()
    unsafe tributary_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.maximumIdleConnections)
  }

  /// Nanoseconds of the monotonic clock.
  static func now() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Works until the client is gone.
  func run() {
    unsafe queue.setWakeable(multi)
    while obeyCommands() {
      var running: Int32 = 0
      unsafe tributary_curl_multi_perform(multi, &running)
      collectFinished()
      let now = Self.now()
      if now >= nextCheck { failLate(now: now) }
      let code = unsafe tributary_curl_multi_poll(multi, pollTimeout(now: now))
      // Nothing is known to make polling fail for long, but a loop that spins would be worse than one that lags.
      if code != CURLM_OK { usleep(1_000) }
    }
    unsafe queue.setWakeable(nil)
    for handle in Array(live.values) {
      remove(handle)
      handle.transfer.finish(.cancelled)
    }
    while let easy = unsafe pool.popLast() { unsafe tributary_curl_easy_cleanup(easy) }
    unsafe tributary_curl_multi_cleanup(multi)
  }

  private func pollTimeout(now: UInt64) -> Int32 {
    guard nextCheck > now else { return 0 }
    return Int32(min((nextCheck - now) / 1_000_000 + 1, Self.longestPoll))
  }

  /// Does what others want; false when the engine is to stop.
  private func obeyCommands() -> Bool {
    for command in queue.drain() {
      switch command {
      case .start(let transfer): start(transfer)
      case .cancel(let transfer):
        if let handle = handles[ObjectIdentifier(transfer)] { remove(handle) }
      case .resume(let transfer): resume(transfer)
      case .discard(let transfer):
        resume(transfer)
        if let handle = handles[ObjectIdentifier(transfer)] {
          handle.deadline = min(handle.deadline, Self.now().adding(.seconds(1)))
          nextCheck = min(nextCheck, handle.deadline)
        }
      case .stop: return false
      }
    }
    return true
  }

  private func start(_ transfer: HTTPTransfer) {
    guard let easy = unsafe pool.popLast() ?? tributary_curl_easy_init() else {
      return transfer.finish(.failed(HTTPError(.unavailable, "libcurl has no memory for a request")))
    }
    let now = Self.now()
    transfer.begin(now: now)
    let handle = unsafe HTTPHandle(easy, transfer, certificates, now: now)
    live[UInt(bitPattern: easy)] = handle
    handles[ObjectIdentifier(transfer)] = handle
    nextCheck = min(nextCheck, handle.deadline, transfer.request.timeouts.idle.map { now.adding($0) } ?? .max)
    let code = unsafe tributary_curl_multi_add_handle(multi, easy)
    guard code == CURLM_OK else {
      remove(handle)
      return transfer.finish(
        .failed(HTTPError(.unavailable, "libcurl takes no more requests (error \(code.rawValue))")))
    }
  }

  private func resume(_ transfer: HTTPTransfer) {
    guard let handle = handles[ObjectIdentifier(transfer)] else { return }
    unsafe tributary_curl_easy_pause(handle.easy, CURLPAUSE_CONT)
    // The reader's side has reset the time of the last byte; a check may have been skipped while it was paused.
    if let idle = transfer.request.timeouts.idle { nextCheck = min(nextCheck, Self.now().adding(idle)) }
  }

  private func collectFinished() {
    var result = CURLE_OK
    while let easy = unsafe tributary_curl_multi_next_finished(multi, &result) {
      guard let handle = live[UInt(bitPattern: easy)] else { continue }
      let error = result == CURLE_OK ? nil : handle.error(for: result)
      remove(handle)
      handle.transfer.finish(error.map { .failed($0) } ?? .finished)
    }
  }

  /// Fails what is late, and finds out when to look again.
  private func failLate(now: UInt64) {
    nextCheck = .max
    for handle in Array(live.values) {
      if now >= handle.deadline {
        fail(handle, handle.totalTimeout)
      } else if let idle = handle.transfer.request.timeouts.idle, let since = handle.transfer.idleSince {
        let limit = since.adding(idle)
        if now >= limit {
          fail(handle, HTTPError(.idleTimeout, "no byte came for \(idle)"))
        } else {
          nextCheck = min(nextCheck, limit, handle.deadline)
        }
      } else {
        nextCheck = min(nextCheck, handle.deadline)
      }
    }
  }

  private func fail(_ handle: HTTPHandle, _ error: HTTPError) {
    remove(handle)
    handle.transfer.finish(.failed(error))
  }

  /// Takes a transfer off the multi handle; its connection is closed unless its answer had ended.
  private func remove(_ handle: HTTPHandle) {
    let easy = unsafe handle.easy
    live[UInt(bitPattern: easy)] = nil
    handles[ObjectIdentifier(handle.transfer)] = nil
    unsafe tributary_curl_multi_remove_handle(multi, easy)
    handle.free()
    unsafe tributary_curl_easy_reset(easy)
    if unsafe pool.count < Self.maximumPooledHandles {
      unsafe pool.append(easy)
    } else {
      unsafe tributary_curl_easy_cleanup(easy)
    }
  }
}

extension UInt64 {
  /// A time that lies a duration later, without overflow.
  func adding(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return self }
    let (nanoseconds, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return .max }
    let (sum, sumOverflow) = addingReportingOverflow(nanoseconds)
    guard !sumOverflow else { return .max }
    let (total, totalOverflow) = sum.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
    return totalOverflow ? .max : total
  }
}
