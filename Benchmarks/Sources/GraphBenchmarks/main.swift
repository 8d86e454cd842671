import CAllocCounter
import Glibc
import GraphRuntime

func cpu() -> Double {
  var t = timespec(); clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
  return Double(t.tv_sec) + Double(t.tv_nsec) / 1e9
}
func measure(_ name: String, _ times: Int = 15, _ body: () async throws -> Void) async throws {
  var best = Double.infinity, all: [Double] = [], allocs: UInt = 0
  for _ in 0..<times {
    let a0 = alloc_counter_total(); let c = cpu(); try await body(); let d = cpu() - c
    allocs = UInt(alloc_counter_total() - a0); best = min(best, d); all.append(d)
  }
  print(name, "min", best * 1000, "median", all.sorted()[all.count / 2] * 1000, "ms allocs", allocs)
}
@concurrent func all() async throws {
  var b = StateGraphBuilder("line")
  b.addKey("x")
  for i in 0..<1000 { b.addNode("n\(i)") { _, _ in StateUpdate() } ; b.addEdge(from: i == 0 ? .start : .init(stringLiteral: "n\(i-1)"), to: .init(stringLiteral: "n\(i)")) }
  b.addEdge(from: "n999", to: .end)
  let line = try b.build()
  try await measure("line1000") { _ = try await line.run().result() }
  for kind in 0..<2 {
    var b = StateGraphBuilder("line")
    b.addKey("x")
    for i in 0..<1000 { b.addNode("n\(i)", body: kind == 0 ? .synchronous { _ in StateUpdate() } : .plain { _, _ in StateUpdate() }) ; b.addEdge(from: i == 0 ? .start : .init(stringLiteral: "n\(i-1)"), to: .init(stringLiteral: "n\(i)")) }
    b.addEdge(from: "n999", to: .end)
    let line = try b.build()
    try await measure("line1000 \(kind)") { _ = try await line.run().result() }
  }
  var l = StateGraphBuilder("loop")
  l.addKey("n", reducer: .add, initial: 0)
  let key = StateKey("n", slot: 0)
  l.addNode("a", body: .synchronous { _ in StateUpdate(key, 1) })
  l.addEdge(from: .start, to: "a")
  l.addEdge(from: "a", to: "a", when: "n < 1000") { if case .int(let n) = $0[key] { n < 1000 } else { false } }
  l.addEdge(from: "a", to: .end)
  let loop = try l.build()
  try await measure("loop1000") { _ = try await loop.run().result() }
  var s = StateGraphBuilder("stream")
  s.addKey("text")
  s.addStreamingNode("a") { _, _ in
    nonisolated(unsafe) var i = 0
    return TokenStream(to: "text") { i += 1; return i <= 100_000 ? "token " : nil }
  }
  s.addEdge(from: .start, to: "a"); s.addEdge(from: "a", to: .end)
  let stream = try s.build()
  try await measure("tokens100k") { var n = 0; for try await t in stream.run().tokens() { n += t.utf8.count }; if n != 600_000 { print("bad", n) } }
}
@concurrent func variants() async throws {
  var s = StateGraphBuilder("stream")
  s.addKey("text")
  s.addStreamingNode("a") { _, _ in
    nonisolated(unsafe) var i = 0
    return TokenStream(next: { i += 1; return i <= 100_000 ? "token " : nil }, finish: { t, _ in ["text": .string(t)] })
  }
  s.addEdge(from: .start, to: "a"); s.addEdge(from: "a", to: .end)
  let stream = try s.build()
  try await measure("events100k direct") { var n = 0; for try await e in stream.run() { if case .token(let t) = e.kind { n += t.utf8.count } }; if n != 600_000 { print("bad", n) } }
  let f: @Sendable () async throws -> String? = { "token " }
  try await measure("closure 100k") { var n = 0; for _ in 0..<100_000 { n += try await f()!.utf8.count } }
}
if CommandLine.arguments.count < 2 { try await all() } else if CommandLine.arguments[1] == "loop" { try await loopOnly() }
try await variants()
print("event", MemoryLayout<GraphEvent>.size, "kind", MemoryLayout<GraphEvent.Kind>.size)
@concurrent func loopOnly() async throws {
  var l = StateGraphBuilder("loop")
  l.addKey("n", reducer: .add, initial: 0)
  let key = StateKey("n", slot: 0)
  l.addNode("a", body: .synchronous { _ in StateUpdate(key, 1) })
  l.addEdge(from: .start, to: "a")
  l.addEdge(from: "a", to: "a", when: "n < 1000") { if case .int(let n) = $0[key] { n < 1000 } else { false } }
  l.addEdge(from: "a", to: .end)
  let loop = try l.build()
  try await measure("loop1000", 1500) { _ = try await loop.run().result() }
  var b = StateGraphBuilder("line")
  b.addKey("x")
  for i in 0..<1000 { b.addNode("n\(i)", body: .plain { _, _ in StateUpdate() }) ; b.addEdge(from: i == 0 ? .start : .init(stringLiteral: "n\(i-1)"), to: .init(stringLiteral: "n\(i)")) }
  b.addEdge(from: "n999", to: .end)
  let line = try b.build()
  if CommandLine.arguments.count > 2 {
  try await measure("line1000 plain", 1500) { _ = try await line.run().result() }
  }
}
