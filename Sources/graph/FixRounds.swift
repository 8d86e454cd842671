internal import CommandKit
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

/// Makes the certain changes that findings ask for, until there are none left.
///
/// A change may be what lets the rest of a file be read, so that more is found; changes that touch each other are made one
/// after the other. All of it happens in texts that stand in the place of the files; nothing is written before `write`.
struct FixRounds {
  /// A change that was made.
  struct Change {
    /// The place in the text that the finding was made in, the message and the code.
    let line: String
  }

  /// A file that is changed.
  struct File {
    /// The path as people are shown it.
    let path: String

    /// The bytes that it had.
    let original: [UInt8]

    /// The bytes that it gets.
    var bytes: [UInt8]
  }

  /// Changes lead to changes a few times at most; what has not come to an end then goes in a circle.
  private static let mostRounds = 20

  /// The changes in their order.
  private(set) var changes: [Change] = []

  /// The files that are changed, by their real paths.
  private(set) var files: [String: File] = [:]

  /// The files with their new texts.
  private(set) var view: ProjectView

  init(_ view: ProjectView) { self.view = view }

  /// Looks at the files and changes texts until nothing is left to change; what is found then is the result.
  mutating func run(_ validate: (ProjectView) throws -> Validation) rethrows -> Validation {
    for _ in 0..<Self.mostRounds {
      let validation = try validate(view)
      guard change(validation.report.diagnostics) else { return validation }
    }
    return try validate(view)
  }

  /// Writes the changed files, each whole or not at all.
  ///
  /// - Returns: What could not be written.
  func write() -> [(failure: CommandFailure, path: String)] {
    files.sorted { $0.key < $1.key }.compactMap { real, file in
      do throws(CommandFailure) {
        guard try ProjectView().read(real) == file.original else {
          throw CommandFailure("'\(file.path)' has changed meanwhile and is left as it is")
        }
        try FileReplacement.replace(real, with: file.bytes)
        return nil
      } catch {
        return (error, file.path)
      }
    }
  }

  // MARK: - One round

  /// Makes what changes the findings ask for, and says whether there were any.
  private mutating func change(_ diagnostics: [Diagnostic]) -> Bool {
    var wanted: [(real: String, file: SourceFile, fixIts: [FixIt])] = []
    var findings: [FixIt: Diagnostic] = [:]
    for diagnostic in diagnostics {
      guard let fixIt = diagnostic.fixIts.first, fixIt.isCertain, fixIt.span.text != fixIt.replacement,
        let real = real(fixIt.span.file)
      else { continue }
      findings[fixIt] = diagnostic
      // The same text may have been read several times; one reading of it is enough.
      if let index = wanted.firstIndex(where: { $0.real == real }) {
        if wanted[index].file === fixIt.span.file { wanted[index].fixIts.append(fixIt) }
      } else {
        wanted.append((real, fixIt.span.file, [fixIt]))
      }
    }
    var isChanged = false
    for (real, file, fixIts) in wanted {
      let result = Self.apply(fixIts, to: file)
      guard !result.applied.isEmpty, result.bytes != current(real, file) else { continue }
      isChanged = true
      put(result.bytes, real, file)
      for fixIt in result.applied {
        guard let finding = findings[fixIt] else { continue }
        let start = fixIt.span.start
        changes.append(
          Change(
            line: "\(file.path):\(start.line):\(start.column): fixed: \(fixIt.message) [\(finding.code)]"))
      }
    }
    return isChanged
  }

  /// The absolute path of a file, without links; nil for one outside of its project, which is not changed.
  private func real(_ file: SourceFile) -> String? {
    guard let files = view.files(containing: file.path) else { return nil }
    return try? files.confined(file.path)
  }

  private func current(_ real: String, _ file: SourceFile) -> [UInt8]? {
    files[real]?.bytes ?? view.contents[real]
  }

  private mutating func put(_ bytes: [UInt8], _ real: String, _ file: SourceFile) {
    if files[real] == nil {
      let original = FixApplication([], in: file).bytes
      files[real] = File(path: file.path, original: original, bytes: bytes)
    }
    files[real]?.bytes = bytes
    view.contents[real] = bytes
  }

  /// Makes changes after which the file is still YAML, if it was: a quote that is right where an expression stands alone
  /// may end the text around it.
  private static func apply(_ fixIts: [FixIt], to file: SourceFile) -> FixApplication {
    let all = FixApplication(fixIts, in: file)
    guard isYAML(file), !isYAML(SourceFile(path: file.path, bytes: all.bytes)) else { return all }
    var harmless: [FixIt] = []
    for fixIt in all.applied {
      let result = FixApplication(harmless + [fixIt], in: file)
      if isYAML(SourceFile(path: file.path, bytes: result.bytes)) { harmless.append(fixIt) }
    }
    return FixApplication(harmless, in: file)
  }

  private static func isYAML(_ file: SourceFile) -> Bool {
    let diagnostics = DiagnosticEngine()
    return YAMLParser.parse(file, diagnostics: diagnostics) != nil && !diagnostics.hasErrors
  }
}
