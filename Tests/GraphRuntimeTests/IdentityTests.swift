internal import GraphRuntime
internal import Testing

/// Ids and texts.
@Suite(.timeLimit(.minutes(10)))
struct IdentityTests {
  @Test func `An id is a UUID of version 7 with its time`() throws {
    let before = Int64(ContinuousClock.now.duration(to: .now).components.seconds)
    let id = RunIdentity.makeID()
    let parts = id.split(separator: "-").map(String.init)
    #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
    #expect(id.allSatisfy { $0 == "-" || ("0"..."9").contains($0) || ("a"..."f").contains($0) })
    #expect(parts[2].first == "7")
    #expect(["8", "9", "a", "b"].contains(parts[3].first))
    let time = try #require(Int64(parts[0] + parts[1], radix: 16))
    #expect(time > 1_600_000_000_000 + before)
  }

  @Test func `Ids differ and sort in the order they were made`() async {
    let ids = (0..<20_000).map { _ in RunIdentity.makeID() }
    #expect(ids == ids.sorted())
    #expect(Set(ids).count == ids.count)
    let concurrent = await withTaskGroup(of: [String].self) { group in
      for _ in 0..<8 { group.addTask { (0..<2000).map { _ in RunIdentity.makeID() } } }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(concurrent).count == 16_000)
  }

  @Test func `A run without options has ids of its own`() throws {
    let graph = try singleNodeGraph(.synchronous { _ in StateUpdate() })
    let runs = [graph.run(), graph.run()]
    #expect(Set(runs.flatMap { [$0.identity.id, $0.identity.thread] }).count == 4)
  }

  @Test(arguments: [
    (Duration.zero, "0 s"), (.seconds(30), "30 s"), (.milliseconds(500), "500 ms"), (.milliseconds(1250), "1.25 s"),
    (.milliseconds(1500), "1.5 s"), (.milliseconds(1005), "1.005 s"), (.milliseconds(1), "1 ms"),
    (.seconds(3600), "3600 s"), (.microseconds(250), "250 µs"), (.microseconds(1500), "1 ms"),
    (.nanoseconds(300), "0 s"), (.milliseconds(61_010), "61.01 s"),
  ])
  func `Durations are written as people do`(duration: Duration, expected: String) {
    #expect(DurationText.describe(duration) == expected)
  }
}
