internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// What may be written where the cursor is.
struct Completion {
  let workspace: Workspace
  let knowledge: LanguageServer.Knowledge
  let client: ClientAbilities

  /// What the compiler last said of the graph, as far as it had no errors.
  let description: GraphDescription?

  /// The most entries of one answer; more are asked for again while the word grows.
  private static let limit = 400

  /// The entries for an offset of a file.
  func list(at offset: Int, in document: OpenDocument) -> Value {
    guard let file = workspace.file(document.path) else { return ["isIncomplete": false, "items": []] }
    let places = CursorPlace.find(offset, in: document.file, kind: file.index.kind, tables: workspace.tables)
    var entries: [CompletionEntry] = []
    for place in places { entries += candidates(place, document, file) }
    var seen: Set<String> = []
    entries = entries.filter { seen.insert($0.label).inserted }
    let word = Word(offset, document.lines.bytes)
    let fitting = entries.filter { $0.fits(word.written($0.style, document.lines.bytes)) }
    let items = fitting.prefix(Self.limit).enumerated().map { index, entry in
      entry.value(index, word, document.lines, client)
    }
    return ["isIncomplete": .bool(fitting.count > Self.limit), "items": .list(Array(items))]
  }

  private func candidates(
    _ cursor: CursorPlace, _ document: OpenDocument, _ file: IndexedFile
  ) -> [CompletionEntry] {
    let values = CompletionValues(
      workspace: workspace, knowledge: knowledge, path: document.path, file: file, cursor: cursor,
      types: StateTypes(workspace, document.path, description))
    if cursor.place.isKey { return keys(cursor, values) }
    return values.entries()
  }

  // MARK: - Keys

  private func keys(_ cursor: CursorPlace, _ values: CompletionValues) -> [CompletionEntry] {
    guard let level = cursor.place.levels.last else { return [] }
    let own = cursor.place.key?.value
    let taken = Set(level.mapping.entries.map(\.key.value)).subtracting(own.map { [$0] } ?? [])
    if let table = workspace.tables.keys(level.mapping, at: level.context) {
      let specs = table.specs.enumerated().filter { !taken.contains($0.element.name) }
      return specs.map { index, spec in
        CompletionEntry(
          spec.name, .key, detail: KeyText.kind(spec), documentation: spec.summary,
          insertion: KeySnippet.text(spec, cursor.indentation, workspace.tables, client),
          isSnippet: client.expandsSnippets, rank: spec.isRequired ? 0 : 1, order: index)
      }
    }
    return values.names(level.context.naming, besides: taken)
  }
}

/// What a key is followed by when it is chosen.
enum KeySnippet {
  /// The text behind a key: for a mapping with keys that are required, these too.
  static func text(
    _ spec: KeySpec, _ indentation: Int, _ tables: FieldTables, _ client: ClientAbilities
  ) -> String {
    let indent = String(repeating: " ", count: indentation + 2)
    guard client.expandsSnippets else { return "\(spec.name): " }
    switch spec.kind {
    case .bool: return "\(spec.name): ${1|true,false|}"
    case .choice(let words) where words.allSatisfy({ !$0.contains(",") && !$0.contains("|") }):
      return "\(spec.name): ${1|\(words.joined(separator: ","))|}"
    case .mapping:
      let required = tables.keys(nil, at: FieldContext(form: spec.form))?.specs.filter(\.isRequired) ?? []
      guard !required.isEmpty else { return "\(spec.name):\n\(indent)$0" }
      let lines = required.enumerated().map { "\(indent)\($1.name): ${\($0 + 1)}" }
      return "\(spec.name):\n\(lines.joined(separator: "\n"))"
    case .list:
      let item = tables.item(at: FieldContext(form: spec.form))
      let required = tables.keys(nil, at: item)?.specs.filter(\.isRequired) ?? []
      guard !required.isEmpty else { return "\(spec.name):\n\(indent)- $0" }
      let lines = required.enumerated().map { "\($0 == 0 ? "- " : "  ")\($1.name): ${\($0 + 1)}" }
      return "\(spec.name):\n\(lines.map { indent + $0 }.joined(separator: "\n"))"
    default: return "\(spec.name): $0"
    }
  }
}

