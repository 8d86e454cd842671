internal import GraphDiagnostics

/// The errors of choosing a model: each names what was looked for and a way out.
extension ModelError {
  static func noProvider(lookedFor variables: [String]) -> ModelError {
    ModelError(
      .noModel, identity: nil,
      message: "no provider is chosen and no key is set; looked for \(quoted(variables)) in the environment and in"
        + " '.env'; set one of them, name a provider, or use '--offline' to run without a network")
  }

  static func severalProviders(_ names: [String]) -> ModelError {
    ModelError(
      .noModel, identity: nil,
      message: "no provider is chosen and there are keys of several: \(quoted(names)); name one with 'provider',"
        + " '--provider' or the variable 'PROVIDER'")
  }

  static func unknownProvider(_ name: String, known: [String]) -> ModelError {
    let advice =
      Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" } ?? "known are \(quoted(known))"
    return ModelError(.noModel, identity: nil, message: "unknown provider '\(name)'; \(advice)")
  }

  static func noModelNamed(provider: ProviderPreset) -> ModelError {
    ModelError(
      .noModel, identity: nil,
      message: "no model is named for '\(provider.name)', which has no default; set 'model' or the variable"
        + " '\(provider.modelVariable)'")
  }

  static func noBaseURL(provider: ProviderPreset, model: String) -> ModelError {
    ModelError(
      .noModel, identity: ModelIdentity(provider: provider.name, model: model),
      message: "no base URL is set; set 'base_url' or the variable '\(provider.baseURLVariable)'")
  }

  static func badBaseURL(_ identity: ModelIdentity) -> ModelError {
    ModelError(
      .noModel, identity: identity,
      message: "the base URL is not one; it has to begin with 'http://' or 'https://' and to hold no spaces")
  }

  static func missingKey(of preset: ProviderPreset, identity: ModelIdentity) -> ModelError {
    ModelError(
      .missingKey, identity: identity,
      message: "no key is set; looked for \(quoted(preset.keyVariables)) in the environment and in '.env'; set it,"
        + " or use '--offline' to run without a network")
  }

  static func unusableKey(of preset: ProviderPreset, identity: ModelIdentity) -> ModelError {
    ModelError(
      .missingKey, identity: identity,
      message: "the key in \(quoted(preset.keyVariables)) holds a character that no key has, such as a line break")
  }

  private static func quoted(_ names: [String]) -> String {
    names.map { "'\($0)'" }.joined(separator: ", ")
  }
}
