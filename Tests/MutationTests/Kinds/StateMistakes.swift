import GraphDiagnostics
import GraphYAML

/// Keys of the state and variables that do not fit what is written and read.
extension MutationKind {
  static let state: [MutationKind] = [
    MutationKind(.state, "a misspelled state key in an expression", isMisspelling: true) { tree, project in
      tree.expressionPaths.compactMap { parts in
        guard let key = tree.keyPart(parts) else { return nil }
        return tree.misspelling(key)
      }
    },
    MutationKind(.state, "a misspelled field in an expression", isMisspelling: true) { tree, _ in
      tree.expressionPaths.flatMap { parts in
        let fields = parts.dropFirst(tree.text(parts[0]) == "state" ? 2 : 1)
        return fields.compactMap { tree.misspelling($0) }
      }
    },
    MutationKind(.state, "'state' misspelled in an expression", isMisspelling: true) { tree, _ in
      tree.expressionPaths.compactMap { parts in
        tree.text(parts[0]) == "state" && parts.count > 1 ? tree.misspelling(parts[0]) : nil
      }
    },
    MutationKind(.state, "a state key that is renamed where it is declared, and nowhere else") { tree, project in
      tree("state/*").compactMap { tree.misspelledKey($0, related: project.mentions(of: $0.name, with: tree.path)) }
    },
    MutationKind(.state, "a state key that is not declared") { tree, project in
      tree("state/*").compactMap { tree.dropping($0, related: project.mentions(of: $0.name, with: tree.path)) }
    },
    MutationKind(.state, "a misspelled 'state_key'") { tree, project in
      tree("node:state_key").compactMap { entry in
        !project.isUsedElsewhere(entry.text ?? "", tree, entry)
          ? nil : tree.misspelledValue(entry, related: project.mentions(of: entry.text ?? "", with: tree.path))
      }
    },
    MutationKind(.state, "no 'state_key'") { tree, project in
      tree("node:state_key").compactMap { entry in
        // Without it the key is the node's own name.
        guard let node = tree.parent(of: entry), let name = entry.text, name != node.name,
          project.isUsedElsewhere(name, tree, entry)
        else { return nil }
        return tree.dropping(entry, related: project.mentions(of: name, with: tree.path))
      }
    },
    MutationKind(.state, "a misspelled key of 'output'") { tree, project in
      tree("node:output/*").filter { project.isUsedElsewhere($0.name, tree, $0) }.compactMap {
        tree.misspelledKey($0, related: project.mentions(of: $0.name, with: tree.path))
      }
    },
    MutationKind(.state, "a misspelled 'as' or 'collect'") { tree, project in
      tree("node:as", "node:collect").compactMap { entry in
        tree.misspelledValue(entry, related: project.mentions(of: entry.text ?? "", with: tree.path))
      }
    },
    MutationKind(.state, "a misspelled key that a person answers to") { tree, project in
      tree("node:resume_key", "node:response_key").compactMap { entry in
        tree.misspelledValue(entry, related: project.mentions(of: entry.text ?? "", with: tree.path))
      }
    },
    MutationKind(.state, "a variable that is missing") { tree, project in
      tree("node:variables/*").compactMap { tree.dropping($0, related: tree.variablePlaces($0, project)) }
    },
    MutationKind(.state, "a misspelled variable", isMisspelling: true) { tree, project in
      tree("node:variables/*", "node:args/*").compactMap { entry in
        tree.misspelledKey(entry, related: tree.variablePlaces(entry, project))
      }
    },
    MutationKind(.state, "no arguments for a tool") { tree, project in
      tree("node:args").compactMap { entry in
        tree.dropping(entry, related: tree.parent(of: entry).map { tree.places($0.range) } ?? [])
      }
    },
    MutationKind(.state, "a variable that nothing uses") { tree, _ in
      tree("node:variables/*").filter { $0.position == 0 && tree.indent($0.range.lowerBound) != nil }.map { entry in
        let indent = String(repeating: " ", count: tree.indent(entry.range.lowerBound) ?? 0)
        return tree.inserting("mood: cheerful\n\(indent)", at: entry.range.lowerBound)
      }
    },
    MutationKind(.state, "a misspelled type of a state key", isMisspelling: true) { tree, _ in
      tree.stateTypes.compactMap { entry in
        let range = tree.inner(entry.value)
        let name = tree.text(range).prefix { $0.isLetter }.utf8.count
        return tree.misspelling(ByteRange(range.lowerBound, range.lowerBound + name))
      }
    },
    MutationKind(.state, "text for a list, or a list for text, in a state key") { tree, project in
      tree.stateTypes.map { entry in
        tree.replacing(
          entry.value.span, with: entry.text?.hasPrefix("list") == true ? "str" : "list",
          related: tree.declarationPlaces(entry, project))
      }
    },
    MutationKind(.state, "a number for text, or text for a number, in a state key") { tree, project in
      tree.stateTypes.filter { $0.text?.hasPrefix("list") == false }.map { entry in
        tree.replacing(
          entry.value.span, with: entry.text == "str" ? "int" : "str",
          related: tree.declarationPlaces(entry, project))
      }
    },
    MutationKind(.state, "a default that does not fit its type") { tree, _ in
      tree("state/*/default").map { entry in
        let wrong =
          switch entry.value.scalar?.resolved {
          case nil: "none"
          case .int: "many"
          case .bool: "0"
          default: "[\(tree.text(entry.value.span.range))]"
          }
        return tree.replacing(
          ByteRange(entry.key?.span.range.upperBound ?? 0, entry.range.upperBound), with: ": \(wrong)")
      }
    },
    MutationKind(.state, "no reducer") { tree, project in
      tree("state/*/reducer").compactMap { entry in
        tree.dropping(entry, related: project.mentions(of: tree.declaredName(entry), with: tree.path))
      }
    },
    MutationKind(.state, "a reducer for another type") { tree, project in
      tree("state/*/reducer").map { entry in
        let other = ["append": "min", "add": "append", "merge": "add", "union": "merge", "min": "append"]
        return tree.replacing(
          entry.value.span, with: other[entry.text ?? ""] ?? "append", related: tree.typePlace(entry))
      }
    },
    MutationKind(.state, "a misspelled parameter of a tool", isMisspelling: true) { tree, project in
      tree("tools/*/parameters/*").compactMap { entry in
        tree.misspelledKey(entry, related: project.mentions(of: entry.name, with: tree.path))
      }
    },
    MutationKind(.state, "no 'parameters' of a tool") { tree, project in
      tree("tools/*/parameters").compactMap { entry in
        let tool = tree.parent(of: entry)
        return tree.dropping(
          entry,
          related: (tool.map { tree.places($0.range) } ?? []).union(
            project.mentions(of: tool?.name ?? "", with: tree.path)))
      }
    },
    MutationKind(.state, "a misspelled parameter in a command", isMisspelling: true) { tree, project in
      tree("tools/*/command").flatMap { entry in
        Braces.all(in: tree.file, tree.inner(entry.value)).compactMap { braces in
          let tool = tree.parent(of: entry)?.name ?? ""
          return tree.misspelling(braces.inner, related: project.mentions(of: tool, with: tree.path))
        }
      }
    },
  ]
}

