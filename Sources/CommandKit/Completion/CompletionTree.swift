/// What the completion scripts of all shells need of a tree.
enum CompletionTree {
  private static let helpName = "help"

  /// Every command that completions know, with `help` and what can follow it.
  static func paths(of root: CommandSpec) -> [CommandPath] {
    CommandPath(root: withHelp(root)).descendants
  }

  /// The options that are offered behind a path; none behind `help`, where they would do nothing.
  static func options(of path: CommandPath) -> [OptionSpec] {
    path.words.dropFirst().first == helpName ? [] : path.acceptedOptions.filter { $0.visibility == .shown }
  }

  /// The subcommands that are offered behind a path.
  static func subcommands(of path: CommandPath) -> [CommandSpec] {
    path.command.subcommands.filter { $0.visibility == .shown }
  }

  /// A name as a part of the name of a shell function or variable.
  static func identifier(_ words: [String]) -> String {
    "_" + words.joined(separator: "_").map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }.joined()
  }

  /// Text as one word of bash or zsh.
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }

  /// The tree with `help` as a command, under which the tree stands again without options and arguments.
  private static func withHelp(_ root: CommandSpec) -> CommandSpec {
    guard !root.subcommands.isEmpty else { return root }
    let topics = root.topics.map { CommandSpec(name: $0.name, abstract: $0.abstract) }
    let help = CommandSpec(
      name: helpName, abstract: "Show subcommand help information.", subcommands: names(root.subcommands) + topics)
    return CommandSpec(
      name: root.name, abstract: root.abstract, version: root.version, options: root.options,
      subcommands: root.subcommands + [help])
  }

  private static func names(_ commands: [CommandSpec]) -> [CommandSpec] {
    commands.filter { $0.visibility == .shown }
      .map {
        CommandSpec(
          name: $0.name, aliases: $0.aliases, abstract: $0.abstract, subcommands: names($0.subcommands))
      }
  }
}
