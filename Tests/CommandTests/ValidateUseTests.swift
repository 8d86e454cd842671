import GraphRuntime
import GraphTestSupport
import Testing

/// What `graph validate` looks at, and the forms in which it says what it found.
@Suite(.timeLimit(.minutes(10)))
struct ValidateUseTests {
  static let good = "nodes: {a: {prompt: p}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n"
  static let bad = "nodes: {a: {usr: hi}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n"
  static let odd = "nodes: {a: {user: hi}, b: {user: hi}}\nedges: [{from: START, to: a}, {from: a, to: END}]\n"
  static let tool = "name: t\ndescription: Says hi.\nruntime: {type: shell, command: echo hi}\n"

  private func validate(_ folder: TemporaryFolder, _ arguments: String...) async throws -> ChildProcess.Result {
    try await GraphProgram.start(["validate"] + arguments, in: folder.path).result()
  }

  // MARK: - Files

  @Test func `Graphs, prompts and manifests are checked as what they are`() async throws {
    let folder = try TemporaryFolder([
      "graphs/a.yaml": Self.good, "graphs/data.yaml": "user: {name: Ada}\n", "graphs/node_modules/x.yaml": Self.bad,
      "prompts/p.yaml": "user: hi\n", "prompts/q.yaml": "user: |\n  {% if x %}\n", "tools/t.yaml": Self.tool,
      "tools/u.yaml": "name: u\ndescription: Says hi.\nruntime: {type: shell, comand: echo hi}\n",
    ])
    let result = try await validate(folder, "graphs", "prompts", "tools")
    #expect(result.status == 1)
    #expect(
      result.standardOutput == """
        graphs/a.yaml: valid (1 node, 2 edges)
        prompts/p.yaml: valid (prompt)
        tools/t.yaml: valid (manifest)

        """)
    let errors = result.standardError
    #expect(errors.contains("prompts/q.yaml:2:3: error: 'if' is never closed"), "\(result)")
    #expect(errors.contains("tools/u.yaml:3:24: error: unknown key 'comand' in tool 'u'"), "\(result)")
    #expect(errors.hasSuffix("\n2 errors\n"), "\(result)")
    #expect(!errors.contains("data.yaml") && !errors.contains("node_modules"))
  }

  @Test func `Without files, graphs and prompts are checked`() async throws {
    let folder = try TemporaryFolder(["graphs/a.yaml": Self.good, "prompts/p.yaml": "user: hi\n"])
    #expect(
      try await validate(folder)
        == .init(standardOutput: "graphs/a.yaml: valid (1 node, 2 edges)\nprompts/p.yaml: valid (prompt)\n"))
    let empty = try TemporaryFolder()
    let nothing = try await validate(empty)
    #expect(nothing.status == 66)
    #expect(nothing.standardError.contains("There is no folder 'graphs' or 'prompts' here"))
  }

  @Test func `A pattern stands for the files that fit it`() async throws {
    let folder = try TemporaryFolder([
      "a.yaml": Self.odd, "graphs/b.yaml": Self.odd, "graphs/deep/er/c.yaml": Self.odd, "graphs/deep/d.yml": Self.odd,
      "graphs/.hidden/e.yaml": Self.odd, "x/graphs/f.yaml": Self.odd, "[1].yaml": Self.odd,
    ])
    func names(_ pattern: String...) async throws -> [String] {
      let output = try await GraphProgram.start(["validate"] + pattern, in: folder.path).result().standardOutput
      return output.split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
    }
    #expect(try await names("graphs/**/*.yaml") == ["graphs/b.yaml", "graphs/deep/er/c.yaml"])
    #expect(try await names("*.yaml") == ["[1].yaml", "a.yaml"])
    #expect(
      try await names("*/graphs", "graphs/deep/*") == ["x/graphs/f.yaml", "graphs/deep/d.yml", "graphs/deep/er/c.yaml"])
    #expect(
      try await names("\(folder.path)/graphs/?.yaml", "graphs/b.yaml") == ["\(folder.path)/graphs/b.yaml"])
    #expect(
      try await names(".", "--exclude", "deep", "--exclude", "x/*") == ["./[1].yaml", "./a.yaml", "./graphs/b.yaml"])
    let none = try await validate(folder, "nosuch/*.yaml", "graphs/z*.yaml")
    #expect(none.status == 66)
    #expect(
      none.standardError
        == "Error: There is no folder 'nosuch'\nError: No graph, prompt or manifest fits 'graphs/z*.yaml'\n")
  }

  @Test func `What several graphs use is reported once`() async throws {
    let folder = try TemporaryFolder([
      "graphs/a.yaml": Self.good, "graphs/b.yaml": Self.good, "prompts/p.yaml": "usr: hi\nsystem: x\n",
    ])
    let result = try await validate(folder, "graphs", "prompts", "./graphs")
    #expect(result.status == 1)
    #expect(result.standardError.split(separator: "\n").count { $0.contains("error: unknown key 'usr'") } == 1)
  }

  @Test func `An included prompt is found from wherever its graph may look for it`() async throws {
    let folder = try TemporaryFolder([
      "Package.swift": "", "my/prompts_dir/a.yaml": "user: \"{% include 'b' %}\"\n",
      "my/prompts_dir/b.yaml": "user: hi\n", "my/prompts_dir/c/d.yaml": "user: \"{% include 'c/e' %}\"\n",
      "my/prompts_dir/c/e.yaml": "user: hi\n", "my/f.yaml": "user: \"{% include 'nosuch' %}\"\n",
    ])
    let result = try await validate(folder, "my")
    #expect(result.standardOutput.split(separator: "\n").count == 4, "\(result)")
    #expect(result.standardError.hasPrefix("my/f.yaml:1:19: error: prompt 'nosuch' was not found"), "\(result)")
  }

  @Test func `Standard input stands for a file`() async throws {
    let folder = try TemporaryFolder(["graphs/a.yaml": Self.good, "prompts/p.yaml": "user: hi\n", "new.yaml": Self.bad])
    func run(_ arguments: String) async throws -> ChildProcess.Result {
      try await ChildProcess.start(
        "/bin/sh", ["-c", "'\(GraphProgram.path)' validate \(arguments) < new.yaml"], folder: folder.path
      ).result()
    }
    let result = try await run("--stdin-path graphs/a.yaml")
    #expect(result.status == 1)
    #expect(result.standardError.hasPrefix("graphs/a.yaml:1:13: error: unknown key 'usr' in node 'a'"), "\(result)")
    #expect(try await run("--stdin-path graphs/a.yaml graphs").status == 64)
    #expect(try await run("--stdin-path nosuch/a.yaml").status == 1)
  }

  // MARK: - Forms

  @Test func `Warnings count when they are to`() async throws {
    let folder = try TemporaryFolder(["odd.yaml": Self.odd])
    #expect(try await validate(folder, "odd.yaml").status == 0)
    let strict = try await validate(folder, "--strict", "odd.yaml")
    #expect(strict.status == 1)
    #expect(strict.standardOutput == "odd.yaml: valid (2 nodes, 2 edges)\n")
  }

  @Test func `Findings are SARIF, commands of GitHub or JUnit`() async throws {
    let folder = try TemporaryFolder(["bad.yaml": Self.bad, "odd.yaml": Self.odd])
    let sarif = try await validate(folder, "--format", "sarif", "bad.yaml", "\(folder.path)/odd.yaml", "none.yaml")
    #expect(sarif.status == 66)
    let run = try #require(try Value(json: sarif.standardOutput)["runs"]?.list?.first)
    let places = try #require(run["results"]?.list).map { result in
      result["locations"]?.list?.first?["physicalLocation"]?["artifactLocation"]?["uri"]
    }
    #expect(Set(places) == ["bad.yaml", "odd.yaml"])
    #expect(run["invocations"]?.list?.first?["executionSuccessful"] == false)

    let github = try await validate(folder, "--format", "github", "bad.yaml")
    #expect(github.status == 1 && github.standardError == "")
    #expect(github.standardOutput.hasPrefix("::error file=bad.yaml,line=1,endLine=1,col=13,endColumn=16,title=GR"))

    let junit = try await validate(folder, "--format", "junit", "bad.yaml", "odd.yaml")
    #expect(junit.status == 1)
    #expect(junit.standardOutput.contains("tests=\"2\" failures=\"1\""))
    let strict = try await validate(folder, "--format", "junit", "--strict", "bad.yaml", "odd.yaml")
    #expect(strict.standardOutput.contains("tests=\"2\" failures=\"2\""))
  }
}
