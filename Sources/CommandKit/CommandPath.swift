/// A command together with those above it, as in `graph cache clear`.
package struct CommandPath: Sendable, Hashable, CustomStringConvertible {
  /// From the root to the command itself; never empty.
  let commands: [CommandSpec]

  /// The path of a root.
  init(root: CommandSpec) { commands = [root] }

  private init(commands: [CommandSpec]) { self.commands = commands }

  /// The command at its end.
  package var command: CommandSpec { commands[commands.count - 1] }

  /// The root of the tree.
  var root: CommandSpec { commands[0] }

  /// The words from the program's name to the command's.
  package var words: [String] { commands.map(\.name) }

  /// The words joined by spaces.
  package var name: String { words.joined(separator: " ") }

  /// The words joined by spaces.
  package var description: String { name }

  /// Whether nothing is above it.
  var isRoot: Bool { commands.count == 1 }

  /// The path of a command below this one.
  func appending(_ command: CommandSpec) -> CommandPath { CommandPath(commands: commands + [command]) }

  /// Its own options, then those of the commands above it, nearest first.
  var options: [OptionSpec] { commands.reversed().flatMap(\.options) }

  /// The options of the commands above it, nearest first.
  var inheritedOptions: [OptionSpec] { commands.dropLast().reversed().flatMap(\.options) }

  /// The options that every program has, as far as they hold here.
  var builtInOptions: [BuiltInOption] { BuiltInOption.allCases.filter { $0.isAvailable(in: self) } }

  /// All options that are accepted here.
  var acceptedOptions: [OptionSpec] { options + builtInOptions.map(\.spec) }

  /// This path and all that are below it, in the order of the tree.
  var descendants: [CommandPath] { [self] + command.subcommands.flatMap { appending($0).descendants } }
}
