internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import LanguageModels

/// What one place of a graph says about which model is asked; a node may say it with expressions in braces.
struct ModelPlace {
  /// A name, or an expression that gives it.
  enum Name {
    case text(Located<String>)
    case template(ValueTemplate)

    /// Reads a name as a node writes it.
    init?(_ fields: FieldReader, _ key: String) {
      guard let text = fields.string(key), let node = fields.node(key) else { return nil }
      guard text.value.contains("{") else {
        self = .text(text)
        return
      }
      // One that is broken was reported, and counts as an expression.
      guard let template = ValueTemplate.parse(node, diagnostics: fields.diagnostics) else { return nil }
      self = .template(template)
    }

    /// The name, where it is written out.
    var text: Located<String>? {
      if case .text(let text) = self { text } else { nil }
    }

    fileprivate var reads: [NodeDeclaration.Read] {
      if case .template(let template) = self { template.reads } else { [] }
    }

    fileprivate var use: TypedUse? {
      if case .template(let template) = self { TypedUse(.value(template)) } else { nil }
    }

    fileprivate func compile(_ key: String, _ schema: StateSchema) -> CompiledName {
      switch self {
      case .text(let text): .text(text.value)
      case .template(let template): .template(key, template.compile { schema.index(of: $0) })
      }
    }
  }

  var provider: Name?
  var model: Name?
  var baseURL: String?

  /// A place whose names are written out.
  init(_ settings: ModelSettings) {
    provider = settings.provider.map { .text($0) }
    model = settings.model.map { .text($0) }
    baseURL = settings.baseURL?.value
  }

  /// A node, whose names may be expressions.
  init(node fields: FieldReader) {
    provider = Name(fields, "provider")
    model = Name(fields, "model")
    baseURL = fields.string("base_url")?.value
  }

  /// A prompt file, or the defaults of a graph.
  init(provider: Located<String>?, model: Located<String>?, baseURL: Located<String>? = nil) {
    self.provider = provider.map { .text($0) }
    self.model = model.map { .text($0) }
    self.baseURL = baseURL?.value
  }

  /// The state keys that are read.
  var reads: [NodeDeclaration.Read] { (provider?.reads ?? []) + (model?.reads ?? []) }

  /// The expressions that give the names.
  var uses: [TypedUse] { [provider?.use, model?.use].compactMap { $0 } }

  /// The place without its model, for one that takes the place of that model.
  var withoutModel: ModelPlace {
    var place = self
    place.model = nil
    return place
  }

  func compile(_ schema: StateSchema) -> CompiledPlace {
    CompiledPlace(
      provider: provider?.compile("provider", schema), model: model?.compile("model", schema), baseURL: baseURL)
  }

  enum CompiledName: Sendable {
    case text(String)
    case template(_ key: String, CompiledValueTemplate)

    /// The name for a state; one that is null or blank is not given.
    fileprivate func value(_ state: StateView) throws -> String? {
      switch self {
      case .text(let text): return text
      case .template(let key, let template):
        let value: Value
        do {
          value = try template.evaluate { state[$0] }
        } catch {
          throw VariableError(name: key, error: error)
        }
        if value.isNull { return nil }
        guard let text = value.string else { throw ModelNameError(key: key, kind: value.kind) }
        return text.contains { !$0.isWhitespace } ? text : nil
      }
    }
  }

  struct CompiledPlace: Sendable {
    let provider: CompiledName?
    let model: CompiledName?
    let baseURL: String?

    func choice(_ state: StateView) throws -> ModelChoice {
      ModelChoice(
        provider: try provider?.value(state), model: try model?.value(state), baseURL: baseURL)
    }
  }
}

/// The name of a provider or model that is no text.
struct ModelNameError: Error, CustomStringConvertible {
  let key: String
  let kind: String

  var description: String { "'\(key)' must be text, and is a value of the kind '\(kind)'" }
}
