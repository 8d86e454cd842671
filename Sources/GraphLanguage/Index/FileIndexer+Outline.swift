internal import GraphDiagnostics
internal import GraphYAML

extension FileIndexer {
  mutating func outline(_ root: YAMLMapping) {
    index.nodes = entries("nodes", of: root).map { node($0, standard: FieldTables.standardNodeType) }
    index.tools = entries("tools", of: root).map { node($0, standard: FieldTables.standardToolType) }
    index.declarations = entries("state", of: root).map { entry in
      let fields = entry.value.mapping
      func text(_ key: String) -> String? { fields?[key]?.value.scalar?.text }
      return FileIndex.Declaration(
        name: entry.key.value, type: text("type") ?? entry.value.scalar?.text, reducer: text("reducer"),
        description: text("description"), range: range(of: entry))
    }
    let defaults = root["defaults"]?.value.mapping
    func setting(_ key: String) -> YAMLScalar? { (root[key] ?? defaults?[key])?.value.scalar }
    index.promptSettings = (
      setting("prompts_relative")?.resolved == .bool(true), setting("prompts_dir")?.text
    )
  }

  private func entries(_ key: String, of root: YAMLMapping) -> [YAMLMapping.Entry] {
    root[key]?.value.mapping?.entries ?? []
  }

  private func node(_ entry: YAMLMapping.Entry, standard: String) -> FileIndex.Node {
    FileIndex.Node(
      name: entry.key.value, nameRange: nameRange(entry.key).range, range: range(of: entry),
      type: entry.value.mapping?["type"]?.value.scalar?.text ?? standard,
      description: entry.value.mapping?["description"]?.value.scalar?.text, value: entry.value)
  }

  private func range(of entry: YAMLMapping.Entry) -> ByteRange {
    let start = entry.key.span.range.lowerBound
    return ByteRange(start, max(entry.key.span.range.upperBound, entry.value.span.range.upperBound))
  }
}
