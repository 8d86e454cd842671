/// Which steps of a run come before a step in every run that has it.
///
/// Its points are the vertices of a `ControlFlow` and, after them, its ways.
struct DominatorTree {
  /// The point of the first way.
  let firstWay: Int

  /// The nearest point that every path from START to a point goes through; -1 for START and what is never reached.
  private var parents: [Int]

  /// The number of points above a point.
  private var depths: [Int]

  /// The place of a point in an order in which those below it follow it, and where those end.
  private var places: [(first: Int, last: Int)]

  /// Builds the tree.
  ///
  /// The algorithm of Cooper, Harvey and Kennedy: linear for graphs whose loops
  /// are entered in one place, and few rounds for others.
  init(_ control: ControlFlow) {
    firstWay = control.vertexCount
    let count = control.vertexCount + control.owners.count
    let order = Self.reversePostorder(control)
    var position = Array(repeating: -1, count: count)
    for (index, point) in order.enumerated() { position[point] = index }
    var before = Array(repeating: [Int](), count: count)
    for way in control.owners.indices {
      before[firstWay + way] = [control.owners[way]]
      for target in control.targets(of: way) where target >= 0 { before[target].append(firstWay + way) }
    }
    var parents = Array(repeating: -1, count: count)
    parents[control.start] = control.start
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for point in order.dropFirst() {
        var parent = -1
        for other in before[point] where parents[other] >= 0 {
          parent = parent < 0 ? other : Self.common(other, parent, parents, position)
        }
        if parents[point] != parent {
          parents[point] = parent
          hasChanged = true
        }
      }
    }
    parents[control.start] = -1
    depths = Array(repeating: 0, count: count)
    for point in order.dropFirst() { depths[point] = depths[parents[point]] + 1 }
    self.parents = parents
    places = Self.places(order, parents)
  }

  /// Whether every path to a point goes through another one, or is it; both are reached.
  func dominates(_ upper: Int, _ point: Int) -> Bool {
    places[upper].first <= places[point].first && places[point].first <= places[upper].last
  }

  /// The nearest vertex that every path to a reached one goes through; nil above START.
  func vertex(above vertex: Int) -> Int? {
    var point = parents[vertex]
    while point >= firstWay { point = parents[point] }
    return point >= 0 ? point : nil
  }

  private static func places(_ order: [Int], _ parents: [Int]) -> [(first: Int, last: Int)] {
    var sizes = Array(repeating: 1, count: parents.count)
    for point in order.dropFirst().reversed() { sizes[parents[point]] += sizes[point] }
    var places = Array(repeating: (first: -1, last: -2), count: parents.count)
    var next = Array(repeating: 0, count: parents.count)
    for point in order {
      let parent = parents[point]
      let first = parent < 0 ? 0 : next[parent]
      if parent >= 0 { next[parent] += sizes[point] }
      places[point] = (first, first + sizes[point] - 1)
      next[point] = first + 1
    }
    return places
  }

  /// The lowest point above two points, with its children on the way to each, which are -1 where it is that point.
  func fork(_ left: Int, _ right: Int) -> (point: Int, left: Int, right: Int) {
    var (left, right) = (left, right)
    var (lastLeft, lastRight) = (-1, -1)
    while left != right {
      if depths[left] >= depths[right] {
        (lastLeft, left) = (left, parents[left])
      } else {
        (lastRight, right) = (right, parents[right])
      }
    }
    return (left, lastLeft, lastRight)
  }

  private static func common(_ left: Int, _ right: Int, _ parents: [Int], _ position: [Int]) -> Int {
    var (left, right) = (left, right)
    while left != right {
      while position[left] > position[right] { left = parents[left] }
      while position[right] > position[left] { right = parents[right] }
    }
    return left
  }

  /// The points that are reached, each before those that it alone leads to.
  private static func reversePostorder(_ control: ControlFlow) -> [Int] {
    let firstWay = control.vertexCount
    var isSeen = Array(repeating: false, count: firstWay + control.owners.count)
    var order: [Int] = []
    var frames: [(point: Int, next: Int)] = [(control.start, 0)]
    isSeen[control.start] = true
    while let frame = frames.last {
      let isWay = frame.point >= firstWay
      let ways = isWay ? 0..<0 : control.ways(of: frame.point)
      let targets = isWay ? control.targets(of: frame.point - firstWay) : []
      guard frame.next < (isWay ? targets.count : ways.count) else {
        order.append(frame.point)
        frames.removeLast()
        continue
      }
      frames[frames.count - 1].next += 1
      let point =
        isWay ? targets[targets.startIndex + frame.next] : firstWay + ways[ways.startIndex + frame.next]
      guard point >= 0, !isSeen[point] else { continue }
      isSeen[point] = true
      frames.append((point, 0))
    }
    return order.reversed()
  }
}
