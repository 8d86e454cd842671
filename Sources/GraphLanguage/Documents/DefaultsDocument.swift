public import GraphDiagnostics
public import GraphRuntime
internal import GraphYAML

/// Settings of all nodes that do not say otherwise.
public struct DefaultsDocument: Sendable {
  /// The provider.
  public var provider: Located<String>?

  /// The model.
  public var model: Located<String>?

  /// The base URL of the provider's API.
  public var baseURL: Located<String>?

  /// The sampling temperature.
  public var temperature: Double?

  /// The most tokens to generate.
  public var maxTokens: Int?

  /// The longest time of one attempt at a node.
  public var timeout: Duration?

  /// How often a failed attempt at a node is made again.
  public var retry: RetryPolicy?

  /// What becomes of the run when a node fails.
  public var onError: Located<ErrorPolicy>?

  /// How many tokens a model may think before it answers; -1 leaves it to the model.
  public var thinkingBudget: Located<Int>?

  /// Where prompts are looked up.
  public var prompts = GraphDocument.PromptSettings()

  /// What maps do with too many items.
  public var overflow: Overflow?

  /// What a map does with more items than it may have.
  public enum Overflow: String, Sendable, Hashable, CaseIterable {
    /// It fails.
    case error
    /// It leaves the last ones out.
    case truncate
  }

  /// The key that says what maps do with too many items.
  public static let overflowKey = KeySpec(
    "on_overflow", .choice(Overflow.allCases.map(\.rawValue)), "What a map does with more items than it may have.")

  /// The keys under `defaults`.
  public static let keys = KeyTable(
    ModelSettings.keys + [
      NodeDocument.timeoutKey, NodeDocument.retryKey,
      KeySpec("prompts_relative", .bool, "Whether prompts are looked for next to the graph file."),
      KeySpec("prompts_dir", .string, "The folder in which prompts are looked for first."),
      NodePolicies.onErrorKey, overflowKey,
      KeySpec("thinking_budget", .integer(-1...10_000_000), "How many tokens a model may think before it answers."),
    ])

  init(_ node: YAMLNode?, _ diagnostics: DiagnosticEngine) {
    guard let node,
      let fields = FieldReader(node, owner: "'defaults'", keys: Self.keys, diagnostics: diagnostics)
    else { return }
    let model = ModelSettings(fields)
    provider = model.provider
    self.model = model.model
    baseURL = model.baseURL
    temperature = model.temperature
    maxTokens = model.maxTokens
    timeout = fields.duration("timeout")?.value
    retry = NodeDocument.retryPolicy(fields)
    overflow = fields.string("on_overflow").flatMap { Overflow(rawValue: $0.value) }
    thinkingBudget = fields.int("thinking_budget")
    onError = NodePolicies.errorPolicy(fields)
    prompts.isRelative = fields.bool("prompts_relative")?.value ?? false
    prompts.directory = fields.string("prompts_dir")
  }
}

/// Which model a node, the defaults or a prompt asks for, and how.
public struct ModelSettings: Sendable {
  /// The provider.
  public let provider: Located<String>?

  /// The model.
  public let model: Located<String>?

  /// The base URL of the provider's API.
  public let baseURL: Located<String>?

  /// The sampling temperature.
  public let temperature: Double?

  /// The most tokens to generate.
  public let maxTokens: Int?

  /// The keys that settings are made of.
  public static let keys: [KeySpec] = [
    KeySpec("provider", .string, "The provider of the model, such as openai or anthropic.").meaning(.provider),
    KeySpec("model", .string, "The model, as its provider names it.").meaning(.model),
    KeySpec("base_url", .string, "The base URL of the provider's API, for servers that speak a known protocol."),
    KeySpec("temperature", .number(0...2), "The sampling temperature, from 0 to 2."),
    KeySpec("max_tokens", .integer(1...10_000_000), "The most tokens to generate."),
  ]

  /// Takes the settings out of a mapping that has those keys.
  public init(_ fields: FieldReader) {
    provider = fields.string("provider")
    model = fields.string("model")
    baseURL = fields.string("base_url")
    temperature = fields.double("temperature")?.value
    maxTokens = fields.int("max_tokens")?.value
  }
}
