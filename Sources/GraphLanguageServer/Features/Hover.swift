internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// What is said of a place when the pointer rests on it.
struct Hover {
  let workspace: Workspace
  let checking: Checking
  let client: ClientAbilities
  let knowledge: LanguageServer.Knowledge

  /// The text and the range it is about, or nil where there is nothing to say.
  ///
  /// What was found at the place comes first, with what its code means.
  func value(at offset: Int, in path: String) -> Value? {
    let explanations = explanations(at: offset, in: path)
    let described = description(at: offset, in: path)
    guard let first = explanations.first, let file = workspace.file(path) else { return described }
    var texts = explanations.map(\.text)
    if let text = described?["contents"]?["value"]?.string { texts.append(text) }
    return value(texts.joined(separator: "\n\n---\n\n"), first.range, file)
  }

  /// What was found at a place, each finding with what its code means.
  private func explanations(at offset: Int, in path: String) -> [(text: String, range: ByteRange)] {
    // Places of findings belong to the text that they were found in.
    guard checking.isUpToDate(path) else { return [] }
    return checking.findings(in: path).compactMap { finding in
      guard let range = finding.span?.range, range.lowerBound <= offset, offset <= range.upperBound,
        let explanation = knowledge.explanation(finding.code.id)
      else { return nil }
      let code = finding.code.id
      let page = client.pages.address(of: finding.code)
      let more = page.map { "[\(code)](\($0)) shows an example." } ?? "`graph explain \(code)` shows an example."
      return ("**\(code)**: \(finding.message.text)\n\n\(explanation)\n\n\(more)", range)
    }
  }

  /// What stands at a place.
  private func description(at offset: Int, in path: String) -> Value? {
    guard let file = workspace.file(path) else { return nil }
    for (symbol, place) in workspace.symbols(at: offset, in: path) where place.occurrence.unwrittenKey == nil {
      if let text = text(symbol, place, offset) { return value(text, place.occurrence.range, file) }
    }
    if let found = file.index.path(at: offset), file.index.kind == .graph {
      let field = StateKeyTypes(workspace, path, checking).field(of: found.path, steps: found.steps)
      return field.map { value(SymbolText.field($0, of: found.path.root), found.range, file) }
    }
    guard let root = file.index.root else { return nil }
    let place = FilePlace(offset, in: root, kind: file.index.kind, tables: workspace.tables)
    return text(place, offset, file).map { value($0.text, $0.range, file) }
  }

  private func value(_ text: String, _ range: ByteRange, _ file: IndexedFile) -> Value {
    [
      "contents": ["kind": client.readsMarkdown ? "markdown" : "plaintext", "value": .string(text)],
      "range": file.lines.value(range),
    ]
  }

  // MARK: - Names

  private func text(_ symbol: Symbol, _ place: SymbolPlace, _ offset: Int) -> String? {
    let describing = SymbolText(workspace: workspace, checking: checking)
    switch symbol {
    case .node(let graph, let name): return describing.node(name, graph)
    case .stateKey(let graph, let name): return describing.stateKey(name, graph)
    case .promptState(_, let name):
      let graphs = workspace.same(as: symbol).compactMap { if case .stateKey(let graph, _) = $0 { graph } else { nil } }
      return graphs.isEmpty
        ? "**state.\(name)** — a key of the state; no graph uses this prompt" : describing.joined(graphs, name)
    case .item(let graph, let owner, let name): return describing.item(name, owner, graph)
    case .tool(let graph, let name): return describing.tool(name, graph)
    case .prompt(let path): return describing.prompt(path)
    case .graph(let path): return describing.graph(path)
    case .file(let path): return "**file** `\(workspace.shown(path))`"
    case .variable(let prompt, let name): return describing.variable(name, prompt)
    case .inlineVariable(let graph, let use, let name): return describing.inlineVariable(name, use, graph)
    case .route(let graph, let owner, let name): return describing.route(name, owner, graph)
    case .answerField(let prompt, let name): return describing.answerField(name, prompt)
    case .pythonFunction(_, _, let name): return "**function** `\(name)` of Python"
    case .argument(_, let name): return "**argument** `\(name)` of the tool"
    }
  }

  // MARK: - Keys, values and words

  private func text(_ place: FilePlace, _ offset: Int, _ file: IndexedFile) -> (text: String, range: ByteRange)? {
    if place.isKey {
      guard let spec = place.context.spec, let key = place.key else { return nil }
      return (KeyText.markdown(spec), key.span.range)
    }
    guard let scalar = place.scalar, let text = scalar.scalar?.text else { return nil }
    if let word = word(place, offset, file) { return word }
    switch place.context.meaning {
    case .nodeType?:
      guard let type = workspace.tables.nodeTypes.first(where: { $0.name == text }) else { return nil }
      return ("**\(text)** — \(type.summary)", scalar.span.range)
    case .toolType?:
      guard let type = workspace.tables.toolTypes.first(where: { $0.name == text }) else { return nil }
      return ("**\(text)** — \(type.summary)", scalar.span.range)
    case .expression?, .check?, .template?, .iteration?, .promptText?: return nil
    default:
      guard let spec = place.context.spec else { return nil }
      return (KeyText.markdown(spec), scalar.span.range)
    }
  }

  /// The function, filter or test at an offset of an expression or a template.
  private func word(_ place: FilePlace, _ offset: Int, _ file: IndexedFile) -> (text: String, range: ByteRange)? {
    let words: [LanguageWord]
    switch place.context.meaning {
    case .expression?, .template?, .iteration?: words = ExpressionFunction.words(forChecks: false)
    case .check?: words = ExpressionFunction.words(forChecks: true)
    case .promptText?:
      guard let text = place.scalar?.scalar?.text, PromptTemplate.isJinja(text) else { return nil }
      words = TemplateWords.filters + TemplateWords.tests + TemplateWords.functions + TemplateWords.statements
    default: return nil
    }
    let bytes = file.lines.bytes
    func isWord(_ index: Int) -> Bool {
      index >= 0 && index < bytes.count && (bytes[index].isLetterOrDigit || bytes[index] == UInt8(ascii: "_"))
    }
    var (start, end) = (offset, offset)
    while isWord(start - 1) { start -= 1 }
    while isWord(end) { end += 1 }
    let name = String(decoding: bytes[start..<end], as: UTF8.self)
    guard let word = words.first(where: { $0.name == name }), isCode(start, end, word, place, bytes) else { return nil }
    return ("```\n\(word.form)\n```\n\(word.summary)", ByteRange(start, end))
  }

  /// Whether a word stands where it means something, and not in the prose of a prompt.
  private func isCode(_ start: Int, _ end: Int, _ word: LanguageWord, _ place: FilePlace, _ bytes: [UInt8]) -> Bool {
    guard let range = place.scalar?.span.range else { return false }
    let before = String(decoding: bytes[range.lowerBound..<start], as: UTF8.self)
    switch place.context.meaning {
    case .promptText?: return CodeAround(before).jinja != nil
    case .template?: return CodeAround(before).expression != nil
    default:
      let behind = bytes[end...].first { $0 != UInt8(ascii: " ") }
      return behind == UInt8(ascii: "(") || before.last { $0 != " " } == "|"
    }
  }
}
