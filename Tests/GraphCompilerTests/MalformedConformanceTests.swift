import GraphCompiler
import GraphDiagnostics
import GraphTestSupport
import Testing

/// Broken graphs that were written against another tool: each gives a diagnostic that names its defect, or is none here.
@Suite(.enabled(if: Conformance.isAvailable)) struct MalformedConformanceTests {
  @Test(arguments: MalformedCases.findings.keys.sorted())
  func `a broken graph gives exactly what is wrong with it`(name: String) throws {
    let folder = try #require(Conformance.folder)
    let found = testCompiler().compile("\(folder)/malformed/\(name)/graph.yaml").diagnostics
    #expect(found.map { "\($0.code):\($0.span?.start.line ?? 0)" } == MalformedCases.findings[name])
  }
}
