internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import LanguageModels

/// What a node asks a model: its prompt, where the values in it come from, and the settings of the call.
///
/// Shared by all node types that ask a model. A class, as the closures of a node hold it several times.
final class NodePrompt: Sendable {
  /// The keys of a node that asks a model.
  static let keys: [KeySpec] =
    [
      KeySpec("prompt", .string, "The prompt file, by its name without an ending.").meaning(.prompt),
      KeySpec("system", .any, "The system message, in place of a prompt file; goes with 'user'.").meaning(.promptText),
      KeySpec("user", .any, "The question, in place of a prompt file.").meaning(.promptText),
      KeySpec("variables", .mapping, "The values for the prompt; all keys of the state where it is missing.")
        .naming(.variable).meaning(.template),
      KeySpec("stream", .bool, "Whether each piece of text is an event the moment it arrives."),
      KeySpec("parse_json", .bool, "Whether the JSON value in the answer is the result."),
      KeySpec("messages_key", .string, "The list in the state that holds the conversation before the question.")
        .meaning(.writtenStateKey),
      KeySpec(
        "thinking_budget", .integer(-1...10_000_000),
        "How many tokens the model may think with: 0 for none, -1 for as many as it likes."),
    ] + ModelSettings.keys

  /// The prompt.
  let document: PromptDocument

  /// The node's name, for messages.
  let node: String

  /// What messages call the prompt.
  private let title: String

  /// The node's own values, or nil when the prompt reads the state itself.
  private let variables: [(name: Located<String>, template: ValueTemplate)]?

  /// Keys besides the state that the prompt may use without being given them, such as the item of a map.
  private let localKeys: [String]

  private let settings: ModelSettings
  private let defaults: DefaultsDocument

  /// Which model is asked, as far as the node says so.
  private let place: ModelPlace

  private let thinkingBudget: Int?

  /// The key of the conversation that the node takes part in.
  let messagesKey: Located<String>?

  /// Reads the prompt of a node and checks what it needs against what it is given.
  ///
  /// Where there is no prompt, which is reported, all else that can be wrong is found all the same.
  ///
  /// - Parameter joins: The conversation that the node takes part in where it names none and the graph declares one of
  ///   that name.
  init(_ node: NodeDocument, _ scope: NodeScope, _ models: ModelCatalog, joining joins: String? = nil) {
    let fields = node.fields
    self.node = node.name.value
    settings = ModelSettings(fields)
    defaults = scope.graph.defaults
    place = ModelPlace(node: fields)
    let declared = scope.graph.state.contains { $0.name.value == joins } && node.stateKey.value != joins
    messagesKey = fields.string("messages_key") ?? (declared ? joins.map { Located($0, at: node.name.span) } : nil)
    let ownBudget = fields.int("thinking_budget")
    thinkingBudget = ownBudget?.value ?? defaults.thinkingBudget?.value
    if let messagesKey, DocumentName.check(messagesKey, "state key", scope.diagnostics),
      messagesKey.value == node.stateKey.value
    {
      scope.diagnostics.report(.conversationIsResult(messagesKey.value), at: messagesKey.span)
    }
    localKeys = scope.localKeys
    let (document, title) = Self.document(node, scope) ?? (.unknown(at: node.name.span), "the prompt")
    let providers = [
      place.provider?.text, node.policies.fallback?.settings.provider, defaults.provider, document.provider,
    ]
    for provider in providers { Self.checkProvider(provider, models, scope.diagnostics) }
    self.document = document
    self.title = title
    if place.provider == nil || place.provider?.text != nil {
      Self.check(
        budget: ownBudget, of: place.provider?.text ?? defaults.provider ?? document.provider, scope.diagnostics)
    }
    if let entries = fields.node("variables")?.mapping?.entries {
      variables = entries.compactMap { entry in
        ValueTemplate.parse(entry.value, diagnostics: scope.diagnostics).map { (entry.key, $0) }
      }
      // A variable that is broken was reported, and counts as given.
      if !document.isUnknown { checkVariables(given: entries.map(\.key), scope.diagnostics) }
    } else {
      variables = nil
    }
    checkBraces(scope)
  }

  private static func document(_ node: NodeDocument, _ scope: NodeScope) -> (PromptDocument, String)? {
    let fields = node.fields
    let isInline = fields.has("user") || fields.has("system")
    if let name = fields.string("prompt") {
      if let inline = fields.keySpan("user") ?? fields.keySpan("system") {
        scope.diagnostics.report(
          .promptTwice, at: inline, notes: Diagnostic.Note.theOther(at: fields.keySpan("prompt")))
      }
      return scope.prompt(name).map { ($0, "prompt '\(name.value)'") }
    }
    guard isInline else {
      if !fields.has("prompt") {
        scope.diagnostics.report(.noPrompt(node.name.value), at: node.name.span)
      }
      return nil
    }
    // A question that is misspelled or of another kind was reported, and is not missing.
    guard fields.has("user") == (fields.node("user") != nil) else { return nil }
    return scope.inlinePrompt(
      system: fields.node("system"), user: fields.node("user"), at: node.name.span
    ).map { ($0, "the prompt of node '\(node.name.value)'") }
  }

