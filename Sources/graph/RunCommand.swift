internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
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
  func run() async throws -> ExitCode {
    let isQuiet = command.flag("quiet")
    var loading = GraphLoading(command, terminal)
    let environment = Environment.load()
    loading.models = ModelCatalog(
      environment: environment,
      overrides: ModelCatalog.Overrides(
        provider: command.value("provider"), model: command.value("model"), isOffline: command.flag("offline")))
    let graph = try loading.load(path, isQuiet: isQuiet)
    let input = try RunInput(command, loading).values(for: graph)
    let run = graph.run(input, options: RunOptions(thread: command.value("thread")))
    Interrupts.listen { run.stop("interrupted") }
    var printer = RunPrinter(mode: mode, isQuiet: isQuiet)
    do {
      for try await event in run { try printer.take(event) }
      return try printer.finish(run.identity)
    } catch let error as GraphError {
      // Without an outcome the run has not begun: the input was refused.
      guard printer.outcome != nil else { throw CommandFailure(error.message, code: .usage) }
      return try printer.finish(run.identity)
    }
  }

  private var mode: RunPrinter.Mode {
    if command.flag("json") { return .json }
    return command.flag("events") ? .events : .tokens
  }
}
