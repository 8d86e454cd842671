/// The parts of a Markdown document between its headings.
///
/// Headings inside fenced code are none. A section that is nothing but its heading is left out when deeper ones follow,
/// because it stands in front of theirs.
enum MarkdownSections {
  struct Section {
    /// The headings down to this one, joined with ` > `.
    let heading: String
    let start: String.Index
    let end: String.Index
  }

  static func split(_ text: String, under root: String) -> [Section] {
    var sections: [Section] = []
    var path: [(level: Int, title: String)] = []
    var start = text.startIndex
    var startsWithHeading = false
    var hasBody = false
    var fence: Fence?
    var previous: Line?
    func heading() -> String { ((root.isEmpty ? [] : [root]) + path.map(\.title)).joined(separator: " > ") }
    func close(at end: String.Index, nextLevel: Int?) {
      let isEmpty = startsWithHeading && !hasBody && (nextLevel ?? 0) > (path.last?.level ?? 0)
      if end > start && !isEmpty { sections.append(Section(heading: heading(), start: start, end: end)) }
    }
    func open(_ title: String, level: Int, at place: String.Index) {
      close(at: place, nextLevel: level)
      path.removeAll { $0.level >= level }
      if !title.isEmpty { path.append((level, title)) }
      (start, startsWithHeading, hasBody) = (place, true, false)
    }
    for line in lines(of: text) {
      defer { previous = line }
      if let open = fence {
        hasBody = true
        if open.isClosed(by: line.content) { fence = nil }
      } else if let opened = Fence(line.content) {
        (fence, hasBody) = (opened, true)
      } else if let heading = numberHeading(line.content) {
        open(heading.title, level: heading.level, at: line.start)
      } else if let level = underlineLevel(line.content), let previous, canBeUnderlined(previous.content) {
        open(String(trim(previous.content)), level: level, at: previous.start)
      } else if !trim(line.content).isEmpty {
        hasBody = true
      }
    }
    close(at: text.endIndex, nextLevel: nil)
    return sections
  }

  // MARK: - Lines

  private struct Line {
    let start: String.Index
    let content: Substring
  }

  private static func lines(of text: String) -> [Line] {
    var lines: [Line] = []
    let bytes = text.utf8
    var start = text.startIndex
    while start < text.endIndex {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
      lines.append(Line(start: start, content: text[start..<end]))
      start = end < text.endIndex ? bytes.index(after: end) : end
    }
    return lines
  }

  private static func trim(_ text: Substring) -> Substring {
    var text = text
    while let first = text.unicodeScalars.first, first.isSpace { text.unicodeScalars.removeFirst() }
    while let last = text.unicodeScalars.last, last.isSpace { text.unicodeScalars.removeLast() }
    return text
  }

  /// A heading such as `## Title ##`.
  private static func numberHeading(_ line: Substring) -> (level: Int, title: String)? {
    guard line.prefix(4).contains("#"), line.prefix(while: { $0 == " " }).count <= 3 else { return nil }
    let text = trim(line)
    let level = text.prefix { $0 == "#" }.count
    guard (1...6).contains(level) else { return nil }
    let rest = text.dropFirst(level)
    guard rest.isEmpty || rest.first == " " || rest.first == "\t" else { return nil }
    var title = trim(rest)
    let closing = title.reversed().prefix { $0 == "#" }.count
    let shortened = title.dropLast(closing)
    if closing > 0, shortened.isEmpty || shortened.last == " " { title = trim(shortened) }
    return (level, String(title))
  }

  /// The level of the heading above a line of `=` or `-`.
  private static func underlineLevel(_ line: Substring) -> Int? {
    let text = trim(line)
    if text.count >= 2, text.allSatisfy({ $0 == "=" }) { return 1 }
    if text.count >= 2, text.allSatisfy({ $0 == "-" }) { return 2 }
    return nil
  }

  private static func canBeUnderlined(_ line: Substring) -> Bool {
    guard let first = trim(line).first, numberHeading(line) == nil else { return false }
    return !"|-*+>=:`~".contains(first) && !line.hasPrefix("    ")
  }

  /// The line that opens a block of code.
  private struct Fence {
    let mark: Character
    let count: Int

    init?(_ line: Substring) {
      let text = trim(line)
      guard let first = text.first, first == "`" || first == "~" else { return nil }
      count = text.prefix { $0 == first }.count
      // Text between single backquotes may begin a line.
      guard count >= 3, first == "~" || !text.dropFirst(count).contains("`") else { return nil }
      mark = first
    }

    func isClosed(by line: Substring) -> Bool {
      let text = trim(line)
      return text.count >= count && text.allSatisfy { $0 == mark }
    }
  }
}
