internal import GraphDiagnostics
internal import GraphRuntime

/// Infers the type that the value of an expression has, and finds what cannot be right by the types of what it reads.
///
/// The type is that of the value where the expression can be evaluated. A key of the state may have no value yet, which
/// is no finding: whatever is read may be null besides. What is found at one part is not found again at those around it.
///
/// - Complexity: O(parts of the expression); nothing is put into words unless it is found.
package struct ExpressionTyper {
  let expression: Expression
  let scope: TypeScope

  /// What was found, in the order of the text.
  package private(set) var findings: [TypeFinding] = []

  /// Whether the types of all that is read were proved.
  package internal(set) var isCertain = true

  /// What conditions around a part say of paths, by their text.
  var narrowed: [String: SchemaType] = [:]

  /// Whether a condition inside the expression has said anything of a path.
  var hasNarrowed = false

  /// Creates a typer of one expression.
  package init(_ expression: Expression, in scope: TypeScope) {
    self.expression = expression
    self.scope = scope
  }

  /// Infers the type of the whole expression.
  package mutating func run() -> SchemaType { type(of: expression.root) }

  /// Infers the type of an expression whose truth decides something, and finds that it is always the same.
  ///
  /// - Parameter subject: What the expression is, as messages name it: `condition` or `check`.
  package mutating func runCondition(_ subject: String) {
    let type = run()
    // That its parts contradict each other is a matter of conditions, not of types.
    guard findings.isEmpty, !hasNarrowed, let truth = type.truth, expression.constant == nil else { return }
    report(
      .conditionDecided(subject, expression.text, holds: truth, type.kindNames), expression.root, at: expression.root,
      truth ? .alwaysHolds : .neverHolds, because: [expression.root])
  }

  // MARK: - Parts

  /// The type of a part; a tolerant one reads null where its value is missing.
  mutating func type(of node: ExpressionNode, isTolerant: Bool = false) -> SchemaType {
    switch node {
    case .literal(let value, _): return .constant(value)
    case .path(let path): return type(of: path, isTolerant: isTolerant)
    case .list(let items, _): return .list(.joined(items.map { type(of: $0) }))
    case .object(let entries, _): return object(entries)
    case .signed(let sign, let operand, _): return signed(sign, operand, node)
    case .arithmetic(let operation, let left, let right, _): return arithmetic(operation, left, right, node)
    case .comparison(let first, let rest): return comparison(first, rest, node)
    case .and(let operands): return chain(operands, endingAt: false)
    case .or(let operands): return chain(operands, endingAt: true)
    case .not(let operand, _): return type(of: operand).truth.map { .enumeration([.bool(!$0)]) } ?? .bool
    case .conditional(let then, let condition, let otherwise):
      _ = type(of: condition)
      let first = type(of: then, knowing: [(condition, true)])
      return first.joined(with: type(of: otherwise, knowing: [(condition, false)]))
    case .call(let function, let arguments, _): return call(function, arguments, node)
    case .element(let base, let index, _): return element(base, index, node, isTolerant: isTolerant)
    }
  }

  private mutating func object(_ entries: [ExpressionNode.Entry]) -> SchemaType {
    var fields: [SchemaField] = []
    for entry in entries {
      let name = Located(entry.key, at: expression.span(of: entry.keyRange))
      let field = SchemaField(name: name, type: type(of: entry.value), isRequired: true)
      if let index = fields.firstIndex(where: { $0.name.value == entry.key }) {
        fields[index] = field
      } else {
        fields.append(field)
      }
    }
    return .object(SchemaObject(fields: fields))
  }

  /// `and` gives the first operand that is false, `or` the first that is true, else the last.
  private mutating func chain(_ operands: [ExpressionNode], endingAt truth: Bool) -> SchemaType {
    var result = SchemaType.never
    let before = narrowed
    defer { narrowed = before }
    for (index, operand) in operands.enumerated() {
      let type = type(of: operand)
      let isLast = index == operands.count - 1
      result = result.joined(with: isLast ? type : truth ? type.truthy : type.falsy)
      if !isLast { narrow(by: operand, truth: !truth) }
    }
    return result
  }

  private mutating func type(of node: ExpressionNode, knowing facts: [(ExpressionNode, Bool)]) -> SchemaType {
    let before = narrowed
    defer { narrowed = before }
    for (condition, truth) in facts { narrow(by: condition, truth: truth) }
    return type(of: node)
  }

  // MARK: - Findings

  /// Adds a finding.
  ///
  /// - Parameters:
  ///   - message: The message.
  ///   - subject: The part that something is claimed of.
  ///   - place: The part that is pointed at.
  ///   - claim: What is claimed.
  ///   - reasons: The parts whose types are the reason.
  ///   - notes: Notes before those that say where types come from.
  ///   - fixIts: Changes that mend it.
  mutating func report(
    _ message: DiagnosticMessage, _ subject: ExpressionNode, at place: ExpressionNode, _ claim: TypeFinding.Claim,
    because reasons: [ExpressionNode], notes: [Diagnostic.Note] = [], fixIts: [FixIt] = []
  ) {
    report(
      message, subject, at: expression.span(of: place.range), claim, because: reasons, notes: notes, fixIts: fixIts)
  }

  /// Adds a finding at a place of the file.
  mutating func report(
    _ message: DiagnosticMessage, _ subject: ExpressionNode, at span: SourceSpan, _ claim: TypeFinding.Claim,
    because reasons: [ExpressionNode], notes: [Diagnostic.Note] = [], fixIts: [FixIt] = []
  ) {
    if claim == .neverHolds || claim == .alwaysHolds, !narrowed.isEmpty {
      // What conditions around it say only ever silences: that they contradict each other is about all of them.
      var plain = ExpressionTyper(expression, in: scope)
      _ = plain.type(of: subject)
      guard plain.findings.contains(where: { $0.message == message }) else { return }
    }
    var finding = TypeFinding(message: message, subject: subject, claim: claim, span: span)
    finding.notes = notes + reasons.flatMap { originNotes(of: $0) }
    finding.fixIts = fixIts
    finding.isCertain = reasons.allSatisfy { isCertain($0) }
    findings.append(finding)
  }

  private func isCertain(_ node: ExpressionNode) -> Bool {
    if case .path(let path) = node { return scope.find(path)?.isCertain ?? true }
    return node.children.allSatisfy { isCertain($0) }
  }

  /// Where the types of the paths in a part come from; of each name once.
  private func originNotes(of node: ExpressionNode) -> [Diagnostic.Note] {
    guard case .path(let path) = node else {
      var notes: [Diagnostic.Note] = []
      for note in node.children.flatMap({ originNotes(of: $0) }) where !notes.contains(note) { notes.append(note) }
      return notes
    }
    guard let name = scope.find(path) else { return [] }
    var type = name.type
    var field: SchemaField?
    for component in path.components {
      let step: TypeStep? =
        switch component {
        case .key(let key): try? type.step(key)
        case .index: try? type.item()
        }
      guard let step else { break }
      type = step.type
      field = step.field ?? field
    }
    guard let field, field.name.span.range.count > 0 else { return name.note(path.root).map { [$0] } ?? [] }
    return [Diagnostic.Note("'\(path.description)' is declared as '\(type.nonNull.brief)' here", at: field.name.span)]
  }
}

extension DiagnosticMessage {
  fileprivate static func conditionDecided(_ subject: String, _ text: String, holds: Bool, _ kind: String) -> Self {
    Self(
      "GR0548", .warning,
      "\(subject) '\(text)' \(holds ? "always" : "never") holds, whatever the state: its value is \(kind)")
  }

  /// What an error says of types that were proved, of types that a function or a caller may not keep to.
  static func probably(_ message: DiagnosticMessage) -> Self { Self("GR0559", .warning, message.text) }
}