extension SourceTree {
  /// The parts of the values of a graph that are expressions: what stands in braces, and conditions.
  var expressions: [ByteRange] {
    guard isGraph else { return [] }
    let texts: Set<String> = ["system", "user", "command", "description", "template", "message"]
    return entries.filter { entry in
      entry.value.scalar != nil && !texts.contains(entry.path.last ?? "") && entry.path.first != "name"
        && entry.path.first != "description"
    }.flatMap { entry -> [ByteRange] in
      let inner = self.inner(entry.value)
      if entry.path.last == "condition" || entry.path.last == "loop_until" { return [inner] }
      return Braces.all(in: file, inner).map(\.inner)
    }
  }

  /// The paths in expressions, part by part.
  var expressionPaths: [[ByteRange]] { expressions.flatMap { CodePlaces(file, $0).paths } }

  /// The part of a path that names a key of the state.
  fileprivate func keyPart(_ parts: [ByteRange]) -> ByteRange? {
    if text(parts[0]) == "state" { return parts.count > 1 ? parts[1] : nil }
    return parts[0]
  }

  /// The types of declared keys, in either form.
  fileprivate var stateTypes: [Entry] { self("state/*/type") + self("state/*").filter { $0.value.scalar != nil } }

  /// The name of the key that something of a declaration is of.
  fileprivate func declaredName(_ entry: Entry) -> String { entry.path[1] }

  /// The lines of a key's declaration, and those with its name.
  fileprivate func declarationPlaces(_ entry: Entry, _ project: ProjectSource) -> Set<Place> {
    let declaration = entry.path.count == 2 ? entry : parent(of: entry)
    return project.mentions(of: declaredName(entry), with: path).union(declaration.map { places($0.range) } ?? [])
  }

  private func typePlaceOfParent(_ entry: Entry) -> Entry? { parent(of: entry).flatMap { child("type", of: $0) } }

  /// The line of a key's type.
  fileprivate func typePlace(_ entry: Entry) -> Set<Place> {
    typePlaceOfParent(entry).map { [place($0.range.lowerBound)] } ?? []
  }

  /// Where it may be said that a variable is missing or unknown: its node, and the prompt or tool that it is for.
  fileprivate func variablePlaces(_ entry: Entry, _ project: ProjectSource) -> Set<Place> {
    guard let variables = parent(of: entry), let node = parent(of: variables) else { return [] }
    var places = project.mentions(of: entry.name, with: path)
    places.insert(place(variables.range.lowerBound))
    if variables.key == nil || siblings(of: entry).count == 1 { places.insert(place(node.range.lowerBound)) }
    return places
  }
}
