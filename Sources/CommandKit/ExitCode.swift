/// The statuses that the program ends with.
package enum ExitCode: Int32, Sendable, Hashable, CaseIterable {
  case ok = 0
  case failure = 1
  case usage = 64
  case noInput = 66
  case internalError = 70
  case waiting = 75
  case interrupted = 130
  case outputClosed = 141

  /// What the status says, as a sentence.
  package var meaning: String {
    switch self {
    case .ok: "Everything was done."
    case .failure: "The graph has errors, the run failed, or files are not as they should be."
    case .usage: "The command line was not understood."
    case .noInput: "A file that was named does not exist or cannot be read."
    case .internalError: "The program itself is at fault."
    case .waiting: "The run waits for an answer, and nobody was there to give it."
    case .interrupted: "The run was stopped with Ctrl-C."
    case .outputClosed: "The reader of the output went away, as in 'graph … | head'."
    }
  }
}

extension HelpTopic {
  /// The page of `help exit-codes`.
  package static var exitCodes: HelpTopic {
    let rows = ExitCode.allCases.map { code in
      let number = String(code.rawValue)
      return "  " + number + String(repeating: " ", count: 6 - number.count) + code.meaning
    }
    return HelpTopic(
      name: "exit-codes", abstract: "The statuses that the program ends with.", text: rows.joined(separator: "\n"))
  }
}

/// A failure that is not the command line's, to be printed without usage.
package struct CommandFailure: Error, Sendable, Hashable {
  /// One phrase or more.
  package let message: String

  /// The status to end with.
  package let code: ExitCode

  package init(_ message: String, code: ExitCode = .failure) {
    self.message = message
    self.code = code
  }

  /// What is written to standard error, with its line end.
  package var text: String { "Error: \(message)\n" }
}
