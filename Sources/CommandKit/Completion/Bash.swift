/// Writes completion scripts for bash, with nothing but bash itself.
enum BashCompletion {
  static func script(for root: CommandSpec) -> String {
    let paths = CompletionTree.paths(of: root)
    let function = CompletionTree.identifier([root.name])
    return """
      # Completions of \(root.name) for bash.

      \(function)_enter() {
          case "$path $word" in
      \(cases(paths.flatMap(enterCases)))
          *) return 1 ;;
          esac
      }

      \(function)_takes_value() {
          case "$path $word" in
      \(cases(paths.compactMap(valueCase)))
          *) return 1 ;;
          esac
      }

      \(function)_value() {
          case "$path $option" in
      \(cases(paths.flatMap { valueCompletions(for: $0, function) }))
          esac
      }

      \(function)_options() {
          case "$path" in
      \(cases(paths.compactMap { optionCase(for: $0, function) }))
          esac
      }

      \(function)_argument() {
          case "$path $position" in
      \(cases(paths.flatMap { argumentCases(for: $0, function) }))
          esac
      }

      \(helpers(function))

      \(walk(function, root: root))

      complete -F \(function) \(CompletionTree.quoted(root.name))

      """
  }

  private static func cases(_ lines: [String]) -> String { lines.map { "    " + $0 }.joined(separator: "\n") }

  private static func pattern(_ words: [String]) -> String {
    words.map(CompletionTree.quoted).joined(separator: "|") + ")"
  }

  private static func enterCases(for path: CommandPath) -> [String] {
    path.command.subcommands.map { command in
      let words = ([command.name] + command.aliases).map { "\(path.name) \($0)" }
      return "\(pattern(words)) path=\(CompletionTree.quoted(path.appending(command).name)) ;;"
    }
  }

  private static func valueCase(for path: CommandPath) -> String? {
    let spellings = path.acceptedOptions.filter(\.takesValue).flatMap(\.spellings)
    return spellings.isEmpty ? nil : "\(pattern(spellings.map { "\(path.name) \($0)" })) ;;"
  }

  private static func valueCompletions(for path: CommandPath, _ function: String) -> [String] {
    path.acceptedOptions.filter(\.takesValue).compactMap { option in
      guard let call = call(option.effectiveCompletion, function) else { return nil }
      return "\(pattern(option.spellings.map { "\(path.name) \($0)" })) \(call) ;;"
    }
  }

  private static func optionCase(for path: CommandPath, _ function: String) -> String? {
    let spellings = CompletionTree.options(of: path).flatMap(\.spellings)
    guard !spellings.isEmpty else { return nil }
    return "\(pattern([path.name])) \(function)_words \(spellings.map(CompletionTree.quoted).joined(separator: " ")) ;;"
  }

  private static func argumentCases(for path: CommandPath, _ function: String) -> [String] {
    let subcommands = CompletionTree.subcommands(of: path).map(\.name)
    let completions = subcommands.isEmpty ? path.command.arguments.map(\.effectiveCompletion) : [.values(subcommands)]
    return completions.enumerated().compactMap { index, completion in
      guard let call = call(completion, function) else { return nil }
      let isRepeating = subcommands.isEmpty && path.command.arguments[index].isRepeating
      let place = isRepeating ? CompletionTree.quoted(path.name + " ") + "*)" : pattern(["\(path.name) \(index)"])
      return "\(place) \(call) ;;"
    }
  }

  private static func call(_ completion: CompletionKind, _ function: String) -> String? {
    switch completion {
    case .none: nil
    case .values(let values): "\(function)_words " + values.map(CompletionTree.quoted).joined(separator: " ")
    case .directories: "\(function)_paths /"
    case .files(let extensions): ([function + "_paths"] + extensions.map(CompletionTree.quoted)).joined(separator: " ")
    }
  }

  private static func helpers(_ function: String) -> String {
    """
    # Offers those of the given words that begin like the current one.
    \(function)_words() {
        local candidate
        for candidate in "$@"; do
            if [[ $candidate == "$current"* ]]; then COMPREPLY+=("$prefix$candidate"); fi
        done
    }

    # Offers folders, and files with one of the given extensions; all files when none is given, no files for '/'.
    \(function)_paths() {
        local candidate extension
        compopt -o filenames 2>/dev/null
        while IFS= read -r candidate; do
            if [[ $# -eq 0 || -d ${candidate/#\\~/$HOME} ]]; then
                COMPREPLY+=("$prefix$candidate")
                continue
            fi
            for extension in "$@"; do
                if [[ $candidate == *."$extension" ]]; then
                    COMPREPLY+=("$prefix$candidate")
                    break
                fi
            done
        done < <(compgen -f -- "$current")
    }
    """
  }

  private static func walk(_ function: String, root: CommandSpec) -> String {
    """
    \(function)() {
        local path=\(CompletionTree.quoted(root.name)) current="${COMP_WORDS[COMP_CWORD]}" prefix='' option='' word
        local -i index=1 position=0 terminated=0
        COMPREPLY=()
        while ((index < COMP_CWORD)); do
            word="${COMP_WORDS[index]}"
            index+=1
            if ((terminated)); then
                position+=1
                continue
            fi
            case "$word" in
            --) terminated=1 ;;
            -?*)
                if \(function)_takes_value; then
                    # bash gives '--name=value' as three words.
                    if ((index < COMP_CWORD)) && [[ ${COMP_WORDS[index]} == '=' ]]; then index+=1; fi
                    if ((index < COMP_CWORD)); then index+=1; else option="$word"; fi
                fi
                ;;
            *) \(function)_enter || position+=1 ;;
            esac
        done
        if [[ -z $option && $terminated -eq 0 && $current == --*=* ]]; then
            # '=' does not separate words in this shell.
            option="${current%%=*}" prefix="${current%%=*}=" current="${current#*=}"
        elif [[ -n $option && $current == '=' ]]; then
            current=''
        fi
        if [[ -n $option ]]; then
            \(function)_value
        elif [[ $terminated -eq 0 && $current == -* ]]; then
            \(function)_options
        else
            \(function)_argument
        fi
    }
    """
  }
}
