internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

extension ReservedKey {
  /// What is known of the key in a graph.
  func typedName(in flow: FlowGraph, _ document: GraphDocument) -> TypedName {
    let span = SourceSpan(document.file, ByteRange(0, 0))
    func record(_ fields: [(name: String, type: SchemaType)], areAllThere: Bool = true) -> SchemaType {
      .object(
        SchemaObject(
          fields: fields.map { SchemaField(name: Located($0.name, at: span), type: $0.type, isRequired: areAllThere) }))
    }
    let type: SchemaType =
      switch self {
      case .loopCounts:
        // A node that has not run yet has no count.
        flow.vertices.count > 256
          ? .dict(.int) : record(flow.vertices.map { ($0.name.value, .int) }, areAllThere: false)
      case .loopLimitReached, .agentLimitReached: .bool
      case .route, .threadID: .string
      case .currentStep: Self.nodeNames(flow)
      case .agentIterations: .int
      case .errors:
        .list(
          record([
            ("node", .string), ("type", .string), ("message", .string), ("step", .int), ("attempt", .int),
            ("tolerated", .bool),
          ]))
      case .toolResults: .list(record([("tool", .string), ("args", .any), ("output", .any), ("success", .bool)]))
      case .raceWinner: record([("provider", .string), ("model", .string)])
      }
    return TypedName(type, isCertain: self != .errors)
  }

  /// The names of the nodes as constants, where there are few.
  private static func nodeNames(_ flow: FlowGraph) -> SchemaType {
    flow.vertices.count > 64 ? .string : .enumeration(flow.vertices.map { .string($0.name.value) })
  }
}
