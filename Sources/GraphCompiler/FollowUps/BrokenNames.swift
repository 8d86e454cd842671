internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

/// The names that parts which are broken may be meant to bring along: of nodes, tools and variables that stand in them,
/// out of their place, and of keys that they would write.
struct BrokenNames {
  /// Nodes and tools, by the section whose names they may be; nil for parts that may be of any.
  private var things: [String?: Set<String>] = [:]

  /// Keys of the state.
  private var stateKeys: Set<String> = []

  /// Keys of anything in nodes, by the node.
  private var nodeKeys: [String: Set<String>] = [:]

  /// The names of items of pipelines, which nodes and keys are named after.
  private var itemNames: [String] = []

  /// Adds what a part may bring along.
  ///
  /// - Parameter strays: The places of keys that cannot stand where they do.
  mutating func add(_ part: FileParts.Part, _ strays: Set<ByteRange>) {
    // The sections that a graph has hold neither nodes nor tools but their own, and two of them keys of the state.
    let isKnown = !part.isNamed && GraphKeys.all[part.section] != nil
    guard let name = part.name?.value, !isKnown || ["variables", "data_files"].contains(name) else { return }
    let section = part.isNamed ? part.section : nil
    things[section, default: []].formUnion([name] + Self.names(in: part.value))
    itemNames += part.itemNames
    switch section {
    case "tools": break
    case "nodes":
      stateKeys.insert(name)
      nodeKeys[name, default: []].formUnion(FileParts.keys(of: part.value))
      addResults(of: part.value, strays)
    default: stateKeys.formUnion([name] + FileParts.keys(of: part.value))
    }
  }

  /// Whether something that is missing may be meant.
  func explain(_ thing: Bearing.Thing, _ name: String) -> Bool {
    switch thing {
    case .node: isThing(name, of: "nodes")
    case .tool: isThing(name, of: "tools")
    case .stateKey: stateKeys.contains(name) || itemNames.contains { name.hasPrefix($0) || name.hasSuffix($0) }
    case .variable(let node): nodeKeys.contains { Self.isNode(node, of: $0.key) && $0.value.contains(name) }
    case .key, .prompt: false
    }
  }

  private func isThing(_ name: String, of section: String) -> Bool {
    things[section]?.contains(name) ?? false || things[nil]?.contains(name) ?? false
  }

  /// Whether a node is one that a part makes: the one of its name, or one of a pipeline's.
  private static func isNode(_ node: String, of part: String) -> Bool { node == part || node.hasPrefix(part + "__") }

  // MARK: - Results

  /// The keys under which a node names what it writes.
  private static let resultKeys: Set<String> = [
    "state_key", "collect", "resume_key", "response_key", "parsed_key", "messages_key", "tool_results_key", "as",
  ]

  /// The keys under which a node names what it writes by the keys of a mapping.
  private static let resultMappings: Set<String> = ["output", "output_mapping", "interrupt_output_mapping"]

  /// Those of them whose values are the names of keys as well.
  private static let namedMappings: Set<String> = ["output_mapping", "interrupt_output_mapping"]

  /// Whether the names of results, or of what a prompt is given, stand under a key.
  static func namesResults(_ key: String) -> Bool {
    resultKeys.contains(key) || resultMappings.contains(key) || key == "variables"
  }

  /// Adds the names of results in a node, as far as they can be told.
  private mutating func addResults(of node: YAMLNode, _ strays: Set<ByteRange>) {
    guard let mapping = node.mapping else {
      // What should be a node and is something else may have anything in it.
      stateKeys.formUnion(FileParts.scalars(of: node))
      return stateKeys.formUnion(FileParts.keys(of: node))
    }
    for entry in mapping.entries {
      let key = entry.key.value
      if strays.contains(entry.key.span.range) {
        // It may be a result that stands too far out, or a key misspelled that names one.
        stateKeys.insert(key)
        stateKeys.formUnion(FileParts.scalars(of: entry.value))
        stateKeys.formUnion(FileParts.keys(of: entry.value))
      } else if Self.resultKeys.contains(key) {
        stateKeys.formUnion(FileParts.scalars(of: entry.value))
      } else if Self.resultMappings.contains(key) {
        if Self.namedMappings.contains(key) { stateKeys.formUnion(FileParts.scalars(of: entry.value)) }
        stateKeys.formUnion(FileParts.keys(of: entry.value))
      } else {
        for inner in entry.value.sequence ?? [entry.value] where inner.mapping != nil { addResults(of: inner, strays) }
      }
    }
  }

  // MARK: - Keys

  /// The keys in a value that have more behind them than one word, as nodes and tools do.
  private static func names(in node: YAMLNode) -> [String] {
    switch node.content {
    case .scalar: []
    case .sequence(let items): items.flatMap { names(in: $0) }
    case .mapping(let mapping):
      mapping.entries.flatMap {
        ($0.value.scalar?.text.isEmpty != false ? [$0.key.value] : []) + names(in: $0.value)
      }
    }
  }
}

extension FileParts.Part {
  /// The names in a pipeline's items, which its nodes and keys may be named after.
  fileprivate var itemNames: [String] {
    guard let mapping = value.mapping, mapping["stages"] != nil || mapping["type"]?.value.scalar?.text == "pipeline",
      let items = mapping["items"]?.value
    else { return [] }
    return FileParts.scalars(of: items).filter { text in
      text.first?.isLetter ?? false && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    }
  }
}