  /// Finds a provider that nobody knows.
  static func checkProvider(
    _ provider: Located<String>?, _ models: ModelCatalog, _ diagnostics: DiagnosticEngine
  ) {
    guard let provider, !models.providerNames.contains(provider.value.lowercased()) else { return }
    let near = Suggestion.nearest(to: provider.value, among: models.providerNames)
    diagnostics.report(
      .unknownProvider(provider.value), at: provider.span,
      notes: [near.map { .didYouMean($0) } ?? .known("providers", models.providerNames)],
      fixIts: near.map { [.replace(provider.span, with: $0)] } ?? [])
  }

  /// Finds a budget for a provider that cannot be told any.
  private static func check(
    budget: Located<Int>?, of provider: Located<String>?, _ diagnostics: DiagnosticEngine
  ) {
    guard let budget, budget.value != 0, let provider, let preset = ProviderPreset.named(provider.value),
      preset.family != .offline, !preset.takesThinkingBudget
    else { return }
    diagnostics.report(
      .noThinkingBudget(preset.name), at: budget.span,
      notes: [.known("providers that can", ProviderPreset.all.filter(\.takesThinkingBudget).map(\.name))])
  }

  private func checkVariables(given: [Located<String>], _ diagnostics: DiagnosticEngine) {
    let names = given.map(\.value)
    let required = document.variables.filter { !document.optionalVariables.contains($0.value) }
    let used = Set(document.variables.map(\.value))
    var meant: Set<String> = []
    for variable in required where !names.contains(variable.value) && !localKeys.contains(variable.value) {
      let near = Suggestion.nearest(to: variable.value, among: document.ownNames + names)
      var fixIts = near.map { [FixIt.replace(variable.span, with: $0)] } ?? []
      // Either of the two may be the misspelled one, if nothing else uses the variable.
      if let near, !used.contains(near), let name = given.first(where: { $0.value == near }),
        meant.insert(near).inserted
      {
        fixIts.append(.replace(name.span, with: variable.value))
      }
      diagnostics.report(
        .variableNotGiven(variable.value, title, node), at: variable.span,
        notes: [near.map { .didYouMean($0) } ?? .known("variables of node '\(node)'", names)], fixIts: fixIts)
    }
    for name in given where !used.contains(name.value) && !meant.contains(name.value) {
      diagnostics.report(.variableNotUsed(name.value, title), at: name.span)
    }
  }

  /// Warns of what is nearly a placeholder and so is text, as far as there is a value of its name.
  private func checkBraces(_ scope: NodeScope) {
    let (braced, near) = (document.bracedNames, document.nearPlaceholders)
    guard !braced.isEmpty || !near.isEmpty else { return }
    let given = variables?.map(\.name.value) ?? scope.valueNames
    let names = Set(given + document.variables.map(\.value) + document.ownNames)
    for text in braced where names.contains(text.root) {
      scope.diagnostics.report(
        .bracesAreText(text.path), at: text.span, fixIts: [.replace(text.span, with: "{{ \(text.path) }}")])
    }
    for text in near where names.contains(text.root) {
      scope.diagnostics.report(
        .nearPlaceholder(text.text, text.path), at: text.span, fixIts: [.replace(text.span, with: "{\(text.path)}")])
    }
  }

  /// The state keys that are read.
  var reads: [NodeDeclaration.Read] {
    let neverNull = document.variablesNeverNull
    let own = variables.map { variables in
      variables.flatMap { $0.template.reads(needsValue: neverNull.contains($0.name.value)) }
    }
    // What is not given stands in the state: all of it without 'variables', else what the enclosing node adds.
    let others = document.variables.filter { own == nil || isLocal($0.value) }
    let certain = document.certainVariables
    return
      (own ?? [])
      + others.map {
        var read = NodeDeclaration.Read(
          $0, reader: title, isOptional: document.optionalVariables.contains($0.value),
          needsValue: certain.contains($0.value))
        read.ownNames = document.ownNames
        return read
      }
      + document.stateKeys.map { NodeDeclaration.Read($0, reader: title, needsValue: true) } + dollarReads + place.reads
  }

  /// The texts with the values that they are given, and the expressions that name the model.
  var uses: [TypedUse] {
    place.uses + [TypedUse(.prompt(document, variables: variables?.map { ($0.name.value, $0.template) }))]
  }

  /// The state keys that are written besides the result.
  var writes: [NodeDeclaration.Write] {
    messagesKey.map { [NodeDeclaration.Write($0, type: .list(.any))] } ?? []
  }

  /// Whether a variable is a key that the enclosing node adds and 'variables' does not give.
  private func isLocal(_ name: String) -> Bool {
    localKeys.contains(name) && variables?.contains { $0.name.value == name } != true
  }

