import GraphTestSupport
import Testing

/// `# graph: allow GR0302 because …`, by the real program.
@Suite(.timeLimit(.minutes(10)))
struct AllowanceTests {
  /// A graph in which node 'b' is never reached, which is GR0302.
  private static func graph(before: String = "", behind: String = "", top: String = "") -> String {
    """
    \(top)nodes:
      a: {user: hi}
    \(before)  b: {user: hi}\(behind)
    edges:
      - {from: START, to: a}
      - {from: a, to: END}

    """
  }

  private func validate(_ files: [String: String], _ arguments: [String] = []) async throws -> ChildProcess.Result {
    let folder = try TemporaryFolder(files)
    return try await GraphProgram.start(["validate", "--strict"] + arguments, in: folder.path).result()
  }

  @Test(arguments: [
    graph(before: "  # graph: allow GR0302 because the editor calls it\n"),
    graph(before: "  # graph: allow GR0302 because the editor calls it\n\n  # Another comment.\n"),
    graph(behind: "  # graph: allow gr0302 because the editor calls it"),
    graph(behind: " #graph:allow GR0302, GR0303 because the editor calls it and leaves"),
    graph(top: "# graph: allow GR0302 in this file because it is a draft\n"),
    graph(top: "# graph: allow GR0302 and GR0303 in this file because it is a draft\n"),
  ])
  func `a finding with a reason is none`(text: String) async throws {
    // 'b' has no edge to END either, which is reported where it can be reached only.
    let result = try await validate(["a.yaml": text], ["a.yaml"])
    let isShared = text.contains("GR0303")
    #expect(result.status == (isShared ? 1 : 0), "\(result)")
    #expect(!result.standardError.contains("[GR0302]"), "\(result)")
    if isShared { #expect(result.standardError.contains("this allows nothing: 'GR0303' is not reported"), "\(result)") }
  }

  @Test(arguments: [
    ("# graph: allow GR0302", "[GR0033]", "allowing 'GR0302' needs a reason"),
    ("# graph: allow GR0302 because", "[GR0033]", "allowing 'GR0302' needs a reason"),
    ("# graph: allow because I say so", "[GR0032]", "an allowance is written '# graph: allow GR0302 because …'"),
    ("# graph: alow GR0302 because of this", "[GR0032]", "an allowance is written"),
    ("# graph: allow GR9302 because of this", "[GR0035]", "this allows nothing: 'GR9302' is not reported here"),
    ("# graph: allow GR0309 because of this", "[GR0035]", "this allows nothing: 'GR0309' is not reported here"),
    ("# graph: allow GR0309 in this file because of this", "[GR0035]", "is not reported in this file"),
  ])
  func `an allowance that is none is said, and allows nothing`(
    comment: String, code: String, message: String
  ) async throws {
    let result = try await validate(["a.yaml": Self.graph(before: "  \(comment)\n")], ["a.yaml"])
    #expect(result.status == 1)
    #expect(result.standardError.contains(message) && result.standardError.contains(code), "\(result)")
    #expect(result.standardError.contains("[GR0302]"), "\(result)")
    #expect(result.standardError.hasSuffix("2 warnings\n"), "\(result)")
  }

  @Test func `a comment about something else is no allowance, and text is no comment`() async throws {
    let text = """
      # graph: this one greets, and GR is short for Graubünden
      nodes:
        a:
          user: |
            # graph: allow GR0302
            Say '# graph: allow GR9999'.
      edges: [{from: START, to: a}, {from: a, to: END}]

      """
    #expect(try await validate(["a.yaml": text], ["a.yaml"]).status == 0)
  }

  @Test func `errors stay errors, and behind them nothing is said of what allows nothing`() async throws {
    let text = Self.graph(before: "  # graph: allow GR0101 and GR0309 because of this\n", behind: "\n  c: {usr: hi}")
      .split(separator: "b: {user").joined(separator: "b: {usr")
    let result = try await validate(["a.yaml": text], ["a.yaml"])
    #expect(result.status == 1)
    #expect(result.standardError.contains("a.yaml:3:18: warning: 'GR0101' is an error, and errors cannot be allowed"))
    #expect(result.standardError.contains("a.yaml:4:7: error: unknown key 'usr' in node 'b' [GR0101]"), "\(result)")
    #expect(!result.standardError.contains("GR0035"), "\(result)")
  }

  @Test func `what a graph finds in a prompt is allowed in the prompt, also in a text of several lines`() async throws {
    let prompt = """
      # graph: allow GR0656 because the braces are part of the example
      user: |
        {{ topic }}
        Answer as in {topic}.

      """
    let graph = """
      state: {topic: str}
      nodes: {a: {prompt: p}}
      edges: [{from: START, to: a}, {from: a, to: END}]

      """
    let files = ["Package.swift": "", "graphs/a.yaml": graph, "prompts/p.yaml": prompt]
    #expect(try await validate(files).status == 0)
    #expect(try await validate(files, ["prompts"]).status == 0)
    #expect(try await validate(files, ["graphs"]).status == 0)
    var needless = files
    needless["prompts/p.yaml"] = prompt.split(separator: "Answer as in {topic}.").joined(separator: "Answer.")
    let result = try await validate(needless)
    #expect(result.status == 1)
    #expect(result.standardError.contains("prompts/p.yaml:1:16: warning: this allows nothing"), "\(result)")
    #expect(try await validate(needless, ["prompts"]).status == 0)
    var plain = files
    plain["prompts/p.yaml"] = String(prompt.drop { $0 != "\n" })
    #expect(try await validate(plain).standardError.contains("[GR0656]"))
  }

  @Test func `formatting keeps them where they are`() async throws {
    let text = Self.graph(
      before: "      # graph: allow GR0302 because the editor calls it\n",
      top: "# graph: allow GR0707 in this file because it is a draft\n")
    let folder = try TemporaryFolder(["a.yaml": text])
    _ = try await GraphProgram.run("fmt", "a.yaml", in: folder.path)
    let formatted = try folder.read("a.yaml")
    #expect(formatted.contains("\n  # graph: allow GR0302 because the editor calls it\n  b:"), "\(formatted)")
    let result = try await GraphProgram.run("validate", "a.yaml", in: folder.path)
    #expect(!result.standardError.contains("[GR0302]"), "\(result)")
  }
}
