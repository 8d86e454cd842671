internal import GraphDiagnostics

extension CommandSpec {
  /// Reads the words behind the program's name.
  ///
  /// Help wins over mistakes elsewhere on the line, as somebody who asks for it
  /// is mending the line.
  ///
  /// - Throws: The first mistake, from the left.
  package func parse(_ arguments: [String]) throws(UsageError) -> ParsedCommand {
    var parser = ArgumentParser(root: self, arguments: arguments)
    return try parser.parse()
  }
}

/// Walks a command line once, from the left, down the tree of commands.
private struct ArgumentParser {
  private let arguments: [String]
  private var next = 0
  private var path: CommandPath
  private var given: [String: [String]] = [:]
  private var positionals: [String] = []
  /// Whether `--` was seen.
  private var isTerminated = false
  /// What was asked for instead of running the command.
  private var request: ParsedCommand.Action?
  /// The first mistake in an option; kept until it is known that help was not asked for.
  private var mistake: UsageError?

  init(root: CommandSpec, arguments: [String]) {
    self.arguments = arguments
    path = CommandPath(root: root)
  }

  mutating func parse() throws(UsageError) -> ParsedCommand {
    while next < arguments.count {
      let word = arguments[next]
      next += 1
      if isTerminated || !isOption(word) {
        try readPositional(word)
      } else if word == "--" {
        isTerminated = true
      } else if word.hasPrefix("--") {
        readLong(word)
      } else {
        readShort(word)
      }
    }
    return try finish()
  }

  /// Whether a word is read as an option: `-` is a value, and so is a negative number unless its digit is an option.
  private func isOption(_ word: String) -> Bool {
    guard word.hasPrefix("-"), word != "-" else { return false }
    let first = word[word.index(after: word.startIndex)]
    guard first.isASCII && (first.isNumber || first == "."), Double(word) != nil else { return true }
    return path.options.contains { $0.short == first }
  }

  private mutating func note(_ error: UsageError) {
    if mistake == nil { mistake = error }
  }
}

// MARK: - Options

extension ArgumentParser {
  private mutating func readLong(_ word: String) {
    let body = word.dropFirst(2)
    let equals = body.firstIndex(of: "=")
    let name = String(body[..<(equals ?? body.endIndex)])
    let attached = equals.map { String(body[body.index(after: $0)...]) }
    let spelling = "--" + name
    if let builtIn = builtIn(spelling) {
      readBuiltIn(builtIn, spelling: spelling, attached: attached)
    } else if let option = path.options.first(where: { $0.longNames.contains(name) }) {
      let isInverted = option.kind == .inversion && name != option.name
      read(option, spelling: spelling, attached: attached, flagValue: isInverted ? "false" : "true")
    } else {
      note(.unknownOption(spelling, suggestion: suggestion(for: name), in: path))
    }
  }

  /// Reads one word behind a single dash: letters of flags, of which the last may take a value.
  private mutating func readShort(_ word: String) {
    let body = word.dropFirst()
    if body == "help" { return readBuiltIn(.help, spelling: word, attached: nil) }
    let equals = body.firstIndex(of: "=")
    let letters = body[..<(equals ?? body.endIndex)]
    let attached = equals.map { String(body[body.index(after: $0)...]) }
    if letters.count > 1, letters.contains(where: { !isKnown($0) }), let meant = suggestion(for: String(letters)) {
      return note(.unknownOption("-" + letters, suggestion: meant, in: path))
    }
    if letters.isEmpty { return note(.unknownOption(word, suggestion: nil, in: path)) }
    for (index, letter) in zip(letters.indices, letters) {
      let isLast = letters.index(after: index) == letters.endIndex
      let spelling = "-\(letter)"
      if let builtIn = builtIn(spelling) {
        readBuiltIn(builtIn, spelling: spelling, attached: isLast ? attached : nil)
      } else if let option = path.options.first(where: { $0.short == letter }) {
        if option.takesValue && !isLast { return note(.missingValue(for: spelling, of: option, in: path)) }
        read(option, spelling: spelling, attached: isLast ? attached : nil, flagValue: "true")
      } else {
        return note(.unknownOption(spelling, suggestion: nil, in: path))
      }
    }
  }

