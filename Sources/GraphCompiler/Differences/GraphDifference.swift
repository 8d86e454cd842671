public import GraphRuntime

/// What is different between two graphs, and whether threads saved under the first one can go on under the second.
///
/// Layout and comments make no difference, and neither does how a value is written: an anchor and what it stands for
/// are the same.
public struct GraphDifference: Sendable {
  /// A part of a graph.
  public enum Part: String, Sendable, Hashable, CaseIterable {
    /// The nodes.
    case nodes
    /// The edges.
    case edges
    /// The keys of the state.
    case state
    /// The prompts that nodes name.
    case prompts
    /// Everything else at the top of a file.
    case settings
  }

  /// One thing that is different.
  public struct Change: Sendable, Hashable {
    /// The part of the graph.
    public let part: Part

    /// What was changed: a node, an edge, a key.
    public let name: String

    /// The key of it that was changed; nil when it is there in one of the graphs only.
    public let key: String?

    /// The value in the first graph, or nil when there is none.
    public let old: Value?

    /// The value in the second graph, or nil when there is none.
    public let new: Value?
  }

  /// One of the graphs.
  public struct Side: Sendable {
    let graph: GraphDescription
    let content: Value

    /// Creates a side.
    ///
    /// - Parameters:
    ///   - graph: What was compiled.
    ///   - content: The file as plain data.
    public init(_ graph: GraphDescription, content: Value) {
      self.graph = graph
      self.content = content
    }
  }

  /// Everything that is different, part by part, in the order of the files.
  public let changes: [Change]

  /// Why a thread that was saved under the first graph may not be able to go on under the second; empty when all can.
  public let obstacles: [String]

  /// Compares two graphs.
  public init(from old: Side, to new: Side) {
    changes =
      Self.nodes(old, new) + Self.edges(old.graph, new.graph) + Self.state(old, new) + Self.prompts(old, new)
      + Self.settings(old, new)
    obstacles = ThreadCompatibility(old.graph, new.graph).obstacles
  }
}

// MARK: - Parts

extension GraphDifference {
  private static func nodes(_ old: Side, _ new: Side) -> [Change] {
    func nodes(_ side: Side) -> [(name: String, content: ValueObject)] {
      (side.content["nodes"]?.object ?? [:]).map { entry in
        var content = entry.value.object ?? [:]
        if content["type"] == nil { content["type"] = "llm" }
        return (entry.key, content)
      }
    }
    var changes = compare(.nodes, nodes(old), nodes(new)) { $0["type"] ?? .null }
    let names = [old, new].map { $0.graph.nodes.map(\.name) }
    let shared = Set(names[0]).intersection(names[1])
    let common = names.map { list in list.filter(shared.contains) }
    if common[0] != common[1] { changes.append(order(.nodes, "all nodes", common[0], common[1])) }
    return changes
  }

  private static func order(_ part: Part, _ name: String, _ old: [String], _ new: [String]) -> Change {
    Change(
      part: part, name: name, key: "order", old: .list(old.map { .string($0) }), new: .list(new.map { .string($0) }))
  }

  private static func state(_ old: Side, _ new: Side) -> [Change] {
    func keys(_ side: Side) -> [(name: String, content: ValueObject)] {
      side.graph.keys.map { key in
        var content: ValueObject = ["type": .string("\(key.type)"), "reducer": .string(key.reducer)]
        let declaration = side.content["state"]?[key.name]
        for name in ["default", "description"] { content[name] = declaration?[name] }
        return (key.name, content)
      }
    }
    return compare(.state, keys(old), keys(new)) { $0["type"] ?? .null }
  }

  private static func settings(_ old: Side, _ new: Side) -> [Change] {
    let parts: Set<String> = ["nodes", "edges", "state"]
    func settings(_ side: Side) -> [(name: String, content: ValueObject)] {
      (side.content.object ?? [:]).filter { !parts.contains($0.key) && !$0.key.hasPrefix("x-") }.map { entry in
        (entry.key, entry.value.object ?? ["": entry.value])
      }
    }
    return compare(.settings, settings(old), settings(new)) { $0[""] ?? .object($0) }.map { change in
      Change(
        part: change.part, name: change.name, key: change.key == "" ? nil : change.key, old: change.old,
        new: change.new)
    }
  }

