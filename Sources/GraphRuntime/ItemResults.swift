/// What has come of the work at the items of a list, also over several runs.
struct ItemResults: Sendable {
  /// What there is to do at an item.
  enum Task {
    case toBegin
    case toGoOn(NodeResumption)
    /// It has ended, or waits for an answer that nobody has given.
    case settled
  }

  private var ends: [NestedEnd]
  private let answers: ValueObject

  /// - Parameters:
  ///   - resumption: What `finished` suspended with, and the answers.
  ///   - run: The run that goes on, in which paths of kept failures are complete.
  init(count: Int, _ resumption: NodeResumption?, in run: RunIdentity) throws {
    ends = Array(repeating: .notBegun, count: count)
    answers = resumption?.answers ?? ValueObject()
    guard let resumption else { return }
    for reader in try CheckpointReader(resumption.memo, "memo").readers("items") {
      let item = try reader.int("item")
      guard ends.indices.contains(item) else { throw reader.wrong("item") }
      ends[item] =
        switch try reader.string("is") {
        case "updated": .updated(try StateUpdate(checkpoint: reader))
        case "suspended": .suspended(try NodeSuspension(checkpoint: reader))
        case "failed": .failed(try GraphError(checkpoint: reader, in: run))
        default: throw reader.wrong("is")
        }
    }
  }

  var count: Int { ends.count }

  /// Says what there is to do at an item.
  func open(_ item: Int) -> Task {
    switch ends[item] {
    case .notBegun: return .toBegin
    case .updated, .failed: return .settled
    case .suspended(let suspension):
      let own = suspension.interrupts.compactMap { question in answers[question.id].map { (question.id, $0) } }
      return own.isEmpty ? .settled : .toGoOn(NodeResumption(memo: suspension.memo, answers: ValueObject(own)))
    }
  }

  mutating func finish(_ item: Int, _ end: NestedEnd) {
    // What a stop has kept from going on waits on.
    if case .notBegun = end { return }
    ends[item] = end
  }

  /// The results of all items.
  ///
  /// - Throws: `NodeSuspension` where some wait for an answer.
  func finished() throws -> [NestedResult] {
    let interrupts = ends.flatMap { end in
      if case .suspended(let suspension) = end { suspension.interrupts } else { [PendingInterrupt]() }
    }
    guard interrupts.isEmpty else { throw NodeSuspension(interrupts, memo: memo) }
    return ends.map { end in
      switch end {
      case .updated(let update): .updated(update)
      case .failed(let error): .failed(error)
      case .notBegun, .suspended: .notBegun
      }
    }
  }

  private var memo: Value {
    var items: [Value] = []
    for (item, end) in ends.enumerated() {
      var object: ValueObject = ["item": .int(item)]
      switch end {
      case .updated(let update) where !update.isPartial:
        object["is"] = "updated"
        object.merge(update.checkpoint)
      case .suspended(let suspension):
        object["is"] = "suspended"
        object.merge(suspension.checkpoint)
      case .failed(let error):
        object["is"] = "failed"
        object.merge(error.object)
      case .updated, .notBegun: continue
      }
      items.append(.object(object))
    }
    return ["items": .list(items)]
  }
}
