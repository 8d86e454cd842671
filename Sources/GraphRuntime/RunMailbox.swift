internal import Synchronization

/// What nodes that work in tasks of their own send to the reader of their run.
///
/// Any number of tasks send; the one reader takes what is there in one piece.
/// At most `maximumEvents` events wait, or tokens of `maximumBytes` bytes and
/// one more, whichever is less; then senders wait. What the reader has taken
/// and not yet looked at is as much again.
final class RunMailbox: Sendable {
  /// The most events that wait.
  static let maximumEvents = 256

  /// The most bytes of tokens that wait, but for the last token.
  static let maximumBytes = 256 * 1024

  /// One thing that a node's task has to say.
  enum Letter: Sendable {
    case event(Event)
    /// The node at this place of the step's list has ended.
    case ended(place: Int, NodeExecution.End)
    /// A call for a token that was made in a task has ended.
    case pulled(Result<String?, any Error>)
    /// A node wants a piece of what it has done kept.
    case kept(node: String, Value)
    /// What was being written of the journal is kept, or cannot be.
    case saved
    /// The time of the whole run is up.
    case timeUp
  }

  /// An event that has no number yet.
  struct Event: Sendable {
    let kind: GraphEvent.Kind
    let path: [String]
    let step: Int
    let attempt: Int
    let time: Int64
  }

  private struct State {
    var letters: [Letter] = []
    var bytes = 0
    /// The reader has left.
    var isClosed = false
    var reader: CheckedContinuation<Void, Never>?
    var senders: [CheckedContinuation<Void, Never>] = []

    var isFull: Bool { !isClosed && (letters.count >= maximumEvents || bytes >= maximumBytes) }

    mutating func takeReader() -> CheckedContinuation<Void, Never>? {
      guard let reader else { return nil }
      self.reader = nil
      return reader
    }

    mutating func takeSenders() -> [CheckedContinuation<Void, Never>] {
      guard !senders.isEmpty else { return [] }
      defer { senders = [] }
      return senders
    }
  }

  private let state = Locked(State())

  private let letterFlag = Atomic(false)

  /// Whether letters wait; read for each token that the reader pulls itself.
  @inline(__always)
  var hasLetters: Bool { letterFlag.load(ordering: .acquiring) }

  // MARK: - Sending

  /// How the mailbox stands after a letter was added.
  enum Room {
    case free
    case full
    /// The reader has left; the letter was dropped.
    case closed
  }

  /// Adds a letter without waiting and says whether the sender has to wait before its next one.
  func post(_ letter: Letter) -> Room {
    let (room, reader) = state.withLock { state -> (Room, CheckedContinuation<Void, Never>?) in
      if state.isClosed { return (.closed, nil) }
      if case .event(let event) = letter, case .token(let text) = event.kind { state.bytes += text.utf8.count }
      state.letters.append(letter)
      letterFlag.store(true, ordering: .releasing)
      return (state.isFull ? .full : .free, state.takeReader())
    }
    reader?.resume()
    return room
  }

  /// Waits until the reader has taken what is there, or has left.
  func waitForRoom() async {
    await withCheckedContinuation { continuation in
      let hasRoom = state.withLock { state -> Bool in
        guard state.isFull else { return true }
        state.senders.append(continuation)
        return false
      }
      if hasRoom { continuation.resume() }
    }
  }

  // MARK: - Receiving

  /// Puts all letters that wait into `letters`, without waiting for one; its storage is used for the next ones.
  ///
  /// - Returns: Whether there are any.
  func take(into letters: inout [Letter]) -> Bool {
    letters.removeAll(keepingCapacity: true)
    guard hasLetters else { return false }
    let senders = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      swap(&state.letters, &letters)
      state.bytes = 0
      letterFlag.store(false, ordering: .releasing)
      return state.takeSenders()
    }
    for sender in senders { sender.resume() }
    return !letters.isEmpty
  }

  /// Waits until there is a letter or the reader's task is cancelled.
  func waitForLetter() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state -> Bool in
          if !state.letters.isEmpty || Task.isCancelled { return true }
          state.reader = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.takeReader() }?.resume()
    }
  }

  /// Says that the reader has left: what waits is dropped, and senders go on to see that.
  func close() {
    let senders = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.isClosed = true
      state.letters = []
      return state.takeSenders()
    }
    for sender in senders { sender.resume() }
  }
}

extension RunMailbox: NodeEventSink {
  func send(_ kind: GraphEvent.Kind, path: [String], step: Int, attempt: Int) async {
    let event = Event(kind: kind, path: path, step: step, attempt: attempt, time: WallClock.milliseconds())
    if post(.event(event)) == .full { await waitForRoom() }
  }

  func post(_ kind: GraphEvent.Kind, path: [String], step: Int, attempt: Int) {
    let event = Event(kind: kind, path: path, step: step, attempt: attempt, time: WallClock.milliseconds())
    _ = post(.event(event))
  }
}
