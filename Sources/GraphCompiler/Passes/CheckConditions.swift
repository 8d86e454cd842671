internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Finds edges that are never taken because of the conditions before them.
///
/// Conditions are compared only where that needs no guess: constants, a
/// condition and its negation, and comparisons of one path with constants.
enum CheckConditions {
  /// Reports conditions and an "else" that can never be reached.
  static func run(_ flow: FlowGraph, _ diagnostics: DiagnosticEngine) {
    for node in [FlowGraph.start] + Array(flow.vertices.indices) where flow.makesChoice(node) {
      check(flow.edges(from: node).map { flow.edges[$0].document }, diagnostics)
    }
  }

  private static func check(_ edges: [EdgeDocument], _ diagnostics: DiagnosticEngine) {
    var covered = ConditionCoverage()
    var closing: Expression?
    var plain: [EdgeDocument] = []
    for edge in edges {
      guard let condition = edge.condition else {
        if edge.form == .plain { plain.append(edge) }
        continue
      }
      if let closing {
        diagnostics.report(
          .conditionNeverReached(condition.text), at: condition.span,
          notes: [Diagnostic.Note("the conditions up to here always hold", at: closing.span)])
        continue
      }
      if condition.constant.map({ !$0.isTruthy }) == true {
        diagnostics.report(.conditionNeverHolds(condition.text), at: condition.span)
        continue
      }
      covered.add(condition)
      if covered.isComplete { closing = condition }
    }
    guard let closing else { return }
    for edge in plain {
      diagnostics.report(
        .elseNeverTaken, at: edge.span,
        notes: [Diagnostic.Note("one of the conditions up to here always holds", at: closing.span)])
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func conditionNeverReached(_ text: String) -> Self {
    Self("GR0306", .warning, "condition '\(text)' is never looked at, because one before it always holds")
  }

  fileprivate static func conditionNeverHolds(_ text: String) -> Self {
    Self("GR0307", .warning, "condition '\(text)' never holds")
  }

  fileprivate static var elseNeverTaken: Self {
    Self("GR0308", .warning, "this \"else\" is never taken, because one of the conditions always holds")
  }
}
