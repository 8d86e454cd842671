internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// Runs another graph as a node of this one.
struct SubgraphNode: NodeType {
  let spec = NodeTypeSpec(
    "subgraph", "Runs another graph as a node; what happens in it shows with its path.",
    keys: [
      KeySpec("graph", .string, "The graph's file, relative to this one.", isRequired: true).meaning(.graph),
      KeySpec(
        "mode", .choice(["invoke", "direct"]),
        "invoke, where the mappings say what is passed; direct shares the keys of the same name."),
      KeySpec(
        "input_mapping", .any, "What the graph is given: own key to its key; or auto, all keys of the same name."
      ).naming(.readStateKey).meaning(.childKey),
      KeySpec("output_mapping", .any, "What is taken from it: own key to its key; or auto.")
        .naming(.writtenStateKey).meaning(.childKey),
      KeySpec("interrupt_output_mapping", .any, "What is taken from it while it waits for a person.")
        .naming(.writtenStateKey).meaning(.childKey),
    ])

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    let fields = node.fields
    guard let path = fields.string("graph"), let child = scope.subgraph(path) else { return nil }
    let reader = SubgraphMappingReader(node, child, scope)
    let isDirect = fields.string("mode")?.value == "direct"
    let useless = isDirect ? ["input_mapping", "output_mapping"].filter { fields.has($0) } : []
    for key in useless { scope.diagnostics.report(.mappingOfDirect(key), at: fields.keySpan(key)) }
    guard useless.isEmpty else { return nil }
    let read = isDirect ? .all : reader.inputs()
    let written = isDirect ? .all : reader.outputs("output_mapping")
    guard let pausedOutputs = reader.outputs("interrupt_output_mapping"), let inputs = read, let outputs = written
    else {
      return nil
    }
    if !child.interrupts, let span = fields.keySpan("interrupt_output_mapping") {
      scope.diagnostics.report(.neverWaits(child.name), at: span)
    }
    let span = fields.keySpan(isDirect ? "mode" : "input_mapping") ?? path.span
    // Without a mapping the graph's result is one object, which goes where results of nodes go.
    let resultKey =
      outputs.isNone || (fields.has("state_key") && !outputs.writes(node.stateKey.value)) ? node.stateKey : nil

    var declaration = NodeDeclaration { schema in
      let body = SubgraphBody(
        child, hasOwnThread: !isDirect, inputs: inputs.lower(child, schema),
        outputs: outputs.lower(child, schema, inputs), pausedOutputs: pausedOutputs.lower(child, schema, inputs),
        result: resultKey.map { schema.key($0.value) })
      return .plain { state, context in try await body.run(state, context) }
    }
    declaration.reads = inputs.reads(child, at: span)
    declaration.uses = inputs.uses(child, at: span)
    declaration.writes =
      outputs.writes(child, at: fields.keySpan("output_mapping") ?? span, given: inputs.gives)
      + pausedOutputs.writes(
        child, at: fields.keySpan("interrupt_output_mapping") ?? span, given: inputs.gives, isPaused: true)
      + (resultKey.map { [NodeDeclaration.Write($0, type: .dict(.any))] } ?? [])
    declaration.flow = SubgraphNodeFlow(child, inputs, outputs, at: path.span, result: resultKey?.value).flow
    declaration.streams = child.streams
    declaration.interrupts = child.interrupts
    declaration.innerAnswerTypes = child.answerTypes
    return declaration
  }
}

/// A nested graph as it is run.
struct SubgraphBody: Sendable {
  /// A key of the child that gets a value.
  struct Input: Sendable {
    enum Source: Sendable {
      case slot(Int)
      case template(CompiledValueTemplate)
    }

    let child: String
    let source: Source
  }

  /// A key of the parent that gets a value of the child.
  struct Output: Sendable {
    let key: StateKey
    let child: String

    /// What a second write to the parent's key does.
    let reducer: Reducer

    /// Whether the child was given the value of that very key.
    let wasGiven: Bool

    /// Whether only what has changed is taken.
    let isShared: Bool
  }

