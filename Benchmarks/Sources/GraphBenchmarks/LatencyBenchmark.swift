/// Something that is waited for: the clock counts, and the slowest of many times.
struct LatencyBenchmark: Sendable {
  let name: String

  /// The most milliseconds that one of a hundred may exceed.
  let target: Double

  /// Does it so often.
  ///
  /// - Returns: The milliseconds of each time.
  let work: @Sendable (_ times: Int) async throws -> [Double]

  init(_ name: String, target: Double, work: @escaping @Sendable (_ times: Int) async throws -> [Double]) {
    self.name = name
    self.target = target
    self.work = work
  }

  /// Does it so often, after some times that do not count.
  func measure(times: Int) async throws -> LatencyMeasurement {
    let milliseconds = try await work(times + 10).dropFirst(10).sorted()
    func quantile(_ part: Double) -> Double { milliseconds[min(milliseconds.count - 1, Int(part * Double(times)))] }
    return LatencyMeasurement(
      name: name, times: times, median: quantile(0.5), slow: quantile(0.99), slowest: milliseconds[times - 1],
      target: target)
  }
}

/// How long something took, in milliseconds of the clock.
struct LatencyMeasurement {
  let name: String
  let times: Int
  let median: Double

  /// What one of a hundred exceeds.
  let slow: Double
  let slowest: Double
  let target: Double
}
