internal import GraphDiagnostics
internal import GraphLanguage

/// Finds edges without conditions that say what another one has said.
enum CheckRepeatedEdges {
  /// What an edge says, apart from where it stands.
  private struct Content: Hashable {
    let from: [String]
    let to: [String]
    let form: EdgeDocument.Form
  }

  /// Reports each edge that is written once more.
  static func run(_ edges: [EdgeDocument], _ diagnostics: DiagnosticEngine) {
    var first: [Content: SourceSpan] = [:]
    first.reserveCapacity(edges.count)
    for edge in edges where edge.form != .condition && !edge.from.isEmpty && !edge.to.isEmpty {
      let content = Content(from: edge.from.map(\.value), to: edge.to.map(\.value), form: edge.form)
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
