internal import GraphDiagnostics
internal import GraphYAML

/// What a file says may stay as it is: comments such as `# graph: allow GR0302 because the editor calls it`.
///
/// An allowance is for the next line that is not empty, or for its own where something stands before it; `in this file`
/// behind the codes makes it one for the whole file. A line that begins a text of several lines, in which no comment can
/// stand, stands for all of them. Errors cannot be allowed.
struct Allowances {
  /// One code that is allowed somewhere.
  private struct Entry {
    let code: String

    /// The lines, or nil for the whole file.
    let lines: ClosedRange<Int>?

    /// Where the code is written.
    let span: SourceSpan
    var isUsed = false
  }

  private var entries: [Entry] = []

  /// What is wrong with the comments themselves.
  private(set) var mistakes: [Diagnostic] = []

  /// Reads the comments of a file.
  init(_ file: SourceFile) {
    guard Self.mayHaveAny(file), let comments = YAMLComments(file) else { return }
    for comment in comments.comments {
      guard let allowance = AllowanceComment(comment) else { continue }
      mistakes += allowance.mistakes
      let lines = allowance.isForFile ? nil : Self.lines(of: comment, comments, file)
      entries += allowance.codes.map { Entry(code: $0.value, lines: lines, span: $0.span) }
    }
  }

  /// Whether a finding may stay; what allows it is used from then on.
  ///
  /// An error never may, and allowing it is a mistake.
  mutating func allow(_ diagnostic: Diagnostic) -> Bool {
    guard !entries.isEmpty, let line = diagnostic.span?.start.line else { return false }
    var isAllowed = false
    for index in entries.indices where entries[index].code == diagnostic.code.id {
      guard entries[index].lines?.contains(line) ?? true else { continue }
      if diagnostic.severity == .error, !entries[index].isUsed {
        mistakes.append(Diagnostic(.errorAllowed(diagnostic.code.id), at: entries[index].span))
      }
      entries[index].isUsed = true
      isAllowed = diagnostic.severity != .error
    }
    return isAllowed
  }

  /// Findings about what allows nothing.
  var unused: [Diagnostic] {
    entries.filter { !$0.isUsed }.map { Diagnostic(.allowsNothing($0.code, $0.lines == nil), at: $0.span) }
  }

  /// The places of the codes that findings needed.
  var used: [SourceSpan] { entries.filter(\.isUsed).map(\.span) }

  // MARK: - Lines

  private static func lines(
    of comment: YAMLComments.Comment, _ comments: YAMLComments, _ file: SourceFile
  ) -> ClosedRange<Int> {
    var line = comment.span.start.line
    if comment.isAlone {
      line += 1
      let alone = Set(comments.comments.filter(\.isAlone).map(\.span.start.line))
      while line < file.lineStarts.count, alone.contains(line) || file.line(line).allSatisfy(\.isWhitespace) {
        line += 1
      }
    }
    let last = comments.longTexts.filter { $0.lowerBound == line }.map(\.upperBound).max() ?? line
    return line...last
  }

  /// A quick look, as most files allow nothing.
  private static func mayHaveAny(_ file: SourceFile) -> Bool {
    let wanted = Array(AllowanceComment.introduction.utf8)
    return file.bytes.withUnsafeBufferPointer { bytes in
      guard bytes.count >= wanted.count else { return false }
      for start in 0...(bytes.count - wanted.count) where bytes[start] == wanted[0] {
        if bytes[start..<(start + wanted.count)].elementsEqual(wanted) { return true }
      }
      return false
    }
  }
}

/// The comment that allows something.
private struct AllowanceComment {
  static let introduction = "graph:"

  /// The codes that are allowed.
  private(set) var codes: [Located<String>] = []

  /// Whether it is for the whole file.
  let isForFile: Bool

  private(set) var mistakes: [Diagnostic] = []

  /// Reads a comment; nil when it is about something else.
  init?(_ comment: YAMLComments.Comment) {
    guard comment.text.hasPrefix(Self.introduction) else { return nil }
    var words = Self.words(comment)[...]
    let mentionsCode = words.contains { Self.isCode($0.value) }
    guard words.first?.value == "allow" else {
      // 'graph:' may begin any sentence; one about a code is an allowance that is misspelled.
      guard mentionsCode else { return nil }
      isForFile = false
      mistakes = [Diagnostic(.allowanceForm, at: comment.span)]
      return
    }
    words.removeFirst()
    var named: [Located<String>] = []
    while let word = words.first, Self.isCode(word.value) || word.value == "and" {
      if word.value != "and" { named.append(word.map { $0.uppercased() }) }
      words.removeFirst()
    }
    isForFile = words.prefix(3).map(\.value) == ["in", "this", "file"]
    if isForFile { words.removeFirst(3) }
    guard !named.isEmpty else {
      mistakes = [Diagnostic(.allowanceForm, at: comment.span)]
      return
    }
    guard words.first?.value == "because", words.count > 1 else {
      mistakes = [Diagnostic(.allowanceWithoutReason(named.map(\.value)), at: comment.span)]
      return
    }
    codes = named
  }

  private static func isCode(_ word: String) -> Bool {
    let digits = word.dropFirst(2)
    return word.lowercased().hasPrefix("gr") && !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// The words behind the introduction with their places; commas part them as spaces do.
  private static func words(_ comment: YAMLComments.Comment) -> [Located<String>] {
    let file = comment.span.file
    var words: [Located<String>] = []
    let end = comment.span.range.upperBound
    var offset = end - comment.text.utf8.count + introduction.utf8.count
    while offset < end {
      let start = offset
      while offset < end, !isGap(file.bytes[offset]) { offset += 1 }
      if offset > start {
        let span = SourceSpan(file, ByteRange(start, offset))
        words.append(Located(span.text, at: span))
      }
      offset += 1
    }
    return words
  }

  private static func isGap(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: ",")
  }
}

extension DiagnosticMessage {
  fileprivate static var allowanceForm: Self {
    Self("GR0032", .warning, "an allowance is written '# graph: allow GR0302 because …', with a code and a reason")
  }

  fileprivate static func allowanceWithoutReason(_ codes: [String]) -> Self {
    Self(
      "GR0033", .warning,
      "allowing \(codes.map { "'\($0)'" }.joined(separator: ", ")) needs a reason: go on with 'because' and say why")
  }

  fileprivate static func errorAllowed(_ code: String) -> Self {
    Self("GR0034", .warning, "'\(code)' is an error, and errors cannot be allowed")
  }

  fileprivate static func allowsNothing(_ code: String, _ isForFile: Bool) -> Self {
    Self(
      "GR0035", .warning,
      "this allows nothing: '\(code)' is not reported \(isForFile ? "in this file" : "here")")
  }
}
