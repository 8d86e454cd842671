internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

extension CompletionValues {
  // MARK: - Expressions

  func template() -> [CompletionEntry] {
    let before = cursor.before
    if let code = CodeAround(before).expression { return expression(code, isCheck: false) }
    // A whole expression, where nothing is written yet.
    guard before.allSatisfy({ $0 == " " }), cursor.isPlain else { return [] }
    return stateKeys(withReserved: false).map { entry in
      CompletionEntry(
        "{state.\(entry.label)}", .variable, detail: entry.detail, documentation: entry.documentation,
        insertion: "\"{state.\(entry.label)}\"", order: entry.order)
    }
  }

  /// What may follow in an expression.
  func expression(_ before: String, isCheck: Bool) -> [CompletionEntry] {
    let path = PathBefore(before)
    if path.isInText { return [] }
    if let steps = path.steps { return fields(below: steps) }
    let functions = ExpressionFunction.words(forChecks: isCheck).map {
      CompletionEntry($0.name, .function, detail: $0.form, documentation: $0.summary, rank: 3, style: .name)
    }
    if path.isFilter { return functions }
    let operators = ExpressionFunction.operators.map {
      CompletionEntry($0.name, .keyword, detail: $0.form, documentation: $0.summary, rank: 5, style: .name)
    }
    let items = place.items.map { CompletionEntry($0, .variable, detail: "the item", rank: 0, style: .name) }
    let output =
      isCheck ? [CompletionEntry("output", .variable, detail: "the node's result", rank: 0, style: .name)] : []
    let state = CompletionEntry("state", .variable, detail: "the state", rank: 2, style: .name)
    return items + output + stateKeys(withReserved: true).map { styled($0) } + [state] + functions + operators
  }

  private func styled(_ entry: CompletionEntry) -> CompletionEntry {
    var entry = entry
    entry.style = .name
    return entry
  }

  /// The fields of what a path leads to.
  private func fields(below steps: [StatePath.Component]) -> [CompletionEntry] {
    guard case .key(let first)? = steps.first else { return [] }
    // How often a node has run is read by its name.
    if steps.last == .key(ReservedKey.loopCounts.rawValue) { return nodes().map { styled($0) } }
    if first == "state" {
      guard steps.count > 1, case .key(let key) = steps[1] else {
        return stateKeys(withReserved: true).map { styled($0) }
      }
      return fields(of: types.type(of: key, Array(steps.dropFirst(2))))
    }
    return fields(of: types.type(of: first, Array(steps.dropFirst())))
  }

  private func fields(of type: SchemaType?) -> [CompletionEntry] {
    StateKeyTypes.fields(of: type).enumerated().map {
      CompletionEntry(
        $1.name.value, .field, detail: "\($1.type)", documentation: $1.description, order: $0, style: .name)
    }
  }

  // MARK: - Texts of prompts

  func promptText() -> [CompletionEntry] {
    let code = CodeAround(cursor.before)
    if let jinja = code.jinja { return templateCode(jinja, isStatement: code.isStatement) }
    guard let before = code.expression, !PromptTemplate.isJinja(cursor.before + cursor.after) else { return [] }
    let path = PathBefore(before)
    if let steps = path.steps { return promptFields(below: steps) }
    return promptVariables()
  }

  private func templateCode(_ before: String, isStatement: Bool) -> [CompletionEntry] {
    func entries(_ words: [LanguageWord], _ kind: CompletionEntry.Kind, rank: Int) -> [CompletionEntry] {
      words.enumerated().map {
        CompletionEntry(
          $1.name, kind, detail: $1.form, documentation: $1.summary, rank: rank, order: $0, style: .name)
      }
    }
    let path = PathBefore(before)
    if path.isInText { return before.contains("include") ? prompts() : [] }
    if let steps = path.steps { return promptFields(below: steps) }
    if path.isFilter { return entries(TemplateWords.filters, .function, rank: 1) }
    if path.isTest { return entries(TemplateWords.tests, .keyword, rank: 1) }
    let rest = before.drop { $0 == " " || $0 == "-" || $0 == "+" }
    if isStatement, rest.allSatisfy({ $0.isLetter }) { return entries(TemplateWords.statements, .keyword, rank: 1) }
    return promptVariables() + entries(TemplateWords.functions, .function, rank: 3)
  }

