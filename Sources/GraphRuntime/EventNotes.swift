/// The events of a run that its journal does not have yet, in the form in which they are kept.
///
/// Tokens are joined, those of an attempt at a node to one text. How the text was cut and when the pieces came is kept
/// beside it, so that they can be told again as they were.
///
/// It is a class so that the log, which is reached for each token, holds one reference to it.
final class EventNotes {
  /// The joined tokens of one attempt.
  struct Text {
    let path: [String]
    let step: Int
    let attempt: Int
    var text: String
  }

  /// One entry of the log, or several tokens.
  enum Item {
    /// An event and the milliseconds since the one before.
    case event(GraphEvent, after: Int)

    /// The lengths of tokens in bytes, each with the number of its text before it where that is another one than
    /// before, and the milliseconds since the event before it behind it: `0:5 3+40 1:2`.
    case tokens(String)
  }

  /// What was noted since it was last taken.
  struct Block {
    /// The number of the first event, and when it happened.
    var sequence = 0
    var time: Int64 = 0

    var texts: [Text] = []
    var items: [Item] = []

    /// The keys of the state whose values at the end of the run are those that the journal has.
    var keptKeys: Set<String> = []

    var isEmpty: Bool { items.isEmpty }
  }

  /// From how many bytes on events are kept while their step goes on.
  private static let maximumBytes = 4 << 20

  private var block = Block()
  private var cuts = ""
  private var lastTime: Int64 = 0
  private var lastText = -1
  private var bytes = 0

  /// Whether so much was noted that it is kept before its step has ended.
  var isFull: Bool { bytes > Self.maximumBytes }

  /// Notes an event.
  func add(_ event: GraphEvent) {
    if block.items.isEmpty, cuts.isEmpty {
      block.sequence = event.sequence
      block.time = event.time
      lastTime = event.time
    }
    let delay = Int(event.time - lastTime)
    lastTime = event.time
    guard case .token(let text) = event.kind else {
      endTokens()
      block.items.append(.event(event, after: delay))
      bytes += 100
      return
    }
    let place = place(of: event)
    block.texts[place].text += text
    if !cuts.isEmpty { cuts += " " }
    if place != lastText {
      cuts += "\(place):"
      lastText = place
    }
    cuts += "\(text.utf8.count)"
    if delay != 0 { cuts += delay > 0 ? "+\(delay)" : "\(delay)" }
    bytes += text.utf8.count + 4
  }

  /// Takes what was noted.
  ///
  /// - Parameter keptKeys: The keys whose values at the end of the run are those that the journal has, at that end.
  func take(keptKeys: Set<String> = []) -> Block {
    endTokens()
    defer {
      block = Block()
      bytes = 0
    }
    block.keptKeys = keptKeys
    return block
  }

  private func endTokens() {
    guard !cuts.isEmpty else { return }
    block.items.append(.tokens(cuts))
    cuts = ""
    lastText = -1
  }

  /// The text that a token belongs to.
  private func place(of event: GraphEvent) -> Int {
    let isOf = { (text: Text) in
      text.attempt == event.attempt && text.step == event.step && text.path == event.path
    }
    if lastText >= 0, isOf(block.texts[lastText]) { return lastText }
    if let place = block.texts.lastIndex(where: isOf) { return place }
    block.texts.append(Text(path: event.path, step: event.step, attempt: event.attempt, text: ""))
    return block.texts.count - 1
  }
}
