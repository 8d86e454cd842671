internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Finds conditions that never or always hold, edges that are never taken because of the conditions before them, and
/// values for which no condition holds.
///
/// Conditions are compared only where that needs no guess: constants, a condition and its negation, and conditions
/// that look at one path only and compare it with constants.
struct CheckConditions {
  private let keys: KeyFlow
  private let types: StateTypes
  private let doubtful: Set<Int>
  private let diagnostics: DiagnosticEngine

  private var flow: FlowGraph { keys.flow }

  /// Looks at START and at every node whose edges have conditions.
  ///
  /// - Parameter doubtful: The nodes with conditions that something is wrong with already.
  static func run(_ keys: KeyFlow, _ types: StateTypes, doubtful: Set<Int>, _ diagnostics: DiagnosticEngine) {
    let pass = CheckConditions(keys: keys, types: types, doubtful: doubtful, diagnostics: diagnostics)
    if keys.flow.makesChoice(FlowGraph.start) { pass.check(FlowGraph.start) }
    for node in keys.flow.vertices.indices where keys.flow.makesChoice(node) { pass.check(node) }
  }

  /// What the conditions up to some place leave over.
  private struct Coverage {
    /// The values of each path that some condition takes, and whether only numbers can be compared.
    var paths: [String: (path: StatePath, values: ValueSet, isNumeric: Bool)] = [:]
    /// The conditions so far.
    var conditions: [(expression: Expression, set: ConditionSet?)] = []
    /// Whether there is one that looks at more than one path, or in a way that is not known.
    var hasOpaque = false

    /// Whether one of the conditions holds in every state in which they can be evaluated.
    mutating func add(_ condition: Expression, _ set: ConditionSet?) -> Bool {
      defer { conditions.append((condition, set)) }
      if condition.constant?.isTruthy == true { return true }
      let isNegated = conditions.contains {
        $0.expression.isNegation(of: condition) || condition.isNegation(of: $0.expression)
      }
      guard let set else {
        hasOpaque = true
        return isNegated
      }
      let name = set.path.description
      let before = paths[name] ?? (set.path, .none, false)
      let after = (
        path: set.path, values: before.values.union(set.values), isNumeric: before.isNumeric || set.isNumeric
      )
      paths[name] = after
      return isNegated || (after.isNumeric ? ValueSet.allNumbers : .all).isSubset(of: after.values)
    }
  }

  private func check(_ node: Int) {
    var coverage = Coverage()
    var closing: Expression?
    var plain: [EdgeDocument] = []
    var last: Expression?
    var isReadable = !flow.leadsToUnknown.contains(node) && !doubtful.contains(node)
    let count = diagnostics.count
    for edge in flow.edges(from: node).map({ flow.edges[$0].document }) {
      guard let condition = edge.condition else {
        if edge.form == .plain { plain.append(edge) } else { isReadable = false }
        continue
      }
      last = condition
      checkConstants(condition.root, condition)
      if edge.isFormGuessed { isReadable = false }
      let set = ConditionSet(condition) { keys.schema.index(of: $0) != nil }
      if let closing {
        diagnostics.report(
          .conditionNeverReached(condition.text), at: condition.span,
          notes: [Diagnostic.Note("the conditions up to here always hold", at: closing.span)])
      } else if !isUseless(condition, set, coverage) {
        if coverage.add(condition, set) { closing = condition }
      }
    }
    if let closing {
      // A node whose loop limit is reached takes its edges without a condition.
      let isLimited = node != FlowGraph.start && flow.loopLimits[node] != nil && flow.loopExits[node] == nil
      for edge in plain where !isLimited {
        diagnostics.report(
          .elseNeverTaken, at: edge.span,
          notes: [Diagnostic.Note("one of the conditions up to here always holds", at: closing.span)])
      }
      if diagnostics.count == count, let always = coverage.conditions.last, alwaysHolds(always) {
        diagnostics.report(.conditionAlwaysHolds(closing.text), at: closing.span)
      }
    } else if plain.isEmpty, isReadable, let last, let gap = gap(coverage) {
      diagnostics.report(.noEdgeInGap(gap.path, gap.values), at: last.span)
    }
  }

  private func alwaysHolds(_ condition: (expression: Expression, set: ConditionSet?)) -> Bool {
    condition.expression.constant?.isTruthy ?? condition.set?.alwaysHolds ?? false
  }

