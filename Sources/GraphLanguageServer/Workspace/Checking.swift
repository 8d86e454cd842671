internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Compiles what is open, shortly after it has changed, and knows what was found.
///
/// What is compiled are graphs: those that are open, and those that use an open file. A prompt that no graph uses is
/// read alone.
struct Checking {
  /// How long the text has to rest before it is looked at.
  static let pause = Duration.milliseconds(120)

  /// The longest that somebody who types on waits for findings.
  static let longestPause = Duration.milliseconds(600)

  /// Findings of the last compilation of each graph, by the files that they are in.
  private var findings: [String: [String: [Diagnostic]]] = [:]

  /// What the last compilation without errors said of each graph.
  private var descriptions: [String: GraphDescription] = [:]

  /// The types of each graph's state as the last compilation inferred them, with errors or without.
  private var types: [String: StateTypes] = [:]

  /// What was last sent of each file.
  private var published: [String: Value] = [:]

  private var changed: Set<String> = []
  private var firstChange: ContinuousClock.Instant?
  private var lastChange: ContinuousClock.Instant?

  /// Graphs that are still to be compiled, in order.
  private var waiting: [String] = []

  /// Since when there is something to compile or to send.
  private var dueSince: ContinuousClock.Instant?

  // MARK: - When

  /// Notes that a file has changed.
  mutating func note(_ path: String, at now: ContinuousClock.Instant) {
    changed.insert(path)
    if firstChange == nil { firstChange = now }
    lastChange = now
  }

  /// When there is something to do; nil for nothing.
  var deadline: ContinuousClock.Instant? { dueSince ?? endOfPause }

  /// When the text has rested long enough, or somebody has waited long enough.
  private var endOfPause: ContinuousClock.Instant? {
    guard let firstChange, let lastChange else { return nil }
    return min(lastChange + Self.pause, firstChange + Self.longestPause)
  }

  /// Carries out one step of what is due: finds out what is concerned and compiles one graph.
  ///
  /// - Returns: The notifications to send.
  mutating func work(_ workspace: Workspace, at now: ContinuousClock.Instant, _ client: ClientAbilities) -> [Value] {
    if let endOfPause, now >= endOfPause { collect(workspace, at: now) }
    guard dueSince != nil else { return [] }
    if !waiting.isEmpty { check(waiting.removeFirst(), workspace) }
    // What several graphs say of one file is sent together.
    guard waiting.isEmpty else { return [] }
    dueSince = nil
    return publish(workspace, client)
  }

  /// Compiles everything that is due for a file at once, because somebody asks for it; it is sent later.
  mutating func finish(_ path: String, _ workspace: Workspace, at now: ContinuousClock.Instant) {
    guard changed.contains(path) || !waiting.isEmpty else { return }
    collect(workspace, at: now)
    while !waiting.isEmpty { check(waiting.removeFirst(), workspace) }
  }

  /// Whether what is known of a file is of its text as it is now.
  func isUpToDate(_ path: String) -> Bool { !changed.contains(path) && waiting.isEmpty }

  private mutating func collect(_ workspace: Workspace, at now: ContinuousClock.Instant) {
    let concerned = changed.sorted().flatMap { Self.roots(of: $0, workspace) }
    changed = []
    (firstChange, lastChange) = (nil, nil)
    dueSince = now
    // What no open file has to do with any more is forgotten.
    let open = Set(workspace.documents.keys.flatMap { Self.roots(of: $0, workspace) })
    findings = findings.filter { open.contains($0.key) }
    descriptions = descriptions.filter { open.contains($0.key) }
    types = types.filter { open.contains($0.key) }
    waiting = waiting.filter { open.contains($0) }
    for root in concerned where open.contains(root) && !waiting.contains(root) { waiting.append(root) }
  }

  /// What is compiled to check a file: itself, and the graphs that use it.
  private static func roots(of path: String, _ workspace: Workspace) -> [String] {
    var graphs: [String] = []
    switch workspace.file(path)?.index.kind {
    case .graph?: graphs = [path]
    case .prompt?: graphs = workspace.users(ofPrompt: path).map(\.path)
    case nil: graphs = workspace.graphs(around: path).filter { workspace.documents[$0] != nil }
    }
    var found: Set<String> = []
    var roots: [String] = []
    while let graph = graphs.popLast() {
      guard found.insert(graph).inserted else { continue }
      roots.append(graph)
      graphs += workspace.users(ofGraph: graph).map(\.path)
    }
    if roots.isEmpty, workspace.prompt(path) != nil { roots = [path] }
    return roots.sorted()
  }

  // MARK: - What

