public import GraphRuntime

/// Keeps threads on a Redis server, which any number of machines may use at once.
///
/// Each commit is one script, which Redis carries out all at once. How much a loss of power takes with it is up to the
/// server's `appendonly` and `appendfsync`. The server is asked by the first call.
public actor RedisCheckpointStore: CheckpointStore {
  private let address: StoreAddress
  private let prefix: String
  private let timeToLive: Duration?
  private var connection: Connection?

  nonisolated private let executor = StoreExecutor()

  /// A connection in a place where it may be replaced.
  private final class Connection {
    var value: RedisConnection

    init(_ address: StoreAddress) throws { value = try RedisConnection(address) }
  }

  /// The calls wait for the server on a thread of the store's own.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  /// The address as messages name it.
  public nonisolated var server: String { address.description }

  /// Creates a store; nil when the address is none of Redis.
  ///
  /// - Parameters:
  ///   - url: `redis://user:password@host:port/database` or `unix:///path/of/socket?db=database`.
  ///   - prefix: What the names of all keys begin with.
  ///   - timeToLive: How long the server keeps a thread that nobody writes to; for ever when nil.
  public init?(url: String, prefix: String = "tributary:", timeToLive: Duration? = nil) {
    guard let address = StoreAddress(url), ["redis", "unix"].contains(address.scheme) else { return nil }
    self.address = address
    self.prefix = prefix
    self.timeToLive = timeToLive
  }

  deinit { executor.end() }

  // MARK: - Leases

  /// Takes a thread for a run.
  public func acquire(
    _ thread: String, for holder: ThreadHolder, lasting duration: Duration, over lost: Int?
  ) throws -> ThreadLease {
    let reply = try run(
      RedisScripts.acquire, keys(of: thread).dropLast(),
      [
        holder.text, "\(duration.milliseconds)", lost.map { "\($0)" } ?? "", lifeText,
        "\(ThreadLease.makeFirstEpoch())",
      ])
    guard let parts = reply.list, parts.count == 3, let epoch = parts[1].int else { throw unexpected() }
    guard parts[0].string == "OK" else {
      throw CheckpointStoreError.busy(thread, parts[2].string.flatMap { ThreadHolder(text: $0) }, epoch: epoch)
    }
    return ThreadLease(thread: thread, epoch: epoch, lastSequence: parts[2].int ?? 0)
  }

  /// Keeps the thread for as long again.
  public func renew(_ lease: ThreadLease, lasting duration: Duration) throws {
    try check(
      run(
        RedisScripts.renew, keys(of: lease.thread).dropLast(), ["\(lease.epoch)", "\(duration.milliseconds)", lifeText]),
      lease)
  }

  /// Gives the thread back.
  public func release(_ lease: ThreadLease) throws {
    _ = try run(RedisScripts.release, keys(of: lease.thread).prefix(1), ["\(lease.epoch)"])
  }

  /// Asks whoever has a thread to stop.
  public func askToStop(_ thread: String, epoch: Int) throws {
    _ = try run(RedisScripts.askToStop, keys(of: thread).prefix(1), ["\(epoch)"])
  }

  /// Whether the holder of a thread was asked to stop.
  public func isAskedToStop(_ lease: ThreadLease) throws -> Bool {
    let reply = try run(RedisScripts.isAskedToStop, keys(of: lease.thread).prefix(1), ["\(lease.epoch)"])
    if reply.string == "STOP" { return true }
    try check(reply, lease)
    return false
  }

  // MARK: - Records

  /// Adds records behind the last one.
  public func append(_ records: [ThreadRecord], under lease: ThreadLease, lasting duration: Duration) throws {
    guard let first = records.first, let last = records.last else { return }
    var words = [
      "\(lease.epoch)", "\(duration.milliseconds)", lifeText, lease.thread, "\(last.time)", "\(first.sequence)",
    ].map { Array($0.utf8) }
    for record in records { words += [Array((record.kind == .snapshot ? "1" : "0").utf8), Self.bytes(of: record)] }
    try check(run(RedisScripts.append, keys(of: lease.thread)[...], words), lease)
  }

  /// Records of a thread in order.
  public func records(of thread: String, _ selection: RecordSelection) throws -> [ThreadRecord] {
    let words: [String] =
      switch selection {
      case .all: ["", "1"]
      case .since(let end): [end.map { "\($0)" } ?? "", "0"]
      }
    let reply = try run(RedisScripts.records, keys(of: thread).dropLast(), words)
    guard let items = reply.list else { throw unexpected() }
    return try items.map { try record($0.bytes ?? []) }
  }

  /// The threads, the one that was written last first.
  public func threads() throws -> [ThreadSummary] {
    let reply = try run(RedisScripts.threads, [prefix + "threads"], [prefix + "thread:", prefix + "records:"])
    guard let rows = reply.list else { throw unexpected() }
    return try rows.map { row in
      guard let parts = row.list, parts.count == 5, let name = parts[0].string else { throw unexpected() }
      return ThreadSummary(
        thread: name, last: try record(parts[4].bytes ?? []), records: parts[2].int ?? 0, bytes: parts[3].int ?? 0,
        holder: parts[1].string.flatMap { ThreadHolder(text: $0) })
    }.sorted { ($0.last.time, $1.thread) > ($1.last.time, $0.thread) }
  }

  /// Removes records, or the whole thread.
  public func remove(through sequence: Int?, leaving snapshot: ThreadRecord?, under lease: ThreadLease) throws {
    let words = ["\(lease.epoch)", lease.thread, sequence.map { "\($0)" } ?? ""].map { Array($0.utf8) }
    try check(
      run(RedisScripts.remove, keys(of: lease.thread)[...], words + [snapshot.map { Self.bytes(of: $0) } ?? []]), lease)
  }

  /// Does nothing: the server gives room back by itself.
  public func compact() {}

  // MARK: - Records as bytes

  /// A line of JSON with everything beside the body, and then the body.
  private static func bytes(of record: ThreadRecord) -> [UInt8] {
    let head: Value = [
      "sequence": .int(record.sequence), "kind": .string(record.kind.rawValue), "time": .int(Int(record.time)),
      "graph": .string(record.graph), "run": .string(record.run), "turn": .int(record.turn), "step": .int(record.step),
      "status": .string(record.status.rawValue), "nodes": .list(record.nodes.map { .string($0) }),
      "checksum": .int(Int(record.checksum)),
    ]
    return Array(head.json().utf8) + [UInt8(ascii: "\n")] + record.body
  }

  private func record(_ bytes: [UInt8]) throws -> ThreadRecord {
    let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? 0
    let head = (try? Value(json: String(decoding: bytes[..<end], as: UTF8.self)))?.object ?? [:]
    guard let sequence = head["sequence"]?.int, let kind = head["kind"]?.string.flatMap(ThreadRecord.Kind.init),
      let time = head["time"]?.int, let status = head["status"]?.string.flatMap(RunStatus.init),
      let checksum = head["checksum"]?.int
    else { throw CheckpointStoreError(.damaged, "a record of a thread on '\(server)' is none") }
    return ThreadRecord(
      sequence: sequence, kind: kind, time: Int64(time), graph: head["graph"]?.string ?? "",
      run: head["run"]?.string ?? "", turn: head["turn"]?.int ?? 0, step: head["step"]?.int ?? 0, status: status,
      nodes: head["nodes"]?.list?.compactMap(\.string) ?? [], body: Array(bytes[(end + 1)...]),
      checksum: UInt32(truncatingIfNeeded: checksum))
  }

  // MARK: - The server

  private var lifeText: String { "\(timeToLive?.milliseconds ?? 0)" }

  private func keys(of thread: String) -> [String] {
    ["thread:", "records:", "snapshots:"].map { prefix + $0 + thread } + [prefix + "threads"]
  }

  private func check(_ reply: RedisReply, _ lease: ThreadLease) throws {
    if reply.string == "LOST" { throw CheckpointStoreError.lost(lease.thread) }
    guard reply.string == "OK" else { throw unexpected() }
  }

  private func unexpected() -> CheckpointStoreError {
    CheckpointStoreError(.unavailable, "'\(server)' answers what was not expected")
  }

  private func run(_ script: String, _ keys: ArraySlice<String>, _ words: [String]) throws -> RedisReply {
    try run(script, keys, words.map { Array($0.utf8) })
  }

  private func run(_ script: String, _ keys: ArraySlice<String>, _ words: [[UInt8]]) throws -> RedisReply {
    let connection = try connected()
    let call = ["EVAL", script, "\(keys.count)"] + keys
    let reply = try connection.value.run(call.map { Array($0.utf8) } + words)
    if case .error(let message) = reply { throw connection.value.failure(message) }
    return reply
  }

  private func connected() throws -> Connection {
    if let connection, !connection.value.isBroken { return connection }
    connection = nil
    let new = try Connection(address)
    try new.value.introduce(address)
    connection = new
    return new
  }
}
