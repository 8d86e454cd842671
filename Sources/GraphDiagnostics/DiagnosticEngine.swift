/// Collects the diagnostics of one compilation.
///
/// Passes report to it and go on. It is used from one thread: a compilation is
/// synchronous, and two compilations have an engine each.
public final class DiagnosticEngine {
  private var reported: [Diagnostic] = []
  private var seen: Set<Diagnostic> = []

  /// The number of errors so far, to see whether a pass added any.
  public private(set) var errorCount = 0

  /// Places that are read several times; see `foldRepeats(at:)`.
  private var repeated: [SourceSpan] = []
  private var seenAtRepeated: Set<RepeatedFinding> = []

  private struct RepeatedFinding: Hashable {
    let code: DiagnosticCode
    let span: SourceSpan
  }

  /// Whether any reported diagnostic is an error.
  public var hasErrors: Bool { errorCount > 0 }

  /// Creates an engine without diagnostics.
  public init() {}

  /// Adds a diagnostic; one that was reported before is ignored.
  public func report(_ diagnostic: Diagnostic) {
    guard seen.insert(diagnostic).inserted, !isRepeated(diagnostic) else { return }
    if diagnostic.isSecret, diagnostic.severity == .error, let span = diagnostic.span {
      // That a secret is an error where it stands says more than that it looks like one.
      reported.removeAll { $0.isSecret && $0.severity != .error && ($0.span.map(span.contains) ?? false) }
    }
    reported.append(diagnostic)
    if diagnostic.severity == .error { errorCount += 1 }
  }

  /// Adds a diagnostic made of its parts.
  public func report(
    _ message: DiagnosticMessage, at span: SourceSpan?, notes: [Diagnostic.Note] = [], fixIts: [FixIt] = []
  ) {
    report(Diagnostic(message, at: span, notes: notes, fixIts: fixIts))
  }

  /// Marks a part of a file that is read several times, each time for another purpose: of the findings of one code at
  /// one place in it, the first stands for all.
  public func foldRepeats(at span: SourceSpan) { repeated.append(span) }

  private func isRepeated(_ diagnostic: Diagnostic) -> Bool {
    guard !repeated.isEmpty, let span = diagnostic.span, repeated.contains(where: { $0.contains(span) }) else {
      return false
    }
    return !seenAtRepeated.insert(RepeatedFinding(code: diagnostic.code, span: span)).inserted
  }

  /// The diagnostics by file, position and severity; those without a place come first.
  public var diagnostics: [Diagnostic] { Diagnostic.sorted(reported) }

  /// The number of diagnostics so far, to see whether a pass added any.
  public var count: Int { reported.count }
}

extension Diagnostic {
  /// Diagnostics in reading order: files in the order they first appear, then position, then severity.
  public static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var fileOrder: [ObjectIdentifier: Int] = [:]
    for diagnostic in diagnostics {
      guard let file = diagnostic.span?.file else { continue }
      let id = ObjectIdentifier(file)
      if fileOrder[id] == nil { fileOrder[id] = fileOrder.count + 1 }
    }
    func key(_ diagnostic: Diagnostic) -> (Int, Int) {
      guard let span = diagnostic.span else { return (0, 0) }
      return (fileOrder[ObjectIdentifier(span.file)] ?? 0, span.range.lowerBound)
    }
    return diagnostics.enumerated().sorted { left, right in
      let leftKey = key(left.element)
      let rightKey = key(right.element)
      if leftKey != rightKey { return leftKey < rightKey }
      if left.element.severity != right.element.severity { return left.element.severity < right.element.severity }
      return left.offset < right.offset
    }.map(\.element)
  }
}

/// A compilation that did not succeed, with everything that was found.
public struct DiagnosticError: Error, Sendable, CustomStringConvertible {
  /// All diagnostics in reading order; at least one is an error.
  public let diagnostics: [Diagnostic]

  /// Creates an error from diagnostics.
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  /// The diagnostics as the text renderer prints them, without colour.
  public var description: String {
    var renderer = DiagnosticTextRenderer(colour: false)
    return renderer.render(diagnostics)
  }
}
