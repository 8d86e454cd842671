import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphRuntime
import GraphTestSupport
import Testing

/// Tools that are described in files of their own, or chosen when a graph is run.
@Suite(.timeLimit(.minutes(5)))
struct ToolManifestTests {
  private static let manifest = "name: t\ndescription: Says it.\nruntime: {type: shell, command: 'printf %s {x}'}\n"
  private static let slot = "slot: true, contract: {runtimes: [shell], args: [x]}"

  private func folder(_ tool: String, _ manifest: String = manifest) throws -> TemporaryFolder {
    try TemporaryFolder([
      "Package.swift": "",
      "graphs/g.yaml": toolGraph(tool, node: "type: tool, tool: t, state_key: out, variables: {x: v}"),
      "tools/t.yaml": manifest, "tools/t.py": "def f(x): return x + '!'\n",
    ])
  }

  private func compile(_ folder: TemporaryFolder, _ bindings: [String: String]? = nil) -> Compilation {
    var factory = StandardNodeFactory(models: toolCatalog())
    factory.toolBindings = bindings
    return GraphCompiler(factory: factory).compile("\(folder.path)/graphs/g.yaml")
  }

  private func findings(_ folder: TemporaryFolder, _ bindings: [String: String]? = nil) -> [String] {
    compile(folder, bindings).diagnostics.map { "\($0.code.id): \($0.message.text)" }
  }

  @Test func `A manifest stands for the tool, and its paths are relative to it`() async throws {
    let shell = try folder("manifest: ../tools/t.yaml")
    #expect(try await compile(shell).graph?.log().out == "v")
    let python = try folder(
      "manifest: ../tools/t.yaml", "name: t\ndescription: d\nruntime: {type: python, path: t.py, function: f}\n")
    #expect(try await compile(python).graph?.log().out == "v!")
  }

  @Test(arguments: [
    ("manifest: ../tools/no.yaml", manifest, "GR0259: cannot read the manifest '../tools/no.yaml': no such file"),
    (
      "manifest: ../../../etc/passwd", manifest,
      "GR0259: cannot read the manifest '../../../etc/passwd': outside the project"
    ),
    (
      "manifest: ../tools/t.yaml", "name: u\ndescription: d\nruntime: {command: 'ls {x}'}\n",
      "GR0156: the manifest is of the tool 'u', not of 't'"
    ),
    (
      "manifest: ../tools/t.yaml", "name: t\ndescription: d\nruntme: {command: ls}\n",
      "GR0101: unknown key 'runtme' in the manifest"
    ),
    ("manifest: ../tools/t.yaml, timeout: 3", manifest, "GR0101: unknown key 'timeout' in tool 't'"),
    ("slot: false", manifest, "GR0155: 'slot' is true or is left out"),
  ])
  func `A manifest with mistakes is refused`(tool: String, manifest: String, finding: String) throws {
    #expect(findings(try folder(tool, manifest)).first == finding)
  }

  @Test func `A slot is open while a graph is looked at, and needs its tool to run`() async throws {
    let folder = try folder(Self.slot)
    let open = compile(folder)
    #expect(open.diagnostics.isEmpty && open.graph?.description.slots == ["t"])
    #expect(try await open.graph?.log().error == "no tool was chosen for the slot 't'")
    #expect(
      findings(folder, [:]) == ["GR0157: the slot 't' needs a tool: run the graph with '--tool t=manifest.yaml'"])
    let bound = compile(folder, ["t": "\(folder.path)/tools/t.yaml"])
    #expect(try await bound.graph?.log().out == "v")
  }

  @Test(arguments: [
    (
      "name: u\ndescription: d\nruntime: {type: python, path: t.py, function: f}\n",
      "GR0158: the slot 't' takes tools of the type 'shell', not 'python'"
    ),
    ("name: u\ndescription: d\nruntime: {command: ls}\n", "GR0159: the tool of the slot 't' has no parameter 'x'"),
  ])
  func `A tool that does not keep a slot's contract is refused`(manifest: String, finding: String) throws {
    let folder = try folder(Self.slot, manifest)
    #expect(findings(folder, ["t": "\(folder.path)/tools/t.yaml"]).first == finding)
  }
}
