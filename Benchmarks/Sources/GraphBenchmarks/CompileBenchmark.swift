import Glibc
import GraphCompiler
import GraphDiagnostics
import GraphNodes
import LanguageModels

/// Compiling graph files: parsing, all checks, lowering.
let compileBenchmarks: [Benchmark] = [
  compile("compile 1,000 passthrough nodes", target: 5, GeneratedProject(count: 1000, kind: .passthrough)),
  compile("compile 10,000 passthrough nodes", target: 50, GeneratedProject(count: 10_000, kind: .passthrough)),
  compile("compile 1,000 llm nodes with a prompt each", target: 30, GeneratedProject(count: 1000, kind: .ownPrompts)),
  compile(
    "compile 10,000 llm nodes with a prompt each", target: 300, GeneratedProject(count: 10_000, kind: .ownPrompts)),
  compile("compile 1,000 llm nodes with one prompt", target: 30, GeneratedProject(count: 1000, kind: .sharedPrompt)),
  compile(
    "compile 10,000 llm nodes with one prompt", target: 300, GeneratedProject(count: 10_000, kind: .sharedPrompt)),
  compile(
    "compile 1,000 fan-outs of three with a join", target: 30, GeneratedProject(count: 1000, kind: .fanOuts)),
]

private func compile(_ name: String, target: Double, _ project: GeneratedProject) -> Benchmark {
  Benchmark(name, target: target) {
    let path = try project.path()
    let compiler = GraphCompiler(factory: StandardNodeFactory(models: ModelCatalog(environment: Environment())))
    let compilation = compiler.compile(path)
    guard compilation.graph != nil, compilation.diagnostics.isEmpty else { throw GeneratedProject.Failure.notCompiled }
    return nil
  }
}

/// A project in a folder for temporary files, written when it is first asked for.
struct GeneratedProject: Sendable {
  enum Kind: String, Sendable {
    case passthrough, ownPrompts, sharedPrompt, fanOuts
  }

  enum Failure: Error {
    case notWritten(String)
    case notCompiled
  }

  let count: Int
  let kind: Kind

  /// The path of the graph file.
  func path() throws -> String {
    let folder = "/tmp/graph-benchmarks-\(getpid())-\(kind.rawValue)-\(count)"
    let path = "\(folder)/graph.yaml"
    guard access(path, R_OK) != 0 else { return path }
    mkdir(folder, 0o755)
    mkdir("\(folder)/prompts", 0o755)
    switch kind {
    case .ownPrompts: for index in 0..<count { try write(prompt, to: "\(folder)/prompts/p\(index).yaml") }
    case .sharedPrompt: try write(prompt, to: "\(folder)/prompts/p.yaml")
    case .passthrough, .fanOuts: break
    }
    try write(graph, to: path)
    return path
  }

  private let prompt = "system: You are terse.\nuser: |\n  Topic: {topic}\n  Style: {style}\n"

  private var graph: String {
    let head = "version: \"1.0\"\nname: generated\nstate: {topic: str, style: str}\nnodes:\n"
    return head + (kind == .fanOuts ? fanOuts : line)
  }

  private var line: String {
    var nodes = ""
    var edges = "edges:\n  - {from: START, to: n0}\n"
    for index in 0..<count {
      switch kind {
      case .ownPrompts, .sharedPrompt:
        nodes += "  n\(index):\n    type: llm\n    prompt: p\(kind == .ownPrompts ? "\(index)" : "")\n"
        nodes += "    variables: {topic: \"{state.topic}\", style: \"{state.style}\"}\n"
      case .passthrough, .fanOuts:
        nodes += "  n\(index):\n    type: passthrough\n    output: {k\(index): \"{state.topic}\"}\n"
      }
      edges += "  - {from: n\(index), to: \(index + 1 < count ? "n\(index + 1)" : "END")}\n"
    }
    return nodes + edges
  }

  private var fanOuts: String {
    var nodes = ""
    var edges = "edges:\n  - {from: START, to: n0}\n"
    for index in 0..<count {
      for name in ["n", "a", "b", "c"] {
        nodes += "  \(name)\(index): {type: passthrough, output: {\(name)\(index): 1}}\n"
      }
      edges += "  - {from: n\(index), to: [a\(index), b\(index), c\(index)]}\n"
      edges += "  - {from: [a\(index), b\(index), c\(index)], to: \(index + 1 < count ? "n\(index + 1)" : "END")}\n"
    }
    return nodes + edges
  }

  private func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw Failure.notWritten(path) }
    defer { fclose(file) }
    guard fputs(text, file) >= 0 else { throw Failure.notWritten(path) }
  }
}
