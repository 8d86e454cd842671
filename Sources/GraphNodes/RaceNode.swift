internal import GraphLanguage
internal import LanguageModels

/// Asks several models at once and takes the first good answer.
struct RaceNode: NodeType {
  let models: ModelCatalog
  let onToken: StandardNodeFactory.TokenHandler?

  let spec = NodeTypeSpec(
    "race", "Asks several models at once and takes the first good answer.",
    keys: NodePrompt.keys + [
      KeySpec(
        "candidates", .list, "The models that are asked at once, two at least: {provider, model}.", isRequired: true
      ).holding(.items(.keys(RaceCandidates.keys)))
    ])

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    let candidates = RaceCandidates.read(node, models, scope.diagnostics)
    let prompt = NodePrompt(node, scope, models)
    guard let candidates else { return nil }
    return ModelNode(node: node, prompt: prompt, candidates: candidates, models: models, onToken: onToken).declaration()
  }
}
