import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import Testing

/// No text, however broken, traps or hangs the lexer, the parser or the renderer, and every mistake lies in the text.
@Suite(.timeLimit(.minutes(10)))
struct JinjaFuzzTests {
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `random bytes are parsed or refused`(seed: UInt64) {
    var random = SeededGenerator(seed)
    let signs = Array("{}%#-+|'\"\\\n\r\t ()[].,:=<>!~*/0123456789xe_".utf8)
    for _ in 0..<1000 {
      let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ -> UInt8 in
        Int.random(in: 0..<10, using: &random) < 7
          ? signs[Int.random(in: 0..<signs.count, using: &random)] : UInt8.random(in: 0...255, using: &random)
      }
      check(String(decoding: bytes, as: UTF8.self), seed)
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `templates with a change are parsed or refused`(seed: UInt64) {
    var random = SeededGenerator(seed)
    var generator = TemplateGenerator(seed: seed)
    for _ in 0..<150 {
      var bytes = Array(generator.template().utf8)
      for _ in 0...Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...6, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.removeSubrange(place..<end)
        case 1: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
        case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
        default: bytes = Array(bytes[..<place])
        }
      }
      check(String(decoding: bytes, as: UTF8.self), seed)
    }
  }

  private func check(_ text: String, _ seed: UInt64) {
    let diagnostics = DiagnosticEngine()
    let source = TemplateSource(text)
    let template = JinjaTemplate.parse(source, diagnostics: diagnostics)
    #expect((template == nil) == diagnostics.hasErrors, "seed \(seed): \(text.debugDescription)")
    for diagnostic in diagnostics.diagnostics {
      #expect(diagnostic.span.map { Self.isInside($0) } == true, "seed \(seed): \(text.debugDescription)")
    }
    _ = PromptTemplate.parse(ExpressionSource(text), diagnostics: DiagnosticEngine())?.bracedNames
    guard let template else { return }
    do throws(TemplateError) {
      _ = try template.render(
        { TemplateGenerator.context[$0] }, limits: TemplateLimits(steps: 100_000, bytes: 1 << 20, items: 10_000))
    } catch {
      #expect(Self.isInside(error.span), "seed \(seed): \(text.debugDescription)")
      #expect(!error.message.text.isEmpty)
    }
  }

  private static func isInside(_ span: SourceSpan) -> Bool {
    span.range.lowerBound >= 0 && span.range.lowerBound <= span.range.upperBound
      && span.range.upperBound <= span.file.bytes.count && span.start.line >= 1 && span.start.column >= 1
  }
}
