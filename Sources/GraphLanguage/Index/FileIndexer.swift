internal import GraphDiagnostics
internal import GraphRuntime
internal import GraphYAML

/// Goes through a tree along the tables of keys and notes what its names stand for.
struct FileIndexer {
  var index: FileIndex
  private let tables: FieldTables

  /// The node or tool around the place that is looked at.
  private var owner: Int?

  /// Keys that only nodes inside another one see at that place.
  private var items: [String] = []

  /// The prompt that the variables and texts at that place belong to.
  private var promptUse: Int?

  /// The graph that the mapped keys at that place belong to.
  private var graphUse: Int?

  private var tool: String?

  /// The items of the pipeline around that place, whose fields are put into the texts of its stages.
  private var pipelineItems: [YAMLMapping] = []

  /// What was noted, as a value that is used at several aliases is gone through several times.
  private var seen: Set<Place> = []

  private struct Place: Hashable {
    let subject: FileIndex.Subject
    let name: String
    let range: ByteRange
  }

  init(_ index: FileIndex, _ tables: FieldTables) {
    self.index = index
    self.tables = tables
  }

  mutating func run() {
    guard let root = index.root else { return }
    if index.kind == .graph, let mapping = root.mapping { outline(mapping) }
    walk(root, at: tables.root(of: index.kind))
    index.occurrences.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
  }

  // MARK: - The walk

  private mutating func walk(_ node: YAMLNode, at context: FieldContext) {
    switch node.content {
    case .scalar: note(node, context.meaning)
    case .sequence(let items):
      let inner = tables.item(at: context)
      for item in items { walk(item, at: inner) }
    case .mapping(let mapping): walk(mapping, node, at: context)
    }
  }

  private mutating func walk(_ mapping: YAMLMapping, _ node: YAMLNode, at context: FieldContext) {
    let outer = (owner, items, promptUse, graphUse, tool, pipelineItems)
    defer { (owner, items, promptUse, graphUse, tool, pipelineItems) = outer }
    if context.form?.isNode == true { enterNode(mapping) }
    if context.form?.isTool == true, let own = tool { enterTool(mapping, own) }
    let isKeyed = tables.keys(mapping, at: context) != nil
    for entry in mapping.entries {
      let before = (owner, tool)
      if !isKeyed { name(entry, context) }
      let inner = tables.entry(entry.key.value, of: mapping, at: context)
      if isKeyed, entry.key.value == "input_mapping", graphUse != nil, inner.meaning == .childKey {
        mapInputs(entry.value, inner)
      } else {
        walk(entry.value, at: inner)
      }
      (owner, tool) = before
    }
  }

  /// Notes the name of an entry that its author chose.
  private mutating func name(_ entry: YAMLMapping.Entry, _ context: FieldContext) {
    guard let naming = context.naming else { return }
    if naming == .newNode { owner = index.nodes.firstIndex { $0.name == entry.key.value } }
    if naming == .newTool { tool = entry.key.value }
    note(Name(entry.key.value, nameRange(entry.key)), naming)
    if naming == .newNode { noteUnwrittenKeys(entry) }
  }

  /// What a node without `state_key` and the like says by saying nothing.
  private mutating func noteUnwrittenKeys(_ entry: YAMLMapping.Entry) {
    guard let fields = entry.value.mapping,
      let type = tables.nodeTypes.first(where: { $0.name == FieldTables.nodeType(of: fields) })
    else { return }
    let place = nameRange(entry.key)
    if type.writesOwnKey, fields["state_key"] == nil, fields["output_mapping"] == nil,
      fields["mode"]?.value.scalar?.text != "direct"
    {
      add(Name(entry.key.value, place), .stateKey, .write, unwritten: "state_key")
    }
    for spec in type.keys where fields[spec.name] == nil {
      guard let name = spec.standardName, spec.meaning == .writtenStateKey else { continue }
      add(Name(name, (place.range, false)), .stateKey, .write, unwritten: spec.name)
    }
    if let collect = fields["collect"]?.value.scalar?.text, type.name == "map", fields["failures"] == nil {
      add(Name("\(collect)_failures", (place.range, false)), .stateKey, .write, unwritten: "failures")
    }
    let declaresMessages = index.declarations.contains { $0.name == "messages" }
    if type.name == "agent", declaresMessages, fields["messages_key"] == nil {
      add(Name("messages", (place.range, false)), .stateKey, .write, unwritten: "messages_key")
    }
  }

  // MARK: - Nodes and tools

  private mutating func enterNode(_ fields: YAMLMapping) {
    if let item = fields["as"]?.value.scalar?.text, fields["over"] != nil { items.append(item) }
    if FieldTables.nodeType(of: fields) == "pipeline" {
      items.append("item")
      pipelineItems = (fields["items"]?.value.sequence ?? []).compactMap(\.mapping)
    }
    if let path = (fields["graph"]?.value).flatMap({ $0.scalar?.text }) {
      let isShared =
        fields["mode"]?.value.scalar?.text == "direct"
        || ["input_mapping", "output_mapping"].contains { ["auto", "*"].contains(fields[$0]?.value.scalar?.text) }
      graphUse = index.graphUses.count
      index.graphUses.append(FileIndex.GraphUse(path: path, sharesKeys: isShared, namesArguments: false))
    }
    guard let owner, fields["prompt"] != nil || fields["user"] != nil || fields["system"] != nil else { return }
    promptUse = index.promptUses.count
    index.promptUses.append(
      FileIndex.PromptUse(
        prompt: fields["prompt"]?.value.scalar?.text, owner: owner,
        variables: fields["variables"]?.value.mapping?.entries.map(\.key.value), items: items,
        resultKey: fields["state_key"]?.value.scalar?.text ?? index.nodes[owner].name))
  }

