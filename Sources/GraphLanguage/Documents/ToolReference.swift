public import GraphDiagnostics
internal import GraphYAML

/// A tool that a file of its own describes: one that the graph names, or one that whoever runs the graph chooses.
public enum ToolReference {
  /// The file that describes it.
  case manifest(Located<String>)
  /// A place for a tool that is chosen when the graph is run.
  case slot(ToolContract)

  /// Reads an entry that has `manifest` or `slot`; nil for any other.
  static func parse(_ name: Located<String>, _ node: YAMLNode, _ diagnostics: DiagnosticEngine) -> ToolReference? {
    guard let mapping = node.mapping, mapping["manifest"] != nil || mapping["slot"] != nil else { return nil }
    let isSlot = mapping["slot"] != nil
    guard
      let fields = FieldReader(
        node, owner: "tool '\(name.value)'", at: name.span, keys: isSlot ? slotKeys : manifestKeys,
        diagnostics: diagnostics)
    else { return nil }
    if !isSlot { return fields.string("manifest").map { .manifest($0) } ?? .slot(ToolContract()) }
    if let isOpen = fields.bool("slot"), !isOpen.value { diagnostics.report(.slotIsTrue, at: isOpen.span) }
    let contract = fields.node("contract").flatMap {
      FieldReader($0, owner: "'contract'", keys: contractKeys, diagnostics: diagnostics)
    }
    return .slot(
      ToolContract(
        description: fields.string("description")?.value, types: contract?.strings("runtimes") ?? [],
        arguments: contract?.strings("args") ?? []))
  }

  static let manifestKeys = KeyTable([
    KeySpec("manifest", .string, "The file that describes the tool, relative to the graph file.", isRequired: true)
      .meaning(.file)
  ])

  static let slotKeys = KeyTable([
    KeySpec("slot", .bool, "Whether the tool is chosen when the graph is run.", isRequired: true),
    KeySpec("description", .string, "What the tool does, in words for a model."),
    KeySpec("contract", .mapping, "What the tool has to be: runtimes, args.").holding(.keys(contractKeys)),
  ])

  private static let contractKeys = KeyTable([
    KeySpec("runtimes", .strings, "The types that it may have."),
    KeySpec("args", .strings, "The arguments that it has to take."),
  ])
}

/// What a tool has to be that is chosen when the graph is run.
public struct ToolContract {
  /// What it does, or nil.
  public var description: String?

  /// The types that it may have; any when empty.
  public var types: [Located<String>] = []

  /// The arguments that it has to take.
  public var arguments: [Located<String>] = []
}

extension DiagnosticMessage {
  fileprivate static var slotIsTrue: Self { Self("GR0155", "'slot' is true or is left out") }
}
