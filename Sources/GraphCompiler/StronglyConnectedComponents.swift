/// Tarjan's algorithm with a stack of its own, so that long graphs do not overflow the program's.
enum StronglyConnectedComponents {
  /// The components, each with its nodes in ascending order; the components by their first node.
  ///
  /// - Complexity: O(nodes + edges).
  static func find(count: Int, successors: (Int) -> [Int]) -> [[Int]] {
    var order = Array(repeating: -1, count: count)
    var low = Array(repeating: 0, count: count)
    var isOpen = Array(repeating: false, count: count)
    var open: [Int] = []
    var components: [[Int]] = []
    var next = 0
    for root in 0..<count where order[root] < 0 {
      var frames: [(node: Int, targets: [Int], position: Int)] = []
      func enter(_ node: Int) {
        order[node] = next
        low[node] = next
        next += 1
        open.append(node)
        isOpen[node] = true
        frames.append((node, successors(node), 0))
      }
      enter(root)
      while var frame = frames.last {
        guard frame.position < frame.targets.count else {
          frames.removeLast()
          if let parent = frames.last?.node { low[parent] = min(low[parent], low[frame.node]) }
          guard low[frame.node] == order[frame.node] else { continue }
          var component: [Int] = []
          while let node = open.popLast() {
            isOpen[node] = false
            component.append(node)
            if node == frame.node { break }
          }
          components.append(component.sorted())
          continue
        }
        let target = frame.targets[frame.position]
        frame.position += 1
        frames[frames.count - 1] = frame
        if order[target] < 0 {
          enter(target)
        } else if isOpen[target] {
          low[frame.node] = min(low[frame.node], order[target])
        }
      }
    }
    return components.sorted { $0[0] < $1[0] }
  }
}
