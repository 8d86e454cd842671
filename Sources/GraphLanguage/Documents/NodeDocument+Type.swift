internal import GraphDiagnostics
internal import GraphYAML

/// What is said of types of nodes that are unknown, misspelled or missing.
extension NodeDocument {
  /// Reports an unknown type.
  ///
  /// - Returns: The type that was probably meant.
  static func reportUnknown(_ type: Located<String>, _ names: [String], _ diagnostics: DiagnosticEngine) -> String? {
    if let advice = NodeTypeSpec.elsewhere[type.value] {
      diagnostics.report(.nodeTypeOfElsewhere(type.value, advice), at: type.span)
      return nil
    }
    if NodeTypeSpec.macros.contains(where: { $0.name == type.value }) {
      diagnostics.report(.macroInside(type.value), at: type.span)
      return nil
    }
    let names = names + NodeTypeSpec.macros.map(\.name)
    let near = Suggestion.nearest(to: type.value, among: names)
    diagnostics.report(
      .unknownNodeType(type.value), at: type.span,
      notes: [near.map { .didYouMean($0) } ?? .known("node types", names)],
      fixIts: near.map { [.replace(type.span, with: $0)] } ?? [])
    return near.flatMap { names.contains($0) ? $0 : nil }
  }

  /// The entry of a key that is nearly `type`, or another tool's word for it, and names a type: it is reported with the
  /// unknown keys, and the others are those of its type.
  static func misspelledType(_ mapping: YAMLMapping, _ types: [String: KeyTable]) -> YAMLMapping.Entry? {
    mapping.entries.first { entry in
      guard let text = entry.value.scalar?.text, types[text] != nil, types["llm"]?[entry.key.value] == nil else {
        return false
      }
      return Suggestion.nearest(to: entry.key.value, among: ["type"]) != nil
        || KeyWords.meant(by: entry.key.value, among: ["type"]) != nil
    }
  }

  /// A type that is missing, as the other keys tell.
  struct MissingType {
    /// The one type that has all of the keys, or nil when several have them.
    let only: String?
  }

  /// Reports a node without a type that has keys of another type than `llm`; nil when it has none.
  static func reportMissingType(
    _ name: Located<String>, _ mapping: YAMLMapping, _ types: [String: KeyTable], _ diagnostics: DiagnosticEngine
  ) -> MissingType? {
    let keys = mapping.entries.map(\.key)
    guard let known = types["llm"], let foreign = keys.first(where: { known[$0.value] == nil }) else { return nil }
    let macros = NodeTypeSpec.macros.map { ($0.name, KeyTable(macroKeys + $0.keys)) }
    let fitting = (types.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + macros).filter { _, table in
      keys.allSatisfy { table[$0.value] != nil } && table.required.allSatisfy { mapping[$0.name] != nil }
    }.map(\.0)
    guard let first = fitting.first, let start = keys.first?.span else { return nil }
    let only = fitting.count == 1 ? first : nil
    let place = SourceSpan(start.file, ByteRange(start.range.lowerBound, start.range.lowerBound))
    diagnostics.report(
      .missingKey("type", in: "node '\(name.value)'"), at: name.span,
      notes: [
        .init("'\(foreign.value)' is no key of 'llm', which a node without a type is", at: foreign.span),
        .known("types with these keys", fitting),
      ],
      fixIts: only.map { [FixIt("add 'type: \($0)'", replacing: place, with: separated("type: \($0)", from: start))] }
        ?? [])
    return MissingType(only: only.flatMap { types[$0] == nil ? nil : $0 })
  }

  /// A new first key with what stands between it and the one that was first: a comma, or the next line.
  private static func separated(_ key: String, from first: SourceSpan) -> String {
    let column = first.start.column - 1
    let line = first.file.line(first.start.line)
    let isAlone = line.unicodeScalars.prefix(column).allSatisfy { $0 == " " || $0 == "-" }
    return isAlone ? "\(key)\n\(String(repeating: " ", count: column))" : "\(key), "
  }
}
