internal import GraphLanguage
internal import LanguageModels

/// Asks a model and writes its text, the JSON in it, or an object that fits the prompt's schema.
struct LLMNode: NodeType {
  let models: ModelCatalog
  let onToken: StandardNodeFactory.TokenHandler?

  let spec = NodeTypeSpec("llm", "Asks a model and writes its answer to the state.", keys: NodePrompt.keys)

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    NodePrompt(node, scope, models).map {
      ModelNode(node: node, prompt: $0, models: models, onToken: onToken).declaration()
    }
  }
}
