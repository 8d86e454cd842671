internal import GraphDiagnostics
internal import GraphLanguage

/// Looks at where keys are written and read, over every way that control may take.
enum CheckDataFlow {
  /// Reports what is read too early, written twice at once, or never read.
  ///
  /// - Returns: The slots of keys that nodes write and a caller has to give all the same.
  static func run(
    _ keys: KeyFlow, _ document: GraphDocument, _ diagnostics: DiagnosticEngine
  ) -> Set<Int> {
    let flow = keys.flow
    // Where an edge is broken, what is written before what cannot be told.
    guard !flow.hasUnknownEdges, flow.leadsToUnknown.isEmpty, flow.ledByUnknown.isEmpty, !flow.entries.isEmpty else {
      return []
    }
    var mentioned: Set<String> = []
    for vertex in flow.vertices {
      guard let declaration = vertex.declaration else {
        mentioned.formUnion(vertex.mentions)
        continue
      }
      if declaration.isIncomplete { mentioned.formUnion(declaration.writes.map(\.key.value)) }
    }
    var explorer = keys.explorer()
    let required = CheckReads.run(
      keys, isDoubtful: { document.possibleKeys.contains($0) || mentioned.contains($0) }, &explorer, diagnostics)
    CheckParallelWrites.run(keys, &explorer, diagnostics)
    CheckUnreadResults.run(keys, diagnostics)
    CheckMisnamedResults.run(keys, document, diagnostics)
    return required
  }
}
