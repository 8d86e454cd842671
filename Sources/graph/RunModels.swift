internal import CommandKit
internal import GraphDiagnostics
internal import LanguageModels

/// Where the nodes of a command get their models: by its options, the environment and the `.env` file.
struct RunModels {
  /// The variables, those of the `.env` file included.
  let environment = Environment.load()
  private let command: ParsedCommand

  init(_ command: ParsedCommand) { self.command = command }

  /// Says what is wrong with the `.env` file that keys come from.
  func sayProblems() {
    guard let path = environment.path else { return }
    var errors = OutputWriter.standardError()
    for problem in environment.problems {
      // Without its notices the run is still worth having.
      try? errors.write("\(path):\(problem.line): warning: \(problem.message); the line is left out\n")
    }
  }

  /// The models.
  ///
  /// - Throws: `CommandFailure` when there is no provider of the name that the command line gives.
  func catalog() throws(CommandFailure) -> ModelCatalog {
    let models = ModelCatalog(
      environment: environment,
      overrides: ModelCatalog.Overrides(
        provider: command.value("provider"), model: command.value("model"), isOffline: command.flag("offline")))
    guard !command.flag("offline"), let provider = command.value("provider"),
      !models.providerNames.contains(provider.lowercased())
    else { return models }
    let near = Suggestion.nearest(to: provider, among: models.providerNames)
    let known = models.providerNames.map { "'\($0)'" }.joined(separator: ", ")
    throw CommandFailure(
      "There is no provider '\(provider)'. " + (near.map { "Did you mean '\($0)'?" } ?? "There are \(known)."),
      code: .usage)
  }
}
