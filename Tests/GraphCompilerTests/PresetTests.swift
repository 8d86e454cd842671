import GraphCompiler
import GraphDiagnostics
import GraphRuntime
import GraphTestSupport
import Testing

/// What is in the state before a run: `variables` and `data_files`.
@Suite(.timeLimit(.minutes(10))) struct PresetTests {
  private static let echo = graph(
    "state: {n: {type: int, default: 1}, s: str?}\nvariables: {n: 2, free: v}\ndata_files: {d: data/d.yaml}",
    nodes: "a: {type: passthrough, output: {out: [\"{state.n}\", \"{state.d}\", \"{state.free}\", \"{state.s}\"]}}")

  private func compile(_ files: [String: String]) throws -> (TemporaryFolder, Compilation) {
    let folder = try TemporaryFolder(files)
    folder.makeFolder(".git")
    return (folder, testCompiler().compile("\(folder.path)/graphs/g.yaml"))
  }

  private func state(_ files: [String: String], _ input: ValueObject = [:]) async throws -> ValueObject {
    let (_, compilation) = try compile(files)
    let graph = try #require(compilation.graph, "\(compilation.diagnostics.map(\.message.text))")
    return try await graph.run(input).result().state
  }

  private func found(_ files: [String: String]) throws -> [String] {
    try compile(files).1.diagnostics.map { "\($0.code.id):\($0.span?.start.line ?? 0) \($0.message.text)" }
  }

  @Test func `B24: variables and data files are there for Swift programs too`() async throws {
    let files = ["graphs/g.yaml": Self.echo, "graphs/data/d.yaml": "{a: [1, x]}"]
    #expect(try await state(files)["out"] == [2, ["a": [1, "x"]], "v", nil])
  }

  @Test func `what the caller gives wins over data files, and those over variables`() async throws {
    let text = graph(
      "state: {n: {type: int, default: 1}}\nvariables: {n: 2}\ndata_files: {n: n.json}",
      nodes: "a: {type: passthrough, output: {out: \"{state.n}\"}}")
    let files = ["graphs/g.yaml": text, "graphs/n.json": "3"]
    #expect(try await state(files)["out"] == 3)
    #expect(try await state(files, ["n": 4])["out"] == 4)
  }

  @Test func `a preset counts as a result that is there, a default does not`() async throws {
    let node = "a: {type: step, skip_if_exists: true, state_key: x}"
    let preset = graph("variables: {x: 7}", nodes: node)
    #expect(try await state(["graphs/g.yaml": preset])["x"] == 7)
    let initial = graph("state: {x: {type: int, default: 7}}", nodes: node)
    #expect(try await state(["graphs/g.yaml": initial])["x"] == 1)
  }

  @Test func `a pattern stands for all files that fit it, by their names`() async throws {
    let text = graph(
      "data_files: {pages: \"wiki/*.yaml\", deep: \"w*/s?b/[a-b].json\"}",
      nodes: "a: {type: passthrough, output: {out: [\"{state.pages}\", \"{state.deep}\"]}}")
    let files = [
      "graphs/g.yaml": text, "graphs/wiki/b.yaml": "2", "graphs/wiki/a.yaml": "x: 1", "graphs/wiki/c.txt": "no",
      "graphs/wiki/.hidden.yaml": "3", "graphs/wiki/empty.yaml": "", "graphs/wiki/sub/a.json": "[1]",
      "graphs/wiki/sub/c.json": "[3]",
    ]
    #expect(try await state(files)["out"] == [["a": ["x": 1], "b": 2, "empty": [:]], ["a": [1]]])
  }

  @Test func `files outside of the project are not read, wherever dots and links lead`() throws {
    let elsewhere = try TemporaryFolder(["secret.yaml": "x: 1"])
    func text(_ path: String) -> String { graph("data_files:\n  d: \"\(path)\"") }
    let outside = "outside the project"
    for path in [
      "../../secret.yaml", "../../nothing.yaml", "../../*.yaml", "/etc/h?stname", "\(elsewhere.path)/secret.yaml",
      "/etc/hostname",
    ] {
      #expect(
        try found(["graphs/g.yaml": text(path)]) == ["GR0280:2 cannot read the data file '\(path)': \(outside)"])
    }
    let (folder, _) = try compile(["graphs/g.yaml": text("link.yaml"), "graphs/x/.keep": ""])
    try folder.link("graphs/link.yaml", to: "\(elsewhere.path)/secret.yaml")
    try folder.link("graphs/x/link.yaml", to: "\(elsewhere.path)/secret.yaml")
    let linked = testCompiler().compile("\(folder.path)/graphs/g.yaml").diagnostics
    #expect(linked.map(\.message.text) == ["cannot read the data file 'link.yaml': \(outside)"])
    try folder.write("graphs/g.yaml", text("x/*.yaml"))
    let matched = testCompiler().compile("\(folder.path)/graphs/g.yaml").diagnostics
    #expect(matched.map(\.message.text) == ["cannot read the data file 'x/link.yaml': \(outside)"])
  }

  @Test func `a file of the project above the graph is read`() async throws {
    let text = graph("data_files: {d: ../shared.yaml}", nodes: "a: {type: passthrough, output: {out: \"{state.d}\"}}")
    #expect(try await state(["graphs/g.yaml": text, "shared.yaml": "[1]"])["out"] == [1])
  }

  @Test func `mistakes are at their place`() throws {
    func text(_ top: String) -> String { graph("state: {n: int}\n\(top)") }
    #expect(
      try found(["graphs/g.yaml": text("data_files: {n: n.yaml}"), "graphs/n.yaml": "x"]) == [
        "GR0192:2 the value of 'n' before a run must be int, not str"
      ])
    #expect(
      try found(["graphs/g.yaml": text("variables: {n: x}")]) == [
        "GR0192:2 the value of 'n' before a run must be int, not str"
      ])
    #expect(
      try found(["graphs/g.yaml": text("data_files: {d: no.yaml}")]) == [
        "GR0280:2 cannot read the data file 'no.yaml': no such file"
      ])
    #expect(
      try found(["graphs/g.yaml": text("data_files: {d: \"x*.yaml\"}")]) == ["GR0281:2 no file fits 'x*.yaml'"])
    #expect(
      try found([
        "graphs/g.yaml": text("data_files: {d: \"x.*\"}"), "graphs/x.yaml": "1", "graphs/x.json": "1",
      ]) == ["GR0282:2 'x.json' and 'x.yaml' would both be 'x'"])
    #expect(
      try found(["graphs/g.yaml": text("data_files: {d: \"**/x.yaml\"}")]) == [
        "GR0283:2 '**' searches folders without end; name the folders in '**/x.yaml'"
      ])
    #expect(
      try found(["graphs/g.yaml": text("data_files: {d: 5}")]) == [
        "GR0102:2 the data file of 'd' must be a string, not an integer"
      ])
    #expect(
      try found(["graphs/g.yaml": text("variables: {thread_id: 5}")]) == [
        "GR0110:2 'thread_id' is reserved and cannot be the name of a state key"
      ])
  }

  @Test func `a data file that is broken says where`() throws {
    let text = graph("data_files: {d: d.yaml}")
    #expect(try found(["graphs/g.yaml": text, "graphs/d.yaml": "a: 1\nb: [1\n"]).map { $0.prefix(8) } == ["GR0006:2"])
  }

  @Test func `a misspelled preset is not taken for the key that is read`() throws {
    let text = graph("variables: {topc: x}", nodes: "a: {user: \"{topc2}\"}")
    #expect(try found(["graphs/g.yaml": text]).map { $0.prefix(6) } == ["GR0221"])
  }
}
