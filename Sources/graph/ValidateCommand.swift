internal import CommandKit
internal import Glibc
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage

extension GraphCommand {
  static let validate = CommandSpec(
    name: "validate",
    abstract: "Check graphs, prompts and manifests of tools without running anything.",
    discussion: """
      Everything that is wrong is reported in one call, with the place and, where there is one, the remedy. Without files, \
      the folders 'graphs' and 'prompts' are checked. In folders and for patterns such as 'graphs/**/*.yaml', files count \
      that have the keys of a graph, a prompt or a tool's manifest at their top; names that begin with a dot, and \
      'node_modules', are left out.

      The status is 1 when there is an error, and with '--strict' when there is a warning; 66 when a file cannot be read.

      Examples:
          graph validate
          graph validate --strict graphs prompts
          graph validate --format sarif graphs > graph.sarif
          graph validate --stdin-path graphs/hello.yaml < graphs/hello.yaml
      """,
    options: [
      .single(
        "format", help: "How findings are printed.", allowedValues: ValidateCommand.Format.allCases.map(\.rawValue),
        defaultValue: "text"),
      .flag("strict", help: "Let warnings count as errors."),
      .repeating(
        "exclude", placeholder: "pattern",
        help: "Files and folders to leave out of folders; a pattern without a slash fits names in any folder."),
      .single(
        "stdin-path", placeholder: "file",
        help: "Check standard input as if it were the content of this file, as editors do.",
        completion: .files(extensions: ["yaml", "yml"])),
    ],
    arguments: [
      ArgumentSpec(
        "file", .repeating(minimum: 0), help: "Files, folders of files, or patterns in quotes.",
        completion: .files(extensions: ["yaml", "yml"]))
    ])
}

/// `graph validate`: checks files and says what was found.
struct ValidateCommand {
  /// How findings are printed.
  enum Format: String, CaseIterable {
    case text, json, sarif, github, junit
  }

  private let loading: GraphLoading
  private let paths: [String]
  private let format: Format
  private let isStrict: Bool
  private let search: FileSearch

  /// The file that standard input stands for.
  private let inputPath: String?

  init(_ command: ParsedCommand, _ terminal: Terminal) throws {
    loading = GraphLoading(command, terminal)
    paths = command.values("file")
    format = Format(rawValue: command.required("format")) ?? .text
    isStrict = command.flag("strict")
    search = FileSearch(Set(ProjectFileKind.allCases), excluding: command.values("exclude"))
    inputPath = command.value("stdin-path")
    if inputPath != nil, !paths.isEmpty { throw command.usageError("'--stdin-path' and files do not go together.") }
  }

  func run() throws -> ExitCode {
    var validation = Validation(compiler: loading.compiler, isStrict: isStrict)
    if let inputPath {
      validation.check(SourceFile(path: inputPath, bytes: try StandardInput.read()))
    } else {
      for path in try paths.isEmpty ? FileSearch.usualFolders() : paths {
        validation.check(path, search) { path throws(CommandFailure) in try loading.read(path) }
      }
    }
    try print(validation)
    if let failure = validation.failures.first { return failure.code }
    return validation.report.passes ? .ok : .failure
  }

  private func print(_ validation: Validation) throws(OutputError) {
    let report = validation.report
    var output = OutputWriter.standardOutput()
    var errors = OutputWriter.standardError()
    switch format {
    case .text:
      loading.printText(report.diagnostics)
      for line in validation.valid { try output.write(line + "\n") }
    case .json: try output.write(DiagnosticJSONRenderer().render(report.diagnostics) + "\n")
    case .sarif:
      let renderer = DiagnosticSARIFRenderer(toolVersion: GraphCommand.version, root: ProjectFiles.realPath(".")) {
        _ in nil
      }
      try output.write(renderer.render(report) + "\n")
    case .github: try output.write(DiagnosticGitHubRenderer().render(report))
    case .junit: try output.write(DiagnosticJUnitRenderer().render(report))
    }
    try output.flush()
    for failure in validation.failures { try? errors.write(failure.text) }
    if format == .text, let summary = DiagnosticTextRenderer.summary(report.diagnostics) {
      try? errors.write(summary + "\n")
    }
  }
}
