internal import GraphDiagnostics
internal import GraphYAML

/// `type: pipeline`: the same stages for several items, one after the other.
///
/// Item by item and stage by stage it becomes nodes `<pipeline>__<item>__<stage>`
/// in a line. `{item.field}` in the strings of a stage is the item's field.
struct PipelineMacro {
  static let spec = NodeTypeSpec(
    "pipeline", "The same stages for several items, in a line.",
    keys: [
      KeySpec("items", .list, "The items: mappings with 'name' and other fields.", isRequired: true),
      KeySpec("stages", .list, "The stages: nodes with 'name', in which '{item.field}' is replaced.", isRequired: true)
        .holding(.items(.stage)),
    ], writesOwnKey: false)

  private static let keys = KeyTable(NodeDocument.macroKeys + spec.keys)

  private let name: Located<String>
  private let diagnostics: DiagnosticEngine

  /// The fields of items that a stage uses.
  private var used: Set<String> = []

  /// Whether a stage uses a field that there is not, which may be one that is not used.
  private var hasUnknown = false

  /// The fields that some item has.
  private var fieldsOfItems: Set<String> = []

  /// An item, or a stage.
  private struct Element {
    let name: Located<String>
    let mapping: YAMLMapping
    let node: YAMLNode
  }

  /// What the pipeline stands for, or nil after reporting why it is broken.
  static func expand(_ entry: YAMLMapping.Entry, _ diagnostics: DiagnosticEngine) -> MacroExpansion.Part? {
    let owner = "node '\(entry.key.value)'"
    guard DocumentName.check(entry.key, "node", diagnostics),
      let fields = FieldReader(entry.value, owner: owner, at: entry.key.span, keys: keys, diagnostics: diagnostics)
    else { return nil }
    // A stage is read once for each item.
    diagnostics.foldRepeats(at: entry.value.span)
    var macro = PipelineMacro(name: entry.key, diagnostics: diagnostics)
    let items = macro.elements("items", "item", fields)
    let stages = macro.elements("stages", "stage", fields)
    guard let items, let stages else { return nil }
    macro.fieldsOfItems = Set(items.flatMap { $0.mapping.entries.map(\.key.value) })
    return macro.expand(items, stages)
  }

  private init(name: Located<String>, diagnostics: DiagnosticEngine) {
    self.name = name
    self.diagnostics = diagnostics
  }

  /// The mappings of a list, each with a name of its own; nil when there is none or any is broken.
  private func elements(_ key: String, _ what: String, _ fields: FieldReader) -> [Element]? {
    guard let nodes = fields.sequence(key) else { return nil }
    if nodes.isEmpty { diagnostics.report(.emptyPipeline(key, name.value), at: fields.node(key)?.span) }
    var elements: [Element] = []
    for node in nodes {
      guard FieldReader.check(node, "a\(what == "item" ? "n" : "") \(what) of '\(name.value)'", .mapping, diagnostics),
        let mapping = node.mapping
      else { continue }
      guard let entry = mapping["name"] else {
        let near = mapping.entries.map(\.key).first { Suggestion.nearest(to: $0.value, among: ["name"]) != nil }
        diagnostics.report(
          .elementWithoutName(what, name.value), at: node.span, notes: near == nil ? [] : [.didYouMean("name")],
          fixIts: near.map { [.replace($0.span, with: "name")] } ?? [])
        continue
      }
      guard FieldReader.check(entry.value, "'name'", .string, diagnostics, at: entry.place),
        let text = entry.value.scalar?.text,
        DocumentName.check(Located("\(name.value)__\(text)", at: entry.value.span), "node", diagnostics)
      else { continue }
      if let first = elements.first(where: { $0.name.value == text }) {
        diagnostics.report(
          .elementTwice(what, text, name.value), at: entry.value.span, notes: [.firstWritten(at: first.name.span)])
        continue
      }
      elements.append(Element(name: Located(text, at: entry.value.span), mapping: mapping, node: node))
    }
    return elements.count == nodes.count && !nodes.isEmpty ? elements : nil
  }

