internal import GraphLanguage
internal import LanguageModels

/// Asks a model and writes its text, the JSON in it, or an object that fits the prompt's schema.
struct LLMNode: NodeType {
  let models: ModelCatalog
  let onToken: StandardNodeFactory.TokenHandler?

  let spec = NodeTypeSpec("llm", "Asks a model and writes its answer to the state.", keys: NodePrompt.keys)

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    ModelNode(node: node, prompt: NodePrompt(node, scope, models), models: models, onToken: onToken).declaration()
  }
}
