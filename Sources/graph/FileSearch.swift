internal import CommandKit
internal import GraphDiagnostics
internal import GraphLanguage

/// Finds the files that a path of a command line stands for: itself, those of a folder, or those that fit a pattern.
///
/// In folders, files count that are of one of the wanted kinds. Names that begin with a dot, and `node_modules`, are left
/// out.
struct FileSearch {
  /// What is looked for in folders.
  let kinds: Set<ProjectFileKind>

  /// What is left out besides.
  private let excluded: [PathPattern]

  /// How files are looked at.
  private let view: ProjectView

  /// The working directory with a slash behind it.
  private let workingDirectory: String?

  /// - Parameter excluded: Patterns; one without a slash fits names in any folder.
  init(_ kinds: Set<ProjectFileKind>, excluding excluded: [String] = [], view: ProjectView = ProjectView()) {
    self.kinds = kinds
    self.view = view
    self.excluded = excluded.map { PathPattern($0.contains("/") ? $0 : "**/\($0)") }
    workingDirectory = ProjectFiles.realPath(".").map { $0 == "/" ? $0 : $0 + "/" }
  }

  /// The files in ascending order of their names.
  ///
  /// - Throws: `CommandFailure` with status 66 when there is nothing to read.
  func files(_ path: String) throws(CommandFailure) -> [String] {
    if let files = view.files(root: path) {
      let found = search(path, in: files, for: nil)
      guard !found.isEmpty else { throw CommandFailure("There is no \(wanted) in '\(path)'", code: .noInput) }
      return found
    }
    let isThere = ProjectFiles.realPath(path) != nil
    guard !isThere, PathPattern.isPattern(path) else { return [path] }
    let pattern = PathPattern(path)
    let folder = pattern.folder.isEmpty ? "." : pattern.folder
    guard let files = view.files(root: folder) else {
      throw CommandFailure("There is no folder '\(folder)'", code: .noInput)
    }
    let found = search(folder, in: files, for: pattern)
    guard !found.isEmpty else { throw CommandFailure("No \(wanted) fits '\(path)'", code: .noInput) }
    return found
  }

  private var wanted: String {
    let names = ProjectFileKind.allCases.filter(kinds.contains).map { $0 == .graph ? "graph file" : $0.rawValue }
    guard names.count > 1 else { return names.first ?? "file" }
    return names.dropLast().map { $0 == "graph file" ? "graph" : $0 }.joined(separator: ", ") + " or "
      + names[names.count - 1]
  }

  private func search(_ folder: String, in files: ProjectFiles, for pattern: PathPattern?) -> [String] {
    var seen: Set<String> = []
    return search(folder, files, pattern, &seen)
  }

  /// - Parameters:
  ///   - pattern: What is looked for; nil for everything.
  ///   - seen: The real paths of the folders that were searched; a link may lead back to one.
  private func search(
    _ folder: String, _ files: ProjectFiles, _ pattern: PathPattern?, _ seen: inout Set<String>
  ) -> [String] {
    guard let real = try? files.confined(folder), seen.insert(real).inserted else { return [] }
    var found: [String] = []
    for name in files.list(folder) where !name.hasPrefix(".") && name != "node_modules" {
      let path = folder == "." && pattern != nil ? name : ProjectFiles.join(folder, name)
      guard !isExcluded(path) else { continue }
      let fits = pattern?.matches(path) ?? true
      if files.kind(of: path) == .folder {
        // What is in a folder that fits is wanted, too.
        found += search(path, files, fits ? nil : pattern, &seen)
      } else if fits, name.hasSuffix(".yaml") || name.hasSuffix(".yml"), let bytes = try? files.read(path),
        let kind = ProjectFileKind(SourceFile(path: path, bytes: bytes)), kinds.contains(kind)
      {
        found.append(path)
      }
    }
    return found
  }

  private func isExcluded(_ path: String) -> Bool {
    guard !excluded.isEmpty else { return false }
    let relative = workingDirectory.flatMap { path.hasPrefix($0) ? String(path.dropFirst($0.count)) : nil } ?? path
    return excluded.contains { $0.matches(relative) }
  }

  /// The folders that are taken where none is named.
  static let usualNames = ["graphs", "prompts"]

  /// Those of the usual folders that there are.
  ///
  /// - Throws: `CommandFailure` with status 66 when there is none.
  func usualFolders() throws(CommandFailure) -> [String] {
    let folders = Self.usualNames.filter { view.files(root: $0) != nil }
    if folders.isEmpty {
      throw CommandFailure("There is no folder 'graphs' or 'prompts' here; name the files", code: .noInput)
    }
    return folders
  }
}
