extension ThreadRecord {
  /// The record as a value that can be written as JSON and read with `init(json:)`.
  public var json: Value {
    [
      "sequence": .int(sequence), "kind": .string(kind.rawValue), "time": .int(Int(time)), "graph": .string(graph),
      "run": .string(run), "turn": .int(turn), "step": .int(step), "status": .string(status.rawValue),
      "nodes": .list(nodes.map { .string($0) }), "checksum": .int(Int(checksum)),
      "body": .string(String(decoding: body, as: UTF8.self)),
    ]
  }

  /// Reads what `json` has made.
  ///
  /// - Throws: `CheckpointStoreError.damaged` for anything else, and for a record that has changed since.
  public init(json: Value) throws {
    func wrong(_ key: String) -> CheckpointStoreError {
      CheckpointStoreError(.damaged, "'\(key)' of the record is missing or not what a record has there")
    }
    func text(_ key: String) throws -> String { try json[key]?.string ?? { throw wrong(key) }() }
    func number(_ key: String) throws -> Int { try json[key]?.int ?? { throw wrong(key) }() }
    guard let kind = Kind(rawValue: try text("kind")) else { throw wrong("kind") }
    guard let status = RunStatus(rawValue: try text("status")) else { throw wrong("status") }
    self.init(
      sequence: try number("sequence"), kind: kind, time: Int64(try number("time")), graph: try text("graph"),
      run: try text("run"), turn: try number("turn"), step: try number("step"), status: status,
      nodes: try (json["nodes"]?.list ?? { throw wrong("nodes") }()).compactMap(\.string),
      body: Array(try text("body").utf8), checksum: UInt32(truncatingIfNeeded: try number("checksum")))
    guard isIntact else {
      throw CheckpointStoreError(.damaged, "record \(sequence) is not what was written")
    }
  }
}
