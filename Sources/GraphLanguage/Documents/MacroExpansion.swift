internal import GraphDiagnostics
internal import GraphYAML

/// The nodes of a file, with those that stand for several others replaced by them.
///
/// It works on the tree of the file, before nodes are read: what is wrong with
/// a node that nobody wrote is pointed at in the text that it was made of.
struct MacroExpansion {
  /// A node as it is read later.
  struct Node {
    let name: Located<String>
    let node: YAMLNode
    /// Whether what is wrong with it was reported.
    var isBroken = false
  }

  private(set) var nodes: [Node] = []
  private(set) var macros: [GraphDocument.Macro] = []
  private(set) var edges: [EdgeDocument] = []
  private(set) var loopLimits: [(node: Located<String>, limit: Located<Int>)] = []
  private(set) var loopExits: [(node: Located<String>, target: Located<String>)] = []

  /// What one node stands for.
  struct Part {
    var nodes: [Node] = []
    var edges: [EdgeDocument] = []
    var loopLimits: [(node: Located<String>, limit: Located<Int>)] = []
    var loopExits: [(node: Located<String>, target: Located<String>)] = []

    /// The node that edges leave; edges to it lead to the first one.
    var last: String
  }

  /// Expands the nodes under `nodes`.
  static func run(_ nodes: YAMLNode?, _ diagnostics: DiagnosticEngine) -> MacroExpansion {
    var expansion = MacroExpansion()
    for entry in nodes?.mapping?.entries ?? [] { expansion.add(entry, diagnostics) }
    if !expansion.macros.isEmpty { expansion.checkNames(diagnostics) }
    return expansion
  }

  private mutating func add(_ entry: YAMLMapping.Entry, _ diagnostics: DiagnosticEngine) {
    let part: Part?
    switch entry.value.mapping?["type"]?.value.scalar?.text {
    case PipelineMacro.spec.name: part = PipelineMacro.expand(entry, diagnostics)
    case InteractiveToolMacro.spec.name: part = InteractiveToolMacro.expand(entry, diagnostics)
    default:
      nodes.append(Node(name: entry.key, node: entry.value))
      return
    }
    guard let part, let first = part.nodes.first else {
      nodes.append(Node(name: entry.key, node: entry.value, isBroken: true))
      return
    }
    macros.append(GraphDocument.Macro(name: entry.key, first: first.name.value, last: part.last))
    nodes += part.nodes
    edges += part.edges
    loopLimits += part.loopLimits
    loopExits += part.loopExits
  }

  /// Finds nodes whose names are those of nodes that others stand for.
  private mutating func checkNames(_ diagnostics: DiagnosticEngine) {
    var seen: [String: SourceSpan] = [:]
    var twice: [Int] = []
    for (index, node) in nodes.enumerated() {
      guard let first = seen.updateValue(node.name.span, forKey: node.name.value) else { continue }
      diagnostics.report(
        .nameTaken(node.name.value), at: node.name.span, notes: Diagnostic.Note.theOther(at: first))
      twice.append(index)
    }
    for index in twice.reversed() { nodes.remove(at: index) }
  }
}

extension NodeTypeSpec {
  /// Nodes that stand for several others; the compiler replaces them before it reads nodes.
  public static let macros: [NodeTypeSpec] = [PipelineMacro.spec, InteractiveToolMacro.spec]
}

extension YAMLNode {
  /// Text that nobody wrote, in the place of this scalar.
  func replaced(with text: String) -> YAMLNode {
    replacing([(ByteRange(0, scalar?.text.utf8.count ?? 0), text)])
  }
}

extension DiagnosticMessage {
  fileprivate static func nameTaken(_ name: String) -> Self {
    Self("GR0171", "there are two nodes '\(name)', one of them made by a pipeline or an interactive tool")
  }
}
