public import GraphHTTP
internal import GraphRuntime

/// Finds the model that a node is to use, and keeps one client for each.
///
/// What is asked is a list of `ModelChoice`s, the most important first: the
/// node, the defaults of its graph, the prompt file. `--provider` and
/// `--model` come before them, the variables `PROVIDER` and `OPENAI_MODEL`
/// (or another provider's) after them.
///
/// **Provider and model belong together.** The provider is the first one
/// named. A model counts when it is named in the same place or in a more
/// important one, or in a less important place that names the same provider.
/// So `defaults: {provider: mistral}` is never combined with the
/// `model: gpt-4o` of a prompt file; Mistral's default is used instead. The
/// same holds for base URLs.
///
/// **Without any provider** a model written `openai/gpt-4o` names its own;
/// a choice with only a base URL means `openai-compatible`; else it is the one
/// provider whose key is set.
///
/// ```swift
/// let environment = Environment(["MISTRAL_API_KEY": "…", "MISTRAL_MODEL": "mistral-small-latest"])
/// let models = ModelCatalog(environment: environment, retry: .init(maxAttempts: 5))
/// let node = ModelChoice()
/// let prompt = ModelChoice(provider: "mistral")
/// let selection = try models.selection(for: [node, prompt])
/// print(selection.identity, selection.baseURL ?? "")
/// ```
public final class ModelCatalog: Sendable {
  /// Makes a model of a provider that was registered in Swift; gets the model's name where one was given.
  public typealias Factory = @Sendable (_ model: String?) throws(ModelError) -> any LanguageModel

  /// What the command line says above all files.
  public struct Overrides: Sendable, Hashable {
    /// `--provider`.
    public var provider: String?

    /// `--model`.
    public var model: String?

    /// `--offline`: nothing but `OfflineModel` is used, whatever else is said.
    public var isOffline: Bool

    /// Creates overrides.
    public init(provider: String? = nil, model: String? = nil, isOffline: Bool = false) {
      self.provider = provider
      self.model = model
      self.isOffline = isOffline
    }
  }

  /// Where keys, base URLs and default models come from.
  public let environment: Environment

  /// What the command line says.
  public let overrides: Overrides

  private let retry: ModelRetryPolicy
  private let timing: ModelTiming
  private let client: HTTPClient
  private let state = Locked(State())

  private struct State: Sendable {
    var factories: [String: Factory] = [:]
    var models: [ModelSelection: any LanguageModel] = [:]
  }

  /// Names of models can come from state, so there is no end to them; beyond this the clients are made anew.
  private static let maximumCachedModels = 256

  /// Creates a catalog; it reads no files and opens no connection.
  ///
  /// - Parameters:
  ///   - environment: Where keys, base URLs and default models come from.
  ///   - overrides: What the command line says.
  ///   - retry: When requests are repeated.
  ///   - timing: The clock and the chance that they are repeated by.
  ///   - client: The connections, shared by all models.
  public init(
    environment: Environment, overrides: Overrides = Overrides(), retry: ModelRetryPolicy = ModelRetryPolicy(),
    timing: ModelTiming = .system, client: HTTPClient = .shared
  ) {
    self.environment = environment
    self.overrides = overrides
    self.retry = retry
    self.timing = timing
    self.client = client
  }

  /// Makes a Swift model available under a provider's name, in place of a known provider of that name.
  public func register(_ provider: String, _ factory: @escaping Factory) {
    let name = provider.lowercased()
    state.withLock { state in
      state.factories[name] = factory
      state.models = state.models.filter { $0.key.identity.provider != name }
    }
  }

  /// Makes one Swift model available under a provider's name.
  public func register(_ provider: String, _ model: any LanguageModel) {
    register(provider) { _ throws(ModelError) in model }
  }

  /// Every provider that can be named, the registered ones last.
  public var providerNames: [String] {
    let known = ProviderPreset.all.map(\.name)
    return known + state.withLock { $0.factories.keys }.filter { !known.contains($0) }.sorted()
  }
}

// MARK: - Finding a model

extension ModelCatalog {
  /// The model for a node.
  ///
  /// - Throws: `ModelError` with `noModel` or `missingKey`, which says what was looked for.
  public func model(
    node: ModelChoice = .unspecified, defaults: ModelChoice = .unspecified, prompt: ModelChoice = .unspecified
  ) throws(ModelError) -> any LanguageModel {
    try model(for: [node, defaults, prompt])
  }

  /// The model for places of falling importance.
  ///
  /// - Parameters:
  ///   - places: What each place says, the most important first.
  ///   - ignoringOverrides: Leaves `--provider` and `--model` out, for the candidates of a race and for fallbacks,
  ///     which would all become the same model; `--offline` still holds.
  /// - Throws: `ModelError` with `noModel` or `missingKey`, which says what was looked for.
  public func model(
    for places: [ModelChoice], ignoringOverrides: Bool = false
  ) throws(ModelError) -> any LanguageModel {
    let (selection, preset) = try select(places, ignoringOverrides)
    let (cached, factory) = state.withLock { ($0.models[selection], $0.factories[selection.identity.provider]) }
    if let cached { return cached }
    let model: any LanguageModel
    if let factory, !overrides.isOffline {
      let name = selection.identity.model
      model = try factory(name == Self.unnamedModel ? nil : name)
    } else if let preset {
      model = try makeModel(selection, preset)
    } else {
      throw .unknownProvider(selection.identity.provider, known: providerNames)
    }
    return state.withLock { state in
      if let other = state.models[selection] { return other }
      if state.models.count >= Self.maximumCachedModels { state.models.removeAll() }
      state.models[selection] = model
      return model
    }
  }

