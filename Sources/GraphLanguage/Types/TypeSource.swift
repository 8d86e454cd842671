public import GraphDiagnostics

/// Where the type of a value comes from: known when a node is declared, or computed once the types of all state keys are.
public indirect enum TypeSource: Sendable {
  /// A type that is known.
  case type(SchemaType)
  /// A type that somebody says, and nobody holds to.
  case promised(SchemaType)
  /// The value of expressions.
  case value(ValueTemplate)
  /// A state key.
  case key(String)
  /// A list of values.
  case list(TypeSource)
  /// An item of a list.
  case item(TypeSource)
  /// A list of values, in which those that are lists stand with their items.
  case flattened(TypeSource)
  /// A value that is computed where there are more names than the state's keys.
  case inside(LocalNames, TypeSource)

  /// What is known of the type without looking at other keys, which `any` stands for.
  public var known: SchemaType {
    switch self {
    case .type(let type): type
    case .list(let item): .list(item.known)
    default: .any
    }
  }
}

/// Names that are there in one place only, in place of state keys of the same name.
public struct LocalNames: Sendable {
  /// The names with where their types come from.
  public let sources: [String: TypeSource]

  /// Creates names.
  public init(_ sources: [String: TypeSource]) { self.sources = sources }
}

/// Something that a node reads or computes, as far as its types are to be checked.
public struct TypedUse: Sendable {
  /// What is looked at.
  public enum Content: Sendable {
    /// A value with expressions in it.
    case value(ValueTemplate)
    /// A state key that is given under a name.
    case key(Located<String>)
    /// A condition, with what messages call it.
    case condition(Expression, String)
    /// A check of the node's result, which `output` in it means.
    case resultCheck(Expression, result: TypeSource)
    /// A value, with what is to be said where it is one of some texts; gets the texts, and the field of a schema that
    /// lists them where there is one.
    case choice(ValueTemplate, @Sendable (_ texts: [String], _ field: SchemaField?) -> [Diagnostic])
    /// The texts of a prompt, with the values that it is given; nil for those of the state.
    case prompt(PromptDocument, variables: [(name: String, value: ValueTemplate)]?)
  }

  /// What a value has to be.
  public struct Expectation: Sendable {
    /// The type.
    public let type: SchemaType

    /// Whether nothing holds a value to the type, so that another one only probably is a mistake.
    public var isPromised = false

    /// The message for a value that is never of the type; gets the kind of the value and its text.
    public let message: @Sendable (_ found: String, _ text: String) -> DiagnosticMessage

    /// Creates an expectation.
    public init(
      _ type: SchemaType, message: @escaping @Sendable (_ found: String, _ text: String) -> DiagnosticMessage
    ) {
      self.type = type
      self.message = message
    }
  }

  /// What is looked at.
  public let content: Content

  /// What it has to be, or nil for anything.
  public let expectation: Expectation?

  /// The names that are there besides the state's keys, those of the innermost place last.
  public private(set) var locals: [LocalNames] = []

  /// Creates a use.
  public init(_ content: Content, expecting expectation: Expectation? = nil) {
    self.content = content
    self.expectation = expectation
  }

  /// The use as the node around it sees it.
  public func inside(_ names: LocalNames) -> TypedUse {
    var use = self
    use.locals.insert(names, at: 0)
    return use
  }
}

extension TypeSource {
  /// The state keys whose types have to be known first.
  package var keys: Set<String> {
    var keys: Set<String> = []
    collect(into: &keys, without: [])
    return keys
  }

  private func collect(into keys: inout Set<String>, without local: Set<String>) {
    switch self {
    case .type, .promised: break
    case .value(let template): for path in template.paths where !local.contains(path.root) { keys.insert(path.root) }
    case .key(let name): if !local.contains(name) { keys.insert(name) }
    case .list(let source), .item(let source), .flattened(let source): source.collect(into: &keys, without: local)
    case .inside(let names, let source):
      for name in names.sources.values { name.collect(into: &keys, without: local) }
      source.collect(into: &keys, without: local.union(names.sources.keys))
    }
  }
}
