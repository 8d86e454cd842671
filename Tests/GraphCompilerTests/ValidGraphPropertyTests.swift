import GraphRuntime
import GraphTestSupport
import Testing

/// Graphs that are right by the way they are built: none of them may give a diagnostic, and all of them run to their end.
@Suite struct ValidGraphPropertyTests {
  @Test(arguments: 0..<120)
  func `a graph that is built right is right`(seed: UInt64) async throws {
    var builder = ValidGraph(seed: seed)
    let text = builder.text()
    #expect(diagnostics(text) == [], "seed \(seed):\n\(text)")
    let trace = try await Trace(text, ["n": .int(Int(seed % 7))])
    #expect(trace.error == nil, "seed \(seed):\n\(text)")
  }
}

/// Builds graphs out of blocks that each have one entry and one exit: chains, choices, fan-outs with a join, loops.
struct ValidGraph {
  private var random: SeededGenerator
  private var nodes: [String] = []
  private var edges: [String] = []
  private var limits: [String] = []
  private var exits: [String] = []

  init(seed: UInt64) { random = SeededGenerator(seed) }

  mutating func text() -> String {
    let (first, last) = block(depth: 3)
    edges.append("- {from: START, to: \(first)}")
    edges.append("- {from: \(last), to: END}")
    func map(_ name: String, _ entries: [String]) -> String {
      entries.isEmpty ? "" : "\n\(name): {\(entries.joined(separator: ", "))}"
    }
    return graph(
      "state: {n: int}\ndefaults: {provider: scripted}" + map("loop_limits", limits) + map("loop_exits", exits),
      nodes: nodes.shuffled(using: &random).joined(separator: "\n"), edges: edges.joined(separator: "\n"))
  }

  private mutating func node(_ body: String = "type: step") -> String {
    let name = "n\(nodes.count)"
    nodes.append("\(name): {\(body)}")
    return name
  }

  private mutating func connect(_ from: String, _ to: String, when condition: String? = nil) {
    edges.append("- {from: \(from), to: \(to)" + (condition.map { ", condition: \"\($0)\"" } ?? "") + "}")
  }

  /// Adds a block and says where it begins and ends.
  private mutating func block(depth: Int) -> (first: String, last: String) {
    guard depth > 0 else {
      let name = node(Bool.random(using: &random) ? "type: step" : "user: hello")
      return (name, name)
    }
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return chain(depth)
    case 1: return choice(depth)
    case 2: return fanOut(depth)
    case 3: return loop(depth)
    case 4: return router(depth)
    default: return limitedLoop(depth)
    }
  }

  private mutating func chain(_ depth: Int) -> (first: String, last: String) {
    let left = block(depth: depth - 1)
    let right = block(depth: depth - 1)
    connect(left.last, right.first)
    return (left.first, right.last)
  }

  private mutating func choice(_ depth: Int) -> (first: String, last: String) {
    let first = node()
    let last = node()
    let bounds = ["n < 2", "n == 2", "n in [3, 4]"].shuffled(using: &random).prefix(
      Int.random(in: 1...3, using: &random))
    for condition in bounds {
      let way = block(depth: depth - 1)
      connect(first, way.first, when: condition)
      connect(way.last, last)
    }
    connect(first, last)
    return (first, last)
  }

  private mutating func fanOut(_ depth: Int) -> (first: String, last: String) {
    let first = node()
    let last = node()
    let branches = (0..<Int.random(in: 2...3, using: &random)).map { _ in block(depth: depth - 1) }
    edges.append("- {from: \(first), to: [\(branches.map(\.first).joined(separator: ", "))]}")
    edges.append("- {from: [\(branches.map(\.last).joined(separator: ", "))], to: \(last)}")
    return (first, last)
  }

  private mutating func loop(_ depth: Int) -> (first: String, last: String) {
    let body = block(depth: depth - 1)
    let last = node()
    let after = node()
    // The count of runs leads out of the loop.
    connect(body.last, last)
    connect(last, body.first, when: "_loop_counts['\(last)'] < 2")
    connect(last, after)
    return (body.first, after)
  }

  private mutating func router(_ depth: Int) -> (first: String, last: String) {
    let left = block(depth: depth - 1)
    let right = block(depth: depth - 1)
    let last = node()
    let name = node("type: router, user: which?, routes: {x: \(left.first), y: \(right.first)}, default_route: \(last)")
    edges.append("- {from: \(name), to: [\(left.first), \(right.first), \(last)], type: conditional}")
    connect(left.last, last)
    connect(right.last, last)
    return (name, last)
  }

  private mutating func limitedLoop(_ depth: Int) -> (first: String, last: String) {
    let head = node()
    let body = block(depth: depth - 1)
    let after = node()
    connect(head, body.first)
    connect(body.last, head)
    limits.append("\(head): 2")
    exits.append("\(head): \(after)")
    return (head, after)
  }
}
