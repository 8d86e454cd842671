internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// A node that stands inside another one, such as that of a map.
///
/// It sees the state of the graph and some keys more, its own. What it reads
/// besides those concerns the graph; what it writes is up to the node around it.
struct InnerNode {
  let document: NodeDocument
  let declaration: NodeDeclaration

  /// The keys that it sees besides those of the state, or in their place.
  private let keys: [String]

  private let defaults: DefaultsDocument

  /// Reads and declares the node under a key of another node.
  ///
  /// - Returns: Nil after reporting why it is broken.
  init?(_ key: String, of outer: NodeDocument, seeing keys: [String], _ scope: NodeScope) {
    guard let node = outer.fields.node(key) else { return nil }
    let name = Located(outer.name.value, at: outer.fields.keySpan(key) ?? outer.name.span)
    guard
      let document = NodeDocument.inner(
        name, node, nodeTypes: scope.factory.nodeTypes, diagnostics: scope.diagnostics),
      let declaration = scope.inner(keys).declare(document)
    else { return nil }
    self.document = document
    self.declaration = declaration
    self.keys = keys
    defaults = scope.graph.defaults
  }

  /// What it reads of the graph's state.
  var reads: [NodeDeclaration.Read] {
    (declaration.reads + document.requires.map { NodeDeclaration.Read($0, needsValue: true) }).filter {
      !keys.contains($0.key.value)
    }
  }

  /// What it reads and computes, in a place where there are more names.
  func uses(with names: LocalNames) -> [TypedUse] {
    let written = declaration.writes.compactMap { write in
      if case .value(let template) = write.source { TypedUse(.value(template)) } else { nil as TypedUse? }
    }
    return (declaration.uses + written).map { $0.inside(names) }
  }

  /// The key that its result goes to.
  var resultKey: String { (declaration.resultKey ?? document.stateKey).value }

  /// Where the type of its result comes from, in a place where there are more names.
  func resultSource(with names: LocalNames) -> TypeSource {
    if declaration.mayWriteAnyKey { return .type(.any) }
    if let write = declaration.writes.first(where: { $0.key.value == resultKey }) {
      return .inside(names, write.source)
    }
    return .type(declaration.writes.isEmpty ? .any : .dict(.any))
  }

  /// Its result in what it wants written: the value under its result's key, else everything.
  static func result(of update: StateUpdate, under key: String) -> Value? {
    update[key] ?? (update.writes.isEmpty ? nil : .object(update.object))
  }

  /// The node as the engine runs it, with the keys that it sees.
  ///
  /// - Parameters:
  ///   - schema: The keys of the graph's state.
  ///   - outer: The node around it, whose limits count where it has none of its own.
  func lower(_ schema: StateSchema, in outer: NodeDocument) -> (node: StateGraph.Node, schema: StateSchema) {
    var schema = schema
    for key in keys { schema.add(key) }
    for write in declaration.writes { schema.add(write.key.value) }
    // As on a cycle: a result in the state is not that of an item.
    var node = declaration.lower(document, defaults: defaults, schema: schema, isOnCycle: true)
    if document.timeout == nil, let timeout = outer.timeout { node.timeout = timeout }
    if document.retry == nil {
      if let retry = outer.retry {
        node.retry = retry
      } else if document.policies.onError == nil, outer.policies.onError?.value == .retry {
        node.retry = NodePolicies.repetition
      }
    }
    return (node, schema)
  }

  /// What the node does with texts of models when it is run for each item of a list and its results are collected.
  func flow(item: String, over: ValueTemplate, collect: String) -> NodeFlow {
    let inner = declaration.flow
    let items = over.places.map { NodeFlow.Place($0.root, fields: $0.fields + [nil]) }
    func outer(_ places: [NodeFlow.Place]) -> [NodeFlow.Place] {
      places.flatMap { place in
        guard place.root == item else { return keys.contains(place.root) ? [] : [place] }
        return items.map { NodeFlow.Place($0.root, fields: $0.fields + place.fields) }
      }
    }
    var flow = NodeFlow()
    if !inner.answers.isEmpty { flow.answers = [collect] }
    flow.copies = [NodeFlow.Copy(to: collect, from: outer(inner.copies.flatMap(\.places)))]
    flow.dangers = inner.dangers.map { danger in
      var danger = danger
      danger.places = outer(danger.places)
      return danger
    }
    return flow
  }
}
