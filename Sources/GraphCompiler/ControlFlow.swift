internal import GraphLanguage

/// The ways that control may take, in flat arrays.
///
/// A *vertex* is a node, START, or a join. When a vertex has ended, control
/// takes exactly one of its *ways*, and goes to all targets of that way. A way
/// may have END among its targets. A join is one vertex between its sources and
/// its targets.
struct ControlFlow {
  /// The number of nodes, whose vertices are `0..<nodeCount`.
  let nodeCount: Int

  /// The vertex of START.
  var start: Int { nodeCount }

  /// The number of vertices; those after START are joins.
  let vertexCount: Int

  /// The edges that are joins, by vertex.
  private(set) var joinEdges: [Int] = []

  /// The target that is END.
  static let end = FlowGraph.end

  /// Where the ways of each vertex begin; one more at the end.
  private var wayStarts: [Int] = [0]

  /// Where the targets of each way begin; one more at the end.
  private var targetStarts: [Int] = [0]

  /// The targets of all ways.
  private var targets: [Int] = []

  /// The vertex of each way.
  private(set) var owners: [Int] = []

  /// Why a way is taken.
  enum Reason: Hashable, Sendable {
    /// There is nothing else, or none of the conditions holds.
    case otherwise
    /// The condition of an edge holds.
    case condition(edge: Int)
    /// A router chose it.
    case route
    /// The vertex has reached its loop limit, and so has been left over another way before.
    case limit
  }

  /// Why each way is taken.
  private(set) var reasons: [Reason] = []

  /// Lays out the ways of a graph.
  ///
  /// - Complexity: O(nodes + edges).
  init(_ flow: FlowGraph) {
    nodeCount = flow.vertices.count
    var vertexOfJoin: [Int: Int] = [:]
    for index in flow.edges.indices where flow.edges[index].isJoin {
      vertexOfJoin[index] = nodeCount + 1 + joinEdges.count
      joinEdges.append(index)
    }
    vertexCount = nodeCount + 1 + joinEdges.count
    targets.reserveCapacity(flow.edges.count + joinEdges.count)
    for node in 0..<nodeCount {
      addWays(of: node, flow, vertexOfJoin)
      wayStarts.append(owners.count)
    }
    addWays(of: FlowGraph.start, flow, vertexOfJoin)
    wayStarts.append(owners.count)
    for edge in joinEdges {
      targets.append(contentsOf: flow.edges[edge].targets)
      endWay(.otherwise)
      wayStarts.append(owners.count)
    }
  }

  private mutating func endWay(_ reason: Reason) {
    owners.append(wayStarts.count - 1)
    reasons.append(reason)
    targetStarts.append(targets.count)
  }

  private mutating func addWays(of node: Int, _ flow: FlowGraph, _ vertexOfJoin: [Int: Int]) {
    if let routerTargets = flow.routerTargets[node] {
      for target in routerTargets {
        targets.append(target)
        endWay(.route)
      }
    } else {
      addEdges(of: node, flow, vertexOfJoin)
    }
    if let exit = flow.loopExits[node] {
      targets.append(exit)
      endWay(.limit)
    } else if flow.loopLimits[node] != nil, !flow.outgoing[node].isEmpty,
      !flow.outgoing[node].contains(where: { flow.edges[$0].document.form == .plain })
    {
      targets.append(Self.end)
      endWay(.limit)
    }
  }

  /// Adds a way for each choice, and one for all plain edges together.
  private mutating func addEdges(of node: Int, _ flow: FlowGraph, _ vertexOfJoin: [Int: Int]) {
    var hasPlain = false
    let indices = flow.edges(from: node)
    for index in indices {
      guard flow.edges[index].document.form != .plain else {
        hasPlain = true
        continue
      }
      targets.append(contentsOf: flow.edges[index].targets)
      endWay(.condition(edge: index))
    }
    guard hasPlain else { return }
    for index in indices where flow.edges[index].document.form == .plain {
      if let join = vertexOfJoin[index] {
        targets.append(join)
      } else {
        targets.append(contentsOf: flow.edges[index].targets)
      }
    }
    endWay(.otherwise)
  }

  /// The ways of a vertex.
  func ways(of vertex: Int) -> Range<Int> { wayStarts[vertex]..<wayStarts[vertex + 1] }

  /// The targets of a way.
  func targets(of way: Int) -> ArraySlice<Int> { targets[targetStarts[way]..<targetStarts[way + 1]] }

  /// The targets of all ways of a vertex.
  func successors(of vertex: Int) -> ArraySlice<Int> {
    targets[targetStarts[wayStarts[vertex]]..<targetStarts[wayStarts[vertex + 1]]]
  }

  /// The ways that lead to each vertex.
  func waysBefore() -> [[Int]] {
    var before = Array(repeating: [Int](), count: vertexCount)
    for way in owners.indices {
      for target in targets(of: way) where target >= 0 { before[target].append(way) }
    }
    return before
  }

  /// Marks all vertices that can be reached from some, which count as reached themselves.
  func reach(from starts: some Sequence<Int>) -> [Bool] {
    var isReached = Array(repeating: false, count: vertexCount)
    for start in starts { _ = reach(from: start, marking: &isReached) }
    return isReached
  }

  /// Marks what can be reached from a vertex and is not marked yet.
  ///
  /// - Returns: The vertices that were marked.
  func reach(from start: Int, marking isReached: inout [Bool]) -> [Int] {
    guard !isReached[start] else { return [] }
    isReached[start] = true
    var marked = [start]
    var next = 0
    while next < marked.count {
      for target in successors(of: marked[next]) where target >= 0 && !isReached[target] {
        isReached[target] = true
        marked.append(target)
      }
      next += 1
    }
    return marked
  }

  /// Marks the vertices that lead to one, which counts as one of them itself.
  ///
  /// - Complexity: O(vertices + edges).
  func origins(of vertex: Int) -> [Bool] {
    let before = waysBefore()
    var isOrigin = Array(repeating: false, count: vertexCount)
    var due = [vertex]
    while let next = due.popLast() {
      guard !isOrigin[next] else { continue }
      isOrigin[next] = true
      due += before[next].map { owners[$0] }
    }
    return isOrigin
  }

  /// The vertices that are reached, each before those that it alone leads to.
  ///
  /// - Complexity: O(vertices + edges).
  func reversePostorder() -> [Int] {
    var isSeen = Array(repeating: false, count: vertexCount)
    var order: [Int] = []
    var frames: [(vertex: Int, rest: ArraySlice<Int>)] = [(start, successors(of: start))]
    isSeen[start] = true
    while let vertex = frames.last?.vertex {
      guard let target = frames[frames.count - 1].rest.popFirst() else {
        order.append(vertex)
        frames.removeLast()
        continue
      }
      guard target >= 0, !isSeen[target] else { continue }
      isSeen[target] = true
      frames.append((target, successors(of: target)))
    }
    return order.reversed()
  }

  /// The nodes on a cycle, by strongly connected component; components without a cycle are left out.
  func cycles() -> [[Int]] {
    let components = StronglyConnectedComponents.find(count: vertexCount) { successors(of: $0) }
    return components.compactMap { component in
      guard component.count > 1 || successors(of: component[0]).contains(component[0]) else { return nil }
      return component.filter { $0 < nodeCount }
    }
  }
}
