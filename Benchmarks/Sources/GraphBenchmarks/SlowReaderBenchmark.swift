import GraphRuntime

/// A node that shows 150,000 chunks to a reader that is slower than it: memory is bounded by the mailbox.
let slowReaderBenchmark: Benchmark = {
  let graph = Result {
    var builder = StateGraphBuilder("slow reader")
    builder.addNode("a") { _, context in
      for index in 0..<150_000 { await context.stream(.string("chunk number \(index) of a fast node")) }
      return StateUpdate()
    }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: .end)
    return try builder.build()
  }
  return Benchmark("150,000 chunks to a slow reader") {
    let before = Meter.residentKilobytes()
    var most = before
    var read = 0
    for try await event in try graph.get().run() {
      guard case .chunk = event.kind else { continue }
      read += 1
      if read % 10 == 0 { await Task.yield() }
      if read % 10_000 == 0 { most = max(most, Meter.residentKilobytes()) }
    }
    precondition(read == 150_000, "\(read) chunks have arrived")
    return most - before
  }
}()
