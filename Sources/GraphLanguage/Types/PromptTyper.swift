internal import GraphDiagnostics
internal import GraphRuntime

/// Finds what cannot be right in the texts of prompts by the types of their variables.
struct PromptTyper {
  /// The type of a variable; nil for one of which nothing is known.
  let variable: (String) -> TypedName?

  /// The type of a state key, as texts name it with `state.` before it.
  let state: (String) -> TypedName?

  /// A template that one includes, by its name.
  var included: (String) -> PromptTemplate? = { _ in nil }

  /// Reports what is wrong with a text.
  func check(_ template: PromptTemplate, _ diagnostics: DiagnosticEngine) {
    switch template.body {
    case let placeholders as PlaceholderTemplate: check(placeholders, diagnostics)
    case let jinja as JinjaPrompt:
      var typer = TemplateTyper(
        jinja.template.program, variable: variable, state: state,
        included: { (included($0)?.body as? JinjaPrompt)?.template })
      typer.run()
      for finding in typer.findings { finding.report(to: diagnostics) }
    default: break
    }
  }

  private func check(_ template: PlaceholderTemplate, _ diagnostics: DiagnosticEngine) {
    let scope = TypeScope { $0.hasStatePrefix ? state($0.root) : variable($0.root) }
    for placeholder in template.placeholders {
      let path = placeholder.path
      guard !path.components.isEmpty || placeholder.format != nil, let name = scope.find(path) else { continue }
      var typer = ExpressionTyper(Expression(source: template.source, root: .path(path)), in: scope)
      let type = typer.run()
      for finding in typer.findings { finding.report(to: diagnostics) }
      guard typer.findings.isEmpty, let format = placeholder.format, !placeholder.isJSON, !format.mayFit(type) else {
        continue
      }
      let message = DiagnosticMessage.formatNeverFits(format.text, path.description, type.kindNames)
      diagnostics.report(
        name.isCertain ? message : .probably(message), at: template.source.span(of: placeholder.range),
        notes: name.note(path.root).map { [$0] } ?? [])
    }
  }
}

extension PlaceholderFormat {
  /// Whether a value of a type may be written in the format, which depends on the value's kind alone.
  fileprivate func mayFit(_ type: SchemaType) -> Bool {
    let known = type.nonNull
    guard known != .any, known != .never else { return true }
    let samples: [(ValueKinds, Value)] = [
      (.bool, true), (.int, 1), (.double, 1.5), (.string, "a"), (.list, []), (.object, [:]),
    ]
    return samples.contains { known.kinds.contains($0.0) && apply(to: $0.1) != nil }
  }
}

extension DiagnosticMessage {
  fileprivate static func formatNeverFits(_ format: String, _ name: String, _ kind: String) -> Self {
    Self("GR0658", "the format '\(format)' does not fit '\(name)', which is \(kind)")
  }
}
