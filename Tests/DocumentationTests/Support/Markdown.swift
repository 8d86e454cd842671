/// A Markdown file with its fenced blocks.
struct Markdown {
  /// One fenced block.
  struct Block {
    /// The first word behind the fence.
    let language: String

    /// The lines between the fences.
    let lines: [String]

    /// The line of the opening fence, counted from 0.
    let start: Int

    /// What an HTML comment in the line above the fence says.
    let comment: String?

    /// The file that the block is the content of: the line above ends with its name in backquotes and a colon.
    let fileName: String?

    var text: String { lines.map { $0 + "\n" }.joined() }
  }

  /// The path in the package.
  let path: String
  let lines: [String]
  let blocks: [Block]

  init(_ path: String) throws {
    self.path = path
    let text = try Files.read("\(Package.root)/\(path)")
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var blocks: [Block] = []
    var open: (language: String, start: Int)?
    for (index, line) in lines.enumerated() where line.hasPrefix("```") {
      if let (language, start) = open {
        blocks.append(Self.block(language, start, index, lines))
        open = nil
      } else {
        open = (String(line.dropFirst(3)), index)
      }
    }
    self.blocks = blocks
  }

  private static func block(_ language: String, _ start: Int, _ end: Int, _ lines: [String]) -> Block {
    var comment: String?
    var fileName: String?
    var above = start - 1
    while above >= 0, fileName == nil {
      let line = lines[above]
      if line.hasPrefix("<!-- "), line.hasSuffix(" -->") {
        comment = String(line.dropFirst(5).dropLast(4))
      } else if line.hasSuffix(":") {
        let parts = line.split(separator: "`", omittingEmptySubsequences: false)
        if parts.count >= 3, parts.last == ":", isFile(parts[parts.count - 2]) {
          fileName = String(parts[parts.count - 2])
        }
        break
      } else if !line.isEmpty {
        break
      }
      above -= 1
    }
    return Block(
      language: language, lines: Array(lines[(start + 1)..<end]), start: start, comment: comment, fileName: fileName)
  }

  private static func isFile(_ name: Substring) -> Bool {
    !name.contains(" ") && [".yaml", ".yml", ".json", ".env", ".py", ".sh"].contains { name.hasSuffix($0) }
  }

  /// Where a block is, for messages.
  func place(_ block: Block) -> String { "\(path):\(block.start + 1)" }

  /// The rows of the table below a heading, without its head; cells are trimmed.
  func table(below heading: String) -> [[String]] {
    guard let start = lines.firstIndex(of: heading) else { return [] }
    var rows: [[String]] = []
    for line in lines[(start + 1)...] {
      if line.hasPrefix("#") || (!line.hasPrefix("|") && !rows.isEmpty) { break }
      guard line.hasPrefix("|") else { continue }
      rows.append(Self.cells(line))
    }
    return Array(rows.dropFirst(2))
  }

  /// The cells of a row; `\|` is no border.
  static func cells(_ line: String) -> [String] {
    let text = line.split(separator: "\\|", omittingEmptySubsequences: false).joined(separator: "\u{1}")
    return text.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map { cell in
      String(cell).split(separator: "\u{1}", omittingEmptySubsequences: false).joined(separator: "|").trimmed
    }
  }

  /// The words of a text that stand in backquotes.
  static func code(in text: String) -> [String] {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    return parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
  }

  /// The text from a heading to the next one of the same depth.
  func section(_ heading: String) -> String {
    guard let start = lines.firstIndex(of: heading) else { return "" }
    let mark = heading.prefix { $0 == "#" } + " "
    let end = lines[(start + 1)...].firstIndex { $0.hasPrefix(mark) } ?? lines.endIndex
    return lines[start..<end].joined(separator: "\n")
  }
}

extension String {
  /// The text without white space at both ends.
  var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
