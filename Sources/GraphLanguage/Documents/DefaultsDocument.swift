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

  /// Where prompts are looked up.
  public var prompts = GraphDocument.PromptSettings()

  /// The keys under `defaults`.
  public static let keys = KeyTable(
    ModelSettings.keys + [
      NodeDocument.timeoutKey, NodeDocument.retryKey,
      KeySpec("prompts_relative", .bool, "Whether prompts are looked for next to the graph file."),
      KeySpec("prompts_dir", .string, "The folder in which prompts are looked for first."),
      .planned("on_error"), .planned("on_overflow"), .planned("thinking_budget"),
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
    KeySpec("provider", .string, "The provider of the model, such as openai or anthropic."),
    KeySpec("model", .string, "The model, as its provider names it."),
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
