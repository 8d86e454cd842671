internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import LanguageModels

/// What a node asks a model: its prompt, where the values in it come from, and the settings of the call.
///
/// Shared by all node types that ask a model.
struct NodePrompt {
  /// The keys of a node that asks a model.
  static let keys: [KeySpec] =
    [
      KeySpec("prompt", .string, "The prompt file, by its name without an ending."),
      KeySpec("system", .any, "The system message, in place of a prompt file; goes with 'user'."),
      KeySpec("user", .any, "The question, in place of a prompt file."),
      KeySpec("variables", .mapping, "The values for the prompt; all keys of the state where it is missing."),
      KeySpec("stream", .bool, "Whether each piece of text is an event the moment it arrives."),
      KeySpec("parse_json", .bool, "Whether the JSON value in the answer is the result."),
      .planned("messages_key"), .planned("thinking_budget"),
    ] + ModelSettings.keys

  /// The prompt.
  let document: PromptDocument

  /// The node's name, for messages.
  let node: String

  /// What messages call the prompt.
  private let title: String

  /// The node's own values, or nil when the prompt reads the state itself.
  private let variables: [(name: Located<String>, template: ValueTemplate)]?

  private let settings: ModelSettings
  private let defaults: DefaultsDocument

  /// Reads the prompt of a node and checks what it needs against what it is given.
  ///
  /// - Returns: Nil after reporting what is wrong.
  init?(_ node: NodeDocument, _ scope: NodeScope, _ models: ModelCatalog) {
    let fields = node.fields
    self.node = node.name.value
    settings = ModelSettings(fields)
    defaults = scope.graph.defaults
    let providers = [settings.provider, node.policies.fallback?.settings.provider, defaults.provider]
    guard let (document, title) = Self.document(node, scope) else { return nil }
    for provider in providers + [document.provider] { Self.checkProvider(provider, models, scope.diagnostics) }
    self.document = document
    self.title = title
    if let entries = fields.node("variables")?.mapping?.entries {
      variables = entries.compactMap { entry in
        ValueTemplate.parse(entry.value, diagnostics: scope.diagnostics).map { (entry.key, $0) }
      }
      // A variable that is broken was reported, and counts as given.
      checkVariables(given: entries.map(\.key), scope.diagnostics)
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
        scope.diagnostics.report(.promptTwice, at: inline)
      }
      return scope.prompt(name).map { ($0, "prompt '\(name.value)'") }
    }
    guard isInline else {
      if !fields.has("prompt") { scope.diagnostics.report(.noPrompt(node.name.value), at: node.name.span) }
      return nil
    }
    // A question that is misspelled or of another kind was reported, and is not missing.
    guard fields.has("user") == (fields.node("user") != nil) else { return nil }
    return scope.inlinePrompt(
      system: fields.node("system"), user: fields.node("user"), at: node.name.span
    ).map { ($0, "the prompt of node '\(node.name.value)'") }
  }

  /// Finds a provider that nobody knows.
  private static func checkProvider(
    _ provider: Located<String>?, _ models: ModelCatalog, _ diagnostics: DiagnosticEngine
  ) {
    guard let provider, !models.providerNames.contains(provider.value.lowercased()) else { return }
    let near = Suggestion.nearest(to: provider.value, among: models.providerNames)
    diagnostics.report(
      .unknownProvider(provider.value), at: provider.span,
      notes: [near.map { .didYouMean($0) } ?? .known("providers", models.providerNames)],
      fixIts: near.map { [.replace(provider.span, with: $0)] } ?? [])
  }

  private func checkVariables(given: [Located<String>], _ diagnostics: DiagnosticEngine) {
    let names = given.map(\.value)
    let required = document.variables.filter { !document.optionalVariables.contains($0.value) }
    for variable in required where !names.contains(variable.value) {
      let near = Suggestion.nearest(to: variable.value, among: names)
      diagnostics.report(
        .variableNotGiven(variable.value, title, node), at: variable.span,
        notes: [near.map { .didYouMean($0) } ?? .known("variables of node '\(node)'", names)],
        fixIts: near.map { [.replace(variable.span, with: $0)] } ?? [])
    }
    let used = Set(document.variables.map(\.value))
    for name in given where !used.contains(name.value) {
      diagnostics.report(.variableNotUsed(name.value, title), at: name.span)
    }
  }

  /// Warns of placeholders in Jinja templates, where they are text, as far as there is a value of their name.
  private func checkBraces(_ scope: NodeScope) {
    let texts = document.templates.flatMap(\.bracedNames)
    guard !texts.isEmpty else { return }
    let given =
      variables.map { $0.map(\.name.value) }
      ?? scope.graph.state.map(\.name.value) + scope.graph.nodes.compactMap(\.document?.stateKey.value)
    let names = Set(given).union(document.variables.map(\.value))
    for text in texts where names.contains(text.root) {
      scope.diagnostics.report(
        .bracesAreText(text.path), at: text.span, fixIts: [.replace(text.span, with: "{{ \(text.path) }}")])
    }
  }

  /// The state keys that are read.
  var reads: [NodeDeclaration.Read] {
    let own = variables.map { $0.flatMap(\.template.reads) }
    return
      (own
      ?? document.variables.map {
        NodeDeclaration.Read($0, reader: title, isOptional: document.optionalVariables.contains($0.value))
      })
      + document.stateKeys.map { NodeDeclaration.Read($0, reader: title) } + fieldReads
  }

  /// The fields of state keys that placeholders name.
  private var fieldReads: [NodeDeclaration.Read] {
    document.templates.flatMap(\.paths).compactMap { path in
      guard case .key(let field) = path.components.first, path.hasStatePrefix || variables == nil else { return nil }
      return NodeDeclaration.Read(
        Located(path.root, at: path.rootSpan), reader: title, field: Located(field, at: path.span))
    }
  }

  /// What is asked, once the keys of the state have their places.
  ///
  /// - Parameter fallback: Settings that come before the node's own, and before those of the command line.
  func question(
    _ schema: StateSchema, _ models: ModelCatalog, fallback: ModelSettings? = nil
  ) -> ModelQuestion {
    var choices = [ModelChoice(settings), ModelChoice(defaults)]
    if let fallback { choices.insert(ModelChoice(fallback), at: 0) }
    choices.append(ModelChoice(provider: document.provider?.value, model: document.model?.value))
    let sources: [(name: String, source: ModelQuestion.Source)] =
      if let variables {
        variables.map { variable in
          (variable.name.value, .template(variable.template.compile { schema.index(of: $0) }))
        }
      } else {
        document.variables.compactMap { variable in
          schema.index(of: variable.value).map { (variable.value, .slot($0)) }
        }
      }
    return ModelQuestion(
      prompt: document, sources: sources, choices: choices, isFallback: fallback != nil, models: models,
      temperature: fallback?.temperature ?? settings.temperature ?? defaults.temperature ?? document.temperature?.value,
      maximumTokens: fallback?.maxTokens ?? settings.maxTokens ?? defaults.maxTokens ?? document.maximumTokens?.value)
  }
}