  /// Which provider and model would be used, without looking for the key of a provider that was named.
  ///
  /// - Throws: `ModelError` with `noModel`.
  public func selection(
    for places: [ModelChoice], ignoringOverrides: Bool = false
  ) throws(ModelError) -> ModelSelection {
    try select(places, ignoringOverrides).selection
  }

  /// Stands for the model's name where a registered provider was named without one.
  private static let unnamedModel = "default"

  private func select(
    _ places: [ModelChoice], _ ignoringOverrides: Bool
  ) throws(ModelError) -> (selection: ModelSelection, preset: ProviderPreset?) {
    if overrides.isOffline {
      return (ModelSelection(provider: "offline", model: "offline", baseURL: nil), ProviderPreset.named("offline"))
    }
    var places = places.map { place in
      ModelChoice(
        provider: place.provider, model: place.model, baseURL: place.baseURL.map { environment.expanding($0) })
    }
    if !ignoringOverrides {
      places.insert(ModelChoice(provider: overrides.provider, model: overrides.model), at: 0)
    }
    places.append(ModelChoice(provider: environment["PROVIDER"]))

    let choice = try places.contains { $0.provider != nil } ? combine(places) : chooseProvider(places)
    let provider = (choice.provider ?? "").lowercased()
    if state.withLock({ $0.factories[provider] != nil }) {
      let name = choice.model ?? ProviderPreset.modelVariable(of: provider, in: environment) ?? Self.unnamedModel
      return (ModelSelection(provider: provider, model: name, baseURL: choice.baseURL), nil)
    }
    guard let preset = ProviderPreset.named(provider) else {
      throw .unknownProvider(choice.provider ?? "", known: providerNames)
    }
    guard let name = choice.model ?? environment[preset.modelVariable] ?? preset.defaultModel else {
      throw .noModelNamed(provider: preset)
    }
    let baseURL = choice.baseURL ?? environment[preset.baseURLVariable] ?? preset.baseURL
    if preset.family != .offline && baseURL == nil { throw .noBaseURL(provider: preset, model: name) }
    return (ModelSelection(provider: preset.name, model: name, baseURL: baseURL), preset)
  }

  /// Takes the first provider, and the model and base URL that belong to it.
  private func combine(_ places: [ModelChoice]) -> ModelChoice {
    guard let index = places.firstIndex(where: { $0.provider != nil }), let provider = places[index].provider else {
      return .unspecified
    }
    let belonging = places.enumerated().filter { offset, place in
      offset <= index || place.provider?.lowercased() == provider.lowercased()
    }
    return ModelChoice(
      provider: provider, model: belonging.lazy.compactMap(\.element.model).first,
      baseURL: belonging.lazy.compactMap(\.element.baseURL).first)
  }

  /// Finds a provider when none is named.
  private func chooseProvider(_ places: [ModelChoice]) throws(ModelError) -> ModelChoice {
    let model = places.lazy.compactMap(\.model).first
    let baseURL = places.lazy.compactMap(\.baseURL).first
    if baseURL != nil { return ModelChoice(provider: "openai-compatible", model: model, baseURL: baseURL) }

    let withKey = ProviderPreset.all.filter { $0.requiresKey && key(of: $0) != nil }
    if let model, let (provider, rest) = splitPrefix(model) {
      let isUsable = provider.map { !$0.requiresKey || key(of: $0) != nil } ?? true
      // With nothing but a key of OpenRouter, `openai/gpt-4o` is OpenRouter's name of the model.
      if !isUsable, withKey.count == 1, withKey[0].namesModelsWithSlash {
        return ModelChoice(provider: withKey[0].name, model: model)
      }
      return ModelChoice(provider: String(model.prefix { $0 != "/" }), model: rest)
    }
    guard let only = withKey.first else { throw .noProvider(lookedFor: ProviderPreset.allKeyVariables) }
    guard withKey.count == 1 else { throw .severalProviders(withKey.map(\.name)) }
    return ModelChoice(provider: only.name, model: model)
  }

  /// Splits `openai/gpt-4o` when a known provider is in front of the slash.
  private func splitPrefix(_ model: String) -> (provider: ProviderPreset?, rest: String)? {
    guard let slash = model.firstIndex(of: "/") else { return nil }
    let name = model[..<slash].lowercased()
    let rest = String(model[model.index(after: slash)...])
    guard !rest.isEmpty else { return nil }
    if state.withLock({ $0.factories[name] != nil }) { return (nil, rest) }
    return ProviderPreset.named(name).map { ($0, rest) }
  }
}

// MARK: - Making a model

extension ModelCatalog {
  private func makeModel(
    _ selection: ModelSelection, _ preset: ProviderPreset
  ) throws(ModelError) -> any LanguageModel {
    guard preset.family != .offline else { return OfflineModel(name: selection.identity.model) }
    let key = key(of: preset)
    if preset.requiresKey && key == nil { throw .missingKey(of: preset, identity: selection.identity) }
    return try HTTPLanguageModel(
      model: selection.identity.model, preset: preset, baseURL: selection.baseURL, key: key, retry: retry,
      timing: timing, client: client)
  }

  private func key(of preset: ProviderPreset) -> String? {
    preset.keyVariables.lazy.compactMap { self.environment[$0] }.first
  }
}

extension ProviderPreset {
  /// Every variable a key is looked for in, of the providers that need one.
  static var allKeyVariables: [String] { all.filter(\.requiresKey).flatMap(\.keyVariables) }

  /// What the environment names as the model of any provider.
  fileprivate static func modelVariable(of provider: String, in environment: Environment) -> String? {
    environment[ProviderPreset(provider, baseURL: nil, keys: [], model: nil).modelVariable]
  }
}
