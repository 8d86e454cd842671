internal import GraphDiagnostics
internal import GraphRuntime
internal import GraphYAML

/// The tools of one graph, each declared by the factory at its first use.
///
/// An object, because all nodes of a graph share it. One thread compiles a
/// graph.
final class ToolTable {
  private var known: [String: (any Tool)?] = [:]

  /// The tool of a name, or nil after reporting why there is none.
  func tool(_ name: Located<String>, in scope: NodeScope) -> (any Tool)? {
    let tool = toolOrGroup(name, in: scope)
    guard let group = tool as? any ToolGroup else { return tool }
    scope.diagnostics.report(.isGroup(name.value), at: name.span, notes: [.members(of: group)])
    return nil
  }

  /// The tool or the group of tools of a name, or nil after reporting why there is none.
  func toolOrGroup(_ name: Located<String>, in scope: NodeScope) -> (any Tool)? {
    if let tool = known[name.value] { return tool }
    guard let entry = scope.graph.tools.first(where: { $0.name.value == name.value }) else {
      if let tool = scope.factory.tools[name.value] { return tool }
      let (member, mayBe) = member(name, in: scope)
      if member == nil, !mayBe { reportUnknown(name, scope) }
      return member
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

  /// The tool of a name in one of the groups, and whether a broken one may have it.
  private func member(_ name: Located<String>, in scope: NodeScope) -> (tool: (any Tool)?, mayBe: Bool) {
    let entries = scope.graph.tools.filter { name.value.hasPrefix($0.name.value + "_") }
    var mayBe = false
    for entry in entries.sorted(by: { $0.name.value.utf8.count > $1.name.value.utf8.count }) {
      let tool = toolOrGroup(entry.name, in: scope)
      if let group = tool as? any ToolGroup {
        if let member = group.member(named: name.value) { return (member, true) }
      } else if mayBeGroup(entry, isBroken: tool == nil, scope) {
        mayBe = true
      }
    }
    return (nil, mayBe)
  }

  /// Whether a tool may be meant to stand for several: where it is broken, by its type, else by a key that only other
  /// types have.
  private func mayBeGroup(_ entry: ToolEntry, isBroken: Bool, _ scope: NodeScope) -> Bool {
    guard case .document(let document) = entry.content else { return isBroken }
    let types = scope.factory.toolTypes
    let type = types.first { $0.name == document.type.value }
    if type?.makesGroups ?? true { return isBroken }
    let own = (type?.keys ?? []).map(\.name)
    let others = types.filter(\.makesGroups).flatMap(\.keys).map(\.name).filter { !own.contains($0) }
    return others.contains { document.fields.mapping[$0] != nil }
  }

  private func reportUnknown(_ name: Located<String>, _ scope: NodeScope) {
    let names = names(in: scope)
    let near = Suggestion.nearest(to: name.value, among: names)
    scope.diagnostics.report(
      .unknownTool(name.value), at: name.span,
      notes: [near.map { .didYouMean($0) } ?? .known("tools", names)],
      fixIts: near.map { [.replace(name.span, with: $0)] } ?? [])
  }

  /// The names of declared tools, of those of groups as far as they are known, and of those that the factory brings
  /// along.
  func names(in scope: NodeScope) -> [String] {
    let declared = scope.graph.tools.map(\.name.value).flatMap { name -> [String] in
      guard case .some(.some(let tool)) = known[name], let group = tool as? any ToolGroup else { return [name] }
      return [name] + (group.memberNames ?? [])
    }
    return declared + scope.factory.tools.keys.filter { !declared.contains($0) }.sorted()
  }

  /// Every tool that can be called by its name; mistakes in them are reported.
  func callable(in scope: NodeScope) -> CallableTools {
    var tools = scope.factory.tools
    var groups: [any ToolGroup] = []
    for entry in scope.graph.tools {
      let tool = toolOrGroup(entry.name, in: scope)
      if let group = tool as? any ToolGroup {
        groups.append(group)
        tools[entry.name.value] = nil
      } else {
        tools[entry.name.value] = tool
      }
    }
    return CallableTools(tools, groups)
  }

  /// Declares every tool, so that mistakes in those that nobody uses are found.
  func declareAll(in scope: NodeScope) {
    for entry in scope.graph.tools where known[entry.name.value] == nil {
      _ = toolOrGroup(entry.name, in: scope)
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func unknownTool(_ name: String) -> Self {
    Self("GR0250", "there is no tool '\(name)' under 'tools'", bearing: .missing(.tool, name))
  }
}
