import GraphTestSupport
import Glibc
import GraphRuntime
import Testing

/// `graph validate`, `graph info` and `graph list`.
@Suite(.timeLimit(.minutes(10)))
struct ValidateTests {
  private static let good = "nodes: {a: {user: hi}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n"
  private static let bad = "nodes: {a: {usr: hi}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n"
  private static let finding = """
    bad.yaml:1:13: error: there is no key 'usr' in node 'a'
    """

  @Test func `Folders that link to each other are searched once`() async throws {
    let folder = try TemporaryFolder(["graphs/a.yaml": Self.linked])
    symlink(".", folder.path + "/graphs/loop")
    symlink("..", folder.path + "/graphs/up")
    let result = try await GraphProgram.start(["validate", "graphs"], in: folder.path).result()
    #expect(result.status == 0)
    #expect(result.standardOutput == "graphs/a.yaml: valid (1 node, 2 edges)\n")
  }

  @Test func `What a file says of itself reaches no terminal as a command`() async throws {
    let folder = try TemporaryFolder(["a.yaml": "description: \"x\\e]0;evil\\a\"\n" + Self.linked])
    for arguments in [["info", "a.yaml"], ["list", "."]] {
      let result = try await GraphProgram.start(arguments, in: folder.path).result()
      #expect(result.status == 0)
      #expect(!result.standardOutput.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }
  }

  @Test func `A prompt folder that is none is said, one outside the project is refused`() async throws {
    let folder = try TemporaryFolder([
      "Package.swift": "", "a.yaml": "prompts_dir: nosuch\n" + Self.linked,
      "b.yaml": "prompts_dir: ../../elsewhere\n" + Self.linked,
    ])
    let missing = try await GraphProgram.start(["validate", "a.yaml"], in: folder.path).result()
    #expect(missing.status == 0)
    #expect(missing.standardError.contains("a.yaml:1:14: warning: there is no folder 'nosuch'"))
    let outside = try await GraphProgram.start(["validate", "b.yaml"], in: folder.path).result()
    #expect(outside.status == 1)
    #expect(outside.standardError.contains("b.yaml:1:14: error: 'prompts_dir' leads out of the project"))
  }

  private static let linked = """
    nodes: {a: {type: passthrough, output: {out: done}}}
    edges: [{from: START, to: a}, {from: a, to: END}]

    """

  @Test func `The examples are valid`() async throws {
    let result = try await GraphProgram.run("validate", "graphs")
    #expect(result.status == 0 && result.standardError == "")
    let lines = result.standardOutput.split(separator: "\n").map { String($0) }
    #expect(lines.map { String($0.prefix { $0 != ":" }) } == ExampleTests.paths)
    #expect(lines.allSatisfy { $0.contains(".yaml: valid (") && $0.hasSuffix(" edges)") }, "\(result)")
  }

  @Test func `All files are looked at, and one mistake is enough for 1`() async throws {
    let folder = try TemporaryFolder(["bad.yaml": Self.bad, "good.yaml": Self.good])
    let result = try await GraphProgram.run("validate", "bad.yaml", "good.yaml", in: folder.path)
    #expect(result.status == 1)
    #expect(result.standardOutput == "good.yaml: valid (1 node, 2 edges)\n")
    #expect(result.standardError.hasPrefix("bad.yaml:1:13: error: "), "\(result)")
    #expect(result.standardError.hasSuffix("\n1 error\n"), "\(result)")
  }

  @Test(arguments: [
    ("user", "{user: }"), ("system", "{user: hi, system: }"), ("message", "{type: interrupt, message: }"),
    ("over", "{type: map, over: , as: x, collect: y, node: {user: hi}}"), ("cache", "{user: hi, cache: }"),
    ("index", "{type: retrieve, index: , query: x}"), ("args", "{type: tool_call, tool: \"{t}\", args: }"),
  ])
  func `A key with nothing behind it is an error`(key: String, node: String) async throws {
    let text = "state: {t: str}\nnodes:\n  a: \(node)\nedges: [{from: START, to: a}, {from: a, to: END}]\n"
    let folder = try TemporaryFolder(["a.yaml": text])
    for command in ["validate", "info"] {
      let result = try await GraphProgram.run(command, "a.yaml", in: folder.path)
      #expect(result.status == 1)
      #expect(result.standardError.contains(": error: '\(key)' is empty and must be given a value"), "\(result)")
    }
  }

  @Test func `A file that is missing does not hide the others`() async throws {
    let folder = try TemporaryFolder(["bad.yaml": Self.bad])
    let result = try await GraphProgram.run("validate", "none.yaml", "bad.yaml", in: folder.path)
    #expect(result.status == 66)
    #expect(result.standardError.hasPrefix("bad.yaml:1:13: error: "))
    #expect(result.standardError.contains("Error: Can't read 'none.yaml': no such file\n"))
  }

  @Test func `Findings are JSON on demand`() async throws {
    let folder = try TemporaryFolder(["bad.yaml": Self.bad])
    let result = try await GraphProgram.run("validate", "--format", "json", "bad.yaml", in: folder.path)
    #expect(result.status == 1)
    #expect(result.standardError == "")
    let findings = try Value(json: result.standardOutput)["diagnostics"]?.list
    #expect(findings?.count == 1)
    #expect(findings?.first?["severity"] == "error")
  }

  @Test func `A folder without graphs is no input`() async throws {
    let folder = try TemporaryFolder(["graphs/notes.yaml": "user: {name: Ada}\n"])
    let result = try await GraphProgram.run("validate", "graphs", in: folder.path)
    #expect(
      result
        == .init(standardError: "Error: There is no graph, prompt or manifest in 'graphs'\n", status: 66))
    let list = try await GraphProgram.run("list", in: folder.path)
    #expect(list == .init(standardError: "Error: There is no graph file in 'graphs'\n", status: 66))
  }

