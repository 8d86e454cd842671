public import GraphDiagnostics

/// Finds, reads and keeps the prompt files of a project.
///
/// A prompt is looked for in this order, as `.yaml`, then as `.yml`; a name may contain folders and an extension:
///
/// 1. in `prompts_dir`, below the graph's folder, then below each folder above it;
/// 2. next to the graph, with `prompts_relative`;
/// 3. in `prompts`, next to the graph, then in each folder above it;
/// 4. for `folder/name`, in `folder/prompts`, in the same folders.
///
/// The folders above end with the project's root. A file outside the root is never read, wherever a name or a link
/// leads. A file is read and parsed once, by whatever name it is asked for. It is used from one thread, as a
/// `DiagnosticEngine` is.
public final class PromptLoader {
  /// Where a graph looks for its prompts.
  public struct Lookup: Sendable, Hashable {
    /// The folder of the graph file.
    public let graphFolder: String
    /// `prompts_relative`.
    public let isRelative: Bool
    /// `prompts_dir`.
    public let directory: String?

    /// Creates a lookup.
    public init(graphFolder: String, isRelative: Bool = false, directory: String? = nil) {
      self.graphFolder = graphFolder
      self.isRelative = isRelative
      self.directory = directory
    }
  }

  /// The files of the project.
  let files: ProjectFiles

  /// Documents by real path; nil for one that was read and has mistakes, which are not reported twice.
  private var documents: [String: PromptDocument?] = [:]

  /// Files that are being read, each included by the one before it.
  private var open: [String] = []

  /// Documents that were found, by the name that was asked for; graphs ask for one prompt from many nodes.
  private var named: [Lookup: [String: PromptDocument?]] = [:]

  /// The graph's folder and those above it, by the graph's folder.
  private var ancestors: [String: [String]] = [:]

  /// The absolute paths of folders without links, by the paths that lead to them; nil for those that there are not.
  private var realFolders: [String: String?] = [:]

  /// Creates a loader without documents.
  public init(files: ProjectFiles) { self.files = files }

  /// The document of a prompt, or nil after reporting why there is none.
  public func load(_ name: Located<String>, _ lookup: Lookup, diagnostics: DiagnosticEngine) -> PromptDocument? {
    if let known = named[lookup]?[name.value] { return known }
    guard let path = find(name, lookup, diagnostics: diagnostics) else { return nil }
    let document = load(path, name, lookup, diagnostics)
    named[lookup, default: [:]][name.value] = .some(document)
    return document
  }

  private func load(
    _ path: String, _ name: Located<String>, _ lookup: Lookup, _ diagnostics: DiagnosticEngine
  ) -> PromptDocument? {
    if let known = documents[path] { return known }
    guard !open.contains(path) else {
      diagnostics.report(.promptIncludesItself(name.value), at: name.span)
      return nil
    }
    open.append(path)
    defer { open.removeLast() }
    let document: PromptDocument?
    do throws(ProjectFiles.Problem) {
      let file = SourceFile(path: files.displayed(path), bytes: try files.read(confined: path))
      document = PromptDocument.parse(file, diagnostics: diagnostics).map {
        addingIncludes(to: $0, lookup, diagnostics: diagnostics)
      }
    } catch {
      diagnostics.report(.unreadablePrompt(files.displayed(path), error.reason), at: name.span)
      document = nil
    }
    documents[path] = .some(document)
    return document
  }

  /// Checks that `prompts_dir` is a folder of the project.
  public func check(directory: Located<String>, _ lookup: Lookup, diagnostics: DiagnosticEngine) {
    let folders = foldersAbove(lookup).map { ProjectFiles.normalised(ProjectFiles.join($0, directory.value)) }
    if folders.contains(where: { files.contains($0) && files.kind(of: $0) == .folder }) { return }
    guard let first = folders.first else { return }
    if !files.contains(first) {
      diagnostics.report(.promptFolderLeavesProject(directory.value), at: directory.span)
    } else {
      diagnostics.report(.noSuchPromptFolder(directory.value), at: directory.span)
    }
  }

  /// A prompt with the questions of those that it includes; what cannot be included is reported.
  public func addingIncludes(
    to document: PromptDocument, _ lookup: Lookup, diagnostics: DiagnosticEngine
  ) -> PromptDocument {
    var document = document
    for name in document.includes {
      guard let included = load(name, lookup, diagnostics: diagnostics) else { continue }
      guard let question = included.user else {
        diagnostics.report(.includedPromptAsksNothing(name.value), at: name.span)
        continue
      }
      document.include(question, of: included, as: name.value)
    }
    return document
  }

  /// The real path of a prompt's file, or nil after reporting where it was looked for.
  public func find(_ name: Located<String>, _ lookup: Lookup, diagnostics: DiagnosticEngine) -> String? {
    let candidates = candidates(name.value, lookup)
    let inside = candidates.filter { files.contains($0) }
    for candidate in inside {
      for path in Self.spellings(candidate) {
        guard let real = realPath(ofFile: path) else { continue }
        guard files.contains(real) else {
          diagnostics.report(
            .promptLeavesProject(name.value), at: name.span,
            notes: [.init("'\(files.displayed(path))' is a link", at: name.span)])
          return nil
        }
        return real
      }
    }
    if inside.isEmpty {
      diagnostics.report(
        .promptLeavesProject(name.value), at: name.span,
        notes: [.init("the project's root is '\(files.root)'", at: name.span)])
    } else {
      reportNotFound(name, inside, lookup, diagnostics)
    }
    return nil
  }

