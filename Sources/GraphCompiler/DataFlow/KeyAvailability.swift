/// Which of up to 64 keys have been written when a vertex is reached, on all and on some ways there.
///
/// A key is one bit, so that one word a vertex holds what is known of all of
/// them. What is certain is the greatest solution of equations over the ways of
/// control, what is possible the least one. Nodes run side by side: what the
/// branches of a fan-out certainly write within so many steps is certain, after
/// as many steps, in the other branches too. A join has what any of its sources
/// has.
struct KeyAvailability {
  /// What the nodes write, a word each; joins and START write nothing.
  struct Writes {
    var certain: [UInt64]
    var possible: [UInt64]
    /// The keys that have a value before the run.
    var initial: UInt64 = 0

    /// Nothing is written by so many vertices.
    init(count: Int) {
      certain = Array(repeating: 0, count: count)
      possible = Array(repeating: 0, count: count)
    }
  }

  /// The keys that have certainly been written when a vertex is reached; all of them where it never is.
  private(set) var certain: [UInt64]

  /// The keys that have certainly been written at the end of every run that completes.
  private(set) var certainAtEnd = UInt64.max

  /// How many steps ahead it is known what the branches of a fan-out write.
  private static let horizon = 6

  private let net: StepNet
  private let writes: Writes

  /// The vertices that are looked at, in the order of control.
  private let order: [Int]

  /// The number of steps that are looked ahead here.
  private let levels: Int

  /// What has certainly been written so many steps after a vertex is due, whatever it does itself: by vertex, then steps.
  private var later: [UInt64]

  /// What a vertex and what it leads to have certainly written so many steps after it is due.
  private var own: [UInt64] = []

  /// What has certainly been written when a vertex is due once more, at its loop limit.
  private var atLimit: [UInt64] = []

  private var hasChanged = false

  /// Solves the equations of what is certain.
  ///
  /// - Parameter readers: The vertices of which something will be asked; nil for all of them, and for the end.
  /// - Complexity: O(rounds × (vertices + edges) between the writers and the readers); the rounds are few: one more than
  ///   loops stand inside each other.
  init(_ net: StepNet, _ writes: Writes, readers: [Int]? = nil) {
    self.net = net
    self.writes = writes
    levels = net.isSequential ? 0 : Self.horizon
    let width = levels + 1
    let writers = writes.certain.indices.filter { writes.certain[$0] != 0 }
    let near = levels > 0 ? net.upstream(of: writers, steps: levels) : writers
    if let readers {
      let isTouched = net.downstream(of: writers + net.verticesBefore(near), towards: readers)
      order = net.order.filter { vertex in
        isTouched[vertex] || net.control.successors(of: vertex).contains { $0 >= 0 && isTouched[$0] }
      }
      // Where no writer was yet, there is what was there before the run.
      later = Array(repeating: writes.initial, count: net.control.vertexCount * width)
      for vertex in order where isTouched[vertex] {
        for steps in 0...levels { later[vertex * width + steps] = .max }
      }
    } else {
      order = net.order
      later = Array(repeating: .max, count: net.control.vertexCount * width)
    }
    certain = []
    if levels > 0 { lookAhead(near) }
    findCertain()
    certain = (0..<net.control.vertexCount).map { later[$0 * width] }
  }

  // MARK: - Certain

  private mutating func lookAhead(_ near: [Int]) {
    let control = net.control
    let width = levels + 1
    own = Array(repeating: 0, count: control.vertexCount * width)
    for steps in 1...levels {
      for vertex in near where vertex < control.nodeCount {
        var certain: UInt64?
        for way in control.ways(of: vertex) {
          let reached = control.targets(of: way).reduce(0) { $1 < 0 ? $0 : $0 | own[$1 * width + steps - 1] }
          certain = certain.map { $0 & reached } ?? reached
        }
        own[vertex * width + steps] = writes.certain[vertex] | (certain ?? 0)
      }
    }
  }

