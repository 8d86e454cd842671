internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import LanguageModels

/// Asks a person, and goes on with what they answer.
struct InterruptNode: NodeType {
  /// The keys that a graph may leave to the language.
  private static let defaultStateKey = "interrupt_message"
  private static let defaultResumeKey = "user_input"

  let models: ModelCatalog

  let spec = NodeTypeSpec(
    "interrupt", "Pauses the run for a person and goes on with their answer.",
    keys: [
      KeySpec("message", .any, "The question: text, or a mapping, with expressions in braces.").meaning(.template),
      KeySpec("resume_key", .string, "The state key that the answer goes to; 'user_input' by default.").meaning(
        .writtenStateKey, otherwise: defaultResumeKey),
      KeySpec("answer_schema", .any, "What the answer has to be: the name of a type, or JSON Schema."),
      KeySpec(
        "default", .anyOrNull,
        "The answer where nobody gives one within 'timeout', with expressions in braces; null by default."
      ).meaning(.template),
      KeySpec("idempotent", .bool, "Whether a question that 'state_key' holds already is asked as it is."),
    ] + NodePrompt.keys.filter { promptKeys.contains($0.name) } + ModelSettings.keys,
    writesOwnKey: false)

  private static let promptKeys: Set<String> = ["prompt", "system", "user", "variables", "parse_json"]

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    let fields = node.fields
    let resume = fields.string("resume_key") ?? Located(Self.defaultResumeKey, at: node.name.span)
    let payload = payloadKey(node, scope)
    guard fields.string("resume_key").map({ DocumentName.check($0, "state key", scope.diagnostics) }) ?? true,
      let question = InterruptQuestion(node, payloadKey: payload?.value, scope, models)
    else { return nil }
    let fallback = fields.node("default").flatMap { ValueTemplate.parse($0, diagnostics: scope.diagnostics) }
    guard fallback != nil || !fields.has("default") else { return nil }
    let schema = fields.node("answer_schema")
    let type = schema.flatMap { SchemaType.parse(schema: $0, diagnostics: scope.diagnostics) }
    guard type != nil || !fields.has("answer_schema") else { return nil }
    check(fallback, of: node, answer: resume, type, in: scope)
    let time = node.timeout
    let jsonSchema = type?.jsonSchema ?? .null
    let reuses = fields.bool("idempotent")?.value ?? question.isStored
    var declaration = NodeDeclaration { schema in
      let ask = question.lower(schema, models)
      let fallback = fallback?.compile { schema.index(of: $0) }
      let resumeKey = schema.key(resume.value)
      let payloadKey = payload.map { schema.key($0.value) }
      let suspension = { @Sendable (payload: Value, state: StateView, context: NodeContext) throws -> NodeSuspension in
        let answer = time == nil ? .null : try fallback?.evaluate { state[$0] } ?? .null
        // One that does not fit would be asked for again each time.
        if time != nil, let violation = type?.check(answer).violations.first {
          throw DefaultAnswerError(violation: violation)
        }
        return context.suspension(asking: payload, schema: jsonSchema, memo: payload, within: time, default: answer)
      }
      return .plain { state, context in
        if let given = context.answer {
          let (answer, violations) = type?.check(given) ?? (given, [])
          // Whoever gave another one has not looked; the question stands.
          guard violations.isEmpty else { throw try suspension(context.resumption?.memo ?? .null, state, context) }
          var update = StateUpdate(resumeKey, answer)
          if let payloadKey, let memo = context.resumption?.memo { update.set(payloadKey, memo) }
          return update
        }
        let stored = reuses ? payloadKey.map { state[$0] } ?? .null : .null
        let payload = stored.isNull ? try await ask(state, context) : stored
        throw try suspension(payload, state, context)
      }
    }
    declaration.takesTimeout = true
    declaration.reads = question.reads + (fallback?.reads ?? [])
    declaration.uses = question.uses + (fallback.map { [TypedUse(.value($0))] } ?? [])
    if reuses, let payload { declaration.reads.append(NodeDeclaration.Read(payload, toleratesMissing: true)) }
    declaration.writes = [NodeDeclaration.Write(resume, type: type ?? .any)]
    declaration.answerType = type
    if let payload { declaration.writes.append(NodeDeclaration.Write(payload, source: question.source)) }
    // While it waits, all that the state holds can be looked at.
    declaration.mayReadAnyKey = true
    declaration.isIncomplete = question.isUnknown
    declaration.resultKey = resume
    declaration.interrupts = true
    declaration.isLocal = question.isLocal
    return declaration
  }

  /// Reports a default answer that has no effect, and one that is none of the answers that there may be.
  private func check(
    _ fallback: ValueTemplate?, of node: NodeDocument, answer: Located<String>, _ type: SchemaType?, in scope: NodeScope
  ) {
    guard node.timeout != nil else {
      if let span = node.fields.keySpan("default") {
        scope.diagnostics.report(.defaultWithoutTime(node.name.value), at: span)
      }
      return
    }
    let key = scope.graph.state.first { $0.name.value == answer.value }
    guard let type = type ?? key?.type, let declared = node.fields.keySpan("answer_schema") ?? key?.name.span else {
      return
    }
    guard let fallback else {
      guard !type.accepts(.null), let span = node.fields.keySpan("timeout") else { return }
      return scope.diagnostics.report(.missingDefault(answer.value, "\(type)"), at: span)
    }
    guard let value = fallback.constant, !type.accepts(value), let place = node.fields.node("default") else { return }
    scope.diagnostics.report(
      .wrongDefault(answer.value, "\(type)"), at: place.span,
      notes: [Diagnostic.Note("declared here", at: declared)])
  }

  /// The key that the question goes to: one that the node names, or the usual one where the graph declares it.
  private func payloadKey(_ node: NodeDocument, _ scope: NodeScope) -> Located<String>? {
    if node.fields.has("state_key") { return node.stateKey }
    let isDeclared = scope.graph.state.contains { $0.name.value == Self.defaultStateKey }
    return isDeclared ? Located(Self.defaultStateKey, at: node.name.span) : nil
  }
}

