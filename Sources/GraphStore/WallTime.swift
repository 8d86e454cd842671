#if canImport(Glibc)
  internal import Glibc
#endif

/// The time of day, by which leases are compared that several processes hold.
enum WallTime {
  /// Milliseconds since 1970 in UTC.
  static func milliseconds() -> Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
