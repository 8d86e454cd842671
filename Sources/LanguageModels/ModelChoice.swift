/// What one place (a node, the defaults of a graph, a prompt file) says about which model to use.
public struct ModelChoice: Sendable, Hashable {
  /// The provider's name, or nil.
  public var provider: String?

  /// The model's name, or nil.
  public var model: String?

  /// The base URL of the provider's API, or nil.
  public var baseURL: String?

  /// Creates a choice; what is empty counts as not given.
  public init(provider: String? = nil, model: String? = nil, baseURL: String? = nil) {
    self.provider = provider.flatMap { $0.isEmpty ? nil : $0 }
    self.model = model.flatMap { $0.isEmpty ? nil : $0 }
    self.baseURL = baseURL.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A place that says nothing.
  public static let unspecified = ModelChoice()
}

/// A provider and a model that were chosen, and where their API is.
public struct ModelSelection: Sendable, Hashable {
  /// The provider and the model.
  public let identity: ModelIdentity

  /// The base URL, or nil for models that have none.
  public let baseURL: String?

  init(provider: String, model: String, baseURL: String?) {
    self.identity = ModelIdentity(provider: provider, model: model)
    self.baseURL = baseURL
  }
}
