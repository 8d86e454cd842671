/// Writes what `--help` prints.
enum HelpRenderer {
  /// The column that descriptions begin in.
  private static let column = 26

  /// The help of a command, with its line end.
  static func help(for path: CommandPath, width: Int, includingHidden: Bool = false) -> String {
    let command = path.command
    var sections: [String] = []

    var overview = TextWrapping.wrap("OVERVIEW: " + command.abstract, width: width, indent: 0)
    if !command.discussion.isEmpty {
      overview += "\n\n" + TextWrapping.wrap(command.discussion, width: width, indent: 0)
    }
    sections.append(overview)

    let label = "USAGE: "
    sections.append(
      label
        + TextWrapping.fill(UsageRenderer.parts(of: path), width: width - label.count)
        .joined(separator: "\n" + String(repeating: " ", count: label.count)))

    for section in self.sections(of: path, includingHidden: includingHidden) {
      let rows = section.rows.map { render($0, width: width) }
      sections.append("\(section.title):\n" + rows.joined(separator: "\n"))
    }

    if !command.subcommands.isEmpty {
      let words = [path.root.name, "help"] + path.words.dropFirst() + ["<subcommand>"]
      sections.append("  See '\(words.joined(separator: " "))' for detailed help.")
    }
    return sections.joined(separator: "\n\n") + "\n"
  }

  /// What `help TOPIC` prints, with its line end.
  static func help(for topic: HelpTopic, width: Int) -> String {
    TextWrapping.wrap("OVERVIEW: " + topic.abstract, width: width, indent: 0) + "\n\n"
      + TextWrapping.wrap(topic.text, width: width, indent: 0) + "\n"
  }

  private static func render(_ row: Row, width: Int) -> String {
    let label = "  " + row.label
    var text = label
    if !row.text.isEmpty {
      let wrapped = TextWrapping.wrap(row.text, width: width, indent: column)
      text += label.count < column ? String(wrapped.dropFirst(label.count)) : "\n" + wrapped
    }
    if !row.discussion.isEmpty { text += "\n" + TextWrapping.wrap(row.discussion, width: width, indent: 8) }
    return text
  }
}

// MARK: - What is listed

extension HelpRenderer {
  /// One line of a list, with what is written beside and below it.
  struct Row {
    let label: String
    let text: String
    var discussion = ""
  }

  /// A list under a heading.
  struct Section {
    let title: String
    let rows: [Row]
  }

  /// The lists of a command's help, in their order, none of them empty.
  static func sections(of path: CommandPath, includingHidden: Bool) -> [Section] {
    let command = path.command
    func isListed(_ visibility: Visibility) -> Bool { visibility == .shown || includingHidden }
    func rows(_ options: [OptionSpec]) -> [Row] {
      options.filter { isListed($0.visibility) }
        .map { Row(label: $0.label, text: $0.helpWithValues, discussion: $0.discussion) }
    }

    var sections = [
      Section(title: "ARGUMENTS", rows: command.arguments.map { Row(label: $0.label, text: $0.helpWithValues) })
    ]
    var groups: [String] = []
    for group in command.options.compactMap(\.group) where !groups.contains(group) { groups.append(group) }
    for group in groups {
      sections.append(Section(title: group.uppercased(), rows: rows(command.options.filter { $0.group == group })))
    }
    let ungrouped = command.options.filter { $0.group == nil } + path.builtInOptions.map(\.spec)
    sections.append(Section(title: "OPTIONS", rows: rows(ungrouped)))
    sections.append(Section(title: "GLOBAL OPTIONS", rows: rows(path.inheritedOptions)))
    sections.append(
      Section(
        title: "SUBCOMMANDS",
        rows: command.subcommands.filter { isListed($0.visibility) }
          .map { Row(label: ([$0.name] + $0.aliases).joined(separator: ", "), text: $0.abstract) }))
    if path.isRoot {
      sections.append(
        Section(title: "TOPICS", rows: command.topics.map { Row(label: "help \($0.name)", text: $0.abstract) }))
    }
    return sections.filter { !$0.rows.isEmpty }
  }
}
