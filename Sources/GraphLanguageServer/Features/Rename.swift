internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// Gives something another name, in all files that name it.
///
/// What cannot be done without a change of what graphs do is refused, with the reason.
struct Rename {
  let workspace: Workspace
  let checking: Checking
  let client: ClientAbilities

  /// What is renamed at an offset: the range of its name.
  ///
  /// - Throws: `ResponseError` when there is nothing there that has a name, or it cannot be renamed.
  func prepare(at offset: Int, in path: String) throws(ResponseError) -> Value {
    let (_, place) = try target(at: offset, in: path)
    return [
      "range": place.file.lines.value(place.occurrence.range), "placeholder": .string(place.occurrence.name),
    ]
  }

  /// The edits that put a name in the place of another one.
  ///
  /// - Throws: `ResponseError` when the name cannot be used there, is taken, or a file cannot be read as a whole.
  func edits(at offset: Int, in path: String, to name: String) throws(ResponseError) -> Value {
    let (symbol, place) = try target(at: offset, in: path)
    if name == place.occurrence.name { return WorkspaceEdit.value([:], workspace, client) }
    let symbols = workspace.same(as: symbol)
    let places = workspace.allPlaces(of: symbol)
    for symbol in symbols {
      try check(name, for: symbol)
      try checkIsFree(name, symbol)
      try checkUses(of: symbol)
    }
    for file in Set(places.map(\.path)).sorted() {
      guard let indexed = workspace.file(file), indexed.index.isWhole else {
        throw .failed("'\(workspace.shown(file))' has mistakes; mend them first, so that no place is overlooked")
      }
    }
    for symbol in symbols { try checkUnwrittenUses(of: symbol, symbols, places) }
    var edits = EditList()
    for place in places { try add(place, name, to: &edits) }
    for symbol in symbols { try keepNames(behind: symbol, places, to: &edits) }
    return WorkspaceEdit.value(edits.values(workspace), workspace, client)
  }

  private func target(at offset: Int, in path: String) throws(ResponseError) -> (Symbol, SymbolPlace) {
    let found = workspace.symbols(at: offset, in: path).first { $0.place.occurrence.unwrittenKey == nil }
    guard let found else { throw .failed("there is no name here that could be changed") }
    let name = found.place.occurrence.name
    switch found.symbol {
    case .node where name == "START" || name == "END": throw .failed("'\(name)' is a word of the language")
    case .stateKey, .promptState:
      if ReservedKey(rawValue: name) != nil || name == "state" { throw .failed("'\(name)' is kept by the engine") }
    case .prompt, .graph, .file: throw .failed("this is the name of a file; rename the file")
    case .pythonFunction: throw .failed("this is the name of a function; rename it in its Python file")
    case .argument: throw .failed("this is the name of a tool's argument, which only the tool can change")
    case .answerField: throw .failed("this is a field of an answer, whose readers are not known by name")
    case .node, .item, .route, .tool, .variable, .inlineVariable: break
    }
    return (found.symbol, found.place)
  }

  // MARK: - Whether it can be done

  private func check(_ name: String, for symbol: Symbol) throws(ResponseError) {
    let diagnostics = DiagnosticEngine()
    let file = SourceFile(path: "", text: name)
    let located = Located(name, at: SourceSpan(file, ByteRange(0, file.bytes.count)))
    switch symbol {
    case .node: _ = DocumentName.check(located, "node", diagnostics)
    case .tool: _ = DocumentName.check(located, "tool", diagnostics)
    case .route:
      let isPlain = name.utf8.allSatisfy { $0.isLetterOrDigit || "_-".utf8.contains($0) || $0 >= 0x80 }
      guard isPlain, name.first?.isLetter == true else {
        throw .failed("'\(name)' would need quotes; a route is renamed to letters, digits, '_' and '-'")
      }
    default:
      _ = DocumentName.check(located, "state key", diagnostics)
      guard diagnostics.hasErrors || !name.contains("-") else {
        throw .failed("'\(name)' cannot be written in expressions and prompts: '-' would be a minus sign")
      }
    }
    if let first = diagnostics.diagnostics.first { throw .failed(first.message.text) }
    if case .node = symbol {
    } else if ReservedKey(rawValue: name) != nil {
      throw .failed("'\(name)' is kept by the engine")
    }
    // What YAML reads as something else than text.
    if ["true", "false", "null", "yes", "no", "on", "off"].contains(name.lowercased()) {
      throw .failed("'\(name)' would be no text in YAML")
    }
  }

