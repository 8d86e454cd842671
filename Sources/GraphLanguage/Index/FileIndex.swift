package import GraphDiagnostics
package import GraphYAML

/// What one file defines and refers to, with exact places.
///
/// It is made of the tree and the tables of keys alone, so that there is one of every file, however many mistakes it
/// has; other files are not looked at.
package struct FileIndex: Sendable {
  /// What a name stands for, as far as its own file tells.
  package enum Subject: Sendable, Hashable {
    /// A node, START or END.
    case node
    /// A key of the state.
    case stateKey
    /// A key that only the nodes inside another one see.
    case item(owner: Int)
    /// A route of a router.
    case route(owner: Int)
    /// A tool.
    case tool
    /// A prompt file.
    case prompt
    /// A graph file.
    case graph
    /// Another file.
    case file
    /// A function in a Python file, which the tool `owner` names.
    case pythonFunction(tool: String)
    /// A variable of a prompt: of the file itself, or of the prompt of one of its `promptUses`.
    case variable(use: Int?)
    /// An argument of a tool.
    case argument
    /// A key of the state of another graph: of one of the file's `graphUses`.
    case childKey(use: Int)
    /// A field of the answer that a prompt asks for.
    case answerField(use: Int?)
  }

  /// What happens to a name at a place.
  package enum Role: Sendable, Hashable {
    /// It begins to exist.
    case definition
    /// A value is written under it.
    case write
    /// It is read, or referred to.
    case read
  }

  /// One place at which a name stands.
  package struct Occurrence: Sendable {
    /// The name.
    package let name: String

    /// What it stands for.
    package let subject: Subject

    /// What happens to it.
    package let role: Role

    /// The bytes that are pointed at.
    package let range: ByteRange

    /// Whether these bytes are the name itself, so that another one can be put there.
    package let isExact: Bool

    /// The key that would say the name, where it is not written; the bytes are those of the node's name then.
    package let unwrittenKey: String?

    /// The node or tool it belongs to, as an index in `nodes`.
    package let owner: Int?

    /// The path that is read below the name, where there is one.
    package let path: StatePath?
  }

  /// A node at the top of a graph.
  package struct Node: Sendable {
    /// The name, and where it is written without quotes.
    package let name: String
    /// The bytes of the name.
    package let nameRange: ByteRange
    /// The bytes of the key and the value.
    package let range: ByteRange
    /// The type.
    package let type: String
    /// What it is for.
    package let description: String?
    /// The value.
    package let value: YAMLNode
  }

  /// A node that asks for a prompt.
  package struct PromptUse: Sendable {
    /// The prompt's name, or nil for one that is written in the node.
    package let prompt: String?
    /// The node that it stands in.
    package let owner: Int
    /// The names of the variables that it gives, or nil where it gives the whole state.
    package let variables: [String]?
    /// The keys that it sees besides those of the state.
    package let items: [String]
    /// Where the result goes.
    package let resultKey: String?
  }

  /// A node or tool that runs another graph.
  package struct GraphUse: Sendable {
    /// The path as it is written.
    package let path: String
    /// Whether keys of the same name are shared.
    package let sharesKeys: Bool
    /// Whether its keys are the names of a tool's arguments.
    package let namesArguments: Bool
  }

  /// A value of the prompt or the state that is declared with its type.
  package struct Declaration: Sendable {
    /// The name.
    package let name: String
    /// The type as it is written.
    package let type: String?
    /// The reducer as it is written.
    package let reducer: String?
    /// What it holds.
    package let description: String?
    /// The bytes of the whole entry.
    package let range: ByteRange
  }

  /// What the file describes.
  package let kind: FieldTables.FileKind

  /// The text.
  package let file: SourceFile

  /// The tree, without what cannot be read.
  package let root: YAMLNode?

  /// Whether all of it could be read, its expressions and templates included.
  package internal(set) var isWhole: Bool

  /// The places in the order of the file.
  package internal(set) var occurrences: [Occurrence] = []

  /// The nodes, in order.
  package internal(set) var nodes: [Node] = []

  /// The nodes that ask for prompts, in order.
  package internal(set) var promptUses: [PromptUse] = []

  /// The nodes and tools that run graphs, in order.
  package internal(set) var graphUses: [GraphUse] = []

  /// The declared keys of the state, in order.
  package internal(set) var declarations: [Declaration] = []

  /// The declared tools, in order.
  package internal(set) var tools: [Node] = []

  /// Where prompts are looked up.
  package internal(set) var promptSettings: (isRelative: Bool, directory: String?) = (false, nil)

  /// Reads a file.
  package init(_ file: SourceFile, _ kind: FieldTables.FileKind, tables: FieldTables) {
    let recovered = RecoveredYAML(file)
    self.init(file, kind, root: recovered.root, isWhole: recovered.isWhole, tables: tables)
  }

  /// Reads a tree.
  package init(_ file: SourceFile, _ kind: FieldTables.FileKind, root: YAMLNode?, isWhole: Bool, tables: FieldTables) {
    var indexer = FileIndexer(FileIndex(kind: kind, file: file, root: root, isWhole: isWhole), tables)
    indexer.run()
    self = indexer.index
  }

  private init(kind: FieldTables.FileKind, file: SourceFile, root: YAMLNode?, isWhole: Bool) {
    self.kind = kind
    self.file = file
    self.root = root
    self.isWhole = isWhole
  }

  /// The occurrence at an offset; of several, one whose bytes are the name itself, and then the shortest.
  package func occurrence(at offset: Int) -> Occurrence? {
    occurrences(at: offset).min { left, right in
      (left.isExact ? 0 : 1, left.unwrittenKey == nil ? 0 : 1, left.range.count)
        < (right.isExact ? 0 : 1, right.unwrittenKey == nil ? 0 : 1, right.range.count)
    }
  }

  /// Every occurrence at an offset; the place behind the last byte belongs to it.
  package func occurrences(at offset: Int) -> [Occurrence] {
    occurrences.filter { $0.range.lowerBound <= offset && offset <= $0.range.upperBound }
  }

  /// The path into the state at an offset behind its first name, with the steps up to the one at the offset and the
  /// bytes of that.
  package func path(at offset: Int) -> (path: StatePath, steps: Int, range: ByteRange)? {
    for occurrence in occurrences {
      guard let path = occurrence.path, !path.components.isEmpty, path.span.range.contains(offset) else { continue }
      var start = path.rootSpan.range.upperBound
      for (index, component) in path.components.enumerated() {
        guard case .key(let name) = component, let range = place(of: name, from: start, in: path.span.range) else {
          continue
        }
        if range.contains(offset) { return (path, index + 1, range) }
        start = range.upperBound
      }
    }
    return nil
  }

  /// The first place of a text in a range.
  private func place(of text: String, from start: Int, in range: ByteRange) -> ByteRange? {
    let wanted = Array(text.utf8)
    guard start + wanted.count <= range.upperBound else { return nil }
    for offset in start...(range.upperBound - wanted.count)
    where file.bytes[offset..<(offset + wanted.count)].elementsEqual(wanted) {
      return ByteRange(offset, offset + wanted.count)
    }
    return nil
  }

  /// The node around an offset.
  package func node(at offset: Int) -> Int? {
    nodes.firstIndex { $0.range.lowerBound <= offset && offset <= $0.range.upperBound }
  }

  /// The names of the keys of the state: declared, written or given before a run.
  package var stateKeys: [String] {
    var seen: Set<String> = []
    return occurrences.filter { $0.subject == .stateKey && $0.role != .read }.map(\.name).filter {
      seen.insert($0).inserted
    }
  }
}
