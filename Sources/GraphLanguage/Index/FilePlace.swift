package import GraphDiagnostics
package import GraphYAML

/// What stands at an offset of a file: the way to it from the top, and what is known of it.
package struct FilePlace: Sendable {
  /// A mapping on the way.
  package struct Level: Sendable {
    /// The mapping.
    package let mapping: YAMLMapping
    /// What is known of it.
    package let context: FieldContext
    /// The key that the way goes on at, or that it ends with.
    package let key: Located<String>?
  }

  /// The mappings from the top to the innermost.
  package internal(set) var levels: [Level] = []

  /// Whether the place is in a key of the innermost mapping, and not in its value.
  package internal(set) var isKey = false

  /// What is known of the value at the place; of a key, what is known of its value.
  package internal(set) var context: FieldContext

  /// The text at the place, or nil for a place beside all texts.
  package internal(set) var scalar: YAMLNode?

  /// Finds what stands at an offset.
  package init(_ offset: Int, in root: YAMLNode, kind: FieldTables.FileKind, tables: FieldTables) {
    context = tables.root(of: kind)
    find(offset, in: root, at: context, tables)
  }

  private mutating func find(_ offset: Int, in node: YAMLNode, at context: FieldContext, _ tables: FieldTables) {
    self.context = context
    switch node.content {
    case .scalar: scalar = node
    case .sequence(let items):
      guard let item = items.first(where: { $0.span.range.contains(offset) }) else { return }
      find(offset, in: item, at: tables.item(at: context), tables)
    case .mapping(let mapping):
      let entry = mapping.entries.first { entry in
        entry.key.span.range.contains(offset) || entry.value.span.range.contains(offset)
      }
      levels.append(Level(mapping: mapping, context: context, key: entry?.key))
      guard let entry else { return }
      let inner = tables.entry(entry.key.value, of: mapping, at: context)
      if entry.key.span.range.contains(offset) {
        isKey = true
        self.context = inner
        // What an author names has no specification of its own.
        if tables.keys(mapping, at: context) == nil { self.context.spec = nil }
      } else {
        find(offset, in: entry.value, at: inner, tables)
      }
    }
  }

  /// The innermost mapping.
  package var mapping: YAMLMapping? { levels.last?.mapping }

  /// The key at the place, or the one whose value the place is in.
  package var key: Located<String>? { levels.last?.key }

  /// The keys on the way.
  package var path: [String] { levels.compactMap(\.key?.value) }

  /// The innermost node or stage around the place.
  package var node: YAMLMapping? { levels.last { $0.context.form?.isNode == true }?.mapping }

  /// The innermost tool around the place.
  package var tool: YAMLMapping? { levels.last { $0.context.form?.isTool == true }?.mapping }

  /// Keys that nodes at the place see besides those of the state.
  package var items: [String] {
    levels.filter { $0.context.form?.isNode == true }.flatMap { level -> [String] in
      var items = level.mapping["over"] != nil ? [level.mapping["as"]?.value.scalar?.text].compactMap(\.self) : []
      if FieldTables.nodeType(of: level.mapping) == "pipeline" { items.append("item") }
      return items
    }
  }
}

extension ByteRange {
  /// Whether an offset is in the range or directly behind it.
  package func contains(_ offset: Int) -> Bool { lowerBound <= offset && offset <= upperBound }
}
