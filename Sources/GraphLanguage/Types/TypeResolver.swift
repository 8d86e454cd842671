package import GraphDiagnostics

/// Computes the types of values from those of the state's keys, and checks what nodes do with them.
package struct TypeResolver {
  private let key: (String) -> TypedName?

  /// Names besides the state's keys, or in their place.
  private var names: [String: TypedName] = [:]

  /// Creates a resolver.
  ///
  /// - Parameter key: Finds a key of the state; nil for one of which nothing is known.
  package init(_ key: @escaping (String) -> TypedName?) { self.key = key }

  // MARK: - Types

  /// What is known of a value.
  package struct Inference {
    /// The type.
    package var type: SchemaType

    /// Whether it was proved.
    package var isCertain = true

    /// What is wrong in the expressions that make the value.
    package var findings: [TypeFinding] = []

    /// Creates an inference.
    package init(type: SchemaType, isCertain: Bool = true, findings: [TypeFinding] = []) {
      self.type = type
      self.isCertain = isCertain
      self.findings = findings
    }
  }

  /// Infers the type of a value.
  package func infer(_ source: TypeSource) -> Inference {
    switch source {
    case .type(let type): return Inference(type: type)
    case .promised(let type): return Inference(type: type, isCertain: false)
    case .value(let template):
      var typer = ValueTyper(in: scope)
      let type = typer.type(of: template)
      return Inference(type: type, isCertain: typer.isCertain, findings: typer.findings)
    case .key(let name):
      guard let known = find(name) else { return Inference(type: .any, isCertain: false) }
      return Inference(type: known.type.optional, isCertain: known.isCertain)
    case .list(let source):
      var inference = infer(source)
      inference.type = .list(inference.type)
      return inference
    case .item(let source):
      var inference = infer(source)
      let item = inference.type.itemType
      inference.type = item == .never ? .any : item
      return inference
    case .flattened(let source):
      var inference = infer(source)
      let value = inference.type
      let items = value.kinds.contains(.list) ? value.limited(to: .list).itemType : .never
      inference.type = .list(items.joined(with: value.limited(to: ValueKinds.all.subtracting(.list))))
      return inference
    case .inside(let names, let source): return inside([names]).infer(source)
    }
  }

  private func find(_ name: String) -> TypedName? { names.isEmpty ? key(name) : names[name] ?? key(name) }

  /// The names that expressions see.
  package var scope: TypeScope { TypeScope { find($0.root) } }

  /// The resolver of a place where there are more names.
  package func inside(_ frames: [LocalNames]) -> TypeResolver {
    var resolver = self
    for frame in frames {
      let outer = resolver
      for (name, source) in frame.sources {
        let inference = outer.infer(source)
        resolver.names[name] = TypedName(inference.type, isCertain: inference.isCertain)
      }
    }
    return resolver
  }

  // MARK: - Checks

  /// Reports what is wrong with something that a node reads or computes.
  package func check(_ use: TypedUse, _ diagnostics: DiagnosticEngine) {
    let resolver = use.locals.isEmpty ? self : inside(use.locals)
    switch use.content {
    case .value(let template): resolver.check(template, use.expectation, diagnostics)
    case .key(let name):
      guard let known = resolver.find(name.value) else { return }
      Self.check(
        known.type, use.expectation, name.value, at: name.span, isCertain: known.isCertain,
        notes: known.note(name.value).map { [$0] } ?? [], diagnostics)
    case .condition(let expression, let subject):
      var typer = ExpressionTyper(expression, in: resolver.scope)
      typer.runCondition(subject)
      for finding in typer.findings { finding.report(to: diagnostics) }
    case .resultCheck(let expression, let result):
      let inference = resolver.infer(result)
      let output = TypedName(inference.type, isCertain: inference.isCertain)
      var typer = ExpressionTyper(
        expression, in: TypeScope { $0.isOutput ? output : resolver.find($0.root) })
      typer.runCondition("check")
      for finding in typer.findings { finding.report(to: diagnostics) }
    case .choice(let template, let findings):
      guard let (texts, field) = resolver.choice(of: template) else { return }
      for finding in findings(texts, field) { diagnostics.report(finding) }
    case .prompt(let document, let variables):
      resolver.check(document, variables, diagnostics)
    }
  }

  /// The texts of which a path is certainly one, and the field of a schema that lists them.
  private func choice(of template: ValueTemplate) -> (texts: [String], field: SchemaField?)? {
    guard case .expression(let expression) = template.root, case .path(let path) = expression.root,
      let name = find(path.root), name.isCertain
    else { return nil }
    var type = name.type
    var field: SchemaField?
    for component in path.components {
      guard case .key(let key) = component, let step = try? type.step(key) else { return nil }
      (type, field) = (step.type, step.field)
    }
    return type.nonNull.texts.map { ($0, field) }
  }

  private func check(
    _ template: ValueTemplate, _ expectation: TypedUse.Expectation?, _ diagnostics: DiagnosticEngine
  ) {
    var typer = ValueTyper(in: scope)
    let type = typer.type(of: template)
    for finding in typer.findings { finding.report(to: diagnostics) }
    guard typer.findings.isEmpty, let expectation else { return }
    var span = template.span
    var text = ""
    switch template.root {
    case .constant: return
    case .expression(let expression):
      // Constants are looked at where they are read.
      guard expression.constant == nil else { return }
      span = expression.span
      if case .path(let path) = expression.root { text = path.description } else { text = expression.text }
    default: break
    }
    Self.check(
      type, expectation, text, at: span, isCertain: typer.isCertain, notes: originNotes(template), diagnostics)
  }

  private func originNotes(_ template: ValueTemplate) -> [Diagnostic.Note] {
    guard case .expression(let expression) = template.root, case .path(let path) = expression.root else { return [] }
    return find(path.root)?.note(path.root).map { [$0] } ?? []
  }

  private static func check(
    _ type: SchemaType, _ expectation: TypedUse.Expectation?, _ text: String, at span: SourceSpan, isCertain: Bool,
    notes: [Diagnostic.Note], _ diagnostics: DiagnosticEngine
  ) {
    let known = type.nonNull
    guard let expectation, known != .any, known != .never, !known.mayEqual(expectation.type) else { return }
    let message = expectation.message(known.kindNames, text)
    diagnostics.report(isCertain && !expectation.isPromised ? message : .probably(message), at: span, notes: notes)
  }

  private func check(
    _ document: PromptDocument, _ variables: [(name: String, value: ValueTemplate)]?, _ diagnostics: DiagnosticEngine
  ) {
    var given: [String: TypedName] = [:]
    for variable in variables ?? [] {
      let inference = infer(.value(variable.value))
      for finding in inference.findings { finding.report(to: diagnostics) }
      given[variable.name] = TypedName(
        inference.type, isCertain: inference.isCertain, origin: .value(variable.value.span))
    }
    let typer = PromptTyper(
      variable: { given[$0] ?? (variables == nil || names[$0] != nil ? find($0) : nil) }, state: find,
      included: { document.includedTemplates[$0] })
    for template in document.templates { typer.check(template, diagnostics) }
  }
}