  private mutating func check(_ root: String, _ workspace: Workspace) {
    guard let file = workspace.file(root), let files = workspace.files(of: root) else {
      findings[root] = nil
      return
    }
    let source = workspace.documents[root]?.file ?? file.index.file
    var found: [Diagnostic]
    if file.index.kind == .graph {
      let compilation = GraphCompiler(factory: workspace.factory, files: files).compile(source)
      found = compilation.diagnostics + compilation.allowances
      if let graph = compilation.graph { descriptions[root] = graph.description }
      if let inferred = compilation.types { types[root] = inferred }
    } else {
      let diagnostics = DiagnosticEngine()
      _ = PromptDocument.parse(source, diagnostics: diagnostics)
      found = diagnostics.diagnostics
    }
    found = found.filter { $0.span != nil } + found.filter { $0.span == nil }
    findings[root] = Dictionary(grouping: found) { Self.path(of: $0.span, else: root) }
  }

  /// The absolute path of the file that a span is in.
  static func path(of span: SourceSpan?, else root: String) -> String {
    guard let path = span?.file.path else { return root }
    return path.hasPrefix("/") ? path : ProjectFiles.join(ProjectFiles.realPath(".") ?? "/", path)
  }

  /// What is known of a file, each finding once.
  func findings(in path: String) -> [Diagnostic] {
    var seen: Set<String> = []
    return findings.sorted { $0.key < $1.key }.flatMap { $0.value[path] ?? [] }.filter { finding in
      let range = finding.span?.range ?? ByteRange(0, 0)
      return seen.insert("\(finding.code) \(range.lowerBound) \(range.upperBound) \(finding.message.text)").inserted
    }
  }

  /// What the compiler says of a graph as it is now; nil where it has errors.
  func describe(_ path: String, _ workspace: Workspace) -> GraphDescription? {
    guard let file = workspace.graph(path), let files = workspace.files(of: path) else { return nil }
    return GraphCompiler(factory: workspace.factory, files: files).compile(file.index.file).graph?.description
  }

  /// What the compiler last said of a graph without errors.
  func description(of path: String) -> GraphDescription? { descriptions[path] }

  /// The types of a graph's state as the compiler last inferred them.
  func types(of path: String) -> StateTypes? { types[path] }

  // MARK: - Telling

  private mutating func publish(_ workspace: Workspace, _ client: ClientAbilities) -> [Value] {
    let paths = Set(findings.values.flatMap(\.keys)).union(workspace.documents.keys)
    var messages: [Value] = []
    for path in paths.union(published.keys).sorted() {
      let list = findings(in: path)
      let diagnostics = paths.contains(path) ? diagnosticValues(list, path, workspace, client) : []
      var parameters: ValueObject = ["uri": .string(workspace.uri(path)), "diagnostics": .list(diagnostics)]
      if let version = workspace.documents[path]?.version { parameters["version"] = .int(version) }
      let known = published[path]
      // An open file is told even that nothing was found, so that the client knows that it was looked at.
      guard known != .object(parameters), !(known == nil && diagnostics.isEmpty && parameters["version"] == nil) else {
        continue
      }
      published[path] = diagnostics.isEmpty && workspace.documents[path] == nil ? nil : .object(parameters)
      messages.append(OutgoingMessage.notification("textDocument/publishDiagnostics", .object(parameters)))
    }
    return messages
  }

  private func diagnosticValues(
    _ findings: [Diagnostic], _ path: String, _ workspace: Workspace, _ client: ClientAbilities
  ) -> [Value] {
    guard !findings.isEmpty, let lines = workspace.lines(path) else { return [] }
    return findings.map { DiagnosticValue.value($0, lines, workspace, client) }
  }
}

/// Findings as the protocol writes them.
enum DiagnosticValue {
  static func value(
    _ diagnostic: Diagnostic, _ lines: LinePositions, _ workspace: Workspace, _ client: ClientAbilities
  ) -> Value {
    var message = diagnostic.message.text
    var related: [Value] = []
    for note in diagnostic.notes {
      if let span = note.span, span != diagnostic.span, client.showsRelatedInformation,
        let place = location(span, workspace)
      {
        related.append(["location": place, "message": .string(note.text)])
      } else {
        message += "\n" + note.text
      }
    }
    var value: ValueObject = [
      "range": lines.value(diagnostic.span?.range ?? ByteRange(0, 0)),
      "severity": .int(severity(diagnostic.severity)), "code": .string(diagnostic.code.id),
      "source": "graph", "message": .string(message),
    ]
    if client.showsCodeDescription, let page = client.pages.address(of: diagnostic.code) {
      value["codeDescription"] = ["href": .string(page)]
    }
    if !related.isEmpty { value["relatedInformation"] = .list(related) }
    return .object(value)
  }

  private static func severity(_ severity: Severity) -> Int {
    switch severity {
    case .error: 1
    case .warning: 2
    case .remark: 3
    }
  }

  /// A place in any file.
  static func location(_ span: SourceSpan, _ workspace: Workspace) -> Value? {
    let path = Checking.path(of: span, else: span.file.path)
    return workspace.lines(path).map { lines in
      ["uri": .string(workspace.uri(path)), "range": lines.value(span.range)]
    }
  }
}
