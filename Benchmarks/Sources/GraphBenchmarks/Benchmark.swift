/// Something whose cost is measured.
struct Benchmark: Sendable {
  let name: String

  /// The most CPU milliseconds that it may take, or nil where none are promised.
  let target: Double?

  /// Does the work once.
  ///
  /// - Returns: How far memory grew at most, in kilobytes, where that is what is measured.
  let work: @Sendable () async throws -> Int?

  init(_ name: String, target: Double? = nil, work: @escaping @Sendable () async throws -> Int?) {
    self.name = name
    self.target = target
    self.work = work
  }

  /// Runs the work so often, after one run that does not count.
  func measure(times: Int) async throws -> Measurement {
    _ = try await work()
    var milliseconds: [Double] = []
    var wall: [Double] = []
    var allocations: [Int] = []
    var growth: Int?
    for _ in 0..<times {
      let allocationsBefore = Meter.allocations()
      let before = Meter.cpuMilliseconds()
      let start = ContinuousClock.now
      let grown = try await work()
      wall.append((ContinuousClock.now - start) / .milliseconds(1))
      milliseconds.append(Meter.cpuMilliseconds() - before)
      allocations.append(Meter.allocations() - allocationsBefore)
      if let grown { growth = max(growth ?? 0, grown) }
    }
    milliseconds.sort()
    allocations.sort()
    var measurement = Measurement(
      name: name, minimum: milliseconds[0], median: milliseconds[milliseconds.count / 2],
      allocations: allocations[allocations.count / 2], growth: growth, target: target)
    measurement.wall = wall.min()
    return measurement
  }
}

/// What a benchmark took.
struct Measurement {
  let name: String

  /// CPU milliseconds of the process, on all threads.
  let minimum: Double
  let median: Double

  /// The least milliseconds by the clock, for work that waits for a disk.
  var wall: Double?

  /// The median of the calls of `malloc` and its kin.
  let allocations: Int

  /// Kilobytes, where memory is what is measured.
  let growth: Int?
  let target: Double?

  /// Whether the target is missed; nil where there is none.
  var isTooSlow: Bool? { target.map { minimum > $0 } }
}
