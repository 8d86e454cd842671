import GraphDiagnostics
import GraphTestSupport
import Testing

/// The compiler against every mistake of some hundred kinds, at every place of the examples where it can be made.
@Suite(.timeLimit(.minutes(10)))
struct MutationTests {
  @Test func `the examples give no diagnostic`() throws {
    let project = try ProjectSource(packageFolder)
    let workspace = try Workspace(project)
    #expect(project.graphs.count >= 19)
    for graph in project.graphs {
      let found = workspace.diagnostics(of: graph).map { ExpectedDiagnostic($0) }
      #expect(found == [], "\(graph)")
    }
  }

  @Test func `every kind of mistake is made somewhere, and has a name of its own`() throws {
    let project = try ProjectSource(packageFolder)
    let made = Mutant.all(of: project).reduce(into: [:]) { $0[$1.kind.name, default: 0] += 1 }
    #expect(Set(MutationKind.all.map(\.name)).count == MutationKind.all.count)
    #expect(MutationKind.all.map(\.name).filter { made[$0] == nil } == [])
  }

  @Test func `runs of the examples come to every node and show the same each time, apart from a race`() async throws {
    let project = try ProjectSource(packageFolder)
    let originals = Originals()
    for graph in project.graphs where graph != "graphs/race.yaml" {
      let tree = try #require(project.trees[graph])
      // What a server of another program does is its own affair.
      guard !tree("tools/*/type").contains(where: { $0.text == "mcp" }) else { continue }
      var all: Set<String> = []
      for number in 0..<Trial.count {
        let seen = try await originals.observation(of: graph, tree, project, number)
        #expect(seen != nil, "\(graph), run \(number)")
        all.formUnion(seen ?? [])
      }
      // What no run comes to could be broken without showing.
      let nodes = tree("nodes/*").map(\.name).filter { node in
        !all.contains { $0 == node || $0.hasPrefix(node + "/") || $0.hasPrefix(node + "__") }
      }
      #expect(nodes == [], "no run of \(graph) comes to them")
    }
  }

  @Test func `mistakes are caught in the right line, and the right word is offered`() async throws {
    let folder = MutationReport.folder
    let measured = try await Measurement.make(ProjectSource(packageFolder), isWhole: folder != nil)
    let all = measured.counts()
    if let folder { try MutationReport(measured).write(to: folder) }
    #expect(Double(all.caught) >= 0.95 * Double(all.mistakes), "\(all)")
    #expect(Double(all.inRightLine) >= 0.995 * Double(all.caught), "\(all)")
    #expect(Double(all.offered) >= 0.9 * Double(all.misspellings), "\(all)")
  }
}
