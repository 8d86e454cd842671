internal import GraphLanguage
internal import GraphRuntime

/// Whether a run that was saved under one graph can go on under another.
///
/// What is saved names the graph, nodes (those that are due, that have run and
/// that wait), edges that wait for several nodes, and keys of the state with
/// their values.
struct ThreadCompatibility {
  /// Why some threads cannot.
  private(set) var obstacles: [String] = []

  init(_ old: GraphDescription, _ new: GraphDescription) {
    if old.name != new.name { obstacles.append("the graph has another name: '\(old.name)' is now '\(new.name)'") }
    let nodes = Dictionary(new.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for node in old.nodes {
      guard let other = nodes[node.name] else {
        obstacles.append("node '\(node.name)' is gone")
        continue
      }
      if node.interrupts && node.type != other.type {
        obstacles.append("node '\(node.name)', at which a thread may wait for a person, has another type")
      }
    }
    let joins = Set(new.edges.filter { $0.from.count > 1 }.map { [$0.from, $0.to] })
    for edge in old.edges where edge.from.count > 1 && !joins.contains([edge.from, edge.to]) {
      let sources = edge.from.map { "'\($0)'" }.joined(separator: ", ")
      obstacles.append("the edge that waits for \(sources) is gone or leads elsewhere")
    }
    let keys = Dictionary(new.keys.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for key in old.keys {
      guard let other = keys[key.name] else {
        obstacles.append("state key '\(key.name)' is gone, and its value would be lost")
        continue
      }
      // Of a key that was not declared nobody knows what it holds.
      let isKnown = key.isDeclared || key.type != .any
      if isKnown, !other.type.includes(key.type) {
        obstacles.append(
          "state key '\(key.name)' may hold a value of type '\(key.type)', and now takes '\(other.type)'")
      }
    }
  }
}

extension SchemaType {
  /// Whether every value of another type is one of this type, as far as that can be told.
  func includes(_ other: SchemaType) -> Bool {
    if self == other { return true }
    switch (self, other) {
    case (.any, _): return true
    case (_, .union(let types)): return types.allSatisfy(includes)
    case (.union(let types), _): return types.contains { $0.includes(other) }
    case (_, .enumeration(let values)): return values.allSatisfy(accepts)
    case (_, .constrained(let type, _)): return includes(type)
    case (.float, .int): return true
    case (.list(let item), .list(let otherItem)): return item.includes(otherItem)
    case (.dict(let value), .dict(let otherValue)): return value.includes(otherValue)
    case (.dict(.any), .object): return true
    default: return false
    }
  }
}
