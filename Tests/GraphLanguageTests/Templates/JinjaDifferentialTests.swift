import Glibc
import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import Testing

/// Templates made at random must print what Jinja2 prints, and fail where it fails.
@Suite(.timeLimit(.minutes(5)))
struct JinjaDifferentialTests {
  /// What rendering a template here gives, with errors in words.
  static func render(
    _ text: String, _ context: Value = TemplateGenerator.context, includes: [String: JinjaTemplate?] = [:]
  ) -> TemplateOracle.Answer {
    let diagnostics = DiagnosticEngine()
    guard let template = JinjaTemplate.parse(TemplateSource(text), diagnostics: diagnostics) else {
      return .failure(diagnostics.diagnostics.map(\.message.text).joined(separator: "; "))
    }
    do throws(TemplateError) {
      return .text(try template.render({ context[$0] }, includes: { includes[$0] ?? nil }))
    } catch {
      return .failure(error.description)
    }
  }

  /// Four seeds, or as many as `TEMPLATE_SEEDS` says, for a long comparison by hand.
  private static let seeds: [UInt64] = {
    let count = getenv("TEMPLATE_SEEDS").flatMap { UInt64(String(cString: $0)) } ?? 4
    return Array(1...max(1, count))
  }()

  @Test(.enabled(if: TemplateOracle.isAvailable, "no python3 has jinja2"), arguments: seeds)
  func `random templates print what Jinja2 prints`(seed: UInt64) throws {
    var generator = TemplateGenerator(seed: seed)
    let included = generator.includes()
    let templates = (0..<250).map { _ in generator.template(including: TemplateGenerator.includeNames) }
    let answers = try TemplateOracle.render(templates, context: TemplateGenerator.context, includes: included)
    try #require(answers.count == templates.count)
    let parsed = included.mapValues { JinjaTemplate.parse(TemplateSource($0), diagnostics: DiagnosticEngine()) }
    var compared = 0
    for (template, expected) in zip(templates, answers) {
      let found = Self.render(template, includes: parsed)
      switch (expected, found) {
      case (.text(let wanted), .text(let got)):
        compared += 1
        #expect(
          Array(got.utf8) == Array(wanted.utf8),
          "seed \(seed): \(template.debugDescription)\n\(wanted.debugDescription)\n\(got.debugDescription)")
      case (.failure, .failure): break
      // What Python shows as an address.
      case (.failure("no text"), .text): break
      // Integers have 64 bits here.
      case (.text, .failure(let message)) where message.contains("does not fit in a 64-bit integer"): break
      default: Issue.record("seed \(seed): \(template.debugDescription)\nJinja2: \(expected)\nhere: \(found)")
      }
    }
    // A generator that only makes mistakes would prove nothing.
    #expect(compared > 100)
  }
}
