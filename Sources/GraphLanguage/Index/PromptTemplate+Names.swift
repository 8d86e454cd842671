package import GraphDiagnostics

extension PromptTemplate {
  /// A name that a prompt reads from outside, at one of its places.
  package struct Name: Sendable {
    /// The name.
    package let text: String

    /// The place of the name alone.
    package let span: SourceSpan

    /// Whether it is read below `state`.
    package let isState: Bool

    /// The path that begins with it, where the language shows one.
    package let path: StatePath?
  }

  /// Every place at which a name is read from outside, in the order of the text.
  package var names: [Name] {
    if let template = (body as? JinjaPrompt)?.template { return template.names }
    return paths.map { Name(text: $0.root, span: $0.rootSpan, isState: $0.hasStatePrefix, path: $0) }
  }
}

extension JinjaTemplate {
  /// Every place at which a name is read from outside; `state` is not among them, but what is read below it.
  fileprivate var names: [PromptTemplate.Name] {
    var analysis = TemplateAnalysis(program)
    analysis.run()
    return analysis.uses.filter { $0.isState || $0.name != "state" }
      .sorted { $0.range.lowerBound < $1.range.lowerBound }
      .map { use in
        PromptTemplate.Name(
          text: use.name, span: program.source.span(use.range), isState: use.isState, path: nil)
      }
  }
}
