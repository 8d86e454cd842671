internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphNodes
internal import GraphServer
internal import HTTPServing
internal import LanguageModels

extension GraphCommand {
  static let serve = CommandSpec(
    name: "serve",
    abstract: "Serve graphs over HTTP.",
    discussion: """
      Runs are begun and read over HTTP, as server-sent events or WebSockets, and each graph is a model of OpenAI's chat \
      interface. A graph's name is that of its file; in folders of a folder, with the folders' names and dots before it. \
      In folders, graphs with errors are reported and left out.

      The server listens on this machine only, unless '--host' says otherwise; then give a token, best in the variable \
      GRAPH_SERVE_TOKEN, as others on this machine see what '--token' says in the list of processes. Threads are kept \
      where 'graph run' keeps them, so that runs which wait for an answer outlive the server. SIGTERM and Ctrl-C end it: runs that go on \
      may come to their end for as long as '--grace' says, and are stopped then. A second signal ends it at once.

      Files that a graph names under 'exports' are written to 'outputs/<thread>' when a run has completed. '--tool', \
      '--timeout' and the other limits are for all graphs and runs.

      Examples:
          graph serve --offline
          graph serve graphs/hello.yaml --port 9000
          curl -N 'http://127.0.0.1:8080/graphs/hello/stream?name=World'
      """,
    options: [
      .single("host", placeholder: "name", help: "The name or address to listen on.", defaultValue: "127.0.0.1"),
      .single("port", placeholder: "number", help: "The port; 0 takes a free one.", defaultValue: "8080"),
      .single(
        "token", placeholder: "text",
        help: "What clients have to send as 'Authorization: Bearer …'; the variable GRAPH_SERVE_TOKEN by default."),
      .repeating(
        "allow-origin", placeholder: "origin",
        help: "Let web pages of this origin use the server, as in 'https://example.com'; '*' lets all."),
      .store,
      .single("max-runs", placeholder: "runs", help: "The most runs at one time.", defaultValue: "256"),
      .single(
        "max-connections", placeholder: "clients", help: "The most connections at one time.", defaultValue: "4096"),
      .single(
        "max-body", placeholder: "bytes", help: "The most bytes of a request's body, in bytes or as '512k' or '8M'.",
        defaultValue: "8M"),
      .single(
        "grace", placeholder: "duration", help: "How long runs may go on when the server ends.", defaultValue: "10s"),
    ] + modelOptions + [.durability] + limitOptions + [.flag("quiet", short: "q", help: "Print nothing but errors.")],
    arguments: [
      ArgumentSpec(
        "path", .repeating(minimum: 0),
        help: "Graph files, or folders of them; the folder 'graphs' when there is none.",
        completion: .files(extensions: ["yaml", "yml"]))
    ])
}

/// `graph serve`: compiles graphs and serves them until somebody ends it.
struct ServeCommand: Sendable {
  private let command: ParsedCommand
  private let terminal: Terminal
  private let options: ServerOptions
  private let limits: GraphLimits

  /// The folder of all runs' exports, as for 'graph run'.
  private static let exportFolder = "outputs"

  init(_ command: ParsedCommand, _ terminal: Terminal) throws {
    self.command = command
    self.terminal = terminal
    var options = ServerOptions()
    options.host = command.required("host")
    options.port = try command.integer("port", in: 0...65_535) ?? options.port
    options.activeRuns = try command.integer("max-runs", in: 1...100_000) ?? options.activeRuns
    // As browsers send it.
    options.allowedOrigins = command.values("allow-origin").map { $0.lowercased() }
    options.limits.connections = try command.integer("max-connections", in: 1...1_000_000) ?? options.limits.connections
    options.limits.bodyBytes = try Self.bytes(command)
    options.token =
      command.value("token") ?? Terminal.environment("GRAPH_SERVE_TOKEN").flatMap { $0.isEmpty ? nil : $0 }
    if options.token == "" { throw command.usageError("The token of '--token' is empty.") }
    if let text = command.value("grace") {
      guard let grace = DurationField.parse(text: text) else {
        throw command.invalid(
          text, for: "grace", advice: "Please provide a number of seconds, or a duration such as '500ms' or '5m'.")
      }
      options.grace = grace
    }
    for origin in options.allowedOrigins where origin != "*" && !origin.contains("://") || origin.hasSuffix("/") {
      throw command.invalid(
        origin, for: "allow-origin", advice: "An origin is a scheme and a host, as in 'https://example.com'.")
    }
    options.exportFolder = Self.exportFolder
    self.options = options
    limits = try GraphLimits(command)
  }