  private mutating func enterTool(_ fields: YAMLMapping, _ name: String) {
    guard fields["type"]?.value.scalar?.text == "graph",
      let path = (fields["path"] ?? fields["graph"])?.value.scalar?.text
    else { return }
    graphUse = index.graphUses.count
    index.graphUses.append(
      FileIndex.GraphUse(path: path, sharesKeys: false, namesArguments: fields["input_mapping"] == nil))
  }

  /// The inputs of a graph: own keys with those that they are given as, or keys of the graph with expressions.
  private mutating func mapInputs(_ node: YAMLNode, _ context: FieldContext) {
    guard let entries = node.mapping?.entries else { return }
    for entry in entries {
      let isKey = entry.value.scalar.map { $0.resolved == .string && !$0.text.contains("{") } ?? false
      let name = Name(entry.key.value, nameRange(entry.key))
      if isKey {
        note(name, context.naming)
        note(entry.value, .childKey)
      } else {
        note(name, .childKey)
        walk(entry.value, at: FieldContext(meaning: .template))
      }
    }
  }

  // MARK: - Names

  /// A name and its place.
  private struct Name {
    let text: String
    let range: ByteRange
    let isExact: Bool

    init(_ text: String, _ place: (range: ByteRange, isExact: Bool)) {
      self.text = text
      (range, isExact) = place
    }
  }

  /// The bytes of a key without its quotes.
  func nameRange(_ key: Located<String>) -> (range: ByteRange, isExact: Bool) {
    let text = key.span.text
    if text == key.value { return (key.span.range, true) }
    let inner = ByteRange(key.span.range.lowerBound + 1, key.span.range.upperBound - 1)
    let isQuoted = text.utf8.count == key.value.utf8.count + 2 && index.file.text(in: inner) == key.value
    return isQuoted ? (inner, true) : (key.span.range, false)
  }

  private mutating func note(_ node: YAMLNode, _ meaning: FieldMeaning?) {
    guard let meaning, let scalar = node.scalar else { return }
    let variants = pipelineItems.isEmpty ? [] : node.putting(pipelineItems)
    guard variants.isEmpty else {
      // Each item has its own text, and none of them is written out.
      let outer = pipelineItems
      pipelineItems = []
      for variant in variants { note(variant, meaning) }
      pipelineItems = outer
      return
    }
    switch meaning {
    case .expression, .check: note(expressionOf: node, isCheck: meaning == .check)
    case .template: note(templateOf: node, isExpression: false)
    case .iteration: note(templateOf: node, isExpression: true)
    case .promptText: note(promptTextOf: node)
    case .tool, .provider, .model, .childKey:
      if scalar.text.contains("{") { return note(templateOf: node, isExpression: false) }
      fallthrough
    default:
      guard scalar.resolved != .null || !scalar.text.isEmpty else { return }
      let span = node.span(ofContent: ByteRange(0, scalar.text.utf8.count))
      note(Name(scalar.text, (span.range, span.text == scalar.text)), meaning)
    }
  }

  private mutating func note(_ name: Name, _ meaning: FieldMeaning?) {
    switch meaning {
    case .newNode: add(name, .node, .definition)
    case .node, .source, .target: add(name, .node, .read)
    case .newStateKey: add(name, .stateKey, .definition)
    case .readStateKey: add(name, items.contains(name.text) ? itemSubject : .stateKey, .read)
    case .writtenStateKey: add(name, .stateKey, .write)
    case .item: add(name, itemSubject, .definition)
    case .prompt: add(name, .prompt, .read)
    case .variable: add(name, .variable(use: promptUse), .write)
    case .newTool: add(name, .tool, .definition)
    case .tool: add(name, .tool, .read)
    case .argument: add(name, .argument, .write)
    case .graph: add(name, .graph, .read)
    case .childKey:
      if let graphUse, !["auto", "*"].contains(name.text) { add(name, .childKey(use: graphUse), .read) }
    case .file: add(name, .file, .read)
    case .pythonFunction: if let tool { add(name, .pythonFunction(tool: tool), .read) }
    case .route: if let owner { add(name, .route(owner: owner), .definition) }
    case .answerField: add(name, .answerField(use: promptUse), .read)
    case .expression, .check, .template, .iteration, .promptText, .provider, .model, .nodeType, .toolType, .valueType,
      nil:
      break
    }
  }

  private var itemSubject: FileIndex.Subject { owner.map { .item(owner: $0) } ?? .stateKey }

