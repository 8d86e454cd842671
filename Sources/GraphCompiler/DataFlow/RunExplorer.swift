internal import GraphLanguage

/// Goes through the runs that a graph may have, step by step and the shortest ones first, as the engine schedules them.
///
/// It knows which nodes are due together, joins that wait, and that a loop
/// limit is reached only by a vertex that has run. Of data it knows what keeps
/// it from making up runs: a choice is only made where nothing on the way
/// there decides it. Where two choices look at one key, or where a choice looks
/// at what some other branch would have written, the run is given up, so that
/// whatever it finds can happen. It may miss runs; it finds none that there
/// are not.
struct RunExplorer {
  /// The nodes that are due at one moment of a run, and how the run came there.
  struct Moment {
    /// The nodes that are due, in ascending order.
    let due: [Int]
    /// The sources that have reached joins which still wait, each pair as one number, in ascending order.
    fileprivate let arrivals: [Int]
    /// The nodes with a loop exit that have run, in ascending order.
    fileprivate let begun: [Int]
    fileprivate let facts: Facts
    /// The moment before, or -1.
    fileprivate let parent: Int
    /// The ways that were taken there, in the order of the nodes that were due.
    fileprivate let ways: [Int]
  }

  /// What is known of the values that choices look at.
  fileprivate struct Facts {
    /// The node that wrote a key last, by slot.
    var writers: [Int: Int] = [:]
    /// The way that was chosen by looking at a key, by slot.
    var choices: [Int: Int] = [:]
  }

  /// What becomes of a run at a moment.
  enum Verdict {
    case goOn
    /// The run fails, or there is nothing more to learn from it.
    case giveUp
    /// The search ends.
    case stop
  }

  private let net: StepNet
  private let choices: ChoiceKeys

  /// Whether choices are only made where nothing decides them; otherwise every choice may come out in each way.
  private let heedsData: Bool

  /// The moments in the order in which they were found.
  private(set) var moments: [Moment] = []

  /// How many moments may still be looked at.
  private(set) var budget: Int

  /// The most ways on from one moment that are followed.
  private static let breadth = 48

  /// Creates an explorer.
  ///
  /// - Parameter budget: The most moments that all its searches together look at.
  init(_ net: StepNet, _ choices: ChoiceKeys, budget: Int, heedsData: Bool = true) {
    self.net = net
    self.choices = choices
    self.budget = budget
    self.heedsData = heedsData
  }

  /// Takes from the budget what a preparation costs.
  mutating func spend(_ moments: Int) { budget -= moments }

  /// Searches from START on.
  ///
  /// - Parameters:
  ///   - isWorthwhile: Whether it is of use to go on with some nodes due and with joins that some of their sources have
  ///     reached.
  ///   - visit: Looks at a moment.
  ///   - end: Looks at the last moment of a run that comes to its end.
  /// - Returns: Whether every run was looked at, as far as runs were not given up.
  mutating func search(
    isWorthwhile: (_ due: [Int], _ joins: [Int]) -> Bool, visit: (_ index: Int, _ moment: Moment) -> Verdict,
    end: (_ index: Int, _ moment: Moment) -> Verdict = { _, _ in .goOn }
  ) -> Bool {
    moments = []
    var seen: Set<[Int]> = []
    var isWhole = true
    let begin = Moment(due: [net.control.start], arrivals: [], begun: [], facts: Facts(), parent: -1, ways: [])
    moments.append(begin)
    var next = 0
    while next < moments.count {
      guard budget > 0 else { return false }
      budget -= 1
      let moment = moments[next]
      switch next == 0 ? .goOn : visit(next, moment) {
      case .stop: return false
      case .giveUp: break
      case .goOn:
        let following = follow(moment, next, isWorthwhile, &seen)
        isWhole = following.isWhole && isWhole
        if following.isEnd, end(next, moment) == .stop { return false }
      }
      next += 1
    }
    return isWhole
  }

  private mutating func follow(
    _ moment: Moment, _ index: Int, _ isWorthwhile: ([Int], [Int]) -> Bool, _ seen: inout Set<[Int]>
  ) -> (isWhole: Bool, isEnd: Bool) {
    var facts = moment.facts
    for node in moment.due {
      for slot in choices.writes[node] ?? [] {
        facts.writers[slot] = node
        facts.choices[slot] = nil
      }
    }
    var isWhole = true
    var isEnd = false
    var combinations: [[Int]] = [[]]
    for vertex in moment.due {
      let ways = net.control.ways(of: vertex).filter { isPossible($0, of: vertex, moment, facts) }
      // Where nothing leads on, nothing follows; the others go on.
      guard !ways.isEmpty || net.control.ways(of: vertex).isEmpty else { return (!heedsData, false) }
      if heedsData, ways.count < net.control.ways(of: vertex).count { isWhole = false }
      guard !ways.isEmpty else { continue }
      if combinations.count * ways.count > Self.breadth {
        isWhole = false
        for place in combinations.indices { combinations[place].append(ways[place % ways.count]) }
      } else {
        combinations = combinations.flatMap { combination in ways.map { combination + [$0] } }
      }
    }
    for combination in combinations {
      guard let following = self.moment(after: moment, index, combination, facts) else {
        isWhole = false
        continue
      }
      if following.due.isEmpty {
        // Where a join still waits, the run fails.
        isEnd = isEnd || following.arrivals.isEmpty
        continue
      }
      guard
        isWorthwhile(following.due, following.arrivals.map { net.control.start + 1 + $0 / net.control.vertexCount })
      else { continue }
      if seen.insert(following.due + [-1] + following.arrivals + [-1] + following.begun).inserted {
        moments.append(following)
      }
    }
    return (isWhole, isEnd)
  }

