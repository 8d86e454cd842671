/// Tarjan's algorithm with a stack of its own, so that long graphs do not overflow the program's.
enum StronglyConnectedComponents {
  /// The components, each with its vertices in ascending order; the components by their first vertex.
  ///
  /// - Parameters:
  ///   - count: The number of vertices.
  ///   - successors: The vertices that one leads to; negative ones are left out.
  /// - Complexity: O(vertices + edges), but for sorting.
  static func find(count: Int, successors: (Int) -> ArraySlice<Int>) -> [[Int]] {
    var order = Array(repeating: -1, count: count)
    var low = Array(repeating: 0, count: count)
    var isOpen = Array(repeating: false, count: count)
    var open: [Int] = []
    var components: [[Int]] = []
    var next = 0
    var frames: [(vertex: Int, rest: ArraySlice<Int>)] = []
    for root in 0..<count where order[root] < 0 {
      func enter(_ vertex: Int) {
        order[vertex] = next
        low[vertex] = next
        next += 1
        open.append(vertex)
        isOpen[vertex] = true
        frames.append((vertex, successors(vertex)))
      }
      enter(root)
      while let vertex = frames.last?.vertex {
        if let target = frames[frames.count - 1].rest.popFirst() {
          guard target >= 0 else { continue }
          if order[target] < 0 {
            enter(target)
          } else if isOpen[target] {
            low[vertex] = min(low[vertex], order[target])
          }
          continue
        }
        frames.removeLast()
        if let parent = frames.last?.vertex { low[parent] = min(low[parent], low[vertex]) }
        guard low[vertex] == order[vertex] else { continue }
        var component: [Int] = []
        while let member = open.popLast() {
          isOpen[member] = false
          component.append(member)
          if member == vertex { break }
        }
        components.append(component.count > 1 ? component.sorted() : component)
      }
    }
    return components.sorted { $0[0] < $1[0] }
  }
}
