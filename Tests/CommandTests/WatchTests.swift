import GraphTestSupport
import Glibc
import Testing

/// `graph validate --watch`, by the real program and real files.
@Suite(.timeLimit(.minutes(10)))
struct WatchTests {
  private static let graph = """
    data_files: {facts: facts.yaml}
    nodes: {a: {prompt: p}, b: {type: subgraph, graph: sub.yaml}}
    edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]

    """
  private static let sub = "nodes: {c: {user: hi}}\nedges: [{from: START, to: c}, {from: c, to: END}]\n"

  private func watch(
    _ folder: TemporaryFolder, _ arguments: [String] = ["graphs"], error: ChildProcess.Output = .read
  ) async throws -> ChildProcess {
    try await GraphProgram.start(["validate", "--watch"] + arguments, in: folder.path, error: error)
  }

  /// Waits for the end of a round, and gives what was printed since the one before.
  private func round(_ number: Int, _ child: ChildProcess) async -> Substring {
    let seen = await child.waitUntil { $0.standardError.split(separator: "Ctrl-C ends").count > number }
    let parts = seen.standardError.split(separator: "Ctrl-C ends", omittingEmptySubsequences: false)
    return parts.count > number ? parts[number - 1] : "the program ended: \(seen)"
  }

  @Test func `Each file that a graph uses is watched, and Ctrl-C ends it with 130`() async throws {
    let folder = try TemporaryFolder([
      "graphs/a.yaml": Self.graph, "graphs/sub.yaml": Self.sub, "graphs/facts.yaml": "x: 1\n",
      "prompts/p.yaml": "user: hi\n",
    ])
    let child = try await watch(folder)
    #expect(await round(1, child) == "watching 4 files; ")
    try folder.write("prompts/p.yaml", "usr: hi\n")
    #expect(await round(2, child).contains("prompts/p.yaml:1:1: error: unknown key 'usr'"))
    try folder.write("prompts/p.yaml", "user: hi\n")
    #expect(await !round(3, child).contains("error"))
    try folder.write("graphs/facts.yaml", "x: [\n")
    #expect(await round(4, child).contains("graphs/facts.yaml:1:4: error"))
    // Another file in its place, as editors do it.
    try folder.write("new", "x: 2\n")
    #expect(rename(folder.path + "/new", folder.path + "/graphs/facts.yaml") == 0)
    #expect(await !round(5, child).contains("error"))
    unlink(folder.path + "/graphs/sub.yaml")
    #expect(await round(6, child).contains("cannot read the graph 'sub.yaml'"))
    try folder.write("graphs/sub.yaml", Self.sub)
    #expect(await !round(7, child).contains("error"))
    child.interrupt()
    #expect(await child.result().status == 130)
  }

  @Test func `Files that come are looked at, and a file that nobody asked for changes nothing`() async throws {
    let folder = try TemporaryFolder(["graphs/a.yaml": Self.sub])
    let child = try await watch(folder)
    #expect(await round(1, child) == "watching 1 file; ")
    try folder.write("graphs/deep/b.yaml", "nodes: {c: {usr: hi}}\n")
    let found = await child.waitUntil { $0.standardError.contains("watching 2 files") }
    #expect(found.standardError.contains("graphs/deep/b.yaml:1:13: error"), "\(found)")
    unlink(folder.path + "/graphs/deep/b.yaml")
    let last = await child.waitUntil { result in
      result.standardError.split(separator: "\n").last == "watching 1 file; Ctrl-C ends"
        && result.standardError.contains("watching 2 files")
    }
    try folder.write("elsewhere.yaml", "a: 1\n")
    // Rewritten as it was: its time is another, and so it is looked at; what was written before is not.
    try folder.write("graphs/a.yaml", Self.sub)
    let rounds = last.standardError.split(separator: "Ctrl-C ends").count
    _ = await round(rounds, child)
    child.interrupt()
    #expect(await child.result().status == 130)
  }

  @Test func `What is missing is waited for`() async throws {
    let folder = try TemporaryFolder()
    let child = try await watch(folder, [])
    #expect(await round(1, child).contains("There is no folder 'graphs' or 'prompts' here"))
    try folder.write("graphs/a.yaml", Self.sub)
    let seen = await child.waitUntil { $0.standardOutput.contains("valid") }
    #expect(seen.standardOutput.hasSuffix("graphs/a.yaml: valid (1 node, 2 edges)\n"))
    child.interrupt()
    #expect(await child.result().status == 130)
  }

  @Test func `The screen is cleared at a terminal only`() async throws {
    let folder = try TemporaryFolder(["graphs/a.yaml": Self.sub])
    let plain = try await watch(folder)
    #expect(await !round(1, plain).contains("\u{1B}"))
    plain.interrupt()
    _ = await plain.result()
    let terminal = try await watch(folder, error: .terminal)
    #expect(await round(1, terminal).contains("\u{1B}[2J"))
    terminal.interrupt()
    #expect(await terminal.result().status == 130)
  }

  @Test func `Other programs get a report each time`() async throws {
    let folder = try TemporaryFolder(["graphs/a.yaml": Self.sub])
    let child = try await watch(folder, ["--format", "json", "graphs"])
    _ = await child.waitUntil { $0.standardOutput.contains("\n") }
    try folder.write("graphs/a.yaml", "nodes: {c: {usr: hi}}\n" + Self.sub.split(separator: "\n")[1])
    let seen = await child.waitUntil { $0.standardOutput.split(separator: "\n").count > 1 }
    #expect(seen.standardOutput.split(separator: "\n")[0] == "{\"version\":1,\"diagnostics\":[]}")
    #expect(seen.standardOutput.contains("usr"))
    #expect(seen.standardError == "")
    child.interrupt()
    #expect(await child.result().status == 130)
  }
}
