import GraphRuntime
import GraphServer
import GraphTestSupport
import Testing

/// What a server keeps of a run's events.
@Suite(.timeLimit(.minutes(10)))
struct KeptEventsTests {
  private static let run = RunIdentity(id: "r", thread: "t", graph: "g")

  /// Makes the events of a run.
  private struct Maker {
    var sequence = 0

    mutating func event(_ path: [String], _ attempt: Int = 1, _ kind: GraphEvent.Kind) -> GraphEvent {
      defer { sequence += 1 }
      return GraphEvent(
        run: KeptEventsTests.run, sequence: sequence, time: Int64(sequence * 3), step: 1, path: path, attempt: attempt,
        kind: kind)
    }
  }

  private static func json(_ kept: KeptEvents) -> [Value] { (0..<kept.count).map { kept[$0].json } }

  @Test(arguments: 0..<60)
  func `what is read is what was added, and as much as there is room for`(seed: Int) {
    var random = SeededGenerator(UInt64(seed))
    let limit = [600, 3_000, 40_000, Int.max].randomElement(using: &random) ?? 0
    var kept = KeptEvents(limit: limit)
    var maker = Maker()
    var events: [GraphEvent] = []
    var texts: [[String]: String] = [:]
    var attempts: [[String]: Int] = [:]
    for _ in 0..<1_500 {
      let path = ["node\(Int.random(in: 0..<3, using: &random))"] + (Bool.random(using: &random) ? ["inner"] : [])
      let attempt = attempts[path] ?? 1
      let event: GraphEvent
      switch Int.random(in: 0..<100, using: &random) {
      case 0:
        event = maker.event(path, attempt, .nodeFinished(["text": .string(texts[path] ?? ""), "other": "x"]))
        texts[path] = ""
      case 1:
        event = maker.event(
          path, attempt, .retry(RetryRecord(scope: .node, attempt: attempt, message: "m", delay: .zero)))
        texts[path] = ""
        attempts[path] = attempt + 1
      case 2: event = maker.event(path, attempt, .chunk(.string(String(repeating: "c", count: 900))))
      default:
        let letters = ["a", "é", "👍🏽", "\n", "", "word ", String(repeating: "long ", count: 20)]
        let token = letters.randomElement(using: &random) ?? ""
        texts[path, default: ""] += token
        event = maker.event(path, attempt, .token(token))
      }
      kept.append(event)
      events.append(event)
      #expect(kept.bytes <= limit || kept.count == 1)
      #expect(kept.end == events.count)
    }
    #expect(limit < .max || kept.first == 0)
    #expect(Self.json(kept) == events[kept.first...].map(\.json), "seed \(seed)")
  }

  @Test func `a long answer is kept once`() {
    let token = "A token of an answer, and more. "
    var maker = Maker()
    var kept = KeptEvents(limit: 8 << 20)
    var text = ""
    kept.append(maker.event([], 0, .runStarted(input: [:])))
    while text.utf8.count < 3 << 20 {
      text += token
      kept.append(maker.event(["answer"], 1, .token(token)))
    }
    let streamed = kept.bytes
    kept.append(maker.event(["answer"], 1, .nodeFinished(["out": .string(text)])))
    kept.append(maker.event([], 0, .runFinished(RunOutcome(status: .completed, state: ["out": .string(text)]))))
    #expect(kept.first == 0)
    #expect(kept.bytes < streamed + 2_000)
    #expect(kept[1].json["text"] == .string(token))
    #expect(kept[kept.count - 3].json["text"] == .string(token))
  }

  @Test func `tokens are small`() {
    var maker = Maker()
    var kept = KeptEvents(limit: 8 << 20)
    for _ in 0..<100_000 { kept.append(maker.event(["answer"], 1, .token("token "))) }
    #expect(kept.first == 0)
  }

  @Test func `a run that is forgotten has no events, and who reads it is told`() {
    let log = RunEventLog(limit: 1_000_000)
    var maker = Maker()
    for _ in 0..<10 { log.append(maker.event(["answer"], 1, .token("token "))) }
    log.end()
    log.forget()
    #expect(log.byteCount == 0)
    guard case .dropped(let first) = log.read(after: -1) else {
      Issue.record("there are events")
      return
    }
    #expect(first == 10)
    guard case .end = log.read(after: 9) else {
      Issue.record("there is no end")
      return
    }
  }

  @Test func `events that are dropped are not held on to`() {
    final class Canary: Sendable {}
    weak var canary: Canary?
    var kept = KeptEvents(limit: 10_000)
    var maker = Maker()
    do {
      struct Held: Error { let canary: Canary }
      let made = Canary()
      canary = made
      kept.append(maker.event(["n"], 1, .nodeFailed(GraphError(.nodeFailed, "m", underlying: Held(canary: made)))))
    }
    #expect(canary != nil)
    for _ in 0..<40 { kept.append(maker.event(["n"], 1, .chunk(.string(String(repeating: "c", count: 900))))) }
    #expect(canary == nil)
  }
}
