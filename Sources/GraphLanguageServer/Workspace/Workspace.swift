internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage

/// The files of the projects that somebody works on, as they stand in the editor or on disk, with what is in them.
///
/// An object, because every feature looks at it and fills its caches. One thread uses it. What it keeps of closed
/// files is bounded by the number of files that it takes in.
final class Workspace {
  let factory: any NodeFactory
  let tables: FieldTables
  var encoding = PositionEncoding.utf16

  /// The open files by their paths.
  private(set) var documents: [String: OpenDocument] = [:]

  /// The folders that the client has open.
  var folders: [String] = []

  /// What is in closed files, with what tells whether they have changed.
  private var closed: [String: (entry: ProjectFiles.Entry, file: IndexedFile)] = [:]

  /// The closed files that were compared with the disk since the last message.
  private var compared: Set<String> = []

  /// What is in open files.
  private var open: [String: IndexedFile] = [:]

  /// The graphs and prompts of each root.
  private var listings: [String: Listing] = [:]

  /// The files of folders, by the folders.
  private var projects: [String: ProjectFiles] = [:]

  /// The bytes of the open files by their paths.
  private var contents: [String: [UInt8]] = [:]

  struct Listing {
    var graphs: [String] = []
    var prompts: [String] = []
  }

  init(factory: any NodeFactory) {
    self.factory = factory
    tables = FieldTables(nodeTypes: factory.nodeTypes, toolTypes: factory.toolTypes)
  }

  /// Begins with a message: what is on disk is looked at once until the next one.
  func begin() { compared = [] }

  // MARK: - Open files

  /// The open file of an address.
  func document(uri: String) -> OpenDocument? { documents[Self.path(ofURI: uri)] }

  /// The path that the compiler knows a file by.
  static func path(ofURI uri: String) -> String {
    let path = FileURI.path(uri) ?? unsavedPath(uri)
    if let real = ProjectFiles.realPath(path) { return real }
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let folder = ProjectFiles.realPath(ProjectFiles.parent(of: path))
    return folder.map { ProjectFiles.join($0, name) } ?? ProjectFiles.normalised(path)
  }

  /// What has no place on disk yet stands in the working directory.
  private static func unsavedPath(_ uri: String) -> String {
    let name = uri.drop { $0 != ":" }.dropFirst().split(separator: "/").last.map(FileURI.decoded)
    return ProjectFiles.join(ProjectFiles.realPath(".") ?? "/", name ?? "untitled")
  }

  /// Takes a file as it stands in the editor.
  func put(_ document: OpenDocument) {
    if documents.updateValue(document, forKey: document.path) == nil { forgetListings() }
    contents[document.path] = document.file.bytes
    open[document.path] = nil
    closed[document.path] = nil
  }

  func remove(_ path: String) {
    documents[path] = nil
    contents[path] = nil
    open[path] = nil
    forgetListings()
  }

  /// Looks at folders anew: files have come or gone.
  func forgetListings() {
    listings = [:]
    projects = [:]
    for file in open.values { file.forgetPaths() }
    for entry in closed.values { entry.file.forgetPaths() }
  }

  // MARK: - Files

  /// The project of a file, with what is open in the place of what is saved.
  func files(of path: String) -> ProjectFiles? {
    let folder = ProjectFiles.parent(of: path)
    let files = projects[folder] ?? ProjectFiles(containing: path) ?? ProjectFiles(root: folder)
    projects[folder] = files
    return files?.overlaying(contents)
  }

  /// What is in a graph or prompt file; nil when it cannot be read or is neither.
  func file(_ path: String) -> IndexedFile? {
    if let document = documents[path] {
      if let known = open[path] { return known }
      guard let kind = FileKindGuess.kind(of: document.file) else { return nil }
      let file = IndexedFile(FileIndex(document.file, kind, tables: tables), document.lines)
      open[path] = file
      return file
    }
    if compared.contains(path), let known = closed[path] { return known.file }
    guard let files = files(of: path), let entry = files.entry(path) else {
      closed[path] = nil
      return nil
    }
    compared.insert(path)
    if let known = closed[path], known.entry == entry { return known.file }
    guard let bytes = try? files.read(path) else { return nil }
    let source = SourceFile(path: path, bytes: bytes)
    guard let kind = FileKindGuess.kind(of: source) else { return nil }
    let file = IndexedFile(FileIndex(source, kind, tables: tables), LinePositions(bytes, encoding))
    closed[path] = (entry, file)
    return file
  }

  /// A graph file.
  func graph(_ path: String) -> IndexedFile? { file(path).flatMap { $0.index.kind == .graph ? $0 : nil } }

  /// A prompt file.
  func prompt(_ path: String) -> IndexedFile? { file(path).flatMap { $0.index.kind == .prompt ? $0 : nil } }

  /// Where the lines of any file begin.
  func lines(_ path: String) -> LinePositions? {
    if let document = documents[path] { return document.lines }
    if let file = closed[path]?.file { return file.lines }
    return files(of: path).flatMap { try? $0.read(path) }.map { LinePositions($0, encoding) }
  }

