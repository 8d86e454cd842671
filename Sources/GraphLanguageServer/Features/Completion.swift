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

  let checking: Checking

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
      workspace: workspace, knowledge: knowledge, checking: checking, path: document.path, file: file,
      cursor: cursor, types: StateKeyTypes(workspace, document.path, checking))
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
