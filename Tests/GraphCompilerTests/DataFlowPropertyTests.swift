import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// The analysis of data flow beside the engine: random graphs are run with random choices, and what happens is compared
/// with what was said before.
@Suite(.timeLimit(.minutes(10))) struct DataFlowPropertyTests {
  @Test(arguments: 0..<80)
  func `what is certain always happens, and what happens is possible`(seed: UInt64) async throws {
    var graph = DiceGraph(seed: seed)
    let text = graph.text()
    let compiler = diceCompiler(seed: seed)
    let file = SourceFile(path: "test.yaml", text: text)
    // Mistakes of control flow are none of this test's, but what cannot be compiled cannot be run.
    guard let compiled = compiler.compile(file).graph, let flow = compiler.dataFlow(of: file) else { return }
    var together: Set<[String]> = []
    let keys = DiceGraph.keys
    let known = Dictionary(uniqueKeysWithValues: graph.nodes.map { ($0, flow.keys(at: $0)) })
    for _ in 0..<30 {
      let observed = try await DiceRun(compiled.graph)
      for start in observed.starts {
        for (key, availability) in known[start.node] ?? [] where keys.contains(key) {
          let isWritten = start.written.contains(key)
          #expect(availability != .certain || isWritten, "seed \(seed): \(key) at \(start.node)\n\(text)")
          #expect(availability != .never || !isWritten, "seed \(seed): \(key) at \(start.node)\n\(text)")
        }
      }
      for step in observed.steps {
        for first in step { for second in step where first < second { together.insert([first, second]) } }
      }
    }
    for pair in together {
      #expect(flow.mayRunTogether(pair[0], pair[1]) != false, "seed \(seed): \(pair)\n\(text)")
    }
  }

  @Test(arguments: 0..<250)
  func `a read is reported exactly where a run fails of it`(seed: UInt64) async throws {
    var graph = DiceGraph(seed: seed &+ 10_000)
    let text = graph.textWithReader()
    let compiler = diceCompiler(seed: seed)
    let file = SourceFile(path: "test.yaml", text: text)
    let found = compiler.compile(file).diagnostics
    // Of a writer that is never reached, that is said and nothing more.
    guard let flow = compiler.dataFlow(of: file), !flow.keys(at: "w").isEmpty else { return }
    let codes = Set(found.map(\.code.id)).intersection(["GR0401", "GR0403"])
    // The same graph with a reader that takes null, which compiles whatever is found of the other one.
    let tolerant = text.replacing("{1 + state.z}", with: "{state.z}")
    guard found.allSatisfy({ $0.severity != .error || codes.contains($0.code.id) }),
      let compiled = compiler.compile(SourceFile(path: "test.yaml", text: tolerant)).graph
    else { return }
    var missing = 0
    var present = 0
    for _ in 0..<400 {
      // What is missed at the first time ends the run.
      guard let start = try await DiceRun(compiled.graph).starts.first(where: { $0.node == "r" }) else { continue }
      if start.written.contains("z") { present += 1 } else { missing += 1 }
    }
    #expect(codes.isEmpty == (missing == 0), "seed \(seed): \(codes), missing \(missing), there \(present)\n\(text)")
    if codes.contains("GR0401") { #expect(present == 0, "seed \(seed)\n\(text)") }
  }

  @Test(arguments: 0..<80)
  func `writes in one step are reported where runs fail of them`(seed: UInt64) async throws {
    var graph = DiceGraph(seed: seed &+ 20_000)
    let text = graph.textWithTwoWriters()
    let compiler = diceCompiler(seed: seed)
    let found = compiler.compile(SourceFile(path: "test.yaml", text: text)).diagnostics
    let codes = Set(found.map(\.code.id)).intersection(["GR0405", "GR0406"])
    // With a reducer, nothing of it is a mistake.
    let tolerant = text.replacing("z: any", with: "z: {type: int, reducer: max}")
    guard found.allSatisfy({ $0.severity != .error || codes.contains($0.code.id) }),
      let compiled = compiler.compile(SourceFile(path: "test.yaml", text: tolerant)).graph
    else { return }
    var conflicts = 0
    for _ in 0..<400 {
      let observed = try await DiceRun(compiled.graph)
      if observed.steps.contains(where: { $0.contains("v") && $0.contains("w") }) { conflicts += 1 }
    }
    #expect(codes.isEmpty == (conflicts == 0), "seed \(seed): \(codes), \(conflicts) conflicts\n\(text)")
  }
}

/// A compiler with nodes that roll a die, and nodes that may fail.
private func diceCompiler(seed: UInt64) -> GraphCompiler {
  let random = Locked(SeededGenerator(seed))
  var factory = StandardNodeFactory(models: ModelCatalog(environment: Environment()))
  factory.register("dice") { node in
    let key = node.resultKey
    return .synchronous { _ in StateUpdate(key, .int(random.withLock { Int.random(in: 0..<6, using: &$0) })) }
  }
  factory.register("shaky") { node in
    let key = node.resultKey
    return .synchronous { _ in
      if random.withLock({ Bool.random(using: &$0) }) { throw Failure() }
      return StateUpdate(key, 1)
    }
  }
  return GraphCompiler(factory: factory)
}

private struct Failure: Error {}

/// What one run did: which nodes started, what had been written by then, and who ran in the same step.
private struct DiceRun {
  var starts: [(node: String, written: Set<String>)] = []
  var steps: [Set<String>] = []

  init(_ graph: StateGraph) async throws {
    var written: Set<String> = []
    var pending: Set<String> = []
    var last = 0
    do {
      for try await event in graph.run() {
        switch event.kind {
        case .nodeStarted:
          if event.step != last {
            written.formUnion(pending)
            pending = []
            steps.append([])
            last = event.step
          }
          starts.append((event.path[0], written))
          steps[steps.count - 1].insert(event.path[0])
        case .nodeFinished(let update): pending.formUnion(update.writes.map(\.key.name))
        case .stepFinished:
          written.formUnion(pending)
          pending = []
        default: break
        }
      }
    } catch is GraphError {
      // A loop without luck comes to the limit of steps, and a join may wait in vain.
    }
  }
}

/// Random graphs: nodes that write one of three keys, edges between any of them, choices by dice, joins and loops.
private struct DiceGraph {
  static let keys = ["k0", "k1", "k2"]

  private var random: SeededGenerator
  private(set) var nodes: [String] = []
  private var lines: [String] = []
  private var edges: [String] = []
  private var limits: [String] = []
  private var exits: [String] = []

  init(seed: UInt64) { random = SeededGenerator(seed) }

  private mutating func chance(_ part: Int) -> Bool { Int.random(in: 0..<part, using: &random) == 0 }

  /// A graph whose nodes write `keys`.
  mutating func text() -> String {
    build(count: Int.random(in: 4...9, using: &random), special: [])
    return whole(state: Self.keys.map { "\($0): {type: int, reducer: max}" }.joined(separator: ", "))
  }

  /// A graph in which `w` writes the key `z` and `r` needs it.
  mutating func textWithReader() -> String {
    build(
      count: Int.random(in: 3...7, using: &random),
      special: [
        ("w", "{type: passthrough, output: {z: 1}}"), ("r", "{type: passthrough, output: {y: \"{1 + state.z}\"}}"),
      ])
    return whole(state: Self.keys.map { "\($0): {type: int, reducer: max}" }.joined(separator: ", "))
  }

  /// A graph in which `v` and `w` write the key `z`.
  mutating func textWithTwoWriters() -> String {
    build(
      count: Int.random(in: 3...7, using: &random),
      special: [
        ("v", "{type: passthrough, output: {z: 1}}"), ("w", "{type: passthrough, output: {z: 1}}"),
      ])
    return whole(state: (Self.keys.map { "\($0): {type: int, reducer: max}" } + ["z: any"]).joined(separator: ", "))
  }

  private func whole(state: String) -> String {
    func map(_ name: String, _ entries: [String]) -> String {
      entries.isEmpty ? "" : "\n\(name): {\(entries.joined(separator: ", "))}"
    }
    return graph(
      "config: {recursion_limit: 40}\nstate: {\(state)}" + map("loop_limits", limits) + map("loop_exits", exits),
      nodes: lines.joined(separator: "\n"), edges: edges.joined(separator: "\n"))
  }

  private mutating func build(count: Int, special: [(name: String, body: String)]) {
    nodes = (0..<count).map { "n\($0)" }
    let all = (nodes + special.map(\.name)).shuffled(using: &random)
    for name in nodes {
      let key = Self.keys[Int.random(in: 0..<Self.keys.count, using: &random)]
      switch Int.random(in: 0..<6, using: &random) {
      case 0: lines.append("\(name): {type: shaky, state_key: \(key), on_error: skip}")
      case 1: lines.append("\(name): {type: passthrough, output: {\(key): 1}}")
      case 2: lines.append("\(name): {type: dice, state_key: \(key), skip_if_exists: true}")
      default: lines.append("\(name): {type: dice, state_key: d_\(name)}")
      }
      if chance(8) {
        limits.append("\(name): \(Int.random(in: 1...2, using: &random))")
        exits.append("\(name): \(chance(2) ? "END" : all[Int.random(in: 0..<all.count, using: &random)])")
      }
    }
    for entry in special { lines.append("\(entry.name): \(entry.body)") }
    nodes += special.map(\.name)
    connect(all)
  }

  /// Connects nodes mostly forwards, in the order that they are given in.
  private mutating func connect(_ all: [String]) {
    edges.append(
      "- {from: START, to: [\(Set([all[0], all[Int.random(in: 0..<min(3, all.count), using: &random)]]).sorted().joined(separator: ", "))]}"
    )
    for (index, name) in all.enumerated() {
      let targets = [target(index, all), target(index, all)]
      let isDice = lines.contains { $0.hasPrefix("\(name): {type: dice, state_key: d_") }
      if isDice, chance(2) {
        edges.append("- {from: \(name), to: \(targets[0]), condition: d_\(name) < 3}")
        if chance(3) { edges.append("- {from: \(name), to: \(target(index, all)), condition: d_\(name) == 4}") }
        edges.append("- {from: \(name), to: \(targets[1])}")
      } else if index > 1, chance(7) {
        // A join, which the other node also reports to.
        edges.append("- {from: [\(name), \(all[index - 1])], to: \(targets[0])}")
      } else if chance(3) {
        edges.append("- {from: \(name), to: [\(Set(targets).sorted().joined(separator: ", "))]}")
      } else {
        edges.append("- {from: \(name), to: \(targets[0])}")
      }
    }
  }

  private mutating func target(_ index: Int, _ all: [String]) -> String {
    if index + 1 >= all.count || chance(7) { return "END" }
    if chance(9) { return all[Int.random(in: 0...index, using: &random)] }
    return all[Int.random(in: (index + 1)..<min(index + 4, all.count), using: &random)]
  }
}
