import GraphDiagnostics
import GraphYAML

/// Mistakes in the schemas of answers, and between a schema and those who read the answer.
extension MutationKind {
  static let schemas: [MutationKind] = [
    MutationKind(.schemas, "a field that is renamed where it is written, and nowhere else") { tree, project in
      tree.fields.compactMap { tree.misspelledKey($0, related: project.readers(of: $0.name, with: tree.path)) }
    },
    MutationKind(.schemas, "a field that is missing") { tree, project in
      tree.fields.compactMap { tree.dropping($0, related: project.readers(of: $0.name, with: tree.path)) }
    },
    MutationKind(.schemas, "no schema") { tree, project in
      tree("schema").compactMap { entry in
        let names = tree.fields.map(\.name)
        return tree.dropping(
          entry,
          related: names.reduce(into: project.users(of: tree.path)) {
            $0.formUnion(project.readers(of: $1, with: tree.path))
          })
      }
    },
    MutationKind(.schemas, "a misspelled type of a field", isMisspelling: true) { tree, _ in
      tree("schema/fields/*/type").compactMap { entry in
        let range = tree.inner(entry.value)
        let name = tree.text(range).prefix { $0.isLetter }.utf8.count
        return tree.misspelling(ByteRange(range.lowerBound, range.lowerBound + name))
      }
    },
    MutationKind(.schemas, "text for a list, a number for text, or text for a number, in a field") { tree, project in
      tree("schema/fields/*/type").map { entry in
        let other = entry.text?.hasPrefix("list") == true ? "str" : entry.text == "str" ? "int" : "str"
        let field = tree.parent(of: entry)
        return tree.replacing(
          entry.value.span, with: other,
          related: project.readers(of: field?.name ?? "", with: tree.path).union(
            field.map { tree.places($0.range) } ?? []))
      }
    },
    MutationKind(.schemas, "a misspelled value of an enumeration", isMisspelling: true) { tree, project in
      tree("schema/fields/*/enum/#").compactMap { entry in
        tree.misspelledValue(entry, related: project.readers(of: entry.text ?? "", with: tree.path))
      }
    },
    MutationKind(.schemas, "a value of an enumeration that is missing") { tree, project in
      tree("schema/fields/*/enum/#").compactMap { entry in
        tree.dropping(entry, related: project.readers(of: entry.text ?? "", with: tree.path))
      }
    },
    MutationKind(.schemas, "an enumeration of the wrong type") { tree, _ in
      tree("schema/fields/*/enum").map { entry in
        tree.replacing(
          entry.value.span, with: "[1, 2]", related: tree.parent(of: entry).map { tree.places($0.range) } ?? [])
      }
    },
    MutationKind(.schemas, "another library's word for a constraint") { tree, _ in
      tree("schema/fields/*/constraints/*").map { entry in
        let long = ["ge": "min", "le": "max", "gt": "above", "lt": "below"]
        return tree.replacing(entry.key?.span.range ?? entry.range, with: long[entry.name] ?? entry.name + "s")
      }
    },
    MutationKind(.schemas, "bounds that leave nothing") { tree, _ in
      tree("schema/fields/*/constraints").compactMap { entry in
        guard let low = tree.child("ge", of: entry), let high = tree.child("le", of: entry) else { return nil }
        return Mutation(
          tree.path,
          [
            .init(range: low.value.span.range, text: tree.text(high.value.span.range)),
            .init(range: high.value.span.range, text: tree.text(low.value.span.range)),
          ])
      }
    },
    MutationKind(.schemas, "a bound that is no number") { tree, _ in
      tree("schema/fields/*/constraints/*").map { tree.replacing($0.value.span, with: "few") }
    },
    MutationKind(.schemas, "a constraint of another type") { tree, _ in
      tree("schema/fields/*/constraints/*").map { entry in
        tree.replacing(
          entry.key?.span.range ?? entry.range, with: "max_length",
          related: tree.parent(of: entry).flatMap { tree.parent(of: $0) }.map { tree.places($0.range) } ?? [])
      }
    },
    MutationKind(.schemas, "'items' or 'properties' of JSON Schema in a field") { tree, _ in
      tree("schema/fields/*/description").map { entry in
        tree.replacing(entry.key?.span.range ?? entry.range, with: "title")
      }
    },
  ]
}

extension SourceTree {
  /// The fields of the prompt's schema.
  fileprivate var fields: [Entry] { self("schema/fields/*") }
}

extension ProjectSource {
  /// Where it may be said that a field or a value of it is not there: where it is read, and where it is written.
  fileprivate func readers(of name: String, with path: String) -> Set<Place> {
    // The nodes that ask with the prompt are the ones whose answer has no such field.
    mentions(of: name, with: path).union(users(of: path))
  }
}
