internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

/// A graph or prompt file in the parts that its author named or listed: nodes, tools, state keys, edges, and what stands
/// beside them.
///
/// A mistake breaks the part that it is in, and what is missed elsewhere may be in a part that is broken.
struct FileParts {
  /// One part.
  struct Part {
    /// The key that it stands under, such as `nodes`; the part's own key at the top of the file.
    let section: String

    /// Its name; nil for an item of a list.
    let name: Located<String>?

    let value: YAMLNode

    /// The bytes from its name to its end.
    let range: ByteRange

    /// Whether it is an entry of one of the sections whose names are the author's.
    var isNamed: Bool { name != nil && section != name?.value }
  }

  /// A word that a part is made of.
  struct Word {
    let text: String
    let range: ByteRange
    /// Whether it is a key of a mapping.
    let isKey: Bool
  }

  let file: SourceFile

  /// Whether it is a graph.
  let isGraph: Bool

  /// The parts in the order of the file.
  let parts: [Part]

  /// The keys at the top.
  let sections: [YAMLMapping.Entry]

  /// Divides a file; nil for one that is no YAML.
  init?(_ file: SourceFile) {
    guard let top = YAMLParser.parse(file, diagnostics: DiagnosticEngine())?.mapping else { return nil }
    isGraph = ["nodes", "edges", "state", "tools"].contains { top[$0] != nil }
    self.file = file
    sections = top.entries
    var parts: [Part] = []
    for entry in top.entries {
      let section = entry.key.value
      if ["nodes", "state", "tools"].contains(section), let inner = entry.value.mapping {
        parts += inner.entries.map { Part(section: section, $0) }
      } else if section == "edges", let items = entry.value.sequence {
        parts += items.map { Part(section: section, name: nil, value: $0, range: $0.span.range) }
      } else {
        parts.append(Part(section: section, entry))
      }
    }
    self.parts = parts.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// The part that a byte is in, if any.
  ///
  /// - Complexity: O(log(parts)).
  func part(at offset: Int) -> Int? {
    var (low, high) = (0, parts.count)
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].range.lowerBound <= offset { low = middle + 1 } else { high = middle }
    }
    guard low > 0, offset <= parts[low - 1].range.upperBound else { return nil }
    return low - 1
  }

  /// The section whose key covers a span, which is then broken as a whole.
  func section(at span: SourceSpan) -> String? {
    sections.first { $0.key.span.range == span.range || $0.value.span.range == span.range }?.key.value
  }

  /// Whether a name stands somewhere as a single value: of an edge, say, or of a node's tool.
  func mentions(_ name: String) -> Bool {
    parts.contains { Self.words(of: $0.value).contains { !$0.isKey && $0.text == name } }
  }

  /// Whether a name is written at one place of the file only, in whatever text.
  func isMentionedOnce(_ name: String) -> Bool {
    let words = file.text(in: ByteRange(0, file.bytes.count)).split {
      !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-")
    }
    return words.count { $0 == name } == 1
  }

  /// The keys and the single values of a part, its own name among them.
  func words(of part: Part) -> [Word] {
    let own = part.name.map { [Word(text: $0.value, range: $0.span.range, isKey: true)] } ?? []
    return own + Self.words(of: part.value)
  }

  private static func words(of node: YAMLNode) -> [Word] {
    switch node.content {
    case .scalar(let scalar): [Word(text: scalar.text, range: node.span.range, isKey: false)]
    case .sequence(let items): items.flatMap { words(of: $0) }
    case .mapping(let mapping):
      mapping.entries.flatMap { entry in
        [Word(text: entry.key.value, range: entry.key.span.range, isKey: true)] + words(of: entry.value)
      }
    }
  }

  /// The entry that stands next to the one with a key in the same mapping.
  func entry(after key: SourceSpan) -> YAMLMapping.Entry? {
    func search(_ entries: [YAMLMapping.Entry]) -> YAMLMapping.Entry? {
      if let place = entries.firstIndex(where: { $0.key.span.range == key.range }) {
        return place + 1 < entries.count ? entries[place + 1] : nil
      }
      let around = entries.last { $0.key.span.range.lowerBound <= key.range.lowerBound }
      return around.flatMap { search(Self.entries(in: $0.value)) }
    }
    return search(sections)
  }

  /// The entries of a mapping, or of the mappings in a list.
  private static func entries(in node: YAMLNode) -> [YAMLMapping.Entry] {
    node.mapping?.entries ?? (node.sequence ?? []).flatMap { entries(in: $0) }
  }
}

extension FileParts.Part {
  fileprivate init(section: String, _ entry: YAMLMapping.Entry) {
    let start = entry.key.span.range.lowerBound
    let end = max(entry.key.span.range.upperBound, entry.value.span.range.upperBound)
    self.init(section: section, name: entry.key, value: entry.value, range: ByteRange(start, end))
  }
}
