internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// The tools that a `tool_call` node may come to call, as far as they are known before a run, beside its arguments.
struct ToolChoice: Sendable {
  /// The node.
  let node: Located<String>

  /// The tools that there are.
  let tools: CallableTools

  /// Their names, as far as they are known.
  let names: [String]

  /// The arguments, or nil where none are written.
  let arguments: ValueTemplate?

  /// Where they are written.
  let argumentsSpan: SourceSpan?

  /// Where the tool is named.
  let place: SourceSpan

  /// What is wrong with a call of any of some tools.
  ///
  /// - Parameter field: The field of a schema that lists the names, which may be misspelled there.
  func findings(_ texts: [String], listedIn field: SchemaField?) -> [Diagnostic] {
    texts.flatMap { text -> [Diagnostic] in
      guard let tool = tools[text] else { return [noTool(text, field, among: texts)] }
      return (tool as? any CheckedTool).map { misfits($0.parameters, of: text) } ?? []
    }
  }

  private func noTool(_ name: String, _ field: SchemaField?, among texts: [String]) -> Diagnostic {
    let near = Suggestion.nearest(to: name, among: names.filter { !texts.contains($0) })
    let listed = field?.place(ofConstant: name)
    var notes: [Diagnostic.Note] = [near.map { .didYouMean($0) } ?? .known("tools", names)]
    if listed != nil {
      notes.append(Diagnostic.Note("node '\(node.value)' calls the tool here", at: place))
    } else if let field {
      notes.append(Diagnostic.Note("the names are listed here", at: field.name.span))
    }
    return Diagnostic(
      .mayBeNoTool(node.value, name), at: listed ?? place, notes: notes,
      fixIts: near.flatMap { near in listed.map { [.replace($0, with: near)] } } ?? [])
  }

  /// Arguments that a tool does not take, and those that it needs and does not get.
  private func misfits(_ parameters: ToolParameters, of tool: String) -> [Diagnostic] {
    let entries: [Located<String>]
    switch arguments?.root {
    case .object(let object): entries = object.map(\.key)
    case .constant(let value):
      guard let object = value.object else { return [] }
      entries = object.map { Located($0.key, at: argumentsSpan ?? place) }
    case nil: entries = []
    default: return []
    }
    let known = parameters.fields.map(\.name.value)
    let given = entries.map(\.value)
    let missing = parameters.fields.filter { $0.isRequired && !given.contains($0.name.value) }.map(\.name.value)
    let unknown = parameters.isOpen ? [] : entries.filter { !known.contains($0.value) }
    var meant: Set<String> = []
    var slips: [Diagnostic] = []
    var misfits: [Diagnostic] = []
    for key in unknown {
      guard let near = Suggestion.nearest(to: key.value, among: known.filter { !given.contains($0) }) else {
        misfits.append(
          Diagnostic(
            .argumentUnknown(tool, key.value), at: key.span, notes: [.known("parameters of '\(tool)'", known)]))
        continue
      }
      meant.insert(near)
      slips.append(
        Diagnostic(
          .argumentUnknown(tool, key.value), at: key.span, notes: [.didYouMean(near)],
          fixIts: key.span.text == key.value ? [.replace(key.span, with: near)] : []))
    }
    misfits += missing.filter { !meant.contains($0) }.map { name in
      Diagnostic(.argumentMissing(tool, name, node.value), at: argumentsSpan ?? node.span)
    }
    // Arguments that are of another tool are one mistake.
    guard let first = misfits.first else { return slips }
    return slips + [first.adding(misfits.dropFirst().map { Diagnostic.Note($0.message.text, at: $0.span) })]
  }
}

extension DiagnosticMessage {
  fileprivate static func mayBeNoTool(_ node: String, _ tool: String) -> Self {
    Self(
      "GR0418", .warning, "node '\(node)' may call '\(tool)', and there is no such tool", bearing: .missing(.tool, tool)
    )
  }

  fileprivate static func argumentUnknown(_ tool: String, _ name: String) -> Self {
    Self("GR0419", .warning, "the call fails: tool '\(tool)' has no parameter '\(name)'")
  }

  fileprivate static func argumentMissing(_ tool: String, _ name: String, _ node: String) -> Self {
    Self("GR0419", .warning, "the call fails: tool '\(tool)' needs '\(name)', which node '\(node)' does not give")
  }
}
