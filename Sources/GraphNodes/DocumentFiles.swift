internal import GraphDiagnostics
internal import GraphLanguage

/// The files that an index is made of: those that its paths, folders and patterns lead to at the moment.
struct DocumentFiles: Sendable {
  /// The endings of the files that are taken from a folder; a file that is named is taken whatever its ending.
  static let endings: Set<String> = [
    "md", "markdown", "txt", "text", "rst", "adoc", "json", "jsonl", "yaml", "yml", "csv", "tsv",
  ]

  /// The most files of an index.
  static let maximumCount = 10_000

  /// The project.
  let files: ProjectFiles

  private let folder: String
  private let paths: [String]

  /// Checks the paths of an index.
  ///
  /// - Returns: Nil after reporting those that lead to nothing or out of the project.
  init?(_ paths: [Located<String>], in scope: NodeScope) {
    files = scope.files
    folder = scope.folder
    self.paths = paths.map(\.value)
    var isUsable = true
    for path in paths where !check(path, scope.diagnostics) { isUsable = false }
    guard isUsable else { return nil }
  }

  /// Says whether a path can be used, and reports where it cannot.
  private func check(_ path: Located<String>, _ diagnostics: DiagnosticEngine) -> Bool {
    let isPattern = PathPattern.isPattern(path.value)
    let place = ProjectFiles.join(folder, isPattern ? PathPattern(path.value).folder : path.value)
    do throws(ProjectFiles.Problem) {
      let real = try files.confined(place)
      if isPattern {
        if let found = try? entries(path.value), found.isEmpty {
          diagnostics.report(.nothingMatches(path.value), at: path.span)
        }
        return true
      }
      guard files.kind(of: real) == .other else { return true }
      diagnostics.report(.cannotIndex(path.value, "neither a file nor a folder"), at: path.span)
    } catch {
      guard !error.leavesProject else {
        diagnostics.report(.indexLeavesProject(path.value), at: path.span)
        return false
      }
      let near = files.suggestion(for: path, in: folder)
      diagnostics.report(
        .cannotIndex(path.value, error.reason), at: path.span, notes: near.notes, fixIts: near.fixIts)
    }
    return false
  }

  /// The files as they are now, each once, in the order of the paths.
  ///
  /// - Throws: `ProjectFiles.TooManyFiles` when there are more than an index takes.
  func current() throws(ProjectFiles.TooManyFiles) -> [ProjectFiles.Entry] {
    var seen: Set<UInt64> = []
    var all: [ProjectFiles.Entry] = []
    for path in paths {
      for entry in try entries(path) where seen.insert(entry.identity).inserted { all.append(entry) }
    }
    guard all.count <= Self.maximumCount else { throw ProjectFiles.TooManyFiles() }
    return all
  }

  private func entries(_ path: String) throws(ProjectFiles.TooManyFiles) -> [ProjectFiles.Entry] {
    guard PathPattern.isPattern(path) else {
      let place = ProjectFiles.join(folder, path)
      if let entry = files.entry(place) { return [entry] }
      return try files.walk(place, limit: Self.maximumCount).filter {
        Self.endings.contains(ProjectFiles.ending(of: $0.path))
      }
    }
    let pattern = PathPattern(ProjectFiles.join(folder, path))
    return try files.walk(pattern.folder.isEmpty ? "." : pattern.folder, depth: pattern.depth, limit: Self.maximumCount)
      .filter {
        pattern.matches($0.path)
      }
  }

  /// The name of a file that people are shown: relative to the graph's folder, else to the project's root.
  func name(of path: String) -> String {
    let real = ProjectFiles.realPath(path) ?? path
    for base in [ProjectFiles.realPath(folder) ?? folder, files.root] where real.hasPrefix(base + "/") {
      return String(real.dropFirst(base.count + 1))
    }
    return real
  }
}

extension ProjectFiles {
  /// The last name of a path.
  static func name(of path: String) -> String {
    String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
  }

  /// What stands behind the last dot of a path's name, in lower case; empty where there is none.
  static func ending(of path: String) -> String {
    let name = name(of: path)
    guard let dot = name.lastIndex(of: ".") else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }
}

extension DiagnosticMessage {
  fileprivate static func cannotIndex(_ path: String, _ reason: String) -> Self {
    Self("GR0290", "cannot search '\(path)': \(reason)")
  }

  fileprivate static func indexLeavesProject(_ path: String) -> Self {
    Self("GR0291", "the index leads out of the project: '\(path)'")
  }

  fileprivate static func nothingMatches(_ path: String) -> Self {
    Self("GR0292", .warning, "no file matches '\(path)'")
  }
}