/// The word around the cursor.
struct Word {
  /// Which characters belong to what is completed.
  enum Style {
    /// Letters, digits and `_`.
    case name
    /// Those and `-`.
    case key
    /// Whatever is no space, quote, bracket or comma.
    case path
  }

  let offset: Int

  init(_ offset: Int, _ bytes: [UInt8]) { self.offset = min(offset, bytes.count) }

  private static func belongs(_ byte: UInt8, _ style: Style) -> Bool {
    if byte.isLetterOrDigit || byte == UInt8(ascii: "_") || byte >= 0x80 { return true }
    switch style {
    case .name: return false
    case .key: return byte == UInt8(ascii: "-")
    case .path: return !" \t\r\n\"'[]{},:#".utf8.contains(byte)
    }
  }

  /// What is replaced: the word up to the cursor, and what follows of it.
  func range(_ style: Style, _ bytes: [UInt8]) -> ByteRange {
    var (start, end) = (offset, offset)
    while start > 0, Self.belongs(bytes[start - 1], style) { start -= 1 }
    while end < bytes.count, Self.belongs(bytes[end], style) { end += 1 }
    return ByteRange(start, end)
  }

  /// What is written of the word before the cursor.
  func written(_ style: Style, _ bytes: [UInt8]) -> String {
    String(decoding: bytes[range(style, bytes).lowerBound..<offset], as: UTF8.self)
  }
}

/// One thing that may be written.
struct CompletionEntry {
  /// Kinds by their numbers in the protocol.
  enum Kind: Int {
    case text = 1
    case function = 3
    case field = 5
    case variable = 6
    case module = 9
    case value = 12
    case enumMember = 20
    case keyword = 14
    case snippet = 15
    case file = 17
    case reference = 18
    case key = 10
    case event = 23
    case type = 25
  }

  let label: String
  let kind: Kind
  var detail: String?
  var documentation: String?
  var insertion: String?
  var isSnippet = false
  var rank = 1
  var order = 0
  var style = Word.Style.key

  init(
    _ label: String, _ kind: Kind, detail: String? = nil, documentation: String? = nil, insertion: String? = nil,
    isSnippet: Bool = false, rank: Int = 1, order: Int = 0, style: Word.Style = .key
  ) {
    self.label = label
    self.kind = kind
    self.detail = detail
    self.documentation = documentation
    self.insertion = insertion
    self.isSnippet = isSnippet
    self.rank = rank
    self.order = order
    self.style = style
  }

  /// Whether the label, or a word in it, begins with what is written.
  func fits(_ written: String) -> Bool {
    let written = written.lowercased()
    let label = label.lowercased()
    if label.hasPrefix(written) { return true }
    var rest = label[...]
    while let separator = rest.firstIndex(where: { !$0.isLetter && !$0.isNumber }) {
      rest = rest[rest.index(after: separator)...]
      if rest.hasPrefix(written) { return true }
    }
    return false
  }

  func value(_ index: Int, _ word: Word, _ lines: LinePositions, _ client: ClientAbilities) -> Value {
    let range = word.range(style, lines.bytes)
    var text = insertion ?? label
    if kind == .key, lines.bytes.count > range.upperBound, lines.bytes[range.upperBound] == UInt8(ascii: ":") {
      // The key is only changed; its value is there.
      text = label
    }
    let sort = "\(rank)\(Self.padded(order))\(label)"
    var value: ValueObject = [
      "label": .string(label), "kind": .int(kind.rawValue), "sortText": .string(sort),
      "textEdit": ["range": lines.value(range), "newText": .string(text)],
      "insertTextFormat": .int(isSnippet && text != label ? 2 : 1),
    ]
    if let detail { value["detail"] = .string(detail) }
    if let documentation, !documentation.isEmpty {
      value["documentation"] = [
        "kind": client.readsMarkdown ? "markdown" : "plaintext", "value": .string(documentation),
      ]
    }
    return .object(value)
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
