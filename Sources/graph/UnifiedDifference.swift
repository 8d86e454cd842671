/// Two texts line by line, in the form that `patch` and `git apply` read.
enum UnifiedDifference {
  /// The lines around a change that are shown.
  private static let context = 3

  private enum Line: Equatable {
    case kept(Substring)
    case removed(Substring)
    case added(Substring)

    var isKept: Bool { if case .kept = self { true } else { false } }
  }

  /// The difference, or an empty text when there is none.
  ///
  /// - Parameter path: The path of both, relative.
  static func text(_ path: String, from old: String, to new: String) -> String {
    let lines = lines(Self.split(old), Self.split(new))
    var text = ""
    var index = 0
    var (oldLine, newLine) = (1, 1)
    while let hunk = nextHunk(lines, from: index) {
      for line in lines[index..<hunk.lowerBound] where line.isKept { (oldLine, newLine) = (oldLine + 1, newLine + 1) }
      let body = lines[hunk]
      let oldCount = body.count { if case .added = $0 { false } else { true } }
      let newCount = body.count { if case .removed = $0 { false } else { true } }
      if text.isEmpty { text = "--- a/\(path)\n+++ b/\(path)\n" }
      text += "@@ -\(range(oldLine, oldCount)) +\(range(newLine, newCount)) @@\n"
      for line in body { text += printed(line) }
      (oldLine, newLine) = (oldLine + oldCount, newLine + newCount)
      index = hunk.upperBound
    }
    return text
  }

  /// The lines with their line breaks.
  private static func split(_ text: String) -> [Substring] {
    var lines: [Substring] = []
    var start = text.utf8.startIndex
    while start < text.utf8.endIndex {
      let end =
        text.utf8[start...].firstIndex(of: UInt8(ascii: "\n")).map { text.utf8.index(after: $0) }
        ?? text.utf8.endIndex
      lines.append(text[start..<end])
      start = end
    }
    return lines
  }

  private static func lines(_ old: [Substring], _ new: [Substring]) -> [Line] {
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var lines: [Line] = []
    var (oldIndex, newIndex) = (0, 0)
    while oldIndex < old.count || newIndex < new.count {
      if removed.contains(oldIndex) {
        lines.append(.removed(old[oldIndex]))
        oldIndex += 1
      } else if added.contains(newIndex) {
        lines.append(.added(new[newIndex]))
        newIndex += 1
      } else {
        lines.append(.kept(old[oldIndex]))
        (oldIndex, newIndex) = (oldIndex + 1, newIndex + 1)
      }
    }
    return lines
  }

  /// The next changes with the lines around them; changes whose surroundings meet are one.
  private static func nextHunk(_ lines: [Line], from start: Int) -> Range<Int>? {
    guard let first = lines[start...].firstIndex(where: { !$0.isKept }) else { return nil }
    var end = first
    while let next = lines[end...].prefix(2 * context + 1).firstIndex(where: { !$0.isKept }) { end = next + 1 }
    return max(start, first - context)..<min(lines.count, end + context)
  }

  private static func range(_ start: Int, _ count: Int) -> String {
    // Of nothing, the line before it is named.
    count == 1 ? "\(start)" : "\(count == 0 ? start - 1 : start),\(count)"
  }

  private static func printed(_ line: Line) -> String {
    let (sign, text) =
      switch line {
      case .kept(let text): (" ", text)
      case .removed(let text): ("-", text)
      case .added(let text): ("+", text)
      }
    return text.utf8.last == UInt8(ascii: "\n") ? "\(sign)\(text)" : "\(sign)\(text)\n\\ No newline at end of file\n"
  }
}