  private mutating func add(
    _ name: Name, _ subject: FileIndex.Subject, _ role: FileIndex.Role, unwritten: String? = nil,
    path: StatePath? = nil
  ) {
    guard unwritten != nil || seen.insert(Place(subject: subject, name: name.text, range: name.range)).inserted else {
      return
    }
    index.occurrences.append(
      FileIndex.Occurrence(
        name: name.text, subject: subject, role: role, range: name.range, isExact: name.isExact && unwritten == nil,
        unwrittenKey: unwritten, owner: owner, path: path))
  }

  // MARK: - Expressions and prompts

  private mutating func note(expressionOf node: YAMLNode, isCheck: Bool) {
    guard let source = ExpressionSource(node) else { return }
    let diagnostics = DiagnosticEngine()
    let expression =
      isCheck
      ? Expression.parseCheck(source, diagnostics: diagnostics) : Expression.parse(source, diagnostics: diagnostics)
    guard let expression else { return index.isWhole = false }
    for path in expression.paths where !isCheck || !path.isOutput { note(path) }
  }

  private mutating func note(templateOf node: YAMLNode, isExpression: Bool) {
    guard let scalar = node.scalar, scalar.resolved == .string, isExpression || scalar.text.contains("{") else {
      return
    }
    let template = ValueTemplate.parse(node, plainIsExpression: isExpression, diagnostics: DiagnosticEngine())
    guard let template else { return index.isWhole = false }
    for path in template.paths { note(path) }
  }

  private mutating func note(_ path: StatePath) {
    let isItem = items.contains(path.root)
    add(pathName(path), isItem ? itemSubject : .stateKey, .read, path: path)
    // How often a node has run is read by its name.
    guard path.root == ReservedKey.loopCounts.rawValue, case .key(let node)? = path.components.first else { return }
    let start = path.rootSpan.range.upperBound + 1
    let place = ByteRange(start, start + node.utf8.count)
    if index.file.text(in: place) == node {
      add(Name(node, (place, true)), .node, .read)
    } else {
      add(Name(node, (path.span.range, false)), .node, .read)
    }
  }

  private func pathName(_ path: StatePath) -> Name {
    Name(path.root, (path.rootSpan.range, path.rootSpan.text == path.root))
  }

  private mutating func note(promptTextOf node: YAMLNode) {
    guard let source = ExpressionSource(node), node.scalar?.resolved == .string else { return }
    guard let template = PromptTemplate.parse(source, diagnostics: DiagnosticEngine()) else {
      return index.isWhole = false
    }
    for name in template.names {
      let place = Name(name.text, (name.span.range, name.span.text == name.text))
      let isItem = name.isState && items.contains(name.text)
      let state: FileIndex.Subject = isItem ? itemSubject : .stateKey
      add(place, name.isState ? state : subject(ofVariable: name.text), .read, path: name.path)
    }
    for include in template.includes {
      add(Name(include.value, nameRange(include)), .prompt, .read)
    }
  }

  /// What a variable in the text of a prompt stands for: where a node gives no variables, a key of its state.
  private func subject(ofVariable name: String) -> FileIndex.Subject {
    guard index.kind == .graph, let promptUse else { return .variable(use: nil) }
    let use = index.promptUses[promptUse]
    if use.variables?.contains(name) == true { return .variable(use: promptUse) }
    if use.items.contains(name) { return itemSubject }
    return use.variables == nil ? .stateKey : .variable(use: promptUse)
  }
}

extension YAMLNode {
  /// The scalar with the fields of each item of a pipeline in the place of `{item.field}`; none where there is no such
  /// place, or an item does not have the field.
  fileprivate func putting(_ items: [YAMLMapping]) -> [YAMLNode] {
    guard let text = scalar?.text, text.contains("{item.") else { return [] }
    let bytes = Array(text.utf8)
    let opening = Array("{item.".utf8)
    var places: [(range: ByteRange, field: String)] = []
    var start = 0
    while start + opening.count < bytes.count {
      let name = bytes[(start + opening.count)...].prefix { $0 != UInt8(ascii: "}") }
      guard bytes[start..<(start + opening.count)].elementsEqual(opening), name.endIndex < bytes.count,
        name.allSatisfy({ ExpressionLexer.isNameStart($0) || ExpressionLexer.isDigit($0) })
      else {
        start += 1
        continue
      }
      places.append((ByteRange(start, name.endIndex + 1), String(decoding: name, as: UTF8.self)))
      start = name.endIndex + 1
    }
    return places.isEmpty
      ? []
      : items.compactMap { item in
        let edits = places.compactMap { place in
          item[place.field]?.value.scalar.map { (range: place.range, text: $0.text) }
        }
        return edits.count == places.count ? replacing(edits) : nil
      }
  }
}

extension FieldForm {
  /// Whether a node stands there.
  var isNode: Bool {
    switch self {
    case .node, .stage: true
    case .either(let forms): forms.contains(where: \.isNode)
    default: false
    }
  }

  /// Whether a tool stands there.
  var isTool: Bool {
    switch self {
    case .tool: true
    case .either(let forms): forms.contains(where: \.isTool)
    default: false
    }
  }
}
