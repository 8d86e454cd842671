internal import GraphDiagnostics
public import GraphRuntime

extension NodeDeclaration {
  /// The node as the engine runs it: its closure and everything that is the same for all types of node.
  ///
  /// - Parameters:
  ///   - document: The node as its author wrote it.
  ///   - defaults: The settings of nodes that do not say otherwise.
  ///   - schema: The keys of the state.
  ///   - loopLimit: The most runs of it in one run of the graph.
  ///   - isOnCycle: Whether control may come to it again, so that it is not skipped by default.
  public func lower(
    _ document: NodeDocument, defaults: DefaultsDocument, schema: StateSchema, loopLimit: Int? = nil, isOnCycle: Bool
  ) -> StateGraph.Node {
    var node = StateGraph.Node(document.name.value, body: makeBody(schema))
    node.requires = document.requires.map { schema.key($0.value) }
    node.loopLimit = loopLimit
    node.timeout = document.timeout ?? defaults.timeout
    node.retry = document.retry ?? defaults.retry ?? .none
    let isSkippable = document.skipIfExists?.value ?? (skipsByDefault && !isOnCycle)
    if isSkippable {
      node.skipsWhenSet = writes.map { schema.key($0.key.value) }
      if let router {
        let key = schema.key(document.stateKey.value)
        let routeOfState = router.routeOfState
        node.routeOfState = { routeOfState($0[key]) }
      }
    }
    return node
  }
}
