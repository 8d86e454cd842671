internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#endif

/// Which run of which graph.
public final class RunIdentity: Sendable {
  /// The run's id: a UUID of version 7, so that ids sort by time.
  public let id: String

  /// The thread that the run belongs to: a name that the caller gives.
  public let thread: String

  /// The graph's name.
  public let graph: String

  /// The id of the run that this one goes on from, or nil.
  public let resumed: String?

  /// Creates an identity.
  public init(id: String, thread: String, graph: String, resumed: String? = nil) {
    self.resumed = resumed
    self.id = id
    self.thread = thread
    self.graph = graph
  }

  /// A new UUID of version 7 in its usual form.
  ///
  /// Ids of one process sort in the order they were made, also within a millisecond.
  public static func makeID() -> String {
    // Milliseconds and, below them, a count of 12 bits, which runs on into the milliseconds when it is full.
    let now = UInt64(bitPattern: WallClock.milliseconds()) << 12
    var last = lastStamp.load(ordering: .relaxed)
    var stamp: UInt64
    repeat {
      stamp = max(now, last + 1)
      let (isExchanged, current) = lastStamp.weakCompareExchange(expected: last, desired: stamp, ordering: .relaxed)
      if isExchanged { break }
      last = current
    } while true
    let high = (stamp >> 12) << 16 | 0x7000 | stamp & 0xFFF
    let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0..<0x4000_0000_0000_0000)
    return String(unsafeUninitializedCapacity: 36) { buffer in
      var place = 0
      for number in [high, low] {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
          if place == 8 || place == 13 || place == 18 || place == 23 {
            buffer[place] = UInt8(ascii: "-")
            place += 1
          }
          let digit = UInt8(truncatingIfNeeded: number >> shift & 15)
          buffer[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
          place += 1
        }
      }
      return place
    }
  }

  /// The time and count of the last id that was made.
  private static let lastStamp = Atomic<UInt64>(0)
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
