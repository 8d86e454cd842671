#if canImport(Glibc)
  internal import Glibc
#endif

/// Which run of which graph.
public final class RunIdentity: Sendable {
  /// The run's id: a UUID of version 7, so that ids sort by time.
  public let id: String

  /// The thread that the run belongs to; runs of one thread follow each other on one state.
  public let thread: String

  /// The graph's name.
  public let graph: String

  /// Creates an identity.
  public init(id: String, thread: String, graph: String) {
    self.id = id
    self.thread = thread
    self.graph = graph
  }

  /// A new UUID of version 7 in its usual form.
  public static func makeID() -> String {
    var generator = SystemRandomNumberGenerator()
    let time = UInt64(bitPattern: WallClock.milliseconds())
    let high = time << 16 | 0x7000 | UInt64.random(in: 0..<0x1000, using: &generator)
    let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0..<0x4000_0000_0000_0000, using: &generator)
    let digits = [high, low].map { number in
      let text = String(number, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
    var id = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { id += "-" }
      id.append(digit)
    }
    return id
  }
}

/// The time of day.
enum WallClock {
  /// Milliseconds since 1970 in UTC, as exact as the kernel's tick: a few milliseconds, for a few nanoseconds of work.
  @inline(__always)
  static func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
