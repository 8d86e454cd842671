internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage

/// Looks at files one after the other, and gathers what is found.
struct Validation {
  private let compiler: GraphCompiler

  /// The files by their real paths, so that each is looked at once.
  private var seen: Set<String> = []

  /// What was found in files that several graphs use.
  private var found: Set<Finding> = []

  /// What was found.
  private(set) var report = DiagnosticReport()

  /// Files that could not be read, and paths that stand for none.
  private(set) var failures: [CommandFailure] = []

  /// What is said of files without errors.
  private(set) var valid: [String] = []

  /// A finding as people tell one from another: two texts of one file are the same file.
  private struct Finding: Hashable {
    let path: String?
    let range: ByteRange?
    let message: DiagnosticMessage
  }

  init(compiler: GraphCompiler, isStrict: Bool) {
    self.compiler = compiler
    report.isStrict = isStrict
  }

  /// Looks at what a path stands for; what cannot be read is a failure, and no reason not to look at the others.
  mutating func check(
    _ path: String, _ search: FileSearch, read: (String) throws(CommandFailure) -> [UInt8]
  ) {
    let files: [String]
    do throws(CommandFailure) {
      files = try search.files(path)
    } catch {
      return fail(path, error)
    }
    for file in files {
      do throws(CommandFailure) {
        let bytes = try read(file)
        guard seen.insert(ProjectFiles.realPath(file) ?? file).inserted else { continue }
        check(SourceFile(path: file, bytes: bytes))
      } catch {
        fail(file, error)
      }
    }
  }

  /// Looks at the text of a file.
  mutating func check(_ file: SourceFile) {
    let check = compiler.check(projectFile: file)
    report.files.append(file.path)
    let new = check.diagnostics.filter { diagnostic in
      let path = diagnostic.span.map { ProjectFiles.realPath($0.file.path) ?? $0.file.path }
      return found.insert(Finding(path: path, range: diagnostic.span?.range, message: diagnostic.message)).inserted
    }
    report.diagnostics += new
    guard !check.diagnostics.contains(where: { $0.severity == .error }) else { return }
    valid.append("\(file.path): valid (\(Self.summary(check)))")
  }

  private mutating func fail(_ path: String, _ failure: CommandFailure) {
    failures.append(failure)
    report.failures.append(DiagnosticReport.Failure(path: path, reason: failure.message))
  }

  private static func summary(_ check: FileCheck) -> String {
    guard let size = check.size else { return check.kind.rawValue }
    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    return "\(count(size.nodes, "node")), \(count(size.edges, "edge"))"
  }
}
