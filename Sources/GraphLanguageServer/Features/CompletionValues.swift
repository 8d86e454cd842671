internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// The values, names and words that may stand at a place.
struct CompletionValues {
  let workspace: Workspace
  let knowledge: LanguageServer.Knowledge
  let checking: Checking
  let path: String
  let file: IndexedFile
  let cursor: CursorPlace
  let types: StateKeyTypes

  var index: FileIndex { file.index }
  var place: FilePlace { cursor.place }

  /// What may be written in place of a value.
  func entries() -> [CompletionEntry] {
    switch place.context.meaning {
    case .expression?: return expression(cursor.before, isCheck: false)
    case .check?: return expression(cursor.before, isCheck: true)
    case .template?: return template()
    case .iteration?:
      return cursor.before.contains("{") ? template() : expression(cursor.before, isCheck: false)
    case .promptText?: return promptText()
    case .tool? where cursor.before.contains("{"), .model? where cursor.before.contains("{"),
      .provider? where cursor.before.contains("{"), .childKey? where cursor.before.contains("{"):
      return template()
    case let meaning?: return named(meaning) + kindValues()
    case nil: return kindValues()
    }
  }

  /// Values that the kind of the key allows.
  private func kindValues() -> [CompletionEntry] {
    guard let spec = place.context.spec else { return [] }
    if case .items? = place.context.form { return [itemSnippet()].compactMap(\.self) }
    switch spec.kind {
    case .bool: return words(["true", "false"], spec.summary)
    case .choice(let choices): return words(choices, spec.summary)
    default: break
    }
    if spec.name == "on_fail" { return words(["halt", "warn", "skip", "retry"], spec.summary) }
    return spec.form.map(formWords) ?? []
  }

  private func formWords(_ form: FieldForm) -> [CompletionEntry] {
    switch form {
    case .kind(.bool): words(["true", "false"], nil)
    case .kind(.choice(let choices)): words(choices, nil)
    case .either(let forms): forms.flatMap(formWords)
    default: []
    }
  }

  private func words(_ words: [String], _ documentation: String?) -> [CompletionEntry] {
    words.enumerated().map { CompletionEntry($1, .enumMember, documentation: documentation, order: $0) }
  }

  /// A first item for a list, where its keys are known.
  private func itemSnippet() -> CompletionEntry? {
    let item = workspace.tables.item(at: place.context)
    guard let required = workspace.tables.keys(nil, at: item)?.specs.filter(\.isRequired), !required.isEmpty else {
      return nil
    }
    let lines = required.enumerated().map { "\($0 == 0 ? "- " : "  ")\($1.name): ${\($0 + 1)}" }
    let indent = String(repeating: " ", count: cursor.indentation)
    return CompletionEntry(
      "- " + required.map(\.name).joined(separator: ", "), .snippet, detail: "an item",
      insertion: lines.joined(separator: "\n" + indent), isSnippet: true, rank: 0)
  }

  // MARK: - Names

  private func named(_ meaning: FieldMeaning) -> [CompletionEntry] {
    switch meaning {
    case .node: return nodes()
    case .source: return nodes() + [CompletionEntry("START", .keyword, detail: "where a run begins", rank: 2)]
    case .target: return nodes() + [CompletionEntry("END", .keyword, detail: "where a run ends", rank: 2)]
    case .readStateKey, .writtenStateKey, .newStateKey: return stateKeys(withReserved: meaning == .readStateKey)
    case .prompt: return prompts()
    case .tool: return tools()
    case .graph: return files(workspace.graphs(around: path).filter { $0 != path })
    case .file: return otherFiles()
    case .pythonFunction: return pythonFunctions()
    case .childKey: return childKeys()
    case .answerField: return answerFields()
    case .provider:
      return knowledge.providers.enumerated().map { CompletionEntry($1, .value, detail: "provider", order: $0) }
    case .model: return models()
    case .nodeType:
      return workspace.tables.nodeTypes.enumerated().map {
        CompletionEntry($1.name, .type, detail: "type of node", documentation: $1.summary, order: $0)
      }
    case .toolType:
      return workspace.tables.toolTypes.enumerated().map {
        CompletionEntry($1.name, .type, detail: "type of tool", documentation: $1.summary, order: $0)
      }
    case .valueType: return Self.valueTypes
    case .newNode, .newTool, .item, .route, .variable, .argument, .expression, .check, .template, .iteration,
      .promptText:
      return []
    }
  }