  /// The bytes of `--max-body`.
  private static func bytes(_ command: ParsedCommand) throws(UsageError) -> Int {
    let text = command.required("max-body")
    let units = ["k": 1 << 10, "M": 1 << 20, "G": 1 << 30]
    let unit = text.last.flatMap { units[String($0)] } ?? 1
    guard let number = Int(unit == 1 ? text[...] : text.dropLast()), (1...(1 << 40) / unit).contains(number) else {
      throw command.invalid(
        text, for: "max-body", advice: "Please provide a number of bytes, or one with a unit, as '512k' or '8M'.")
    }
    return number * unit
  }

  @concurrent
  func run(_ interrupts: Interrupts) async throws -> ExitCode {
    let graphs = try graphs()
    let server: GraphServer
    do {
      server = try GraphServer(graphs, options: options)
    } catch {
      throw CommandFailure("The server cannot be started: \(error)", code: .failure)
    }
    say("serving \(graphs.count) graph\(graphs.count == 1 ? "" : "s") at \(address(server))")
    if options.token == nil, !["127.0.0.1", "::1", "localhost"].contains(options.host) {
      say("warning: everybody who reaches this machine can run the graphs; ask for a token with GRAPH_SERVE_TOKEN")
    }
    await withCheckedContinuation { continuation in interrupts.onFirst { continuation.resume() } }
    let count = server.activeRunCount
    say(count == 0 ? "ending" : "ending when \(count) run\(count == 1 ? " has" : "s have") come to the end")
    await server.stop()
    return .ok
  }

  private func address(_ server: GraphServer) -> String {
    "http://\(server.host.contains(":") ? "[\(server.host)]" : server.host):\(server.port)"
  }

  private func say(_ text: String) {
    guard !command.flag("quiet") else { return }
    var output = OutputWriter.standardError()
    try? output.write(text + "\n")
    try? output.flush()
  }

  // MARK: - Graphs

  private func graphs() throws -> [ServedGraph] {
    var loading = GraphLoading(command, terminal)
    let models = RunModels(command)
    if !command.flag("quiet") { models.sayProblems() }
    loading.models = try models.catalog()
    let tools = try ToolBindings(command)
    loading.toolBindings = tools.files
    var stores = ServedStores(command, models.environment, limits)
    var graphs: [ServedGraph] = []
    let paths = command.values("path")
    for path in paths.isEmpty ? ["graphs"] : paths {
      let files = try FileSearch([.graph]).files(path)
      for file in files {
        let name = Self.name(of: file, in: path)
        if let other = graphs.first(where: { $0.name == name }) {
          throw CommandFailure("Two graphs would be served as '\(other.name)'; name one of them only", code: .usage)
        }
        // A file that was named has to be served; of a folder, what can be.
        if file == path {
          let graph = try loading.load(file, isQuiet: command.flag("quiet"))
          graphs.append(try stores.served(name, graph, at: file))
        } else if let graph = try? loading.load(file, isQuiet: true) {
          graphs.append(try stores.served(name, graph, at: file))
        } else {
          say("warning: '\(file)' is left out")
        }
      }
    }
    if !command.flag("quiet") { loading.printText(stores.warnings) }
    guard !graphs.isEmpty else { throw CommandFailure("There is no graph that could be served", code: .failure) }
    try tools.check(graphs)
    return graphs
  }

  /// The name of a graph: its path in the folder, without its ending and with dots between.
  private static func name(of file: String, in path: String) -> String {
    var name = file[...]
    if file == path {
      name = file.split(separator: "/").last ?? name
    } else {
      let folder = path.hasSuffix("/") ? path : path + "/"
      if name.hasPrefix(folder) { name = name.dropFirst(folder.count) }
    }
    if let dot = name.lastIndex(of: ".") { name = name[..<dot] }
    return name.split(separator: "/").joined(separator: ".")
  }
}