  /// The state keys whose values are put into the text right behind a dollar sign.
  private var dollarReads: [NodeDeclaration.Read] {
    document.dollars.compactMap { path, sign in
      guard path.components.isEmpty else { return nil }
      var key = Located(path.root, at: path.rootSpan)
      if !path.hasStatePrefix, let given = variables?.first(where: { $0.name.value == path.root })?.template {
        guard case .expression(let expression) = given.root, case .path(let source) = expression.root,
          source.components.isEmpty
        else { return nil }
        key = Located(source.root, at: source.rootSpan)
      }
      var read = NodeDeclaration.Read(key, toleratesMissing: true, reader: title)
      read.dollar = sign
      return read
    }
  }

  /// What is asked, once the keys of the state have their places.
  ///
  /// - Parameter alternative: A model that is asked in place of the node's own; the command line does not change it.
  func question(
    _ schema: StateSchema, _ models: ModelCatalog, as alternative: Alternative? = nil
  ) -> ModelQuestion {
    var places = [
      place, ModelPlace(provider: defaults.provider, model: defaults.model, baseURL: defaults.baseURL),
      ModelPlace(provider: document.provider, model: document.model),
    ]
    switch alternative {
    case .fallback(let settings): places = [ModelPlace(settings)] + places.map(\.withoutModel)
    case .candidate(let settings): places[0] = ModelPlace(settings)
    case nil: break
    }
    let sources: [(name: String, source: ModelQuestion.Source)] =
      (variables ?? []).map { variable in
        (variable.name.value, .template(variable.template.compile { schema.index(of: $0) }))
      }
      + document.variables.filter { variables == nil || isLocal($0.value) }.compactMap { variable in
        schema.index(of: variable.value).map { (variable.value, .slot($0)) }
      }
    return ModelQuestion(
      prompt: document, sources: sources, places: places.map { $0.compile(schema) },
      isAlternative: alternative != nil, models: models,
      temperature: alternative?.settings.temperature ?? settings.temperature ?? defaults.temperature
        ?? document.temperature?.value,
      maximumTokens: alternative?.settings.maxTokens ?? settings.maxTokens ?? defaults.maxTokens
        ?? document.maximumTokens?.value,
      thinkingBudget: thinkingBudget, conversation: messagesKey.map { Conversation($0.value, schema) })
  }
}

extension NodePrompt {
  /// A model that is asked in place of the node's own.
  enum Alternative {
    /// One that is asked when another one has failed; that one's model is never taken for its own.
    case fallback(ModelSettings)
    /// One of several that are asked at once.
    case candidate(ModelSettings)

    /// What is said of it.
    var settings: ModelSettings {
      switch self {
      case .fallback(let settings), .candidate(let settings): settings
      }
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func noPrompt(_ node: String) -> Self {
    Self(
      "GR0120", "node '\(node)' needs 'prompt', or 'user' with the question itself", bearing: .missing(.key, "prompt"))
  }

  fileprivate static func unknownProvider(_ name: String) -> Self {
    Self("GR0126", "there is no provider '\(name)'")
  }

  fileprivate static func noThinkingBudget(_ provider: String) -> Self {
    Self("GR0128", "models of '\(provider)' cannot be told how many tokens to think with")
  }

  fileprivate static func conversationIsResult(_ key: String) -> Self {
    Self("GR0135", "'\(key)' holds the conversation and cannot hold the result as well")
  }

  fileprivate static var promptTwice: Self {
    Self("GR0121", "a node has either 'prompt' or its own 'system' and 'user', not both")
  }

  fileprivate static func bracesAreText(_ path: String) -> Self {
    Self(
      "GR0656", .warning, "'{\(path)}' is text in a Jinja template; the value is written '{{ \(path) }}'",
      bearing: .nearPlaceholder)
  }

  fileprivate static func nearPlaceholder(_ text: String, _ path: String) -> Self {
    Self("GR0227", .warning, "'\(text)' is text; the placeholder is written '{\(path)}'", bearing: .nearPlaceholder)
  }

  fileprivate static func variableNotGiven(_ name: String, _ title: String, _ node: String) -> Self {
    Self(
      "GR0230", "\(title) uses '\(name)', which node '\(node)' does not give under 'variables'",
      bearing: .missing(.variable(node: node), name))
  }

  fileprivate static func variableNotUsed(_ name: String, _ title: String) -> Self {
    Self("GR0231", .warning, "\(title) does not use the variable '\(name)'", bearing: .unusedVariable(name))
  }
}

extension NodeScope {
  /// The names of values that a prompt without `variables` may mean: declared keys, and what nodes write by their own keys.
  fileprivate var valueNames: [String] {
    graph.state.map(\.name.value) + localKeys
      + graph.nodes.compactMap(\.document).flatMap { node -> [String] in
        let named = ["collect", "resume_key"].compactMap { node.fields.string($0)?.value }
        return [node.stateKey.value] + named + (node.fields.node("output")?.mapping?.entries.map(\.key.value) ?? [])
      }
  }
}