/// A default answer that is none of those that there may be.
private struct DefaultAnswerError: Error, CustomStringConvertible {
  let violation: SchemaViolation

  var description: String { "the answer where none comes in time does not fit 'answer_schema' at \(violation)" }
}

/// Where the question of an interrupt comes from.
private enum InterruptQuestion {
  /// Text or data with expressions in it.
  case message(ValueTemplate)
  /// A Jinja template.
  case template(PromptDocument, node: String)
  /// A model's answer.
  case prompt(NodePrompt, ModelAnswer)
  /// The state, or nothing but the node's name.
  case none(node: String, isStored: Bool)

  /// Reads the question, or reports why it cannot be read and returns nil.
  init?(_ node: NodeDocument, payloadKey: String?, _ scope: NodeScope, _ models: ModelCatalog) {
    let fields = node.fields
    if ["prompt", "user", "system"].contains(where: { fields.has($0) }) {
      if let span = fields.keySpan("message") { scope.diagnostics.report(.messageBesidePrompt, at: span) }
      let prompt = NodePrompt(node, scope, models)
      let parsesJSON = fields.bool("parse_json")?.value ?? false
      self = .prompt(prompt, ModelAnswer(to: prompt.document, parsesJSON: parsesJSON))
      return
    }
    guard let message = fields.node("message") else {
      guard !fields.has("message") else { return nil }
      if payloadKey == nil { scope.diagnostics.report(.asksNothing(node.name.value), at: node.name.span) }
      self = .none(node: node.name.value, isStored: payloadKey != nil)
      return
    }
    if let text = message.scalar?.text, text.contains("{{") || text.contains("{%") {
      guard let prompt = scope.inlinePrompt(system: nil, user: message, at: message.span) else { return nil }
      self = .template(prompt, node: node.name.value)
      return
    }
    guard let template = ValueTemplate.parse(message, diagnostics: scope.diagnostics) else { return nil }
    self = .message(template)
  }

