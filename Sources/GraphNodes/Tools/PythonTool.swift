internal import ChildProcesses
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// A tool that `python` nodes call with the whole state.
protocol StateTool: Tool {
  /// Calls it with the state as its only argument.
  func call(onState state: ValueObject, _ invocation: ToolInvocation) async throws -> Value

  /// What it does with the state, as far as that is known.
  var body: PythonBody? { get }
}

extension StateTool {
  /// Nothing is known.
  var body: PythonBody? { nil }
}

/// Calls a function of Python in a worker that lives as long as the graph.
struct PythonToolType: ToolType {
  let workers: PythonWorkers

  let spec = ToolTypeSpec(
    "python", "Calls a function of Python.",
    keys: [
      KeySpec("function", .string, "The function's name.", isRequired: true).meaning(.pythonFunction),
      KeySpec("path", .string, "The file that it is in, relative to the graph file.").meaning(.file),
      KeySpec("module", .string, "The module that it is in, such as 'package.module'."),
      .parameters,
      KeySpec("timeout", .duration, "The longest time of one call; the worker is ended then."),
    ])

  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? {
    let fields = tool.fields
    let diagnostics = scope.diagnostics
    let errors = diagnostics.errorCount
    let declared = tool.declaredParameters(diagnostics)
    let place = place(tool, scope)
    guard let place, let function = fields.string("function") else { return nil }
    var scanned: PythonFunction?
    if let source = place.source {
      let found = PythonSource(source).function(function.value)
      switch found {
      case .found(let known): scanned = known
      case .unknown: break
      case .missing(let names):
        let near = Suggestion.nearest(to: function.value, among: names)
        diagnostics.report(
          .noSuchFunction(function.value, place.shown), at: function.span,
          notes: [near.map { .didYouMean($0) } ?? .known("functions", names)],
          fixIts: near.map { [.replace(function.span, with: $0)] } ?? [])
      }
    }
    guard diagnostics.errorCount == errors else { return nil }
    let parameters = declared ?? scanned?.parameters ?? .unknown
    return PythonTool(
      definition: ToolDefinition(
        name: tool.name.value,
        description: tool.description ?? scanned?.summary ?? "Calls the function '\(function.value)'.",
        parameters: parameters.schema),
      parameters: parameters, file: place.path, module: place.module, function: function.value, shown: place.shown,
      promised: scanned?.result ?? .any, body: scanned?.body,
      folders: [scope.files.root, ProjectFiles.realPath(tool.folder(in: scope)) ?? scope.files.root],
      timeout: fields.duration("timeout")?.value, pool: workers.pool(root: scope.files.root))
  }

  /// Where a function is.
  private struct Place {
    var path: String?
    var module: String?
    /// The file's name as messages show it.
    var shown: String
    /// The text of the file, where it is one of the project.
    var source: [UInt8]?
  }

  private func place(_ tool: ToolDocument, _ scope: NodeScope) -> Place? {
    let fields = tool.fields
    let diagnostics = scope.diagnostics
    if let path = fields.string("path") {
      if let module = fields.keySpan("module") {
        diagnostics.report(.pathAndModule, at: module, notes: Diagnostic.Note.theOther(at: fields.keySpan("path")))
      }
      return file(path, tool.folder(in: scope), scope)
    }
    guard let module = fields.string("module") else {
      if !fields.has("path"), !fields.has("module") {
        diagnostics.report(.noPlace(tool.name.value), at: tool.name.span)
      }
      return nil
    }
    // Only what is in the project is looked at; installed packages are found when the function is called.
    let relative = module.value.split(separator: ".").joined(separator: "/")
    for folder in [scope.files.root, tool.folder(in: scope)] {
      for name in ["\(relative).py", "\(relative)/__init__.py"] {
        let path = ProjectFiles.join(folder, name)
        if let source = try? scope.files.read(path) {
          return Place(module: module.value, shown: module.value, source: source)
        }
      }
    }
    return Place(module: module.value, shown: module.value)
  }

  private func file(_ path: Located<String>, _ folder: String, _ scope: NodeScope) -> Place? {
    let place = ProjectFiles.join(folder, path.value)
    do throws(ProjectFiles.Problem) {
      let real = try scope.files.confined(place)
      return Place(path: real, shown: path.value, source: try scope.files.read(real))
    } catch {
      let near = scope.files.suggestion(for: path, in: folder)
      scope.diagnostics.report(
        error.leavesProject ? .leavesProject(path.value) : .unreadablePython(path.value, error.reason), at: path.span,
        notes: near.notes, fixIts: near.fixIts)
      return nil
    }
  }
}

/// A function of Python.
struct PythonTool: CheckedTool, StateTool {
  let definition: ToolDefinition
  let parameters: ToolParameters
  let file: String?
  let module: String?
  let function: String
  let shown: String

  /// The type that its annotation says of its result, which Python does not hold it to.
  let promised: SchemaType

  /// What it does with the state, where it is given that.
  let body: PythonBody?

  /// The folders that modules are found in, the last one first.
  let folders: [String]

  let timeout: Duration?
  let pool: PythonPool

  var result: SchemaType { .any }

  var resultSource: TypeSource { .promised(promised) }

  func call(_ invocation: ToolInvocation) async throws -> Value {
    let arguments = try parameters.check(invocation.arguments)
    return try await call(["arguments": .object(arguments)], invocation)
  }

  func call(onState state: ValueObject, _ invocation: ToolInvocation) async throws -> Value {
    try await call(["state": .object(state)], invocation)
  }

  private func call(_ what: ValueObject, _ invocation: ToolInvocation) async throws -> Value {
    var request: ValueObject = [
      "key": .string(invocation.idempotencyKey), "root": .string(pool.root),
      "folders": .list(folders.map { .string($0) }), "function": .string(function),
    ]
    if let file { request["path"] = .string(file) } else { request["module"] = .string(module ?? "") }
    request.merge(what)
    let answer = try await pool.answer(.object(request), timeout: timeout, context: invocation.context)
    if let value = answer["value"] { return value }
    throw failure(answer)
  }

  /// What the worker says of a call without a result.
  private func failure(_ answer: Value) -> ToolError {
    let message = answer["message"]?.string ?? ""
    let place = answer["place"]?.string.map { ", at \($0)" } ?? ""
    let raised = (answer["type"]?.string ?? "an exception") + (message.isEmpty ? "" : ": \(message)") + place
    switch answer["kind"]?.string {
    case "import": return ToolError("'\(shown)' cannot be imported: \(raised)")
    case "missing": return ToolError("'\(shown)' has no function '\(function)'")
    case "uncallable": return ToolError("'\(function)' of '\(shown)' is of type \(message) and cannot be called")
    case "result": return ToolError("the result of '\(function)' cannot be used: \(message)")
    default: return ToolError("'\(function)' raised \(raised)")
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func noPlace(_ tool: String) -> Self {
    Self("GR0146", "tool '\(tool)' needs 'path', the file of the function, or 'module'")
  }

  fileprivate static var pathAndModule: Self { Self("GR0147", "a tool has either 'path' or 'module', not both") }

  fileprivate static func unreadablePython(_ path: String, _ reason: String) -> Self {
    Self("GR0257", "cannot read '\(path)': \(reason)")
  }

  fileprivate static func noSuchFunction(_ name: String, _ file: String) -> Self {
    Self("GR0258", "'\(file)' has no function '\(name)'")
  }
}
