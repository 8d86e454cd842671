import GraphDiagnostics
import GraphYAML

/// Edges, routes and limits that are missing, too many, or lead elsewhere.
extension MutationKind {
  static let flow: [MutationKind] = [
    MutationKind(.flow, "an edge that is missing") { tree, project in
      tree("edges/#").compactMap { tree.dropping($0, related: tree.edgePlaces($0, project)) }
    },
    MutationKind(.flow, "an edge that is written twice") { tree, _ in
      tree("edges/#").map { entry in
        let lines = tree.lines(of: entry)
        return tree.inserting(tree.text(lines), at: lines.upperBound, related: tree.places(lines))
      }
    },
    MutationKind(.flow, "'from' and 'to' the other way round") { tree, project in
      tree("edges/#").compactMap { entry in
        guard let from = tree.child("from", of: entry), let to = tree.child("to", of: entry) else { return nil }
        return Mutation(
          tree.path,
          [
            .init(range: from.value.span.range, text: tree.text(to.value.span.range)),
            .init(range: to.value.span.range, text: tree.text(from.value.span.range)),
          ], related: tree.edgePlaces(entry, project))
      }
    },
    MutationKind(.flow, "an edge that leads back to its own node") { tree, project in
      tree("edges/#").compactMap { entry in
        guard let from = tree.child("from", of: entry)?.text, from != "START",
          let to = tree.child("to", of: entry), to.value.scalar != nil
        else { return nil }
        return tree.replacing(to.value.span, with: from, related: tree.edgePlaces(entry, project))
      }
    },
    MutationKind(.flow, "an edge that leads to another node") { tree, project in
      let nodes = tree("nodes/*").map(\.name)
      return tree("edges/#").compactMap { entry in
        guard let to = tree.child("to", of: entry), let target = to.text, nodes.count > 1 else { return nil }
        let from = tree.child("from", of: entry)?.text
        let next = nodes.firstIndex(of: target).map { ($0 + 1) % nodes.count } ?? 0
        let others = (nodes[next...] + nodes[..<next]).filter { $0 != from && $0 != target }
        guard let other = others.first else { return nil }
        return tree.replacing(
          to.value.span, with: other,
          related: tree.edgePlaces(entry, project).union(project.mentions(of: other, with: tree.path))
            .union(tree.conditionPlaces(behind: other)))
      }
    },
    MutationKind(.flow, "an edge that ends too early") { tree, project in
      tree("edges/#").compactMap { entry in
        guard let to = tree.child("to", of: entry), let target = to.text, target != "END",
          tree.child("from", of: entry)?.text != "START"
        else { return nil }
        return tree.replacing(to.value.span, with: "END", related: tree.edgePlaces(entry, project))
      }
    },
    MutationKind(.flow, "one node is missing in 'from' or 'to'") { tree, project in
      tree("edges/#/from/#", "edges/#/to/#").compactMap { item in
        guard let list = tree.parent(of: item), let edge = tree.parent(of: list) else { return nil }
        return tree.dropping(item, related: tree.edgePlaces(edge, project))
      }
    },
    MutationKind(.flow, "an edge of a router without its type") { tree, project in
      tree("edges/#/type").compactMap { entry in
        guard let edge = tree.parent(of: entry) else { return nil }
        return tree.dropping(entry, related: tree.edgePlaces(edge, project))
      }
    },
    MutationKind(.flow, "an edge that follows routes, but leaves no router") { tree, project in
      tree("edges/#").compactMap { entry in
        guard tree.child("type", of: entry) == nil, let to = tree.child("to", of: entry) else { return nil }
        let indent = String(repeating: " ", count: 4)
        return tree.inserting(
          "\n\(indent)type: conditional", at: to.range.upperBound, related: tree.edgePlaces(entry, project))
      }
    },
    MutationKind(.flow, "a condition that is missing") { tree, project in
      tree("edges/#/condition").compactMap { entry in
        guard let edge = tree.parent(of: entry) else { return nil }
        return tree.dropping(entry, related: tree.edgePlaces(edge, project))
      }
    },
    MutationKind(.flow, "an edge to a node that is written nowhere") { tree, _ in
      tree("edges/#/to").filter { $0.value.scalar != nil }.map { tree.replacing($0.value.span, with: "finish") }
    },
    MutationKind(.flow, "a loop limit that is missing") { tree, project in
      tree("loop_limits/*", "loop_limits").compactMap { entry in
        let names = entry.name == "loop_limits" ? tree.children(of: entry).map(\.name) : [entry.name]
        return tree.dropping(
          entry, related: names.reduce(into: []) { $0.formUnion(project.mentions(of: $1, with: tree.path)) })
      }
    },
    MutationKind(.flow, "a loop exit that is missing") { tree, project in
      tree("loop_exits").compactMap { entry in
        let names = tree.children(of: entry).map(\.name)
        return tree.dropping(
          entry, related: names.reduce(into: []) { $0.formUnion(project.mentions(of: $1, with: tree.path)) })
      }
    },
    MutationKind(.flow, "a route that is missing") { tree, project in
      tree("node:routes/*").compactMap { entry in
        guard let routes = tree.parent(of: entry), let node = tree.parent(of: routes) else { return nil }
        return tree.dropping(
          entry,
          related: project.mentions(of: node.name, with: tree.path)
            .union(project.mentions(of: entry.text ?? "", with: tree.path)))
      }
    },
    MutationKind(.flow, "a route that leads to a node without an edge") { tree, project in
      tree("node:routes/*").compactMap { entry in
        guard let routes = tree.parent(of: entry), let node = tree.parent(of: routes) else { return nil }
        let targets = tree.children(of: routes).compactMap(\.text)
        let other = tree("nodes/*").map(\.name).first { $0 != node.name && !targets.contains($0) } ?? node.name
        return tree.replacing(
          entry.value.span, with: other, related: project.mentions(of: entry.text ?? "", with: tree.path))
      }
    },
  ]
}

extension SourceTree {
  /// The conditions of the edges that leave a node: what they leave out is said there.
  fileprivate func conditionPlaces(behind name: String?) -> Set<Place> {
    self("edges/#").filter { name != nil && child("from", of: $0)?.text == name }.compactMap {
      child("condition", of: $0)
    }.reduce(into: []) { $0.insert(place($1.range.lowerBound)) }
  }

  /// Where it may be said that an edge is wrong: all lines with one of the nodes that it names, the conditions beside its
  /// own, and `edges` itself.
  fileprivate func edgePlaces(_ edge: Entry, _ project: ProjectSource) -> Set<Place> {
    var places = self.places(edge.range)
    for key in ["from", "to"] {
      guard let end = child(key, of: edge) else { continue }
      for name in [end.text].compactMap(\.self) + children(of: end).compactMap(\.text)
      where name != "START" && name != "END" {
        places.formUnion(project.mentions(of: name, with: path))
      }
    }
    // The other conditions of its node no longer cover every case.
    places.formUnion(conditionPlaces(behind: child("from", of: edge)?.text))
    if let edges = parent(of: edge) { places.insert(place(edges.range.lowerBound)) }
    return places
  }
}
