internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

/// A graph or prompt file in the parts that its author named or listed: nodes, tools, state keys, edges, and what stands
/// beside them.
///
/// A mistake breaks the part that it is in, and what is missed elsewhere may be in a part that is broken. An object, as it
/// remembers what was asked for; one thread uses it.
final class FileParts {
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

    /// Whether a byte is in it.
    func contains(_ offset: Int) -> Bool { range.lowerBound <= offset && offset <= range.upperBound }
  }

  let file: SourceFile

  /// Whether it is a graph.
  let isGraph: Bool

  /// The parts in the order of the file.
  let parts: [Part]

  /// The keys at the top.
  private let sections: [YAMLMapping.Entry]

  /// The single values that stand somewhere: of an edge, say, or of a node's tool.
  private lazy var mentions = Set(parts.flatMap { Self.scalars(of: $0.value) })

  /// How often each word stands in the file, in whatever text.
  private lazy var counts: [Substring: Int] = {
    let text = file.text(in: ByteRange(0, file.bytes.count))
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    return words.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }()

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

  /// The keys whose values hold a byte, from the name of its part on inwards.
  func keys(around offset: Int) -> [String] {
    guard let part = part(at: offset) else { return [] }
    var keys = parts[part].name.map { [$0.value] } ?? []
    var inner = Self.entries(in: parts[part].value)
    while let entry = inner.last(where: { $0.key.span.range.lowerBound <= offset }) {
      keys.append(entry.key.value)
      inner = Self.entries(in: entry.value)
    }
    return keys
  }

  /// Whether a key stands at the top.
  func hasSection(_ key: String) -> Bool { sections.contains { $0.key.value == key } }

  /// Whether a name stands somewhere as a single value.
  func mentions(_ name: String) -> Bool { mentions.contains(name) }

  /// Whether a name is written at one place of the file only, in whatever text.
  func isMentionedOnce(_ name: String) -> Bool { counts[name[...]] == 1 }

  /// The single values of a node of YAML.
  static func scalars(of node: YAMLNode) -> [String] {
    switch node.content {
    case .scalar(let scalar): [scalar.text]
    case .sequence(let items): items.flatMap { scalars(of: $0) }
    case .mapping(let mapping): mapping.entries.flatMap { scalars(of: $0.value) }
    }
  }

  /// The keys in a node of YAML, however far in.
  static func keys(of node: YAMLNode) -> [String] {
    switch node.content {
    case .scalar: []
    case .sequence(let items): items.flatMap { keys(of: $0) }
    case .mapping(let mapping): mapping.entries.flatMap { [$0.key.value] + keys(of: $0.value) }
    }
  }

  /// The entry that stands next to the one with a key in the same mapping.
  ///
  /// - Complexity: O(log(parts) + size of the part that the key is in).
  func entry(after key: SourceSpan) -> YAMLMapping.Entry? {
    func next(_ entries: [YAMLMapping.Entry], _ place: Int) -> YAMLMapping.Entry? {
      place + 1 < entries.count ? entries[place + 1] : nil
    }
    if let place = sections.firstIndex(where: { $0.key.span.range == key.range }) { return next(sections, place) }
    guard let index = part(at: key.range.lowerBound) else { return nil }
    let part = parts[index]
    if part.name?.span.range == key.range {
      guard index + 1 < parts.count, parts[index + 1].section == part.section, let name = parts[index + 1].name else {
        return nil
      }
      return YAMLMapping.Entry(key: name, value: parts[index + 1].value)
    }
    var entries = Self.entries(in: part.value)
    while !entries.isEmpty {
      if let place = entries.firstIndex(where: { $0.key.span.range == key.range }) { return next(entries, place) }
      entries =
        entries.last { $0.key.span.range.lowerBound <= key.range.lowerBound }.map { Self.entries(in: $0.value) } ?? []
    }
    return nil
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
