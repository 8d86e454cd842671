internal import GraphDiagnostics
internal import GraphLanguage

/// Finds the YAML files of a project, within limits.
struct ProjectSearch {
  /// Folders in which nobody writes graphs.
  private static let skipped: Set<String> = [
    "node_modules", "__pycache__", "venv", "site-packages", "build", "dist", "target", "outputs",
  ]

  /// The most files that are taken in, and the most names that are looked at.
  private static let maximumFiles = 5_000
  private static let maximumNames = 100_000
  private static let maximumDepth = 12

  private let files: ProjectFiles
  private var names = 0
  private var found: [String] = []
  private var seen: Set<String> = []

  init(_ files: ProjectFiles) { self.files = files }

  /// The paths of the files, without links, in ascending order.
  mutating func yamlFiles(besides open: [String]) -> [String] {
    search(files.root, depth: 0)
    return Set(found + open).sorted()
  }

  private mutating func search(_ folder: String, depth: Int) {
    guard depth < Self.maximumDepth, let real = try? files.confined(folder), seen.insert(real).inserted else { return }
    for name in files.list(real) where !name.hasPrefix(".") && !Self.skipped.contains(name) {
      names += 1
      guard names < Self.maximumNames, found.count < Self.maximumFiles else { return }
      let path = ProjectFiles.join(real, name)
      if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
        if let real = try? files.confined(path), files.kind(of: real) == .file { found.append(real) }
      } else if files.kind(of: path) == .folder {
        search(path, depth: depth + 1)
      }
    }
  }
}

/// Says what a file describes, also while little of it is written.
enum FileKindGuess {
  private static let graphKeys = ["nodes", "edges"]
  private static let promptKeys = ["user", "template", "system", "system_segments", "messages"]

  /// Nil for a file that is neither a graph nor a prompt.
  static func kind(of file: SourceFile) -> FieldTables.FileKind? {
    if hasKey(graphKeys, file) { return .graph }
    if hasKey(promptKeys, file) { return .prompt }
    let parts = file.path.split(separator: "/").dropLast()
    switch parts.last(where: { $0 == "prompts" || $0 == "graphs" }) {
    case "graphs"?: return looksForeign(file) ? nil : .graph
    case "prompts"?: return looksForeign(file) ? nil : .prompt
    default: return nil
    }
  }

  /// Whether a line begins with one of these keys.
  private static func hasKey(_ keys: [String], _ file: SourceFile) -> Bool {
    let bytes = file.bytes
    return keys.contains { key in
      let wanted = Array("\(key):".utf8)
      return file.lineStarts.contains { start in
        start + wanted.count <= bytes.count && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
      }
    }
  }

  /// Whether a file in such a folder holds something else, such as the data or a tool of a graph: it has keys at its
  /// top, and none of them belongs to a graph or a prompt.
  private static func looksForeign(_ file: SourceFile) -> Bool {
    let known = Set(GraphKeys.all.names)
    let keys = file.lineStarts.indices.compactMap { index -> Substring? in
      let line = file.line(index + 1)
      guard let first = line.first, first.isLetter || first == "_" || first == "-" else { return nil }
      return line.firstIndex(of: ":").map { line[..<$0] } ?? (first == "-" ? line[...] : nil)
    }
    return !keys.isEmpty
      && !keys.contains { key in
        let name = String(key)
        let isTelling = known.contains(name) && name != "name" && name != "description"
        return isTelling || Suggestion.nearest(to: name, among: graphKeys + promptKeys) != nil
      }
  }
}
