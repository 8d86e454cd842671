internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// What a file consists of: symbols for outlines, ranges that can be folded.
struct Outline {
  private let file: IndexedFile
  private let client: ClientAbilities

  /// Kinds of symbol by their numbers in the protocol.
  private enum Kind: Int {
    case module = 2
    case field = 8
    case function = 12
    case variable = 13
    case string = 15
    case key = 20
    case event = 24
    case property = 7
  }

  init(_ file: IndexedFile, _ client: ClientAbilities) {
    self.file = file
    self.client = client
  }

  // MARK: - Symbols

  /// The symbols of the file: a tree where the client shows trees, else a list.
  func symbols(uri: String) -> [Value] {
    let tree = (file.index.root?.mapping?.entries ?? []).map { top($0) }
    guard !client.nestsSymbols else { return tree }
    var list: [Value] = []
    func add(_ symbols: [Value], in container: String?) {
      for symbol in symbols {
        var flat: ValueObject = [
          "name": symbol["name"] ?? "", "kind": symbol["kind"] ?? 20,
          "location": ["uri": .string(uri), "range": symbol["range"] ?? .null],
        ]
        if let container { flat["containerName"] = .string(container) }
        list.append(.object(flat))
        add(symbol["children"]?.list ?? [], in: symbol["name"]?.string)
      }
    }
    add(tree, in: nil)
    return list
  }

  private func top(_ entry: YAMLMapping.Entry) -> Value {
    let isGraph = file.index.kind == .graph
    let children: [Value]
    switch entry.key.value {
    case "nodes" where isGraph: children = named(entry.value, .function)
    case "tools" where isGraph: children = named(entry.value, .module)
    case "state" where isGraph, "variables" where isGraph, "data_files" where isGraph:
      children = named(entry.value, .variable)
    case "edges" where isGraph: children = edges(entry.value)
    case "schema" where !isGraph: children = entry.value.mapping?["fields"].map { named($0.value, .field) } ?? []
    default: children = []
    }
    return symbol(entry, children.isEmpty ? .property : .key, children: children)
  }

  private func named(_ node: YAMLNode, _ kind: Kind) -> [Value] {
    (node.mapping?.entries ?? []).map { symbol($0, kind) }
  }

  private func symbol(_ entry: YAMLMapping.Entry, _ kind: Kind, children: [Value] = []) -> Value {
    let range = ByteRange(
      entry.key.span.range.lowerBound, max(entry.key.span.range.upperBound, entry.value.span.range.upperBound))
    var detail = entry.value.scalar.map { String($0.text.prefix(60)) }
    if kind == .function || kind == .module {
      detail = entry.value.mapping?["type"]?.value.scalar?.text ?? (kind == .function ? "llm" : nil)
    } else if let type = entry.value.mapping?["type"]?.value.scalar?.text, kind != .key {
      detail = type
    }
    return symbol(entry.key.value, detail, kind, range, entry.key.span.range, children)
  }

  private func edges(_ node: YAMLNode) -> [Value] {
    (node.sequence ?? []).compactMap { edge in
      guard let fields = edge.mapping else { return nil }
      func names(_ key: String) -> String {
        let value = fields[key]?.value
        let names = (value?.sequence ?? value.map { [$0] } ?? []).compactMap(\.scalar?.text)
        return names.isEmpty ? "?" : names.joined(separator: ", ")
      }
      let range = edge.span.range
      return symbol(
        "\(names("from")) → \(names("to"))", fields["condition"]?.value.scalar?.text, .event, range, range, [])
    }
  }

  private func symbol(
    _ name: String, _ detail: String?, _ kind: Kind, _ range: ByteRange, _ selection: ByteRange, _ children: [Value]
  ) -> Value {
    // Clients refuse a symbol without a name.
    var symbol: ValueObject = [
      "name": .string(name.isEmpty ? "''" : name), "kind": .int(kind.rawValue), "range": file.lines.value(range),
      "selectionRange": file.lines.value(selection),
    ]
    if let detail { symbol["detail"] = .string(detail) }
    if !children.isEmpty { symbol["children"] = .list(children) }
    return .object(symbol)
  }

