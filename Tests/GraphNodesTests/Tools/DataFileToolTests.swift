import Glibc
import GraphRuntime
import GraphTestSupport
import Testing

/// Tools that write and load files of data.
@Suite(.timeLimit(.minutes(5)))
struct DataFileToolTests {
  private static let write = "type: write_data_file, state_key: written"

  private func folder(_ tool: String, state: String, files: [String: String] = [:]) throws -> TemporaryFolder {
    let graph = toolGraph(tool, node: "type: python, tool: t", state: state)
    return try TemporaryFolder(["Package.swift": "", "graphs/g.yaml": graph].merging(files) { $1 })
  }

  private func run(_ folder: TemporaryFolder, _ input: ValueObject) async throws -> Log {
    try await load(folder, toolCatalog(), "graphs/g.yaml").log(input)
  }

  @Test func `Data are written as YAML that reads back as the same`() async throws {
    let data: Value = [
      "plain": "some words", "odd": ["yes", "1", "a: b", "", " x", "two\nlines", "#", "ä"], "empty": [[], [:]],
      "nested": [["a": 1, "b": [2.5, true, nil]], ["c": ["d": "e"]]], "a: b": 1,
    ]
    let folder = try folder(Self.write, state: "path: str, data: any, written: str")
    let log = try await run(folder, ["path": "out/deep/x.yaml", "data": data])
    #expect(log.outcome?.state["written"] == .string("\(folder.path)/graphs/out/deep/x.yaml"))
    try folder.write(
      "graphs/r.yaml",
      "data_files: {data: out/deep/x.yaml}\nnodes: {a: {type: passthrough, output: {out: '{data}'}}}\n"
        + "edges: [{from: START, to: a}, {from: a, to: END}]\n")
    #expect(try await load(folder, toolCatalog(), "graphs/r.yaml").log().out == data)
    let text = try folder.read("graphs/out/deep/x.yaml")
    #expect(text.hasPrefix("plain: some words\nodd:\n  - \"yes\"\n"))
  }

  @Test(arguments: [
    ("../../x.yaml", "'../../x.yaml' leads out of the project"),
    ("/tmp/x.yaml", "the path of a file to write is relative to the graph"),
    ("x.txt", "'x.txt' cannot be written: only '.yaml' and '.yml' files are"),
    ("g.yaml", "'g.yaml' cannot be written: it belongs to the graph or its prompts"),
    ("../graphs/./g.yaml", "'../graphs/./g.yaml' cannot be written: it belongs to the graph or its prompts"),
    ("prompts/p.yaml", "'prompts/p.yaml' cannot be written: it belongs to the graph or its prompts"),
    ("../prompts/p.yaml", "'../prompts/p.yaml' cannot be written: it belongs to the graph or its prompts"),
    ("link/x.yaml", "'link/x.yaml' cannot be written: a link or a file stands where a folder should be"),
  ])
  func `Nothing is written elsewhere`(path: String, problem: String) async throws {
    let folder = try folder(Self.write, state: "path: str, data: any, written: str")
    #expect(symlink("/tmp", "\(folder.path)/graphs/link") == 0)
    #expect(try await run(folder, ["path": .string(path), "data": 1]).error == problem)
  }

  @Test func `Fields of several files are merged, each once`() async throws {
    let folder = try folder(
      "type: schema_loader, state_key: form, paths_from_state: topics, schema_dir: topics",
      state: "topics: list, form: dict",
      files: [
        "graphs/topics/a.yaml": "fields: [{id: x, n: 1}, {id: y}]\n",
        "graphs/topics/b.yaml": "fields: [{id: y, n: 2}, {id: z}]\n",
      ])
    let log = try await run(folder, ["topics": ["a", "b"], "form": ["title": "T", "fields": [["id": "w"]]]])
    #expect(
      log.outcome?.state["form"]
        == ["title": "T", "fields": [["id": "w"], ["id": "x", "n": 1], ["id": "y"], ["id": "z"]]])
    #expect(
      try await run(folder, ["topics": ["../g"]]).error == "a name in 'topics' is no name of a file in 'topics'")
    #expect(try await run(folder, ["topics": ["c"]]).error == "'topics/c.yaml' cannot be read: no such file")
  }

  @Test func `One file is loaded as it is`() async throws {
    let folder = try folder(
      "type: schema_loader, state_key: form, path: form.yaml", state: "form: dict",
      files: ["graphs/form.yaml": "title: T\n"])
    #expect(try await run(folder, [:]).outcome?.state["form"] == ["title": "T"])
    try folder.write("graphs/form.yaml", "a: [\n")
    #expect(try await run(folder, [:]).error?.hasPrefix("'form.yaml' is broken, line ") == true)
  }

  @Test(arguments: [
    ("", "GR0153: tool 't' needs either 'path' or 'paths_from_state'"),
    (", path: a.yaml, paths_from_state: b", "GR0153: tool 't' needs either 'path' or 'paths_from_state'"),
    (", paths_from_state: b", "GR0154: with 'paths_from_state', tool 't' needs 'schema_dir'"),
    (", path: ../../../x.yaml", "GR0703: '../../../x.yaml' leads out of the project"),
  ])
  func `What cannot be loaded is refused`(keys: String, finding: String) throws {
    let folder = try TemporaryFolder([
      "Package.swift": "",
      "g.yaml": toolGraph("type: schema_loader, state_key: form\(keys)", node: "type: python, tool: t"),
    ])
    #expect(folder.findings().first == finding)
  }
}
