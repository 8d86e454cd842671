/// Finds the name that somebody probably meant.
public enum Suggestion {
  /// The candidate nearest to a misspelled name, or nil when none is near.
  ///
  /// Near means a Damerau–Levenshtein distance of at most a third of the
  /// name's length (at least 1), compared without regard to case, `_` or `-`,
  /// and below the length of the longer name, so that something is common to both.
  /// Of equally near candidates the first wins.
  public static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = normalised(name)
    guard !wanted.isEmpty else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      let other = normalised(candidate)
      let longest = max(wanted.count, other.count)
      let limit = min(max(1, longest / 3), longest - 1)
      guard abs(wanted.count - other.count) <= limit else { continue }
      let distance = editDistance(wanted, other)
      if distance <= limit && distance < (best?.distance ?? .max) { best = (candidate, distance) }
    }
    return best?.name
  }

  /// The least number of insertions, deletions, replacements and swaps of neighbours between two names.
  ///
  /// - Complexity: O(product of the lengths).
  public static func editDistance(_ left: String, _ right: String) -> Int {
    editDistance(Array(left.unicodeScalars), Array(right.unicodeScalars))
  }

  private static func normalised(_ name: String) -> [Unicode.Scalar] {
    name.lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" && $0 != " " }
  }

  private static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    if left.isEmpty { return right.count }
    if right.isEmpty { return left.count }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, scalar) in left.enumerated() {
      var current = [row + 1]
      current.reserveCapacity(right.count + 1)
      for (column, other) in right.enumerated() {
        var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (scalar == other ? 0 : 1))
        if row > 0 && column > 0 && scalar == right[column - 1] && left[row - 1] == other {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
