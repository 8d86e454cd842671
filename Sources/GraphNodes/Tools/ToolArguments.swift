internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// The arguments that a node gives a tool: its `variables`, or the state's keys of the parameters' names.
struct ToolArguments {
  /// Where an argument comes from.
  private enum Source {
    case template(ValueTemplate, needsValue: Bool)
    /// A key of the state; one that may be left out is not given while it is null.
    case key(Located<String>, isOptional: Bool, needsValue: Bool)
  }

  private let sources: [(name: String, source: Source)]
  private let tool: String
  private let parameters: ToolParameters
  private let reader: String

  /// Reads the arguments of a node and compares them with what the tool takes.
  ///
  /// - Parameter place: Where what is missing is pointed at.
  init(_ node: NodeDocument, for tool: any Tool, named name: Located<String>, _ diagnostics: DiagnosticEngine) {
    reader = "tool '\(name.value)'"
    self.tool = name.value
    let parameters = (tool as? any CheckedTool)?.parameters ?? .unknown
    self.parameters = parameters
    guard let entries = node.fields.node("variables")?.mapping?.entries else {
      // A broken mapping was reported.
      let isBroken = node.fields.has("variables")
      sources =
        isBroken
        ? []
        : parameters.fields.map { field in
          (
            field.name.value,
            .key(
              Located(field.name.value, at: name.span), isOptional: !field.isRequired,
              needsValue: field.isRequired && !field.type.admitsNull)
          )
        }
      return
    }
    var sources: [(name: String, source: Source)] = []
    for entry in entries {
      guard let template = ValueTemplate.parse(entry.value, diagnostics: diagnostics) else { continue }
      guard let field = parameters.field(entry.key.value) else {
        if parameters.isOpen {
          sources.append((entry.key.value, .template(template, needsValue: false)))
        } else {
          Self.reportUnknown(entry.key, name.value, parameters, diagnostics)
        }
        continue
      }
      if let constant = template.constant, let violation = field.type.check(constant).violations.first {
        diagnostics.report(
          .wrongArgument(field.name.value, name.value, violation.expected, violation.found), at: entry.value.span)
      }
      sources.append((entry.key.value, .template(template, needsValue: field.isRequired && !field.type.admitsNull)))
    }
    self.sources = sources
    let given = entries.map(\.key.value)
    for field in parameters.fields where field.isRequired && !given.contains(field.name.value) {
      // What is misspelled was reported as unknown, with the right name.
      let isMisspelled = entries.contains { entry in
        parameters.field(entry.key.value) == nil
          && Suggestion.nearest(to: entry.key.value, among: parameters.fields.map(\.name.value)) == field.name.value
      }
      if !isMisspelled {
        diagnostics.report(
          .missingArgument(field.name.value, name.value, node.name.value),
          at: node.fields.keySpan("variables") ?? name.span)
      }
    }
  }

  private static func reportUnknown(
    _ key: Located<String>, _ tool: String, _ parameters: ToolParameters, _ diagnostics: DiagnosticEngine
  ) {
    let names = parameters.fields.map(\.name.value)
    let near = Suggestion.nearest(to: key.value, among: names)
    diagnostics.report(
      .unknownArgument(key.value, tool), at: key.span,
      notes: [near.map { .didYouMean($0) } ?? .known("parameters", names)],
      fixIts: near.map { [.replace(key.span, with: $0)] } ?? [])
  }

  /// The state keys that are read.
  var reads: [NodeDeclaration.Read] {
    sources.flatMap { source in
      switch source.source {
      case .template(let template, let needsValue): template.reads(needsValue: needsValue)
      case .key(let key, let isOptional, let needsValue):
        [
          NodeDeclaration.Read(
            key, toleratesMissing: isOptional, reader: reader, isOptional: isOptional, needsValue: needsValue)
        ]
      }
    }
  }

