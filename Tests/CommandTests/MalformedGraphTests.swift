import GraphRuntime
import GraphTestSupport
import Testing

/// `graph validate` over the broken graphs that were written against another tool.
@Suite(.enabled(if: Conformance.isAvailable), .timeLimit(.minutes(10)))
struct MalformedGraphTests {
  @Test func `every broken graph is found, and nothing else`() async throws {
    let folder = try #require(Conformance.folder)
    let names = MalformedCases.findings.keys.sorted()
    let result = try await GraphProgram.start(
      ["validate", "--format", "json"] + names.map { "malformed/\($0)/graph.yaml" }, in: folder
    ).result()
    #expect(result.status == 1)
    var found: [String: [String]] = [:]
    for finding in try #require(try Value(json: result.standardOutput)["diagnostics"]?.list) {
      let path = try #require(finding["file"]?.string)
      let name = String(path.split(separator: "/")[1])
      found[name, default: []].append("\(finding["code"]?.string ?? ""):\(finding["line"]?.int ?? 0)")
    }
    for name in names { #expect(found[name, default: []] == MalformedCases.findings[name], "\(name)") }
  }

  @Test func `the list of cases is whole`() throws {
    let folder = try #require(Conformance.folder)
    let table = try #require(contents(ofFile: "\(folder)/malformed/cases.tsv"))
    let names = table.split(whereSeparator: \.isNewline).dropFirst().compactMap {
      $0.split(separator: "\t").first.map(String.init)
    }
    #expect(Set(names) == Set(MalformedCases.findings.keys))
  }
}
