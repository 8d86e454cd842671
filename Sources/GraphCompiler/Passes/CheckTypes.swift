internal import GraphDiagnostics
internal import GraphLanguage

/// Checks what nodes, conditions and checks do with values by the types of the state.
struct CheckTypes {
  /// Checks a whole graph.
  ///
  /// - Returns: The nodes, START among them, with a condition that something is wrong with, so that what their conditions
  ///   leave out says nothing.
  static func run(
    _ document: GraphDocument, _ flow: FlowGraph, _ types: StateTypes, _ diagnostics: DiagnosticEngine
  ) -> Set<Int> {
    let resolver = types.resolver
    var doubtful: Set<Int> = []
    for vertex in flow.vertices {
      for use in vertex.declaration?.uses ?? [] { resolver.check(use, diagnostics) }
    }
    for edge in flow.edges {
      guard let condition = edge.document.condition else { continue }
      let count = diagnostics.count
      resolver.check(TypedUse(.condition(condition, "condition")), diagnostics)
      if diagnostics.count > count { doubtful.formUnion(edge.sources) }
    }
    for check in document.verification { resolver.check(check.use(), diagnostics) }
    return doubtful
  }
}
