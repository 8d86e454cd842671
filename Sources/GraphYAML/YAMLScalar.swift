/// A value that is no collection: its text, how it was written, and what the text means.
public struct YAMLScalar: Sendable, Hashable {
  /// How a scalar is written.
  public enum Style: Sendable, Hashable {
    /// Without quotes.
    case plain
    /// In `'`.
    case singleQuoted
    /// In `"`, with escapes.
    case doubleQuoted
    /// After `|`, line by line.
    case literal
    /// After `>`, lines folded.
    case folded
  }

  /// What a scalar means by the core schema of YAML 1.2.
  ///
  /// Quoted and block scalars are strings. An explicit core tag such as
  /// `!!str` overrides both. A double is always finite.
  public enum Resolved: Sendable, Hashable {
    /// `null`, `~`, or nothing at all.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A 64-bit integer, decimal, `0x` or `0o`.
    case int(Int)
    /// A finite number with a fraction or an exponent.
    case double(Double)
    /// Text: see ``YAMLScalar/text``.
    case string
  }

  /// The content: quotes, escapes, indentation and folding resolved.
  public let text: String

  /// How it is written.
  public let style: Style

  /// What it means.
  public let resolved: Resolved

  init(text: String, style: Style, resolved: Resolved) {
    self.text = text
    self.style = style
    self.resolved = resolved
  }
}
