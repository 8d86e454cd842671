public import GraphDiagnostics

/// A path into the state as an expression or a prompt names it: a root key and the steps below it.
public struct StatePath: Sendable, Hashable {
  /// One step below a value.
  public enum Component: Sendable, Hashable {
    /// A key of an object.
    case key(String)
    /// An index of a list; negative ones count from the end.
    case index(Int)
  }

  /// The state key, without `state.` before it.
  public let root: String

  /// The steps below the root.
  public let components: [Component]

  /// Whether it was written with `state.` before the root.
  public let hasStatePrefix: Bool

  /// Whether a missing value reads as null here: in `==`, `!=` and as the first argument of `default`.
  public internal(set) var toleratesMissing = false

  /// Whether this is a bare word to the right of `==` or `!=`, which stands for its own text when no state key has that name.
  public internal(set) var mayBeText = false

  /// The bytes of the path in its text.
  public let range: ByteRange

  /// The place of the whole path.
  public let span: SourceSpan

  /// The place of the root, without `state.`.
  public let rootSpan: SourceSpan

  /// Creates a path.
  public init(
    root: String, components: [Component], hasStatePrefix: Bool, range: ByteRange, span: SourceSpan,
    rootSpan: SourceSpan
  ) {
    self.root = root
    self.components = components
    self.hasStatePrefix = hasStatePrefix
    self.range = range
    self.span = span
    self.rootSpan = rootSpan
  }

  /// The path as messages name it, such as `items[0].title`.
  public var description: String { root + Self.suffix(components) }

  /// The written form of steps, such as `[0].title`.
  static func suffix(_ components: some Sequence<Component>) -> String {
    var text = ""
    for component in components {
      switch component {
      case .key(let key) where ExpressionLexer.isName(key): text += ".\(key)"
      case .key(let key): text += "['\(key)']"
      case .index(let index): text += "[\(index)]"
      }
    }
    return text
  }
}
