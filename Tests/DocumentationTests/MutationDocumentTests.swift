import GraphTestSupport
import Testing

/// docs/mutation.md explains each broken graph of others that is right here, and has a row for each kind of mistake.
@Suite(.timeLimit(.minutes(10)))
struct MutationDocumentTests {
  @Test func `graphs that are right here are explained`() throws {
    let rows = try Markdown("docs/mutation.md").table(below: "## Broken graphs of others")
    let right = MalformedCases.findings.filter(\.value.isEmpty).map(\.key)
    #expect(Set(rows.flatMap { Markdown.code(in: $0[0]).prefix(1) }) == Set(right))
    #expect(rows.count == right.count)
  }

  @Test func `the results say that the targets are reached`() throws {
    let rows = try Markdown("docs/mutation.md").table(below: "## Results")
    let total = try #require(rows.last)
    #expect(total[0] == "**all**")
    let caught = try #require(Double(total[3].prefix { $0 != " " }))
    let offered = try #require(Double(total[5].prefix { $0 != " " }))
    #expect(caught >= 95)
    let isRight = try #require(Double(total[4].prefix { $0 != " " }))
    #expect(isRight >= 99.5)
    #expect(offered >= 90)
  }
}
