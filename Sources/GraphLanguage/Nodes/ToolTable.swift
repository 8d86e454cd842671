internal import GraphDiagnostics
internal import GraphRuntime

/// The tools of one graph, each declared by the factory at its first use.
///
/// An object, because all nodes of a graph share it. One thread compiles a
/// graph.
final class ToolTable {
  private var known: [String: (any Tool)?] = [:]

  /// The tool of a name, or nil after reporting why there is none.
  func tool(_ name: Located<String>, in scope: NodeScope) -> (any Tool)? {
    if let tool = known[name.value] { return tool }
    guard let entry = scope.graph.tools.first(where: { $0.name.value == name.value }) else {
      if let tool = scope.factory.tools[name.value] { return tool }
      let names = names(in: scope)
      let near = Suggestion.nearest(to: name.value, among: names)
      scope.diagnostics.report(
        .unknownTool(name.value), at: name.span,
        notes: [near.map { .didYouMean($0) } ?? .known("tools", names)],
        fixIts: near.map { [.replace(name.span, with: $0)] } ?? [])
      return nil
    }
    // Declared once, so that its mistakes are reported once; a tool that calls itself finds nothing.
    known[name.value] = .some(nil)
    let tool: (any Tool)? =
      switch entry.content {
      case .document(let document): scope.factory.declare(document, in: scope)
      case .reference(.manifest(let path)):
        ToolManifest(path, in: scope.folder, for: entry.name, keepsName: true, scope).flatMap {
          scope.factory.declare($0.document, in: scope)
        }
      case .reference(.slot(let contract)): ToolSlot(name: entry.name, contract: contract).tool(in: scope)
      case .broken: nil
      }
    known[name.value] = .some(tool)
    return tool
  }

  /// The names of declared tools, and of those that the factory brings along.
  func names(in scope: NodeScope) -> [String] {
    let declared = scope.graph.tools.map(\.name.value)
    return declared + scope.factory.tools.keys.filter { !declared.contains($0) }.sorted()
  }

  /// Declares every tool, so that mistakes in those that nobody uses are found.
  func declareAll(in scope: NodeScope) {
    for entry in scope.graph.tools where known[entry.name.value] == nil { _ = tool(entry.name, in: scope) }
  }
}

extension DiagnosticMessage {
  fileprivate static func unknownTool(_ name: String) -> Self {
    Self("GR0250", "there is no tool '\(name)' under 'tools'")
  }
}
