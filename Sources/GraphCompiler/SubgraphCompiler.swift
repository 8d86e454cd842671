internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Compiles a graph and those that it refers to, each file once.
///
/// An object, because all graphs of one compilation share it. One thread
/// compiles.
final class SubgraphCompiler: SubgraphLoader {
  private let compiler: GraphCompiler
  private let files: ProjectFiles
  private let prompts: PromptLoader

  /// The graphs so far by the absolute path of their files; nil for those with mistakes.
  private var known: [String: Subgraph?] = [:]

  /// The files that are being compiled, from the outside in.
  private var open: [String] = []

  init(_ compiler: GraphCompiler, _ files: ProjectFiles) {
    self.compiler = compiler
    self.files = files
    prompts = PromptLoader(files: files)
  }

  /// Looks through a file; nil when whole parts of it cannot be read.
  func analyse(_ file: SourceFile, _ diagnostics: DiagnosticEngine) -> GraphAnalysis? {
    open.append(ProjectFiles.realPath(file.path) ?? file.path)
    defer { open.removeLast() }
    SecretScan.run(file, diagnostics: diagnostics)
    let document = GraphDocument.parse(
      file, nodeTypes: compiler.factory.nodeTypes, toolTypes: compiler.factory.toolTypes, diagnostics: diagnostics)
    return document.flatMap { compiler.analyse($0, prompts, self, diagnostics) }
  }

  func load(_ path: Located<String>, from graph: GraphDocument, _ diagnostics: DiagnosticEngine) -> Subgraph? {
    let place = ProjectFiles.join(ProjectFiles.parent(of: graph.file.path), path.value)
    let real: String
    let file: SourceFile
    do throws(ProjectFiles.Problem) {
      real = try files.confined(place)
      if let subgraph = known[real] { return subgraph }
      file = SourceFile(path: files.displayed(real), bytes: try files.read(real))
    } catch {
      let near = files.suggestion(for: path, in: ProjectFiles.parent(of: graph.file.path))
      diagnostics.report(
        .unreadableGraph(path.value, error.reason), at: path.span, notes: near.notes, fixIts: near.fixIts)
      return nil
    }
    if let first = open.firstIndex(of: real) {
      let circle = (open[first...] + [real]).map(files.displayed)
      diagnostics.report(.circularGraphs(circle), at: path.span)
      return nil
    }
    let subgraph = analyse(file, diagnostics).flatMap { analysis in
      analysis.lowered().map { compiled in
        var subgraph = Subgraph(compiled, analysis.keys)
        subgraph.answerTypes = compiled.description.answerTypes
        subgraph.flow = FollowAnswers(analysis.flow).summary(inputs: subgraph.keys.map(\.name))
        return subgraph
      }
    }
    known[real] = .some(subgraph)
    return subgraph
  }
}

extension Subgraph {
  fileprivate init(_ compiled: CompiledGraph, _ flow: KeyFlow) {
    let description = compiled.description
    let certain = flow.certainAtEnd()
    var explorer = flow.explorer()
    self.init(
      name: description.name, description: description.description, graph: compiled.graph,
      keys: description.keys.map { key in
        let slot = compiled.graph.schema.schema.index(of: key.name)
        let isCertain = key.isRequired || slot.map(certain.contains) ?? false
        let mayBeMissed = key.isWritten && !isCertain
        return Key(
          name: key.name, type: key.type, result: compiled.types.type(of: key.name) ?? .any,
          description: key.description, isRequired: key.isRequired, isWritten: key.isWritten, isCertain: isCertain,
          omission: mayBeMissed ? slot.flatMap { flow.runWithout($0, &explorer) } : nil)
      },
      interrupts: description.nodes.contains(where: \.interrupts),
      streams: description.nodes.contains(where: \.streams))
  }
}

extension DiagnosticMessage {
  fileprivate static func unreadableGraph(_ path: String, _ reason: String) -> Self {
    Self("GR0260", "cannot read the graph '\(path)': \(reason)")
  }

  fileprivate static func circularGraphs(_ paths: [String]) -> Self {
    Self("GR0261", "graphs run each other in a circle: \(paths.joined(separator: " runs "))")
  }
}
