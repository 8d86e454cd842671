/// The ways of control with what the analyses of data flow ask of them again and again.
struct StepNet: Sendable {
  let control: ControlFlow

  /// The vertices that are reached, each before those that it alone leads to.
  let order: [Int]

  /// Whether a vertex is reached.
  let isReached: [Bool]

  /// Whether there is never more than one node due, because no way leads to two.
  let isSequential: Bool

  /// Whether a loop limit leads anywhere else than over plain edges.
  let hasLimits: Bool

  private let sourcesOfJoins: [[Int]]

  private let predecessors: Predecessors

  /// The cycle that a vertex is on, or -1.
  private var cycles: [Int] = []

  init(_ control: ControlFlow) {
    self.control = control
    predecessors = Predecessors(control)
    order = control.reversePostorder()
    var isReached = Array(repeating: false, count: control.vertexCount)
    for vertex in order { isReached[vertex] = true }
    self.isReached = isReached
    var sources = Array(repeating: [Int](), count: control.vertexCount - control.start - 1)
    var isSequential = true
    var hasLimits = false
    for vertex in order {
      for way in control.ways(of: vertex) {
        let targets = control.targets(of: way)
        if targets.count > 1 { isSequential = false }
        if control.reasons[way] == .limit { hasLimits = true }
        for target in targets where target > control.start {
          let join = target - control.start - 1
          if sources[join].last != vertex { sources[join].append(vertex) }
        }
      }
    }
    sourcesOfJoins = sources
    self.isSequential = isSequential
    self.hasLimits = hasLimits
    guard hasLimits else { return }
    cycles = Array(repeating: -1, count: control.vertexCount)
    for (index, cycle) in control.cycles().enumerated() {
      for vertex in cycle { cycles[vertex] = index }
    }
  }

  /// The reached nodes that a join waits for.
  func sources(of join: Int) -> [Int] { sourcesOfJoins[join - control.start - 1] }

  /// Whether two vertices are on one cycle.
  func isInOneCycle(_ left: Int, _ right: Int) -> Bool {
    !cycles.isEmpty && cycles[left] >= 0 && cycles[left] == cycles[right]
  }

  /// Some vertices and those that lead to them within so many steps, without joins between.
  func upstream(of ends: [Int], steps: Int) -> [Int] {
    var seen = Set(ends)
    var found = ends
    var first = 0
    for _ in 0..<steps {
      let last = found.count
      for place in first..<last {
        for other in predecessors.of(found[place]) where other < control.nodeCount && seen.insert(other).inserted {
          found.append(other)
        }
      }
      first = last
    }
    return found
  }

  /// The vertices that lead to some, with repetitions.
  func verticesBefore(_ vertices: [Int]) -> [Int] { vertices.flatMap { predecessors.of($0) } }

  /// Marks what control comes to from some vertices, as far as it goes on to some others; the first ones are marked where
  /// they do themselves.
  func downstream(of starts: [Int], towards ends: [Int]) -> [Bool] {
    let isLeading = leading(to: ends, around: { _ in false })
    var isTouched = Array(repeating: false, count: control.vertexCount)
    var open: [Int] = []
    for start in starts where isLeading[start] && !isTouched[start] {
      isTouched[start] = true
      open.append(start)
    }
    while let vertex = open.popLast() {
      for target in control.successors(of: vertex) where target >= 0 && isLeading[target] && !isTouched[target] {
        isTouched[target] = true
        open.append(target)
      }
    }
    return isTouched
  }

  /// The vertices that a walk against the direction of control comes to from some, without going on through others.
  func leading(to ends: some Sequence<Int>, around isBarred: (Int) -> Bool) -> [Bool] {
    var isLeading = Array(repeating: false, count: control.vertexCount)
    var open: [Int] = []
    for end in ends where !isLeading[end] {
      isLeading[end] = true
      open.append(end)
    }
    while let vertex = open.popLast() {
      for other in predecessors.of(vertex) where !isLeading[other] && !isBarred(other) {
        isLeading[other] = true
        open.append(other)
      }
    }
    return isLeading
  }

  /// The vertices that lead to each one, in flat arrays.
  private struct Predecessors {
    private var starts: [Int]
    private var vertices: [Int]

    init(_ control: ControlFlow) {
      starts = Array(repeating: 0, count: control.vertexCount + 1)
      for vertex in 0..<control.vertexCount {
        for target in control.successors(of: vertex) where target >= 0 { starts[target + 1] += 1 }
      }
      for index in 1..<starts.count { starts[index] += starts[index - 1] }
      vertices = Array(repeating: 0, count: starts[starts.count - 1])
      var next = starts
      for vertex in 0..<control.vertexCount {
        for target in control.successors(of: vertex) where target >= 0 {
          vertices[next[target]] = vertex
          next[target] += 1
        }
      }
    }

    func of(_ vertex: Int) -> ArraySlice<Int> { vertices[starts[vertex]..<starts[vertex + 1]] }
  }
}