  /// The arguments, with what the tool takes for them.
  var uses: [TypedUse] {
    let tool = tool
    return sources.map { name, source in
      let checked = parameters.field(name)?.type ?? .any
      let promised = checked == .any ? parameters.promisedType(of: name) : nil
      let type = promised ?? checked
      var expectation = TypedUse.Expectation(type) { found, _ in .wrongArgument(name, tool, type.description, found) }
      expectation.isPromised = promised != nil
      return switch source {
      case .template(let template, _): TypedUse(.value(template), expecting: expectation)
      case .key(let key, _, _): TypedUse(.key(key), expecting: expectation)
      }
    }
  }

  /// The arguments that are more than text to a program, with the places that they come from.
  func dangers(of tool: any Tool) -> [NodeFlow.Danger] {
    tool.openDangers.compactMap { danger -> NodeFlow.Danger? in
      guard let source = sources.first(where: { $0.name == danger.parameter })?.source else { return nil }
      let name = tool.definition.name
      return switch source {
      case .template(let template, _): NodeFlow.Danger(danger, of: name, from: template.places, at: template.span)
      case .key(let key, _, _): NodeFlow.Danger(danger, of: name, from: [NodeFlow.Place(key.value)], at: key.span)
      }
    }
  }

  /// The arguments, once the keys of the state have their places.
  func compile(_ schema: StateSchema) -> CompiledToolArguments {
    CompiledToolArguments(
      sources: sources.map { source in
        switch source.source {
        case .template(let template, _): (source.name, .template(template.compile { schema.index(of: $0) }))
        case .key(let key, let isOptional, _): (source.name, .slot(schema.index(of: key.value), isOptional: isOptional))
        }
      })
  }
}

extension ToolParameters {
  /// The type that an annotation promises of an argument; nil where it says nothing, or where Python takes more.
  fileprivate func promisedType(of name: String) -> SchemaType? {
    guard let type = promised.first(where: { $0.name.value == name })?.type, type != .any else { return nil }
    // Truth values are numbers, and every value is true or false.
    if type.kinds.contains(.bool) { return nil }
    return type.kinds.meets(.number) ? type.joined(with: .bool) : type
  }
}

/// Arguments whose names of state keys are resolved.
struct CompiledToolArguments: Sendable {
  fileprivate enum Source: Sendable {
    case template(CompiledValueTemplate)
    case slot(Int?, isOptional: Bool)
  }

  fileprivate let sources: [(name: String, source: Source)]

  fileprivate init(sources: [(name: String, source: Source)]) { self.sources = sources }

  /// Creates arguments that are all expressions.
  init(_ templates: [(name: String, template: ValueTemplate)], _ schema: StateSchema) {
    sources = templates.map { entry in (entry.name, .template(entry.template.compile { schema.index(of: $0) })) }
  }

  /// The arguments for a state.
  ///
  /// - Throws: `VariableError` when an expression cannot be evaluated.
  func evaluate(_ state: StateView) throws -> ValueObject {
    var arguments = ValueObject()
    for (name, source) in sources {
      switch source {
      case .template(let template):
        do {
          arguments[name] = .some(try template.evaluate { state[$0] })
        } catch {
          throw VariableError(name: name, error: error)
        }
      case .slot(let slot, let isOptional):
        let value = slot.map { state[$0] } ?? .null
        if !isOptional || !value.isNull { arguments[name] = .some(value) }
      }
    }
    return arguments
  }
}

extension DiagnosticMessage {
  fileprivate static func unknownArgument(_ name: String, _ tool: String) -> Self {
    Self("GR0253", "tool '\(tool)' has no parameter '\(name)'")
  }

  fileprivate static func missingArgument(_ name: String, _ tool: String, _ node: String) -> Self {
    Self("GR0254", "tool '\(tool)' needs '\(name)', which node '\(node)' does not give under 'variables'")
  }

  fileprivate static func wrongArgument(_ name: String, _ tool: String, _ expected: String, _ found: String) -> Self {
    Self("GR0255", "the argument '\(name)' of tool '\(tool)' must be \(expected), not \(found)")
  }
}
