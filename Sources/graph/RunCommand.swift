internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// `graph run`: compiles a file, runs it, and prints what happens.
struct RunCommand: Sendable {
  private let command: ParsedCommand
  private let terminal: Terminal
  private let path: String

  init(_ command: ParsedCommand, _ terminal: Terminal) throws {
    self.command = command
    self.terminal = terminal
    path = command.required("file")
    if command.flag("json") && command.flag("events") {
      throw command.usageError("The options '--json' and '--events' cannot be used together.")
    }
  }

  @concurrent
  func run(_ interrupts: Interrupts, _ output: ResultOutput) async throws -> ExitCode {
    let isQuiet = command.flag("quiet")
    var loading = GraphLoading(command, terminal)
    loading.models = try models(isQuiet: isQuiet)
    let graph = try loading.load(path, isQuiet: isQuiet)
    let input = try RunInput(command, loading).values(for: graph)
    var answers = try RunAnswers(command, loading, graph)
    let executable = try limited(graph.graph)
    var run = executable.run(input, options: RunOptions(thread: command.value("thread")))
    var printer = RunPrinter(
      output,
      mode: mode, isQuiet: isQuiet, isFull: command.flag("full"),
      namesNodes: graph.description.nodes.filter(\.streams).count > 1,
      terminal: terminal, coloursNotices: terminal.coloursError(choice: command.toggle("color")))
    while true {
      interrupts.onFirst { [run] in run.stop("interrupted") }
      do {
        for try await event in run { try printer.take(event) }
      } catch let error as GraphError {
        // Without an outcome the run has not begun: the input was refused.
        guard printer.outcome != nil else { throw CommandFailure(error.message, code: .usage) }
      }
      guard let outcome = printer.outcome, let checkpoint = outcome.checkpoint, outcome.status == .interrupted else {
        break
      }
      try printer.endTurns()
      // While a person thinks there is nothing to stop: Ctrl-C ends the program.
      interrupts.onFirst(nil)
      let given = try answers.take(for: outcome.interrupts, terminal)
      guard !given.isEmpty else { break }
      run = executable.resume(checkpoint, answers: given, options: RunOptions(thread: run.identity.thread))
      printer.goOn()
    }
    let missing = printer.outcome.map { graph.missingInputs(of: $0.error?.node, in: $0.state) } ?? []
    let code = try printer.finish(run.identity, missingInputs: missing)
    guard let outcome = printer.outcome else { return code }
    let files = RunFiles(command, isQuiet: isQuiet)
    let isWritten = files.write(outcome, of: graph, thread: run.identity.thread)
    answers.sayUnused(isQuiet: isQuiet)
    return isWritten || code != .ok ? code : .failure
  }

  /// The graph with the limits of the command line.
  private func limited(_ graph: StateGraph) throws(UsageError) -> StateGraph {
    var graph = graph
    if let steps = try command.integer("recursion-limit", in: 1...1_000_000_000) { graph.maximumSteps = steps }
    if let nodes = try command.integer("max-concurrency", in: 1...10_000) { graph.maximumConcurrency = nodes }
    if let text = command.value("timeout") {
      guard let timeout = DurationField.parse(text: text) else {
        throw command.invalid(
          text, for: "timeout", advice: "Please provide a number of seconds, or a duration such as '500ms' or '5m'.")
      }
      graph.timeout = timeout
    }
    return graph
  }

  private var mode: RunPrinter.Mode {
    if command.flag("json") { return .json }
    return command.flag("events") ? .events : .tokens
  }

  /// Where nodes get their models; says what is wrong with the `.env` file that keys come from.
  private func models(isQuiet: Bool) throws -> ModelCatalog {
    let environment = Environment.load()
    if !isQuiet, let path = environment.path {
      var errors = OutputWriter.standardError()
      for problem in environment.problems {
        // Without its notices the run is still worth having.
        try? errors.write("\(path):\(problem.line): warning: \(problem.message); the line is left out\n")
      }
    }
    let models = ModelCatalog(
      environment: environment,
      overrides: ModelCatalog.Overrides(
        provider: command.value("provider"), model: command.value("model"), isOffline: command.flag("offline")))
    guard !command.flag("offline"), let provider = command.value("provider"),
      !models.providerNames.contains(provider.lowercased())
    else {
      return models
    }
    let near = Suggestion.nearest(to: provider, among: models.providerNames)
    let known = models.providerNames.map { "'\($0)'" }.joined(separator: ", ")
    throw CommandFailure(
      "There is no provider '\(provider)'. " + (near.map { "Did you mean '\($0)'?" } ?? "There are \(known)."),
      code: .usage)
  }
}