  private mutating func read(_ option: OptionSpec, spelling: String, attached: String?, flagValue: String) {
    guard option.takesValue else {
      if let attached { return note(.unexpectedValue(attached, for: spelling, in: path)) }
      given[option.name] = [flagValue]
      return
    }
    guard let value = attached ?? takeValue() else {
      return note(.missingValue(for: spelling, of: option, in: path))
    }
    guard option.allowedValues.isEmpty || option.allowedValues.contains(value) else {
      return note(
        .notAllowed(
          value, for: "\(spelling) <\(option.placeholder)>", help: option.helpLine, allowed: option.allowedValues,
          in: path))
    }
    switch option.kind {
    case .repeating: given[option.name, default: []].append(value)
    case .flag, .inversion, .single: given[option.name] = [value]
    }
  }

  /// The next word, unless it is an option.
  private mutating func takeValue() -> String? {
    guard next < arguments.count, !isOption(arguments[next]) else { return nil }
    next += 1
    return arguments[next - 1]
  }

  private func builtIn(_ spelling: String) -> BuiltInOption? {
    path.builtInOptions.first { $0.spec.spellings.contains(spelling) }
  }

  private mutating func readBuiltIn(_ option: BuiltInOption, spelling: String, attached: String?) {
    var action: ParsedCommand.Action
    switch option {
    case .version: action = .version
    case .help: action = .help(includingHidden: false)
    case .helpHidden: action = .help(includingHidden: true)
    case .dumpHelp: action = .dumpHelp
    case .generateCompletionScript:
      guard let name = attached ?? takeValue() else {
        action = .completionScript(nil)
        break
      }
      guard let shell = Shell(rawValue: name) else { return note(.unsupportedShell(name, in: path)) }
      action = .completionScript(shell)
    }
    if let attached, !option.spec.takesValue {
      return note(.unexpectedValue(attached, for: spelling, in: path))
    }
    switch request {
    // A bare `help` says which command; the option says how.
    case nil, .help: request = action
    default: break
    }
  }

  private func isKnown(_ letter: Character) -> Bool {
    path.acceptedOptions.contains { $0.short == letter }
  }

  private func suggestion(for name: String) -> String? {
    let candidates = path.acceptedOptions.filter { $0.visibility == .shown }.flatMap(\.longNames)
    if candidates.contains(name) { return "--" + name }
    return Suggestion.nearest(to: name, among: candidates).map { "--" + $0 }
  }
}

// MARK: - Arguments

extension ArgumentParser {
  /// Chooses a subcommand, or keeps a word until its place among the arguments is known.
  private mutating func readPositional(_ word: String) throws(UsageError) {
    let isHelp = if case .help = request { true } else { false }
    if path.command.subcommands.isEmpty {
      positionals.append(word)
    } else if let subcommand = path.command.subcommand(named: word) {
      path = path.appending(subcommand)
    } else if path.isRoot && word == "help" && request == nil {
      request = .help(includingHidden: false)
    } else if isHelp, path.isRoot, let topic = path.root.topics.first(where: { $0.name == word }) {
      request = .topic(topic)
    } else {
      throw isHelp ? .unknownTopic(word, in: path) : .unknownSubcommand(word, in: path)
    }
  }

  private mutating func finish() throws(UsageError) -> ParsedCommand {
    if let request {
      switch request {
      case .help, .topic, .version: break
      case .run, .completionScript, .dumpHelp:
        if let mistake { throw mistake }
      }
      return ParsedCommand(path: path, action: request)
    }
    if let mistake { throw mistake }
    if !path.command.subcommands.isEmpty {
      return ParsedCommand(path: path, action: .help(includingHidden: false))
    }
    try assignPositionals()
    for option in path.options where option.isRequired && given[option.name] == nil {
      throw .missing(option, in: path)
    }
    return ParsedCommand(path: path, action: .run, given: given)
  }

  private mutating func assignPositionals() throws(UsageError) {
    var rest = positionals[...]
    for argument in path.command.arguments {
      let values = Array(rest.prefix(argument.isRepeating ? rest.count : 1))
      rest = rest.dropFirst(values.count)
      if values.count < argument.minimum { throw .missing(argument, in: path) }
      for value in values where !argument.allowedValues.isEmpty && !argument.allowedValues.contains(value) {
        throw .notAllowed(
          value, for: argument.label, help: argument.helpLine, allowed: argument.allowedValues, in: path)
      }
      if !values.isEmpty { given[argument.name] = values }
    }
    if !rest.isEmpty { throw .unexpected(Array(rest), in: path) }
  }
}
