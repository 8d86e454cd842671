internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// The same answers give the same state, however the parallel work was timed.
@Suite(.timeLimit(.minutes(10)))
struct DeterminismTests {
  /// A random graph: nodes of all forms, fan-out, joins, conditions, loops with limits.
  private struct Plan {
    var forms: [Int] = []
    var limits: [Int?] = []
    var edges: [(from: [Int], to: [Int], above: Int?)] = []
    var maximumConcurrency = 64

    init(_ random: inout SeededGenerator) {
      let count = Int.random(in: 3...9, using: &random)
      forms = (0..<count).map { _ in .random(in: 0..<3, using: &random) }
      limits = (0..<count).map { _ in Bool.random(using: &random) ? .random(in: 1...3, using: &random) : nil }
      if Bool.random(using: &random) { maximumConcurrency = .random(in: 1...3, using: &random) }
      for node in 0..<count {
        let later = Array((node + 1)..<(count + 1)).shuffled(using: &random)
        edges.append(([node], Array(later.prefix(.random(in: 1...3, using: &random))), nil))
        if Int.random(in: 0..<4, using: &random) == 0, limits[node] != nil {
          let back = Int.random(in: 0...node, using: &random)
          edges.append(([node], [back], .random(in: 0...6, using: &random)))
        }
        if node >= 2, Int.random(in: 0..<3, using: &random) == 0 {
          let sources = Array((0..<node).shuffled(using: &random).prefix(2))
          edges.append((sources, [node], nil))
        }
      }
    }

    /// The graph; each node waits at its gate before it answers.
    func graph(_ gates: [Gate]) throws -> StateGraph {
      var builder = StateGraphBuilder("random", keys: forms.indices.map { "k\($0)" })
      builder.addKey("trace", reducer: .append, initial: [])
      builder.addKey("sum", reducer: .add, initial: 0)
      builder.maximumSteps = 60
      builder.maximumConcurrency = maximumConcurrency
      for (index, form) in forms.enumerated() {
        let gate = gates[index]
        @Sendable func update(_ state: StateView) -> StateUpdate {
          let seen = (state["sum"].int ?? 0) &* 31 &+ index
          return ["k\(index)": .int(seen), "trace": [.int(index)], "sum": .int(seen % 7)]
        }
        let body: NodeBody =
          switch form {
          case 0: .synchronous { update($0) }
          case 1:
            .plain { state, context in
              await context.stream("before")
              try await gate.wait()
              return update(state)
            }
          default:
            .streaming { state, _ in
              let pulls = Counter()
              return TokenStream {
                let number = pulls.increment()
                if number == 2 { try await gate.wait() }
                return number <= 4 ? "\(number)" : nil
              } finish: { _, _ in
                update(state)
              }
            }
          }
        var node = StateGraph.Node("n\(index)", body: body)
        node.loopLimit = limits[index]
        builder.addNode(node)
      }
      func name(_ node: Int) -> String { node == forms.count ? "END" : "n\(node)" }
      builder.addEdge(from: .start, to: ["n0", "n1"])
      for edge in edges {
        for target in edge.to {
          let from = edge.from.count == 1 ? StateGraphBuilder.Ends(stringLiteral: name(edge.from[0])) : nil
          let to = StateGraphBuilder.Ends(stringLiteral: name(target))
          if let from, let above = edge.above {
            builder.addEdge(from: from, to: to, when: "sum > \(above)") { ($0["sum"].int ?? 0) > above }
          } else if let from {
            builder.addEdge(from: from, to: to)
          } else if edge.from.count == 2 {
            builder.addEdge(from: [name(edge.from[0]), name(edge.from[1])], to: to)
          }
        }
      }
      return try builder.build()
    }
  }

  /// What must not depend on time.
  private struct Result: Equatable, CustomStringConvertible {
    var state: String
    var error: String
    var steps: Int
    var updates: [String]

    init(_ reading: Reading, nodes: Int) {
      state = reading.outcome?.stateText ?? "none"
      error = reading.error.map { "\($0)" } ?? "none"
      steps = reading.outcome?.steps ?? -1
      updates = (0..<nodes).map { node in
        reading.updates(of: "n\(node)").map { Value.object($0.object).json() }.joined(separator: " ")
      }
    }

    var description: String { "\(state) after \(steps) steps, error \(error)\n" + updates.joined(separator: "\n") }
  }

  @Test(arguments: 0..<60)
  func `State, updates and errors are the same for every order of answers`(seed: UInt64) async throws {
    var random = SeededGenerator(seed)
    let plan = Plan(&random)
    let open = plan.forms.map { _ in Gate() }
    for gate in open { gate.open() }
    let expected = Result(await Reading.all(of: try plan.graph(open).run()), nodes: plan.forms.count)
    for _ in 0..<6 {
      let gates = plan.forms.map { _ in Gate() }
      let order = gates.shuffled(using: &random)
      let pauses = order.map { _ in Int.random(in: 0...40, using: &random) }
      let run = try plan.graph(gates).run()
      async let opener: Void = {
        for (gate, pause) in zip(order, pauses) {
          for _ in 0..<pause { await Task.yield() }
          gate.open()
        }
      }()
      let result = Result(await Reading.all(of: run), nodes: plan.forms.count)
      await opener
      #expect(result == expected, "seed \(seed)")
    }
  }
}
