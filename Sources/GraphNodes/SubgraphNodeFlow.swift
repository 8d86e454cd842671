internal import GraphDiagnostics
internal import GraphLanguage

/// What a node that runs a graph does with the texts of models: that graph's own part in it, by the mappings.
struct SubgraphNodeFlow {
  private(set) var flow = NodeFlow()
  private let inputs: SubgraphInputs

  /// - Parameters:
  ///   - span: Where the graph is named.
  ///   - result: The key that the whole result goes to, if it goes to one.
  init(_ child: Subgraph, _ inputs: SubgraphInputs, _ outputs: SubgraphOutputs, at span: SourceSpan, result: String?) {
    self.inputs = inputs
    let pairs: [(parent: String, child: String)] =
      switch outputs {
      case .all: child.keys.filter(\.isWritten).map { ($0.name, $0.name) }
      case .some(let entries): entries.map { ($0.parent.value, $0.child.value) }
      }
    for pair in pairs {
      if child.flow.answers.contains(pair.child) { flow.answers.insert(pair.parent) }
      addCopy(to: pair.parent, of: child.flow.passes[pair.child] ?? [])
    }
    if let result {
      if !child.flow.answers.isEmpty { flow.answers.insert(result) }
      addCopy(to: result, of: child.flow.passes.values.reduce(into: Set()) { $0.formUnion($1) })
    }
    flow.dangers = child.flow.dangers.map { danger in
      let origins = danger.places.flatMap { place in
        places(of: place.root).map { NodeFlow.Place($0.root, fields: $0.fields + place.fields) }
      }
      return NodeFlow.Danger(danger.argument, of: danger.tool, from: origins, at: span)
    }
  }

  private mutating func addCopy(to key: String, of given: Set<String>) {
    let origins = given.sorted().flatMap { places(of: $0) }
    if !origins.isEmpty { flow.copies.append(NodeFlow.Copy(to: key, from: origins)) }
  }

  /// Where the value of one of the graph's inputs comes from.
  private func places(of input: String) -> [NodeFlow.Place] {
    switch inputs {
    case .all: [NodeFlow.Place(input)]
    case .some(let entries):
      entries.filter { $0.child.value == input }.flatMap { entry in
        switch entry.source {
        case .key(let name): [NodeFlow.Place(name.value)]
        case .template(let template): template.places
        }
      }
    }
  }
}
