#if canImport(Glibc)
  internal import Glibc
#endif

internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Reads what is in the state before a run: `variables`, and over them the data of `data_files`.
struct LoadPresets {
  /// One key with its value.
  struct Preset {
    let key: Located<String>
    let value: Value

    /// Where the value is written, or its file is named.
    let span: SourceSpan

    /// Whether all of it could be read, so that its type means something.
    var isWhole = true
  }

  private let files: ProjectFiles
  private let folder: String
  private let diagnostics: DiagnosticEngine

  /// The presets in the order of the file; of two for one key the last counts.
  static func run(
    _ document: GraphDocument, _ files: ProjectFiles, _ diagnostics: DiagnosticEngine
  ) -> [Preset] {
    let pass = LoadPresets(
      files: files, folder: ProjectFiles.parent(of: document.file.path), diagnostics: diagnostics)
    return document.variables.map { Preset(key: $0.key, value: $0.value.value, span: $0.value.span) }
      + document.dataFiles.map { pass.load($0.key, $0.path) }
  }

  private func load(_ key: Located<String>, _ path: Located<String>) -> Preset {
    let isPattern = path.value.contains { "*?[".contains($0) }
    let value = isPattern ? loadAll(path) : load(path.value, at: path.span)
    return Preset(key: key, value: value ?? .null, span: path.span, isWhole: value != nil)
  }

  // MARK: - One file

  private func load(_ path: String, at span: SourceSpan) -> Value? {
    let place = ProjectFiles.join(folder, path)
    // Said before it is seen whether there is such a file, which is nobody's business.
    let folder = ProjectFiles.realPath(folder) ?? folder
    guard files.contains(ProjectFiles.normalised(ProjectFiles.join(folder, path))) else {
      diagnostics.report(.unreadableData(path, "outside the project"), at: span)
      return nil
    }
    do throws(ProjectFiles.Problem) {
      let file = SourceFile(path: files.displayed(try files.confined(place)), bytes: try files.read(place))
      return DataFile.parse(file, diagnostics: diagnostics)
    } catch {
      let near = files.suggestion(for: Located(path, at: span), in: folder)
      diagnostics.report(.unreadableData(path, error.reason), at: span, notes: near.notes, fixIts: near.fixIts)
      return nil
    }
  }

  // MARK: - Patterns

  /// The data of all files that a pattern fits, by the files' names without endings.
  private func loadAll(_ pattern: Located<String>) -> Value? {
    guard !pattern.value.contains("**") else {
      diagnostics.report(.deepPattern(pattern.value), at: pattern.span)
      return nil
    }
    guard isInside(pattern.value) else {
      diagnostics.report(.unreadableData(pattern.value, "outside the project"), at: pattern.span)
      return nil
    }
    let paths = matches(pattern.value)
    if paths.isEmpty { diagnostics.report(.noDataFile(pattern.value), at: pattern.span) }
    var object = ValueObject()
    var sources: [String: String] = [:]
    var isWhole = true
    for path in paths {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
      if let other = sources.updateValue(path, forKey: stem) {
        diagnostics.report(.sameStem(other, path, stem), at: pattern.span)
        isWhole = false
        continue
      }
      guard let value = load(path, at: pattern.span) else {
        isWhole = false
        continue
      }
      object[stem] = value
    }
    return isWhole ? .object(object) : nil
  }

  /// Whether the folder that a pattern begins with is one of the project.
  private func isInside(_ pattern: String) -> Bool {
    let parts = pattern.split(separator: "/").prefix { part in !part.contains { "*?[".contains($0) } }
    let start = (pattern.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    let folder = ProjectFiles.realPath(folder) ?? folder
    return files.contains(ProjectFiles.normalised(ProjectFiles.join(folder, start)))
  }

  /// The files that a pattern fits, as paths relative to the graph's folder, in ascending order.
  private func matches(_ pattern: String) -> [String] {
    var found = [pattern.hasPrefix("/") ? "/" : ""]
    let parts = pattern.split(separator: "/").map(String.init)
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      found = found.flatMap { prefix -> [String] in
        guard part.contains(where: { "*?[".contains($0) }) else { return [prefix + part + (isLast ? "" : "/")] }
        let names = files.list(ProjectFiles.join(folder, prefix.isEmpty ? "." : prefix))
        return names.filter { name in
          fnmatch(part, name, FNM_PERIOD) == 0
            && files.kind(of: ProjectFiles.join(folder, prefix + name)) == (isLast ? .file : .folder)
        }.map { prefix + $0 + (isLast ? "" : "/") }
      }
    }
    return found.sorted()
  }
}

extension DiagnosticMessage {
  fileprivate static func unreadableData(_ path: String, _ reason: String) -> Self {
    Self("GR0280", "cannot read the data file '\(path)': \(reason)")
  }

  fileprivate static func noDataFile(_ pattern: String) -> Self {
    Self("GR0281", .warning, "no file fits '\(pattern)'")
  }

  fileprivate static func sameStem(_ first: String, _ second: String, _ stem: String) -> Self {
    Self("GR0282", "'\(first)' and '\(second)' would both be '\(stem)'")
  }

  fileprivate static func deepPattern(_ pattern: String) -> Self {
    Self("GR0283", "'**' searches folders without end; name the folders in '\(pattern)'")
  }
}
