extension DiagramLayout {
  /// Puts the items of each row in an order in which few arrows cross.
  mutating func orderRows() {
    let (above, below) = neighbours()
    rows = initialRows(below)
    var position = Array(repeating: 0, count: items.count)
    func number(_ rows: [[Int]]) {
      for row in rows { for (index, item) in row.enumerated() { position[item] = index } }
    }
    number(rows)
    var best = rows
    var fewest = crossings(position, below)
    for sweep in 0..<Self.sweeps(items.count) {
      guard fewest > 0 else { break }
      let isDown = sweep % 2 == 0
      for row in isDown ? Array(rows.indices) : rows.indices.reversed() {
        let neighbours = isDown ? above : below
        let centres = rows[row].map { item in
          let near = neighbours[item]
          // What is connected with nothing stays where it is.
          guard !near.isEmpty else { return Double(position[item]) }
          return Double(near.reduce(0) { $0 + position[$1] }) / Double(near.count)
        }
        let order = rows[row].indices.sorted { left, right in
          centres[left] == centres[right] ? left < right : centres[left] < centres[right]
        }
        rows[row] = order.map { rows[row][$0] }
        for (index, item) in rows[row].enumerated() { position[item] = index }
      }
      let count = crossings(position, below)
      if count < fewest {
        fewest = count
        best = rows
      }
    }
    rows = best
  }

  private static func sweeps(_ count: Int) -> Int { count > 20_000 ? 4 : 24 }

  /// Rows in the order in which a walk from START comes to their items, depth first.
  private func initialRows(_ below: [[Int]]) -> [[Int]] {
    var rows = Array(repeating: [Int](), count: (items.map(\.row).max() ?? 0) + 1)
    var isSeen = Array(repeating: false, count: items.count)
    for root in items.indices.sorted(by: { (items[$0].row, $0) < (items[$1].row, $1) }) {
      var open = [root]
      while let item = open.popLast() {
        guard !isSeen[item] else { continue }
        isSeen[item] = true
        rows[items[item].row].append(item)
        open += below[item].reversed()
      }
    }
    return rows
  }

  /// The number of pairs of links that cross.
  private func crossings(_ position: [Int], _ below: [[Int]]) -> Int {
    var count = 0
    for row in rows {
      // The lower ends in the order of the upper ones: each inversion is a crossing.
      let ends = row.flatMap { below[$0].map { position[$0] }.sorted() }
      guard let last = ends.max(), ends.count > 1 else { continue }
      var tree = Array(repeating: 0, count: last + 2)
      for (seen, end) in ends.enumerated() {
        var notRight = 0
        var index = end + 1
        while index > 0 {
          notRight += tree[index]
          index -= index & -index
        }
        count += seen - notRight
        index = end + 1
        while index < tree.count {
          tree[index] += 1
          index += index & -index
        }
      }
    }
    return count
  }

  // MARK: - Places in a row

  /// Moves items towards the middle of what they are connected with, and nowhere over each other.
  mutating func placeItems() {
    for row in rows {
      var x = 0.0
      for (index, item) in row.enumerated() {
        x += index == 0 ? 0 : distance(row[index - 1], item)
        items[item].x = x
      }
    }
    let (above, below) = neighbours()
    let sweeps = items.count > 20_000 ? 8 : items.count > 2000 ? 40 : 120
    for sweep in 0..<sweeps {
      // Down and up, and then by both sides at once.
      let isLast = sweep >= min(16, sweeps / 2)
      let isDown = sweep % 2 == 0
      for row in isDown ? Array(rows.indices) : rows.indices.reversed() {
        place(rows[row]) { item in isLast ? above[item] + below[item] : isDown ? above[item] : below[item] }
      }
    }
  }

  /// The least distance of the middles of two items that stand side by side.
  private func distance(_ left: Int, _ right: Int) -> Double {
    let gap = items[left].isPassage && items[right].isPassage ? Self.itemGap / 2 : Self.itemGap
    return items[left].right + gap + items[right].left
  }

  /// Finds the places nearest to those wanted that keep the order and the distances of a row.
  ///
  /// Least squares under such an order: neighbours that are too near become one block, which stands where its members
  /// want to be on average.
  private mutating func place(_ row: [Int], _ neighbours: (Int) -> [Int]) {
    struct Block {
      var sum: Double
      var weight: Double
      var count: Int
      var mean: Double { sum / weight }
    }
    var blocks: [Block] = []
    var offset = 0.0
    var offsets: [Double] = []
    for (index, item) in row.enumerated() {
      if index > 0 { offset += distance(row[index - 1], item) }
      offsets.append(offset)
      var sum = 0.0
      var weight = 0.0
      for other in neighbours(item) {
        // What goes through several rows goes straight down and bends once: the farther, the less a row counts.
        let isStraight = items[item].isPassage && items[other].isPassage
        let pull = isStraight ? 160 / max(2, abs(items[item].x - items[other].x)) : 1
        sum += pull * items[other].x
        weight += pull
      }
      if weight == 0 { (sum, weight) = (items[item].x * 0.01, 0.01) }
      blocks.append(Block(sum: sum - offset * weight, weight: weight, count: 1))
      while blocks.count > 1, blocks[blocks.count - 2].mean > blocks[blocks.count - 1].mean {
        let last = blocks.removeLast()
        blocks[blocks.count - 1].sum += last.sum
        blocks[blocks.count - 1].weight += last.weight
        blocks[blocks.count - 1].count += last.count
      }
    }
    var index = 0
    for block in blocks {
      for _ in 0..<block.count {
        items[row[index]].x = block.mean + offsets[index]
        index += 1
      }
    }
  }
}