  /// The address of a file, as the client wrote it where it did.
  func uri(_ path: String) -> String { documents[path]?.uri ?? FileURI.uri(path) }

  /// A path as people are shown it: below the root of its project.
  func shown(_ path: String) -> String {
    guard let root = files(of: path)?.root, path.hasPrefix(root + "/") else { return path }
    return String(path.dropFirst(root.count + 1))
  }

  // MARK: - Projects

  /// The graphs of a file's project, in the order of their paths.
  func graphs(around path: String) -> [String] { listing(around: path).graphs }

  /// The prompts of a file's project.
  func prompts(around path: String) -> [String] { listing(around: path).prompts }

  private func listing(around path: String) -> Listing {
    guard let files = files(of: path) else { return Listing(graphs: [path]) }
    if let known = listings[files.root] { return known }
    var listing = Listing()
    var search = ProjectSearch(files)
    for path in search.yamlFiles(besides: documents.keys.filter { files.contains($0) }) {
      switch file(path)?.index.kind {
      case .graph?: listing.graphs.append(path)
      case .prompt?: listing.prompts.append(path)
      case nil: break
      }
    }
    listings[files.root] = listing
    // What is no longer there is no longer kept.
    let kept = Set(listings.values.flatMap { $0.graphs + $0.prompts })
    closed = closed.filter { kept.contains($0.key) }
    return listing
  }

  /// The file of a prompt that a graph or a prompt names.
  func promptPath(_ name: String, from path: String, settings: FileIndex) -> String? {
    guard let file = file(path), let files = files(of: path) else { return nil }
    return file.path(of: .prompt, name) {
      let lookup = Self.lookup(path, settings)
      let place = SourceSpan(settings.file, ByteRange(0, 0))
      return PromptLoader(files: files).find(Located(name, at: place), lookup, diagnostics: DiagnosticEngine())
    }
  }

  /// Where a graph looks for its prompts.
  static func lookup(_ path: String, _ index: FileIndex) -> PromptLoader.Lookup {
    PromptLoader.Lookup(
      graphFolder: ProjectFiles.parent(of: path), isRelative: index.promptSettings.isRelative,
      directory: index.promptSettings.directory)
  }

  /// The file of a path that a graph names, relative to itself.
  func relativePath(_ name: String, from path: String) -> String? {
    files(of: path).flatMap { files in
      try? files.confined(ProjectFiles.join(ProjectFiles.parent(of: path), name))
    }
  }

  // MARK: - Uses

  /// A graph with one of its nodes that uses a prompt.
  struct PromptUser {
    let path: String
    let graph: IndexedFile
    let use: Int

    var promptUse: FileIndex.PromptUse { graph.index.promptUses[use] }
  }

  /// The nodes that use a prompt file, also as a part of another one.
  func users(ofPrompt path: String) -> [PromptUser] {
    let wanted = including(path)
    return graphs(around: path).flatMap { graphPath -> [PromptUser] in
      guard let graph = graph(graphPath) else { return [] }
      return graph.index.promptUses.indices.compactMap { use in
        guard let name = graph.index.promptUses[use].prompt,
          let used = promptPath(name, from: graphPath, settings: graph.index), wanted.contains(used)
        else { return nil }
        return PromptUser(path: graphPath, graph: graph, use: use)
      }
    }
  }

  /// A prompt and those that include it.
  private func including(_ path: String) -> Set<String> {
    var found: Set<String> = [path]
    var open = [path]
    while let included = open.popLast() {
      for other in prompts(around: path) where !found.contains(other) {
        guard let file = prompt(other), includes(of: file, other).contains(included) else { continue }
        found.insert(other)
        open.append(other)
      }
    }
    return found
  }

  /// The prompts that a prompt includes.
  func includes(of file: IndexedFile, _ path: String) -> [String] {
    let names = file.index.occurrences.filter { $0.subject == .prompt }.map(\.name)
    return names.compactMap { promptPath($0, from: path, settings: file.index) }
  }

  /// The graphs that run a graph, directly.
  func users(ofGraph path: String) -> [(path: String, use: FileIndex.GraphUse)] {
    graphs(around: path).flatMap { graphPath in
      (graph(graphPath)?.index.graphUses ?? []).filter { relativePath($0.path, from: graphPath) == path }.map {
        (graphPath, $0)
      }
    }
  }
}

/// A file with what is in it, and the paths that its names lead to.
///
/// An object, so that paths that were found are kept.
final class IndexedFile {
  let index: FileIndex
  let lines: LinePositions
  private var paths: [String: String?] = [:]

  /// The prompt, where the file is one without mistakes.
  private(set) lazy var promptDocument = PromptDocument.parse(index.file, diagnostics: DiagnosticEngine())

  init(_ index: FileIndex, _ lines: LinePositions) {
    self.index = index
    self.lines = lines
  }

  /// The path that a name leads to, looked for once.
  func path(of subject: FileIndex.Subject, _ name: String, _ find: () -> String?) -> String? {
    let key = "\(subject) \(name)"
    if let known = paths[key] { return known }
    let path = find()
    paths[key] = .some(path)
    return path
  }

  func forgetPaths() { paths = [:] }
}
