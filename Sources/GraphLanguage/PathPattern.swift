/// A path in which `*` stands for any characters of a name, `?` for one, and `**` for any folders.
///
/// ```swift
/// let pattern = PathPattern("notes/**/*.md")
/// print(pattern.folder, pattern.matches("notes/2026/tides.md"))
/// ```
public struct PathPattern: Sendable, Hashable {
  /// The folders before the first name with a wildcard; empty where there are none.
  public let folder: String

  /// How many names deep below `folder` matches can be.
  public let depth: Int

  private let parts: [[Character]]

  /// Whether a path has wildcards.
  public static func isPattern(_ path: String) -> Bool { path.contains { $0 == "*" || $0 == "?" } }

  /// Creates a pattern; a path without wildcards matches itself.
  public init(_ pattern: String) {
    let parts = pattern.split(separator: "/").filter { $0 != "." }.map { Array($0) }
    let plain = parts.prefix { !$0.contains("*") && !$0.contains("?") }
    folder = (pattern.hasPrefix("/") ? "/" : "") + plain.map { String($0) }.joined(separator: "/")
    let rest = parts.dropFirst(plain.count)
    depth = rest.contains(["*", "*"]) ? 64 : max(1, rest.count)
    self.parts = parts
  }

  /// Whether a path matches, name by name.
  ///
  /// - Complexity: O(names of the path × parts of the pattern), and for each pair O(product of their lengths).
  public func matches(_ path: String) -> Bool {
    let names = path.split(separator: "/").filter { $0 != "." }.map { Array($0) }
    // Which numbers of names the parts so far can stand for.
    var reachable = [Bool](repeating: false, count: names.count + 1)
    reachable[0] = true
    for part in parts {
      var next = [Bool](repeating: false, count: names.count + 1)
      if part == ["*", "*"] {
        for count in names.indices.map({ $0 }) + [names.count] {
          next[count] = reachable[count] || (count > 0 && next[count - 1])
        }
      } else {
        for (count, name) in names.enumerated() where reachable[count] && Self.matches(name, part) {
          next[count + 1] = true
        }
      }
      reachable = next
    }
    return reachable[names.count]
  }

  private static func matches(_ name: [Character], _ part: [Character]) -> Bool {
    var (position, index) = (0, 0)
    var star: (index: Int, position: Int)?
    while position < name.count {
      if index < part.count, part[index] == "*" {
        star = (index, position)
        index += 1
      } else if index < part.count, part[index] == "?" || part[index] == name[position] {
        index += 1
        position += 1
      } else if let last = star {
        // The last star takes one character more; earlier ones need not change.
        star = (last.index, last.position + 1)
        (index, position) = (last.index + 1, last.position + 1)
      } else {
        return false
      }
    }
    return part[index...].allSatisfy { $0 == "*" }
  }
}
