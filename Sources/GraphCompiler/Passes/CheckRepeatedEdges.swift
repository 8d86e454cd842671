internal import GraphDiagnostics
internal import GraphLanguage

/// Finds edges that say what another one has said.
enum CheckRepeatedEdges {
  /// What an edge says, apart from where it stands.
  private struct Content: Hashable {
    let from: [String]
    let to: [String]
    let condition: String?
    let form: EdgeDocument.Form
  }

  /// Reports each edge that is written once more.
  static func run(_ edges: [EdgeDocument], _ diagnostics: DiagnosticEngine) {
    var first: [Content: SourceSpan] = [:]
    first.reserveCapacity(edges.count)
    for edge in edges where !edge.from.isEmpty && !edge.to.isEmpty && (edge.form != .condition || edge.condition != nil)
    {
      let content = Content(
        from: edge.from.map(\.value), to: edge.to.map(\.value), condition: edge.condition?.text, form: edge.form)
      guard let other = first[content] else {
        first[content] = edge.span
        continue
      }
      diagnostics.report(.repeatedEdge, at: edge.span, notes: [.init("first written here", at: other)])
    }
  }
}

extension DiagnosticMessage {
  fileprivate static var repeatedEdge: Self { Self("GR0330", .warning, "this edge is written already") }
}
