import GraphDiagnostics

/// A line of a file of the project, counted from 1.
struct Place: Hashable, Sendable {
  let path: String
  let line: Int
}

/// One mistake at one place of one file.
struct Mutation: Sendable {
  /// Bytes of the file with what stands there instead.
  struct Edit: Sendable, Equatable {
    let range: ByteRange
    let text: String
  }

  /// The file, below the project's root.
  let path: String

  /// What changes in it, in order and apart from one another; nil when the file is deleted.
  let edits: [Edit]?

  /// The lines, beside those that change, at which the mistake may be reported just as well.
  ///
  /// They are lines of the files as they were.
  let related: Set<Place>

  /// Creates a change of a file.
  init(_ path: String, _ edits: [Edit], related: Set<Place> = []) {
    self.path = path
    self.edits = edits.sorted { $0.range.lowerBound < $1.range.lowerBound }
    self.related = related
  }

  /// Creates the deletion of a file, which can only be reported elsewhere.
  init(deleting path: String, related: Set<Place>) {
    self.path = path
    edits = nil
    self.related = related
  }

  /// The file's bytes with the mistake, or nil when it is deleted.
  func apply(to bytes: [UInt8]) -> [UInt8]? {
    guard let edits else { return nil }
    var result: [UInt8] = []
    var position = 0
    for edit in edits {
      result += bytes[position..<edit.range.lowerBound]
      result += Array(edit.text.utf8)
      position = edit.range.upperBound
    }
    return result + bytes[position...]
  }

  /// Where a byte of the changed file stood before, and whether it is in text that was put there.
  func origin(of offset: Int) -> (offset: Int, isChanged: Bool) {
    var shift = 0
    for edit in edits ?? [] {
      let start = edit.range.lowerBound + shift
      if offset < start { break }
      let length = edit.text.utf8.count
      if offset <= start + length { return (edit.range.lowerBound, true) }
      shift += length - edit.range.count
    }
    return (offset - shift, false)
  }

  /// The first and the last line of the new text, in the changed file of these bytes.
  func newLines(of bytes: [UInt8]) -> [Int] {
    guard let edits, let first = edits.first, let last = edits.last else { return [0, 0] }
    let changed = apply(to: bytes) ?? []
    let shift = edits.dropLast().reduce(0) { $0 + $1.text.utf8.count - $1.range.count }
    func line(_ offset: Int) -> Int { 1 + changed[..<min(offset, changed.count)].count { $0 == UInt8(ascii: "\n") } }
    return [line(first.range.lowerBound), line(last.range.lowerBound + shift + last.text.utf8.count)]
  }

  /// The lines of the file as it was that change.
  func changedLines(in file: SourceFile) -> ClosedRange<Int> {
    guard let first = edits?.first, let last = edits?.last else { return 0...0 }
    let start = file.location(at: first.range.lowerBound).line
    // A range of whole lines ends where the next line begins, which is not changed.
    let end = max(first.range.lowerBound, last.range.upperBound - (last.range.count > 0 ? 1 : 0))
    return start...max(start, file.location(at: end).line)
  }
}

/// A kind of mistake that people make in graph files, and how to make it wherever it can be made.
struct MutationKind: Sendable {
  /// What the mistakes of a kind are about, as the report groups them.
  enum Group: String, CaseIterable, Sendable {
    case layout = "YAML"
    case keys = "Keys"
    case values = "Values"
    case references = "References"
    case state = "State and data"
    case flow = "Control flow"
    case expressions = "Expressions"
    case prompts = "Prompts"
    case schemas = "Schemas"
  }

  /// A few words that name it.
  let name: String

  let group: Group

  /// Whether a word is misspelled that is written right somewhere else, so that the right one can be offered.
  let isMisspelling: Bool

  /// All places of a file at which the mistake can be made.
  let find: @Sendable (SourceTree, ProjectSource) -> [Mutation]

  init(
    _ group: Group, _ name: String, isMisspelling: Bool = false,
    _ find: @escaping @Sendable (SourceTree, ProjectSource) -> [Mutation]
  ) {
    self.name = name
    self.group = group
    self.isMisspelling = isMisspelling
    self.find = find
  }

  /// Every kind, in the order of the report.
  static let all =
    layout + keys + values + references + state + flow + expressions + prompts + schemas
}
