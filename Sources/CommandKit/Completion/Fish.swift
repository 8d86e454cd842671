/// Writes completion scripts for fish.
enum FishCompletion {
  static func script(for root: CommandSpec) -> String {
    let commands = CompletionTree.paths(of: root)
    let name = root.name
    let function = "_" + CompletionTree.identifier([name]) + "_at"
    let cases = commands.compactMap(valuedCase) + commands.flatMap(enterCases)
    let rules = commands.flatMap { self.rules(for: $0, root: root, function: function) }
    return """
      # Completions of \(name) for fish.

      # Whether a command is being written and, when two numbers follow, between which of its arguments.
      function \(function)
          set -l path \(quoted(name))
          set -l position 0
          set -l is_value 0
          set -l is_terminated 0
          for word in (commandline -opc)[2..-1]
              if test $is_value = 1
                  set is_value 0
                  continue
              end
              if test $is_terminated = 1
                  set position (math $position + 1)
                  continue
              end
              switch "$path $word"
      \(cases.map { "            " + $0 }.joined(separator: "\n"))
                  case '* --'
                      set is_terminated 1
                  case '* -?*'
                  case '*'
                      set position (math $position + 1)
              end
          end
          test "$path" = $argv[1]; or return 1
          set -q argv[2]; or return 0
          test $position -ge $argv[2] -a $position -le $argv[3]
      end

      # Offers folders, and files with one of the given extensions.
      function \(paths(root))
          set -l current (string replace -r -- '^--[^=]+=' '' (commandline -ct))
          # The argument of a command that fish does not know is completed with all files.
          complete -C "\(paths(root))_of_nothing $current" | string match -r -- '^.*(?:/|[.](?:'(string join '|' $argv)'))$'
      end

      complete -c \(quoted(name)) -f
      \(rules.joined(separator: "\n"))

      """
  }

  private static func valuedCase(for path: CommandPath) -> String? {
    let spellings = path.acceptedOptions.filter(\.takesValue).flatMap(\.spellings)
    guard !spellings.isEmpty else { return nil }
    return
      "case \(spellings.map { quoted("\(path.name) \($0)") }.joined(separator: " "))\n                set is_value 1"
  }

  private static func enterCases(for path: CommandPath) -> [String] {
    path.command.subcommands.map { command in
      let words = ([command.name] + command.aliases).map { quoted("\(path.name) \($0)") }
      return "case \(words.joined(separator: " "))\n                set path \(quoted(path.appending(command).name))"
    }
  }

  private static func rules(for path: CommandPath, root: CommandSpec, function: String) -> [String] {
    func start(_ place: String = "") -> String {
      "complete -c \(quoted(root.name)) -n \(quoted("\(function) \(quoted(path.name))\(place)"))"
    }
    var rules = CompletionTree.subcommands(of: path).map { command in
      "\(start(" 0 0")) -a \(quoted(command.name)) -d \(quoted(command.abstract))"
    }
    for (index, argument) in path.command.arguments.enumerated() {
      guard let values = values(argument.effectiveCompletion, root: root) else { continue }
      rules.append("\(start(" \(index) \(argument.isRepeating ? 9999 : index)")) \(values)")
    }
    for option in CompletionTree.options(of: path) {
      let names =
        (option.short.map { ["-s \(quoted(String($0)))"] } ?? []) + option.longNames.map { "-l \(quoted($0))" }
      // The two of an inversion are two options to fish.
      for name in option.kind == .inversion ? names : [names.joined(separator: " ")] {
        let value = option.takesValue ? " -r " + (values(option.effectiveCompletion, root: root) ?? "-f") : ""
        rules.append("\(start()) \(name)\(value) -d \(quoted(option.help))")
      }
    }
    return rules
  }

  private static func values(_ completion: CompletionKind, root: CommandSpec) -> String? {
    switch completion {
    case .none: nil
    case .values(let values): "-f -a \(quoted(values.joined(separator: " ")))"
    case .directories: "-f -a \(quoted("(\(paths(root)) /)"))"
    case .files(let extensions):
      extensions.isEmpty ? "-F" : "-f -a \(quoted("(\(paths(root)) \(extensions.joined(separator: " ")))"))"
    }
  }

  /// The name of the function that offers files.
  private static func paths(_ root: CommandSpec) -> String { "_" + CompletionTree.identifier([root.name]) + "_paths" }

  /// Text as one word of fish.
  private static func quoted(_ text: String) -> String {
    "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
  }
}