  private func checkIsFree(_ name: String, _ symbol: Symbol) throws(ResponseError) {
    let other: Symbol
    let what: String
    switch symbol {
    case .node(let graph, _): (other, what) = (.node(graph: graph, name), "a node")
    case .stateKey(let graph, _): (other, what) = (.stateKey(graph: graph, name), "a key of the state")
    case .item(let graph, let owner, _):
      if !workspace.places(of: .stateKey(graph: graph, name)).isEmpty {
        throw .failed("'\(name)' is a key of the state already, in '\(workspace.shown(graph))'")
      }
      (other, what) = (.item(graph: graph, owner: owner, name), "an item")
    case .route(let graph, let owner, _): (other, what) = (.route(graph: graph, owner: owner, name), "a route")
    case .tool(let graph, _): (other, what) = (.tool(graph: graph, name), "a tool")
    case .variable(let prompt, _): (other, what) = (.variable(prompt: prompt, name), "a variable")
    case .promptState(let prompt, _): (other, what) = (.promptState(prompt: prompt, name), "a key of the state")
    case .inlineVariable(let graph, let use, _):
      (other, what) = (.inlineVariable(graph: graph, use: use, name), "a variable")
    case .prompt, .graph, .file, .pythonFunction, .argument, .answerField: return
    }
    if let place = workspace.places(of: other).first {
      let line = place.file.lines.position(place.occurrence.range.lowerBound).line + 1
      throw .failed("'\(name)' is \(what) already, in line \(line) of '\(workspace.shown(place.path))'")
    }
  }

  /// Refuses what is used by a name that is made of this one.
  private func checkUses(of symbol: Symbol) throws(ResponseError) {
    switch symbol {
    case .node(let path, let name):
      guard let graph = workspace.graph(path), let node = graph.index.nodes.first(where: { $0.name == name }),
        NodeTypeSpec.macros.contains(where: { $0.name == node.type })
      else { return }
      if let used = graph.index.occurrences.first(where: { $0.name.hasPrefix(name + "__") }) {
        throw .failed("'\(used.name)', which is made of the name of '\(name)', is used as well")
      }
    case .stateKey(let path, let name):
      if let user = workspace.users(ofGraph: path).first(where: \.use.namesArguments) {
        throw .failed(
          "'\(name)' may be an argument of the tool in '\(workspace.shown(user.path))' that runs this graph")
      }
    case .tool(let path, let name): try checkServer(of: name, in: path)
    case .route(let path, let owner, let name):
      for use in workspace.graph(path)?.index.promptUses ?? [] where use.owner == owner {
        guard let index = workspace.graph(path)?.index,
          let prompt = use.prompt.flatMap({ workspace.promptPath($0, from: path, settings: index) }),
          workspace.file(prompt)?.index.root?.enumerates(name) == true
        else { continue }
        throw .failed("'\(name)' is a value of the schema in '\(workspace.shown(prompt))'; change both by hand")
      }
    default: return
    }
  }

  /// Refuses names that a server gives its tools, and those that they are made of.
  private func checkServer(of name: String, in path: String) throws(ResponseError) {
    let occurrences = workspace.graph(path)?.index.occurrences ?? []
    let tools = occurrences.filter { if case .tool = $0.subject { true } else { false } }
    let declared = Set(tools.filter { $0.role == .definition }.map(\.name))
    guard declared.contains(name) else { throw .failed("'\(name)' is a tool of a server, which names it") }
    if let used = tools.first(where: { $0.name.hasPrefix(name + "_") && !declared.contains($0.name) }) {
      throw .failed("'\(used.name)', which is made of the name of '\(name)', is used as well")
    }
  }

  /// Refuses a key that nodes read or write without naming it, as tools do that take arguments from the state.
  private func checkUnwrittenUses(
    of symbol: Symbol, _ symbols: [Symbol], _ places: [SymbolPlace]
  ) throws(ResponseError) {
    guard case .stateKey(let path, let name) = symbol, let graph = workspace.graph(path) else { return }
    let index = graph.index
    guard let description = checking.describe(path, workspace) else {
      let takesArguments = index.nodes.contains { node in
        ["tool", "function"].contains(node.type) && node.value.mapping?["variables"] == nil
      }
      if takesArguments {
        throw .failed("'\(workspace.shown(path))' has mistakes; mend them first, as its tools may read '\(name)'")
      }
      return
    }
    var known = Set(places.filter { $0.path == path }.compactMap(\.occurrence.owner))
    for use in index.promptUses {
      guard let prompt = use.prompt.flatMap({ workspace.promptPath($0, from: path, settings: index) }) else { continue }
      if symbols.contains(.variable(prompt: prompt, name)) || symbols.contains(.promptState(prompt: prompt, name)) {
        known.insert(use.owner)
      }
    }
    for node in description.nodes where node.reads.contains(name) || node.writes.contains(name) {
      let owner = index.nodes.firstIndex { node.name == $0.name || node.name.hasPrefix($0.name + "__") }
      guard let owner, !known.contains(owner), !index.nodes[owner].sharesKeys else { continue }
      throw .failed("node '\(index.nodes[owner].name)' uses '\(name)' without naming it; write its 'variables' first")
    }
  }

  // MARK: - Edits

