import Glibc
import GraphRuntime
import GraphStore

/// Runs that are kept in a SQLite file, whose growth is the size of the file; `durable_langgraph.py` does the same work.
///
/// The file is in the folder that `TMPDIR` names: `/dev/shm` shows what it costs without a disk.
let durableBenchmarks: [Benchmark] = [
  durable("1,000 synchronous nodes in a row, kept", line(1000, ["log": [1]]) { .synchronous($0) }),
  durable(
    "1,000 local nodes in a row, kept",
    line(1000, ["log": [1]], isLocal: true) { body in .plain { state, _ in try body(state) } }),
  durable(
    "1,000 plain nodes in a row, kept", line(1000, ["log": [1]]) { body in .plain { state, _ in try body(state) } }),
  durable(
    "1,000 plain nodes in a row, kept async",
    line(1000, ["log": [1]]) { body in .plain { state, _ in try body(state) } },
    .async),
  durable(
    "100 threads of 10 plain nodes at once, kept",
    line(10, ["log": [1]]) { body in .plain { state, _ in try body(state) } },
    threads: 100),
  durable(
    "500 steps that each add 1 KB to a list, kept",
    line(500, ["log": [.string(String(repeating: "x", count: 1000))]]) { body in .plain { state, _ in try body(state) }
    }),
  durable("an agent with 100 calls of a tool, kept", agent),
]

private typealias Body = @Sendable (StateView) throws -> StateUpdate

/// Nodes in a row that all write the same.
private func line(
  _ count: Int, _ update: StateUpdate, isLocal: Bool = false, _ form: (@escaping Body) -> NodeBody
) -> Result<StateGraph, any Error> {
  Result {
    var builder = StateGraphBuilder("durable")
    builder.addKey("log", reducer: .append, initial: [])
    var last = StateGraphBuilder.Ends.start
    for index in 0..<count {
      var node = StateGraph.Node("n\(index)", body: form { _ in update })
      node.isLocal = isLocal
      builder.addNode(node)
      builder.addEdge(from: last, to: .init(stringLiteral: "n\(index)"))
      last = .init(stringLiteral: "n\(index)")
    }
    builder.addEdge(from: last, to: .end)
    return try builder.build()
  }
}

/// A model and a tool in turn; each result has a hundred lines.
private let agent = Result {
  var builder = StateGraphBuilder("agent")
  builder.addKey("messages", reducer: .append, initial: [])
  builder.addKey("n", initial: 0)
  builder.addNode("model") { state, _ in
    let number = state["n"].int ?? 0
    return [
      "messages": [["role": "assistant", "content": .string("I call the tool for the time number \(number) now")]],
      "n": .int(number + 1),
    ]
  }
  builder.addNode("tool") { state, _ in
    let number = state["n"].int ?? 0
    let text = (0..<100).map { "line \($0) of what tool call \(number) has returned" }.joined(separator: "\n")
    return ["messages": [["role": "tool", "id": .string("call_\(number)"), "content": .string(text)]]]
  }
  builder.addEdge(from: .start, to: "model")
  builder.addEdge(from: "model", to: "tool")
  builder.addEdge(from: "tool", to: "model", when: "n < 100") { $0["n"].int ?? 0 < 100 }
  builder.addEdge(from: "tool", to: .end)
  return try builder.build()
}

/// - Returns: A benchmark whose growth is the size of the file.
private func durable(
  _ name: String, _ graph: Result<StateGraph, any Error>, _ durability: Durability = .sync, threads: Int = 1
) -> Benchmark {
  Benchmark(name) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let path = "\(folder)/tributary-benchmark-\(getpid()).sqlite"
    defer { for end in ["", "-wal", "-shm"] { unlink(path + end) } }
    let store = SQLiteCheckpointStore(path: path)
    let graph = try graph.get()
    var options = RunOptions()
    options.durability = durability
    let chosen = options
    try await withThrowingTaskGroup(of: RunStatus.self) { group in
      for thread in 0..<threads {
        group.addTask { try await graph.run(on: store.open("t\(thread)"), options: chosen).result().status }
      }
      for try await status in group { precondition(status == .completed, "\(status)") }
    }
    try await store.compact()
    var status = stat()
    stat(path, &status)
    return Int(status.st_size) / 1024
  }
}