  private static let valueTypes: [CompletionEntry] = [
    ("str", "text"), ("int", "a whole number"), ("float", "a number"), ("bool", "true or false"),
    ("list", "a list of anything"), ("dict", "an object of anything"), ("any", "anything"),
    ("list[str]", "a list of texts"), ("list[dict]", "a list of objects"), ("dict[str, any]", "an object"),
  ].enumerated().map { CompletionEntry($1.0, .type, detail: $1.1, order: $0, style: .path) }

  /// Names that an author chooses, as far as something says which there may be.
  func names(_ naming: FieldMeaning?, besides taken: Set<String>) -> [CompletionEntry] {
    let entries: [CompletionEntry]
    switch naming {
    case .node?: entries = nodes()
    case .readStateKey?, .writtenStateKey?: entries = stateKeys(withReserved: false)
    case .variable?: entries = variables(besides: taken)
    case .argument?: entries = arguments()
    case .newStateKey?:
      // What nodes write and nobody has declared.
      let declared = Set(index.declarations.map(\.name))
      entries = stateKeys(withReserved: false).filter { !declared.contains($0.label) }
    default: entries = []
    }
    return entries.filter { !taken.contains($0.label) }.map { entry in
      var entry = entry
      entry.insertion = "\(entry.label): "
      return entry
    }
  }

  func nodes() -> [CompletionEntry] {
    index.nodes.enumerated().map {
      CompletionEntry($1.name, .function, detail: $1.type, documentation: $1.description, order: $0)
    }
  }

  private func tools() -> [CompletionEntry] {
    let declared = index.tools.enumerated().map {
      CompletionEntry($1.name, .module, detail: $1.type, documentation: $1.description, order: $0)
    }
    let registered = workspace.factory.tools.values.map(\.definition).sorted { $0.name < $1.name }
    return declared
      + registered.map { CompletionEntry($0.name, .module, detail: "tool", documentation: $0.description, rank: 2) }
  }

  func stateKeys(withReserved: Bool, rank: Int = 1) -> [CompletionEntry] {
    let keys = index.stateKeys.enumerated().map { order, name in
      CompletionEntry(
        name, .variable, detail: types.type(of: name).map { "\($0)" } ?? "key of the state",
        documentation: index.declarations.first { $0.name == name }?.description, rank: rank, order: order)
    }
    guard withReserved else { return keys }
    return keys
      + ReservedKey.allCases.map { CompletionEntry($0.rawValue, .variable, detail: "kept by the engine", rank: 4) }
  }

  // MARK: - Files

  func prompts() -> [CompletionEntry] {
    guard let files = workspace.files(of: path) else { return [] }
    let names = PromptLoader(files: files).names(Workspace.lookup(path, index))
    return names.enumerated().map { CompletionEntry($1, .file, detail: "prompt", order: $0, style: .path) }
  }

  private func files(_ paths: [String]) -> [CompletionEntry] {
    let folder = ProjectFiles.parent(of: path)
    return paths.enumerated().map {
      CompletionEntry(Self.relative($1, to: folder), .file, order: $0, style: .path)
    }
  }

  private static func relative(_ path: String, to folder: String) -> String {
    let parts = path.split(separator: "/")
    let base = folder.split(separator: "/")
    let common = zip(parts, base).prefix { $0 == $1 }.count
    return (Array(repeating: "..", count: base.count - common) + parts[common...]).joined(separator: "/")
  }

  /// The files and folders in the folder that the path leads to so far.
  private func otherFiles() -> [CompletionEntry] {
    guard let files = workspace.files(of: path) else { return [] }
    let written = cursor.before.lastIndex(of: "/").map { String(cursor.before[...$0]) } ?? ""
    let folder = ProjectFiles.join(ProjectFiles.parent(of: path), written)
    return files.list(folder).filter { !$0.hasPrefix(".") }.map {
      CompletionEntry(written + $0, .file, style: .path)
    }
  }

