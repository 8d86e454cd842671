internal import GraphDiagnostics

/// A command line that was not understood.
package struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, and what was probably meant.
  package let message: String

  /// The option or argument that it is about, as help shows it.
  package let help: String?

  /// The command whose usage is shown.
  package let path: CommandPath

  init(_ message: String, help: String? = nil, in path: CommandPath) {
    self.message = message
    self.help = help
    self.path = path
  }

  /// The status to end with.
  package var code: ExitCode { .usage }

  /// The message alone.
  package var description: String { message }

  /// What is written to standard error, with its line end.
  package var text: String {
    var lines = ["Error: \(message)"]
    if let help { lines.append("Help:  \(help)") }
    lines.append("Usage: \(UsageRenderer.usage(of: path))")
    lines.append("  See '\(path.name) --help' for more information.")
    return lines.joined(separator: "\n") + "\n"
  }
}

// MARK: - What can be wrong

extension UsageError {
  static func unknownOption(_ spelling: String, suggestion: String?, in path: CommandPath) -> UsageError {
    UsageError("Unknown option '\(spelling)'." + didYouMean(suggestion), in: path)
  }

  static func unknownSubcommand(_ word: String, in path: CommandPath) -> UsageError {
    let candidates = path.command.subcommands.filter { $0.visibility == .shown }.flatMap { [$0.name] + $0.aliases }
    let nearest = Suggestion.nearest(to: word, among: candidates)
    return UsageError("Unknown subcommand '\(word)'." + didYouMean(nearest), in: path)
  }

  static func unknownTopic(_ word: String, in path: CommandPath) -> UsageError {
    let candidates =
      path.command.subcommands.filter { $0.visibility == .shown }.map(\.name) + path.root.topics.map(\.name)
    let nearest = Suggestion.nearest(to: word, among: candidates)
    return UsageError("There is no help about '\(word)'." + didYouMean(nearest), in: path)
  }

  static func unexpectedValue(_ value: String, for spelling: String, in path: CommandPath) -> UsageError {
    UsageError("The option '\(spelling)' does not take any value, but '\(value)' was specified.", in: path)
  }

  static func missingValue(for spelling: String, of option: OptionSpec, in path: CommandPath) -> UsageError {
    UsageError("Missing value for '\(spelling) <\(option.placeholder)>'", help: option.helpLine, in: path)
  }

  static func missing(_ option: OptionSpec, in path: CommandPath) -> UsageError {
    UsageError(
      "Missing expected argument '--\(option.name) <\(option.placeholder)>'", help: option.helpLine, in: path)
  }

  static func missing(_ argument: ArgumentSpec, in path: CommandPath) -> UsageError {
    UsageError("Missing expected argument '\(argument.label)'", help: argument.helpLine, in: path)
  }

  static func unexpected(_ arguments: [String], in path: CommandPath) -> UsageError {
    let list = arguments.map { "'\($0)'" }.joined(separator: ", ")
    return arguments.count == 1
      ? UsageError("Unexpected argument \(list)", in: path)
      : UsageError("\(arguments.count) unexpected arguments: \(list)", in: path)
  }

  static func invalid(
    _ value: String, for label: String, help: String, advice: String, in path: CommandPath
  ) -> UsageError {
    UsageError("The value '\(value)' is invalid for '\(label)'. \(advice)", help: help, in: path)
  }

  static func notAllowed(
    _ value: String, for label: String, help: String, allowed: [String], in path: CommandPath
  ) -> UsageError {
    let nearest = Suggestion.nearest(to: value, among: allowed)
    let advice = (nearest.map { "Did you mean '\($0)'? " } ?? "") + "Please provide one of \(alternatives(allowed))."
    return invalid(value, for: label, help: help, advice: advice, in: path)
  }

  static func unsupportedShell(_ name: String?, in path: CommandPath) -> UsageError {
    let shell = name.map { "'\($0)'" } ?? "this shell"
    let allowed = alternatives(Shell.allCases.map(\.rawValue))
    return UsageError("Can't generate a completion script for \(shell). Please provide one of \(allowed).", in: path)
  }

  private static func didYouMean(_ name: String?) -> String { name.map { " Did you mean '\($0)'?" } ?? "" }

  /// `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`.
  private static func alternatives(_ values: [String]) -> String {
    let quoted = values.map { "'\($0)'" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " or " + last
  }
}

extension OptionSpec {
  /// The line of an error that explains it.
  var helpLine: String { "\(label)  \(help)" }
}

extension ArgumentSpec {
  /// The line of an error that explains it.
  var helpLine: String { "\(label)  \(help)" }
}
