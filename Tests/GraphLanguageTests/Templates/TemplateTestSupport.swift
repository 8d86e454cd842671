import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import Testing

/// Parses and renders for tests.
enum Jinja {
  /// The text of a template over a context; a mistake in the template fails the test.
  static func render(
    _ text: String, _ context: Value = [:], includes: [String: String] = [:], limits: TemplateLimits = TemplateLimits()
  ) throws -> String {
    let template = try parse(text)
    var parsed: [String: JinjaTemplate] = [:]
    for (name, text) in includes { parsed[name] = try parse(text, path: name) }
    return try template.render(
      { context[$0] }, names: { context.object?.keys ?? [] }, includes: { parsed[$0] }, limits: limits)
  }

  static func parse(_ text: String, path: String = "<template>") throws -> JinjaTemplate {
    let diagnostics = DiagnosticEngine()
    let template = JinjaTemplate.parse(TemplateSource(text, path: path), diagnostics: diagnostics)
    return try #require(template, "\(DiagnosticError(diagnostics.diagnostics))")
  }

  /// What parsing a marked template reports.
  static func diagnostics(_ source: MarkedSource) -> [Diagnostic] {
    let diagnostics = DiagnosticEngine()
    let span = SourceSpan(source.file, ByteRange(0, source.file.bytes.count))
    let template = JinjaTemplate.parse(TemplateSource(span), diagnostics: diagnostics)
    #expect((template == nil) == diagnostics.hasErrors)
    return diagnostics.diagnostics
  }

  /// The error of rendering a marked template.
  static func error(
    _ source: MarkedSource, _ context: Value = [:], includes: [String: String] = [:],
    limits: TemplateLimits = TemplateLimits()
  ) throws -> TemplateError {
    let diagnostics = DiagnosticEngine()
    let span = SourceSpan(source.file, ByteRange(0, source.file.bytes.count))
    let template = try #require(JinjaTemplate.parse(TemplateSource(span), diagnostics: diagnostics))
    var parsed: [String: JinjaTemplate] = [:]
    for (name, text) in includes { parsed[name] = try parse(text, path: name) }
    do {
      let text = try template.render(
        { context[$0] }, names: { context.object?.keys ?? [] }, includes: { parsed[$0] }, limits: limits)
      throw Failure(text: String(text.prefix(100)))
    } catch let error as TemplateError {
      return error
    }
  }
}

extension Jinja {
  /// A template that rendered although it must not.
  struct Failure: Error {
    let text: String
  }
}
