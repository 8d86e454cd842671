public import GraphDiagnostics

/// Lays YAML files out in one way, without a change of what they say.
///
/// Comments stay where they are, blank lines too (one at most), and so do anchors, aliases and the lines of block texts.
/// Indentation is two spaces, also for the items of lists. Lists in brackets and mappings in braces stay in one line
/// where that has 100 characters at most, and get a line for each entry otherwise. Quotes go where text is the same
/// text without them.
public enum YAMLFormatter {
  /// The text of a file in its new layout, or nil after reporting why the file is left as it is.
  ///
  /// A file with errors is never changed. What is returned was read again: it has the values, types, anchors and
  /// comments of the file, and formatting it once more changes nothing.
  public static func format(
    _ file: SourceFile, limits: YAMLLimits = .init(), diagnostics: DiagnosticEngine
  ) -> String? {
    let found = DiagnosticEngine()
    _ = YAMLParser.parse(file, limits: limits, diagnostics: found)
    guard !found.hasErrors else {
      for diagnostic in found.diagnostics where diagnostic.severity == .error { diagnostics.report(diagnostic) }
      return nil
    }
    guard let text = YAMLText(file, limits: limits, diagnostics: diagnostics) else { return nil }
    do {
      let formatted = try layout(text)
      let again = SourceFile(path: file.path, text: formatted)
      guard let result = YAMLText(again, limits: limits, diagnostics: DiagnosticEngine()),
        try YAMLSubstance(result) == YAMLSubstance(text), try layout(result) == formatted
      else {
        diagnostics.report(.layoutNotKept, at: SourceSpan(file, ByteRange(0, 0)))
        return nil
      }
      return withLineBreaks(of: file, formatted)
    } catch let problem as YAMLLayoutProblem {
      diagnostics.report(problem.message, at: problem.span)
    } catch {
      diagnostics.report(.layoutNotKept, at: SourceSpan(file, ByteRange(0, 0)))
    }
    return nil
  }

  private static func layout(_ text: YAMLText) throws -> String {
    var reader = try YAMLLayoutReader(text)
    return try YAMLLayoutPrinter.text(of: reader.document())
  }

  /// Line breaks as the first one of the file.
  private static func withLineBreaks(of file: SourceFile, _ text: String) -> String {
    guard let first = file.bytes.firstIndex(of: UInt8(ascii: "\n")), first > 0,
      file.bytes[first - 1] == UInt8(ascii: "\r")
    else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
  }
}

/// What a file says, whatever its layout: two layouts of one file are equal in it.
struct YAMLSubstance: Equatable {
  private struct Item: Equatable {
    enum Kind: Equatable {
      case scalar(String, YAMLCoreSchema.Reading)
      case alias(String)
      case sequence
      case mapping
      case end
    }

    let kind: Kind
    let anchor: String?
    let tag: String?
  }

  private var items: [Item] = []
  /// All comments in the order of their text, as some move by a line.
  private var comments: [String] = []

  init(_ text: YAMLText) throws(YAMLFailure) {
    var reader = try YAMLEventReader(text.file.bytes)
    var cursor = 0
    while true {
      let event = try reader.next()
      let start = text.offset(ofCodePoint: event.start)
      let end = text.offset(ofCodePoint: event.end)
      let kind: Item.Kind
      switch event.kind {
      case .streamEnd:
        addComments(of: text, from: cursor, to: text.file.bytes.count)
        comments.sort()
        return
      case .streamStart, .documentStart, .documentEnd: continue
      case .alias: kind = .alias(event.text)
      case .sequenceStart: kind = .sequence
      case .mappingStart: kind = .mapping
      case .sequenceEnd, .mappingEnd: kind = .end
      case .scalar(let style):
        let isTagged = event.tag != nil || text[start] == UInt8(ascii: "!") && end > start
        // A merge is another thing than a key of that text.
        let isMerge = style == .plain && !isTagged && event.text == "<<"
        let isPlain = style == .plain && !isTagged
        kind = .scalar(
          event.text, isMerge ? .notFinite : isPlain ? YAMLCoreSchema.read(event.text) : .value(.string))
        if end > start {
          addComments(of: text, from: cursor, to: start)
          cursor = end
          if style == .literal || style == .folded {
            // Its first line may have one, and what follows its last may be one.
            addComments(of: text, from: start, to: text.lineRange(around: headerStart(text, start, end)).upperBound)
          }
        }
      }
      items.append(Item(kind: kind, anchor: event.anchor, tag: event.tag))
    }
  }

  /// The offset of the `|` or `>`.
  private func headerStart(_ text: YAMLText, _ start: Int, _ end: Int) -> Int {
    YAMLProperties(in: text, from: start, limit: end, hasAnchor: true, hasTag: true).contentStart
  }

  private mutating func addComments(of text: YAMLText, from start: Int, to end: Int) {
    var offset = start
    while offset < end, let byte = text[offset] {
      switch byte {
      case UInt8(ascii: "#"):
        let line = text.lineRange(around: offset).upperBound
        comments.append(text.span(offset, min(line, end)).text.withoutBlanksAtEnd)
        offset = line
      case UInt8(ascii: "!"):
        while let byte = text[offset], byte > UInt8(ascii: " "), byte != UInt8(ascii: ",") { offset += 1 }
      default: offset += 1
      }
    }
  }
}
