/// One command of the tree: what it is called, what it takes, and what is below it.
///
/// The tree is a value. Parsing, help, completion scripts and the reference page
/// are functions of it, so they cannot disagree. Options hold for the command
/// and everything below it; arguments belong to commands without subcommands.
package struct CommandSpec: Sendable, Hashable {
  /// The word that selects the command; of the root, the name of the program.
  package let name: String

  /// Other words that select it.
  package let aliases: [String]

  /// One sentence with a full stop.
  package let abstract: String

  /// More about it, shown in its own help only; indented lines are kept as they are.
  package let discussion: String

  /// What `--version` prints; only read of the root.
  package let version: String?

  /// The options, in the order help shows them.
  package let options: [OptionSpec]

  /// The arguments, in the order they are given.
  package let arguments: [ArgumentSpec]

  /// The commands below it; when there are any, one must be chosen.
  package let subcommands: [CommandSpec]

  /// Pages that `help NAME` shows; only read of the root.
  package let topics: [HelpTopic]

  /// Where it is listed.
  package let visibility: Visibility

  package init(
    name: String, aliases: [String] = [], abstract: String, discussion: String = "", version: String? = nil,
    options: [OptionSpec] = [], arguments: [ArgumentSpec] = [], subcommands: [CommandSpec] = [],
    topics: [HelpTopic] = [], visibility: Visibility = .shown
  ) {
    self.name = name
    self.aliases = aliases
    self.abstract = abstract
    self.discussion = discussion
    self.version = version
    self.options = options
    self.arguments = arguments
    self.subcommands = subcommands
    self.topics = topics
    self.visibility = visibility
  }

  /// The subcommand that a word selects.
  func subcommand(named word: String) -> CommandSpec? {
    subcommands.first { $0.name == word || $0.aliases.contains(word) }
  }
}

/// Where a command or an option is listed.
package enum Visibility: Sendable, Hashable {
  /// In help, in completions and in the reference.
  case shown
  /// In what `--help-hidden` prints only.
  case hidden
}

/// A page of explanation that belongs to no command, as in `graph help exit-codes`.
package struct HelpTopic: Sendable, Hashable {
  /// The word that selects it.
  package let name: String

  /// One sentence with a full stop.
  package let abstract: String

  /// The page; indented lines are kept as they are.
  package let text: String

  package init(name: String, abstract: String, text: String) {
    self.name = name
    self.abstract = abstract
    self.text = text
  }
}
