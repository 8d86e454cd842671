internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage

/// Looks at files one after the other, and gathers what is found.
struct Validation {
  private let loading: GraphLoading

  /// How files are looked at.
  private let view: ProjectView

  /// The files by their real paths, so that each is looked at once.
  private var seen: Set<String> = []

  /// What was found in files that several graphs use.
  private var found: Set<Finding> = []

  /// What was found.
  private(set) var report = DiagnosticReport()

  /// Files that could not be read, and paths that stand for none.
  private(set) var failures: [CommandFailure] = []

  /// The allowances that findings needed.
  private var uses: Set<AllowedFindings.Use> = []

  /// Findings about allowances in prompts and manifests, which graphs may need.
  private var unused: [Diagnostic] = []

  /// Whether a graph was looked at.
  private var hasGraph = false

  /// What is said of files without errors.
  private(set) var valid: [String] = []

  /// A finding as people tell one from another: two texts of one file are the same file.
  private struct Finding: Hashable {
    let path: String?
    let range: ByteRange?
    let message: DiagnosticMessage
  }

  init(_ loading: GraphLoading, _ view: ProjectView, isStrict: Bool) {
    self.loading = loading
    self.view = view
    report.isStrict = isStrict
  }

  /// Looks at what a path stands for; what cannot be read is a failure, and no reason not to look at the others.
  mutating func check(_ path: String, _ search: FileSearch) {
    let files: [String]
    do throws(CommandFailure) {
      files = try search.files(path)
    } catch {
      return fail(error, path)
    }
    for file in files {
      do throws(CommandFailure) {
        let bytes = try view.read(file)
        guard seen.insert(ProjectFiles.realPath(file) ?? file).inserted else { continue }
        check(SourceFile(path: file, bytes: bytes))
      } catch {
        fail(error, file)
      }
    }
  }

  /// Looks at the text of a file.
  mutating func check(_ file: SourceFile) {
    let check = loading.compiler(files: view.files(containing: file.path)).check(projectFile: file)
    report.files.append(file.path)
    uses.formUnion(check.uses)
    unused += check.unused
    if check.kind == .graph { hasGraph = true }
    let new = check.diagnostics.filter { diagnostic in
      let path = diagnostic.span.map { ProjectFiles.realPath($0.file.path) ?? $0.file.path }
      return found.insert(Finding(path: path, range: diagnostic.span?.range, message: diagnostic.message)).inserted
    }
    report.diagnostics += new
    guard !check.diagnostics.contains(where: { $0.severity == .error }) else { return }
    valid.append("\(file.path): valid (\(Self.summary(check)))")
  }

  /// Adds what can be said once all files were looked at.
  ///
  /// An allowance in a prompt may be for what a graph makes of it, so without graphs nothing is said.
  mutating func finish() {
    guard hasGraph else { return }
    report.diagnostics += unused.filter { diagnostic in
      AllowedFindings.Use(diagnostic.span).map { !uses.contains($0) } ?? false
    }
    unused = []
  }

  /// Adds a failure.
  mutating func fail(_ failure: CommandFailure, _ path: String) {
    failures.append(failure)
    report.failures.append(DiagnosticReport.Failure(path: path, reason: failure.message))
  }

  private static func summary(_ check: FileCheck) -> String {
    guard let size = check.size else { return check.kind.rawValue }
    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    return "\(count(size.nodes, "node")), \(count(size.edges, "edge"))"
  }
}
