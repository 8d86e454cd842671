internal import CommandKit
internal import DiagnosticCatalogue
internal import Glibc
internal import GraphCompiler
internal import GraphLanguage
internal import GraphLanguageServer
internal import LanguageModels

extension GraphCommand {
  static let lsp = CommandSpec(
    name: "lsp",
    abstract: "Serve editors: the language server protocol over standard input and output.",
    discussion: """
      Editors start it. It finds mistakes while files are written, completes keys and names, shows what stands behind \
      them, leads to their definitions and renames them in graphs and prompts. How editors are told of it is in \
      'docs/editors.md'.

      The status is 0 when the editor has asked for the end, and 1 when it is gone without a word.
      """,
    options: [
      .flag("stdio", help: "Use standard input and output, as it does anyway; some editors insist on saying it.")
    ])
}

/// `graph lsp`: serves one editor.
struct LanguageServerCommand {
  private let factory: any NodeFactory

  init(_ command: ParsedCommand, _ terminal: Terminal) {
    factory = GraphLoading(command, terminal).compiler.factory
  }

  func run() -> ExitCode {
    let knowledge = LanguageServer.Knowledge(
      providers: ProviderPreset.all.map(\.name),
      models: Dictionary(
        ProviderPreset.all.compactMap { preset in preset.defaultModel.map { (preset.name, [$0]) } },
        uniquingKeysWith: { first, _ in first }),
      explanation: { DiagnosticCatalogue.entry($0).map(DiagnosticPage.explanation) })
    let server = LanguageServer(factory: factory, knowledge: knowledge, version: GraphCommand.version)
    var loop = LanguageServerLoop(server, input: STDIN_FILENO, output: STDOUT_FILENO)
    return loop.run() == 0 ? .ok : .failure
  }
}
