internal import GraphHTTP

/// A model behind a provider's HTTP API.
public struct HTTPLanguageModel: LanguageModel {
  public let identity: ModelIdentity
  init(
    _ identity: ModelIdentity, preset: ProviderPreset, baseURL: String, key: String?, retry: RetryPolicy,
    timing: ModelTiming, client: HTTPClient
  ) throws(ModelError) {
    self.identity = identity
  }
  public func respond(to request: ModelRequest) async throws -> ModelResponse { throw CancellationError() }
  public func stream(_ request: ModelRequest) -> any ModelStream { preconditionFailure() }
}
