public import GraphDiagnostics

/// Reads YAML files into trees that know where everything was written.
///
/// ```swift
/// let diagnostics = DiagnosticEngine()
/// let file = SourceFile(path: "notes.yaml", text: "title: Tides\npages: 12\n")
/// let root = YAMLParser.parse(file, diagnostics: diagnostics)
/// for entry in root?.mapping?.entries ?? [] {
///   print(entry.key.value, "in line", entry.key.span.start.line)
/// }
/// ```
public enum YAMLParser {
  /// The code of the diagnostic for a key that is written twice; the first one counts.
  public static let duplicateKeyCode = DiagnosticCode("GR0011")

  /// The root of the file's one document, or nil when it is empty or broken (then diagnostics say why).
  ///
  /// An empty file, one of comments only, and an empty document give nil and
  /// no diagnostic: whether a file may be empty is the caller's rule.
  ///
  /// After a syntax error or a limit that was passed there is one diagnostic
  /// for it and nil. A collection as a key, an alias without an anchor and a
  /// merge that is none are all reported, and give nil, because a tree with
  /// holes would make its readers report what is not wrong. Everything else
  /// (a key written twice: the first counts; an unknown tag: as if it were not
  /// there; a number that does not fit: the nearest that does; a second
  /// document: left out) is reported and leaves a whole tree.
  public static func parse(
    _ file: SourceFile, limits: YAMLLimits = .init(), diagnostics: DiagnosticEngine
  ) -> YAMLNode? {
    var work = Work()
    return parse(file, limits: limits, diagnostics: diagnostics, work: &work)
  }

  /// What parsing took, so that tests can bound it without a clock.
  package struct Work {
    /// The events that libyaml gave.
    package var events = 0
    /// The code points that libyaml's scanner read.
    package var scanned = 0

    package init() {}
  }

  package static func parse(
    _ file: SourceFile, limits: YAMLLimits, diagnostics: DiagnosticEngine, work: inout Work
  ) -> YAMLNode? {
    guard let text = YAMLText(file, limits: limits, diagnostics: diagnostics) else { return nil }
    var composer = YAMLComposer(text, limits: limits, diagnostics: diagnostics)
    do throws(YAMLFailure) {
      var reader = try YAMLEventReader(file.bytes)
      defer { work.scanned = reader.scannedCount }
      var isDone = false
      while !isDone {
        let event = try reader.next()
        work.events += 1
        isDone = composer.consume(event)
      }
      return composer.result
    } catch {
      YAMLSyntaxError(error, in: text, lastScalar: composer.lastScalar, openBracket: composer.openBracket)
        .report(to: diagnostics)
      return nil
    }
  }
}
