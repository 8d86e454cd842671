internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// What is said of nodes, keys of the state, prompts and their like, as Markdown.
struct SymbolText {
  let workspace: Workspace
  let checking: Checking

  private func types(_ graph: String) -> StateKeyTypes { StateKeyTypes(workspace, graph, checking) }

  private func typed(_ keys: [String], _ graph: String) -> String {
    let types = types(graph)
    return keys.map { key in types.type(of: key).map { "`\(key)`: \($0)" } ?? "`\(key)`" }.joined(separator: ", ")
  }

  private func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  // MARK: - Nodes

  func node(_ name: String, _ graph: String) -> String? {
    if name == "START" { return "**START** — where a run begins" }
    if name == "END" { return "**END** — where a run ends" }
    guard let file = workspace.graph(graph), let index = file.index.nodes.firstIndex(where: { $0.name == name }) else {
      return nil
    }
    let node = file.index.nodes[index]
    var lines = ["**\(name)** — node of type `\(node.type)`"]
    if let description = node.description { lines.append(description) }
    let known = checking.description(of: graph)?.nodes.first { $0.name == name }
    let own = file.index.occurrences.filter { $0.owner == index && $0.subject == .stateKey }
    let variables = file.index.promptUses.filter { $0.owner == index && $0.variables == nil }.flatMap { use in
      use.prompt.flatMap { workspace.promptPath($0, from: graph, settings: file.index) }.flatMap {
        workspace.prompt($0)?.promptDocument?.variables.map(\.value)
      } ?? []
    }
    let reads = known?.reads ?? unique(own.filter { $0.role == .read }.map(\.name) + variables)
    let writes = known?.writes ?? unique(own.filter { $0.role == .write }.map(\.name))
    if !reads.isEmpty { lines.append("Reads \(typed(reads, graph))") }
    if !writes.isEmpty { lines.append("Writes \(typed(writes, graph))") }
    if let prompt = node.value.mapping?["prompt"]?.value.scalar?.text { lines.append("Prompt `\(prompt)`") }
    if let known, !known.routes.isEmpty {
      lines.append(
        "Routes " + known.routes.map { "`\($0.name ?? "otherwise")` → `\($0.target)`" }.joined(separator: ", "))
    }
    if let limit = known?.loopLimit { lines.append("At most \(limit) runs of it in a run") }
    return lines.joined(separator: "\n\n")
  }

  func route(_ name: String, _ owner: Int, _ graph: String) -> String? {
    guard let node = workspace.graph(graph)?.index.nodes[owner] else { return nil }
    let target = node.value.mapping?["routes"]?.value.mapping?[name]?.value.scalar?.text
    return "**\(name)** — route of `\(node.name)`" + (target.map { ", leads to `\($0)`" } ?? "")
  }

  func tool(_ name: String, _ graph: String) -> String? {
    guard let tool = workspace.graph(graph)?.index.tools.first(where: { $0.name == name }) else { return nil }
    let description = tool.description.map { "\n\n\($0)" } ?? ""
    let command = tool.value.mapping?["command"]?.value.scalar.map { "\n\n```sh\n\($0.text)\n```" } ?? ""
    let function = tool.value.mapping?["function"]?.value.scalar.map { "\n\nCalls `\($0.text)`" } ?? ""
    return "**\(name)** — tool of type `\(tool.type)`\(description)\(command)\(function)"
  }

  // MARK: - State

  func stateKey(_ name: String, _ graph: String) -> String? {
    guard let file = workspace.graph(graph) else { return nil }
    let type = types(graph).type(of: name)
    let declaration = file.index.declarations.first { $0.name == name }
    let known = checking.description(of: graph)?.keys.first { $0.name == name }
    var lines = ["**\(name)**: `\(type.map { "\($0)" } ?? "any")` — key of the state"]
    if let description = declaration?.description ?? known?.description { lines.append(description) }
    let reducer = declaration?.reducer ?? known?.reducer
    if let reducer, reducer != "replace" { lines.append("A second write: `\(reducer)`") }
    let fields = StateKeyTypes.fields(of: type)
    if !fields.isEmpty {
      lines.append(
        "Fields: "
          + fields.map { field in
            "`\(field.name.value)`: \(field.type)" + (field.description.map { " (\($0))" } ?? "")
          }.joined(separator: ", "))
    }
    let places = workspace.allPlaces(of: .stateKey(graph: graph, name)).filter { $0.occurrence.subject != .node }
    let writers = names(of: places.filter { $0.occurrence.role == .write && $0.path == graph }, file)
    let readers = names(of: places.filter { $0.occurrence.role == .read && $0.path == graph }, file)
    let prompts = unique(
      places.filter { $0.file.index.kind == .prompt }.map { place in
        "prompt `\(workspace.shown(place.path))`"
      })
    lines.append("Written by " + (writers.isEmpty ? "no node" : writers.joined(separator: ", ")))
    let all = readers + prompts
    lines.append("Read by " + (all.isEmpty ? "nothing" : all.joined(separator: ", ")))
    return lines.joined(separator: "\n\n")
  }

