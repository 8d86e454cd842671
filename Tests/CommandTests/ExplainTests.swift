import GraphRuntime
import GraphTestSupport
import Testing

/// `graph explain`.
@Suite(.timeLimit(.minutes(10)))
struct ExplainTests {
  @Test func `A code is explained with an example`() async throws {
    let result = try await GraphProgram.run("explain", "GR0303")
    #expect(
      result
        == .init(
          standardOutput: """
            GR0303  warning  A node from which no edge leads on

                no edge leaves node '…'; add {from: …, to: END}

            A run ends here without saying so: END is never reached on this path. The run
            does end, but a reader cannot tell whether an edge was forgotten. An edge to END
            says that it is meant.

            What to do: Add the edge that the message shows, or one to the node that was
            meant.

            Example, graph.yaml:

                nodes:
                  draft: {user: Write a slogan.}
                  polish: {user: "Make it shorter: {draft}"}
                edges:
                  - {from: START, to: draft}
                  - {from: draft, to: polish}

                $ graph validate graph.yaml
                graph.yaml:3:3: warning: no edge leaves node 'polish'; add {from: polish, to: END} [GR0303]

            The same without it, graph.yaml:

                nodes:
                  draft: {user: Write a slogan.}
                  polish: {user: "Make it shorter: {draft}"}
                edges:
                  - {from: START, to: draft}
                  - {from: draft, to: polish}
                  - {from: polish, to: END}

            See also: GR0302, docs/language.md#edges

            """))
  }

  @Test func `Codes may be shortened, and several be named`() async throws {
    let long = try await GraphProgram.run("explain", "GR0303", "GR0304")
    let short = try await GraphProgram.run("explain", "303", "gr304")
    #expect(long == short)
    #expect(long.standardOutput.contains("\n\nGR0304  error  "))
  }

  @Test func `Text is as wide as the terminal, and examples are as they are`() async throws {
    let result = try await GraphProgram.run("explain", "GR0303", environment: ["COLUMNS": "40"])
    let prose = result.standardOutput.split(separator: "\n").filter { !$0.hasPrefix("    ") }.dropFirst()
    #expect(prose.allSatisfy { $0.count <= 40 }, "\(prose.filter { $0.count > 40 })")
    #expect(result.standardOutput.contains("\n    graph.yaml:3:3: warning: no edge leaves node 'polish'; add {"))
  }

  @Test func `Markdown is the page of the documents`() async throws {
    let result = try await GraphProgram.run("explain", "GR0303", "--format", "markdown")
    #expect(result.standardOutput.hasPrefix("# GR0303: A node from which no edge leads on\n\n```text\nwarning: "))
    #expect(result.standardOutput.contains("[language.md, “edges”](../language.md#edges)"))
  }

  @Test func `JSON has all of it`() async throws {
    let result = try await GraphProgram.run("explain", "303", "104", "--format", "json")
    let codes = try Value(json: result.standardOutput)["codes"]?.list
    #expect(codes?.map { $0["severity"]?.string } == ["warning", "retired"])
    let example = codes?.first?["example"]
    #expect(example?["command"] == "graph validate graph.yaml")
    #expect(example?["failing"]?["graph.yaml"]?.string?.hasPrefix("nodes:\n") == true)
    #expect(example?["failing"] != example?["passing"])
    #expect(codes?.last?["example"] == nil)
  }

  @Test func `All codes are listed`() async throws {
    let text = try await GraphProgram.run("explain", "--list").standardOutput
    #expect(text.hasPrefix("Text and YAML\n  GR0001  error    "))
    #expect(text.contains("\n\nControl flow\n  GR0301  error    A graph has no beginning\n"))
    #expect(text.contains("\n  GR0104  retired  '…' in … belongs to the language"))
    let json = try Value(json: try await GraphProgram.run("explain", "--list", "--format", "json").standardOutput)
    #expect(json["codes"]?.list?.count == text.split(separator: "\n").count { $0.hasPrefix("  GR") })
  }

  @Test(arguments: [
    (["GR0029"], "There is no code 'GR0029'. Near it are 'GR0028', 'GR0030'."),
    (["GR03O1"], "There is no code 'GR03O1'. Did you mean 'GR0301'?"),
    (["unknown key"], "There is no code 'unknown key'. 'graph explain --list' shows all."),
    (["301", "--list"], "'--list' and codes do not go together."),
    ([], "Please name a code, as in 'graph explain GR0201', or give '--list'."),
  ])
  func `What cannot be explained is said`(arguments: [String], error: String) async throws {
    let result = try await GraphProgram.start(["explain"] + arguments).result()
    #expect(result.status == 64)
    #expect(result.standardOutput == "")
    #expect(result.standardError.hasPrefix("Error: \(error)\n"), "\(result)")
  }

  @Test func `Headings are coloured on a terminal`() async throws {
    let result = try await GraphProgram.start(["explain", "303"], output: .terminal).result()
    #expect(result.standardOutput.hasPrefix("\u{1B}[1mGR0303\u{1B}[0m  \u{1B}[1;35mwarning\u{1B}[0m  "))
    let plain = try await GraphProgram.run("explain", "303")
    #expect(!plain.standardOutput.contains("\u{1B}"))
  }

  @Test func `Findings at a terminal say where more is to be read`() async throws {
    let folder = try TemporaryFolder(["a.yaml": "nodes: {a: {usr: hi}}\nedges: [{from: START, to: b}]\n"])
    let terminal = try await GraphProgram.start(["validate", "a.yaml"], in: folder.path, error: .terminal).result()
    #expect(terminal.standardError.contains("more about these: graph explain GR0101 GR0201"), "\(terminal)")
    let pipe = try await GraphProgram.start(["validate", "a.yaml"], in: folder.path).result()
    #expect(!pipe.standardError.contains("graph explain"))
  }
}
