internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Finds edges that are never taken because of the conditions before them, and states that no condition covers.
///
/// Conditions are compared only where that needs no guess: constants, a
/// condition and its negation, and comparisons of one path with constants.
struct CheckConditions {
  private let flow: FlowGraph
  private let types: [String: SchemaType]
  private let diagnostics: DiagnosticEngine

  /// Reports conditions and an "else" that can never be reached, and gaps between conditions on one number.
  static func run(_ flow: FlowGraph, _ types: [String: SchemaType], _ diagnostics: DiagnosticEngine) {
    let pass = CheckConditions(flow: flow, types: types, diagnostics: diagnostics)
    if flow.makesChoice(FlowGraph.start) { pass.check(FlowGraph.start) }
    for node in flow.vertices.indices where flow.makesChoice(node) { pass.check(node) }
  }

  private func check(_ node: Int) {
    var covered = ConditionCoverage()
    var closing: Expression?
    var plain: [EdgeDocument] = []
    var earlier: [String: Expression] = [:]
    var last: Expression?
    var isReadable = !flow.leadsToUnknown.contains(node)
    for edge in flow.edges(from: node).map({ flow.edges[$0].document }) {
      guard let condition = edge.condition else {
        if edge.form == .plain { plain.append(edge) } else { isReadable = false }
        continue
      }
      last = condition
      if let closing {
        diagnostics.report(
          .conditionNeverReached(condition.text), at: condition.span,
          notes: [Diagnostic.Note("the conditions up to here always hold", at: closing.span)])
      } else if let same = earlier[condition.text] {
        diagnostics.report(
          .conditionRepeated(condition.text), at: condition.span,
          notes: [Diagnostic.Note("the same condition stands here", at: same.span)])
      } else if condition.constant.map({ !$0.isTruthy }) == true {
        diagnostics.report(.conditionNeverHolds(condition.text), at: condition.span)
      } else {
        earlier[condition.text] = condition
        covered.add(condition)
        if covered.isComplete { closing = condition }
      }
    }
    if let closing {
      // A node whose loop limit is reached takes its edges without a condition.
      guard node == FlowGraph.start || flow.loopLimits[node] == nil || flow.loopExits[node] != nil else { return }
      for edge in plain {
        diagnostics.report(
          .elseNeverTaken, at: edge.span,
          notes: [Diagnostic.Note("one of the conditions up to here always holds", at: closing.span)])
      }
    } else if plain.isEmpty, isReadable, let last, let gap = covered.gap(isFloat: { types[$0]?.base == .float }) {
      diagnostics.report(.noEdgeInGap(gap.path, gap.description), at: last.span)
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func conditionNeverReached(_ text: String) -> Self {
    Self("GR0306", .warning, "condition '\(text)' is never looked at, because one before it always holds")
  }

  fileprivate static func conditionRepeated(_ text: String) -> Self {
    Self("GR0306", .warning, "condition '\(text)' never holds here, because the same one stands before it")
  }

  fileprivate static func conditionNeverHolds(_ text: String) -> Self {
    Self("GR0307", .warning, "condition '\(text)' never holds")
  }

  fileprivate static var elseNeverTaken: Self {
    Self("GR0308", .warning, "this \"else\" is never taken, because one of the conditions always holds")
  }

  fileprivate static func noEdgeInGap(_ path: String, _ gap: String) -> Self {
    Self(
      "GR0309", .warning,
      "no condition holds when '\(path)' is \(gap); add an edge without a condition as the \"else\"")
  }
}