  /// Whether no model is asked for it.
  var isLocal: Bool { if case .prompt = self { false } else { true } }

  /// Whether its prompt could not be read.
  var isUnknown: Bool { if case .prompt(let prompt, _) = self { prompt.document.isUnknown } else { false } }

  /// Whether the question is what the state holds.
  var isStored: Bool { if case .none(_, let isStored) = self { isStored } else { false } }

  /// What is read of the state.
  var reads: [NodeDeclaration.Read] {
    switch self {
    case .message(let template): template.reads
    case .template(let prompt, let node):
      prompt.variables.map {
        NodeDeclaration.Read(
          $0, reader: "the message of node '\(node)'", isOptional: prompt.optionalVariables.contains($0.value),
          needsValue: prompt.certainVariables.contains($0.value))
      } + prompt.stateKeys.map { NodeDeclaration.Read($0, reader: "the message of node '\(node)'", needsValue: true) }
    case .prompt(let prompt, _): prompt.reads
    case .none: []
    }
  }

  /// What is computed, as far as its types are to be checked.
  var uses: [TypedUse] {
    switch self {
    case .message(let template): [TypedUse(.value(template))]
    case .template(let prompt, _): [TypedUse(.prompt(prompt, variables: nil))]
    case .prompt(let prompt, _): prompt.uses
    case .none: []
    }
  }

  /// Where the type of the question comes from.
  var source: TypeSource {
    switch self {
    case .message(let template): .value(template)
    case .template: .type(.string)
    case .prompt(_, let answer): .type(answer.type)
    case .none: .type(.any)
    }
  }

  /// What makes the question from a state.
  func lower(
    _ schema: StateSchema, _ models: ModelCatalog
  ) -> @Sendable (StateView, NodeContext) async throws -> Value {
    switch self {
    case .message(let template):
      let template = template.compile { schema.index(of: $0) }
      return { state, _ in try template.evaluate { state[$0] } }
    case .template(let prompt, _):
      let slots = Dictionary(
        prompt.variables.compactMap { name in schema.index(of: name.value).map { (name.value, $0) } },
        uniquingKeysWith: { first, _ in first })
      return { state, _ in
        guard let question = prompt.user else { return .null }
        let value: (String) -> Value? = { name in
          if name == "state" { return .object(state.object) }
          return slots[name].flatMap { state[$0].isNull ? nil : state[$0] }
        }
        return .string(try prompt.render(question, value, names: { slots.keys.sorted() }))
      }
    case .prompt(let prompt, let answer):
      let question = prompt.question(schema, models)
      return { state, context in
        let call = try question.call(state, context)
        return try await call.value(of: try await call.respond(), as: answer).value
      }
    case .none(let node, _): return { _, _ in ["node": .string(node)] }
    }
  }
}

extension DiagnosticMessage {
  fileprivate static var messageBesidePrompt: Self {
    Self("GR0168", .warning, "the prompt makes the question, and 'message' has no effect beside it")
  }

  fileprivate static func defaultWithoutTime(_ node: String) -> Self {
    Self(
      "GR0803", .warning,
      "'default' has no effect without 'timeout', the time in which node '\(node)' waits for an answer")
  }

  fileprivate static func missingDefault(_ key: String, _ type: String) -> Self {
    Self(
      "GR0804", "an answer that does not come in time is null, and '\(key)' is \(type); 'default' says another one",
      bearing: .itself)
  }

  fileprivate static func wrongDefault(_ key: String, _ type: String) -> Self {
    Self("GR0805", "the answer where none comes in time does not fit '\(key)', which is \(type)", bearing: .itself)
  }

  fileprivate static func asksNothing(_ node: String) -> Self {
    Self("GR0169", .warning, "node '\(node)' asks nothing; give it 'message' or 'prompt'")
  }
}
