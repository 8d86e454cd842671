/// Writes completion scripts for zsh, over its own `_arguments`.
enum ZshCompletion {
  static func script(for root: CommandSpec) -> String {
    let name = root.name
    let function = CompletionTree.identifier([name])
    let functions = CompletionTree.paths(of: root).map(Self.function)
    return """
      #compdef \(name)
      # Completions of \(name) for zsh.

      \(functions.joined(separator: "\n\n"))

      if [[ $funcstack[1] == \(function) ]]; then
          \(function) "$@"
      else
          compdef \(function) \(CompletionTree.quoted(name))
      fi

      """
  }

  private static func function(for path: CommandPath) -> String {
    let name = CompletionTree.identifier(path.words)
    let options = CompletionTree.options(of: path).flatMap(specifications)
    guard !path.command.subcommands.isEmpty else {
      let specifications = options + path.command.arguments.map(specification)
      return """
        \(name)() {
            _arguments -s -S \(lines(specifications.isEmpty ? [":"] : specifications))
        }
        """
    }
    let descriptions = CompletionTree.subcommands(of: path).map { command in
      "            " + CompletionTree.quoted("\(escaped(command.name, ":\\")):\(command.abstract)")
    }
    let calls = path.command.subcommands.map { command in
      let words = ([command.name] + command.aliases).map(CompletionTree.quoted).joined(separator: "|")
      return "        \(words)) \(CompletionTree.identifier(path.appending(command).words)) && result=0 ;;"
    }
    return """
      \(name)() {
          local context state state_descr line result=1
          local -A opt_args
          _arguments -C -s -S \(lines(options + ["'1:subcommand:->subcommand'", "'*::argument:->argument'"])) && result=0
          case $state in
          subcommand)
              local -a subcommands=(
      \(descriptions.joined(separator: "\n"))
              )
              _describe -t commands subcommand subcommands && result=0
              ;;
          argument)
              case $line[1] in
      \(calls.joined(separator: "\n"))
              esac
              ;;
          esac
          return result
      }
      """
  }

  private static func lines(_ specifications: [String]) -> String {
    specifications.map { "\\\n        " + $0 }.joined(separator: " ")
  }

  /// One specification for each way to write an option; each excludes the others unless it repeats.
  private static func specifications(for option: OptionSpec) -> [String] {
    let exclusion = option.kind == .repeating ? "*" : "(\(option.spellings.joined(separator: " ")))"
    let text = "[\(escaped(option.help, "[]\\"))]"
    return option.spellings.map { spelling in
      guard option.takesValue else { return CompletionTree.quoted(exclusion + spelling + text) }
      let equals = spelling.hasPrefix("--") ? "=" : ""
      let value = ":\(escaped(option.placeholder, ":\\")):\(action(option.effectiveCompletion))"
      return CompletionTree.quoted(exclusion + spelling + equals + text + value)
    }
  }

  private static func specification(for argument: ArgumentSpec) -> String {
    let place =
      switch argument.kind {
      case .single: ":"
      case .optional: "::"
      case .repeating: "*:"
      }
    return CompletionTree.quoted(place + escaped(argument.name, ":\\") + ":" + action(argument.effectiveCompletion))
  }

  private static func action(_ completion: CompletionKind) -> String {
    switch completion {
    case .none: " "
    case .values(let values): "(\(values.map { escaped($0, " ()\\:") }.joined(separator: " ")))"
    case .directories: "_files -/"
    case .files(let extensions):
      extensions.isEmpty ? "_files" : "_files -g \"\(extensions.map { "*.\($0)" }.joined(separator: " "))\""
    }
  }

  private static func escaped(_ text: String, _ characters: String) -> String {
    text.map { characters.contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}
