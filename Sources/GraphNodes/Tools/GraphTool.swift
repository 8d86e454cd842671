internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// Tools of type `graph`.
struct GraphToolType: ToolType {
  let spec = ToolTypeSpec(
    "graph", "Runs a graph with the arguments as its inputs.",
    keys: [
      KeySpec("path", .string, "The graph's file, relative to this one.").meaning(.graph),
      KeySpec("graph", .string, "The same as 'path'.").meaning(.graph),
      KeySpec("input_mapping", .mapping, "Arguments to keys of the graph; all its inputs by their names by default.")
        .naming(.argument).meaning(.childKey),
      KeySpec(
        "output_key", .string,
        "The key of the graph that is the result; 'result' where it has one, else all that it writes."
      ).meaning(.childKey),
    ])

  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? { GraphTool(tool, in: scope) }
}

/// A graph that nodes and models call: its inputs are the arguments, one of its keys is the result.
struct GraphTool: Tool {
  /// One argument.
  private struct Argument {
    let name: String
    let key: Subgraph.Key
  }

  let definition: ToolDefinition

  private let graph: StateGraph
  private let arguments: [Argument]
  private let outputKey: String?

  /// Reads a tool of type `graph`.
  ///
  /// - Returns: Nil after reporting what is wrong.
  init?(_ tool: ToolDocument, in scope: NodeScope) {
    let fields = tool.fields
    guard let path = fields.string("path") ?? fields.string("graph") else {
      if !fields.has("path"), !fields.has("graph") {
        scope.diagnostics.report(.toolWithoutGraph(tool.name.value), at: tool.name.span)
      }
      return nil
    }
    guard let child = scope.subgraph(path) else { return nil }
    if child.interrupts {
      scope.diagnostics.report(.toolWaits(child.name), at: path.span)
      return nil
    }
    guard let arguments = Self.arguments(fields, child, tool), let outputKey = Self.outputKey(fields, child) else {
      return nil
    }
    graph = child.graph
    self.arguments = arguments
    self.outputKey = outputKey.isEmpty ? nil : outputKey
    definition = ToolDefinition(
      name: tool.name.value,
      description: tool.description ?? child.description ?? "Runs the graph '\(child.name)'.",
      parameters: Self.parameters(arguments, tool))
  }

  func call(_ invocation: ToolInvocation) async throws -> Value {
    var input = ValueObject()
    for (name, value) in invocation.arguments where !value.isNull {
      guard let argument = arguments.first(where: { $0.name == name }) else {
        let names = arguments.map { "'\($0.name)'" }.joined(separator: ", ")
        throw GraphToolError("takes no argument '\(name)'; " + (names.isEmpty ? "it takes none" : "there are \(names)"))
      }
      let type = argument.key.type
      // Arguments may come from text, where everything is text.
      let coerced = type.accepts(value) ? value : value.string.flatMap { type.coerce(text: $0) }
      guard let coerced else {
        throw GraphToolError("argument '\(name)' must be \(type), and is \(value.kind)")
      }
      input[argument.key.name] = coerced
    }
    for argument in arguments where argument.key.isRequired && input[argument.key.name] == nil {
      throw GraphToolError("needs the argument '\(argument.name)'")
    }
    let context = invocation.context
    let outcome = try await context.run(
      graph, input: input, thread: "\(context.run.thread):\(definition.name)", resumption: nil)
    if let outputKey { return outcome.state[outputKey] ?? .null }
    return .object(ValueObject(outcome.state.filter { input[$0.key] != $0.value }.map { ($0.key, $0.value) }))
  }

  // MARK: - Declaration

  private static func arguments(_ fields: FieldReader, _ child: Subgraph, _ tool: ToolDocument) -> [Argument]? {
    guard let entries = fields.node("input_mapping")?.mapping?.entries else {
      return child.keys.filter { !$0.isWritten || $0.isRequired }.map { Argument(name: $0.name, key: $0) }
    }
    var arguments: [Argument] = []
    var isWhole = true
    for entry in entries {
      guard
        FieldReader.check(
          entry.value, "the key of argument '\(entry.key.value)'", .string, fields.diagnostics, at: entry.place),
        let name = entry.value.scalar.map({ Located($0.text, at: entry.value.span) }),
        let key = SubgraphMappingReader.find(name, in: child, fields.diagnostics)
      else {
        isWhole = false
        continue
      }
      arguments.append(Argument(name: entry.key.value, key: key))
    }
    guard isWhole else { return nil }
    for key in child.keys where key.isRequired && !arguments.contains(where: { $0.key.name == key.name }) {
      fields.diagnostics.report(
        .inputNotGiven(key.name, child.name), at: fields.keySpan("input_mapping") ?? tool.name.span)
    }
    return arguments
  }

  /// The key that is the result; empty for all that is written, nil after reporting that there is none of that name.
  private static func outputKey(_ fields: FieldReader, _ child: Subgraph) -> String? {
    guard let name = fields.string("output_key") else {
      return child.keys.contains { $0.name == "result" && $0.isWritten } ? "result" : ""
    }
    return SubgraphMappingReader.find(name, in: child, fields.diagnostics)?.name
  }

  private static func parameters(_ arguments: [Argument], _ tool: ToolDocument) -> Value {
    let parameters = SchemaObject(
      fields: arguments.map { argument in
        SchemaField(
          name: Located(argument.name, at: tool.name.span), type: argument.key.type,
          description: argument.key.description, isRequired: argument.key.isRequired)
      }, additional: .refused)
    return SchemaType.object(parameters).jsonSchema
  }
}

/// A call that a graph tool cannot carry out.
private struct GraphToolError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension DiagnosticMessage {
  fileprivate static func toolWithoutGraph(_ name: String) -> Self {
    Self("GR0267", "tool '\(name)' needs 'path', the file of a graph")
  }

  fileprivate static func toolWaits(_ graph: String) -> Self {
    Self("GR0268", "graph '\(graph)' waits for a person and cannot be a tool; run it with a 'subgraph' node")
  }
}
