import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import Testing

/// Templates made at random must print what Jinja2 prints, and fail where it fails.
@Suite(.timeLimit(.minutes(5)))
struct JinjaDifferentialTests {
  /// What rendering a template here gives, with errors in words.
  static func render(_ text: String, _ context: Value = TemplateGenerator.context) -> TemplateOracle.Answer {
    let diagnostics = DiagnosticEngine()
    guard let template = JinjaTemplate.parse(TemplateSource(text), diagnostics: diagnostics) else {
      return .failure(diagnostics.diagnostics.map(\.message.text).joined(separator: "; "))
    }
    do throws(TemplateError) {
      return .text(try template.render { context[$0] })
    } catch {
      return .failure(error.description)
    }
  }

  @Test(
    .enabled(if: TemplateOracle.isAvailable, "/usr/bin/python3 has no jinja2"), arguments: [1, 2, 3, 4] as [UInt64])
  func `random templates print what Jinja2 prints`(seed: UInt64) throws {
    var generator = TemplateGenerator(seed: seed)
    let templates = (0..<500).map { _ in generator.template() }
    let answers = try TemplateOracle.render(templates, context: TemplateGenerator.context)
    try #require(answers.count == templates.count)
    var compared = 0
    for (template, expected) in zip(templates, answers) {
      let found = Self.render(template)
      switch (expected, found) {
      case (.text(let wanted), .text(let got)):
        compared += 1
        #expect(
          Array(got.utf8) == Array(wanted.utf8),
          "seed \(seed): \(template.debugDescription)\n\(wanted.debugDescription)\n\(got.debugDescription)")
      case (.failure, .failure): break
      default: Issue.record("seed \(seed): \(template.debugDescription)\nJinja2: \(expected)\nhere: \(found)")
      }
    }
    // A generator that only makes mistakes would prove nothing.
    #expect(compared > 200)
  }
}
