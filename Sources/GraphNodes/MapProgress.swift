internal import GraphRuntime

/// How far a map has come: what became of each item.
///
/// It is also what a map that waits for a person keeps.
struct MapProgress: Sendable {
  /// What became of an item.
  enum End: Sendable {
    case result(Value)
    /// A failure as it stands in the state.
    case failure(Value)
    case suspended(NodeSuspension)
    /// Answered, and to be run with this.
    case answered(NodeResumption)
  }

  let items: [Value]

  /// By item; nil for those that have not ended.
  var ends: [End?]

  /// The most items that may fail.
  var allowedFailures = 0

  /// Whether an item has failed in a way that fails the map, whatever it tolerates.
  var isHalted = false

  /// Whether a stop cut an item short.
  var isPartial = false

  private var failureCount = 0

  /// The items that are to be worked on, in order, and how many of them were begun.
  private var due: [Int]
  private var begun = 0

  init(items: [Value]) {
    self.items = items
    ends = Array(repeating: nil, count: items.count)
    due = Array(items.indices)
  }

  /// The number of items that nobody has begun.
  var dueCount: Int { due.count - begun }

  /// The next item to work on, with what it goes on from; nil when none is left or too many have failed.
  mutating func takeNext() -> (index: Int, item: Value, resumption: NodeResumption?)? {
    guard begun < due.count, !hasFailed else { return nil }
    let index = due[begun]
    begun += 1
    if case .answered(let resumption) = ends[index] {
      ends[index] = nil
      return (index, items[index], resumption)
    }
    return (index, items[index], nil)
  }

  /// Whether more items have failed than may.
  var hasFailed: Bool { isHalted || failureCount > allowedFailures }

  /// The results in the order of the items.
  var results: [Value] {
    ends.compactMap { if case .result(let value) = $0 { value } else { nil } }
  }

  /// The failures in the order of the items.
  var failures: [Value] {
    failureCount == 0 ? [] : ends.compactMap { if case .failure(let value) = $0 { value } else { nil } }
  }

  mutating func fail(_ index: Int, _ error: GraphError) {
    failureCount += 1
    let place = error.path.dropFirst()
    let message = place.isEmpty ? error.message : "node '\(place.joined(separator: "/"))': \(error.message)"
    ends[index] = .failure([
      "index": .int(index), "type": .string(error.code.description), "message": .string(message),
    ])
  }

  /// What is said of a map of which too few items succeeded: the first failures.
  var error: MapError {
    let needed = items.count - allowedFailures
    let shown = failures.prefix(3).map { failure in
      "item \(failure["index"]?.int ?? 0): \(failure["message"]?.string ?? "")"
    }
    let beginning =
      isHalted || needed == items.count
      ? "\(failureCount) of \(items.count) items failed"
      : "\(failureCount) of \(items.count) items failed, and \(needed) have to succeed"
    let more = failureCount > shown.count ? "; and \(failureCount - shown.count) more" : ""
    return MapError(shown.isEmpty ? beginning : "\(beginning) (\(shown.joined(separator: "; "))\(more))")
  }
}

// MARK: - Waiting for a person

extension MapProgress {
  /// The questions of all items that wait, or nil when none does.
  var suspension: NodeSuspension? {
    let interrupts = ends.flatMap { end -> [PendingInterrupt] in
      if case .suspended(let suspension) = end { suspension.interrupts } else { [] }
    }
    return interrupts.isEmpty ? nil : NodeSuspension(interrupts, memo: memo)
  }

  private var memo: Value {
    ["items": .list(items), "ends": .list(ends.map { $0?.memo ?? .null })]
  }

  /// Takes up what a suspension had kept.
  ///
  /// - Throws: `MapError` when it is no memo of a map.
  init(memo: Value) throws {
    guard let items = memo["items"]?.list, let ends = memo["ends"]?.list, items.count == ends.count else {
      throw MapError("the checkpoint holds no progress of a map")
    }
    self.items = items
    self.ends = ends.map { End(memo: $0) }
    due = []
    failureCount = self.ends.count { if case .failure = $0 { true } else { false } }
  }

  /// Finds the items that can go on: those whose questions are answered, and those that have not ended.
  mutating func takeAnswered(_ answers: ValueObject) {
    for (index, end) in ends.enumerated() {
      guard let end else {
        due.append(index)
        continue
      }
      guard case .suspended(let suspension) = end,
        suspension.interrupts.contains(where: { answers[$0.id] != nil })
      else { continue }
      ends[index] = .answered(NodeResumption(memo: suspension.memo, answers: answers))
      due.append(index)
    }
  }
}

// MARK: - Losing the process

extension MapProgress {
  /// The result of an item, as it is kept while the others are worked on.
  static func piece(_ index: Int, _ value: Value) -> Value { [.int(index), value] }

  /// Takes up the results of items that were kept before the process was lost.
  mutating func takeKept(_ pieces: [Value]) {
    guard !pieces.isEmpty else { return }
    for piece in pieces {
      guard let parts = piece.list, parts.count == 2, let index = parts[0].int, ends.indices.contains(index) else {
        continue
      }
      ends[index] = .result(parts[1])
    }
    due.removeAll { index in if case .result = ends[index] { true } else { false } }
  }
}

extension MapProgress.End {
  /// The JSON form; nil ends are null.
  fileprivate var memo: Value {
    switch self {
    case .result(let value): ["result": value]
    case .failure(let value): ["failure": value]
    case .suspended(let suspension):
      [
        "questions": .list(suspension.interrupts.map { .object($0.object) }),
        "memo": suspension.memo,
      ]
    // Only between the answer and the end of the item, when nothing is kept.
    case .answered: .null
    }
  }

  fileprivate init?(memo: Value) {
    if let value = memo["result"] {
      self = .result(value)
    } else if let value = memo["failure"] {
      self = .failure(value)
    } else if let questions = memo["questions"]?.list {
      self = .suspended(
        NodeSuspension(
          questions.compactMap { PendingInterrupt(json: $0) }, memo: memo["memo"] ?? .null))
    } else {
      return nil
    }
  }
}
