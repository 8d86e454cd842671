internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// Calls a function of Python with the state.
struct PythonNode: NodeType {
  let spec = NodeTypeSpec(
    "python", "Calls a function of Python with the state.",
    keys: [
      KeySpec("tool", .string, "The function, by the name of its tool under 'tools'.").meaning(.tool),
      KeySpec("function", .string, "The same as 'tool'.").meaning(.tool),
      KeySpec("variables", .mapping, "Values that the function finds in the state over those that are there.")
        .naming(.argument).meaning(.template),
    ])

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    let fields = node.fields
    if let second = fields.keySpan("function"), fields.has("tool") {
      scope.diagnostics.report(
        .writtenTwice("tool", "function"), at: second, notes: Diagnostic.Note.theOther(at: fields.keySpan("tool")))
    }
    guard let name = fields.string("tool") ?? fields.string("function") else {
      if !fields.has("tool"), !fields.has("function") {
        scope.diagnostics.report(.missingTool(node.name.value), at: node.name.span)
      }
      return nil
    }
    guard let tool = scope.tool(name) else { return nil }
    guard let function = tool as? any StateTool else {
      scope.diagnostics.report(.takesNoState(name.value), at: name.span)
      return nil
    }
    let variables = (fields.node("variables")?.mapping?.entries ?? []).compactMap { entry in
      ValueTemplate.parse(entry.value, diagnostics: scope.diagnostics).map { (name: entry.key.value, template: $0) }
    }
    let takes = function.body?.arguments ?? []
    if takes.count > 1 {
      scope.diagnostics.report(.takesMoreThanState(name.value, takes), at: name.span)
      return nil
    }
    let key = node.stateKey
    var declaration = NodeDeclaration { schema in
      let compiled = CompiledToolArguments(variables, schema)
      let result = FunctionResult(key: schema.key(key.value), schema: schema)
      return .plain { state, context in
        var object = state.object
        object.merge(try compiled.evaluate(state))
        let call = ToolInvocation(arguments: [:], state: state, context: context)
        return try result.update(try await function.call(onState: object, call))
      }
    }
    declaration.reads = variables.flatMap(\.template.reads)
    declaration.uses = variables.map { TypedUse(.value($0.template)) }
    declaration.writes = [NodeDeclaration.Write(key, isConditional: true)]
    declaration.mayWriteAnyKey = true
    declaration.mayReadAnyKey = true
    if let body = function.body {
      Self.follow(body, of: name, given: Set(variables.map(\.name)), resultKey: key, &declaration)
    }
    return declaration
  }

  /// Says what a function reads and writes, as far as its body shows all of it.
  private static func follow(
    _ body: PythonBody, of name: Located<String>, given: Set<String>, resultKey: Located<String>,
    _ declaration: inout NodeDeclaration
  ) {
    let title = "the function of '\(name.value)'"
    if let reads = body.reads {
      declaration.mayReadAnyKey = false
      declaration.reads += reads.filter { !given.contains($0.key) }.map { read in
        NodeDeclaration.Read(
          Located(read.key, at: name.span), toleratesMissing: true, reader: title, isOptional: !read.isNeeded,
          isWrittenOut: false)
      }
    }
    if let writes = body.writes {
      declaration.mayWriteAnyKey = false
      declaration.writes = writes.filter { !FunctionResult.kept.contains($0.key) }.map { write in
        NodeDeclaration.Write(Located(write.key, at: name.span), owner: title, isCertain: write.isCertain)
      }
      if body.mayReturnOther { declaration.writes.append(NodeDeclaration.Write(resultKey, isConditional: true)) }
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func takesMoreThanState(_ tool: String, _ names: [String]) -> Self {
    let list = names.map { "'\($0)'" }.joined(separator: " and ")
    return Self(
      "GR0424", "tool '\(tool)' takes \(list), and is given the state alone; call it with a node of type 'tool'",
      bearing: .itself)
  }

  fileprivate static func missingTool(_ node: String) -> Self {
    Self("GR0148", "node '\(node)' needs 'tool': the name of a function under 'tools'", bearing: .missing(.key, "tool"))
  }

  fileprivate static func takesNoState(_ tool: String) -> Self {
    Self("GR0149", "tool '\(tool)' is no function that takes the state; call it with a node of type 'tool'")
  }
}
