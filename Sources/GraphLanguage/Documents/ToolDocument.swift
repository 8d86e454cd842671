public import GraphDiagnostics
internal import GraphYAML

/// A type of tool: its name and the keys of its own.
public struct ToolTypeSpec: Sendable {
  /// The name, as in `type: shell`.
  public let name: String

  /// One sentence for editors and documentation.
  public let summary: String

  /// The keys besides those that every tool has.
  public let keys: [KeySpec]

  /// Whether a tool of the type may stand for several, whose names begin with its own.
  public let makesGroups: Bool

  /// Creates a tool type.
  public init(_ name: String, _ summary: String, keys: [KeySpec], makesGroups: Bool = false) {
    self.name = name
    self.summary = summary
    self.keys = keys
    self.makesGroups = makesGroups
  }
}

/// A tool as its author wrote it, under `tools` of a graph.
///
/// An object, because its many parts would be counted at each copy.
public final class ToolDocument {
  /// The name.
  public let name: Located<String>

  /// The type; at the name where none is written.
  public let type: Located<String>

  /// What the tool does, in words for a model and for people.
  public let description: String?

  /// The keys of the tool's own type.
  public let fields: FieldReader

  /// The folder that its paths are relative to where that is not the graph's: a manifest's own.
  let ownFolder: String?

  /// The keys that every tool has.
  public static let commonKeys: [KeySpec] = [
    KeySpec("type", .string, "The tool's type; shell where there is a 'command'.").meaning(.toolType),
    KeySpec("description", .string, "What the tool does, in words for a model."),
  ]

  private static func keyTable(of type: ToolTypeSpec) -> KeyTable {
    let keys = commonKeys + type.keys
    let aliases = ["cmd": "command", "cwd": "working_dir"].filter { alias in keys.contains { $0.name == alias.value } }
    return KeyTable(
      keys, misplaced: misplaced(in: type), aliases: aliases, unknownKey: DiagnosticMessage.unknownKey)
  }

  /// A server as other programs describe it, without its type, is taken for a command.
  private static func misplaced(in type: ToolTypeSpec) -> [String: String] {
    type.name == "shell" ? ["args": "a server of tools has 'type: mcp'"] : [:]
  }

  /// The folder that paths in it are relative to.
  public func folder(in scope: NodeScope) -> String { ownFolder ?? scope.folder }

  static func parseAll(
    _ node: YAMLNode?, toolTypes: [ToolTypeSpec], _ diagnostics: DiagnosticEngine
  ) -> [ToolEntry] {
    guard let entries = node?.mapping?.entries else { return [] }
    let types = Dictionary(
      toolTypes.map { ($0.name, keyTable(of: $0)) }, uniquingKeysWith: { first, _ in first })
    return entries.map { entry in
      let isNamed = DocumentName.check(entry.key, "tool", diagnostics)
      let content = ToolReference.parse(entry.key, entry.value, diagnostics).map { ToolEntry.Content.reference($0) }
      if let content { return ToolEntry(name: entry.key, content: isNamed ? content : .broken) }
      let document = ToolDocument(entry.key, entry.value, types, diagnostics)
      return ToolEntry(name: entry.key, content: isNamed ? document.map { .document($0) } ?? .broken : .broken)
    }
  }

  /// Reads what a manifest says of the tool's runtime, which is written as a tool is.
  static func runtime(
    _ name: Located<String>, _ node: YAMLNode, toolTypes: [ToolTypeSpec], folder: String, description: String?,
    _ diagnostics: DiagnosticEngine
  ) -> ToolDocument? {
    let types = Dictionary(
      toolTypes.map { ($0.name, keyTable(of: $0)) }, uniquingKeysWith: { first, _ in first })
    return ToolDocument(name, node, types, diagnostics, folder: folder, description: description)
  }

  private init?(
    _ name: Located<String>, _ node: YAMLNode, _ types: [String: KeyTable], _ diagnostics: DiagnosticEngine,
    folder: String? = nil, description: String? = nil
  ) {
    guard let mapping = node.mapping else {
      let place = node.span.range.count == 0 ? name.span : node.span
      FieldReader.check(node, "tool '\(name.value)'", .mapping, diagnostics, at: place)
      return nil
    }
    var type = Located("shell", at: name.span)
    if let entry = mapping["type"] {
      guard FieldReader.check(entry.value, "'type'", .string, diagnostics, at: entry.place),
        let text = entry.value.scalar?.text
      else { return nil }
      type = Located(text, at: entry.value.span)
    }
    if types[type.value] == nil {
      let names = types.keys.sorted()
      let near = Suggestion.nearest(to: type.value, among: names)
      diagnostics.report(
        .unknownToolType(type.value), at: type.span,
        notes: [near.map { .didYouMean($0) } ?? .known("tool types", names)],
        fixIts: near.map { [.replace(type.span, with: $0)] } ?? [])
      guard let near else { return nil }
      type.value = near
    }
    guard let keys = types[type.value],
      let fields = FieldReader(
        node, owner: "tool '\(name.value)'", at: name.span, keys: keys, diagnostics: diagnostics)
    else { return nil }
    self.name = name
    self.type = type
    self.fields = fields
    self.description = fields.string("description")?.value ?? description
    ownFolder = folder
  }
}

/// A name under `tools`, with the tool where its shape allows one.
public struct ToolEntry {
  /// What stands under a name.
  public enum Content {
    /// The tool itself.
    case document(ToolDocument)
    /// A tool that another file describes.
    case reference(ToolReference)
    /// A tool with mistakes, which diagnostics name.
    case broken
  }

  /// The name.
  public let name: Located<String>

  /// What stands there.
  public let content: Content
}

extension DiagnosticMessage {
  fileprivate static func unknownToolType(_ type: String) -> Self { Self("GR0140", "unknown tool type '\(type)'") }
}
