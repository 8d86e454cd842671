import GraphDiagnostics
import GraphYAML

/// Names of things that are not there.
extension MutationKind {
  static let references: [MutationKind] = [
    MutationKind(.references, "a misspelled node in 'from'", isMisspelling: true) { tree, _ in
      tree("edges/#/from", "edges/#/from/#").compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.references, "a misspelled node in 'to'", isMisspelling: true) { tree, _ in
      tree("edges/#/to", "edges/#/to/#").compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.references, "START or END in small letters", isMisspelling: true) { tree, _ in
      tree("edges/#/from", "edges/#/from/#", "edges/#/to", "edges/#/to/#", "loop_exits/*", "node:routes/*")
        .filter { $0.text == "START" || $0.text == "END" }
        .map { tree.replacing($0.value.span, with: ($0.text ?? "").lowercased()) }
    },
    MutationKind(.references, "a node that is renamed where it is written, and nowhere else") { tree, project in
      tree("nodes/*").compactMap { tree.misspelledKey($0, related: project.mentions(of: $0.name, with: tree.path)) }
    },
    MutationKind(.references, "a node that is missing") { tree, project in
      tree("nodes/*").compactMap { tree.dropping($0, related: project.mentions(of: $0.name, with: tree.path)) }
    },
    MutationKind(.references, "a misspelled node of a route", isMisspelling: true) { tree, _ in
      tree("node:routes/*").compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.references, "a misspelled answer of a route", isMisspelling: true) { tree, _ in
      tree("node:routes/*").compactMap { entry in
        tree.misspelledKey(entry, related: tree.routerPlaces(entry))
      }
    },
    MutationKind(.references, "a misspelled default route", isMisspelling: true) { tree, _ in
      tree("node:default_route").compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.references, "a misspelled route field", isMisspelling: true) { tree, _ in
      tree("node:route_field").compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.references, "a misspelled node of a loop limit or exit", isMisspelling: true) { tree, _ in
      tree("loop_limits/*", "loop_exits/*").compactMap { tree.misspelledKey($0) }
        + tree("loop_exits/*").compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.references, "a misspelled prompt", isMisspelling: true) { tree, _ in
      tree("node:prompt").compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.references, "a prompt file that is missing") { tree, project in
      tree.isGraph ? [] : [Mutation(deleting: tree.path, related: project.users(of: tree.path))]
    },
    MutationKind(.references, "a misspelled tool", isMisspelling: true) { tree, _ in
      let tools = Set(tree("tools/*").map(\.name))
      return tree("node:tool", "node:tools/#", "node:start", "node:step", "node:end").filter {
        tools.contains($0.text ?? "")
      }.compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.references, "a tool that is renamed where it is written, and nowhere else") { tree, project in
      tree("tools/*").compactMap { tree.misspelledKey($0, related: project.mentions(of: $0.name, with: tree.path)) }
    },
    MutationKind(.references, "a tool that is missing") { tree, project in
      tree("tools/*").compactMap { tree.dropping($0, related: project.mentions(of: $0.name, with: tree.path)) }
    },
    MutationKind(.references, "a misspelled path of a file", isMisspelling: true) { tree, _ in
      tree("tools/*/path", "node:graph", "node:index").compactMap { entry in
        // The name is misspelled, not the ending.
        let range = tree.inner(entry.value)
        let name = tree.text(range).prefix { $0 != "." }.utf8.count
        return tree.misspelling(ByteRange(range.lowerBound, range.lowerBound + name))
      }
    },
    MutationKind(.references, "a file with code or a graph that is missing") { tree, project in
      let paths = Set(tree("tools/*/path", "node:graph").compactMap(\.text))
      let folder = tree.path.split(separator: "/").dropLast().joined(separator: "/")
      return paths.sorted().filter { project.files["\(folder)/\($0)"] != nil }.map { path in
        let users = tree("tools/*/path", "node:graph").filter { $0.text == path }
        return Mutation(
          deleting: "\(folder)/\(path)", related: users.reduce(into: []) { $0.formUnion(tree.places($1.range)) })
      }
    },
    MutationKind(.references, "a misspelled function of Python", isMisspelling: true) { tree, _ in
      tree("tools/*/function").compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.references, "a misspelled key in a mapping of a subgraph", isMisspelling: true) { tree, _ in
      let children = tree("node:input_mapping/*", "node:output_mapping/*")
      return children.compactMap { entry in
        // What is read has to be there; a key that is written may have any name.
        let own = entry.path.contains("input_mapping")
        let isExpression = entry.text?.contains("{") ?? false
        if own { return tree.misspelledKey(entry, related: tree.places(entry.range)) }
        return isExpression ? nil : tree.misspelledValue(entry)
      }
        + children.filter { $0.path.contains("input_mapping") && $0.text?.contains("{") == false }.compactMap {
          tree.misspelledValue($0)
        }
    },
  ]
}

extension SourceTree {
  /// Where it may be said that a route does not fit: the routes, the field and the edges of its router.
  fileprivate func routerPlaces(_ route: Entry) -> Set<Place> {
    guard let routes = parent(of: route), let node = parent(of: routes) else { return [] }
    var places: Set<Place> = [place(routes.range.lowerBound)]
    if let field = child("route_field", of: node) { places.insert(place(field.range.lowerBound)) }
    places.insert(place(node.range.lowerBound))
    return places
  }
}
