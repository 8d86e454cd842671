package import GraphRuntime

/// The events of a run as a log keeps them: in their order, up to a number of bytes, the oldest of more dropped.
///
/// A token takes its bytes and 40 more: those of an attempt at a node are joined to pieces of text. When the node has
/// ended with that text, its update has the only copy.
package struct KeptEvents: Sendable {
  /// The tokens of one attempt, joined as long as the text is short enough to be dropped at once.
  fileprivate struct Piece {
    let run: RunIdentity
    let step: Int
    let path: [String]
    let attempt: Int
    var own = ""
    /// The part of an update's text that takes the place of its own.
    var shared: Substring?
    /// The tokens that are not dropped.
    var tokens = 0

    var weight: Int { 192 + own.utf8.count }

    func isOf(_ event: GraphEvent) -> Bool {
      attempt == event.attempt && step == event.step && path == event.path
    }
  }

  fileprivate enum Entry {
    case event(EventBox)
    /// A part of a piece, which is found by its number, and when it came.
    case token(piece: Int, start: UInt32, count: UInt32, time: Int64)
    /// Its memory was given back.
    case dropped
  }

  /// So that an entry is as small as a token's.
  fileprivate final class EventBox: Sendable {
    let event: GraphEvent
    let weight: Int

    init(_ event: GraphEvent) {
      self.event = event
      weight = event.weight
    }
  }

  private static let entryWeight = MemoryLayout<Entry>.stride

  /// Texts below are not looked for in updates.
  private static let leastShared = 256

  private let limit: Int
  private let pieceBytes: Int
  private var entries: [Entry] = []
  private var start = 0
  private var pieces: [Int: Piece] = [:]
  private var pieceCount = 0

  /// The numbers of the pieces of attempts that have not ended, by the paths of their nodes.
  private var open: [[String]: [Int]] = [:]

  /// The number of the piece that the last token went to, or -1.
  private var lastPiece = -1

  /// The number of the oldest event that is kept.
  package private(set) var first: Int

  /// The bytes that are kept.
  package private(set) var bytes = 0

  /// Creates an empty list.
  ///
  /// - Parameters:
  ///   - limit: The most bytes; the last event is kept whatever it weighs.
  ///   - first: The number of the first event.
  package init(limit: Int, first: Int = 0) {
    self.limit = limit
    self.first = first
    // A fraction of the limit, as a piece is dropped with its last token only.
    pieceBytes = max(256, min(64 << 10, limit / 16))
  }

  /// The number of events that are kept.
  package var count: Int { entries.count - start }

  /// The number that the next event will have.
  package var end: Int { first + count }

  /// The weight of an event that is kept.
  package func weight(at index: Int) -> Int {
    switch entries[start + index] {
    case .event(let box): box.weight
    case .token(_, _, let count, _): Int(count) + 192
    case .dropped: 0
    }
  }

  /// An event that is kept, by its place behind the oldest.
  package subscript(index: Int) -> GraphEvent {
    switch entries[start + index] {
    case .event(let box): return box.event
    case .token(let number, let start, let count, let time):
      guard let piece = pieces[number] else { preconditionFailure("a token without its text") }
      let text = (piece.shared ?? piece.own[...]).utf8
      let from = text.index(text.startIndex, offsetBy: Int(start))
      let token = String(Substring(text[from..<text.index(from, offsetBy: Int(count))]))
      return GraphEvent(
        run: piece.run, sequence: first + index, time: time, step: piece.step, path: piece.path, attempt: piece.attempt,
        kind: .token(token))
    case .dropped: preconditionFailure("an event that was dropped")
    }
  }

  // MARK: - Adding

  /// Adds the next event, and drops old ones where they are too many.
  package mutating func append(_ event: GraphEvent) {
    bytes += Self.entryWeight
    if case .token(let text) = event.kind {
      append(text, of: event)
    } else {
      if case .nodeFinished(let update) = event.kind { share(update, of: event) }
      switch event.kind {
      case .nodeFinished, .nodeFailed, .retry, .interrupted, .nodeSkipped: open[event.path] = nil
      default: break
      }
      let box = EventBox(event)
      bytes += box.weight
      entries.append(.event(box))
    }
    while bytes > limit, count > 1 { dropFirst() }
    if start > 1_024, start > entries.count / 2 {
      entries.removeFirst(start)
      start = 0
    }
  }

  private mutating func append(_ text: String, of event: GraphEvent) {
    let number = piece(for: event, text.utf8.count)
    entries.append(
      .token(
        piece: number, start: UInt32(pieces[number]?.own.utf8.count ?? 0), count: UInt32(text.utf8.count),
        time: event.time))
    pieces[number]?.own += text
    pieces[number]?.tokens += 1
    bytes += text.utf8.count
  }

  /// The number of the piece that a token goes to.
  private mutating func piece(for event: GraphEvent, _ count: Int) -> Int {
    func hasRoom(_ number: Int) -> Bool {
      guard let piece = pieces[number], piece.isOf(event), piece.shared == nil else { return false }
      return piece.own.utf8.count + count <= pieceBytes
    }
    if hasRoom(lastPiece) { return lastPiece }
    if let number = open[event.path]?.last {
      if hasRoom(number) {
        lastPiece = number
        return number
      }
      // It gets no longer, so that what was kept in reserve for it is given back.
      if let own = pieces[number]?.own { pieces[number]?.own = String(decoding: own.utf8, as: UTF8.self) }
    }
    pieceCount += 1
    let piece = Piece(run: event.run, step: event.step, path: event.path, attempt: event.attempt)
    bytes += piece.weight
    pieces[pieceCount] = piece
    open[event.path, default: []].append(pieceCount)
    lastPiece = pieceCount
    return pieceCount
  }

  /// Lets pieces be parts of the text that an update has, where it is theirs.
  private mutating func share(_ update: StateUpdate, of event: GraphEvent) {
    let numbers = (open[event.path] ?? []).filter { pieces[$0]?.isOf(event) ?? false }
    let count = numbers.reduce(0) { $0 + (pieces[$1]?.own.utf8.count ?? 0) }
    guard count >= Self.leastShared else { return }
    for write in update.writes {
      guard case .string(let whole) = write.value, whole.utf8.count == count,
        let parts = parts(of: whole.utf8, like: numbers)
      else { continue }
      for (number, part) in zip(numbers, parts) {
        pieces[number]?.own = ""
        pieces[number]?.shared = part
      }
      bytes -= count
      return
    }
  }

  /// A text cut as pieces are; nil where it is not theirs.
  private func parts(of whole: String.UTF8View, like numbers: [Int]) -> [Substring]? {
    var parts: [Substring] = []
    var place = whole.startIndex
    for number in numbers {
      guard let text = pieces[number]?.own.utf8 else { return nil }
      let end = whole.index(place, offsetBy: text.count)
      guard whole[place..<end].elementsEqual(text) else { return nil }
      parts.append(Substring(whole[place..<end]))
      place = end
    }
    return parts
  }

  // MARK: - Dropping

  private mutating func dropFirst() {
    bytes -= Self.entryWeight
    switch entries[start] {
    case .event(let box): bytes -= box.weight
    case .token(let number, _, _, _):
      pieces[number]?.tokens -= 1
      if pieces[number]?.tokens == 0 { drop(number) }
    case .dropped: break
    }
    entries[start] = .dropped
    start += 1
    first += 1
  }

  private mutating func drop(_ number: Int) {
    guard let piece = pieces.removeValue(forKey: number) else { return }
    bytes -= piece.weight
    guard let rest = open[piece.path]?.filter({ $0 != number }) else { return }
    open[piece.path] = rest.isEmpty ? nil : rest
  }
}

extension GraphEvent {
  /// About how many bytes of memory it holds.
  fileprivate var weight: Int {
    let own =
      switch kind {
      case .token(let text): text.utf8.count
      case .chunk(let value), .custom(_, let value): value.weight
      case .partial(let record): record.value.weight
      case .runStarted(let input): Value.object(input).weight
      case .nodeFinished(let update): Value.object(update.object).weight
      // Whoever has the run has its outcome.
      case .runFinished: 256
      case .toolCalled(let record): Value.object(record.arguments).weight
      case .toolReturned(let record): (record.result?.weight ?? 0) + (record.message?.utf8.count ?? 0)
      case .interrupted(let interrupts): interrupts.reduce(0) { $0 + Value.object($1.object).weight }
      case .nodeFailed(let error): Value.object(error.object).weight
      default: 256
      }
    return own + 192
  }
}

extension Value {
  /// About how many bytes of memory it holds.
  var weight: Int {
    switch self {
    case .null, .bool, .int, .double: 16
    case .string(let text): 16 + text.utf8.count
    case .list(let items): items.reduce(32) { $0 + $1.weight }
    case .object(let object): object.reduce(64) { $0 + $1.key.utf8.count + 16 + $1.value.weight }
    }
  }
}
