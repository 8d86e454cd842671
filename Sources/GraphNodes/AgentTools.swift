internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// The tools of an agent in one run of it.
struct AgentTools: Sendable {
  /// What a call came to.
  struct Outcome: Sendable {
    /// What the tool returned; of a failure, the same text that the model is told.
    let value: Value
    /// What the model is told.
    let text: String
    let isError: Bool
  }

  /// What the model is told of the tools.
  let definitions: [ToolDefinition]

  private let tools: [String: any Tool]
  private let state: StateView
  private let context: NodeContext

  /// The most calls of one turn that are carried out at the same time.
  private static let maximumConcurrency = 16

  /// Asks servers for the descriptions of their tools; of tools with one name, the first is taken.
  ///
  /// - Throws: What a server's failure throws, or a `CancellationError`.
  init(_ listed: [any Tool], state: StateView, context: NodeContext) async throws {
    var tools: [any Tool] = []
    for tool in listed {
      guard let remote = tool as? any RemoteTool else {
        tools.append(tool)
        continue
      }
      tools += try await context.stop.cancelling { try await remote.describe(in: context) }
    }
    var names: Set<String> = []
    tools.removeAll { !names.insert($0.definition.name).inserted }
    definitions = tools.map(\.definition)
    self.tools = Dictionary(uniqueKeysWithValues: tools.map { ($0.definition.name, $0) })
    self.state = state
    self.context = context
  }

  /// Carries out the calls of one turn, side by side.
  ///
  /// - Returns: What they came to, in their order; a call that fails is no error of the whole.
  /// - Throws: `CancellationError` when the run is cancelled or stopped.
  ///
  /// - Parameter count: The calls of the agent before these.
  func call(_ calls: [ModelToolCall], after count: Int) async throws -> [Outcome] {
    try await context.stop.cancelling {
      try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
        var outcomes: [Outcome?] = Array(repeating: nil, count: calls.count)
        for (index, call) in calls.enumerated() {
          if index >= Self.maximumConcurrency, let (done, outcome) = try await group.next() { outcomes[done] = outcome }
          group.addTask { (index, try await perform(call, number: count + index + 1)) }
        }
        for try await (done, outcome) in group { outcomes[done] = outcome }
        return outcomes.compactMap(\.self)
      }
    }
  }

  private func perform(_ call: ModelToolCall, number: Int) async throws -> Outcome {
    do {
      let tool = tool(of: call)
      let value = try await context.call(tool, call.object, on: state, id: call.id, number: number)
      let narrated = (tool as? any NarratingTool)?.text(of: value)
      return Outcome(value: value, text: narrated ?? Self.text(value), isError: false)
    } catch {
      if Task.isCancelled || context.stop.isRequested { throw CancellationError() }
      let reason =
        error is NodeSuspension ? "the tool waits for a person, which the tools of an agent cannot" : "\(error)"
      return Outcome(value: .string("Error: \(reason)"), text: "Error: \(reason)", isError: true)
    }
  }

  /// The tool of a call, or one that says what is wrong with the call.
  private func tool(of call: ModelToolCall) -> any Tool {
    guard let tool = tools[call.name] else {
      let names = definitions.map(\.name)
      let near = Suggestion.nearest(to: call.name, among: names)
      let advice =
        near.map { "did you mean '\($0)'?" } ?? "there are \(names.map { "'\($0)'" }.joined(separator: ", "))"
      return RefusedTool(name: call.name, reason: "there is no tool '\(call.name)'; \(advice)")
    }
    guard case .malformed(let reason) = call.arguments else { return tool }
    return RefusedTool(name: call.name, reason: reason)
  }

  /// A result in words.
  private static func text(_ value: Value) -> String {
    switch value {
    case .null, .string(""): "(no output)"
    case .string(let text): text
    default: value.json()
    }
  }
}

/// A tool that says itself what a model is told of its results.
protocol NarratingTool: Tool {
  /// A result in words, or nil for its usual form.
  func text(of result: Value) -> String?
}

/// Stands in for a tool whose call makes no sense, so that such a call is in the log like any other.
private struct RefusedTool: Tool, Error, CustomStringConvertible {
  let name: String
  let reason: String

  var definition: ToolDefinition { ToolDefinition(name: name, description: "") }

  var description: String { reason }

  func call(_ invocation: ToolInvocation) async throws -> Value { throw self }
}
