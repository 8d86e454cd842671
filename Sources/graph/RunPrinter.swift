internal import CommandKit
internal import GraphRuntime

/// Prints a run: its tokens, its events, or one object at its end.
///
/// Results go to standard output, everything else to standard error. Of nodes
/// that stream side by side one is printed at a time, as it arrives; what the
/// others say waits until it has ended, so that sentences are not mixed.
struct RunPrinter: ~Copyable {
  enum Mode {
    case tokens
    case events
    case json
  }

  private let mode: Mode
  private let isQuiet: Bool
  private var output = OutputWriter.standardOutput()
  private var errors = OutputWriter.standardError()

  /// How the run ended, once it has.
  private(set) var outcome: RunOutcome?

  /// The node whose tokens are being printed.
  private var speaker: [String]?

  /// Text of nodes that wait for their turn, in the order they began.
  private var waiting: [(path: [String], text: String, hasEnded: Bool)] = []

  /// Keys whose value was printed as tokens, so that it is not shown again.
  private var shownKeys: Set<String> = []
  private var streamedNodes: Set<[String]> = []

  /// Keys that were given, which need not be shown.
  private var inputs: Set<String> = []
  private var endsLine = true

  init(mode: Mode, isQuiet: Bool) {
    self.mode = mode
    self.isQuiet = isQuiet
  }

  /// Prints an event.
  ///
  /// - Throws: `OutputError` when nobody reads the output any more; the run then ends with its reader.
  mutating func take(_ event: GraphEvent) throws(OutputError) {
    switch event.kind {
    case .runStarted(let input): inputs = Set(input.keys)
    case .runFinished(let outcome): self.outcome = outcome
    default: break
    }
    switch mode {
    case .events:
      try output.write(event.json.json() + "\n")
      try output.flush()
    case .json: break
    case .tokens: try takeToken(event)
    }
    try takeNotice(event)
  }

  // MARK: - Tokens

  private mutating func takeToken(_ event: GraphEvent) throws(OutputError) {
    switch event.kind {
    case .token(let text):
      streamedNodes.insert(event.path)
      if speaker == nil { speaker = event.path }
      if speaker == event.path {
        try print(text)
      } else if let index = waiting.firstIndex(where: { $0.path == event.path }) {
        waiting[index].text += text
      } else {
        waiting.append((event.path, text, false))
      }
    case .nodeFinished(let update):
      if streamedNodes.contains(event.path) {
        for write in update.writes where write.value.string != nil { shownKeys.insert(write.key.name) }
      }
      try end(event.path)
    case .nodeFailed: try end(event.path)
    case .retry(let retry) where retry.scope == .node: try retract(event.path)
    default: break
    }
  }

  private mutating func print(_ text: String) throws(OutputError) {
    guard !text.isEmpty else { return }
    try output.write(text)
    try output.flush()
    endsLine = text.last?.isNewline ?? endsLine
  }

  /// Ends a node's turn and lets the next one speak.
  private mutating func end(_ path: [String]) throws(OutputError) {
    guard speaker == path else {
      if let index = waiting.firstIndex(where: { $0.path == path }) { waiting[index].hasEnded = true }
      return
    }
    try endLine()
    speaker = nil
    while speaker == nil, !waiting.isEmpty {
      let next = waiting.removeFirst()
      try print(next.text)
      if next.hasEnded { try endLine() } else { speaker = next.path }
    }
  }

  /// A failed attempt's text is void: what waits is dropped, what is printed cannot be taken back and is ended.
  private mutating func retract(_ path: [String]) throws(OutputError) {
    if speaker == path { try endLine() }
    waiting.removeAll { $0.path == path }
  }

  private mutating func endLine() throws(OutputError) {
    guard !endsLine else { return }
    try output.write("\n")
    try output.flush()
    endsLine = true
  }

  // MARK: - Everything else

  private mutating func takeNotice(_ event: GraphEvent) throws(OutputError) {
    guard !isQuiet, mode != .events, case .retry(let retry) = event.kind else { return }
    try endLine()
    let delay = DurationText.describe(retry.delay)
    try errors.write("Retry: node '\(event.path.joined(separator: "/"))': \(retry.message); again in \(delay)\n")
  }

  /// Prints the end of a run and says which status belongs to it.
  mutating func finish(_ run: RunIdentity) throws(OutputError) -> ExitCode {
    guard let outcome else { return .internalError }
    if mode == .tokens {
      if let speaker { try end(speaker) }
      try endLine()
    }
    if mode == .json {
      try output.write(Self.json(outcome, run).json() + "\n")
      try output.flush()
    }
    if let error = outcome.error { try errors.write("Error: \(error)\n") }
    if !isQuiet, mode == .tokens { try printResult(outcome) }
    switch outcome.status {
    case .completed: return .ok
    case .stopped: return .interrupted
    case .failed: return .failure
    }
  }

  /// Shows on standard error what the tokens did not, and one line about the run.
  private mutating func printResult(_ outcome: RunOutcome) throws(OutputError) {
    for (key, value) in outcome.state where !shownKeys.contains(key) && !inputs.contains(key) {
      try errors.write("\(key): \(Self.brief(value))\n")
    }
    var line = "\(outcome.status.rawValue) after \(outcome.steps) step\(outcome.steps == 1 ? "" : "s")"
    let (read, written) = outcome.usage.reduce((0, 0)) { ($0.0 + $1.inputTokens, $0.1 + $1.outputTokens) }
    if read + written > 0 { line += ", \(read) tokens in, \(written) out" }
    if outcome.status == .stopped, let reason = outcome.stopReason { line += " (\(reason))" }
    try errors.write(line + "\n")
  }

  private static func brief(_ value: Value) -> String {
    let text = value.string ?? value.json()
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > 200 ? "\(line.prefix(199))…" : line
  }

  private static func json(_ outcome: RunOutcome, _ run: RunIdentity) -> Value {
    var object: ValueObject = [
      "run": .string(run.id), "thread": .string(run.thread), "status": .string(outcome.status.rawValue),
      "state": .object(outcome.state), "usage": .list(outcome.usage.map { .object($0.object) }),
      "errors": .list(outcome.error.map { [.object($0.object)] } ?? []),
    ]
    if let reason = outcome.stopReason { object["stop_reason"] = .string(reason) }
    return .object(object)
  }
}