  private mutating func expand(_ items: [Element], _ stages: [Element]) -> MacroExpansion.Part {
    var part = MacroExpansion.Part(last: "")
    for item in items {
      for stage in stages {
        let node = Located("\(name.value)__\(item.name.value)__\(stage.name.value)", at: stage.name.span)
        if let previous = part.nodes.last { part.edges.append(EdgeDocument(from: previous.name, to: node)) }
        let content = replaced(stage, item)
        part.nodes.append(
          MacroExpansion.Node(name: node, node: content ?? stage.node, isBroken: content == nil))
        part.last = node.value
      }
    }
    reportUnused(items)
    return part
  }

  private func reportUnused(_ items: [Element]) {
    guard !hasUnknown else { return }
    var seen: Set<String> = ["name"]
    for entry in items.flatMap(\.mapping.entries) where seen.insert(entry.key.value).inserted {
      guard !used.contains(entry.key.value) else { continue }
      diagnostics.report(.fieldNotUsed(entry.key.value, name.value), at: entry.key.span)
    }
  }

  // MARK: - Fields of items

  /// A stage for an item, without its name; nil after reporting a field that the item does not have.
  private mutating func replaced(_ stage: Element, _ item: Element) -> YAMLNode? {
    var entries: [YAMLMapping.Entry] = []
    var isWhole = true
    for entry in stage.mapping.entries where entry.key.value != "name" {
      if let value = replaced(entry.value, item) {
        entries.append(YAMLMapping.Entry(key: entry.key, value: value))
      } else {
        isWhole = false
      }
    }
    return isWhole ? YAMLNode(collection: .mapping(YAMLMapping(entries)), at: stage.node.span) : nil
  }

  private mutating func replaced(_ node: YAMLNode, _ item: Element) -> YAMLNode? {
    switch node.content {
    case .scalar(let scalar): return scalar.resolved == .string ? replaced(node, scalar.text, item) : node
    case .sequence(let nodes):
      let values = nodes.map { replaced($0, item) }
      guard values.allSatisfy({ $0 != nil }) else { return nil }
      return YAMLNode(collection: .sequence(values.compactMap { $0 }), at: node.span)
    case .mapping(let mapping):
      var entries: [YAMLMapping.Entry] = []
      for entry in mapping.entries {
        guard let value = replaced(entry.value, item) else { continue }
        entries.append(YAMLMapping.Entry(key: entry.key, value: value))
      }
      guard entries.count == mapping.entries.count else { return nil }
      return YAMLNode(collection: .mapping(YAMLMapping(entries)), at: node.span)
    }
  }

  private mutating func replaced(_ node: YAMLNode, _ text: String, _ item: Element) -> YAMLNode? {
    let references = ItemReference.all(in: text)
    guard !references.isEmpty else { return node }
    let map = node.contentMap()
    var edits: [(range: ByteRange, text: String)] = []
    for reference in references {
      let span = map?.span(of: reference.fieldRange) ?? node.span
      guard let value = value(of: reference, item, at: span) else { return nil }
      // A string that is nothing else is the field itself, whatever its type.
      if reference.range.count == text.utf8.count { return value }
      guard let scalar = value.scalar, !value.isNull else {
        diagnostics.report(.fieldHasNoText(reference.path, item.name.value, value.kindDescription), at: span)
        return nil
      }
      edits.append((reference.range, scalar.text))
    }
    return node.replacing(edits)
  }

  /// The key of an item that was probably meant to be a field, which other items have.
  private func misspelling(of field: String, in item: Element) -> SourceSpan? {
    guard fieldsOfItems.contains(field) else { return nil }
    let names = item.mapping.entries.map(\.key.value).filter { !used.contains($0) }
    return Suggestion.nearest(to: field, among: names).flatMap { item.mapping[$0]?.key.span }
  }

