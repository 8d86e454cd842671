internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import PassageSearch

/// Turns files and values into passages: Markdown by its headings, tables by their rows, data by its items, and
/// everything else as plain text.
struct DocumentReader: Sendable {
  let cutter: PassageCutter

  // MARK: - Files

  /// The passages of a file.
  ///
  /// - Throws: `DocumentError` when it is not what its ending says.
  func passages(of bytes: [UInt8], name: String, ending: String) throws(DocumentError) -> [Passage] {
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw .unreadable(name, "not a text in UTF-8")
    }
    switch ending {
    case "md", "markdown": return cutter.cut(withoutByteOrderMark(text), source: name, isMarkdown: true)
    case "csv", "tsv":
      let table = DelimitedTable(withoutByteOrderMark(text), separator: ending == "csv" ? "," : "\t")
      return table.rows.flatMap { cut(TextDocument(text: $0.text), source: name, line: $0.line) }
    case "json": return try jsonPassages(bytes, name)
    case "jsonl": return try jsonLinePassages(bytes, name)
    case "yaml", "yml": return try yamlPassages(bytes, name)
    default: return cutter.cut(withoutByteOrderMark(text), source: name)
    }
  }

  private func withoutByteOrderMark(_ text: String) -> String {
    text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
  }

  private func jsonPassages(_ bytes: [UInt8], _ name: String) throws(DocumentError) -> [Passage] {
    var passages: [Passage] = []
    for item in try JSONItems(bytes, name: name).items {
      passages += self.passages(of: item.value, name: name, key: item.key, line: item.line)
    }
    return passages
  }

  private func jsonLinePassages(_ bytes: [UInt8], _ name: String) throws(DocumentError) -> [Passage] {
    var passages: [Passage] = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      guard line.contains(where: { $0 > 0x20 }) else { continue }
      do throws(JSONError) {
        passages += self.passages(of: try Value(json: Array(line)), name: name, key: nil, line: index + 1)
      } catch {
        throw .malformed(name, line: index + 1, error.message)
      }
    }
    return passages
  }

  private func yamlPassages(_ bytes: [UInt8], _ name: String) throws(DocumentError) -> [Passage] {
    let diagnostics = DiagnosticEngine()
    let root = YAMLParser.parse(SourceFile(path: name, bytes: bytes), diagnostics: diagnostics)
    if let problem = diagnostics.diagnostics.first(where: { $0.severity == .error }) {
      throw .malformed(name, line: problem.span?.start.line ?? 1, "the file is not YAML (\(problem.code))")
    }
    guard let root else { return [] }
    if let items = root.sequence {
      return items.flatMap { passages(of: $0.plainValue, name: name, key: nil, line: $0.span.start.line) }
    }
    guard let mapping = root.mapping else { return passages(of: root.plainValue, name: name, key: nil, line: 1) }
    return mapping.entries.flatMap {
      passages(of: $0.value.plainValue, name: name, key: $0.key.value, line: $0.key.span.start.line)
    }
  }

  // MARK: - Values

  /// The passages of a list of texts and objects, or of one.
  ///
  /// - Parameter name: What the list is called, for items that have no `source`.
  /// - Throws: `DocumentError` when it is something else.
  func passages(of value: Value, name: String) throws(DocumentError) -> [Passage] {
    switch value {
    case .null: return []
    case .list(let items):
      var passages: [Passage] = []
      for (index, item) in items.enumerated() {
        passages += try self.passages(ofItem: item, name: "\(name)[\(index)]")
      }
      return passages
    default: return try passages(ofItem: value, name: name)
    }
  }

  private func passages(ofItem item: Value, name: String) throws(DocumentError) -> [Passage] {
    guard item.string != nil || item.object != nil, let document = TextDocument(item) else {
      throw .notDocuments(name, item.kind)
    }
    return cut(document, source: name)
  }

  /// The passages of one item of a data file.
  private func passages(of value: Value, name: String, key: String?, line: Int) -> [Passage] {
    TextDocument(value).map { cut($0, source: name, key: key, line: line) } ?? []
  }

  /// - Parameter line: Where the document stands in its file, if it has no `line`; that of its own lines is not known then.
  private func cut(_ document: TextDocument, source: String, key: String? = nil, line: Int? = nil) -> [Passage] {
    let heading = [key, document.title].compactMap { $0 }.joined(separator: " > ")
    var passages = cutter.cut(
      document.text, source: document.source ?? source, heading: heading, line: document.line ?? 1)
    if let line, document.line == nil {
      for index in passages.indices { passages[index].line = line }
    }
    return passages
  }
}