  private mutating func findCertain() {
    let control = net.control
    let width = levels + 1
    atLimit = net.isSequential && net.hasLimits ? later : []
    for steps in 0...levels { later[control.start * width + steps] = writes.initial }
    repeat {
      hasChanged = false
      for vertex in order {
        if vertex > control.start { meetSources(of: vertex) }
        for way in control.ways(of: vertex) { pass(way, from: vertex) }
        if vertex < control.nodeCount, control.ways(of: vertex).isEmpty { end(after(vertex, levels, nil)) }
      }
    } while hasChanged
  }

  /// What has been written so many steps after a vertex has ended.
  private func after(_ vertex: Int, _ steps: Int, _ reason: ControlFlow.Reason?) -> UInt64 {
    let known =
      reason == .limit && !atLimit.isEmpty
      ? atLimit[vertex]
      : later[vertex * (levels + 1) + (vertex < net.control.nodeCount ? min(steps + 1, levels) : steps)]
    return known | writes.certain[vertex]
  }

  private mutating func meetSources(of join: Int) {
    let width = levels + 1
    for steps in 0...levels {
      var reached: UInt64 = 0
      for source in net.sources(of: join) {
        var certain = UInt64.max
        for way in net.control.ways(of: source) where net.control.targets(of: way).contains(join) {
          certain &= after(source, steps, net.control.reasons[way])
        }
        reached |= certain
      }
      meet(join * width + steps, reached)
    }
  }

  private mutating func meet(_ place: Int, _ value: UInt64) {
    let met = later[place] & value
    guard met != later[place] else { return }
    later[place] = met
    hasChanged = true
  }

  private mutating func end(_ value: UInt64) { certainAtEnd &= value }

  private mutating func pass(_ way: Int, from vertex: Int) {
    let control = net.control
    let targets = control.targets(of: way)
    let reason = control.reasons[way]
    let width = levels + 1
    for (place, target) in targets.enumerated() {
      guard target >= 0 else {
        end(after(vertex, levels, reason) | beside(place, targets, levels))
        continue
      }
      // Joins look at all of their sources together.
      guard target <= control.start else { continue }
      for steps in 0...levels {
        meet(target * width + steps, after(vertex, steps, reason) | beside(place, targets, steps))
      }
      if !atLimit.isEmpty, net.isInOneCycle(vertex, target) {
        let met = atLimit[target] & after(vertex, 0, reason)
        if met != atLimit[target] {
          atLimit[target] = met
          hasChanged = true
        }
      }
    }
  }

  /// What the other targets of a way have certainly written so many steps later.
  private func beside(_ place: Int, _ targets: ArraySlice<Int>, _ steps: Int) -> UInt64 {
    guard targets.count > 1, steps > 0 else { return 0 }
    var certain: UInt64 = 0
    for (other, target) in targets.enumerated() where other != place && target >= 0 {
      certain |= own[target * (levels + 1) + steps]
    }
    return certain
  }

  // MARK: - Possible

  /// The keys that may have been written when each vertex is reached.
  static func possible(_ net: StepNet, _ writes: Writes) -> [UInt64] {
    let control = net.control
    let ahead = net.isSequential ? [] : reachable(net, writes.possible)
    var possible = Array(repeating: UInt64(0), count: control.vertexCount)
    possible[control.start] = writes.initial
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for vertex in net.order {
        let written = possible[vertex] | (vertex < control.nodeCount ? writes.possible[vertex] : 0)
        for way in control.ways(of: vertex) {
          let targets = control.targets(of: way)
          for (place, target) in targets.enumerated() where target >= 0 {
            var value = written
            if targets.count > 1 {
              for (other, sibling) in targets.enumerated() where other != place && sibling >= 0 {
                value |= ahead[sibling]
              }
            }
            guard possible[target] | value != possible[target] else { continue }
            possible[target] |= value
            hasChanged = true
          }
        }
      }
    }
    return possible
  }

  /// The bits of a vertex and of all that it leads to.
  static func reachable(_ net: StepNet, _ bits: [UInt64]) -> [UInt64] {
    let control = net.control
    var ahead = bits
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for vertex in net.order.reversed() {
        var value = ahead[vertex]
        for target in control.successors(of: vertex) where target >= 0 { value |= ahead[target] }
        if value != ahead[vertex] {
          ahead[vertex] = value
          hasChanged = true
        }
      }
    }
    return ahead
  }
}
