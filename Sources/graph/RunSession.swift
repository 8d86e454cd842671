internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// A run at the command line, from its first event to its last, with the answers that are given in between.
struct RunSession: Sendable {
  /// Where a run is kept.
  struct Place: Sendable {
    /// The thread's name, or nil for a new one.
    let thread: String?

    /// The store that keeps it, or nil where the process does.
    let choice: ThreadStores.Choice?

    /// The command that goes on with the thread.
    let resumeCommand: String?
  }

  /// What a run begins with, or goes on with.
  struct Start: Sendable {
    let input: ValueObject

    /// Answers to the questions that the thread waits at.
    let given: ValueObject

    /// The answers to those that come.
    let answers: RunAnswers
  }

  let graph: CompiledGraph
  let executable: StateGraph
  let place: Place
  let terminal: Terminal

  /// What is done while another run has the thread.
  let busyPolicy: BusyPolicy

  /// The new names of nodes by the old ones.
  let renamedNodes: [String: String]

  /// When steps are kept.
  let durability: Durability

  /// Takes the thread for the run; nil for a run that nobody keeps.
  ///
  /// - Parameter isAgain: Whether the session has had it before. Who has taken it since is not stopped.
  func open(isAgain: Bool = false) async throws -> OpenThread? {
    guard let choice = place.choice, let name = place.thread else { return nil }
    return try await choice.store.open(
      name, of: executable, onBusy: isAgain && busyPolicy != .enqueue ? .reject : busyPolicy,
      renaming: isAgain ? [:] : renamedNodes, keeping: graph.checkpointer?.keep)
  }

  /// Runs, asks and goes on until the run has ended or nobody answers.
  func run(
    _ start: Start, on thread: OpenThread?, _ interrupts: Interrupts, _ printer: consuming RunPrinter,
    _ files: RunFiles, _ isQuiet: Bool
  ) async throws -> ExitCode {
    var printer = printer
    var answers = start.answers
    var thread = thread
    var run =
      thread.map { executable.run(start.input, answers: start.given, on: $0, options: options) }
      ?? executable.run(start.input, options: RunOptions(thread: place.thread))
    while true {
      interrupts.onFirst { [run] in run.stop("interrupted") }
      do {
        for try await event in run { try printer.take(event) }
      } catch let error as GraphError {
        // Without an outcome the run has not begun: it was refused.
        guard printer.outcome != nil else { throw refusal(error) }
      }
      guard let outcome = printer.outcome, let checkpoint = outcome.checkpoint, outcome.status == .interrupted else {
        break
      }
      try printer.endTurns()
      // While a person thinks there is nothing to stop: Ctrl-C ends the program.
      interrupts.onFirst(nil)
      let given = try answers.take(for: outcome.interrupts, terminal)
      guard !given.isEmpty || outcome.interrupts.contains(where: \.isOverdue) else { break }
      // The thread is free while a person thinks; if somebody else has answered meanwhile, they are told.
      thread = try await open(isAgain: true)
      run =
        thread.map { executable.run(answers: given, on: $0, options: options) }
        ?? executable.resume(checkpoint, answers: given, options: RunOptions(thread: run.identity.thread))
      printer.goOn()
    }
    let missing = printer.outcome.map { graph.missingInputs(of: $0.error?.node, in: $0.state) } ?? []
    // Who has lost the thread to another run has nothing to go on with.
    let isDisplaced =
      thread?.isWanted == true && printer.outcome.map { [.stopped, .failed].contains($0.status) } == true
    let code = try printer.finish(
      run.identity, missingInputs: missing, resumeCommand: isDisplaced ? nil : place.resumeCommand)
    guard let outcome = printer.outcome else { return code }
    let isWritten = files.write(outcome, of: graph, thread: run.identity.thread)
    answers.sayUnused(isQuiet: isQuiet)
    return isWritten || code != .ok ? code : .failure
  }

  private var options: RunOptions {
    var options = RunOptions()
    options.durability = durability
    return options
  }

  /// What is said of a run that has not begun.
  func refusal(_ error: GraphError) -> any Error {
    guard error.code == .invalidCheckpoint, let thread = place.thread else {
      return CommandFailure(error.message, code: .usage)
    }
    let diagnostics = DiagnosticEngine()
    diagnostics.report(.threadDoesNotFit(thread, error.message), at: nil)
    var renderer = DiagnosticTextRenderer(colour: terminal.coloursError(choice: nil))
    var errors = OutputWriter.standardError()
    try? errors.write(renderer.render(diagnostics.diagnostics))
    return CommandFailure(
      "The thread '\(thread)' stays as it is. Where a node has another name now, '--rename-node old=new' says so.",
      code: .failure)
  }
}

extension DiagnosticMessage {
  fileprivate static func threadDoesNotFit(_ thread: String, _ reason: String) -> Self {
    Self("GR0801", "the thread '\(thread)' cannot go on with this graph: \(reason)")
  }
}
