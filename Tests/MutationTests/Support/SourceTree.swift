import GraphDiagnostics
import GraphYAML

/// A YAML file of the project with every key and item in it, where it stands, and on which way it is reached.
struct SourceTree: Sendable {
  /// One key with its value, or one item of a list.
  struct Entry: Sendable {
    /// The keys that lead to it, its own last; `#` for an item.
    let path: [String]
    /// The key; nil for an item of a list.
    let key: Located<String>?
    let value: YAMLNode
    /// The entry that it is in; nil at the top.
    let parent: Int?
    /// Its place among its siblings, counted from 0.
    let position: Int
    /// Its own place in `entries`.
    let index: Int

    /// The bytes from the key, if it has one, to the end of the value.
    var range: ByteRange {
      ByteRange(
        (key?.span ?? value.span).range.lowerBound, max(value.span.range.upperBound, key?.span.range.upperBound ?? 0))
    }

    /// The text of the value when it is a single one.
    var text: String? { value.scalar?.text }
  }

  /// The path below the project's root.
  let path: String
  let file: SourceFile
  let root: YAMLNode
  private(set) var entries: [Entry] = []

  /// Whether it is a graph, and otherwise a prompt.
  var isGraph: Bool { path.hasPrefix("graphs/") }

  init(path: String, file: SourceFile, root: YAMLNode) {
    self.path = path
    self.file = file
    self.root = root
    add(root, [], nil)
  }

  private mutating func add(_ node: YAMLNode, _ path: [String], _ parent: Int?) {
    func insert(_ name: String, _ key: Located<String>?, _ value: YAMLNode, _ position: Int) {
      let index = entries.count
      entries.append(
        Entry(path: path + [name], key: key, value: value, parent: parent, position: position, index: index))
      add(value, path + [name], index)
    }
    for (position, entry) in (node.mapping?.entries ?? []).enumerated() {
      insert(entry.key.value, entry.key, entry.value, position)
    }
    for (position, item) in (node.sequence ?? []).enumerated() { insert("#", nil, item, position) }
  }

  // MARK: - Finding entries

  /// The entries whose path fits one of some patterns, in the order of the file.
  ///
  /// A pattern is keys between slashes: `*` is any key, `#` any item. One that begins with `node:` is of
  /// any node: one under `nodes`, the one of a map, or a stage of a pipeline.
  func callAsFunction(_ patterns: String...) -> [Entry] {
    let written = patterns.flatMap { pattern -> [String] in
      guard pattern.hasPrefix("node:") else { return [pattern] }
      return ["nodes/*/", "nodes/*/node/", "nodes/*/stages/#/"].map { $0 + pattern.dropFirst(5) }
    }.map { $0.split(separator: "/") }
    return entries.filter { entry in written.contains { Self.fits(entry.path, $0) } }
  }

  private static func fits(_ path: [String], _ pattern: [Substring]) -> Bool {
    path.count == pattern.count && zip(path, pattern).allSatisfy { $1 == "*" ? $0 != "#" : $1 == $0 }
  }

  /// An entry's siblings, itself among them.
  func siblings(of entry: Entry) -> [Entry] { entries.filter { $0.parent == entry.parent } }

  /// The entries right below one.
  func children(of entry: Entry) -> [Entry] { entries.filter { $0.parent == entry.index } }

  /// The value of a key right below an entry.
  func child(_ key: String, of entry: Entry) -> Entry? {
    entries.first { $0.parent == entry.index && $0.key?.value == key }
  }

  /// The entry that another one is in.
  func parent(of entry: Entry) -> Entry? { entry.parent.map { entries[$0] } }

  // MARK: - Text

  /// The text of some bytes.
  func text(_ range: ByteRange) -> String { file.text(in: range) }

  /// The line of a byte.
  func line(_ offset: Int) -> Int { file.location(at: offset).line }

  /// The place of a byte.
  func place(_ offset: Int) -> Place { Place(path: path, line: line(offset)) }

  /// The places of all lines from the first to the last byte of a range.
  func places(_ range: ByteRange) -> Set<Place> {
    Set(
      (line(range.lowerBound)...line(max(range.lowerBound, range.upperBound - 1))).map { Place(path: path, line: $0) })
  }

  /// The first byte of the line that a byte is in.
  func lineStart(_ offset: Int) -> Int { file.lineStarts[line(offset) - 1] }

  /// The byte after the line break of the line that a byte is in.
  func lineEnd(_ offset: Int) -> Int {
    let line = line(offset)
    return line < file.lineStarts.count ? file.lineStarts[line] : file.bytes.count
  }

  /// The spaces in front of a byte, if there is nothing else in front of it in its line.
  func indent(_ offset: Int) -> Int? {
    let start = lineStart(offset)
    return file.bytes[start..<offset].allSatisfy { $0 == UInt8(ascii: " ") } ? offset - start : nil
  }
}
