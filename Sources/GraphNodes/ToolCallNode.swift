internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// Calls the tool that the state names, with the arguments that the state holds.
struct ToolCallNode: NodeType {
  let spec = NodeTypeSpec(
    "tool_call", "Calls a tool that the state names.",
    keys: [
      KeySpec("tool", .string, "The tool's name, or an expression in braces.").meaning(.tool),
      KeySpec("tool_name", .string, "The same as 'tool'.").meaning(.tool),
      KeySpec("args", .any, "The arguments: name to value, or an expression in braces whose value is an object.")
        .naming(.argument).meaning(.template),
      KeySpec("tool_args", .any, "The same as 'args'.").naming(.argument).meaning(.template),
      KeySpec("parsed_key", .string, "The state key that the object in the result goes to.").meaning(.writtenStateKey),
    ])

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    let diagnostics = scope.diagnostics
    let errors = diagnostics.errorCount
    let nameNode = one(of: ["tool", "tool_name"], isRequired: true, node, diagnostics)
    let argumentNode = one(of: ["args", "tool_args"], isRequired: false, node, diagnostics)
    let name = nameNode.flatMap { ValueTemplate.parse($0, diagnostics: diagnostics) }
    let arguments = argumentNode.flatMap { ValueTemplate.parse($0, diagnostics: diagnostics) }
    if let arguments, let argumentNode, !arguments.mayBeObject {
      FieldReader.check(argumentNode, "'args'", .mapping, diagnostics)
    }
    guard let name, let nameNode else { return nil }
    if let text = name.constant?.string, scope.tool(Located(text, at: nameNode.span)) == nil { return nil }
    let known = scope.callableTools
    guard diagnostics.errorCount == errors else { return nil }
    let check = ToolChoice(
      node: node.name, tools: known, names: known.names, arguments: arguments, argumentsSpan: argumentNode?.span,
      place: nameNode.span)
    if let text = name.constant?.string {
      for finding in check.findings([text], listedIn: nil) { diagnostics.report(finding) }
    }
    // A failure is data that the graph looks at, unless the author wants something else done.
    let tolerates = node.failureIsData
    let key = node.stateKey
    let parsedKey = node.fields.string("parsed_key")
    if let parsedKey, !DocumentName.check(parsedKey, "state key", diagnostics) { return nil }
    var declaration = NodeDeclaration { schema in
      let call = StateCall(
        name: name.compile { schema.index(of: $0) }, arguments: arguments?.compile { schema.index(of: $0) },
        tools: known, tolerates: tolerates, parses: parsedKey != nil)
      let key = schema.key(key.value)
      let parsedKey = parsedKey.map { schema.key($0.value) }
      return .plain { state, context in
        let (envelope, parsed) = try await call.outcome(state, context)
        var update = StateUpdate(key, envelope)
        if let parsedKey, let parsed { update.set(parsedKey, parsed) }
        return update
      }
    }
    // What is wrong with the arguments is the call's failure.
    declaration.reads = name.reads + (arguments?.reads ?? []).map { tolerates ? $0.withoutNeed : $0 }
    declaration.uses =
      [TypedUse(.value(name), expecting: .init(.string) { found, text in .toolNameOfKind(text, found) })]
      + (arguments.map {
        [TypedUse(.value($0), expecting: .init(.dict(.any)) { found, text in .argumentsOfKind(text, found) })]
      } ?? [])
      + [TypedUse(.choice(name) { texts, field in check.findings(texts, listedIn: field) })]
    declaration.writes = [NodeDeclaration.Write(key, type: .toolCall(at: node.type.span))]
    let named = name.constant?.string.map { [$0] } ?? known.names
    declaration.flow.dangers = named.compactMap { known[$0] }.flatMap { dangers(of: $0, arguments) }
    if let parsedKey {
      declaration.writes.append(NodeDeclaration.Write(parsedKey, type: .dict(.any), isConditional: tolerates))
    }
    declaration.mayReadAnyKey = true
    declaration.toleratesFailureItself = tolerates
    return declaration
  }

  /// The arguments of a tool that are more than text to a program: each where it is written, or else all of them.
  private func dangers(of tool: any Tool, _ arguments: ValueTemplate?) -> [NodeFlow.Danger] {
    guard let arguments else { return [] }
    return tool.openDangers.map { danger in
      let name = tool.definition.name
      guard case .object(let entries) = arguments.root else {
        let places = arguments.places.map { NodeFlow.Place($0.root, fields: $0.fields + [danger.parameter]) }
        return NodeFlow.Danger(danger, of: name, from: places, at: arguments.span)
      }
      let given = entries.first { $0.key.value == danger.parameter }
      let value = given.map { ValueTemplate(root: $0.value, span: $0.key.span) }
      return NodeFlow.Danger(danger, of: name, from: value?.places ?? [], at: given?.key.span ?? arguments.span)
    }
  }

  /// The value of one of two keys; both at once are an error.
  private func one(
    of keys: [String], isRequired: Bool, _ node: NodeDocument, _ diagnostics: DiagnosticEngine
  ) -> YAMLNode? {
    let written = keys.filter { node.fields.has($0) }
    if written.count > 1, let second = node.fields.keySpan(keys[1]) {
      diagnostics.report(
        .writtenTwice(keys[0], keys[1]), at: second, notes: Diagnostic.Note.theOther(at: node.fields.keySpan(keys[0])))
    }
    if written.isEmpty, isRequired { diagnostics.report(.noTool(node.name.value), at: node.name.span) }
    return written.first.flatMap { node.fields.node($0) }
  }
}

