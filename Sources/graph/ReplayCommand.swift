internal import CommandKit
internal import GraphRuntime

/// `graph threads replay`: tells again what the runs of a thread have said, from their logs.
struct ReplayCommand {
  private let command: ParsedCommand
  private let terminal: Terminal

  init(_ command: ParsedCommand, _ terminal: Terminal) {
    self.command = command
    self.terminal = terminal
  }

  /// Prints the runs; nothing is run, and no model is asked.
  func run(_ store: any CheckpointStore, _ output: ResultOutput) async throws -> ExitCode? {
    let name = command.required("thread")
    let all = try await store.log(of: name)
    guard !all.isEmpty else { return nil }
    let turn = try command.integer("turn", in: 1...Int.max)
    let id = command.value("run")
    let runs = all.filter { run in (id.map { run.run.id == $0 } ?? true) && (turn.map { run.turn == $0 } ?? true) }
    guard !runs.isEmpty else {
      throw CommandFailure(
        "The thread '\(name)' has no such run; 'graph threads history \(name) --format json' lists them.",
        code: .noInput)
    }
    for run in runs { try print(run, output) }
    return .ok
  }

  private func print(_ run: LoggedRun, _ output: ResultOutput) throws {
    let isQuiet = command.flag("quiet")
    if !isQuiet, !run.isWhole { say("The beginning of the run \(run.run.id) is not kept.\n") }
    if command.flag("events") {
      for event in run.events { try output.write(event.json() + "\n") }
      try output.flush()
      if !isQuiet, !run.hasEnded { say("The process of the run \(run.run.id) was lost.\n") }
      return
    }
    let speakers = Set(run.events.lazy.filter { $0["type"] == "token" }.map { $0["node"] })
    var printer = RunPrinter(
      output, mode: .tokens, isQuiet: isQuiet, isFull: command.flag("full"), namesNodes: speakers.count > 1,
      terminal: terminal, coloursNotices: terminal.coloursError(choice: command.toggle("color")))
    for json in run.events {
      if let event = try GraphEvent(json: json, of: run.run) { try printer.take(event) }
    }
    guard printer.outcome != nil else {
      try printer.endTurns()
      if !isQuiet { say("The process of the run \(run.run.id) was lost.\n") }
      return
    }
    _ = try printer.finish(run.run, missingInputs: [], resumeCommand: nil, helps: false)
  }

  private func say(_ text: String) {
    var errors = OutputWriter.standardError()
    try? errors.write(text)
    try? errors.flush()
  }
}
