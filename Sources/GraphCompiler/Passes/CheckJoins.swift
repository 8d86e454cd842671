internal import GraphDiagnostics
internal import GraphLanguage

/// Finds edges that wait for nodes which never all run.
enum CheckJoins {
  /// Reports joins whose sources exclude each other, or come only after the join itself.
  static func run(_ flow: FlowGraph, isReached: [Bool], cycles: [[Int]], _ diagnostics: DiagnosticEngine) {
    guard flow.edges.contains(where: \.isJoin), !flow.hasUnknownEnds else { return }
    let onCycle = Set(cycles.joined())
    for edge in flow.edges where edge.isJoin {
      if let missing = edge.sources.first(where: { !isReached[$0] }) {
        report(edge, .joinOfUnreached(flow.name(missing)), [], flow, diagnostics)
      } else if let source = edge.sources.first(where: { comesOnlyAfter(edge, $0, flow) }) {
        report(edge, .joinAfterItself(flow.name(source), flow.names(edge.targets)), [], flow, diagnostics)
      } else if let choice = exclusiveChoice(edge, flow, onCycle) {
        report(
          edge, .joinOfAlternatives(flow.names(edge.sources)),
          [Diagnostic.Note("the choice is made after '\(flow.name(choice))'", at: choiceSpan(choice, flow))], flow,
          diagnostics)
      }
    }
  }

  private static func report(
    _ edge: FlowGraph.Edge, _ message: DiagnosticMessage, _ notes: [Diagnostic.Note], _ flow: FlowGraph,
    _ diagnostics: DiagnosticEngine
  ) {
    let first = edge.document.from.first?.span ?? edge.document.span
    let last = edge.document.from.last?.span ?? edge.document.span
    let span = SourceSpan(first.file, ByteRange(first.range.lowerBound, last.range.upperBound))
    diagnostics.report(message, at: span, notes: notes)
  }

  /// Whether every path from START to a source goes over the join itself.
  private static func comesOnlyAfter(_ join: FlowGraph.Edge, _ source: Int, _ flow: FlowGraph) -> Bool {
    var without = flow
    for node in join.sources {
      without.outgoing[node].removeAll { flow.edges[$0].document.span == join.document.span }
    }
    return !CheckReachability.reach(from: [FlowGraph.start], without)[source]
  }

  /// A node whose every way leads to some source but not to all, and that runs once only.
  private static func exclusiveChoice(_ join: FlowGraph.Edge, _ flow: FlowGraph, _ onCycle: Set<Int>) -> Int? {
    let choices = [FlowGraph.start] + flow.vertices.indices.filter { !onCycle.contains($0) }
    return choices.first { node in
      flow.makesChoice(node)
        && alternatives(of: node, flow).allSatisfy { alternative in
          let reached = CheckReachability.reach(from: [FlowGraph.start], only(alternative, of: node, flow))
          return !join.sources.allSatisfy { reached[$0] }
        }
    }
  }

  /// The ways of which one is taken, each as a list of targets.
  private static func alternatives(of node: Int, _ flow: FlowGraph) -> [[Int]] {
    if flow.routes[node] != nil {
      return Set(flow.successors(of: node)).sorted().map { [$0] }
    }
    var ways: [[Int]] = []
    var plain: [Int] = []
    for index in flow.edges(from: node) {
      if flow.edges[index].document.form == .plain {
        plain.append(contentsOf: flow.edges[index].targets)
      } else {
        ways.append(flow.edges[index].targets)
      }
    }
    if !plain.isEmpty { ways.append(plain) }
    return ways
  }

  /// The graph in which a node has only one of its ways.
  private static func only(_ alternative: [Int], of node: Int, _ flow: FlowGraph) -> FlowGraph {
    var one = flow
    func reduce(_ indices: [Int]) -> [Int] {
      var kept: [Int] = []
      for index in indices {
        let targets = flow.edges[index].targets.filter(alternative.contains)
        guard !targets.isEmpty else { continue }
        kept.append(one.edges.count)
        one.edges.append(
          FlowGraph.Edge(document: flow.edges[index].document, sources: flow.edges[index].sources, targets: targets))
      }
      return kept
    }
    if node == FlowGraph.start {
      one.entries = reduce(flow.entries)
    } else {
      one.outgoing[node] = reduce(flow.outgoing[node])
      if let target = flow.defaultRoutes[node], !alternative.contains(target) { one.defaultRoutes[node] = nil }
    }
    return one
  }

  private static func choiceSpan(_ node: Int, _ flow: FlowGraph) -> SourceSpan? {
    let indices = flow.edges(from: node)
    let choice = indices.first { flow.edges[$0].document.form != .plain }
    return choice.map { flow.edges[$0].document.span }
  }
}

extension DiagnosticMessage {
  fileprivate static func joinOfUnreached(_ name: String) -> Self {
    Self("GR0305", "the edge waits for '\(name)', which is never reached, and so is never followed")
  }

  fileprivate static func joinAfterItself(_ source: String, _ targets: String) -> Self {
    Self("GR0305", "the edge waits for '\(source)', which runs only after \(targets), and so is never followed")
  }

  fileprivate static func joinOfAlternatives(_ names: String) -> Self {
    Self("GR0305", "the edge waits for \(names), of which only some are ever run, and so is never followed")
  }
}