  private mutating func value(of reference: ItemReference, _ item: Element, at span: SourceSpan) -> YAMLNode? {
    var node = item.node
    for (depth, field) in reference.fields.enumerated() {
      if depth == 0 { used.insert(field) }
      let names = node.mapping?.entries.map(\.key.value) ?? []
      guard let entry = node.mapping?[field] else {
        hasUnknown = true
        let path = reference.fields[...depth].joined(separator: ".")
        let isWhole = reference.fields.count == 1
        if depth == 0, let misspelled = misspelling(of: field, in: item) {
          diagnostics.report(
            .noField(path, item.name.value, name.value), at: span,
            notes: [.didYouMean(field, at: misspelled)], fixIts: [.replace(misspelled, with: field)])
        } else {
          let near = Suggestion.nearest(to: field, among: names)
          diagnostics.report(
            .noField(path, item.name.value, name.value), at: span,
            notes: [near.map { .didYouMean($0) } ?? .known("fields of '\(item.name.value)'", names)],
            fixIts: near.flatMap { isWhole ? [.replace(span, with: $0)] : nil } ?? [])
        }
        return nil
      }
      node = entry.value
    }
    return node
  }
}

/// `{item.field}` in a text.
private struct ItemReference {
  let fields: [String]

  /// The whole, with its braces.
  let range: ByteRange

  /// What stands behind `item.`.
  let fieldRange: ByteRange

  var path: String { fields.joined(separator: ".") }

  /// Those of a text, in order; `{{item.field}}` is Jinja and none.
  static func all(in text: String) -> [ItemReference] {
    let bytes = Array(text.utf8)
    let prefix = Array("{item.".utf8)
    var references: [ItemReference] = []
    var position = 0
    while position + prefix.count < bytes.count {
      guard bytes[position] == prefix[0], bytes[position...].starts(with: prefix),
        position == 0 || bytes[position - 1] != prefix[0],
        let end = bytes[position...].firstIndex(of: UInt8(ascii: "}"))
      else {
        position += 1
        continue
      }
      let fieldRange = ByteRange(position + prefix.count, end)
      let fields = bytes[fieldRange.lowerBound..<fieldRange.upperBound].split(
        separator: UInt8(ascii: "."), omittingEmptySubsequences: false
      ).map { String(decoding: $0, as: UTF8.self) }
      // Anything else is an expression, which nobody evaluates here.
      if fields.allSatisfy({ DocumentName.isValid($0) }) {
        references.append(
          ItemReference(fields: fields, range: ByteRange(position, end + 1), fieldRange: fieldRange))
      }
      position = end + 1
    }
    return references
  }
}

extension DiagnosticMessage {
  fileprivate static func emptyPipeline(_ key: String, _ name: String) -> Self {
    Self("GR0172", "'\(key)' of pipeline '\(name)' is empty")
  }

  fileprivate static func elementWithoutName(_ what: String, _ name: String) -> Self {
    Self("GR0172", "every \(what) of pipeline '\(name)' needs 'name'")
  }

  fileprivate static func elementTwice(_ what: String, _ element: String, _ name: String) -> Self {
    Self("GR0172", "pipeline '\(name)' has two \(what)s '\(element)'")
  }

  fileprivate static func noField(_ field: String, _ item: String, _ name: String) -> Self {
    Self("GR0173", "item '\(item)' of pipeline '\(name)' has no field '\(field)'")
  }

  fileprivate static func fieldHasNoText(_ field: String, _ item: String, _ kind: String) -> Self {
    Self("GR0174", "field '\(field)' of item '\(item)' is \(kind) and cannot be put into text")
  }

  fileprivate static func fieldNotUsed(_ field: String, _ name: String) -> Self {
    Self("GR0175", .warning, "no stage of pipeline '\(name)' uses the field '\(field)'", bearing: .unusedField)
  }
}
