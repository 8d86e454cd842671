import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import Testing

/// Compares with the golden answers of yamlgraph; skipped where they are not at hand.
@Suite(.enabled(if: Conformance.isAvailable, "there is no folder shared/conformance above the package"))
struct JinjaConformanceTests {
  /// The templates that mean something else here, on purpose, with the reason.
  static let differences: [String: String] = [
    "{{ state.missing }}": "an undefined variable is an error, not an empty text (section 6)",
    "{{literal}} {name}": "an undefined variable is an error, not an empty text (section 6)",
  ]

  @Test("Jinja templates give yamlgraph's text, apart from the deliberate differences")
  func prompts() throws {
    let file = try Conformance.vectors("prompts")
    var context = try #require(file["variables"]?.object)
    context["state"] = file["state"]
    var seen: Set<String> = []
    var count = 0
    for vector in try #require(file["vectors"]?.list) {
      let text = try #require(vector["template"]?.string)
      guard PromptTemplate.isJinja(text) else { continue }
      count += 1
      let rendered = try? Jinja.render(text, .object(context))
      if let reason = Self.differences[text] {
        seen.insert(text)
        #expect(rendered == nil, "\(text): \(reason)")
        continue
      }
      #expect(rendered == vector["render"]?["value"]?.string, "\(text)")
      let names = vector["variables_required"]?["value"]?.list?.compactMap(\.string)
      #expect(try Jinja.parse(text).freeVariables.map(\.value).filter { $0 != "state" } == names, "\(text)")
    }
    #expect(seen == Set(Self.differences.keys), "a difference is listed that no vector shows")
    #expect(seen == (try Conformance.exceptions("prompts").filter(PromptTemplate.isJinja)))
    #expect(count == 11)
  }
}
