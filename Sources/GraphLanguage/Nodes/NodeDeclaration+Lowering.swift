internal import GraphDiagnostics
public import GraphRuntime
internal import GraphYAML

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
    let checks = document.policies.lowerChecks(schema, result: schema.key((resultKey ?? document.stateKey).value))
    var node = StateGraph.Node(document.name.value, body: cached(makeBody(schema), document, schema, checks))
    node.checks = checks
    if streams { node.streams = true }
    node.isLocal = isLocal
    node.requires = document.requires.map { schema.key($0.value) }
    node.loopLimit = loopLimit
    if !appliesLimitsItself { node.timeout = (takesTimeout ? nil : document.timeout) ?? defaults.timeout }
    lowerPolicies(document, defaults, schema, to: &node)
    let isSkippable = document.skipIfExists?.value ?? (skipsByDefault && !isOnCycle)
    if isSkippable {
      // What a node writes besides its result, such as its part of a conversation, says nothing of the result.
      let written = writes.filter { !$0.isOffered }
      let results = written.filter { $0.key.value == document.stateKey.value }
      node.skipsWhenSet = (results.isEmpty ? written : results).map { schema.key($0.key.value) }
      if let router {
        let key = schema.key(document.stateKey.value)
        let routeOfState = router.routeOfState
        node.routeOfState = { routeOfState($0[key]) }
      }
    }
    return node
  }

  /// Attempts in their order: the node's own, then the fallback's; what becomes of the run stands behind them.
  private func lowerPolicies(
    _ document: NodeDocument, _ defaults: DefaultsDocument, _ schema: StateSchema, to node: inout StateGraph.Node
  ) {
    let policies = document.policies
    let onError = policies.onError?.value ?? defaults.onError?.value ?? .fail
    let repetition = onError == .retry ? NodePolicies.repetition : RetryPolicy.none
    if !appliesLimitsItself { node.retry = document.retry ?? defaults.retry ?? repetition }
    if let fallback = policies.fallback { node.fallback = makeFallback?(schema, fallback.settings) }
    node.failure = onError == .skip ? .skip : .fail
  }

  private func cached(
    _ body: NodeBody, _ document: NodeDocument, _ schema: StateSchema, _ checks: [NodeCheck]
  ) -> NodeBody {
    guard let cache = document.policies.cache, let cacheFolder else { return body }
    let key = cache.key.map { $0.compile { schema.index(of: $0) } }
    let fingerprint = makeFingerprint?(schema)
    var identity: ValueObject = ["name": .string(document.name.value), "node": document.settings]
    if key == nil, fingerprint == nil {
      // Nothing tells what else the node looks at; its tools are in the file.
      identity["file"] = .string(String(decoding: document.fields.span.file.bytes, as: UTF8.self))
      identity["surroundings"] = surroundings
    }
    let cached = NodeCache(folder: cacheFolder, timeToLive: cache.timeToLive, checks: checks, onToken: onCachedToken)
    return cached.wrap(body) { [identity] state, context in
      var parts = identity
      if let key {
        parts["key"] = try key.evaluate { state[$0] }
      } else if let fingerprint {
        parts["call"] = try fingerprint(state, context)
      } else {
        parts["state"] = .object(state.object)
      }
      return .object(parts)
    }
  }
}

extension NodeDocument {
  /// What a cached result belongs to: the node without what does not change its result.
  fileprivate var settings: Value {
    let kept = fields.mapping.entries.filter { !["cache", "description"].contains($0.key.value) }
    return .object(ValueObject(kept.map { ($0.key.value, $0.value.plainValue) }))
  }
}

extension NodePolicies {
  /// The checks and the prediction as the engine looks at them, in this order.
  fileprivate func lowerChecks(_ schema: StateSchema, result: StateKey) -> [NodeCheck] {
    checks.map { $0.lower(schema, result: result) } + (verification.map { [$0.lower(schema, result: result)] } ?? [])
  }
}
