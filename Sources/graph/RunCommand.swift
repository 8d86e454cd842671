internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// `graph run` and `graph resume`: compiles a file, runs it or goes on with a thread, and prints what happens.
struct RunCommand: Sendable {
  private let command: ParsedCommand
  private let terminal: Terminal
  private let isQuiet: Bool

  /// Whether a thread that was kept is gone on with.
  private let resumes: Bool

  init(_ command: ParsedCommand, _ terminal: Terminal) throws {
    self.command = command
    self.terminal = terminal
    resumes = command.name == "resume"
    isQuiet = command.flag("quiet")
    if command.flag("json") && command.flag("events") {
      throw command.usageError("The options '--json' and '--events' cannot be used together.")
    }
  }

  @concurrent
  func run(_ interrupts: Interrupts, _ output: ResultOutput) async throws -> ExitCode {
    let models = RunModels(command)
    if !isQuiet { models.sayProblems() }
    var loading = GraphLoading(command, terminal)
    loading.models = try models.catalog()
    let bindings = try ToolBindings(command)
    loading.toolBindings = bindings.files
    let stores = ThreadStores(command, models.environment)
    let path = try await resumes ? pathOfThread(stores) : command.required("file")
    let graph = try loading.load(path, isQuiet: isQuiet)
    try bindings.check(graph)
    var executable = graph.graph
    try GraphLimits(command).apply(to: &executable)
    executable.source = ProjectFiles.pathInProject(path)
    let place = try place(for: graph, at: path, stores)
    let session = RunSession(
      graph: graph, executable: executable, place: place, terminal: terminal,
      busyPolicy: busyPolicy, renamedNodes: try renamedNodes(), durability: durability(of: graph))
    // A run that cannot begin takes no thread, and stops nobody who has it.
    let input = resumes ? ValueObject() : try RunInput(command, loading).values(for: graph)
    let thread: OpenThread?
    do {
      thread = try await session.open()
    } catch let error as GraphError {
      throw session.refusal(error)
    }
    let start: RunSession.Start
    do {
      start = try self.start(graph, loading, input, thread)
    } catch {
      await thread?.close()
      throw error
    }
    let printer = RunPrinter(
      output, mode: mode, isQuiet: isQuiet, isFull: command.flag("full"),
      namesNodes: graph.description.nodes.filter(\.streams).count > 1,
      terminal: terminal, coloursNotices: terminal.coloursError(choice: command.toggle("color")))
    return try await session.run(start, on: thread, interrupts, printer, RunFiles(command, isQuiet: isQuiet), isQuiet)
  }

  /// What the run begins with, or goes on with.
  private func start(
    _ graph: CompiledGraph, _ loading: GraphLoading, _ input: ValueObject, _ thread: OpenThread?
  ) throws -> RunSession.Start {
    let place = thread?.checkpoint
    if resumes { try check(place) }
    let isOpen = thread?.beginsTurn == true ? false : place.map { $0.status != .completed } ?? false
    if !resumes, !isOpen { try RunInput.checkMissing(input, known: place?.state ?? ValueObject(), graph) }
    var answers = try RunAnswers(command, loading, graph, questions: resumes ? place?.interrupts ?? [] : nil)
    let given = try isOpen ? answers.take(for: place?.interrupts ?? [], terminal) : ValueObject()
    if isOpen, !resumes, !isQuiet, let place { sayWhere(place) }
    return RunSession.Start(input: input, given: given, answers: answers)
  }

  private func check(_ place: RunCheckpoint?) throws(CommandFailure) {
    let name = command.required("thread")
    guard let place else { throw CommandFailure("There is no thread '\(name)'.", code: .noInput) }
    guard place.status == .completed else { return }
    throw CommandFailure(
      "The thread '\(name)' came to its end; there is nothing to go on with. "
        + "'graph run … --thread \(name)' begins another turn on its state.", code: .usage)
  }

  /// Says that a run does not begin at the beginning.
  private func sayWhere(_ place: RunCheckpoint) {
    let nodes = place.next.map { "'\($0)'" }.joined(separator: ", ")
    var errors = OutputWriter.standardError()
    try? errors.write(
      "Going on with the thread '\(place.thread)'" + (nodes.isEmpty ? "" : " at \(nodes)").withoutControls + "\n")
    try? errors.flush()
  }

  // MARK: - Threads

  /// The file that the thread was begun with, unless the command line names one.
  private func pathOfThread(_ stores: ThreadStores) async throws -> String {
    if let path = command.value("file") { return path }
    let name = command.required("thread")
    let choice = try stores.choice()
    guard let place = try await choice.store.checkpoint(of: name) else {
      throw CommandFailure(
        "There is no thread '\(name)' in \(choice.name). Where the graph says with 'checkpointer' that threads are kept "
          + "elsewhere, name its file: 'graph resume \(name) <file>'.", code: .noInput)
    }
    guard let source = place.source, let path = ProjectFiles.path(inProject: source) else {
      throw CommandFailure(
        "The file of the graph '\(place.graph)', which the thread '\(name)' was begun with, is not here. "
          + "Name it: 'graph resume \(name) <file>'.", code: .noInput)
    }
    return path
  }

  /// Where the run's thread is kept; nil for a run that nobody keeps.
  private func place(for graph: CompiledGraph, at path: String, _ stores: ThreadStores) throws -> RunSession.Place {
    let name = command.value("thread")
    // What nobody has asked for is not kept.
    guard name != nil || command.isGiven("store") || graph.checkpointer != nil,
      let choice = try stores.choice(for: graph, at: path)
    else {
      if resumes { throw CommandFailure("The graph keeps its threads in memory only; '--store' names a place.") }
      for option in ["on-busy", "rename-node", "durability"] where command.isGiven(option) {
        throw command.usageError(
          "'--\(option)' is for threads that are kept outside of the process: "
            + (name == nil ? "name one with '--thread'." : "name a place with '--store'."))
      }
      return RunSession.Place(thread: name, choice: nil, resumeCommand: nil)
    }
    let thread = name ?? RunIdentity.makeID()
    var words = "graph resume \(thread.shellQuoted)"
    if command.isGiven("store") {
      words += " --store …"
    } else if graph.checkpointer?.isElsewhere == true
      || ProjectFiles(containing: path)?.root != ProjectFiles.ofWorkingDirectory?.root
    {
      words += " \(path.shellQuoted)"
    }
    return RunSession.Place(thread: thread, choice: choice, resumeCommand: words)
  }

  // MARK: - Options

  private var busyPolicy: BusyPolicy {
    switch command.value("on-busy") {
    case "enqueue": return .enqueue
    case "interrupt": return resumes ? .takeover : .interrupt
    case "rollback": return .rollback
    default: return .reject
    }
  }

  private func renamedNodes() throws(UsageError) -> [String: String] {
    Dictionary(try command.assignments("rename-node").map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  private func durability(of graph: CompiledGraph) -> Durability {
    command.value("durability").flatMap { Durability(rawValue: $0) } ?? graph.checkpointer?.durability ?? .sync
  }

  private var mode: RunPrinter.Mode {
    if command.flag("json") { return .json }
    return command.flag("events") ? .events : .tokens
  }
}
