public import GraphDiagnostics

/// A value of a YAML file together with the place it was written at.
public struct YAMLNode: Sendable {
  /// What a node is.
  public enum Content: Sendable {
    /// A single value.
    case scalar(YAMLScalar)
    /// A list.
    case sequence([YAMLNode])
    /// Keys and values.
    case mapping(YAMLMapping)
  }

  /// What the node is.
  public let content: Content

  /// The bytes of the node: with its quotes or brackets, without anchor and tag.
  ///
  /// A block collection ends with its last child, and a block scalar with its
  /// last line that is not blank, not where the next token begins. A value
  /// that is left out is an empty span where it could stand. For an alias it
  /// is the alias (`*name`), because that is where the value is used and where
  /// a value of the wrong kind has to be changed; the children of an aliased
  /// collection, and ``definition``, stand at the anchor.
  public let span: SourceSpan

  /// Where the content is written: ``span``, except for an alias, whose content is written at the anchor.
  public var definition: SourceSpan { SourceSpan(span.file, definitionRange) }

  private let definitionRange: ByteRange

  /// How the text of a scalar differs from what is written, or nil.
  private let rewriting: YAMLRewriting?

  init(_ content: Content, at span: SourceSpan, definition: ByteRange? = nil, rewriting: YAMLRewriting? = nil) {
    self.content = content
    self.span = span
    definitionRange = definition ?? span.range
    self.rewriting = rewriting
  }

  /// The same content, used at an alias.
  func aliased(at span: SourceSpan) -> YAMLNode {
    YAMLNode(content, at: span, definition: definitionRange, rewriting: rewriting)
  }

  /// Creates a mapping or list out of nodes that stand elsewhere.
  ///
  /// - Parameter span: Where what is wrong with it as a whole is pointed at.
  public init(collection content: Content, at span: SourceSpan) { self.init(content, at: span) }

  /// A scalar with other text in place of parts of its content.
  ///
  /// It stands where the old one stands; what is found in a new part is pointed at where the old part is written.
  /// - Parameter edits: Ranges of UTF-8 bytes of the content with their new text, in order and apart from one another.
  /// - Returns: Text, whatever the old content meant; a collection is returned as it is.
  public func replacing(_ edits: [(range: ByteRange, text: String)]) -> YAMLNode {
    guard let scalar, rewriting == nil else { return self }
    let rewriting = YAMLRewriting(scalar, edits)
    let text = YAMLScalar(text: rewriting.text, style: scalar.style, resolved: .string)
    return YAMLNode(.scalar(text), at: span, definition: definitionRange, rewriting: rewriting)
  }
}

extension YAMLNode {
  /// The single value, if the node is one.
  public var scalar: YAMLScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// The items, if the node is a list.
  public var sequence: [YAMLNode]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  /// The keys and values, if the node is a mapping.
  public var mapping: YAMLMapping? {
    if case .mapping(let mapping) = content { mapping } else { nil }
  }

  /// What the node is, as messages say it, as in `a string is expected, not a list`.
  public var kindDescription: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar(let scalar):
      switch scalar.resolved {
      case .null: "null"
      case .bool: "true or false"
      case .int: "an integer"
      case .double: "a number"
      case .string: "a string"
      }
    }
  }

  /// Where a range of UTF-8 bytes of a scalar's content stands in the source.
  ///
  /// Exact for every style: quotes, escapes, indentation and folded lines are
  /// taken into account. An empty range gives the empty span before its byte.
  /// The last line break of a block scalar stands after the node's own span.
  /// For a collection it is the span of the collection.
  ///
  /// - Complexity: O(length of the scalar). Use ``contentMap()`` for many ranges of one scalar.
  public func span(ofContent range: ByteRange) -> SourceSpan {
    contentMap()?.span(of: range) ?? span
  }

  /// Where each byte of a scalar's content stands in the source, or nil for a collection.
  public func contentMap() -> YAMLContentMap? {
    guard let scalar else { return nil }
    guard let rewriting else { return YAMLContentMap(of: scalar, at: definition) }
    return YAMLContentMap(of: rewriting.original, at: definition, rewriting: rewriting)
  }
}
