/// One entry of a thread's journal: the whole place of a run, or what one commit changed of it.
///
/// The body is JSON text that `RunCheckpoint` understands. A store keeps records as they are and need not look into them;
/// what it lists of a thread is beside the body.
public struct ThreadRecord: Sendable, Hashable {
  /// What the body holds.
  public enum Kind: String, Sendable, Hashable {
    /// Everything that a run goes on from.
    case snapshot
    /// What has changed since the record before.
    case change
  }

  /// The number in the thread, counted from 1 without gaps.
  public let sequence: Int

  /// What the body holds.
  public let kind: Kind

  /// When it was made, in milliseconds since 1970 UTC.
  public let time: Int64

  /// The graph's name.
  public let graph: String

  /// The run that made it.
  public let run: String

  /// The turn of the thread, counted from 1: each input to a thread that had come to its end begins one.
  public let turn: Int

  /// The steps of the turn that were begun.
  public let step: Int

  /// How the run stood.
  public let status: RunStatus

  /// The nodes that ended in the step.
  public let nodes: [String]

  /// JSON text.
  public let body: [UInt8]

  /// A check sum of everything above, by which damage is found.
  public let checksum: UInt32

  /// Creates a record.
  ///
  /// - Parameter checksum: The check sum that was kept with it; computed when nil.
  public init(
    sequence: Int, kind: Kind, time: Int64, graph: String, run: String, turn: Int, step: Int, status: RunStatus,
    nodes: [String], body: [UInt8], checksum: UInt32? = nil
  ) {
    self.sequence = sequence
    self.kind = kind
    self.time = time
    self.graph = graph
    self.run = run
    self.turn = turn
    self.step = step
    self.status = status
    self.nodes = nodes
    self.body = body
    self.checksum =
      checksum
      ?? Self.sum(
        "\(sequence) \(kind.rawValue) \(time) \(graph) \(run) \(turn) \(step) \(status.rawValue) \(nodes)\n", body)
  }

  /// Whether nothing has changed since the record was made.
  public var isIntact: Bool {
    checksum
      == Self.sum(
        "\(sequence) \(kind.rawValue) \(time) \(graph) \(run) \(turn) \(step) \(status.rawValue) \(nodes)\n", body)
  }

  private static func sum(_ head: String, _ body: [UInt8]) -> UInt32 {
    var sum = CyclicChecksum()
    sum.add(Array(head.utf8))
    sum.add(body)
    return sum.value
  }
}

/// What a store lists of a thread.
public struct ThreadSummary: Sendable, Hashable {
  /// The thread's name.
  public let thread: String

  /// Its last record, without its body.
  public let last: ThreadRecord

  /// The number of records that are kept.
  public let records: Int

  /// The bytes of their bodies.
  public let bytes: Int

  /// Who has the thread, or nil when nobody does, or a process that has ended.
  public let holder: ThreadHolder?

  /// Creates a summary; the record's body is dropped, and so is a holder that has ended, as far as that can be told.
  public init(thread: String, last: ThreadRecord, records: Int, bytes: Int, holder: ThreadHolder?) {
    self.thread = thread
    self.last = ThreadRecord(
      sequence: last.sequence, kind: last.kind, time: last.time, graph: last.graph, run: last.run, turn: last.turn,
      step: last.step, status: last.status, nodes: last.nodes, body: [], checksum: last.checksum)
    self.records = records
    self.bytes = bytes
    self.holder = holder?.isGone == true ? nil : holder
  }
}

/// The check sum of Ethernet and zip files (CRC-32), which finds every burst of errors up to 32 bits.
struct CyclicChecksum {
  private var remainder: UInt32 = 0xFFFF_FFFF

  var value: UInt32 { ~remainder }

  mutating func add(_ bytes: [UInt8]) {
    var remainder = remainder
    for byte in bytes { remainder = Self.table[Int((remainder ^ UInt32(byte)) & 0xFF)] ^ (remainder >> 8) }
    self.remainder = remainder
  }

  private static let table: [UInt32] = (0..<256).map { number in
    (0..<8).reduce(UInt32(number)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ (sum >> 1) : sum >> 1 }
  }
}
