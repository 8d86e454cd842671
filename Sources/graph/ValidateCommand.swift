internal import CommandKit
internal import DiagnosticCatalogue
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

      The status is 1 when there is an error, and with '--strict' when there is a warning; 66 when a file cannot be read. \
      '--watch' ends with Ctrl-C and 130.

      '--fix' makes the changes after which nothing else can have been meant, also in prompts and graphs that the files \
      use; names that are near to a misspelled one are offered and never put in. '--diff' prints those changes as a patch \
      instead, and the status is 1 when there are any.

      Examples:
          graph validate
          graph validate --strict graphs prompts
          graph validate --fix graphs/hello.yaml
          graph validate --format sarif graphs > graph.sarif
          graph validate --stdin-path graphs/hello.yaml < graphs/hello.yaml
      """,
    options: [
      .single(
        "format", help: "How findings are printed.", allowedValues: ValidateCommand.Format.allCases.map(\.rawValue),
        defaultValue: "text"),
      .flag("strict", help: "Let warnings count as errors."),
      .flag("fix", help: "Make the certain changes in the files, and print them."),
      .flag("diff", help: "Change nothing; print what '--fix' would change, as a patch."),
      .flag("watch", short: "w", help: "Check again whenever a file changes that was looked at."),
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

  /// What becomes of the changes that findings ask for.
  private enum Fixing {
    case none, write, show
  }

  private let loading: GraphLoading
  private let paths: [String]
  private let format: Format
  private let isStrict: Bool
  private let fixing: Fixing
  private let excluded: [String]

  /// The file that standard input stands for.
  private let inputPath: String?

  /// Whether it goes on for as long as nobody ends it.
  let watches: Bool

  init(_ command: ParsedCommand, _ terminal: Terminal) throws {
    loading = GraphLoading(command, terminal)
    paths = command.values("file")
    format = Format(rawValue: command.required("format")) ?? .text
    isStrict = command.flag("strict")
    fixing = command.flag("diff") ? .show : command.flag("fix") ? .write : .none
    watches = command.flag("watch")
    excluded = command.values("exclude")
    inputPath = command.value("stdin-path")
    if inputPath != nil, !paths.isEmpty { throw command.usageError("'--stdin-path' and files do not go together.") }
    if inputPath != nil, watches || fixing != .none {
      throw command.usageError("'--stdin-path' checks a text once, and changes nothing.")
    }
    if watches, fixing != .none { throw command.usageError("'--watch' changes nothing; fix first, then watch.") }
    if fixing == .show, format != .text {
      throw command.usageError("'--diff' prints a patch, and takes no '--format'.")
    }
  }

  func run() throws -> ExitCode {
    if watches { try watch() }
    if fixing != .none { return try fix() }
    let validation = try validate(ProjectView())
    try print(validation)
    return status(validation)
  }

  private func validate(_ view: ProjectView) throws -> Validation {
    var validation = Validation(loading, view, isStrict: isStrict)
    if let inputPath {
      validation.check(SourceFile(path: inputPath, bytes: try StandardInput.read()))
      validation.finish()
      return validation
    }
    let search = FileSearch(Set(ProjectFileKind.allCases), excluding: excluded, view: view)
    for path in try paths.isEmpty ? search.usualFolders() : paths { validation.check(path, search) }
    validation.finish()
    return validation
  }

  private func status(_ validation: Validation) -> ExitCode {
    if let failure = validation.failures.first { return failure.code }
    return validation.report.passes ? .ok : .failure
  }

  // MARK: - Changing

  private func fix() throws -> ExitCode {
    var rounds = FixRounds(ProjectView())
    var validation = try rounds.run(validate)
    if fixing == .show {
      var output = OutputWriter.standardOutput()
      for (real, file) in rounds.files.sorted(by: { $0.key < $1.key }) {
        let path = ProjectFiles(containing: real)?.displayed(real) ?? real
        try output.write(
          UnifiedDifference.text(
            path, from: String(decoding: file.original, as: UTF8.self), to: String(decoding: file.bytes, as: UTF8.self))
        )
      }
      try output.flush()
      try print(validation, saysValid: false)
      let status = status(validation)
      return status == .ok && !rounds.changes.isEmpty ? .failure : status
    }
    for (failure, path) in rounds.write() { validation.fail(failure, path) }
    // Beside what another program reads, people are told on standard error.
    var output = format == .text ? OutputWriter.standardOutput() : OutputWriter.standardError()
    for change in rounds.changes { try output.write(change.line + "\n") }
    try output.flush()
    try print(validation)
    return status(validation)
  }

  // MARK: - Watching

  /// Looks again whenever something changes; only an error or a signal ends it.
  private func watch() throws -> Never {
    let terminal = loading.terminal
    while true {
      let trace = FileTrace()
      let validation: Validation
      do {
        validation = try validate(ProjectView(trace: trace))
      } catch let failure as CommandFailure where failure.code == .noInput {
        // The usual folders are missing, and may come.
        for folder in FileSearch.usualNames { trace.note(folder) }
        var nothing = Validation(loading, ProjectView(), isStrict: isStrict)
        nothing.fail(failure, FileSearch.usualNames.joined(separator: ", "))
        validation = nothing
      }
      var errors = OutputWriter.standardError()
      if format == .text, terminal.isErrorInteractive { try errors.write("\u{1B}[H\u{1B}[2J\u{1B}[3J") }
      try print(validation)
      if format == .text {
        let count = trace.fileCount
        try errors.write("watching \(count) file\(count == 1 ? "" : "s"); Ctrl-C ends\n")
      }
      repeat {
        let watcher = try FileWatcher(trace.folders)
        // What changed before the folders were watched is seen here.
        if !trace.hasChanged { watcher.wait() }
      } while !trace.hasChanged
    }
  }

  // MARK: - Printing

  private func print(_ validation: Validation, saysValid: Bool = true) throws(OutputError) {
    let report = validation.report
    var output = OutputWriter.standardOutput()
    var errors = OutputWriter.standardError()
    switch format {
    case .text:
      loading.printText(report.diagnostics)
      if saysValid { for line in validation.valid { try output.write(line + "\n") } }
    case .json: try output.write(DiagnosticJSONRenderer().render(report.diagnostics) + "\n")
    case .sarif:
      let renderer = DiagnosticSARIFRenderer(toolVersion: GraphCommand.version, root: ProjectFiles.realPath(".")) {
        code in
        DiagnosticCatalogue.entry(code.id).map(ExplanationPrinter.rule)
      }
      try output.write(renderer.render(report) + "\n")
    case .github: try output.write(DiagnosticGitHubRenderer().render(report))
    case .junit: try output.write(DiagnosticJUnitRenderer().render(report))
    }
    try output.flush()
    for failure in validation.failures { try? errors.write(failure.text) }
    if format == .text, let summary = DiagnosticTextRenderer.summary(report.diagnostics) {
      try? errors.write(summary + "\n")
      loading.printAdvice(report.diagnostics)
    }
  }
}