  private func names(of places: [SymbolPlace], _ file: IndexedFile) -> [String] {
    unique(
      places.map { place in
        if let owner = place.occurrence.owner { return "`\(file.index.nodes[owner].name)`" }
        return "line \(place.file.lines.position(place.occurrence.range.lowerBound).line + 1)"
      })
  }

  static func field(_ field: SchemaField, of key: String) -> String {
    "**\(field.name.value)**: `\(field.type)` — field of the key `\(key)`"
      + (field.description.map { "\n\n\($0)" } ?? "")
  }

  /// One key in several graphs.
  func joined(_ graphs: [String], _ name: String) -> String? {
    let texts = graphs.compactMap { graph in
      stateKey(name, graph).map { "In `\(workspace.shown(graph))`:\n\n\($0)" }
    }
    return texts.isEmpty ? nil : texts.joined(separator: "\n\n---\n\n")
  }

  func item(_ name: String, _ owner: Int, _ graph: String) -> String? {
    guard let node = workspace.graph(graph)?.index.nodes[owner] else { return nil }
    return "**\(name)** — the item that `\(node.name)` works at"
  }

  // MARK: - Prompts and graphs

  func prompt(_ path: String) -> String? {
    guard let file = workspace.prompt(path) else { return nil }
    var lines = ["**prompt** `\(workspace.shown(path))`"]
    guard let document = file.promptDocument else { return lines[0] + "\n\nIt has mistakes." }
    if let description = document.metadata["description"]?.string { lines.append(description) }
    let variables = document.variables.map { variable in
      "`\(variable.value)`" + (document.optionalVariables.contains(variable.value) ? " (optional)" : "")
    }
    lines.append("Variables: " + (variables.isEmpty ? "none" : variables.joined(separator: ", ")))
    if let schema = document.outputSchema {
      lines.append(
        "Answers with `\(schema.name)`: "
          + schema.fields.map { "`\($0.name.value)`: \($0.type)" }.joined(separator: ", "))
    }
    return lines.joined(separator: "\n\n")
  }

  func graph(_ path: String) -> String? {
    guard let file = workspace.graph(path) else { return nil }
    let fields = file.index.root?.mapping
    let name = fields?["name"]?.value.scalar?.text
    var lines = ["**graph** `\(name ?? workspace.shown(path))`"]
    if let description = fields?["description"]?.value.scalar?.text { lines.append(description) }
    lines.append("\(file.index.nodes.count) nodes")
    let keys = file.index.stateKeys
    if !keys.isEmpty { lines.append("State: " + typed(Array(keys.prefix(30)), path)) }
    return lines.joined(separator: "\n\n")
  }

  func variable(_ name: String, _ prompt: String) -> String? {
    var lines = ["**\(name)** — variable of prompt `\(workspace.shown(prompt))`"]
    let users = workspace.users(ofPrompt: prompt)
    for user in users.prefix(12) {
      let use = user.promptUse
      let node = user.graph.index.nodes[use.owner]
      let graph = workspace.shown(user.path)
      if use.variables?.contains(name) == true {
        let value = given(name, node)
        lines.append("`\(node.name)` in `\(graph)` gives" + (value.map { ": `\($0)`" } ?? " it"))
      } else if use.items.contains(name) {
        lines.append("`\(node.name)` in `\(graph)` gives its item")
      } else if use.variables == nil {
        let type = types(user.path).type(of: name)
        lines.append(
          "`\(node.name)` in `\(graph)` gives the key `\(name)` of its state" + (type.map { ": \($0)" } ?? ""))
      } else {
        lines.append("`\(node.name)` in `\(graph)` does not give it")
      }
    }
    if users.isEmpty { lines.append("No graph uses this prompt.") }
    return lines.joined(separator: "\n\n")
  }

  func inlineVariable(_ name: String, _ use: Int, _ graph: String) -> String? {
    guard let file = workspace.graph(graph) else { return nil }
    let node = file.index.nodes[file.index.promptUses[use].owner]
    return "**\(name)** — variable of the prompt in `\(node.name)`" + (given(name, node).map { ": `\($0)`" } ?? "")
  }

  private func given(_ name: String, _ node: FileIndex.Node) -> String? {
    let fields = node.value.mapping
    let variables = (fields?["variables"] ?? fields?["node"]?.value.mapping?["variables"])?.value.mapping
    return variables?[name]?.value.scalar.map { String($0.text.prefix(80)) }
  }

  func answerField(_ name: String, _ prompt: String) -> String? {
    guard let field = workspace.prompt(prompt)?.promptDocument?.outputSchema?.field(named: name) else { return nil }
    return "**\(name)**: `\(field.type)` — field of the answer" + (field.description.map { "\n\n\($0)" } ?? "")
  }
}
