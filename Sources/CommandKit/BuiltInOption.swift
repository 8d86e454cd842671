/// The options that a program has without declaring them.
enum BuiltInOption: CaseIterable {
  case version
  case help
  case helpHidden
  case generateCompletionScript
  case dumpHelp

  /// How it is written and explained.
  var spec: OptionSpec {
    switch self {
    case .version:
      .flag("version", help: "Show the version.")
    case .help:
      .flag("help", short: "h", help: "Show help information.")
    case .helpHidden:
      .flag("help-hidden", help: "Show help information with hidden options.", visibility: .hidden)
    case .generateCompletionScript:
      .single(
        "generate-completion-script", placeholder: "shell", help: "Print a completion script.",
        allowedValues: Shell.allCases.map(\.rawValue), defaultText: "the shell named by $SHELL", visibility: .hidden)
    case .dumpHelp:
      .flag("experimental-dump-help", help: "Print the command tree as JSON.", visibility: .hidden)
    }
  }

  /// Whether it is accepted behind a path: help is everywhere, the rest is the program's.
  func isAvailable(in path: CommandPath) -> Bool {
    switch self {
    case .help, .helpHidden: true
    case .version: path.isRoot && path.root.version != nil
    case .generateCompletionScript, .dumpHelp: path.isRoot
    }
  }
}

/// A shell that completion scripts are written for.
package enum Shell: String, Sendable, Hashable, CaseIterable {
  case bash
  case zsh
  case fish

  /// The shell that a path such as `/usr/bin/zsh` names, or nil.
  package init?(path: String) {
    self.init(rawValue: path.split(separator: "/").last.map(String.init) ?? "")
  }
}