  /// The absolute path of a file, without links; nil when there is no such file.
  ///
  /// Thousands of prompts stand in one folder, whose own links are followed once.
  private func realPath(ofFile path: String) -> String? {
    files.note(path)
    let folder = ProjectFiles.parent(of: path)
    let real: String?
    if let known = realFolders[folder] {
      real = known
    } else {
      real = ProjectFiles.realPath(folder)
      realFolders[folder] = .some(real)
    }
    return real.flatMap { files.path(ofFile: ProjectFiles.name(of: path), in: $0) }
  }

  // MARK: - Candidates

  /// The paths without extension that a name may mean, best first.
  private func candidates(_ name: String, _ lookup: Lookup) -> [String] {
    guard !name.hasPrefix("/") else { return [ProjectFiles.normalised(name)] }
    var paths: [String] = []
    for folder in searchedFolders(lookup) { paths.append(ProjectFiles.join(folder, name)) }
    if let slash = name.lastIndex(of: "/") {
      for folder in foldersAbove(lookup) {
        paths.append("\(folder)/\(name[..<slash])/prompts/\(name[name.index(after: slash)...])")
      }
    }
    var seen: Set<String> = []
    return paths.map { ProjectFiles.normalised($0) }.filter { seen.insert($0).inserted }
  }

  /// The folders that prompts are looked for in, best first.
  private func searchedFolders(_ lookup: Lookup) -> [String] {
    let above = foldersAbove(lookup)
    var folders: [String] = []
    if let directory = lookup.directory { folders += above.map { ProjectFiles.join($0, directory) } }
    if lookup.isRelative { folders += above.prefix(1) }
    return folders + above.map { "\($0)/prompts" }
  }

  /// The graph's folder and those above it, up to the root.
  private func foldersAbove(_ lookup: Lookup) -> [String] {
    if let known = ancestors[lookup.graphFolder] { return known }
    let folders = folders(from: lookup.graphFolder)
    ancestors[lookup.graphFolder] = folders
    return folders
  }

  private func folders(from graphFolder: String) -> [String] {
    guard var folder = ProjectFiles.realPath(graphFolder) else { return [] }
    var folders = [folder]
    while folder != files.root, folder != "/" {
      folder = ProjectFiles.parent(of: folder)
      folders.append(folder)
    }
    // A graph outside the root has nothing but its own folder, which is refused.
    return files.contains(folders[0]) ? folders : [folders[0]]
  }

  private static func spellings(_ path: String) -> [String] {
    path.hasSuffix(".yaml") || path.hasSuffix(".yml") ? [path] : ["\(path).yaml", "\(path).yml"]
  }

  // MARK: - Suggestions

  private func reportNotFound(
    _ name: Located<String>, _ candidates: [String], _ lookup: Lookup, _ diagnostics: DiagnosticEngine
  ) {
    var notes: [Diagnostic.Note] = []
    let near = Suggestion.nearest(to: name.value, among: names(lookup))
    if let near { notes.append(.init("did you mean '\(near)'?", at: name.span)) }
    let tried = candidates.map { "'\(files.displayed(Self.spellings($0)[0]))'" }
    notes.append(.init("looked for \(tried.joined(separator: ", "))", at: name.span))
    diagnostics.report(
      .promptNotFound(name.value), at: name.span, notes: notes,
      fixIts: near.map { [.replace(name.span, with: $0)] } ?? [])
  }

  /// The names of the prompts that a graph could use, in the order they would be found; at most 2,000.
  public func names(_ lookup: Lookup) -> [String] {
    var names: [String] = []
    var seen: Set<String> = []
    var remaining = 2_000
    func collect(_ folder: String, _ prefix: String, depth: Int) {
      for name in files.list(folder) where !name.hasPrefix(".") && remaining > 0 {
        remaining -= 1
        let path = "\(folder)/\(name)"
        switch files.kind(of: path) {
        case .folder? where depth < 4: collect(path, prefix + name + "/", depth: depth + 1)
        case .file?:
          guard let dot = name.lastIndex(of: "."), [".yaml", ".yml"].contains(name[dot...]) else { continue }
          let stem = prefix + name[..<dot]
          if seen.insert(stem).inserted { names.append(stem) }
        default: break
        }
      }
    }
    for folder in searchedFolders(lookup) { collect(ProjectFiles.normalised(folder), "", depth: 0) }
    return names
  }
}

extension DiagnosticMessage {
  static func promptNotFound(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0616", .error, "prompt '\(name)' was not found", bearing: .missing(.prompt, name))
  }

  static func promptLeavesProject(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0617", .error, "prompt '\(name)' leads out of the project")
  }

  static func promptIncludesItself(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0608", .error, "including prompt '\(name)' here leads back to it without end")
  }

  static func includedPromptAsksNothing(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0609", .error, "prompt '\(name)' has no 'user' or 'template' that could be included")
  }

  static func promptFolderLeavesProject(_ path: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0602", .error, "'prompts_dir' leads out of the project: '\(path)'")
  }

  static func noSuchPromptFolder(_ path: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0603", .warning, "there is no folder '\(path)' to look for prompts in")
  }

  static func unreadablePrompt(_ path: String, _ reason: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0618", .error, "prompt file '\(path)' cannot be read: \(reason)")
  }
}
