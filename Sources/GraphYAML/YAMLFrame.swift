internal import GraphDiagnostics

/// A collection whose end has not been read yet.
struct YAMLFrame {
  enum Key {
    /// The next node is a key.
    case none
    /// The next node is the value of this key.
    case text(Located<String>)
    /// The next node is what `<<` takes.
    case merge
    /// The next node belongs to a key that was reported; it is not kept.
    case dropped
  }

  let isMapping: Bool
  let isFlow: Bool
  let anchor: String?
  /// The offset of the bracket, or of the first child.
  var start: Int
  /// The offset after the last child so far.
  var end: Int
  /// Nodes so far with this one, aliases followed.
  var size = 1
  /// The height of the highest child so far.
  var height = 0

  var items: [YAMLNode] = []
  var mapping = YAMLMapping()
  var key = Key.none
  /// The place of the `<<` of this mapping, and how many keys stand before it.
  var mergeKey: SourceSpan?
  var mergePosition = 0
  var mergeSources: [YAMLMapping] = []
  /// Whether it begins with `{{`, as text without its quotes does.
  var isTemplate = false
  var hasCollectionKey = false

  init(isMapping: Bool, isFlow: Bool, anchor: String?, start: Int) {
    self.isMapping = isMapping
    self.isFlow = isFlow
    self.anchor = anchor
    self.start = start
    end = start
  }

  /// Whether the next node is a key.
  var isAtKey: Bool {
    if isMapping, case .none = key { true } else { false }
  }

  /// The mapping with the merged entries where the `<<` stands: own keys win, then earlier sources.
  var resolvedMapping: YAMLMapping {
    guard !mergeSources.isEmpty else { return mapping }
    var resolved = YAMLMapping()
    for entry in mapping.entries[..<mergePosition] { _ = resolved.insert(entry) }
    for source in mergeSources {
      for entry in source.entries where mapping[entry.key.value] == nil { _ = resolved.insert(entry) }
    }
    for entry in mapping.entries[mergePosition...] { _ = resolved.insert(entry) }
    return resolved
  }
}
