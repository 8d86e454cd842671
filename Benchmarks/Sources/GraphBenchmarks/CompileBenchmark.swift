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
  compile(
    "compile 1,000 nodes that read earlier results", target: 30, GeneratedProject(count: 1000, kind: .readers)),
  compile(
    "compile 10,000 nodes that read earlier results", target: 300, GeneratedProject(count: 10_000, kind: .readers)),
  compile(
    "compile 1,000 nodes in choices and loops", target: 30, GeneratedProject(count: 1000, kind: .choices)),
  compile(
    "compile 10,000 nodes in choices and loops", target: 300, GeneratedProject(count: 10_000, kind: .choices)),
  compile(
    "compile 1,000 nodes in fan-outs that read results", target: 30, GeneratedProject(count: 1000, kind: .branches)),
  compile(
    "compile 10,000 nodes in fan-outs that read results", target: 300,
    GeneratedProject(count: 10_000, kind: .branches)),
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
    case passthrough, ownPrompts, sharedPrompt, fanOuts, readers, choices, branches
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
    case .passthrough, .fanOuts, .readers, .choices, .branches: break
    }
    try write(graph, to: path)
    return path
  }

  private let prompt = "system: You are terse.\nuser: |\n  Topic: {topic}\n  Style: {style}\n"

  private var graph: String {
    let head = "version: \"1.0\"\nname: generated\nstate: {topic: str, style: str}\nnodes:\n"
    switch kind {
    case .fanOuts: return head + fanOuts
    case .choices: return head + choices
    case .branches: return head + branches
    default: return head + line
    }
  }

  private var line: String {
    var nodes = ""
    var edges = "edges:\n  - {from: START, to: n0}\n"
    for index in 0..<count {
      switch kind {
      case .ownPrompts, .sharedPrompt:
        nodes += "  n\(index):\n    type: llm\n    prompt: p\(kind == .ownPrompts ? "\(index)" : "")\n"
        nodes += "    variables: {topic: \"{state.topic}\", style: \"{state.style}\"}\n"
      case .readers:
        // What the node before wrote, and what one far before it did.
        let value = index == 0 ? "{state.topic}!" : "{state.k\(index - 1)} and {state.k\(index / 2)}"
        nodes += "  n\(index):\n    type: passthrough\n    output: {k\(index): \"\(value)\"}\n"
      default:
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

  /// Blocks of five nodes: a choice between two writers of a key, its reader, and a loop back with a limit.
  private var choices: String {
    var nodes = ""
    var edges = ""
    var limits = ""
    var exits = ""
    let blocks = count / 5
    for index in 0..<blocks {
      let last = index == 0 ? "{state.topic}" : "{state.r\(index - 1)}"
      nodes += "  n\(index): {type: passthrough, output: {n\(index): \"\(last)!\"}}\n"
      for name in ["a", "b"] {
        nodes += "  \(name)\(index): {type: passthrough, output: {x\(index): \"{state.n\(index)}?\"}}\n"
      }
      nodes += "  r\(index): {type: passthrough, output: {r\(index): \"{state.x\(index)}.\"}}\n"
      nodes += "  l\(index): {type: passthrough, output: {l\(index): \"{len(state.r\(index))}\"}}\n"
      edges += "  - {from: \(index == 0 ? "START" : "l\(index - 1)"), to: n\(index)}\n"
      edges += "  - {from: n\(index), to: a\(index), condition: \"len(n\(index)) > 3\"}\n"
      edges += "  - {from: n\(index), to: b\(index)}\n"
      edges += "  - {from: [a\(index)], to: r\(index)}\n  - {from: b\(index), to: r\(index)}\n"
      edges += "  - {from: r\(index), to: n\(index), condition: \"len(r\(index)) < 9\"}\n"
      edges += "  - {from: r\(index), to: l\(index)}\n"
      limits += "  n\(index): 3\n"
      exits += "  n\(index): l\(index)\n"
    }
    edges += "  - {from: l\(blocks - 1), to: END}\n"
    return nodes + "edges:\n" + edges + "loop_limits:\n" + limits + "loop_exits:\n" + exits
  }

  /// Blocks of five nodes: branches of two and one nodes side by side, with a join or without, and a reader of all.
  private var branches: String {
    var nodes = ""
    var edges = ""
    let blocks = count / 5
    for index in 0..<blocks {
      let last = index == 0 ? "{state.topic}" : "{state.r\(index - 1)}"
      nodes += "  n\(index): {type: passthrough, output: {n\(index): \"\(last)!\"}}\n"
      for name in ["a", "b", "c"] {
        nodes += "  \(name)\(index): {type: passthrough, output: {\(name)\(index): \"{state.n\(index)}?\"}}\n"
      }
      nodes +=
        "  r\(index): {type: passthrough, output: {r\(index): \"{state.a\(index)}{state.b\(index)}{state.c\(index)}\"}}\n"
      edges += "  - {from: \(index == 0 ? "START" : "r\(index - 1)"), to: n\(index)}\n"
      edges += "  - {from: n\(index), to: [a\(index), b\(index)]}\n  - {from: a\(index), to: c\(index)}\n"
      if index.isMultiple(of: 2) {
        edges += "  - {from: [b\(index), c\(index)], to: r\(index)}\n"
      } else {
        // The branches are equally long, so that the reader runs once.
        edges += "  - {from: b\(index), to: c\(index)}\n  - {from: c\(index), to: r\(index)}\n"
      }
    }
    edges += "  - {from: r\(blocks - 1), to: END}\n"
    return nodes + "edges:\n" + edges
  }

  private func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw Failure.notWritten(path) }
    defer { fclose(file) }
    guard fputs(text, file) >= 0 else { throw Failure.notWritten(path) }
  }
}
