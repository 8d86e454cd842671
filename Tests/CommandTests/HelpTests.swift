import GraphTestSupport
import CommandKit
import Glibc
import Testing
import graph

/// What the program says of itself.
@Suite(.timeLimit(.minutes(5)))
struct HelpTests {
  @Test func `The command tree contradicts itself nowhere`() {
    #expect(GraphCommand.tree.problems == [])
  }

  @Test func `The reference page is the command tree's`() {
    expectSnapshot(GraphCommand.tree.markdownReference, "docs/cli.md")
  }

  @Test(arguments: [
    ("graph", [], ["--help"]), ("run", ["run"], ["--help"]), ("validate", ["validate"], ["-h"]),
    ("info", ["info"], ["--help"]), ("fmt", ["fmt"], ["--help"]),
    ("diagram", ["diagram"], ["--help"]), ("diff", ["diff"], ["--help"]), ("schema", ["schema"], ["--help"]),
    ("lsp", ["lsp"], ["--help"]),
    ("list", ["list"], ["--help"]), ("resume", ["resume"], ["--help"]), ("threads", ["threads"], ["--help"]),
    ("codegen", ["codegen"], ["--help"]), ("explain", ["explain"], ["--help"]),
    ("serve", ["serve"], ["--help"]),
    ("exit-codes", ["help", "exit-codes"], []),
  ])
  func `Help is on standard output`(name: String, command: [String], option: [String]) async throws {
    let result = try await GraphProgram.start(command + option).result()
    #expect(result.status == 0)
    #expect(result.standardError == "")
    expectSnapshot(result.standardOutput, "Tests/CommandTests/Snapshots/\(name).txt")
  }

  @Test func `Help is as wide as the terminal`() async throws {
    let result = try await GraphProgram.run("run", "--help", environment: ["COLUMNS": "50"])
    // The usage line and example commands are not wrapped.
    let prose = result.standardOutput.split(separator: "\n").filter { !$0.hasPrefix("    graph") }
    #expect(prose.allSatisfy { $0.count <= 50 }, "\(prose.filter { $0.count > 50 })")
  }

  @Test func `The version is bare`() async throws {
    let result = try await GraphProgram.run("--version")
    #expect(result == .init(standardOutput: "0.1.0\n"))
  }

  @Test func `Without a command there is help`() async throws {
    let (bare, help) = (try await GraphProgram.run(), try await GraphProgram.run("--help"))
    #expect(bare == help)
  }

  @Test(arguments: [
    (
      ["rn"],
      """
      Error: Unknown subcommand 'rn'. Did you mean 'run'?
      Usage: graph [--color] [--no-color] <subcommand>
        See 'graph --help' for more information.

      """
    ),
    (
      ["info"],
      """
      Error: Missing expected argument '<file>'
      Help:  <file>  The graph file.
      Usage: graph info [--format <format>] <file>
        See 'graph info --help' for more information.

      """
    ),
    (
      ["info", "a.yaml", "--fromat", "json"],
      """
      Error: Unknown option '--fromat'. Did you mean '--format'?
      Usage: graph info [--format <format>] <file>
        See 'graph info --help' for more information.

      """
    ),
    (
      ["list", "--format", "xml"],
      """
      Error: The value 'xml' is invalid for '--format <format>'. Please provide one of 'text' or 'json'.
      Help:  --format <format>  How they are shown.
      Usage: graph list [--format <format>] [<folder>]
        See 'graph list --help' for more information.

      """
    ),
  ])
  func `A line that is not understood ends with 64`(arguments: [String], error: String) async throws {
    let result = try await GraphProgram.start(arguments).result()
    #expect(result == .init(standardError: error, status: 64))
  }

  @Test func `Two forms of output cannot be had at once`() async throws {
    let result = try await GraphProgram.run("run", "graphs/hello.yaml", "--json", "--events")
    #expect(result.status == 64)
    #expect(result.standardOutput == "")
    #expect(result.standardError.hasPrefix("Error: The options '--json' and '--events' cannot be used together.\n"))
  }

  // MARK: - Completions

  @Test(arguments: [
    (
      "|",
      [
        "codegen", "diagram", "diff", "explain", "fmt", "help", "info", "list", "lsp", "resume", "run", "schema",
        "serve",
        "threads", "validate",
      ]
    ),
    ("r|", ["resume", "run"]),
    ("run --pro|", ["--provider"]),
    ("run --provider op|", ["openai", "openai-compatible", "openrouter"]),
    ("run graphs/h|", ["graphs/hello.yaml"]),
    ("run --var-file gr|", ["graphs"]),
    ("validate --format |", ["github", "json", "junit", "sarif", "text"]),
    ("help e|", ["exit-codes", "explain"]),
  ])
  func `bash offers what fits`(line: String, offers: [String]) async throws {
    let script = try await GraphProgram.run("--generate-completion-script", "bash")
    #expect(script.status == 0)
    let folder = try TemporaryFolder(["script": script.standardOutput, "graphs/hello.yaml": "", "graphs/notes.txt": ""])
    let words = line.dropLast().split(separator: " ", omittingEmptySubsequences: false).map { "'\($0)'" }
    let command = """
      source ./script; COMP_WORDS=(graph \(words.joined(separator: " "))); COMP_CWORD=\(words.count); _graph
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let bash = try await ChildProcess.start("/bin/bash", ["--norc", "-c", command], folder: folder.path)
    let result = await bash.result()
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput.split(separator: "\n").map(String.init).sorted() == offers)
  }

  @Test(arguments: Shell.allCases)
  func `There is a script for each shell`(shell: Shell) async throws {
    let named = try await GraphProgram.run("--generate-completion-script", shell.rawValue)
    let own = try await GraphProgram.run(
      "--generate-completion-script", environment: ["SHELL": "/usr/bin/\(shell.rawValue)"])
    #expect(named.status == 0)
    #expect(named.standardOutput == GraphCommand.tree.completionScript(for: shell))
    #expect(own == named)
  }

  @Test func `An unknown shell ends with 64`() async throws {
    let result = try await GraphProgram.run("--generate-completion-script", environment: ["SHELL": "/bin/tcsh"])
    #expect(result.status == 64)
    #expect(result.standardOutput == "")
  }
}
