import GraphDiagnostics
import GraphYAML

/// The valid graphs of this package, their prompts, and the other files that they name.
struct ProjectSource: Sendable {
  /// The graphs and prompts by their paths, parsed.
  let trees: [String: SourceTree]

  /// The paths of the graphs, and of the prompts that one of them uses, in ascending order.
  let paths: [String]

  /// The contents of every file below `graphs` and `prompts` by path.
  let files: [String: [UInt8]]

  /// The paths of the graphs.
  var graphs: [String] { paths.filter { $0.hasPrefix("graphs/") } }

  /// The files that each graph is made of, itself first: its prompts, its tools, and the graphs that it runs.
  private let parts: [String: [String]]

  /// Reads the project in a folder.
  init(_ folder: String) throws {
    var files: [String: [UInt8]] = [:]
    for top in ["graphs", "prompts"] { try Self.read("\(folder)/\(top)", as: top, into: &files) }
    var trees: [String: SourceTree] = [:]
    for (path, bytes) in files where path.hasSuffix(".yaml") {
      let file = SourceFile(path: path, bytes: bytes)
      guard let root = YAMLParser.parse(file, diagnostics: DiagnosticEngine()) else { continue }
      trees[path] = SourceTree(path: path, file: file, root: root)
    }
    self.files = files
    self.trees = trees
    let graphs = trees.keys.filter { $0.hasPrefix("graphs/") && trees[$0]?.root.mapping?["nodes"] != nil }
    var parts: [String: [String]] = [:]
    for graph in graphs { parts[graph] = Self.parts(of: graph, trees, files) }
    self.parts = parts
    paths = (graphs + Set(parts.values.joined()).filter { $0.hasPrefix("prompts/") }).sorted()
  }

  private static func parts(of graph: String, _ trees: [String: SourceTree], _ files: [String: [UInt8]]) -> [String] {
    var found = [graph]
    var next = 0
    while next < found.count {
      let path = found[next]
      next += 1
      guard let tree = trees[path], tree.isGraph else { continue }
      let folder = path.split(separator: "/").dropLast().joined(separator: "/")
      for entry in tree("node:prompt") { found.append("prompts/\(entry.text ?? "").yaml") }
      for entry in tree("node:graph", "tools/*/path") { found.append("\(folder)/\(entry.text ?? "")") }
      found = found.enumerated().filter { files[$1] != nil && found.firstIndex(of: $1) == $0 }.map(\.element)
    }
    return found
  }

  private static func read(_ folder: String, as name: String, into files: inout [String: [UInt8]]) throws {
    for part in try Files.names(in: folder) {
      let path = "\(folder)/\(part)"
      if let bytes = try? Files.read(path) {
        files["\(name)/\(part)"] = bytes
      } else {
        try read(path, as: "\(name)/\(part)", into: &files)
      }
    }
  }

  // MARK: - What belongs together

  /// The graphs that a file is a part of: those that have to be looked at when it changes.
  func graphs(with path: String) -> [String] { graphs.filter { parts[$0]?.contains(path) ?? false } }

  /// The files that belong to the graphs that a file belongs to.
  func family(of path: String) -> [SourceTree] {
    let paths = Set(graphs(with: path).flatMap { parts[$0] ?? [] })
    return paths.sorted().compactMap { trees[$0] }
  }

  /// The lines in a file and in those that belong with it that have a word in them.
  func mentions(of word: String, with path: String) -> Set<Place> {
    var places: Set<Place> = []
    for tree in family(of: path) {
      for line in 1...tree.file.lineStarts.count {
        let words = tree.file.line(line).split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        if words.contains(Substring(word)) { places.insert(Place(path: tree.path, line: line)) }
      }
    }
    return places
  }

  /// The lines that name a prompt file.
  func users(of prompt: String) -> Set<Place> {
    var places: Set<Place> = []
    for tree in family(of: prompt) where tree.isGraph {
      for entry in tree("node:prompt") where "prompts/\(entry.text ?? "").yaml" == prompt {
        places.formUnion(tree.places(entry.range))
      }
    }
    return places
  }

  /// Whether a name stands in some other place of the files that belong together: as a key, as a value, in an expression
  /// or in a placeholder.
  ///
  /// A name that is written at one place only is the author's choice, and cannot be misspelled.
  func isUsedElsewhere(_ name: String, _ tree: SourceTree, _ entry: SourceTree.Entry) -> Bool {
    family(of: tree.path).contains { other in
      other.entries.contains { candidate in
        guard other.path != tree.path || candidate.index != entry.index else { return false }
        if candidate.name == name || candidate.text == name { return true }
        guard candidate.value.scalar != nil else { return false }
        let inner = other.inner(candidate.value)
        let isCondition = candidate.path.last == "condition" || candidate.path.last == "loop_until"
        let code = isCondition ? [inner] : Braces.all(in: other.file, inner).map(\.inner)
        return code.contains { range in
          CodePlaces(other.file, range).paths.contains { $0.contains { other.text($0) == name } }
        }
      }
    }
  }

  /// Whether a file with a mistake is read as the same tree as without it: other spaces, or a quote that is not needed.
  func saysTheSame(_ mutation: Mutation) -> Bool {
    guard let tree = trees[mutation.path], let bytes = mutation.apply(to: tree.file.bytes) else { return false }
    let file = SourceFile(path: mutation.path, bytes: bytes)
    let found = DiagnosticEngine()
    guard let root = YAMLParser.parse(file, diagnostics: found), found.count == 0 else { return false }
    return Self.outline(root) == Self.outline(tree.root)
  }

  private static func outline(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let scalar): "\(scalar.resolved) \(scalar.text.debugDescription)"
    case .sequence(let items): "[\(items.map(outline).joined(separator: ", "))]"
    case .mapping(let mapping):
      "{\(mapping.entries.map { "\($0.key.value.debugDescription): \(outline($0.value))" }.joined(separator: ", "))}"
    }
  }
}
