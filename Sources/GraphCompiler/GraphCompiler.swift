public import GraphDiagnostics
public import GraphLanguage
public import GraphRuntime

/// Compiles graph files: checks everything that can be checked before a run, and makes what can be run.
///
/// ```swift
/// let compiler = GraphCompiler(factory: StandardNodeFactory(models: models))
/// let graph = try compiler.load("graphs/hello.yaml")
/// for try await token in graph.run(["name": "World"]).tokens() { print(token, terminator: "") }
/// ```
public struct GraphCompiler: Sendable {
  /// Builds the nodes.
  public let factory: any NodeFactory

  /// The files that graphs and prompts are read from; of each graph's own project when nil.
  private let files: ProjectFiles?

  /// Creates a compiler.
  ///
  /// - Parameters:
  ///   - factory: Builds the nodes.
  ///   - files: The files that graphs and prompts are read from; of each graph's own project when nil.
  public init(factory: any NodeFactory, files: ProjectFiles? = nil) {
    self.factory = factory
    self.files = files
  }

  /// Compiles a graph file.
  ///
  /// - Throws: `DiagnosticError` with everything that was found when anything is an error.
  public func load(_ path: String) throws(DiagnosticError) -> CompiledGraph {
    let compilation = compile(path)
    guard let graph = compilation.graph else { throw DiagnosticError(compilation.diagnostics) }
    return graph
  }

  /// Compiles a graph file and says everything that was found, warnings included.
  public func compile(_ path: String) -> Compilation {
    let diagnostics = DiagnosticEngine()
    guard let file = read(path, diagnostics) else { return Compilation(nil, AllowedFindings(diagnostics.diagnostics)) }
    return compile(file)
  }

  /// Compiles the text of a graph; its path says where prompts are looked for.
  public func compile(_ file: SourceFile) -> Compilation {
    let diagnostics = DiagnosticEngine()
    return Compilation(analyse(file, diagnostics), found(diagnostics, of: file))
  }

  /// Finds all that `compile` finds in a graph file, its allowances included, without making what can be run.
  public func check(_ path: String) -> GraphCheck {
    let diagnostics = DiagnosticEngine()
    guard let file = read(path, diagnostics) else { return GraphCheck(nil, AllowedFindings(diagnostics.diagnostics)) }
    return check(file)
  }

  /// Finds all that `compile` finds in the text of a graph, its allowances included, without making what can be run.
  public func check(_ file: SourceFile) -> GraphCheck {
    let diagnostics = DiagnosticEngine()
    return GraphCheck(analyse(file, diagnostics), found(diagnostics, of: file))
  }

  /// Where the keys of a graph's state are written and read, also where the graph has mistakes.
  ///
  /// - Returns: Nil where nodes or edges cannot be read at all.
  public func dataFlow(of file: SourceFile) -> DataFlow? {
    guard let files = files ?? ProjectFiles(containing: file.path) ?? ProjectFiles(root: ".") else { return nil }
    return SubgraphCompiler(self, files).analyse(file, DiagnosticEngine()).map { DataFlow($0.keys) }
  }

  /// The text of a file; nil after reporting why there is none.
  private func read(_ path: String, _ diagnostics: DiagnosticEngine) -> SourceFile? {
    guard let files = files ?? ProjectFiles(containing: path) else {
      diagnostics.report(.unreadableFile(path, "no such folder"), at: nil)
      return nil
    }
    do throws(ProjectFiles.Problem) {
      return SourceFile(path: path, bytes: try files.read(path))
    } catch {
      diagnostics.report(.unreadableFile(path, error.reason), at: nil)
      return nil
    }
  }

  private func analyse(_ file: SourceFile, _ diagnostics: DiagnosticEngine) -> GraphAnalysis? {
    guard let files = files(of: file, diagnostics) else { return nil }
    return SubgraphCompiler(self, files).analyse(file, diagnostics)
  }

  /// The files of the project that a file belongs to; nil after reporting that there are none.
  func files(of file: SourceFile, _ diagnostics: DiagnosticEngine) -> ProjectFiles? {
    if let files = files ?? ProjectFiles(containing: file.path) ?? ProjectFiles(root: ".") { return files }
    diagnostics.report(.unreadableFile(file.path, "no such folder"), at: nil)
    return nil
  }

  /// What was found, without what the files allow, and then without what follows from other findings: what is allowed
  /// explains nothing.
  private func found(_ diagnostics: DiagnosticEngine, of file: SourceFile) -> AllowedFindings {
    AllowedFindings(diagnostics.diagnostics, root: file).map { kept in
      FollowUps.removed(from: kept, of: file) {
        FieldTables(nodeTypes: factory.nodeTypes, toolTypes: factory.toolTypes)
      }
    }
  }

