public import GraphDiagnostics
public import GraphLanguage
internal import GraphRuntime

/// The types of a graph's state: of each key its declared one, else that of what is written to it.
///
/// They are there as soon as the nodes of a graph could be read, also where the graph has mistakes.
public struct StateTypes: Sendable {
  /// What is known of one key.
  public struct Key: Sendable {
    /// The name.
    public let name: String

    /// The type of the values that it may have, null left out; `any` where nothing is known.
    public let type: SchemaType

    /// The declared type, or nil.
    public let declared: SchemaType?

    /// Whether nothing may put a value of another type there, as a function may.
    public let isCertain: Bool

    /// Where the key is declared, else where a node that writes it names it; nil where neither is.
    public let span: SourceSpan?

    let known: TypedName
  }

  private let keys: [String: Key]

  init(_ keys: [String: Key]) { self.keys = keys }

  /// What is known of a key, or nil when the state has none of that name.
  public subscript(name: String) -> Key? { keys[name] }

  /// The type of a key, null left out, or nil when the state has none of that name.
  public func type(of name: String) -> SchemaType? { keys[name]?.type }

  /// The type of what a path leads to, such as `critique.score`, or nil when it leads nowhere by what is known.
  public func type(of path: StatePath) -> SchemaType? {
    guard let key = keys[path.root] else { return nil }
    return key.type.type(at: path.components)
  }

  /// The names of all keys, in the order of the alphabet.
  public var names: [String] { keys.keys.sorted() }

  /// Finds a key for whoever reads it.
  func find(_ name: String) -> TypedName? { keys[name]?.known }

  /// What computes types from these.
  var resolver: TypeResolver { TypeResolver { find($0) } }
}
