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
  let choices: [ModelChoice]

  /// Whether this is asked because another model has failed: what the command line says would be that model again.
  let isFallback: Bool
  let models: ModelCatalog
  let temperature: Double?
  let maximumTokens: Int?

  /// The call for a state.
  ///
  /// - Throws: `PromptError` or `VariableError` when the prompt cannot be filled in, `ModelError` when no model can be
  ///   chosen.
  func call(_ state: StateView, _ context: NodeContext) throws -> ModelCall {
    let values = try values(state)
    let messages = try prompt.messages(
      { name in name == "state" ? .object(state.object) : values[name] },
      names: { sources.map(\.name).filter { values[$0] != nil } })
    let request = ModelRequest(
      messages: messages, temperature: temperature, maxTokens: maximumTokens, schema: prompt.responseSchema)
    return ModelCall(
      model: try models.model(for: choices, ignoringOverrides: isFallback), request: request, context: context)
  }

  /// What determines the answer to a call: the model, its settings and what it is told.
  func fingerprint(_ state: StateView, _ context: NodeContext) throws -> Value {
    let call = try call(state, context)
    let request = call.request
    return [
      "model": .string(call.model.identity.description),
      "messages": .list(request.messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] }),
      "temperature": request.temperature.map { .double($0) } ?? .null,
      "max_tokens": request.maxTokens.map { .int($0) } ?? .null, "schema": request.schema?.schema ?? .null,
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
