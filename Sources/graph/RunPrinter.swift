internal import CommandKit
internal import GraphRuntime

/// Prints a run: its tokens, its events, or one object at its end.
///
/// Results go to standard output, everything else to standard error. Where no node streamed, the result is what the
/// nodes of the last step wrote. Notices that cannot be written are no reason to end a run.
struct RunPrinter: ~Copyable {
  enum Mode {
    case tokens
    case events
    case json
  }

  private let mode: Mode
  private let isQuiet: Bool

  /// Whether values on standard error are shown whole.
  private let isFull: Bool

  /// Whether a terminal reads the output, which would obey control characters in what a model says.
  private let isInteractive: Bool
  private let output: ResultOutput
  private var errors = OutputWriter.standardError()
  private var turns: SpeakingTurns
  private var written = WrittenKeys()

  /// How the run ended, once it has.
  private(set) var outcome: RunOutcome?

  init(
    _ output: ResultOutput, mode: Mode, isQuiet: Bool, isFull: Bool, namesNodes: Bool, terminal: Terminal,
    coloursNotices: Bool
  ) {
    self.output = output
    self.mode = mode
    self.isQuiet = isQuiet
    self.isFull = isFull
    isInteractive = terminal.isOutputInteractive
    turns = SpeakingTurns(namesNodes: namesNodes && !isQuiet, colours: coloursNotices)
  }

  /// Prints an event.
  ///
  /// - Throws: `OutputError` when nobody reads the output any more; the run then ends with its reader.
  mutating func take(_ event: GraphEvent) throws(OutputError) {
    if case .runFinished(let outcome) = event.kind { self.outcome = outcome }
    switch mode {
    case .events:
      try output.write(event.json.json() + "\n")
    case .json: takeNotice(event)
    case .tokens:
      written.take(event)
      turns.take(event)
      try printTurns()
      takeNotice(event)
      // A node that computes for long after this must not hold the text back.
      if event.endsNode { try output.flush() }
    }
  }

  private mutating func printTurns() throws(OutputError) {
    guard turns.hasOutput else { return }
    for part in turns.takeOutput() {
      switch part {
      case .text(let text):
        try output.write(isInteractive ? text.withoutControls : text)
      case .name(let name): note(name)
      }
    }
  }

  private mutating func takeNotice(_ event: GraphEvent) {
    guard !isQuiet else { return }
    let node = event.path.joined(separator: "/")
    switch event.kind {
    case .retry(let retry):
      let delay = DurationText.describe(retry.delay)
      note("Retry: node '\(node)': \(retry.message.withoutControls); again in \(delay)\n")
    case .warned(let warning) where warning.check == nil:
      note("Warning: node '\(node)': \(warning.message.withoutControls)\n")
    case .custom(name: "cached", _): note("Cached: node '\(node)': the result of an earlier run is used\n")
    case .custom(name: "repair", let payload):
      note("Repair: node '\(node)': \((payload["reason"]?.string ?? "").withoutControls); the model is asked again\n")
    case .custom(name: "printed", let payload):
      note((payload["text"]?.string ?? "").withoutControls)
    default: break
    }
  }

  /// Says something on standard error, after what was said before it on standard output.
  private mutating func note(_ text: String) {
    try? output.flush()
    try? errors.write(text)
  }

  /// Ends the text of nodes, because something else is said now.
  mutating func endTurns() throws(OutputError) {
    if mode == .tokens {
      turns.finish()
      try printTurns()
    }
    try output.flush()
  }

  /// Forgets the end of a run that is gone on with.
  mutating func goOn() { outcome = nil }

  /// Prints the end of a run and says which status belongs to it.
  ///
  /// - Parameters:
  ///   - missingInputs: Inputs that the failed node needs and nobody has given.
  ///   - resumeCommand: The command that goes on with the run's thread, where it is kept.
  ///   - helps: Whether it is said how questions are answered.
  mutating func finish(
    _ run: RunIdentity, missingInputs: [String], resumeCommand: String?, helps: Bool = true
  ) throws(OutputError) -> ExitCode {
    guard let outcome else { return .internalError }
    switch mode {
    case .events: break
    case .json:
      try output.write(Self.json(outcome, run).json() + "\n")
    case .tokens:
      turns.finish()
      try printTurns()
      try printResult(outcome)
    }
    try output.flush()
    if let error = outcome.error {
      note("Error: \("\(error)".withoutControls)\n")
      for name in missingInputs { note("Help:  give it an input with '--var \(name)=…'\n") }
    }
    for question in outcome.interrupts {
      note("Waiting: \(question.text.withoutControls)\n")
      guard helps else { continue }
      let answer = "--answer \(question.id)=…"
      note("Help:  answer it with '\(resumeCommand.map { "\($0) \(answer)" } ?? answer)'\n")
      if question.expires != nil { note("Help:  without an answer\(question.timeText)\n".withoutControls) }
    }
    if let resumeCommand, !isQuiet, outcome.status == .failed || outcome.status == .stopped {
      note("Help:  go on with '\(resumeCommand)'\n")
    }
    if !isQuiet {
      for error in outcome.toleratedErrors { note("Tolerated: \("\(error)".withoutControls)\n") }
      if mode == .tokens { printSummary(outcome) }
    }
    switch outcome.status {
    case .completed: return .ok
    case .interrupted: return .waiting
    case .stopped: return .interrupted
    case .failed: return .failure
    case .running: return .internalError
    }
  }

