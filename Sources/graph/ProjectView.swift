internal import CommandKit
internal import GraphDiagnostics
internal import GraphLanguage

/// The files of projects as a command looks at them: with texts in the place of some, and with a note of what was looked
/// at.
struct ProjectView: Sendable {
  /// Texts that stand in the place of files, by their absolute paths without links.
  var contents: [String: [UInt8]] = [:]

  /// Where it is noted what was looked at, if anybody wants to know.
  var trace: FileTrace?

  /// The files of the project that a file belongs to; nil when the file's folder does not exist.
  func files(containing path: String) -> ProjectFiles? {
    // A folder that is missing may come.
    trace?.note(path)
    return ProjectFiles(containing: path).map(viewed)
  }

  /// The files of a folder; nil when there is none.
  func files(root: String) -> ProjectFiles? {
    trace?.note(root)
    return ProjectFiles(root: root).map(viewed)
  }

  private func viewed(_ files: ProjectFiles) -> ProjectFiles {
    var files = contents.isEmpty ? files : files.overlaying(contents)
    if let trace { files = files.traced(by: trace) }
    return files
  }

  /// The bytes of a file that the user named, wherever it is.
  ///
  /// - Throws: `CommandFailure` with status 66.
  @discardableResult
  func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    guard let files = files(containing: path) else {
      throw CommandFailure("Can't read '\(path)': no such folder", code: .noInput)
    }
    do throws(ProjectFiles.Problem) {
      return try files.read(path)
    } catch {
      throw CommandFailure("Can't read '\(path)': \(error.reason)", code: .noInput)
    }
  }
}