  private struct EditList {
    private var edits: [String: [(range: ByteRange, text: String)]] = [:]

    mutating func add(_ path: String, _ range: ByteRange, _ text: String) {
      guard edits[path]?.contains(where: { $0.range == range && $0.text == text }) != true else { return }
      edits[path, default: []].append((range, text))
    }

    func values(_ workspace: Workspace) -> [String: [Value]] {
      var values: [String: [Value]] = [:]
      for (path, list) in edits {
        guard let lines = workspace.lines(path) else { continue }
        values[path] = list.sorted { $0.range.lowerBound < $1.range.lowerBound }.map {
          ["range": lines.value($0.range), "newText": .string($0.text)]
        }
      }
      return values
    }
  }

  private func add(_ place: SymbolPlace, _ name: String, to edits: inout EditList) throws(ResponseError) {
    if let key = place.occurrence.unwrittenKey {
      try write(key, name, place, to: &edits)
    } else if place.occurrence.isExact {
      edits.add(place.path, place.occurrence.range, name)
    } else {
      let line = place.file.lines.position(place.occurrence.range.lowerBound).line + 1
      throw .failed(
        "the name in line \(line) of '\(workspace.shown(place.path))' is written in a way that cannot be changed")
    }
  }

  /// Writes out what a node without that key says by saying nothing.
  private func write(
    _ key: String, _ name: String, _ place: SymbolPlace, to edits: inout EditList
  ) throws(ResponseError) {
    guard let owner = place.occurrence.owner else { return }
    let node = place.file.index.nodes[owner]
    guard let first = node.value.mapping?.entries.first, node.value.span.range == node.value.definition.range,
      first.key.span.range.lowerBound >= node.value.span.range.lowerBound
    else {
      throw .failed("'\(node.name)' needs '\(key): \(name)' then; write it there first")
    }
    let bytes = place.file.lines.bytes
    let start = first.key.span.range.lowerBound
    let isFlow = bytes[node.value.span.range.lowerBound] == UInt8(ascii: "{")
    var line = start
    while line > 0, bytes[line - 1] != UInt8(ascii: "\n") { line -= 1 }
    let separator = isFlow ? ", " : "\n" + String(repeating: " ", count: start - line)
    edits.add(place.path, ByteRange(start, start), "\(key): \(name)\(separator)")
  }

  /// Keeps the names that follow from a name where somebody uses them.
  private func keepNames(
    behind symbol: Symbol, _ places: [SymbolPlace], to edits: inout EditList
  ) throws(ResponseError) {
    switch symbol {
    case .node(let graph, let name):
      try keep(name, "state_key", in: graph, to: &edits) { file, occurrence in
        occurrence.owner.map { file.index.nodes[$0].name == name } ?? false
      }
    case .stateKey(let graph, let name):
      // The failures of a map go to a key whose name begins with that of its results.
      let owners = Set(
        places.filter { $0.path == graph && $0.occurrence.role == .write }.compactMap(\.occurrence.owner))
      try keep("\(name)_failures", "failures", in: graph, to: &edits) { file, occurrence in
        guard let owner = occurrence.owner, owners.contains(owner) else { return false }
        return file.index.nodes[owner].value.mapping?["collect"]?.value.scalar?.text == name
      }
    default: return
    }
  }

  /// Writes a key out in a node whose name for it is about to change, where that name is used elsewhere.
  private func keep(
    _ name: String, _ key: String, in graph: String, to edits: inout EditList,
    where belongs: (IndexedFile, FileIndex.Occurrence) -> Bool
  ) throws(ResponseError) {
    let places = workspace.allPlaces(of: .stateKey(graph: graph, name))
    for place in places where place.path == graph && place.occurrence.unwrittenKey == key {
      guard belongs(place.file, place.occurrence) else { continue }
      let others = places.filter { other in
        other.path != place.path || other.occurrence.unwrittenKey != key
          || other.occurrence.owner != place.occurrence.owner
      }
      if !others.isEmpty { try write(key, name, place, to: &edits) }
    }
  }
}

extension FileIndex.Node {
  /// Whether it is a graph that shares keys of the same names.
  fileprivate var sharesKeys: Bool {
    let fields = value.mapping
    return fields?["mode"]?.value.scalar?.text == "direct"
      || ["input_mapping", "output_mapping"].contains { ["auto", "*"].contains(fields?[$0]?.value.scalar?.text) }
  }
}

extension YAMLNode {
  /// Whether an `enum` somewhere in it lists a text.
  fileprivate func enumerates(_ text: String) -> Bool {
    switch content {
    case .scalar: false
    case .sequence(let items): items.contains { $0.enumerates(text) }
    case .mapping(let mapping):
      mapping.entries.contains { entry in
        entry.key.value == "enum" && entry.value.sequence?.contains { $0.scalar?.text == text } == true
          || entry.value.enumerates(text)
      }
    }
  }
}
