extension CommandSpec {
  /// What is contradictory in this tree, one sentence each; a program's tests expect none.
  ///
  /// Parsing relies on it: names are unique along each path, and what takes the
  /// rest of the arguments is last.
  package var problems: [String] {
    CommandPath(root: self).descendants.flatMap { Self.problems(of: $0) }
  }

  private static func problems(of path: CommandPath) -> [String] {
    let command = path.command
    var found: [String] = []
    func add(_ text: String) { found.append("'\(path.name)': \(text)") }

    let options = path.acceptedOptions
    for name in repeated(options.flatMap(\.spellings)) { add("the option '\(name)' is declared twice") }
    for name in repeated(options.map(\.name) + command.arguments.map(\.name)) {
      add("'\(name)' names two options or arguments")
    }
    for option in command.options {
      if option.name.isEmpty || option.name.contains(where: { !isNameCharacter($0) }) {
        add("the option '--\(option.name)' is not in kebab-case")
      }
      if let value = option.defaultValue, !option.allowedValues.isEmpty, !option.allowedValues.contains(value) {
        add("the default '\(value)' of '--\(option.name)' is not allowed")
      }
    }

    let names = command.subcommands.flatMap { [$0.name] + $0.aliases }
    for name in repeated(names + (path.isRoot ? ["help"] + command.topics.map(\.name) : [])) {
      add("'\(name)' names two subcommands or topics")
    }
    if !command.subcommands.isEmpty && !command.arguments.isEmpty { add("has both arguments and subcommands") }
    if command.arguments.dropLast().contains(where: \.isRepeating) {
      add("only the last argument can take the rest")
    }
    let minimums = command.arguments.map(\.minimum)
    if zip(minimums, minimums.dropFirst()).contains(where: { $0 == 0 && $1 > 0 }) {
      add("a required argument follows an optional one")
    }
    return found
  }

  private static func isNameCharacter(_ character: Character) -> Bool {
    character == "-" || character.isASCII && (character.isLowercase || character.isNumber)
  }

  private static func repeated(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    var result: [String] = []
    for name in names where !seen.insert(name).inserted && !result.contains(name) { result.append(name) }
    return result
  }
}
