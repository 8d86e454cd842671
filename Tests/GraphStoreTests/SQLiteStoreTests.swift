internal import GraphRuntime
internal import GraphStore
internal import GraphTestSupport
internal import Testing

/// What is particular to files of threads.
@Suite(.timeLimit(.minutes(10)))
struct SQLiteStoreTests {
  private func lineGraph() throws -> StateGraph {
    var builder = StateGraphBuilder("line")
    builder.addKey("log", reducer: .append, initial: [])
    for name in ["a", "b", "c"] { builder.addNode(name) { _, _ in ["log": .list([.string(name)])] } }
    builder.addEdge(from: .start, to: "a")
    builder.addEdge(from: "a", to: "b")
    builder.addEdge(from: "b", to: "c")
    builder.addEdge(from: "c", to: .end)
    return try builder.build()
  }

  @Test func `Looking at a file that does not exist does not create it`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/none.sqlite"
    let store = SQLiteCheckpointStore(path: path)
    #expect(try await store.threads().isEmpty)
    #expect(try await store.records(of: "t", .all).isEmpty)
    #expect(try folder.list().isEmpty)
  }

  @Test func `The folder is made with the file, and kept out of the repository`() async throws {
    let folder = try TemporaryFolder()
    let store = SQLiteCheckpointStore(path: folder.path + "/.graph/threads.sqlite", createsFolder: true)
    _ = try await lineGraph().run(on: store.open("t")).result()
    #expect(try folder.read(".graph/.gitignore") == "*\n")
  }

  @Test func `A folder that cannot be used is named`() async throws {
    let store = SQLiteCheckpointStore(path: "/nowhere/threads.sqlite")
    let error = await #expect(throws: CheckpointStoreError.self) { try await store.open("t") }
    #expect(error?.code == .unavailable)
    #expect(error?.description == "'/nowhere/threads.sqlite' cannot be used: unable to open database file")
  }

  @Test func `A file that is none of SQLite is refused and left alone`() async throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "This is a letter. ", count: 100)
    try folder.write("letter.txt", text)
    let store = SQLiteCheckpointStore(path: folder.path + "/letter.txt")
    let error = await #expect(throws: CheckpointStoreError.self) { try await store.open("t") }
    #expect(error?.code == .damaged)
    #expect(try folder.read("letter.txt") == text)
  }

  @Test(arguments: [1, 4000, 9000, 20_000])
  func `A file that was cut short is an error or gives what is whole, and never a silent nothing`(
    length: Int
  ) async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/threads.sqlite"
    let text: Value = .string(String(repeating: "x", count: 9000))
    do {
      let store = SQLiteCheckpointStore(path: path)
      var builder = StateGraphBuilder("big")
      builder.addKey("text")
      builder.addNode("a") { _, _ in ["text": text] }
      builder.addEdge(from: .start, to: "a")
      builder.addEdge(from: "a", to: .end)
      _ = try await builder.build().run(on: store.open("t")).result()
      try await store.compact()
    }
    let bytes = try folder.bytes("threads.sqlite")
    try #require(bytes.count > length)
    let copy = try TemporaryFolder()
    try copy.write("threads.sqlite", Array(bytes.prefix(length)))
    let damaged = SQLiteCheckpointStore(path: copy.path + "/threads.sqlite")
    let error = await #expect(throws: CheckpointStoreError.self) {
      let records = try await damaged.records(of: "t", .all)
      if records.count == 3, records.allSatisfy(\.isIntact) { throw CheckpointStoreError(.damaged, "whole") }
    }
    #expect(error?.code == .damaged)
  }

  @Test func `Any byte of a file that changes is found, or changes nothing that is read`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/threads.sqlite"
    let graph = try lineGraph()
    let expected: RunCheckpoint
    do {
      let store = SQLiteCheckpointStore(path: path)
      for name in ["another", "thread-of-a-name"] {
        for _ in 0..<2 { _ = try await graph.run(on: store.open(name)).result() }
      }
      try await store.compact()
      expected = try #require(try await store.checkpoint(of: "thread-of-a-name"))
    }
    let bytes = try folder.bytes("threads.sqlite")
    var random = SystemRandomNumberGenerator()
    let copy = try TemporaryFolder()
    for number in 0..<60 {
      var changed = bytes
      let place = Int.random(in: 0..<bytes.count, using: &random)
      changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      try copy.write("\(number).sqlite", changed)
      let store = SQLiteCheckpointStore(path: copy.path + "/\(number).sqlite")
      do {
        let read = try await store.checkpoint(of: "thread-of-a-name")
        #expect(read?.json == expected.json, "byte \(place)")
      } catch is CheckpointStoreError {}
    }
  }
}
