internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// A prompt that is filled in from the state, and the model that it goes to: everything a run needs of it.
struct ModelQuestion: Sendable {
  /// Where the value of a variable comes from.
  enum Source: Sendable {
    /// A key of the state.
    case slot(Int)
    /// An expression of the node's `variables`.
    case template(CompiledValueTemplate)
  }

  let prompt: PromptDocument
  let sources: [(name: String, source: Source)]
  let places: [ModelPlace.CompiledPlace]

  /// Whether this is one of several models of a node: what the command line says would make all of them the same.
  let isAlternative: Bool

  let models: ModelCatalog
  let temperature: Double?
  let maximumTokens: Int?
  let thinkingBudget: Int?

  /// The conversation that the question is part of.
  let conversation: Conversation?

  /// The call for a state.
  ///
  /// - Throws: `PromptError` or `VariableError` when the prompt cannot be filled in, `ConversationError` when there is
  ///   no conversation where one should be, `ModelError` when no model can be chosen.
  func call(_ state: StateView, _ context: NodeContext) throws -> ModelCall {
    let values = try values(state)
    var messages = try prompt.messages(
      { name in name == "state" ? .object(state.object) : values[name] },
      names: { sources.map(\.name).filter { values[$0] != nil } })
    let asked = messages.last.flatMap { $0.role == .user ? $0 : nil }
    if let conversation { insert(try conversation.messages(state), into: &messages, isAsking: asked != nil) }
    let model = try models.model(for: places.map { try $0.choice(state) }, ignoringOverrides: isAlternative)
    let request = ModelRequest(
      messages: messages, temperature: temperature, maxTokens: maximumTokens, schema: prompt.responseSchema,
      thinkingBudget: thinkingBudget.flatMap { isTold(to: model) ? $0 : nil })
    return ModelCall(model: model, request: request, context: context, asked: asked)
  }

  /// Puts what was said before in front of the question; instructions that it begins with are those of the prompt.
  private func insert(_ history: [ModelMessage], into messages: inout [ModelMessage], isAsking: Bool) {
    let hasInstructions = messages.contains { $0.role == .system }
    let kept = hasInstructions ? history.filter { $0.role != .system } : history
    messages.insert(contentsOf: kept, at: messages.count - (isAsking ? 1 : 0))
  }

  /// Whether a model is told the budget: one that stands in for another need not be able to think.
  private func isTold(to model: any LanguageModel) -> Bool {
    guard isAlternative || models.overrides.provider != nil else { return true }
    return ProviderPreset.named(model.identity.provider)?.takesThinkingBudget ?? true
  }

  /// What determines the answer to a call: the model, its settings and what it is told.
  func fingerprint(_ state: StateView, _ context: NodeContext) throws -> Value {
    let call = try call(state, context)
    let request = call.request
    return [
      "model": .string(call.model.identity.description),
      "messages": .list(request.messages.map(Conversation.encode)),
      "temperature": request.temperature.map { .double($0) } ?? .null,
      "max_tokens": request.maxTokens.map { .int($0) } ?? .null, "schema": request.schema?.schema ?? .null,
      "thinking_budget": request.thinkingBudget.map { .int($0) } ?? .null,
    ]
  }

  /// The values of all variables.
  private func values(_ state: StateView) throws -> [String: Value] {
    var values: [String: Value] = [:]
    for (name, source) in sources {
      switch source {
      case .slot(let slot):
        let value = state[slot]
        if !value.isNull { values[name] = value }
      case .template(let template):
        do {
          values[name] = try template.evaluate { state[$0] }
        } catch {
          throw VariableError(name: name, error: error)
        }
      }
    }
    return values
  }
}

/// A value for a prompt that cannot be evaluated.
struct VariableError: Error, CustomStringConvertible {
  let name: String
  let error: ExpressionError

  var description: String { "variable '\(name)': \(error)" }
}

extension PromptDocument {
  /// The conversation with values put into its texts.
  ///
  /// - Throws: `PromptError` when a value is missing or does not fit.
  func messages(_ value: (String) -> Value?, names: () -> [String]) throws(PromptError) -> [ModelMessage] {
    var messages = try instructions(value, names: names)
    for turn in self.messages {
      messages.append(ModelMessage(turn.role.modelRole, try render(turn.content, value, names: names)))
    }
    if let user { messages.append(ModelMessage(.user, try render(user, value, names: names))) }
    return messages
  }

  /// The system message: one text, or its segments where the provider is asked to keep some of them.
  private func instructions(
    _ value: (String) -> Value?, names: () -> [String]
  ) throws(PromptError) -> [ModelMessage] {
    var segments: [ModelMessage] = []
    for segment in system {
      segments.append(
        ModelMessage(.system, try render(segment.text, value, names: names), isCached: segment.isCached))
    }
    guard segments.count > 1, !segments.contains(where: \.isCached) else { return segments }
    return [ModelMessage(.system, segments.map(\.content).joined(separator: "\n"))]
  }

  /// The answer's schema as models are told it.
  var responseSchema: ResponseSchema? {
    outputSchema.map { ResponseSchema(name: $0.name, schema: $0.jsonSchema) }
  }
}

extension PromptDocument.Turn.Role {
  fileprivate var modelRole: ModelMessage.Role {
    switch self {
    case .system: .system
    case .user: .user
    case .assistant: .assistant
    }
  }
}
