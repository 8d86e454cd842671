import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import Testing

/// The files that a completed run leaves.
@Suite(.timeLimit(.minutes(10))) struct ExportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(
    _ exports: String, _ state: ValueObject, thread: String = "t", to name: String = "outputs"
  ) throws -> [GraphExport] {
    let text = graph("state: {x: any, y: any}\nexports: {\(exports)}")
    let compilation = testCompiler().compile(SourceFile(path: "test.yaml", text: text))
    let graph = try #require(compilation.graph, "\(compilation.diagnostics.map(\.message.text))")
    return graph.writeExports(of: state, thread: thread, to: "\(folder.path)/\(name)")
  }

  private func text(_ path: String) -> String? {
    (try? ProjectFiles(root: folder.path)?.read("\(folder.path)/\(path)")).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    arguments: [
      ("text", "a\n", "a\n"), ("text", "é", "é\n"), ("text", [1], "[\n  1\n]\n"), ("json", "a", "\"a\"\n"),
      ("json", ["k": [1.5, nil]], "{\n  \"k\": [\n    1.5,\n    null\n  ]\n}\n"), ("markdown", "# T", "# T\n"),
      ("markdown", ["a", ["b": 1]], "- a\n- {\"b\":1}\n"),
      (
        "markdown", ["Title": "T", "Points": ["one\ntwo", "three"], "More": ["n": 1]],
        "## Title\n\nT\n\n## Points\n\n- one\n  two\n- three\n\n## More\n\n- **n**: 1\n"
      ), ("markdown", 5, "5\n"),
    ] as [(String, Value, String)])
  func `a value is written in its format`(format: String, value: Value, expected: String) throws {
    let exports = try write("x: {format: \(format), filename: f}", ["x": value])
    #expect(exports == [try #require(exports.first)])
    #expect(exports[0].problem == nil)
    #expect(text("outputs/t/f") == expected)
  }

  @Test func `a file without a name has the key's`() throws {
    let exports = try write("x: {format: markdown}, y: {}", ["x": "1", "y": "2"])
    #expect(exports.map(\.path) == ["\(folder.path)/outputs/t/x.md", "\(folder.path)/outputs/t/y.txt"])
    #expect(text("outputs/t/x.md") == "1\n" && text("outputs/t/y.txt") == "2\n")
  }

  @Test func `a key without a value gives no file and says so`() throws {
    let exports = try write("x: {filename: x}, y: {filename: y}", ["y": "2"])
    #expect(exports.map(\.problem) == ["'x' has no value", nil])
    #expect(text("outputs/t/x") == nil && text("outputs/t/y") == "2\n")
  }

  @Test(arguments: ["../../up", "/etc", "..", ".", "", "a/b", "a%2Fb", "é/..", "a\0b"])
  func `B30: no thread leads out of the folder`(thread: String) throws {
    let exports = try write("x: {filename: f}", ["x": "1"], thread: thread)
    #expect(exports.map(\.problem) == [nil])
    let files = try #require(ProjectFiles(root: folder.path))
    let threads = files.list("\(folder.path)/outputs")
    #expect(threads.count == 1)
    #expect(text("outputs/\(threads.first ?? "")/f") == "1\n")
  }

  @Test func `different threads have different folders`() {
    let names = Set(["a/b", "a%2Fb", "a.b", ".a", "%2Ea", "a b", "", "%"].map { CompiledGraph.folderName(of: $0) })
    #expect(names.count == 8)
  }

  @Test func `B30: links in the folder are not followed`() throws {
    let elsewhere = try TemporaryFolder(["f": "old"])
    folder.makeFolder("outputs")
    try folder.link("outputs/t", to: elsewhere.path)
    let refused = try write("x: {filename: f}", ["x": "1"])
    #expect(refused.map(\.problem) == ["a link or a file stands where a folder should be"])
    folder.makeFolder("outputs/u")
    try folder.link("outputs/u/sub", to: elsewhere.path)
    #expect(try write("x: {filename: sub/f}", ["x": "1"], thread: "u").first?.problem != nil)
    // A link in the place of the file gives way to the file.
    try folder.link("outputs/u/f", to: "\(elsewhere.path)/f")
    #expect(try write("x: {filename: f}", ["x": "1"], thread: "u").map(\.problem) == [nil])
    #expect(text("outputs/u/f") == "1\n")
    let other = try #require(ProjectFiles(root: elsewhere.path))
    #expect(try other.read("\(elsewhere.path)/f") == Array("old".utf8))
  }

  @Test func `folders in names are made, and nothing but the file is left`() throws {
    _ = try write("x: {filename: a/b/f.txt}", ["x": "1"])
    _ = try write("x: {filename: a/b/f.txt}", ["x": "2"])
    #expect(text("outputs/t/a/b/f.txt") == "2\n")
    #expect(ProjectFiles(root: folder.path)?.list("\(folder.path)/outputs/t/a/b") == ["f.txt"])
  }

  @Test func `a folder that cannot be made is a problem of each file`() throws {
    try folder.write("blocked", "a file")
    let exports = try write("x: {filename: f}", ["x": "1"], to: "blocked/outputs")
    #expect(exports.map { $0.problem != nil } == [true])
  }
}