  private static func prompts(_ old: Side, _ new: Side) -> [Change] {
    func names(_ side: Side) -> [String] {
      var names: Set<String> = []
      var open = [side.content["nodes"] ?? .null]
      while let value = open.popLast() {
        if let name = value["prompt"]?.string { names.insert(name) }
        open += value.object?.values ?? value.list ?? []
      }
      return names.sorted()
    }
    let (before, after) = (names(old), names(new))
    return before.filter { !after.contains($0) }.map { change(.prompts, $0, old: .string($0), new: nil) }
      + after.filter { !before.contains($0) }.map { change(.prompts, $0, old: nil, new: .string($0)) }
  }

  private static func change(_ part: Part, _ name: String, old: Value?, new: Value?) -> Change {
    Change(part: part, name: name, key: nil, old: old, new: new)
  }

  /// What is gone, what is new, and which keys of what both have are different.
  private static func compare(
    _ part: Part, _ old: [(name: String, content: ValueObject)], _ new: [(name: String, content: ValueObject)],
    _ shown: (ValueObject) -> Value
  ) -> [Change] {
    let before = Dictionary(old.map { ($0.name, $0.content) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new.map { ($0.name, $0.content) }, uniquingKeysWith: { first, _ in first })
    var changes: [Change] = []
    for (name, content) in old {
      guard let other = after[name] else {
        changes.append(change(part, name, old: shown(content), new: nil))
        continue
      }
      let keys = content.keys + other.keys.filter { content[$0] == nil }
      for key in keys where content[key] != other[key] {
        changes.append(Change(part: part, name: name, key: key, old: content[key], new: other[key]))
      }
    }
    return changes
      + new.filter { before[$0.name] == nil }.map { change(part, $0.name, old: nil, new: shown($0.content)) }
  }
}

// MARK: - Edges

extension GraphDifference {
  /// Edges have no names; they are told apart by what they connect.
  private static func edges(_ old: GraphDescription, _ new: GraphDescription) -> [Change] {
    var unpaired = Dictionary(new.edges.map { (Edge($0), 1) }, uniquingKeysWith: +)
    let gone = old.edges.map(Edge.init).filter { !take($0, from: &unpaired) }
    var added: [Edge] = []
    for edge in new.edges.map(Edge.init).reversed() where take(edge, from: &unpaired) { added.insert(edge, at: 0) }
    var changes: [Change] = []
    for edge in gone {
      guard let index = added.firstIndex(where: { $0.name == edge.name }) else {
        changes.append(change(.edges, edge.name, old: edge.taken, new: nil))
        continue
      }
      let other = added.remove(at: index)
      changes.append(Change(part: .edges, name: edge.name, key: "condition", old: edge.taken, new: other.taken))
    }
    changes += added.map { change(.edges, $0.name, old: nil, new: $0.taken) }
    return changes.isEmpty ? orders(old, new) : changes
  }

  /// Takes one of several equal edges away; false when there is none left.
  private static func take(_ edge: Edge, from edges: inout [Edge: Int]) -> Bool {
    guard let count = edges[edge], count > 0 else { return false }
    edges[edge] = count - 1
    return true
  }

  /// The first condition that holds wins, so that another order is another graph.
  private static func orders(_ old: GraphDescription, _ new: GraphDescription) -> [Change] {
    func conditions(_ graph: GraphDescription) -> [[String]: [String]] {
      graph.edges.reduce(into: [:]) { conditions, edge in
        if let condition = edge.condition { conditions[edge.from, default: []].append(condition) }
      }
    }
    let (before, after) = (conditions(old), conditions(new))
    var seen: Set<[String]> = []
    return old.edges.map(\.from).filter { seen.insert($0).inserted }.compactMap { source in
      guard let first = before[source], let second = after[source], first != second else { return nil }
      return order(.edges, source.joined(separator: " + "), first, second)
    }
  }

  private struct Edge: Hashable {
    let name: String
    let condition: String?
    let isRouter: Bool

    init(_ edge: GraphDescription.Edge) {
      name = edge.from.joined(separator: " + ") + " → " + edge.to.joined(separator: ", ")
      condition = edge.condition
      isRouter = edge.isRouter
    }

    /// When it is taken.
    var taken: Value { .string(condition.map { "if \($0)" } ?? (isRouter ? "by route" : "always")) }
  }
}
