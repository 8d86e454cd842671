public import GraphDiagnostics
internal import GraphLanguage

/// Findings without those that the files themselves allow.
public struct AllowedFindings: Sendable {
  /// An allowance that was needed: which one in which file.
  public struct Use: Sendable, Hashable {
    /// The file's real path.
    public let path: String

    /// Where in it the code is written that is allowed.
    public let range: ByteRange

    /// The use of what a finding of `unused` points at.
    public init?(_ span: SourceSpan?) {
      guard let span else { return nil }
      path = ProjectFiles.realPath(span.file.path) ?? span.file.path
      range = span.range
    }
  }

  /// What is left.
  public private(set) var diagnostics: [Diagnostic]

  /// What is wrong with the allowances of the file that was looked at.
  let mistakes: [Diagnostic]

  /// Findings about allowances of that file which no finding needs.
  let unused: [Diagnostic]

  /// The allowances that findings needed.
  public let uses: Set<Use>

  /// What is said of the allowances themselves; where there are errors, not everything was looked at, so that what no
  /// finding needs is not known.
  var about: [Diagnostic] { mistakes + (diagnostics.contains { $0.severity == .error } ? [] : unused) }

  /// The same allowances with other findings left, which have an error where these have one.
  func map(_ transform: ([Diagnostic]) -> [Diagnostic]) -> AllowedFindings {
    var copy = self
    copy.diagnostics = transform(diagnostics)
    return copy
  }

  /// Leaves out what is allowed.
  ///
  /// - Parameter root: The file that was looked at; findings are in others as well, which it uses.
  init(_ diagnostics: [Diagnostic], root: SourceFile? = nil) {
    var byFile: [ObjectIdentifier: Allowances] = [:]
    if let root { byFile[ObjectIdentifier(root)] = Allowances(root) }
    var kept: [Diagnostic] = []
    for diagnostic in diagnostics {
      guard let file = diagnostic.span?.file else {
        kept.append(diagnostic)
        continue
      }
      let isAllowed = byFile[ObjectIdentifier(file), default: Allowances(file)].allow(diagnostic)
      if !isAllowed { kept.append(diagnostic) }
    }
    self.diagnostics = kept
    let own = root.flatMap { byFile[ObjectIdentifier($0)] }
    mistakes = own?.mistakes ?? []
    unused = own?.unused ?? []
    uses = Set(byFile.values.flatMap(\.used).compactMap(Use.init))
  }
}
