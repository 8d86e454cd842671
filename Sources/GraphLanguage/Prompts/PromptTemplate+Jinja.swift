internal import GraphDiagnostics
internal import GraphRuntime

/// A Jinja template as the text of a prompt.
struct JinjaPrompt: PromptTemplate.Body {
  let template: JinjaTemplate

  var variables: [Located<String>] { template.freeVariables.filter { $0.value != "state" } }

  var optionalVariables: Set<String> { template.optionalVariables.subtracting(["state"]) }

  var certainVariables: Set<String> { template.certainVariables.subtracting(["state"]) }

  var readsWholeState: Bool { template.freeVariables.contains { $0.value == "state" } }

  /// Not known one by one: a template that reads `state` is given all of it.
  var stateKeys: [Located<String>] { [] }

  var includes: [Located<String>] { template.includes }

  /// The free variables; what is read below them depends on the run.
  var paths: [StatePath] {
    variables.map { name in
      StatePath(
        root: name.value, components: [], hasStatePrefix: false, range: ByteRange(0, name.value.utf8.count),
        span: name.span, rootSpan: name.span)
    }
  }

  func render(
    _ lookup: (String) -> Value?, names: () -> [String], includes: (String) -> PromptTemplate?
  ) throws(PromptError) -> String {
    do throws(TemplateError) {
      return try template.render(lookup, names: names, includes: { includes($0)?.included })
    } catch {
      // The available names are the last note of a template error; a prompt error has its own for them.
      let notes = error.availableNames.isEmpty ? error.notes : error.notes.dropLast()
      throw PromptError(
        error.message, at: error.span, availableNames: error.isMissingName ? error.availableNames : nil, notes: notes)
    }
  }
}

extension PromptTemplate {
  /// Parses a Jinja template; the one place that knows what implements it.
  static func parseJinja(_ source: ExpressionSource, diagnostics: DiagnosticEngine) -> (any Body)? {
    jinja(source, diagnostics).map { JinjaPrompt(template: $0) }
  }

  /// The text as a part of another Jinja template, which takes plain text as it is.
  fileprivate var included: JinjaTemplate? {
    (body as? JinjaPrompt)?.template ?? Self.jinja(source, DiagnosticEngine())
  }

  private static func jinja(_ source: ExpressionSource, _ diagnostics: DiagnosticEngine) -> JinjaTemplate? {
    let start = source.range.lowerBound
    let text = TemplateSource(source.text) { source.span(of: ByteRange(start + $0.lowerBound, start + $0.upperBound)) }
    return JinjaTemplate.parse(text, diagnostics: diagnostics)
  }
}