  private let graph: StateGraph
  private let hasOwnThread: Bool
  private let inputs: [Input]
  private let outputs: [Output]
  private let pausedOutputs: [Output]
  private let result: StateKey?

  init(
    _ child: Subgraph, hasOwnThread: Bool, inputs: [Input], outputs: [Output], pausedOutputs: [Output],
    result: StateKey?
  ) {
    graph = child.graph
    self.hasOwnThread = hasOwnThread
    self.inputs = inputs
    self.outputs = outputs
    self.pausedOutputs = pausedOutputs
    self.result = result
  }

  /// Runs the graph, or goes on with it where it waited for a person.
  func run(_ state: StateView, _ context: NodeContext) async throws -> StateUpdate {
    let memo = context.resumption?.memo
    let input = try memo?["input"]?.object ?? values(state)
    let resumption = context.resumption.map {
      NodeResumption(memo: memo?["run"] ?? .null, answers: $0.answers)
    }
    do {
      let thread = hasOwnThread ? "\(context.run.thread):\(context.path.last ?? "")" : nil
      let outcome = try await context.run(graph, input: input, thread: thread, resumption: resumption)
      // What was shown while it waited stays, unless the outputs say otherwise.
      var update = StateUpdate(memo?["shown"]?.object ?? [:])
      write(outputs, outcome.state, input, to: &update)
      if let result {
        let made = outcome.state.filter { input[$0.key] != $0.value }
        update.set(result, .object(ValueObject(made.map { ($0.key, $0.value) })))
      }
      update.isPartial = outcome.status == .stopped
      return update
    } catch let suspension as NodeSuspension {
      var shown = StateUpdate()
      if !pausedOutputs.isEmpty {
        write(pausedOutputs, try RunCheckpoint(json: suspension.memo).state, input, to: &shown)
      }
      throw NodeSuspension(
        suspension.interrupts,
        memo: ["input": .object(input), "run": suspension.memo, "shown": .object(shown.object)], update: shown)
    }
  }

  private func values(_ state: StateView) throws -> ValueObject {
    var values = ValueObject()
    for input in inputs {
      let value: Value
      switch input.source {
      case .slot(let slot): value = state[slot]
      case .template(let template):
        do throws(ExpressionError) {
          value = try template.evaluate { state[$0] }
        } catch {
          throw InputError(key: input.child, error: error)
        }
      }
      // What was never written is not given, so that the child's default counts.
      if !value.isNull { values[input.child] = value }
    }
    return values
  }

  private func write(_ outputs: [Output], _ child: ValueObject, _ input: ValueObject, to update: inout StateUpdate) {
    for output in outputs {
      let given = output.wasGiven ? input[output.child] : nil
      guard let value = child[output.child] else {
        if !output.isShared, output.reducer == .replace { update.set(output.key, .null) }
        continue
      }
      if let given, given == value, output.isShared || output.reducer != .replace { continue }
      update.set(output.key, given.map { Self.addition(to: $0, in: value, output.reducer) } ?? value)
    }
  }

  /// What the child added to a value that it was given, where the parent's reducer would add all of it once more.
  private static func addition(to given: Value, in value: Value, _ reducer: Reducer) -> Value {
    switch (reducer, given, value) {
    case (.append, .list(let before), .list(let after)) where after.starts(with: before):
      .list(Array(after[before.count...]))
    case (.add, .int(let before), .int(let after)):
      after.subtractingReportingOverflow(before).overflow ? value : .int(after - before)
    case (.add, _, _):
      if let before = given.double, let after = value.double { .double(after - before) } else { value }
    default: value
    }
  }
}

/// An expression of an input that cannot be evaluated.
private struct InputError: Error, CustomStringConvertible {
  let key: String
  let error: ExpressionError

  var description: String { "input '\(key)': \(error)" }
}

extension DiagnosticMessage {
  fileprivate static func mappingOfDirect(_ key: String) -> Self {
    Self("GR0166", "a subgraph in mode 'direct' shares the keys of the same name and takes no '\(key)'")
  }

  fileprivate static func neverWaits(_ graph: String) -> Self {
    Self("GR0167", .warning, "graph '\(graph)' never waits for a person, so that this mapping has no effect")
  }
}
