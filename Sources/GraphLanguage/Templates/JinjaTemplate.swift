public import GraphDiagnostics
public import GraphRuntime

/// A prompt template in the Jinja language, parsed once and rendered any number of times.
///
/// What it prints is byte for byte what Jinja2 prints with its default options.
/// Where Jinja2 prints nothing for an undefined variable, this is an error;
/// where it loses the outer value of a name that is set later, this keeps it;
/// a dict's key goes before its method of the same name unless that is called.
/// Values cannot be changed, integers have 64 bits, and every template ends.
///
/// ```swift
/// let diagnostics = DiagnosticEngine()
/// let template = JinjaTemplate.parse(TemplateSource("Hello {{ name }}!"), diagnostics: diagnostics)
/// let text = try template?.render { $0 == "name" ? "Ada" : nil }
/// ```
public struct JinjaTemplate: Sendable {
  let program: TemplateProgram

  /// The names the template reads from outside, each at its first use, in the order of the text.
  ///
  /// Names that the template itself sets on every path, and the functions that
  /// every template has (`range`, `dict`, `namespace`, `cycler`, `joiner`), are
  /// not among them.
  public let freeVariables: [Located<String>]

  /// Those of the free variables that the template can do without.
  ///
  /// They are read only where a test or `default` has made sure that they
  /// exist, or where the template may have set them itself.
  public let optionalVariables: Set<String>

  /// Those of the free variables without which the template never renders, whatever the others are.
  public let certainVariables: Set<String>

  /// The templates included by a name that is written out, in the order of the text.
  public let includes: [Located<String>]

  /// The ranges of text between the tags, without those of `raw`.
  let plainText: [ByteRange]

  /// Parses a template; nil when it has mistakes, which are reported.
  public static func parse(_ source: TemplateSource, diagnostics: DiagnosticEngine) -> JinjaTemplate? {
    let found = DiagnosticEngine()
    var parser = TemplateParser(source, diagnostics: found)
    let nodes = parser.parse()
    for diagnostic in found.diagnostics { diagnostics.report(diagnostic) }
    if found.hasErrors { return nil }
    let program = TemplateProgram(source: source, nodes: nodes, scopes: parser.scopes)
    var analysis = TemplateAnalysis(program)
    analysis.run()
    return JinjaTemplate(
      program: program, freeVariables: analysis.freeVariables, optionalVariables: analysis.optionalVariables,
      certainVariables: analysis.certainVariables, includes: parser.includes,
      plainText: parser.tokens.compactMap { if case .text = $0.kind { $0.range } else { nil } })
  }

  /// Renders the template.
  ///
  /// - Parameters:
  ///   - lookup: The value of a name from outside; nil makes the name undefined.
  ///   - names: The names that `lookup` knows, asked for only when one is missing.
  ///   - includes: The template that a name in `include` means; nil makes it an error.
  ///   - limits: What the rendering may cost.
  /// - Returns: The text.
  /// - Throws: `TemplateError` when a name is undefined, an operation does not
  ///   fit its values, an included template is missing, or a limit is reached.
  public func render(
    _ lookup: (String) -> Value?, names: () -> [String] = { [] },
    includes: (String) -> JinjaTemplate? = { _ in nil }, limits: TemplateLimits = TemplateLimits()
  ) throws(TemplateError) -> String {
    // The closures live in the renderer's struct, which ends before they do.
    let result = withoutActuallyEscaping(lookup) { lookup in
      withoutActuallyEscaping(names) { names in
        withoutActuallyEscaping(includes) { includes -> Result<String, TemplateError> in
          var renderer = TemplateRenderer(program, lookup: lookup, names: names, includes: includes, limits: limits)
          return renderer.run()
        }
      }
    }
    return try result.get()
  }
}

/// A parsed template: its tree and where its names are found.
final class TemplateProgram: Sendable {
  /// A name that an expression refers to.
  struct Reference: Sendable {
    let name: String
    /// Where the template itself may have set it, innermost first.
    let addresses: [TemplateAddress]
    /// The index among the names that may come from outside.
    let external: Int
  }

  let source: TemplateSource
  let nodes: [TemplateNode]
  let references: [Reference]
  let externalNames: [String]
  let slotCount: Int
  let scopes: TemplateScopes

  init(source: TemplateSource, nodes: [TemplateNode], scopes: TemplateScopes) {
    var externals: [String: Int] = [:]
    var names: [String] = []
    var references: [Reference] = []
    references.reserveCapacity(scopes.references.count)
    for (name, scope) in scopes.references {
      let external = externals[name] ?? names.count
      if external == names.count {
        externals[name] = external
        names.append(name)
      }
      references.append(
        Reference(name: name, addresses: scopes.addresses(of: name, from: scope), external: external))
    }
    self.source = source
    self.nodes = nodes
    self.references = references
    self.externalNames = names
    self.slotCount = scopes.slotCounts[0]
    self.scopes = scopes
  }
}
