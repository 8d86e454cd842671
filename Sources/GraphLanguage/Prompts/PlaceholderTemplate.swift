public import GraphDiagnostics
public import GraphRuntime

/// A text with `{name}` placeholders.
///
/// A placeholder holds a path: `{topic}`, `{item.title}`, `{items[0]}`, `{obj['key']}`, `{obj[key]}`, or `{state.topic}`
/// for the state itself. A conversion may follow (`!s` text, `!r` JSON), then a format as Python has it
/// (`{n:03d}`, `{price:.2f}`, `{share:.0%}`, `{name:>10}`).
///
/// A brace begins a placeholder only when a letter or `_` follows it. Any other brace is text, so JSON, code
/// blocks and `{1,2}` need no escapes; a closing brace outside a placeholder is text too. To have a word in braces as text, the
/// text is written as a Jinja template with `{% raw %}`.
///
/// Values read as everywhere: the items of a list joined with `, `, nested lists and objects as JSON, `true` and
/// `false`. Null is an error, because it is nearly always a step that did not run.
public struct PlaceholderTemplate: PromptTemplate.Body {
  /// One placeholder.
  public struct Placeholder: Sendable {
    /// What it reads.
    public let path: StatePath

    /// The bytes of the placeholder with its braces.
    public let range: ByteRange

    let isJSON: Bool
    let format: PlaceholderFormat?
  }

  enum Piece: Sendable {
    case text(String)
    case placeholder(Placeholder)
  }

  let source: ExpressionSource
  let pieces: [Piece]

  /// The placeholders in the order of the text.
  public var placeholders: [Placeholder] {
    pieces.compactMap { if case .placeholder(let placeholder) = $0 { placeholder } else { nil } }
  }

  /// Every path, in the order of the text.
  public var paths: [StatePath] { placeholders.map(\.path) }

  /// The roots of the paths that do not begin with `state.`, each at its first use.
  public var variables: [Located<String>] { firstUses { !$0.hasStatePrefix } }

  /// The keys read below `state`, each at its first use.
  public var stateKeys: [Located<String>] { firstUses(where: \.hasStatePrefix) }

  /// None: a placeholder always needs its value.
  public var optionalVariables: Set<String> { [] }

  /// All of them.
  public var certainVariables: Set<String> { Set(variables.map(\.value)) }

  /// Never: each placeholder says which key it reads.
  public var readsWholeState: Bool { false }

  /// None: placeholders include nothing.
  public var includes: [Located<String>] { [] }

  private func firstUses(where isIncluded: (StatePath) -> Bool) -> [Located<String>] {
    var seen: Set<String> = []
    return paths.filter { isIncluded($0) && seen.insert($0.root).inserted }.map { Located($0.root, at: $0.rootSpan) }
  }

  /// Puts values into the text.
  ///
  /// - Throws: `PromptError` when a value is missing or null, or does not fit its format.
  public func render(
    _ lookup: (String) -> Value?, names: () -> [String] = { [] },
    includes: (String) -> PromptTemplate? = { _ in nil }
  ) throws(PromptError) -> String {
    var text = ""
    for piece in pieces {
      switch piece {
      case .text(let literal): text += literal
      case .placeholder(let placeholder):
        let value = try value(of: placeholder, lookup, names)
        let shown = placeholder.isJSON ? .string(value.spacedJSON) : value
        guard let format = placeholder.format else {
          text += shown.text
          continue
        }
        guard let formatted = format.apply(to: shown) else {
          throw PromptError(
            .formatDoesNotFit(format.text, placeholder.path.description, value.kind),
            at: source.span(of: placeholder.range))
        }
        text += formatted
      }
    }
    return text
  }

  private func value(of placeholder: Placeholder, _ lookup: (String) -> Value?, _ names: () -> [String])
    throws(PromptError) -> Value
  {
    let path = placeholder.path
    var value = path.hasStatePrefix ? lookup("state")?.object?[path.root] : lookup(path.root)
    var isGiven = value != nil
    for component in path.components {
      isGiven = value?.step(component) != nil
      value = value?.step(component)
    }
    if let value, !value.isNull { return value }
    let name = path.hasStatePrefix ? "state.\(path.description)" : path.description
    throw PromptError(
      isGiven ? .nullVariable(name) : .missingVariable(name), at: source.span(of: placeholder.range),
      availableNames: names())
  }
}

extension DiagnosticMessage {
  static func missingVariable(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0614", .error, "variable '\(name)' has no value")
  }

  static func nullVariable(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0614", .error, "variable '\(name)' is null")
  }

  static func formatDoesNotFit(_ format: String, _ name: String, _ kind: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0615", .error, "format '\(format)' does not fit '\(name)', which is \(kind)")
  }
}
