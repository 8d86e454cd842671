/// What looking at several files found, as the renderers for other programs print it.
public struct DiagnosticReport: Sendable {
  /// A file that could not be looked at.
  public struct Failure: Sendable, Hashable {
    /// The path as the user gave it.
    public let path: String

    /// Why, as a sentence without a full stop.
    public let reason: String

    /// Creates a failure.
    public init(path: String, reason: String) {
      self.path = path
      self.reason = reason
    }
  }

  /// The files that were looked at, in their order; findings may also be in files that these use.
  public var files: [String] = []

  /// Everything that was found, in reading order.
  public var diagnostics: [Diagnostic] = []

  /// The files that could not be looked at.
  public var failures: [Failure] = []

  /// Whether warnings count as mistakes.
  public var isStrict = false

  /// Creates a report of nothing.
  public init() {}

  /// Whether a finding makes that the files do not pass.
  public func isMistake(_ diagnostic: Diagnostic) -> Bool {
    switch diagnostic.severity {
    case .error: true
    case .warning: isStrict
    case .remark: false
    }
  }

  /// Whether all files could be looked at and have no mistakes.
  public var passes: Bool { failures.isEmpty && !diagnostics.contains(where: isMistake) }
}
