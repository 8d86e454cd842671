/// Cuts documents into passages: at headings, then at the best place before a passage grows too long.
///
/// Every passage is a stretch of the document as it is written, so that its line can be named. Of a stretch that is too
/// long the last paragraph, line, sentence or word that fits ends the passage, in this order of preference, but not
/// before half of the size is used; the next passage begins a few words earlier, so that what stands around the cut is
/// found as well.
///
/// ```swift
/// let cutter = PassageCutter(size: 800, overlap: 80)
/// for passage in cutter.cut("# Tides\n\nThe moon pulls.", source: "tides.md", isMarkdown: true) {
///   print(passage.line, passage.heading)
/// }
/// ```
public struct PassageCutter: Sendable {
  /// The most code points of a passage.
  public let size: Int

  /// How many code points a passage at most repeats of the one before it.
  public let overlap: Int

  /// Creates a cutter.
  ///
  /// - Precondition: `size` is at least 1, and `overlap` at most half of it.
  public init(size: Int = 1000, overlap: Int = 100) {
    precondition(size >= 1 && overlap >= 0 && overlap <= size / 2, "size \(size) with overlap \(overlap)")
    self.size = size
    self.overlap = overlap
  }

  /// The passages of a document in its order; none when it is blank.
  ///
  /// - Parameters:
  ///   - text: The document.
  ///   - source: What the document is called.
  ///   - heading: A heading over the whole document, or nothing.
  ///   - line: The number of the document's first line.
  ///   - isMarkdown: Whether lines may be headings of Markdown.
  /// - Complexity: O(length of the text).
  public func cut(
    _ text: String, source: String, heading: String = "", line: Int = 1, isMarkdown: Bool = false
  ) -> [Passage] {
    let sections =
      isMarkdown
      ? MarkdownSections.split(text, under: heading)
      : [MarkdownSections.Section(heading: heading, start: text.startIndex, end: text.endIndex)]
    var passages: [Passage] = []
    var lines = LineCounter(text, first: line)
    for section in sections {
      var start = Self.skipBlankLines(text, from: section.start, to: section.end)
      while start < section.end {
        let end = self.end(text, from: start, to: section.end)
        let content = Self.trimmed(text, from: start, to: end)
        if !content.isEmpty {
          passages.append(
            Passage(text: String(content), heading: section.heading, source: source, line: lines.line(of: start)))
        }
        if end == section.end { break }
        start = next(text, after: start, before: end)
      }
    }
    return passages
  }

  // MARK: - Where a passage ends and the next one begins

  /// How good a place is to cut at; later cases are better.
  private enum Break: Int, CaseIterable {
    case word
    case sentence
    case line
    case paragraph
  }

  /// Where the passage that begins at `start` ends: at the section's end if it fits.
  private func end(_ text: String, from start: String.Index, to sectionEnd: String.Index) -> String.Index {
    let scalars = text.unicodeScalars
    guard let limit = scalars.index(start, offsetBy: size, limitedBy: sectionEnd), limit < sectionEnd else {
      return sectionEnd
    }
    var position = scalars.index(start, offsetBy: size / 2)
    var previous: Unicode.Scalar = " "
    var found = [String.Index?](repeating: nil, count: Break.allCases.count)
    var isBlankLine = false
    while position < limit {
      let scalar = scalars[position]
      let after = scalars.index(after: position)
      if scalar == "\n" {
        found[(isBlankLine ? Break.paragraph : .line).rawValue] = after
        isBlankLine = true
      } else if scalar.isSpace {
        found[(Self.endsSentence(previous) ? Break.sentence : .word).rawValue] = after
      } else {
        isBlankLine = false
        if Self.endsSentenceAlone(scalar) { found[Break.sentence.rawValue] = after }
      }
      previous = scalar
      position = after
    }
    // A paragraph that ends in the first half of what is looked at is worse than a sentence that nearly fills it, but
    // both are at least half a passage long, and what belongs together stays together.
    if let best = found.reversed().compactMap({ $0 }).first { return best }
    return Self.characterBoundary(text, atOrBefore: limit, after: start)
  }

  /// Where the next passage begins: a little before the end of the last one, at the start of a word.
  private func next(_ text: String, after start: String.Index, before end: String.Index) -> String.Index {
    let scalars = text.unicodeScalars
    var position = scalars.index(end, offsetBy: -overlap, limitedBy: start) ?? end
    guard overlap > 0, position > start else { return end }
    let earliest = position
    // Up to the first space, because the place may be inside a word.
    while position < end, !scalars[position].isSpace { position = scalars.index(after: position) }
    while position < end, scalars[position].isSpace { position = scalars.index(after: position) }
    if position < end { return position }
    // Text without spaces.
    let boundary = Self.characterBoundary(text, atOrBefore: earliest, after: start)
    return boundary > start ? boundary : end
  }

  private static func endsSentence(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "." || scalar == "!" || scalar == "?" || scalar == "…"
  }

  /// Whether a sentence ends here although no space follows.
  private static func endsSentenceAlone(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "。" || scalar == "！" || scalar == "？"
  }

  /// The boundary between two characters at a place or before it; the place itself if there is none after `start`.
  private static func characterBoundary(
    _ text: String, atOrBefore position: String.Index, after start: String.Index
  ) -> String.Index {
    guard position > start, position < text.endIndex else { return position }
    // Going back from inside a character leads to the one before it.
    let boundary = text.index(after: text.index(before: position))
    return boundary > start && boundary <= position ? boundary : position
  }

  // MARK: - White space

  private static func skipBlankLines(_ text: String, from start: String.Index, to end: String.Index) -> String.Index {
    let scalars = text.unicodeScalars
    var position = start
    var lineStart = start
    while position < end, scalars[position].isSpace {
      let isLineBreak = scalars[position] == "\n"
      position = scalars.index(after: position)
      if isLineBreak { lineStart = position }
    }
    return position == end ? end : lineStart
  }

  private static func trimmed(_ text: String, from start: String.Index, to end: String.Index) -> Substring {
    let scalars = text.unicodeScalars
    var last = end
    while last > start {
      let before = scalars.index(before: last)
      guard scalars[before].isSpace else { break }
      last = before
    }
    return text[start..<last]
  }
}

/// Counts lines up to places that are asked for in ascending order, or nearly so.
private struct LineCounter {
  private let text: String
  private var position: String.Index
  private var line: Int

  init(_ text: String, first: Int) {
    self.text = text
    position = text.startIndex
    line = first
  }

  mutating func line(of index: String.Index) -> Int {
    let lineBreak = UInt8(ascii: "\n")
    if index < position {
      for byte in text.utf8[index..<position] where byte == lineBreak { line -= 1 }
    } else {
      for byte in text.utf8[position..<index] where byte == lineBreak { line += 1 }
    }
    position = index
    return line
  }
}

extension Unicode.Scalar {
  /// Whether this is white space; of ASCII known without a table, because cutting asks for every code point.
  var isSpace: Bool { isASCII ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace }
}
