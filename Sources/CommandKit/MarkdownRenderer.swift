/// Writes the reference page of a command tree.
enum MarkdownRenderer {
  /// One page: the program, then each command that is shown, then the topics.
  static func reference(of root: CommandSpec) -> String {
    let paths = shown(CommandPath(root: root))
    var blocks = ["<!-- Generated from the command tree. Change the commands' specifications instead. -->"]
    for path in paths { blocks += self.blocks(for: path) }
    for topic in root.topics {
      blocks += ["## \(root.name) help \(topic.name)", escaped(topic.abstract), fenced(topic.text)]
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func shown(_ path: CommandPath) -> [CommandPath] {
    guard path.command.visibility == .shown else { return [] }
    return [path] + path.command.subcommands.flatMap { shown(path.appending($0)) }
  }

  private static func blocks(for path: CommandPath) -> [String] {
    let command = path.command
    var blocks = [(path.isRoot ? "# " : "## ") + path.name, escaped(command.abstract)]
    blocks.append(fenced(UsageRenderer.usage(of: path)))
    if !command.aliases.isEmpty {
      blocks.append("Also: " + command.aliases.map { "`\($0)`" }.joined(separator: ", "))
    }
    if !command.discussion.isEmpty { blocks.append(discussion(command.discussion)) }
    for section in HelpRenderer.sections(of: path, includingHidden: false) {
      let rows = section.rows.map { row in
        "- `\(row.label)`" + (row.text.isEmpty ? "" : ": " + escaped(row.text))
          + (row.discussion.isEmpty
            ? "" : "\n\n  " + escaped(row.discussion).split(separator: "\n").joined(separator: "\n  "))
      }
      blocks += ["**\(capitalised(section.title))**", rows.joined(separator: "\n")]
    }
    return blocks
  }

  /// A discussion with its indented lines as code.
  private static func discussion(_ text: String) -> String {
    var blocks: [String] = []
    var lines: [Substring] = []
    var isCode = false
    func close() {
      while lines.last?.isEmpty == true { lines.removeLast() }
      guard !lines.isEmpty else { return }
      let joined = lines.joined(separator: "\n")
      blocks.append(isCode ? fenced(joined) : escaped(joined))
      lines = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty {
        if isCode { lines.append(line) } else { close() }
      } else if line.hasPrefix(" ") != isCode {
        close()
        isCode.toggle()
        lines.append(line)
      } else {
        lines.append(line)
      }
    }
    close()
    return blocks.joined(separator: "\n\n")
  }

  private static func fenced(_ text: String) -> String { "```text\n\(text)\n```" }

  private static func capitalised(_ title: String) -> String {
    title.prefix(1).uppercased() + title.dropFirst().lowercased()
  }

  /// Text in which nothing is read as HTML or emphasis.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\`*_<>[]|".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
