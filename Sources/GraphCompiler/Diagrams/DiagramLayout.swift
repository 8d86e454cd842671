/// Where the boxes and arrows of a diagram stand: in rows, from START down to END.
///
/// Arrows that lead back are turned round for the time being, so that each box
/// gets a row below all those that lead to it. Rows are put in an order with
/// few crossings, and then boxes move to the middle of what they are connected
/// with. Whatever goes through a row has a place of its own there, so that no
/// arrow crosses a box.
package struct DiagramLayout {
  /// What takes up room: a box of the diagram, a label, or an arrow on its way through a row.
  package struct Item {
    /// The room to both sides of its middle.
    package var left: Double
    package var right: Double
    package var height: Double
    package var row = 0
    package var x = 0.0
    /// The upper edge.
    package var y = 0.0
    /// Whether it is an arrow on its way, with a label or without.
    package var isPassage = false
  }

  /// An arrow with all that it goes through.
  package struct Path {
    /// The items from the upper end to the lower one.
    package var items: [Int]
    /// The item with the label, or nil.
    package var label: Int?
    /// Whether the arrow goes up.
    package var isReversed: Bool
  }

  /// The boxes in the order of the diagram, then the others.
  package internal(set) var items: [Item]

  /// The arrows in the order of the diagram; one that leads to its own box has no items.
  package internal(set) var paths: [Path] = []

  /// The items of each row from left to right.
  var rows: [[Int]] = []

  package private(set) var width = 0.0
  package private(set) var height = 0.0

  /// The room around everything, between rows, and between items of a row.
  package static let margin = 20.0
  static let rowGap = 26.0
  static let itemGap = 24.0

  /// The most items that arrows may need on their way; a diagram with more cannot be read anyway.
  package static let maximumPassages = 100_000

  /// Lays a diagram out; nil when arrows go through more rows than anybody could follow.
  ///
  /// - Parameters:
  ///   - sizes: The room of each box to both sides of its middle, and its height.
  ///   - labels: The width and height of each arrow's label, or nil.
  package init?(
    _ diagram: GraphDiagram, sizes: [(left: Double, right: Double, height: Double)],
    labels: [(width: Double, height: Double)?]
  ) {
    items = sizes.map { Item(left: $0.left, right: $0.right, height: $0.height) }
    let links = diagram.arrows.map { (source: $0.source, target: $0.target) }
    let isReversed = Self.reversed(links, count: items.count)
    assignRows(links, isReversed, labels.map { $0 != nil }, end: items.count - 1)
    guard addPassages(links, isReversed, labels) else { return nil }
    orderRows()
    placeItems()
    finish()
  }

  // MARK: - Rows

  /// Which links lead back on the way from START, depth first.
  private static func reversed(_ links: [(source: Int, target: Int)], count: Int) -> [Bool] {
    var outgoing = Array(repeating: [Int](), count: count)
    for (index, link) in links.enumerated() where link.source != link.target { outgoing[link.source].append(index) }
    var isReversed = Array(repeating: false, count: links.count)
    var isOpen = Array(repeating: false, count: count)
    var isSeen = Array(repeating: false, count: count)
    var stack: [(box: Int, next: Int)] = []
    for root in 0..<count where !isSeen[root] {
      stack.append((root, 0))
      isSeen[root] = true
      isOpen[root] = true
      while let top = stack.last {
        guard top.next < outgoing[top.box].count else {
          isOpen[top.box] = false
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let link = outgoing[top.box][top.next]
        let target = links[link].target
        if isOpen[target] {
          isReversed[link] = true
        } else if !isSeen[target] {
          isSeen[target] = true
          isOpen[target] = true
          stack.append((target, 0))
        }
      }
    }
    return isReversed
  }

  /// Puts each box below all those that lead to it, and END into the last row; labels get a row between.
  private mutating func assignRows(
    _ links: [(source: Int, target: Int)], _ isReversed: [Bool], _ hasLabel: [Bool], end: Int
  ) {
    var below = Array(repeating: [(box: Int, distance: Int)](), count: items.count)
    var waiting = Array(repeating: 0, count: items.count)
    for (index, link) in links.enumerated() where link.source != link.target {
      let (upper, lower) = isReversed[index] ? (link.target, link.source) : (link.source, link.target)
      below[upper].append((lower, hasLabel[index] ? 2 : 1))
      waiting[lower] += 1
    }
    var ready = items.indices.filter { waiting[$0] == 0 }
    var position = 0
    while position < ready.count {
      let box = ready[position]
      position += 1
      for (lower, distance) in below[box] {
        items[lower].row = max(items[lower].row, items[box].row + distance)
        waiting[lower] -= 1
        if waiting[lower] == 0 { ready.append(lower) }
      }
    }
    items[end].row = max(items[end].row, (items.dropLast().map(\.row).max() ?? 0) + 1)
  }

  /// Makes an item for each row that an arrow goes through; its label is in the row next to its source.
  private mutating func addPassages(
    _ links: [(source: Int, target: Int)], _ isReversed: [Bool], _ labels: [(width: Double, height: Double)?]
  ) -> Bool {
    let boxCount = items.count
    for (index, link) in links.enumerated() {
      guard link.source != link.target else {
        paths.append(Path(items: [], label: nil, isReversed: false))
        continue
      }
      let (upper, lower) = isReversed[index] ? (link.target, link.source) : (link.source, link.target)
      var path = Path(items: [upper], label: nil, isReversed: isReversed[index])
      let between = (items[upper].row + 1)..<max(items[upper].row + 1, items[lower].row)
      guard items.count - boxCount + between.count <= Self.maximumPassages else { return false }
      for row in between {
        var item = Item(left: 4, right: 4, height: 0, row: row, isPassage: true)
        if let label = labels[index], row == (isReversed[index] ? between.upperBound - 1 : between.lowerBound) {
          item.left = label.width / 2
          item.right = label.width / 2
          item.height = label.height
          path.label = items.count
        }
        path.items.append(items.count)
        items.append(item)
      }
      path.items.append(lower)
      paths.append(path)
    }
    return true
  }

  // MARK: - Places

  /// The heights of rows, and everything moved to where the margin ends.
  private mutating func finish() {
    var top = Self.margin
    for row in rows {
      let height = row.map { items[$0].height }.max() ?? 0
      for index in row { items[index].y = top + (height - items[index].height) / 2 }
      top += height + Self.rowGap
    }
    height = top - Self.rowGap + Self.margin
    let left = items.map { $0.x - $0.left }.min() ?? 0
    for index in items.indices { items[index].x += Self.margin - left }
    width = (items.map { $0.x + $0.right }.max() ?? 0) + Self.margin
  }

  /// The neighbours of each item in the rows above and below.
  func neighbours() -> (above: [[Int]], below: [[Int]]) {
    var above = Array(repeating: [Int](), count: items.count)
    var below = Array(repeating: [Int](), count: items.count)
    for path in paths {
      for (upper, lower) in zip(path.items, path.items.dropFirst()) {
        below[upper].append(lower)
        above[lower].append(upper)
      }
    }
    return (above, below)
  }
}