  private func pythonFunctions() -> [CompletionEntry] {
    guard let name = place.tool?["path"]?.value.scalar?.text,
      let real = workspace.relativePath(name, from: path), let lines = workspace.lines(real)
    else { return [] }
    let text = String(decoding: lines.bytes, as: UTF8.self)
    return text.split(separator: "\n").compactMap { line in
      let rest = line.hasPrefix("def ") ? line.dropFirst(4) : line.hasPrefix("async def ") ? line.dropFirst(10) : nil
      let name = rest?.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      return name.flatMap { $0.isEmpty || $0.hasPrefix("_") ? nil : CompletionEntry(String($0), .function) }
    }
  }

  private func childKeys() -> [CompletionEntry] {
    let fields = place.node ?? place.tool
    guard let name = (fields?["graph"] ?? fields?["path"])?.value.scalar?.text,
      let child = workspace.relativePath(name, from: path), let graph = workspace.graph(child)
    else { return [] }
    let types = StateKeyTypes(workspace, child, checking)
    return graph.index.stateKeys.enumerated().map {
      CompletionEntry($1, .variable, detail: types.type(of: $1).map { "\($0)" }, order: $0)
    }
  }

  // MARK: - Models and prompts

  private func models() -> [CompletionEntry] {
    let provider = place.mapping?["provider"]?.value.scalar?.text
    let defaults = index.root?.mapping?["defaults"]?.value.mapping?["provider"]?.value.scalar?.text
    let known = (provider ?? defaults).flatMap { knowledge.models[$0] }
    let all = known ?? knowledge.models.sorted { $0.key < $1.key }.flatMap(\.value)
    let used = workspace.graphs(around: path).prefix(100).compactMap { workspace.graph($0) }.flatMap { graph in
      ([graph.index.root?.mapping?["defaults"]?.value] + graph.index.nodes.map(\.value)).compactMap {
        $0?.mapping?["model"]?.value.scalar?.text
      }
    }
    return (all + used).filter { !$0.contains("{") && $0 != cursor.before + cursor.after }.enumerated().map {
      CompletionEntry($1, .value, detail: "model", order: $0, style: .path)
    }
  }

  /// The prompt of the node around the cursor.
  private var prompt: PromptDocument? {
    guard let name = place.node?["prompt"]?.value.scalar?.text else { return nil }
    return workspace.promptPath(name, from: path, settings: index).flatMap { workspace.prompt($0)?.promptDocument }
  }

  private func variables(besides taken: Set<String>) -> [CompletionEntry] {
    let names =
      prompt?.variables.map(\.value)
      ?? ["system", "user"].flatMap { key in
        (place.node?[key]?.value).flatMap { node in
          PromptTemplate.parse(node, "'\(key)'", diagnostics: DiagnosticEngine())?.variables.map(\.value)
        } ?? []
      }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }.enumerated().map { order, name in
      let isOptional = prompt?.optionalVariables.contains(name) ?? false
      return CompletionEntry(
        name, .variable, detail: isOptional ? "optional variable of the prompt" : "variable of the prompt",
        rank: isOptional ? 2 : 0, order: order)
    }
  }

  private func answerFields() -> [CompletionEntry] {
    (prompt?.outputSchema?.fields ?? []).enumerated().map {
      CompletionEntry($1.name.value, .field, detail: "\($1.type)", documentation: $1.description, order: $0)
    }
  }

  /// The parameters that the tool declares.
  private func arguments() -> [CompletionEntry] {
    guard let name = (place.node?["tool"] ?? place.node?["tool_name"])?.value.scalar?.text,
      let tool = index.tools.first(where: { $0.name == name })
    else { return [] }
    let parameters = tool.value.mapping?["parameters"]?.value.mapping?.entries.map(\.key.value) ?? []
    let text = ["command", "url"].compactMap { tool.value.mapping?[$0]?.value.scalar?.text }.joined(separator: " ")
    var seen: Set<String> = []
    return (parameters + Self.placeholders(text)).filter { seen.insert($0).inserted }.enumerated().map {
      CompletionEntry($1, .variable, detail: "argument of '\(name)'", rank: 0, order: $0)
    }
  }

  private static func placeholders(_ text: String) -> [String] {
    text.split(separator: "{").dropFirst().compactMap { part in
      let name = part.prefix { $0 != "}" }
      return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && !name.isEmpty && name.count < part.count
        ? String(name) : nil
    }
  }
}
