/// What the program is to do with a command line.
package enum Resolution: Sendable, Hashable {
  /// Run the command.
  case run(ParsedCommand)
  /// Write this to standard output and end with status 0.
  case print(String)
  /// Write the error's text to standard error and end with its code.
  case fail(UsageError)
}

extension CommandSpec {
  /// Reads a command line and answers what needs no command: help, version, completions, the dump.
  ///
  /// - Parameters:
  ///   - arguments: The words behind the program's name.
  ///   - width: The width of the terminal in characters.
  ///   - shellPath: The user's own shell, as in `$SHELL`.
  package func resolve(_ arguments: [String], width: Int, shellPath: String?) -> Resolution {
    do {
      let parsed = try parse(arguments)
      switch parsed.action {
      case .run: return .run(parsed)
      case .help(let includingHidden):
        return .print(HelpRenderer.help(for: parsed.path, width: width, includingHidden: includingHidden))
      case .topic(let topic): return .print(HelpRenderer.help(for: topic, width: width))
      case .version: return .print((version ?? "") + "\n")
      case .dumpHelp: return .print(CommandDump.json(of: self))
      case .completionScript(let chosen):
        guard let shell = chosen ?? shellPath.flatMap(Shell.init(path:)) else {
          let name = shellPath?.split(separator: "/").last.map(String.init)
          return .fail(.unsupportedShell(name, in: parsed.path))
        }
        return .print(completionScript(for: shell))
      }
    } catch {
      return .fail(error)
    }
  }

  /// The script that teaches a shell this tree.
  package func completionScript(for shell: Shell) -> String {
    switch shell {
    case .bash: BashCompletion.script(for: self)
    case .zsh: ZshCompletion.script(for: self)
    case .fish: FishCompletion.script(for: self)
    }
  }

  /// The reference page of this tree, in Markdown.
  package var markdownReference: String { MarkdownRenderer.reference(of: self) }

  /// The help of the command at the end of a path of names, or nil when there is none.
  package func help(for names: [String] = [], width: Int = 80, includingHidden: Bool = false) -> String? {
    var path = CommandPath(root: self)
    for name in names {
      guard let subcommand = path.command.subcommand(named: name) else { return nil }
      path = path.appending(subcommand)
    }
    return HelpRenderer.help(for: path, width: width, includingHidden: includingHidden)
  }
}