  /// The passes, in their order; each goes on after errors of those before it.
  ///
  /// - Returns: What they found out, or nil when whole parts of the graph could not be read.
  func analyse(
    _ document: GraphDocument, _ prompts: PromptLoader, _ subgraphs: SubgraphCompiler, _ diagnostics: DiagnosticEngine
  ) -> GraphAnalysis? {
    let scope = NodeScope(
      graph: document, prompts: prompts, factory: factory, subgraphs: subgraphs, diagnostics: diagnostics)
    let vertices = document.nodes.map { entry in
      let declaration = entry.document.flatMap { scope.declare($0) }
      let mentions = declaration == nil ? entry.document?.mentions ?? entry.mentions : []
      return FlowGraph.Vertex(
        name: entry.name, document: entry.document, declaration: declaration, mentions: mentions)
    }
    scope.declareTools()
    // References to a part that is missing would all be wrong.
    guard !document.isIncomplete else { return nil }
    let flow = ResolveEdges.run(document, vertices, diagnostics)
    CheckRepeatedEdges.run(document.edges, diagnostics)
    let presets = LoadPresets.run(document, scope.files, diagnostics)
    let state = ResolveState.run(document, flow, presets, diagnostics)
    CheckServing.run(document, state, diagnostics)
    let control = ControlFlow(flow)
    var isOnCycle = Array(repeating: false, count: vertices.count)
    let cycles = control.cycles()
    for node in cycles.joined() { isOnCycle[node] = true }
    let isReached = CheckReachability.run(flow, control, document, diagnostics)
    let brokenJoins = CheckJoins.run(flow, control, isReached: isReached, isOnCycle: isOnCycle, diagnostics)
    let found = diagnostics.count
    CheckEnds.run(flow, control, isReached: isReached, brokenJoins: brokenJoins, diagnostics)
    let isEndless = diagnostics.count > found
    CheckEndsBesideNodes.run(flow, diagnostics)
    let types = InferTypes.run(document, flow, state, presets, diagnostics)
    let keys = KeyFlow(document, flow, control, state, isOnCycle: isOnCycle)
    let doubtful = CheckTypes.run(document, flow, control, types, diagnostics)
    CheckDollarSigns.run(document, flow, types, presets, diagnostics)
    if !isEndless { CheckLoops.run(keys, cycles, document, diagnostics) }
    CheckConditions.run(keys, types, doubtful: doubtful, diagnostics)
    let required = brokenJoins.isEmpty ? CheckDataFlow.run(keys, document, diagnostics) : []
    FollowAnswers.run(flow, diagnostics)
    return GraphAnalysis(
      document: document, flow: flow, state: state, types: types, keys: keys, required: required,
      isOnCycle: isOnCycle, hasErrors: diagnostics.hasErrors)
  }
}

/// What the passes found out about a graph.
struct GraphAnalysis {
  let document: GraphDocument
  let flow: FlowGraph
  let state: ResolveState
  let types: StateTypes
  let keys: KeyFlow
  /// The slots of keys that nodes write and a caller has to give all the same.
  let required: Set<Int>
  let isOnCycle: [Bool]

  /// Whether the graph has errors, so that it cannot be run.
  let hasErrors: Bool

  /// Makes what can be run, or nil where there are errors.
  func lowered() -> CompiledGraph? {
    guard !hasErrors else { return nil }
    return CompiledGraph(
      graph: LowerToStateGraph.run(document, flow, state.schema, isOnCycle: isOnCycle),
      description: GraphDescription(document, flow, state, types, requiredAsWell: required), types: types,
      exports: document.exports, checkpointer: document.checkpointer)
  }
}

/// What came of checking a file.
public struct GraphCheck: Sendable {
  /// Everything that was found, in reading order.
  public let diagnostics: [Diagnostic]

  /// The number of nodes and edges, or nil when there are errors.
  public let size: (nodes: Int, edges: Int)?

  /// The types of the state, as far as they are known, also where there are errors; nil when whole parts of the graph
  /// could not be read.
  public let types: StateTypes?

  /// The allowances that findings needed, in whatever file.
  public let uses: Set<AllowedFindings.Use>

  init(_ analysis: GraphAnalysis?, _ allowed: AllowedFindings) {
    let about = allowed.about
    diagnostics = about.isEmpty ? allowed.diagnostics : Diagnostic.sorted(allowed.diagnostics + about)
    uses = allowed.uses
    size = analysis.flatMap { $0.hasErrors ? nil : ($0.flow.vertices.count, $0.flow.edges.count) }
    types = analysis?.types
  }
}

/// What came of compiling a file.
public struct Compilation: Sendable {
  /// The graph, or nil when there are errors.
  public let graph: CompiledGraph?

  /// Everything that was found in what is run, in reading order.
  public let diagnostics: [Diagnostic]

  /// What is wrong with the allowances of the file, which keeps nobody from running it; see `GraphCompiler.check`.
  public let allowances: [Diagnostic]

  /// The types of the state, as far as they are known, also where there are errors; nil when whole parts of the graph
  /// could not be read.
  public let types: StateTypes?

  init(_ analysis: GraphAnalysis?, _ allowed: AllowedFindings) {
    graph = analysis?.lowered()
    diagnostics = allowed.diagnostics
    allowances = allowed.about
    types = analysis?.types
  }
}

/// A graph that was compiled from a file.
public struct CompiledGraph: RunnableGraph {
  /// The executable graph.
  public let graph: StateGraph

  /// What the file says of it.
  public let description: GraphDescription

  /// The types of its state.
  public let types: StateTypes

  /// The files that a completed run leaves.
  let exports: [ExportDocument]

  /// Where threads of the graph are kept, where the file says it.
  public let checkpointer: CheckpointerDocument?

  /// Makes a run; it begins when its first event is asked for.
  public func run(_ input: ValueObject = ValueObject(), options: RunOptions = RunOptions()) -> GraphRun {
    graph.run(input, options: options)
  }
}

extension DiagnosticMessage {
  fileprivate static func unreadableFile(_ path: String, _ reason: String) -> Self {
    Self("GR0028", "cannot read '\(path)': \(reason)")
  }
}
