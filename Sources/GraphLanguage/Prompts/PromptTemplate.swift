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

    /// Those of the variables that the text can do without.
    var optionalVariables: Set<String> { get }

    /// Those of the variables without which the text is never made, whatever the others are.
    var certainVariables: Set<String> { get }

    /// Whether the text may read any key below `state`.
    var readsWholeState: Bool { get }

    /// The keys read below `state`, each at its first use.
    var stateKeys: [Located<String>] { get }

    /// The prompts that are included by a name that is written out.
    var includes: [Located<String>] { get }

    /// Every path, as far as the template's language shows them.
    var paths: [StatePath] { get }

    func render(
      _ lookup: (String) -> Value?, names: () -> [String], includes: (String) -> PromptTemplate?
    ) throws(PromptError) -> String
  }

  /// What the text was parsed into; a template that includes another one looks for its own kind here.
  package let body: any Body

  /// The text as it is written.
  package let source: ExpressionSource

  /// Where the text is written.
  public var span: SourceSpan { source.span(of: source.range) }

  package init(body: any Body, source: ExpressionSource) {
    self.body = body
    self.source = source
  }

  /// Parses a text; reports every mistake and returns nil when there are any.
  public static func parse(_ source: ExpressionSource, diagnostics: DiagnosticEngine) -> PromptTemplate? {
    let body: (any Body)? =
      isJinja(source.text)
      ? parseJinja(source, diagnostics: diagnostics) : PlaceholderTemplate.parse(source, diagnostics: diagnostics)
    return body.map { PromptTemplate(body: $0, source: source) }
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

  /// Those of the variables that the text can do without, because it asks whether they are there.
  public var optionalVariables: Set<String> { body.optionalVariables }

  /// Those of the variables without which the text is never made, whatever the others are.
  public var certainVariables: Set<String> { body.certainVariables }

  /// Whether the text may read any key below `state`, besides `stateKeys`.
  public var readsWholeState: Bool { body.readsWholeState }

  /// The prompts that are included by a name that is written out, in the order of the text.
  public var includes: [Located<String>] { body.includes }

  /// The keys read below `state`, each at its first use: what the object given as `state` has to hold.
  public var stateKeys: [Located<String>] { body.stateKeys }

  /// Every path that is read, in the order of the text; one with `state.` before it reads the state.
  public var paths: [StatePath] { body.paths }

  /// Puts values into the text.
  ///
  /// - Parameters:
  ///   - lookup: The value of a variable, nil for one that is not given; `state` asks for an object with `stateKeys`.
  ///   - names: The names that `lookup` knows, asked for only by an error.
  ///   - includes: The text that the name of an included prompt means; nil makes it an error.
  /// - Throws: `PromptError` when a value is missing or null, or does not fit its format.
  public func render(
    _ lookup: (String) -> Value?, names: () -> [String] = { [] },
    includes: (String) -> PromptTemplate? = { _ in nil }
  ) throws(PromptError) -> String {
    try body.render(lookup, names: names, includes: includes)
  }
}
