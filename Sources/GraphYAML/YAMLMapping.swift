public import GraphDiagnostics

/// Keys and values in the order they were written.
///
/// Keys are different from one another. Merge keys (`<<`) are already
/// resolved: what they bring stands where the `<<` stands.
public struct YAMLMapping: Sendable {
  /// One key with its value.
  public struct Entry: Sendable {
    /// The key and where it stands, quotes included; a key such as `1` is its text.
    public let key: Located<String>

    /// The value.
    public let value: YAMLNode

    /// Creates an entry.
    public init(key: Located<String>, value: YAMLNode) {
      self.key = key
      self.value = value
    }
  }

  /// The entries in the order of the file.
  public private(set) var entries: [Entry] = []

  /// Positions in `entries`, kept only when searching through them would be slow.
  private var positions: [String: Int] = [:]
  private static let linearLimit = 8

  init() {}

  /// Creates a mapping; of equal keys the first counts.
  public init(_ entries: some Sequence<Entry>) {
    for entry in entries { _ = insert(entry) }
  }

  /// The entry of a key, or nil when the mapping has no such key.
  public subscript(key: String) -> Entry? { position(of: key).map { entries[$0] } }

  private func position(of key: String) -> Int? {
    if entries.count > Self.linearLimit { return positions[key] }
    return entries.firstIndex { $0.key.value == key }
  }

  /// Adds an entry; for a key that is there already nothing changes and its entry is returned.
  mutating func insert(_ entry: Entry) -> Entry? {
    if let position = position(of: entry.key.value) { return entries[position] }
    entries.append(entry)
    if entries.count == Self.linearLimit + 1 {
      for (position, entry) in entries.enumerated() { positions[entry.key.value] = position }
    } else if entries.count > Self.linearLimit {
      positions[entry.key.value] = entries.count - 1
    }
    return nil
  }
}
