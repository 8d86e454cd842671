public import GraphDiagnostics
public import GraphRuntime
public import GraphYAML

/// One text of a prompt with variables in it.
///
/// Text that contains `{{` or `{%` is a Jinja template; any other text has
/// `{name}` placeholders, see ``PlaceholderTemplate``.
public struct PromptTemplate: Sendable {
  /// What either kind of template offers.
  package protocol Body: Sendable {
    /// The names that have to be given, each at its first use; `state` is not among them.
    var variables: [Located<String>] { get }

    /// The keys read below `state`, each at its first use.
    var stateKeys: [Located<String>] { get }

    /// Every path, as far as the template's language shows them.
    var paths: [StatePath] { get }

    func render(_ lookup: (String) -> Value?, names: () -> [String]) throws(PromptError) -> String
  }

  private let body: any Body

  /// Where the text is written.
  public let span: SourceSpan

  package init(body: any Body, span: SourceSpan) {
    self.body = body
    self.span = span
  }

  /// Parses a text; reports every mistake and returns nil when there are any.
  public static func parse(_ source: ExpressionSource, diagnostics: DiagnosticEngine) -> PromptTemplate? {
    let body: (any Body)? =
      isJinja(source.text)
      ? parseJinja(source, diagnostics: diagnostics) : PlaceholderTemplate.parse(source, diagnostics: diagnostics)
    return body.map { PromptTemplate(body: $0, span: source.span(of: source.range)) }
  }

  /// Parses a YAML string; reports another kind of node.
  public static func parse(_ node: YAMLNode, _ subject: String, diagnostics: DiagnosticEngine) -> PromptTemplate? {
    guard FieldReader.check(node, subject, .string, diagnostics), let source = ExpressionSource(node) else {
      return nil
    }
    return parse(source, diagnostics: diagnostics)
  }

  /// Whether a text is a Jinja template.
  public static func isJinja(_ text: String) -> Bool {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if previous == UInt8(ascii: "{") && (byte == UInt8(ascii: "{") || byte == UInt8(ascii: "%")) { return true }
      previous = byte
    }
    return false
  }

  /// The names that have to be given, each at its first use; `state` is not among them.
  public var variables: [Located<String>] { body.variables }

  /// The keys read below `state`, each at its first use: what the object given as `state` has to hold.
  public var stateKeys: [Located<String>] { body.stateKeys }

  /// Every path that is read, in the order of the text; one with `state.` before it reads the state.
  public var paths: [StatePath] { body.paths }

  /// Puts values into the text.
  ///
  /// - Parameters:
  ///   - lookup: The value of a variable, nil for one that is not given; `state` asks for an object with `stateKeys`.
  ///   - names: The names that `lookup` knows, asked for only by an error.
  /// - Throws: `PromptError` when a value is missing or null, or does not fit its format.
  public func render(_ lookup: (String) -> Value?, names: () -> [String] = { [] }) throws(PromptError) -> String {
    try body.render(lookup, names: names)
  }
}
