import GraphTestSupport
import Glibc
import Testing

/// `graph validate --fix` and `--diff`.
@Suite(.timeLimit(.minutes(10)))
struct FixTests {
  private static let edges = "edges: [{from: START, to: a}, {from: a, to: END}]\n"

  private func validate(_ folder: TemporaryFolder, _ arguments: String...) async throws -> ChildProcess.Result {
    try await GraphProgram.start(["validate"] + arguments, in: folder.path).result()
  }

  @Test func `Certain changes are made, in prompts too, and what is only near is not`() async throws {
    let graph = """
      # Greets.
      name: 5  # a number
      nodes:
        a:
          prompt: p
          stream: yes
          modell: x
      edges:
        - {from: START, to: a}
        - {from: a, to: END, condition: "state.x = 1 && not done"}
        - {from: a, to: END}
      state: {x: int, done: bool}

      """
    let folder = try TemporaryFolder([
      "Package.swift": "", "graphs/a.yaml": graph,
      "prompts/p.yaml": "user: {{ x }}, and {% if x && done %}y{% endif %}\n",
    ])
    chmod(folder.path + "/graphs/a.yaml", 0o600)
    let result = try await validate(folder, "--fix", "graphs")
    #expect(result.status == 1)
    #expect(
      result.standardOutput == """
        graphs/a.yaml:2:7: fixed: quote it [GR0102]
        graphs/a.yaml:6:13: fixed: replace with 'true' [GR0102]
        graphs/a.yaml:10:44: fixed: replace with '==' [GR0502]
        graphs/a.yaml:10:48: fixed: replace with 'and' [GR0502]
        prompts/p.yaml:1:7: fixed: put it in quotes [GR0026]
        prompts/p.yaml:1:29: fixed: replace with 'and' [GR0633]

        """, "\(result)")
    #expect(result.standardError.contains("graphs/a.yaml:7:5: error: unknown key 'modell'"), "\(result)")
    #expect(result.standardError.hasSuffix("\n1 error\n"), "\(result)")
    let mended = graph.replacing("name: 5 ", "name: \"5\" ").replacing("stream: yes", "stream: true")
      .replacing("state.x = 1 && not", "state.x == 1 and not")
    #expect(try folder.read("graphs/a.yaml") == mended)
    #expect(try folder.read("prompts/p.yaml") == "user: \"{{ x }}, and {% if x and done %}y{% endif %}\"\n")
    var status = stat()
    #expect(stat(folder.path + "/graphs/a.yaml", &status) == 0 && status.st_mode & 0o777 == 0o600)
    // Nothing is left to do.
    let again = try await validate(folder, "--fix", "graphs")
    #expect(again.standardOutput == "" && again.status == 1)
  }

  @Test func `A patch is what would be changed, and changes nothing`() async throws {
    let text = "nodes: {a: {user: hi, stream: on}}\n" + Self.edges + "name: x"
    let folder = try TemporaryFolder(["graphs/a.yaml": text])
    let result = try await validate(folder, "--diff", "graphs")
    #expect(result.status == 1)
    #expect(
      result.standardOutput == """
        --- a/graphs/a.yaml
        +++ b/graphs/a.yaml
        @@ -1,3 +1,3 @@
        -nodes: {a: {user: hi, stream: on}}
        +nodes: {a: {user: hi, stream: true}}
         edges: [{from: START, to: a}, {from: a, to: END}]
         name: x
        \\ No newline at end of file

        """)
    #expect(result.standardError == "")
    #expect(try folder.read("graphs/a.yaml") == text)
    #expect(try await validate(folder, "--fix", "graphs").status == 0)
    #expect(try await validate(folder, "--diff", "graphs") == .init())
  }

  @Test func `A change that would break the file is left out, and others of the file are made`() async throws {
    let text =
      "nodes: {a: {user: hi, stream: on}}\n" + """
        edges:
          - {from: START, to: a}
          - {from: a, to: END, condition: 'state.x == red'}
          - {from: a, to: END}
        state: {x: str}

        """
    let folder = try TemporaryFolder(["a.yaml": text])
    let result = try await validate(folder, "--fix", "a.yaml")
    #expect(result.status == 0)
    #expect(try folder.read("a.yaml") == text.replacing("stream: on", "stream: true"))
    #expect(result.standardError.contains("warning: 'red' is no key of the state and is taken as text"))
  }

  @Test func `Links are followed inside of the project and not out of it`() async throws {
    let broken = "nodes: {a: {user: hi, stream: on}}\n" + Self.edges
    let outside = try TemporaryFolder(["b.yaml": broken])
    let folder = try TemporaryFolder(["Package.swift": "", "real/a.yaml": broken, "graphs/c.yaml": broken])
    try folder.link("graphs/a.yaml", to: "../real/a.yaml")
    try folder.link("graphs/b.yaml", to: outside.path + "/b.yaml")
    let result = try await validate(folder, "--fix", "graphs/a.yaml", "graphs/b.yaml", "graphs/c.yaml")
    #expect(result.status == 66)
    #expect(result.standardError.contains("Can't read 'graphs/b.yaml': outside the project"))
    let mended = broken.replacing("on", "true")
    #expect(try folder.read("real/a.yaml") == mended)
    #expect(try folder.read("graphs/c.yaml") == mended)
    #expect(try outside.read("b.yaml") == broken)
    var status = stat()
    #expect(lstat(folder.path + "/graphs/a.yaml", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func `A byte-order mark and line ends stay`() async throws {
    let text = "\u{FEFF}nodes: {a: {user: hi, stream: on}}\r\nedges: [{from: START, to: a}, {from: a, to: END}]\r\n"
    let folder = try TemporaryFolder(["a.yaml": text])
    #expect(try await validate(folder, "--fix", "a.yaml").status == 0)
    #expect(Array(try folder.read("a.yaml").utf8) == Array(text.replacing("on}", "true}").utf8))
  }

  @Test func `A file that may not be written is a failure, and stays`() async throws {
    let text = "nodes: {a: {user: hi, stream: on}}\n" + Self.edges
    let folder = try TemporaryFolder(["a.yaml": text])
    chmod(folder.path + "/a.yaml", 0o400)
    // Root may write everything.
    guard geteuid() != 0 else { return }
    let result = try await validate(folder, "--fix", "a.yaml")
    #expect(result.status == 1)
    #expect(result.standardError.contains("Can't write"))
    #expect(try folder.read("a.yaml") == text)
  }

  @Test(arguments: [
    ["--stdin-path", "a.yaml", "--fix"], ["--watch", "--fix"], ["--diff", "--format", "json"],
    ["--stdin-path", "a.yaml", "--watch"],
  ])
  func `What does not go together is said`(arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    #expect(try await GraphProgram.start(["validate"] + arguments, in: folder.path).result().status == 64)
  }
}

extension String {
  /// The text with another in the place of one that is in it once.
  fileprivate func replacing(_ old: String, _ new: String) -> String {
    let parts = split(separator: old, omittingEmptySubsequences: false)
    precondition(parts.count == 2, "'\(old)' is \(parts.count - 1) times in the text")
    return parts.joined(separator: new)
  }
}
