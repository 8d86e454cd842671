internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Calls a function of Swift that the program registered.
struct FunctionNode: NodeType {
  let spec = NodeTypeSpec(
    "function", "Calls a function that the program registered.",
    keys: [
      KeySpec("function", .string, "The name that it was registered under.", isRequired: true),
      KeySpec("variables", .mapping, "The arguments; the state's keys of the parameters' names where it is missing.")
        .naming(.argument).meaning(.template),
    ])

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    guard let name = node.fields.string("function"), let function = Self.function(name, scope) else { return nil }
    let takesState = !node.fields.has("variables") && (function as? any CheckedTool)?.parameters.isOpen ?? true
    let arguments = ToolArguments(node, for: function, named: name, scope.diagnostics)
    let key = node.stateKey
    var declaration = NodeDeclaration { schema in
      let compiled = arguments.compile(schema)
      let result = FunctionResult(key: schema.key(key.value), schema: schema)
      return .plain { state, context in
        let values = takesState ? state.object : try compiled.evaluate(state)
        return try result.update(try await context.call(function, values, on: state))
      }
    }
    declaration.reads = arguments.reads
    declaration.uses = arguments.uses
    declaration.writes = [NodeDeclaration.Write(key, isConditional: true)]
    declaration.mayWriteAnyKey = true
    declaration.mayReadAnyKey = true
    return declaration
  }

  /// The function of a name, or nil after reporting that there is none.
  static func function(_ name: Located<String>, _ scope: NodeScope) -> (any Tool)? {
    if let function = scope.factory.tools[name.value] { return function }
    if scope.factory.assumesFunctions { return AssumedFunction(name.value) }
    let names = scope.factory.tools.keys.sorted()
    let near = Suggestion.nearest(to: name.value, among: names)
    let hint = names.isEmpty ? .noFunctions : Diagnostic.Note.known("registered functions", names)
    scope.diagnostics.report(
      .unknownFunction(name.value), at: name.span, notes: [near.map { .didYouMean($0) } ?? hint],
      fixIts: near.map { [.replace(name.span, with: $0)] } ?? [])
    return nil
  }
}

/// A function that another program registers: enough to check a graph that names it.
private struct AssumedFunction: Tool {
  let definition: ToolDefinition

  init(_ name: String) {
    definition = ToolDefinition(name: name, description: "Calls '\(name)'.", parameters: ToolParameters.unknown.schema)
  }

  func call(_ invocation: ToolInvocation) async throws -> Value {
    throw ToolError(DiagnosticMessage.unknownFunction(definition.name).text)
  }
}

/// What becomes of a function's result: an object is the update, anything else goes to the node's key.
struct FunctionResult: Sendable {
  let key: StateKey
  let schema: StateSchema

  /// Keys that the engine keeps; functions that were written for yamlgraph return them along.
  static let kept: Set<String> = ["current_step", "_loop_counts", "thread_id"]

  /// The update of a result.
  ///
  /// - Throws: `ToolError` when it has a key that the state does not have.
  func update(_ result: Value) throws(ToolError) -> StateUpdate {
    guard let object = result.object else { return StateUpdate(key, result) }
    var update = StateUpdate()
    for entry in object where !Self.kept.contains(entry.key) {
      guard let slot = schema.index(of: entry.key), schema.slots[slot].reserved == nil else {
        let names = schema.slots.filter { $0.reserved == nil }.map(\.name)
        let near = Suggestion.nearest(to: entry.key, among: names)
        throw ToolError(
          "the result has a key '\(entry.key)', which the state does not have"
            + (near.map { "; did you mean '\($0)'?" } ?? "; declare it under 'state'"))
      }
      update.set(schema.key(entry.key), entry.value)
    }
    return update
  }
}

extension Diagnostic.Note {
  fileprivate static var noFunctions: Self {
    Self("functions are registered in Swift, by the program that runs the graph; this one has none")
  }
}

extension DiagnosticMessage {
  fileprivate static func unknownFunction(_ name: String) -> Self {
    Self("GR0256", "the program registered no function '\(name)'")
  }
}
