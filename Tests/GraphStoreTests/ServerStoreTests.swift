internal import GraphRuntime
internal import GraphStore
internal import GraphTestSupport
internal import Testing

/// What is particular to stores on servers.
@Suite(.timeLimit(.minutes(10)))
struct ServerStoreTests {
  @Test(arguments: [
    "postgres://ada:topsecret@127.0.0.1:1/db", "postgresql://ada:topsecret@/db?host=/nowhere",
    "redis://ada:topsecret@127.0.0.1:1/0", "unix:///nowhere/redis.sock?password=topsecret",
  ])
  func `A server that is not there is named without its password`(url: String) async throws {
    let store: any CheckpointStore =
      if url.hasPrefix("postgres") { PostgresCheckpointStore(url: url) } else {
        try #require(RedisCheckpointStore(url: url))
      }
    let error = await #expect(throws: CheckpointStoreError.self) { try await store.threads() }
    #expect(error?.code == .unavailable)
    let text = try #require(error?.description)
    #expect(text.contains("cannot be reached: "))
    #expect(!text.contains("topsecret") && !text.contains("ada"), "\(text)")
  }

  @Test(arguments: ["http://localhost", "redis", "redis://localhost:port", "redis://localhost:70000", ""])
  func `What is no address of Redis is refused`(url: String) {
    #expect(RedisCheckpointStore(url: url) == nil)
  }

  @Test func `What is no address of PostgreSQL is refused without being shown`() async {
    let store = PostgresCheckpointStore(url: "postgres://ada:topsecret@host:port/db?nothing=such")
    let error = await #expect(throws: CheckpointStoreError.self) { try await store.threads() }
    #expect(error?.description.contains("topsecret") == false)
  }

  @Test(.enabled(if: DatabaseServer.postgres != nil))
  func `Tables of a later version are left alone`() async throws {
    let server = try #require(DatabaseServer.postgres)
    let url = try server.makeDatabase()
    _ = try await PostgresCheckpointStore(url: url).threads()
    let name = url.split(separator: "?")[0].split(separator: "/").last.map(String.init) ?? ""
    try DatabaseServer.run([
      "\(DatabaseServer.postgresPrograms ?? "")/psql", "-q", "-h", server.folder, "-U", "tributary", name, "-c",
      "INSERT INTO tributary_version VALUES (9)",
    ])
    let error = await #expect(throws: CheckpointStoreError.self) {
      try await PostgresCheckpointStore(url: url).threads()
    }
    #expect(error?.code == .newer)
    #expect(error?.description.hasSuffix("have version 9, and this program reads versions up to 2") == true)
  }

  @Test(.enabled(if: DatabaseServer.postgres != nil))
  func `Tables of the first version are brought up to this one`() async throws {
    let server = try #require(DatabaseServer.postgres)
    let url = try server.makeDatabase()
    let first = PostgresCheckpointStore(url: url)
    let lease = try await first.acquire("t", for: .current, lasting: .seconds(60), over: nil)
    let name = url.split(separator: "?")[0].split(separator: "/").last.map(String.init) ?? ""
    try DatabaseServer.run([
      "\(DatabaseServer.postgresPrograms ?? "")/psql", "-q", "-h", server.folder, "-U", "tributary", name, "-c",
      "ALTER TABLE tributary_threads DROP COLUMN stop_epoch; DELETE FROM tributary_version WHERE version > 1; "
        + "INSERT INTO tributary_version VALUES (1) ON CONFLICT DO NOTHING",
    ])
    let second = PostgresCheckpointStore(url: url)
    try await second.askToStop("t", epoch: lease.epoch)
    #expect(try await second.isAskedToStop(lease))
  }

  @Test(.enabled(if: DatabaseServer.postgres != nil))
  func `Many that come first make the tables once`() async throws {
    let url = try #require(DatabaseServer.postgres).makeDatabase()
    let count = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 { group.addTask { try await PostgresCheckpointStore(url: url).threads().count } }
      return try await group.reduce(0, +)
    }
    #expect(count == 0)
  }

  @Test(.enabled(if: DatabaseServer.redis != nil))
  func `A thread that nobody writes to is gone when its time is over`() async throws {
    let server = try #require(DatabaseServer.redis)
    let store = try #require(
      RedisCheckpointStore(
        url: "unix://\(server.folder)/redis.sock", prefix: "ttl\(DatabaseServer.makeNumber()):",
        timeToLive: .seconds(10)))
    let record = ThreadRecord(
      sequence: 1, kind: .snapshot, time: 1, graph: "g", run: "r", turn: 1, step: 0, status: .completed, nodes: [],
      body: Array("{}".utf8))
    // On a machine that is busy the time may be over before the record is written; then it is written again.
    var isWritten = false
    while !isWritten {
      do {
        let lease = try await store.acquire("t", for: .current, lasting: .seconds(60), over: nil)
        try await store.append([record], under: lease, lasting: .seconds(60))
        isWritten = try await store.threads().count == 1
      } catch let error as CheckpointStoreError {
        try #require(error.code == .lost)
      }
    }
    // The server's own clock decides, so there is nothing to do but ask again.
    while try await !store.threads().isEmpty { try await Task.sleep(for: .milliseconds(100)) }
    #expect(try await store.records(of: "t", .all).isEmpty)
  }

  @Test(arguments: 0..<40)
  func `Replies of Redis are read however they are cut`(seed: UInt64) throws {
    let text = "*3\r\n$5\r\nab\r\nc\r\n:-12\r\n*2\r\n*0\r\n$-1\r\n-ERR no\r\n+OK\r\n"
    let expected: [RedisReply] = [
      .list([.text(Array("ab\r\nc".utf8)), .number(-12), .list([.list([]), .nothing])]), .error("ERR no"),
      .text(Array("OK".utf8)),
    ]
    var parser = RedisReplyParser()
    var replies: [RedisReply] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = seed == 0 ? 1 : Int.random(in: 1...rest.count)
      parser.add(rest.prefix(count))
      rest = rest.dropFirst(count)
      while let reply = try parser.next() { replies.append(reply) }
    }
    #expect(replies == expected)
  }

  @Test(arguments: ["?\r\n", ":x\r\n", "$-2\r\n", "*99999999999\r\n", "+a\rb\r\n", "\r\n"])
  func `What is no reply is an error`(text: String) {
    var parser = RedisReplyParser()
    parser.add(Array(text.utf8))
    #expect(throws: RedisReplyParser.Malformed.self) { try parser.next() }
  }
}