  /// The variables that a prompt may read: those that its users give, and those that it reads already.
  private func promptVariables() -> [CompletionEntry] {
    if index.kind == .graph { return nodeVariables() }
    var entries: [CompletionEntry] = []
    for user in workspace.users(ofPrompt: path) {
      let use = user.promptUse
      let types = StateKeyTypes(workspace, user.path, checking)
      let node = user.graph.index.nodes[use.owner].name
      let names = use.variables ?? user.graph.index.stateKeys
      entries += (use.items + names).map { name in
        let detail = use.variables == nil ? types.type(of: name).map { "\($0)" } : nil
        return CompletionEntry(
          name, .variable, detail: detail ?? "given by '\(node)'", rank: use.variables == nil ? 1 : 0, style: .name)
      }
    }
    let own = index.occurrences.filter { $0.subject == .variable(use: nil) }.map(\.name)
    entries += own.map { CompletionEntry($0, .variable, detail: "variable of the prompt", rank: 2, style: .name) }
    var seen: Set<String> = []
    entries = entries.filter { seen.insert($0.label).inserted }
    for index in entries.indices { entries[index].order = index }
    return entries + [CompletionEntry("state", .variable, detail: "the state", rank: 3, style: .name)]
  }

  private func nodeVariables() -> [CompletionEntry] {
    let items = place.items.map { CompletionEntry($0, .variable, detail: "the item", rank: 0, style: .name) }
    if let variables = place.node?["variables"]?.value.mapping?.entries {
      return items
        + variables.enumerated().map {
          CompletionEntry($1.key.value, .variable, detail: "given by the node", rank: 0, order: $0, style: .name)
        }
    }
    return items + stateKeys(withReserved: false).map { styled($0) }
      + [CompletionEntry("state", .variable, detail: "the state", rank: 3, style: .name)]
  }

  private func promptFields(below steps: [StatePath.Component]) -> [CompletionEntry] {
    guard index.kind == .prompt else {
      let gives = place.node?["variables"]?.value.mapping != nil
      guard case .key(let first)? = steps.first, gives, first != "state" else { return fields(below: steps) }
      return []
    }
    guard case .key(let first)? = steps.first else { return [] }
    var entries: [CompletionEntry] = []
    for user in workspace.users(ofPrompt: path) {
      let types = StateKeyTypes(workspace, user.path, checking)
      if first == "state" {
        guard steps.count > 1, case .key(let key) = steps[1] else {
          entries += user.graph.index.stateKeys.map {
            CompletionEntry($0, .variable, detail: types.type(of: $0).map { "\($0)" }, style: .name)
          }
          continue
        }
        entries += fields(of: types.type(of: key, Array(steps.dropFirst(2))))
      } else if user.promptUse.variables == nil {
        entries += fields(of: types.type(of: first, Array(steps.dropFirst())))
      } else if let source = source(of: first, user) {
        entries += fields(of: types.type(of: source.root, source.components + steps.dropFirst()))
      }
    }
    return entries
  }

  /// The path that a node gives as a variable, where it is nothing but a path.
  private func source(of name: String, _ user: Workspace.PromptUser) -> StatePath? {
    let node = user.graph.index.nodes[user.promptUse.owner].value
    guard let value = node.mapping?["variables"]?.value.mapping?[name]?.value,
      let template = ValueTemplate.parse(value, diagnostics: DiagnosticEngine()),
      case .expression(let expression) = template.root, case .path(let path) = expression.root
    else { return nil }
    return path
  }
}
