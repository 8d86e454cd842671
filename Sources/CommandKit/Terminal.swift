internal import Glibc

/// What the program knows of where its output goes.
package struct Terminal: Sendable, Hashable {
  /// Whether somebody can be asked at standard input.
  package let isInputInteractive: Bool

  /// Whether standard output is a terminal.
  package let isOutputInteractive: Bool

  /// Whether standard error is a terminal.
  package let isErrorInteractive: Bool

  /// The width in characters that help is wrapped at.
  package let width: Int

  private let forbidsColour: Bool

  /// Creates a terminal from what is known of it; `environment` looks a variable up.
  package init(
    isInputInteractive: Bool = false, isOutputInteractive: Bool, isErrorInteractive: Bool, windowWidth: Int?,
    environment: (String) -> String?
  ) {
    self.isInputInteractive = isInputInteractive
    self.isOutputInteractive = isOutputInteractive
    self.isErrorInteractive = isErrorInteractive
    let columns = environment("COLUMNS").flatMap(Int.init)
    width = [columns, windowWidth].compactMap(\.self).first { $0 > 0 } ?? 80
    forbidsColour = environment("NO_COLOR").map { !$0.isEmpty } ?? false || environment("TERM") == "dumb"
  }

  /// The terminal that this process was started in.
  package static func current() -> Terminal {
    var size = winsize()
    let hasSize = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
    return Terminal(
      isInputInteractive: isatty(STDIN_FILENO) == 1, isOutputInteractive: isatty(STDOUT_FILENO) == 1,
      isErrorInteractive: isatty(STDERR_FILENO) == 1, windowWidth: hasSize ? Int(size.ws_col) : nil,
      environment: Self.environment)
  }

  /// Whether results are coloured: what `--color/--no-color` said, else `NO_COLOR`, else whether somebody looks on.
  package func coloursOutput(choice: Bool?) -> Bool { choice ?? (isOutputInteractive && !forbidsColour) }

  /// Whether diagnostics are coloured, decided as for results.
  package func coloursError(choice: Bool?) -> Bool { choice ?? (isErrorInteractive && !forbidsColour) }

  /// The value of an environment variable of this process.
  package static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Lets writing to a closed pipe fail instead of killing the process.
  ///
  /// Called once at the start. Child processes inherit it: start them with
  /// `POSIX_SPAWN_SETSIGDEF` for `SIGPIPE`.
  package static func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }
}