  // MARK: - Folding

  /// Mappings, lists and block texts of more than one line, and runs of comments.
  func foldingRanges() -> [Value] {
    var ranges: [Value] = []
    func add(_ start: Int, _ end: Int, _ kind: String? = nil) {
      let first = file.lines.position(start).line
      let last = file.lines.position(end).line
      guard last > first else { return }
      var range: ValueObject = ["startLine": .int(first), "endLine": .int(last)]
      if let kind { range["kind"] = .string(kind) }
      ranges.append(.object(range))
    }
    var open = file.index.root.map { [$0] } ?? []
    while let node = open.popLast() {
      for entry in node.mapping?.entries ?? [] {
        add(entry.key.span.range.lowerBound, entry.value.span.range.upperBound)
        if entry.value.span.range == entry.value.definition.range { open.append(entry.value) }
      }
      for item in node.sequence ?? [] {
        add(item.span.range.lowerBound, item.span.range.upperBound)
        if item.span.range == item.definition.range { open.append(item) }
      }
    }
    for (first, last) in commentRuns() { add(first, last, "comment") }
    var seen: Set<Value> = []
    return ranges.filter { seen.insert($0).inserted }.sorted {
      ($0["startLine"]?.int ?? 0, $0["endLine"]?.int ?? 0) < ($1["startLine"]?.int ?? 0, $1["endLine"]?.int ?? 0)
    }
  }

  private func commentRuns() -> [(Int, Int)] {
    let source = file.index.file
    var runs: [(Int, Int)] = []
    var first: Int?
    for line in 0...source.lineStarts.count {
      let isComment =
        line < source.lineStarts.count && source.line(line + 1).drop { $0 == " " }.first == "#"
      if isComment, first == nil { first = line }
      if !isComment, let start = first {
        if line - start > 1 { runs.append((source.lineStarts[start], source.lineStarts[line - 1])) }
        first = nil
      }
    }
    return runs
  }
}

/// Finds names in all files of the projects.
struct WorkspaceSymbols {
  let workspace: Workspace

  /// The most symbols that are returned.
  private static let limit = 500

  /// Nodes, tools, keys of the state and files whose names have the letters of a query in their order.
  func symbols(_ query: String) -> [Value] {
    var found: [Value] = []
    for root in roots() {
      let anchor = ProjectFiles.join(root, "graph.yaml")
      for path in workspace.graphs(around: anchor) + workspace.prompts(around: anchor) {
        guard found.count < Self.limit, let file = workspace.file(path) else { continue }
        let uri = workspace.uri(path)
        func add(_ name: String, _ kind: Int, _ range: ByteRange) {
          guard Self.fits(name, query) else { return }
          found.append([
            "name": .string(name), "kind": .int(kind),
            "location": ["uri": .string(uri), "range": file.lines.value(range)],
            "containerName": .string(path.split(separator: "/").last.map(String.init) ?? path),
          ])
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        add(name, 1, ByteRange(0, 0))
        for node in file.index.nodes { add(node.name, 12, node.nameRange) }
        for tool in file.index.tools { add(tool.name, 2, tool.nameRange) }
        for key in file.index.occurrences where key.subject == .stateKey && key.role == .definition {
          add(key.name, 13, key.range)
        }
      }
    }
    return Array(found.prefix(Self.limit))
  }

  private func roots() -> [String] {
    let folders = workspace.folders + workspace.documents.keys.compactMap { workspace.files(of: $0)?.root }
    var seen: Set<String> = []
    return folders.filter { seen.insert($0).inserted }.sorted()
  }

  private static func fits(_ name: String, _ query: String) -> Bool {
    var rest = query.lowercased()[...]
    for letter in name.lowercased() where letter == rest.first { rest = rest.dropFirst() }
    return rest.isEmpty
  }
}
