internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// Definitions, references and the places of one name in a file.
struct Navigation {
  let workspace: Workspace
  let checking: Checking

  /// Where the name at an offset is defined.
  func definitions(at offset: Int, in path: String) -> [Value] {
    for (symbol, place) in workspace.symbols(at: offset, in: path) where place.occurrence.unwrittenKey == nil {
      let found = definitions(of: symbol, at: place)
      if !found.isEmpty { return unique(found) }
    }
    return field(at: offset, in: path)
  }

  /// Where the field of a schema is declared to which a path leads.
  private func field(at offset: Int, in path: String) -> [Value] {
    guard let file = workspace.graph(path), let found = file.index.path(at: offset),
      let field = StateKeyTypes(workspace, path, checking).field(of: found.path, steps: found.steps),
      let location = DiagnosticValue.location(field.name.span, workspace)
    else { return [] }
    return [location]
  }

  private func definitions(of symbol: Symbol, at place: SymbolPlace) -> [Value] {
    switch symbol {
    case .prompt(let path), .graph(let path), .file(let path):
      return [start(of: path)]
    case .pythonFunction(let graph, let tool, let name): return pythonFunction(name, tool, graph)
    case .argument: return []
    case .answerField(let prompt, let name): return answerField(name, prompt)
    case .stateKey, .promptState: return stateKey(symbol)
    case .variable(let prompt, let name):
      // Inside of the prompt the nodes say where a value comes from, and in a node the prompt where it is used.
      if place.path == prompt {
        let users = workspace.users(ofPrompt: prompt).map { user -> [Value] in
          guard user.promptUse.variables == nil else { return [] }
          return stateKey(.stateKey(graph: user.path, name))
        }
        let given = workspace.places(of: symbol).filter { $0.path != prompt && $0.occurrence.role == .write }
        return given.map(location) + users.joined()
      }
      return workspace.places(of: symbol).filter { $0.path == prompt }.map(location)
    case .inlineVariable:
      let role: FileIndex.Role = place.occurrence.role == .write ? .read : .write
      return workspace.places(of: symbol).filter { $0.occurrence.role == role }.map(location)
    case .node, .item, .route, .tool:
      return workspace.places(of: symbol).filter { $0.occurrence.role == .definition }.map(location)
    }
  }

  /// Where a key of the state is declared, else where it is written; of a prompt, in all graphs that use it.
  private func stateKey(_ symbol: Symbol) -> [Value] {
    let keys =
      if case .promptState = symbol {
        workspace.same(as: symbol).filter { if case .stateKey = $0 { true } else { false } }
      } else {
        [symbol]
      }
    return keys.flatMap { key -> [Value] in
      guard case .stateKey(let graph, _) = key else { return [] }
      let places = workspace.places(of: key).filter { $0.path == graph }
      let declared = places.filter { $0.occurrence.role == .definition }
      return (declared.isEmpty ? places.filter { $0.occurrence.role == .write } : declared).map(location)
    }
  }

  private func answerField(_ name: String, _ prompt: String) -> [Value] {
    guard let file = workspace.prompt(prompt) else { return [] }
    guard let field = file.promptDocument?.outputSchema?.field(named: name) else { return [] }
    return [["uri": .string(workspace.uri(prompt)), "range": file.lines.value(field.name.span.range)]]
  }

  private func pythonFunction(_ name: String, _ tool: String, _ graph: String) -> [Value] {
    guard let fields = workspace.graph(graph)?.index.tools.first(where: { $0.name == tool })?.value.mapping else {
      return []
    }
    let path = fields["path"]?.value.scalar?.text
    let module = fields["module"]?.value.scalar?.text.split(separator: ".").joined(separator: "/")
    let folders = [ProjectFiles.parent(of: graph), workspace.files(of: graph)?.root].compactMap(\.self)
    let candidates =
      (path.map { [$0] } ?? []) + (module.map { ["\($0).py", "\($0)/__init__.py"] } ?? [])
    for candidate in candidates.flatMap({ name in folders.map { ProjectFiles.join($0, name) } }) {
      guard let real = try? workspace.files(of: graph)?.confined(candidate), let lines = workspace.lines(real) else {
        continue
      }
      let range = PythonDefinition.range(of: name, in: lines.bytes) ?? ByteRange(0, 0)
      return [["uri": .string(workspace.uri(real)), "range": lines.value(range)]]
    }
    return []
  }

  private func start(of path: String) -> Value {
    let zero: Value = ["line": 0, "character": 0]
    return ["uri": .string(workspace.uri(path)), "range": ["start": zero, "end": zero]]
  }

  private func location(_ place: SymbolPlace) -> Value {
    ["uri": .string(workspace.uri(place.path)), "range": place.file.lines.value(place.occurrence.range)]
  }

  private func unique(_ locations: [Value]) -> [Value] {
    var seen: Set<Value> = []
    return locations.filter { seen.insert($0).inserted }
  }

  // MARK: - References

  /// Every place of the name at an offset, in all files.
  func references(at offset: Int, in path: String, withDefinitions: Bool) -> [Value] {
    let symbols = workspace.symbols(at: offset, in: path).filter { $0.place.occurrence.unwrittenKey == nil }
    guard let symbol = symbols.first?.symbol else { return fileReferences(path) }
    let places = workspace.allPlaces(of: symbol).filter { $0.occurrence.unwrittenKey == nil }
    return unique(places.filter { withDefinitions || $0.occurrence.role != .definition }.map(location))
  }

  /// Where a file itself is named; asked for at a place without a name.
  private func fileReferences(_ path: String) -> [Value] {
    switch workspace.file(path)?.index.kind {
    case .prompt?: workspace.places(of: .prompt(path)).map(location)
    case .graph?: workspace.places(of: .graph(path)).map(location)
    case nil: []
    }
  }

  /// The places of the name at an offset in its own file; 2 where it is read, 3 where it is written.
  func highlights(at offset: Int, in path: String) -> [Value] {
    let symbols = workspace.symbols(at: offset, in: path).filter { $0.place.occurrence.unwrittenKey == nil }
    guard let symbol = symbols.first?.symbol else { return [] }
    return workspace.allPlaces(of: symbol).filter { $0.path == path && $0.occurrence.unwrittenKey == nil }.map {
      place in
      [
        "range": place.file.lines.value(place.occurrence.range),
        "kind": .int(place.occurrence.role == .read ? 2 : 3),
      ]
    }
  }

  /// The names in a file that lead to other files.
  func links(in path: String) -> [Value] {
    guard let file = workspace.file(path) else { return [] }
    return file.index.occurrences.compactMap { occurrence in
      switch workspace.symbol(occurrence, in: path, file) {
      case .prompt(let target)?, .graph(let target)?, .file(let target)?:
        ["range": file.lines.value(occurrence.range), "target": .string(workspace.uri(target))]
      default: nil
      }
    }
  }
}

/// Finds a function in a Python file.
enum PythonDefinition {
  /// The bytes of the name behind `def` or `async def` at the begin of a line.
  static func range(of name: String, in bytes: [UInt8]) -> ByteRange? {
    let wanted = Array(name.utf8)
    for lead in ["def ", "async def "].map({ Array($0.utf8) }) {
      var start = 0
      while start < bytes.count {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let place = start + lead.count
        let behind = place + wanted.count
        if behind < end, bytes[start..<place].elementsEqual(lead), bytes[place..<behind].elementsEqual(wanted),
          bytes[behind] == UInt8(ascii: "(") || bytes[behind] == UInt8(ascii: " ")
        {
          return ByteRange(place, behind)
        }
        start = end + 1
      }
    }
    return nil
  }
}
