/// How large a YAML file may be before it is refused.
///
/// The defaults are far above what a person writes by hand, and low enough
/// that a hostile file costs neither time, memory nor stack.
public struct YAMLLimits: Sendable, Hashable {
  /// The most bytes of a file; 16 MiB unless set.
  public var maximumBytes = 16 << 20

  /// The most collections inside one another, aliases followed; 128 unless set.
  ///
  /// Whoever walks the tree may rely on it and recurse.
  public var maximumDepth = 128

  /// The most nodes that are written in a file, keys included; a million unless set.
  public var maximumNodes = 1_000_000

  /// The most nodes that all aliases together may stand for; 100,000 unless set.
  ///
  /// Nodes at aliases are shared, so the tree itself stays small, but whoever
  /// walks it meets each of them.
  public var maximumAliasExpansion = 100_000

  /// The most errors, and the most warnings, that are reported of one file before the rest is left out; 50 unless set.
  public var maximumDiagnostics = 50

  /// Creates the default limits.
  public init() {}
}
