internal import GraphDiagnostics
internal import GraphLanguage

/// Finds END beside nodes that are run all the same.
///
/// A run ends when nothing is due any more. Where an edge leads to END and control goes on to a node in the same step,
/// the edge changes nothing; mostly its condition is missing.
enum CheckEndsBesideNodes {
  /// Reports edges to END that change nothing.
  ///
  /// - Complexity: O(edges).
  static func run(_ flow: FlowGraph, _ diagnostics: DiagnosticEngine) {
    for node in [FlowGraph.start] + Array(flow.vertices.indices) {
      let plain = flow.edges(from: node).filter { flow.edges[$0].document.form == .plain && !flow.edges[$0].isJoin }
      let ends = plain.filter { flow.edges[$0].targets.contains(FlowGraph.end) }
      guard !ends.isEmpty, flow.routerTargets[node] == nil,
        let other = plain.lazy.flatMap({ flow.edges[$0].targets }).first(where: { $0 >= 0 })
      else { continue }
      for edge in ends {
        let document = flow.edges[edge].document
        let place = document.to.first { $0.value == "END" }?.span ?? document.span
        diagnostics.report(
          .endBesideNode(flow.written(node).value, flow.written(other).value), at: place,
          notes: flow.edges[edge].targets.count > 1
            ? [] : [Diagnostic.Note("where only one of the two is meant, an edge needs a condition")])
      }
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func endBesideNode(_ node: String, _ other: String) -> Self {
    Self(
      "GR0334", .warning, "END changes nothing here, because '\(node)' goes on to '\(other)' all the same",
      bearing: .passedOver(by: node, to: other))
  }
}
