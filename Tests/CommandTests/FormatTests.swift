import GraphTestSupport
import Glibc
import Testing

/// `graph fmt`.
@Suite(.timeLimit(.minutes(10)))
struct FormatTests {
  private static let source = "nodes:   # all\n    a: {user: 'hi'}\nedges: [ {from: START, to: a} ]\n"
  private static let formatted = "nodes:  # all\n  a: {user: hi}\nedges: [{from: START, to: a}]\n"

  @Test func `Files are written in their place, with their mode, through links`() async throws {
    let folder = try TemporaryFolder(["graphs/a.yaml": Self.source, "elsewhere/b.yaml": Self.source])
    chmod(folder.path + "/graphs/a.yaml", 0o640)
    try folder.link("graphs/b.yaml", to: "../elsewhere/b.yaml")
    let result = try await GraphProgram.run("fmt", "graphs/a.yaml", "graphs/b.yaml", in: folder.path)
    #expect(result == .init(standardOutput: "graphs/a.yaml: formatted\ngraphs/b.yaml: formatted\n"))
    #expect(contents(ofFile: folder.path + "/graphs/a.yaml") == Self.formatted)
    #expect(contents(ofFile: folder.path + "/elsewhere/b.yaml") == Self.formatted)
    var status = stat()
    #expect(stat(folder.path + "/graphs/a.yaml", &status) == 0 && status.st_mode & 0o7777 == 0o640)
    #expect(lstat(folder.path + "/graphs/b.yaml", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    let again = try await GraphProgram.run("fmt", in: folder.path)
    #expect(again == .init())
    // Nothing is left over.
    let names = try await ChildProcess.start("/bin/ls", ["-A", "graphs", "elsewhere"], folder: folder.path).result()
    #expect(names.standardOutput == "elsewhere:\nb.yaml\n\ngraphs:\na.yaml\nb.yaml\n")
  }

  @Test func `A check lists what is not formatted, changes nothing and ends with 1`() async throws {
    let folder = try TemporaryFolder(["graphs/a.yaml": Self.source, "prompts/p.yaml": "user: hi\n"])
    let result = try await GraphProgram.run("fmt", "--check", in: folder.path)
    #expect(result == .init(standardOutput: "graphs/a.yaml: not formatted\n", status: 1))
    #expect(contents(ofFile: folder.path + "/graphs/a.yaml") == Self.source)
    #expect(try await GraphProgram.run("fmt", "--check", "prompts", in: folder.path) == .init())
  }

  @Test func `In folders, graphs and prompts count`() async throws {
    let folder = try TemporaryFolder([
      "x/graph.yml": Self.source, "x/deep/prompt.yaml": "user:   hi\n", "x/other.yaml": "services:   {}\n",
      "x/.hidden.yaml": "user:   hi\n", "x/notes.txt": "user:   hi\n",
    ])
    let result = try await GraphProgram.run("fmt", "x", in: folder.path)
    #expect(result == .init(standardOutput: "x/deep/prompt.yaml: formatted\nx/graph.yml: formatted\n"))
    #expect(contents(ofFile: folder.path + "/x/other.yaml") == "services:   {}\n")
    // A file that is named is formatted whatever it is.
    #expect(
      try await GraphProgram.run("fmt", "x/other.yaml", in: folder.path).standardOutput == "x/other.yaml: formatted\n")
  }

  @Test func `Standard input is formatted to standard output`() async throws {
    let folder = try TemporaryFolder(["a.yaml": Self.source])
    func run(_ arguments: String) async throws -> ChildProcess.Result {
      let command = "'\(GraphProgram.path)' fmt --stdin \(arguments) < a.yaml"
      return try await ChildProcess.start("/bin/sh", ["-c", command], folder: folder.path).result()
    }
    #expect(try await run("") == .init(standardOutput: Self.formatted))
    #expect(try await run("--check") == .init(status: 1))
    let both = try await run("b.yaml")
    #expect(both.status == 64)
    #expect(both.standardError.hasPrefix("Error: '--stdin' and files do not go together."))
    #expect(contents(ofFile: folder.path + "/a.yaml") == Self.source)
  }

  @Test func `A file with errors is left as it is, and the others are formatted`() async throws {
    let broken = "a:   [1\n"
    let refused = "? 'a\n  b'\n:   1\n"
    let folder = try TemporaryFolder(["a.yaml": broken, "b.yaml": refused, "c.yaml": Self.source])
    let result = try await GraphProgram.run("fmt", "a.yaml", "none.yaml", "b.yaml", "c.yaml", in: folder.path)
    #expect(result.status == 66)
    #expect(result.standardOutput == "c.yaml: formatted\n")
    #expect(result.standardError.contains("a.yaml:1:6: error: this '[' is never closed"))
    #expect(result.standardError.contains("b.yaml:1:3: error: a file in which this is a key is not formatted"))
    #expect(result.standardError.contains("Error: Can't read 'none.yaml': no such file\n"))
    #expect(contents(ofFile: folder.path + "/a.yaml") == broken)
    #expect(contents(ofFile: folder.path + "/b.yaml") == refused)
    #expect(try await GraphProgram.run("fmt", "a.yaml", in: folder.path).status == 1)
  }

  @Test func `Without folders there is nothing to format`() async throws {
    let folder = try TemporaryFolder()
    let result = try await GraphProgram.run("fmt", in: folder.path)
    #expect(
      result
        == .init(standardError: "Error: There is no folder 'graphs' or 'prompts' here; name the files\n", status: 66))
  }
}
