public import GraphDiagnostics
internal import GraphYAML

/// An edge as its author wrote it.
///
/// An object, because its many parts would be counted at each copy.
public final class EdgeDocument {
  /// What kind of edge it is.
  public enum Form: Sendable {
    /// Followed when its source has ended; the "else" beside conditions.
    case plain
    /// Followed when its condition is the first of its source that holds.
    case condition
    /// Followed to the target of the router's route.
    case router
  }

  /// The sources: START, or one node, or several that are waited for; none when that part is broken.
  public let from: [Located<String>]

  /// The targets: nodes or END; none when that part is broken.
  public let to: [Located<String>]

  /// Whether `from` is a list of several nodes.
  public var isJoin: Bool { from.count > 1 }

  /// What kind of edge it is.
  public let form: Form

  /// Whether `type` could not be read or contradicts the condition, so that the form may be another.
  public let isFormGuessed: Bool

  /// The condition, when the form is `condition` and it could be parsed.
  public let condition: Expression?

  /// The whole edge.
  public let span: SourceSpan

  /// The keys of an edge.
  public static let keys = KeyTable([
    KeySpec("from", .strings, "The node that ends, START, or a list of nodes that are waited for.", isRequired: true)
      .meaning(.source),
    KeySpec("to", .strings, "The node that is next, END, or a list of nodes that run side by side.", isRequired: true)
      .meaning(.target),
    KeySpec("condition", .string, "An expression; the first edge of a node whose condition holds is followed.")
      .meaning(.expression),
    KeySpec("type", .choice(["conditional"]), "conditional: control goes to the target of the router's route."),
    KeySpec("description", .string, "What the edge is for."),
  ])

  static func parseAll(
    _ node: YAMLNode?, _ diagnostics: DiagnosticEngine
  ) -> (edges: [EdgeDocument], hasBroken: Bool) {
    guard let items = node?.sequence else { return ([], true) }
    let edges = items.compactMap { EdgeDocument($0, diagnostics) }
    return (edges, edges.count < items.count)
  }

  /// Creates an edge that nobody wrote, between nodes that stand for one.
  init(from: Located<String>, to: Located<String>, condition: Expression? = nil) {
    self.from = [from]
    self.to = [to]
    self.condition = condition
    form = condition == nil ? .plain : .condition
    isFormGuessed = false
    span = condition?.span ?? from.span
  }

  private init?(_ node: YAMLNode, _ diagnostics: DiagnosticEngine) {
    guard
      let fields = FieldReader(node, owner: "an edge", keys: Self.keys, diagnostics: diagnostics)
    else { return nil }
    span = node.span
    from = fields.strings("from")
    to = fields.strings("to")
    for key in ["from", "to"] {
      if let list = fields.sequence(key), list.isEmpty {
        diagnostics.report(.emptyEnd(key), at: fields.node(key)?.span)
      }
    }
    guard !from.isEmpty || !to.isEmpty else { return nil }
    isFormGuessed = fields.has("type") && (fields.string("type") == nil || fields.has("condition"))
    guard fields.has("condition") else {
      form = fields.has("type") ? .router : .plain
      condition = nil
      return
    }
    form = .condition
    if fields.string("type") != nil { diagnostics.report(.conditionOnRouterEdge, at: fields.keySpan("condition")) }
    if from.count > 1 { diagnostics.report(.conditionOnJoin, at: fields.keySpan("condition")) }
    condition = fields.node("condition").flatMap { ExpressionSource($0) }.flatMap {
      Expression.parse($0, diagnostics: diagnostics)
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func emptyEnd(_ key: String) -> Self { Self("GR0116", "'\(key)' of an edge names no node") }

  fileprivate static var conditionOnRouterEdge: Self {
    Self("GR0117", "an edge of type 'conditional' follows the router's route and cannot have a condition as well")
  }

  fileprivate static var conditionOnJoin: Self {
    Self("GR0118", "an edge that waits for several nodes cannot have a condition; put it on an edge that leaves 'to'")
  }
}
