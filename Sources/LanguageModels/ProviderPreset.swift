/// What is known of a provider before anybody configures it.
public struct ProviderPreset: Sendable, Hashable {
  /// The wire format a provider speaks.
  public enum Family: Sendable, Hashable {
    /// `POST chat/completions` as OpenAI defined it.
    case openAIChat
    /// `POST v1/messages` of Anthropic.
    case anthropicMessages
    /// No wire: `OfflineModel`.
    case offline
  }

  /// How a provider is made to answer with an object of a schema.
  public enum StructuredOutput: Sendable, Hashable {
    /// `response_format` of type `json_schema`.
    case jsonSchema
    /// `response_format` of type `json_object`, with the schema in the system message.
    case jsonObject
    /// A tool that must be called, whose arguments are the answer.
    case forcedTool
  }

  /// The name users write.
  public let name: String

  /// The wire format.
  public let family: Family

  /// The base URL when neither a file nor a variable gives one; nil when one must be given.
  public let baseURL: String?

  /// The variables a key is looked for in, in this order.
  public let keyVariables: [String]

  /// Whether the provider cannot be used without a key.
  public let requiresKey: Bool

  /// The model when nobody names one, or nil when one must be named.
  public let defaultModel: String?

  /// How schemas are asked for.
  public let structuredOutput: StructuredOutput

  /// Whether a stream has to ask for its usage with `stream_options`; providers that refuse the field send it unasked.
  let asksForStreamUsage: Bool

  /// How a provider is told how much its model may think.
  enum ThinkingControl: Sendable, Hashable {
    /// Not at all.
    case none
    /// `thinking`, with a budget or adaptive.
    case anthropic
    /// `extra_body.google.thinking_config`.
    case google
    /// `thinking`, on or off.
    case deepSeek
    /// `reasoning`.
    case openRouter
  }

  /// How it is told how much to think.
  let thinking: ThinkingControl

  /// Whether `response_format` leaves the model free to call tools first; elsewhere the schema is then put into words.
  let structuresBesideTools: Bool

  /// Whether models are named `maker/model`, so that a slash says nothing about the provider.
  let namesModelsWithSlash: Bool

  init(
    _ name: String, _ family: Family = .openAIChat, baseURL: String?, keys: [String], requiresKey: Bool = true,
    model: String?, output: StructuredOutput = .jsonSchema, asksForStreamUsage: Bool = true,
    thinking: ThinkingControl = .none, structuresBesideTools: Bool = false, namesModelsWithSlash: Bool = false
  ) {
    self.name = name
    self.family = family
    self.baseURL = baseURL
    self.keyVariables = keys
    self.requiresKey = requiresKey
    self.defaultModel = model
    self.structuredOutput = output
    self.asksForStreamUsage = asksForStreamUsage
    self.thinking = thinking
    self.structuresBesideTools = structuresBesideTools
    self.namesModelsWithSlash = namesModelsWithSlash
  }

  /// Whether models of the provider can be told how much to think.
  public var takesThinkingBudget: Bool { thinking != .none }

  /// The variable that replaces the base URL, such as `OPENAI_BASE_URL`.
  public var baseURLVariable: String { "\(variablePrefix)_BASE_URL" }

  /// The variable that names the model, such as `OPENAI_MODEL`.
  public var modelVariable: String { "\(variablePrefix)_MODEL" }

  private var variablePrefix: String {
    String(String.UnicodeScalarView(name.uppercased().unicodeScalars.map { $0 == "-" ? "_" : $0 }))
  }
}

extension ProviderPreset {
  /// Every provider that needs no Swift code, in the order messages list them.
  public static let all: [ProviderPreset] = [
    ProviderPreset(
      "openai", baseURL: "https://api.openai.com/v1", keys: ["OPENAI_API_KEY"], model: "gpt-4o",
      structuresBesideTools: true),
    ProviderPreset(
      "anthropic", .anthropicMessages, baseURL: "https://api.anthropic.com", keys: ["ANTHROPIC_API_KEY"],
      model: "claude-haiku-4-5", output: .forcedTool, thinking: .anthropic),
    ProviderPreset(
      "mistral", baseURL: "https://api.mistral.ai/v1", keys: ["MISTRAL_API_KEY"], model: "mistral-large-latest",
      asksForStreamUsage: false),
    ProviderPreset(
      "groq", baseURL: "https://api.groq.com/openai/v1", keys: ["GROQ_API_KEY"], model: "llama-3.3-70b-versatile",
      output: .jsonObject, namesModelsWithSlash: true),
    ProviderPreset(
      "deepseek", baseURL: "https://api.deepseek.com/v1", keys: ["DEEPSEEK_API_KEY"], model: "deepseek-chat",
      output: .jsonObject, thinking: .deepSeek),
    ProviderPreset(
      "xai", baseURL: "https://api.x.ai/v1", keys: ["XAI_API_KEY"], model: "grok-4-1-fast-reasoning",
      structuresBesideTools: true),
    ProviderPreset(
      "google", baseURL: "https://generativelanguage.googleapis.com/v1beta/openai",
      keys: ["GOOGLE_API_KEY", "GEMINI_API_KEY"], model: "gemini-2.0-flash", thinking: .google),
    ProviderPreset(
      "openrouter", baseURL: "https://openrouter.ai/api/v1", keys: ["OPENROUTER_API_KEY"],
      model: "openai/gpt-4o-mini", thinking: .openRouter, structuresBesideTools: true, namesModelsWithSlash: true),
    ProviderPreset(
      "together", baseURL: "https://api.together.xyz/v1", keys: ["TOGETHER_API_KEY"],
      model: "meta-llama/Llama-3.3-70B-Instruct-Turbo", output: .jsonObject, asksForStreamUsage: false,
      namesModelsWithSlash: true),
    ProviderPreset(
      "ollama", baseURL: "http://localhost:11434/v1", keys: ["OLLAMA_API_KEY"], requiresKey: false,
      model: "llama3.2"),
    ProviderPreset(
      "lmstudio", baseURL: "http://localhost:1234/v1", keys: ["LMSTUDIO_API_KEY"], requiresKey: false,
      model: "qwen2.5-coder-7b-instruct", namesModelsWithSlash: true),
    ProviderPreset(
      "vllm", baseURL: "http://localhost:8000/v1", keys: ["VLLM_API_KEY"], requiresKey: false, model: nil,
      namesModelsWithSlash: true),
    ProviderPreset(
      "openai-compatible", baseURL: nil, keys: ["OPENAI_COMPATIBLE_API_KEY"], requiresKey: false, model: nil,
      namesModelsWithSlash: true),
    ProviderPreset("offline", .offline, baseURL: nil, keys: [], requiresKey: false, model: "offline"),
  ]

  /// The preset of a name, without regard to case.
  public static func named(_ name: String) -> ProviderPreset? {
    let wanted = name.lowercased()
    return all.first { $0.name == wanted }
  }
}