  /// The moment after some ways; nil where two choices of one moment look at one key.
  private func moment(after moment: Moment, _ index: Int, _ ways: [Int], _ known: Facts) -> Moment? {
    let control = net.control
    var due: Set<Int> = []
    var arrivals = moment.arrivals
    var begun = moment.begun
    var facts = known
    for way in ways {
      let vertex = control.owners[way]
      if control.reasons[way] != .limit, net.hasLimits, vertex < control.nodeCount,
        control.ways(of: vertex).contains(where: { control.reasons[$0] == .limit }), !begun.contains(vertex)
      {
        begun.append(vertex)
      }
      for slot in keys(of: way) {
        if let other = facts.choices[slot], other != way, known.choices[slot] == nil { return nil }
        facts.choices[slot] = way
      }
      for target in control.targets(of: way) where target >= 0 {
        guard target > control.start else {
          due.insert(target)
          continue
        }
        let join = target - control.start - 1
        let number = join * control.vertexCount + vertex
        if !arrivals.contains(number) { arrivals.append(number) }
        let sources = net.sources(of: target).map { join * control.vertexCount + $0 }
        guard sources.allSatisfy(arrivals.contains) else { continue }
        arrivals.removeAll { $0 / control.vertexCount == join }
        for way in control.ways(of: target) {
          due.formUnion(control.targets(of: way).filter { $0 >= 0 })
        }
      }
    }
    arrivals.sort()
    begun.sort()
    return Moment(
      due: due.sorted(), arrivals: arrivals, begun: begun, facts: facts, parent: index, ways: ways)
  }

  // MARK: - Choices

  /// The slots that a way is chosen by.
  private func keys(of way: Int) -> [Int] {
    guard heedsData else { return [] }
    if net.control.reasons[way] == .route { return choices.writes[net.control.owners[way]] ?? [] }
    guard isChosen(way) else { return [] }
    return choices.keys[net.control.owners[way]]?.compactMap { $0 } ?? []
  }

  /// Whether a way is taken because of the values of conditions.
  private func isChosen(_ way: Int) -> Bool {
    switch net.control.reasons[way] {
    case .condition: true
    case .otherwise: choices.keys[net.control.owners[way]] != nil
    case .route, .limit: false
    }
  }

  /// Whether nothing that is known keeps a vertex from going this way.
  private func isPossible(_ way: Int, of vertex: Int, _ moment: Moment, _ facts: Facts) -> Bool {
    if net.control.reasons[way] == .limit { return moment.begun.contains(vertex) }
    guard heedsData, isChosen(way) else { return true }
    for slot in choices.keys[vertex] ?? [] {
      // The engine's own keys follow rules that are not known here.
      guard let slot else { return false }
      if let chosen = facts.choices[slot] {
        guard chosen == way || isSameCondition(chosen, way) else { return false }
      } else if choices.written.contains(slot) {
        guard let writer = facts.writers[slot], !choices.computing.contains(writer) else { return false }
      }
    }
    return true
  }

  private func isSameCondition(_ left: Int, _ right: Int) -> Bool {
    guard case .condition(let left) = net.control.reasons[left], case .condition(let right) = net.control.reasons[right]
    else { return false }
    return choices.texts[left] == choices.texts[right]
  }

  // MARK: - Paths

  /// The nodes through which control came from START to a node that is due at a moment, that node included.
  func path(to node: Int, at index: Int) -> [Int] {
    var path = [node]
    var index = index
    while index > 0 {
      let (vertex, moment) = cause(of: path[path.count - 1], at: index)
      guard vertex < net.control.start else { break }
      path.append(vertex)
      index = moment
    }
    return path.reversed()
  }

  /// The vertex that made a node due at a moment, and when it was due itself.
  private func cause(of node: Int, at index: Int) -> (vertex: Int, moment: Int) {
    let control = net.control
    let moment = moments[index]
    for way in moment.ways where control.targets(of: way).contains(node) { return (control.owners[way], moment.parent) }
    for way in moment.ways {
      for join in control.targets(of: way) where join > control.start && control.successors(of: join).contains(node) {
        return (control.owners[way], moment.parent)
      }
    }
    return (control.start, 0)
  }
}

/// What choices look at, as far as it tells which of them go together.
struct ChoiceKeys: Sendable {
  /// The slots that conditions of each vertex look at, of those that look at any; nil stands for keys of the engine.
  let keys: [Int: [Int?]]

  /// The slots of those keys that each node writes.
  private(set) var writes: [Int: [Int]] = [:]

  /// Those of the keys that any node writes.
  private(set) var written: Set<Int> = []

  /// The nodes that compute what they write from the state alone.
  private(set) var computing: Set<Int> = []

  /// The conditions' texts, by edge.
  private(set) var texts: [Int: String] = [:]

  init(_ uses: KeyUses) {
    keys = uses.decisionKeys
    for slot in Set(keys.values.joined().compactMap { $0 }) {
      for write in uses.writes[slot] {
        written.insert(slot)
        writes[write.node, default: []].append(slot)
        if uses.behaviours[write.node].contains(.isPure) { computing.insert(write.node) }
      }
    }
    for (index, edge) in uses.flow.edges.enumerated() { texts[index] = edge.document.condition?.text }
  }
}
