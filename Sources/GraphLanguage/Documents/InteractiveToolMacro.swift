internal import GraphDiagnostics
internal import GraphYAML

/// `type: interactive_tool`: a tool that talks with a person until a condition holds.
///
/// It becomes the nodes `__start` (calls a tool that makes the first
/// question), `__ask` (asks it), `__step` (calls a tool with the answer, which
/// makes the next question) and `__end`.
enum InteractiveToolMacro {
  static let spec = NodeTypeSpec(
    "interactive_tool", "Talks with a person through Python tools until a condition holds.",
    keys: [
      KeySpec("start", .string, "The Python tool that makes the first question.", isRequired: true).meaning(.tool),
      KeySpec("step", .string, "The Python tool that takes each answer and makes the next question.", isRequired: true)
        .meaning(.tool),
      KeySpec("end", .string, "The Python tool that is called when the condition holds.").meaning(.tool),
      KeySpec("response_key", .string, "The state key that holds the question.", isRequired: true)
        .meaning(.writtenStateKey),
      KeySpec("resume_key", .string, "The state key that answers go to; 'user_input' by default.")
        .meaning(.writtenStateKey, otherwise: "user_input"),
      KeySpec("loop_until", .string, "The condition that ends the talk, looked at after each step.", isRequired: true)
        .meaning(.expression),
      KeySpec("max_iterations", .integer(1...1_000_000), "The most questions; 10 by default."),
      KeySpec("on_error", .string, "What becomes of the run when a tool fails; as for every node."),
    ], writesOwnKey: false)

  private static let keys = KeyTable(NodeDocument.macroKeys + spec.keys)

  /// What the tool stands for, or nil after reporting why it is broken.
  static func expand(_ entry: YAMLMapping.Entry, _ diagnostics: DiagnosticEngine) -> MacroExpansion.Part? {
    let name = entry.key
    guard DocumentName.check(name, "node", diagnostics),
      let fields = FieldReader(
        entry.value, owner: "node '\(name.value)'", at: name.span, keys: keys, diagnostics: diagnostics)
    else { return nil }
    let condition = fields.node("loop_until").flatMap { ExpressionSource($0) }.flatMap {
      Expression.parse($0, diagnostics: diagnostics)
    }
    guard let type = entry.value.mapping?["type"]?.value, let start = fields.node("start"),
      let step = fields.node("step"), let response = fields.node("response_key"),
      let question = fields.string("response_key"),
      let condition
    else { return nil }

    func node(_ suffix: String, _ kind: String, _ parts: [(String, YAMLNode)]) -> MacroExpansion.Node {
      let all = [("type", type.replaced(with: kind))] + parts
      let entries = all.map { YAMLMapping.Entry(key: Located($0.0, at: $0.1.span), value: $0.1) }
      return MacroExpansion.Node(
        name: Located("\(name.value)__\(suffix)", at: name.span),
        node: YAMLNode(collection: .mapping(YAMLMapping(entries)), at: entry.value.span))
    }
    let policy = fields.node("on_error").map { [("on_error", $0)] } ?? []
    let message = [("message", response.replaced(with: "{\(question.value)}"))]
    let resume = fields.node("resume_key").map { [("resume_key", $0)] } ?? []
    let started = node("start", "python", [("tool", start)] + policy)
    let asked = node("ask", "interrupt", message + resume)
    let stepped = node("step", "python", [("tool", step)] + policy)
    let nothing = YAMLNode(collection: .mapping(YAMLMapping([])), at: type.span)
    let ended =
      fields.node("end").map { node("end", "python", [("tool", $0)] + policy) }
      ?? node("end", "passthrough", [("output", nothing)])
    let limit = fields.int("max_iterations") ?? Located(10, at: name.span)
    return MacroExpansion.Part(
      nodes: [started, asked, stepped, ended],
      edges: [
        EdgeDocument(from: started.name, to: asked.name), EdgeDocument(from: asked.name, to: stepped.name),
        EdgeDocument(from: stepped.name, to: ended.name, condition: condition),
        EdgeDocument(from: stepped.name, to: asked.name),
      ], loopLimits: [(asked.name, limit)], loopExits: [(asked.name, ended.name)], last: ended.name.value)
  }
}