  /// Reports a condition that never holds where it stands.
  private func isUseless(_ condition: Expression, _ set: ConditionSet?, _ coverage: Coverage) -> Bool {
    if let same = coverage.conditions.first(where: { $0.expression.text == condition.text }) {
      diagnostics.report(
        .conditionRepeated(condition.text), at: condition.span,
        notes: [Diagnostic.Note("the same condition stands here", at: same.expression.span)])
      return true
    }
    if condition.constant.map({ !$0.isTruthy }) ?? set?.neverHolds ?? false {
      diagnostics.report(.conditionNeverHolds(condition.text), at: condition.span)
      return true
    }
    guard let set, let before = coverage.paths[set.path.description], set.values.isSubset(of: before.values) else {
      return false
    }
    let wider = coverage.conditions.filter { $0.set?.path.description == set.path.description }
    let single = wider.first { $0.set.map { set.values.isSubset(of: $0.values) } ?? false }
    diagnostics.report(
      .conditionCovered(condition.text), at: condition.span,
      notes: (single.map { [$0] } ?? wider).map {
        Diagnostic.Note("'\($0.expression.text)' stands here", at: $0.expression.span)
      })
    return true
  }

  // MARK: - Gaps

  /// The values of the one path that all conditions look at for which none of them holds.
  private func gap(_ coverage: Coverage) -> (path: String, values: String)? {
    guard !coverage.hasOpaque, coverage.paths.count == 1, let covered = coverage.paths.values.first,
      let slot = keys.schema.index(of: covered.path.root), keys.schema.slots[slot].reserved == nil
    else { return nil }
    let domain = PathDomain(covered.path, keys, types)
    let universe: ValueSet = covered.isNumeric ? .allNumbers : .all
    let left = universe.subtracting(covered.values).intersection(domain.values)
    guard let text = text(of: left, domain, covered.values) else { return nil }
    return (covered.path.description, text)
  }

  /// Values that are left over, in words.
  private func text(of left: ValueSet, _ domain: PathDomain, _ covered: ValueSet) -> String? {
    if left == .falsy { return "false or empty" }
    if left.isAllButOthers {
      // Whatever is not compared with: of the values that are, those of the same kind are named.
      let compared = left.others.union(covered.others).filter { $0.string != nil }.compactMap(\.string).sorted()
      guard !compared.isEmpty else { return left.others.isEmpty || covered == .none ? nil : "anything else" }
      let list = compared.map { "'\($0)'" }
      return list.count == 1 ? "anything but \(list[0])" : "none of \(list.joined(separator: ", "))"
    }
    var parts = left.others.filter { !$0.isNull || domain.isFinite }.map { $0.string.map { "'\($0)'" } ?? $0.json() }
    parts.sort()
    if parts.isEmpty {
      guard let interval = left.numbers.first(where: { domain.hasFractions || $0.hasInteger }) else { return nil }
      return interval.description
    }
    return parts.joined(separator: " or ")
  }
}

extension Expression {
  /// Whether this is `not` and the other condition.
  fileprivate func isNegation(of other: Expression) -> Bool {
    if case .not(let operand, _) = root { source.text(in: operand.range) == other.text } else { false }
  }
}

extension CheckConditions {
  /// Finds a comparison of two constants inside a condition, as in `score > 0 < 1`.
  private func checkConstants(_ node: ExpressionNode, _ condition: Expression) {
    if case .comparison(let first, let rest) = node {
      var left = first
      for next in rest {
        if case .literal = left, case .literal = next.operand, condition.constant == nil {
          let range = ByteRange(left.range.lowerBound, next.operand.range.upperBound)
          diagnostics.report(
            .constantsCompared(condition.source.text(in: range)), at: condition.source.span(of: range))
        }
        left = next.operand
      }
    }
    for child in node.children { checkConstants(child, condition) }
  }
}

extension DiagnosticMessage {
  fileprivate static func constantsCompared(_ text: String) -> Self {
    Self("GR0331", .warning, "'\(text)' compares two constants")
  }

  fileprivate static func conditionNeverReached(_ text: String) -> Self {
    Self("GR0306", .warning, "condition '\(text)' is never looked at, because one before it always holds")
  }

  fileprivate static func conditionRepeated(_ text: String) -> Self {
    Self("GR0306", .warning, "condition '\(text)' never holds here, because the same one stands before it")
  }

  fileprivate static func conditionCovered(_ text: String) -> Self {
    Self("GR0306", .warning, "condition '\(text)' never holds here, because one before it holds whenever it does")
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

  fileprivate static func conditionAlwaysHolds(_ text: String) -> Self {
    Self("GR0310", .warning, "condition '\(text)' always holds; an edge that is always taken needs none")
  }
}