extension ValueTemplate {
  /// Whether the value may be an object: text with values in it is none.
  fileprivate var mayBeObject: Bool {
    switch root {
    case .constant(let value): value.object != nil
    case .expression, .object: true
    case .text, .list: false
    }
  }
}

extension NodeDocument {
  /// Whether a failed call is a result: without `on_error`, or with `on_error: skip`.
  fileprivate var failureIsData: Bool {
    guard let action = policies.onError?.value else { return true }
    return action == .skip
  }
}

/// A call whose tool and arguments the state says.
private struct StateCall: Sendable {
  let name: CompiledValueTemplate
  let arguments: CompiledValueTemplate?
  let tools: CallableTools
  let tolerates: Bool

  /// Whether the result has to be an object, or text that is one in JSON.
  let parses: Bool

  /// Makes the call and returns what came of it: `{task_id, tool, success, result, error}`, and the object in the
  /// result where that is wanted and there is one.
  func outcome(_ state: StateView, _ context: NodeContext) async throws -> (envelope: Value, parsed: Value?) {
    let named = try name.evaluate { state[$0] }
    let task = state["task"]["id"] ?? .null
    var result = Value.null
    do {
      result = try await call(named, state, context)
      let parsed = parses ? try Self.object(in: result) : nil
      return (Self.envelope(task, named, result: result), parsed)
    } catch let error where tolerates && !(error is CancellationError) && !Task.isCancelled {
      return (Self.envelope(task, named, result: result, error: "\(error)"), nil)
    }
  }

  private static func object(in result: Value) throws(ToolError) -> Value {
    if result.object != nil { return result }
    guard let text = result.string else { throw ToolError("the result must be dict, not \(result.kind)") }
    guard let value = try? Value(json: text), value.object != nil else {
      throw ToolError("the result is text, and no JSON object")
    }
    return value
  }

  private func call(_ named: Value, _ state: StateView, _ context: NodeContext) async throws -> Value {
    guard let text = named.string else { throw ToolError("the name of the tool must be str, not \(named.kind)") }
    guard let tool = tools[text] else {
      let near = Suggestion.nearest(to: text, among: tools.names)
      throw ToolError("there is no tool '\(text)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
    let values = try arguments?.evaluate { state[$0] } ?? .object([:])
    guard let object = values.object else { throw ToolError("the arguments must be dict, not \(values.kind)") }
    return try await context.call(tool, object, on: state)
  }

  private static func envelope(_ task: Value, _ tool: Value, result: Value = .null, error: String? = nil) -> Value {
    [
      "task_id": task, "tool": tool, "success": .bool(error == nil), "result": result,
      "error": error.map { .string($0) } ?? .null,
    ]
  }
}

extension DiagnosticMessage {
  fileprivate static func noTool(_ node: String) -> Self {
    Self("GR0144", "node '\(node)' needs 'tool': the name of a tool, or an expression that gives one")
  }

  fileprivate static func toolNameOfKind(_ text: String, _ kind: String) -> Self {
    Self("GR0442", "the name of a tool must be text, and '\(text)' is \(kind)", bearing: .itself)
  }

  fileprivate static func argumentsOfKind(_ text: String, _ kind: String) -> Self {
    Self("GR0442", "the arguments of a tool must be a dict, and '\(text)' is \(kind)", bearing: .itself)
  }

  static func writtenTwice(_ key: String, _ other: String) -> Self {
    Self("GR0145", "'\(key)' and '\(other)' are the same; write one of them")
  }
}