  @Test func `A graph with mistakes is not run`() async throws {
    let folder = try TemporaryFolder(["bad.yaml": Self.bad])
    for command in ["run", "info"] {
      let result = try await GraphProgram.run(command, "bad.yaml", in: folder.path)
      #expect(result.status == 1)
      #expect(result.standardOutput == "")
      #expect(result.standardError.hasSuffix("Error: 'bad.yaml' cannot be used: 1 error\n"), "\(result)")
    }
  }

  // MARK: - Colours

  @Test func `Colours are for terminals`() async throws {
    let folder = try TemporaryFolder(["bad.yaml": Self.bad])
    func error(
      _ arguments: [String], _ kind: ChildProcess.Output, _ environment: [String: String] = [:]
    ) async throws -> String {
      try await GraphProgram.start(
        ["validate", "bad.yaml"] + arguments, environment: environment, in: folder.path, error: kind
      ).result().standardError
    }
    #expect(try await !error([], .read).contains("\u{1B}"))
    #expect(try await error([], .terminal).contains("\u{1B}["))
    #expect(try await !error([], .terminal, ["NO_COLOR": "1"]).contains("\u{1B}"))
    #expect(try await !error(["--no-color"], .terminal).contains("\u{1B}"))
    #expect(try await error(["--color"], .read, ["NO_COLOR": "1"]).contains("\u{1B}["))
  }

  @Test func `Tokens are never coloured`() async throws {
    let result = try await GraphProgram.run(
      "run", "graphs/opinions.yaml", "--var", "question=?", "--offline", "--color", output: .terminal)
    #expect(!result.standardOutput.contains("\u{1B}"))
    // Which of two nodes side by side is the first to speak is not settled.
    #expect(result.standardError.contains("\u{1B}[2m[first]\u{1B}[0m\n"))
  }

  // MARK: - Looking at graphs

  @Test func `Info shows inputs, nodes and edges`() async throws {
    let result = try await GraphProgram.run("info", "graphs/story.yaml")
    #expect(
      result
        == .init(
          standardOutput: """
            story: Tells a short story

            Inputs
              topic      str  required           What the story is about
              audience   str  default: children  Who listens
              sentences  int  default: 5         How long it is, at most 20

            Nodes
              plan  passthrough  writes title, length
              tell  llm          streams; writes story

            Edges
              START  → plan
              plan   → tell
              tell   → END

            """))
  }

  @Test func `Info as JSON says the same`() async throws {
    let info = try Value(
      json: try await GraphProgram.run("info", "graphs/story.yaml", "--format", "json").standardOutput)
    #expect(
      info["inputs"]?.list?.first == [
        "name": "topic", "type": "str", "description": "What the story is about", "required": true, "default": nil,
      ])
    #expect(info["nodes"]?.list?.compactMap { $0["name"]?.string } == ["plan", "tell"])
    #expect(info["edges"]?.list?.count == 3)
  }

  @Test func `List shows a folder's graphs with what they are for`() async throws {
    let folder = try TemporaryFolder([
      "graphs/a.yaml": Self.good + "description: Says hi\n", "graphs/deep/b.yml": Self.good, "graphs/c.yaml": Self.bad,
      "graphs/notes.yaml": "user: hi\n", "graphs/.hidden.yaml": Self.good,
    ])
    let result = try await GraphProgram.run("list", in: folder.path)
    #expect(
      result
        == .init(
          standardOutput: """
            graphs/a.yaml      Says hi
            graphs/c.yaml      (1 error; see graph validate)
            graphs/deep/b.yml  b

            """))
  }
}
