import Glibc
import GraphRuntime
import GraphStore

/// A thousand steps, each of them kept in a SQLite file; and five hundred that each write a kilobyte.
let durableBenchmarks: [Benchmark] = [
  durable("1,000 synchronous nodes in a row, kept in SQLite", count: 1000) { .synchronous { _ in ["log": [1]] } },
  durable("1,000 plain nodes in a row, kept in SQLite", count: 1000) { .plain { _, _ in ["log": [1]] } },
  durable("500 steps that each add 1 KB to a list, kept in SQLite", count: 500) {
    let text = String(repeating: "x", count: 1000)
    return .plain { _, _ in ["log": [.string(text)]] }
  },
]

/// - Returns: A benchmark whose growth is the size of the file.
private func durable(_ name: String, count: Int, _ body: @escaping @Sendable () -> NodeBody) -> Benchmark {
  let graph = Result {
    var builder = StateGraphBuilder("durable")
    builder.addKey("log", reducer: .append, initial: [])
    var last = StateGraphBuilder.Ends.start
    for index in 0..<count {
      builder.addNode("n\(index)", body: body())
      builder.addEdge(from: last, to: .init(stringLiteral: "n\(index)"))
      last = .init(stringLiteral: "n\(index)")
    }
    builder.addEdge(from: last, to: .end)
    return try builder.build()
  }
  return Benchmark(name) {
    let path = "/tmp/tributary-benchmark-\(getpid()).sqlite"
    defer { for end in ["", "-wal", "-shm"] { unlink(path + end) } }
    let store = SQLiteCheckpointStore(path: path)
    let outcome = try await graph.get().run(on: store.open("t")).result()
    precondition(outcome.status == .completed, "\(outcome.status)")
    try await store.compact()
    var status = stat()
    stat(path, &status)
    return Int(status.st_size) / 1024
  }
}