extension ModelChoice {
  fileprivate init(_ settings: ModelSettings) {
    self.init(
      provider: settings.provider?.value, model: settings.model?.value, baseURL: settings.baseURL?.value)
  }

  fileprivate init(_ defaults: DefaultsDocument) {
    self.init(
      provider: defaults.provider?.value, model: defaults.model?.value, baseURL: defaults.baseURL?.value)
  }
}

extension DiagnosticMessage {
  fileprivate static func noPrompt(_ node: String) -> Self {
    Self("GR0120", "node '\(node)' needs 'prompt', or 'user' with the question itself")
  }

  fileprivate static func unknownProvider(_ name: String) -> Self {
    Self("GR0126", "there is no provider '\(name)'")
  }

  fileprivate static var promptTwice: Self {
    Self("GR0121", "a node has either 'prompt' or its own 'system' and 'user', not both")
  }

  fileprivate static func bracesAreText(_ path: String) -> Self {
    Self(
      "GR0656", .warning, "'{\(path)}' is text in a Jinja template; the value is written '{{ \(path) }}'")
  }

  fileprivate static func variableNotGiven(_ name: String, _ title: String, _ node: String) -> Self {
    Self("GR0230", "\(title) uses '\(name)', which node '\(node)' does not give under 'variables'")
  }

  fileprivate static func variableNotUsed(_ name: String, _ title: String) -> Self {
    Self("GR0231", .warning, "\(title) does not use the variable '\(name)'")
  }
}
