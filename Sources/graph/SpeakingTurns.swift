internal import GraphRuntime

/// Puts the tokens of nodes that stream side by side into an order that people can read.
///
/// One node is printed at a time, as it arrives; what the others say waits until it has ended, so that sentences are not
/// mixed. A node's text ends with a line break. What waits is at most what the nodes of one step say, which the state
/// holds as well.
struct SpeakingTurns {
  /// Something to print.
  enum Part: Equatable {
    /// Text of a node.
    case text(String)
    /// The line that names the node whose text follows.
    case name(String)
  }

  private let namesNodes: Bool
  private let colours: Bool
  private var parts: [Part] = []

  /// The node whose tokens are being printed.
  private var speaker: [String]?

  /// Text of nodes that wait for their turn, in the order they began.
  private var waiting: [(path: [String], text: String, hasEnded: Bool)] = []
  private var endsLine = true

  /// Whether any token was printed.
  private(set) var hasSpoken = false

  init(namesNodes: Bool, colours: Bool) {
    self.namesNodes = namesNodes
    self.colours = colours
  }

  var hasOutput: Bool { !parts.isEmpty }

  /// What is to be printed since the last call.
  mutating func takeOutput() -> [Part] {
    defer { parts.removeAll(keepingCapacity: true) }
    return parts
  }

  mutating func take(_ event: GraphEvent) {
    switch event.kind {
    case .token(let text): take(text, of: event.path)
    case .nodeFinished, .nodeFailed: end(event.path)
    case .retry(let retry) where retry.scope == .node: retract(event.path)
    default: break
    }
  }

  /// Ends all turns, in the order they began.
  mutating func finish() {
    for index in waiting.indices { waiting[index].hasEnded = true }
    if let speaker { end(speaker) }
  }

  private mutating func take(_ text: String, of path: [String]) {
    if speaker == nil { beginTurn(of: path) }
    if speaker == path {
      say(text)
    } else if let index = waiting.firstIndex(where: { $0.path == path }) {
      waiting[index].text += text
    } else {
      waiting.append((path, text, false))
    }
  }

  private mutating func beginTurn(of path: [String]) {
    speaker = path
    guard namesNodes else { return }
    let name = path.joined(separator: "/")
    parts.append(.name(colours ? "\u{1B}[2m[\(name)]\u{1B}[0m\n" : "[\(name)]\n"))
  }

  private mutating func say(_ text: String) {
    guard !text.isEmpty else { return }
    parts.append(.text(text))
    hasSpoken = true
    endsLine = text.last?.isNewline ?? endsLine
  }

  private mutating func end(_ path: [String]) {
    guard speaker == path else {
      if let index = waiting.firstIndex(where: { $0.path == path }) { waiting[index].hasEnded = true }
      return
    }
    endLine()
    speaker = nil
    while speaker == nil, !waiting.isEmpty {
      let next = waiting.removeFirst()
      beginTurn(of: next.path)
      say(next.text)
      guard next.hasEnded else { return }
      endLine()
      speaker = nil
    }
  }

  /// A failed attempt's text is void: what waits is dropped, what is printed cannot be taken back and is ended.
  private mutating func retract(_ path: [String]) {
    if speaker == path { endLine() }
    waiting.removeAll { $0.path == path }
  }

  private mutating func endLine() {
    guard !endsLine else { return }
    parts.append(.text("\n"))
    endsLine = true
  }
}