  /// Prints what the last step wrote where nothing was printed while the run went on.
  private mutating func printResult(_ outcome: RunOutcome) throws(OutputError) {
    // A run that waits has no result yet.
    guard !turns.hasSpoken, outcome.status == .completed || outcome.status == .stopped else { return }
    let result = written.lastStep(of: outcome.state)
    guard !result.isEmpty else { return }
    let text =
      result.count == 1
      ? result.first.map { $0.value.string ?? $0.value.json() } ?? "" : Value.object(result).json()
    let line = text.last?.isNewline == true ? text : text + "\n"
    try output.write(isInteractive ? line.withoutControls : line)
    written.show(result.keys)
  }

  /// Shows on standard error what standard output did not, and one line about the run.
  private mutating func printSummary(_ outcome: RunOutcome) {
    for (key, value) in outcome.state where written.isUnseen(key) { note("\(key): \(shown(value))\n") }
    var line = "\(outcome.status.rawValue) after \(outcome.steps) step\(outcome.steps == 1 ? "" : "s")"
    let (read, written) = outcome.usage.reduce((0, 0)) { ($0.0 + $1.inputTokens, $0.1 + $1.outputTokens) }
    if read + written > 0 { line += ", \(read) tokens in, \(written) out" }
    if outcome.status == .stopped, let reason = outcome.stopReason { line += " (\(reason))" }
    note(line + "\n")
  }

  private func shown(_ value: Value) -> String {
    let text = value.string ?? value.json(pretty: isFull)
    guard !isFull else { return text.withoutControls }
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ").withoutControls
    return line.count > 200 ? "\(line.prefix(199))…" : line
  }

  private static func json(_ outcome: RunOutcome, _ run: RunIdentity) -> Value {
    var object: ValueObject = [
      "run": .string(run.id), "thread": .string(run.thread), "status": .string(outcome.status.rawValue),
      "state": .object(outcome.state), "usage": .list(outcome.usage.map { .object($0.object) }),
      "errors": .list(outcome.error.map { [.object($0.object)] } ?? []),
    ]
    if !outcome.toleratedErrors.isEmpty {
      object["tolerated"] = .list(outcome.toleratedErrors.map { .object($0.object) })
    }
    if !outcome.interrupts.isEmpty {
      object["interrupts"] = .list(outcome.interrupts.map { .object($0.object) })
    }
    if let reason = outcome.stopReason { object["stop_reason"] = .string(reason) }
    return .object(object)
  }
}

/// Which keys nodes have written, and which of them somebody has seen.
private struct WrittenKeys {
  private var keys: Set<String> = []
  private var seen: Set<String> = []

  /// Nodes whose tokens were printed and are what they write.
  private var streaming: Set<[String]> = []
  private var step = 0
  private var keysOfStep: [String] = []

  mutating func take(_ event: GraphEvent) {
    switch event.kind {
    case .token: streaming.insert(event.path)
    // The second answer, which then counts, is not streamed.
    case .custom(name: "repair", _): streaming.remove(event.path)
    // What a nested node writes is not in the state of this run.
    case .nodeFinished(let update) where event.path.count == 1:
      let names = update.writes.map(\.key.name)
      keys.formUnion(names)
      if streaming.remove(event.path) != nil { seen.formUnion(names) } else { seen.subtract(names) }
      // A node that a stop cut short has nothing to show; what was before it stays.
      guard !names.isEmpty else { break }
      if event.step != step { (step, keysOfStep) = (event.step, []) }
      keysOfStep += names
    default: break
    }
  }

  /// The values that the nodes of the last step wrote, without nulls.
  func lastStep(of state: ValueObject) -> ValueObject {
    ValueObject(state.filter { keysOfStep.contains($0.key) && !$0.value.isNull }.map { ($0.key, $0.value) })
  }

  mutating func show(_ names: [String]) { seen.formUnion(names) }

  func isUnseen(_ name: String) -> Bool { keys.contains(name) && !seen.contains(name) }
}

extension GraphEvent {
  /// Whether a node has ended with this event.
  fileprivate var endsNode: Bool {
    switch kind {
    case .nodeFinished, .nodeFailed: true
    default: false
    }
  }
}
