import GraphDiagnostics
import GraphYAML

/// Mistakes in the layout of a file, whatever it says.
extension MutationKind {
  static let layout: [MutationKind] = [
    MutationKind(.layout, "a tab instead of spaces") { tree, _ in
      tree.ownLines.compactMap { entry, indent in
        guard indent >= 2 else { return nil }
        let start = entry.range.lowerBound
        return tree.replacing(ByteRange(start - indent, start), with: String(repeating: "\t", count: indent / 2))
      }
    },
    MutationKind(.layout, "one space too many before a key") { tree, _ in
      tree.ownLines.compactMap { entry, _ in
        // The first key sets the indentation for the others.
        entry.value.scalar == nil && entry.position == 0 && tree.siblings(of: entry).count == 1
          ? nil : tree.inserting(" ", at: entry.range.lowerBound, related: tree.neighbours(of: entry))
      }
    },
    MutationKind(.layout, "one space too few before a key") { tree, _ in
      tree.ownLines.compactMap { entry, indent in
        guard indent >= 1, tree.siblings(of: entry).count > 1 else { return nil }
        let start = entry.range.lowerBound
        return tree.replacing(ByteRange(start - 1, start), with: "", related: tree.neighbours(of: entry))
      }
    },
    MutationKind(.layout, "a key one level too far out") { tree, _ in
      tree.ownLines.compactMap { entry, indent in
        guard indent >= 2, let parent = tree.parent(of: entry) else { return nil }
        // With all of its keys moved out, the parent is left empty.
        return tree.shifting(
          entry, by: -2, related: tree.neighbours(of: entry).union([tree.place(parent.range.lowerBound)]))
      }
    },
    MutationKind(.layout, "a key one level too far in") { tree, project in
      tree.ownLines.compactMap { entry, _ in
        guard entry.position > 0 else { return nil }
        // In a prompt, a schema that is a part of the text is missed where its fields are read.
        let users =
          tree.isGraph
          ? project.mentions(of: entry.text ?? "", with: tree.path)
          : project.users(of: tree.path)
        return tree.shifting(entry, by: 2, related: tree.neighbours(of: entry).union(users))
      }
    },
    MutationKind(.layout, "no colon behind a key") { tree, _ in
      tree.blockKeys.map { entry, colon in
        tree.replacing(ByteRange(colon, colon + 1), with: "", related: tree.neighbours(of: entry))
      }
    },
    MutationKind(.layout, "no space behind a colon") { tree, _ in
      tree.blockKeys.compactMap { entry, colon in
        guard tree.text(ByteRange(colon + 1, colon + 2)) == " ", entry.value.scalar?.style == .plain else { return nil }
        return tree.replacing(ByteRange(colon + 1, colon + 2), with: "", related: tree.neighbours(of: entry))
      }
    },
    MutationKind(.layout, "'=' instead of a colon") { tree, _ in
      tree.blockKeys.map { entry, colon in
        tree.replacing(ByteRange(colon, colon + 1), with: " =", related: tree.neighbours(of: entry))
      }
    },
    MutationKind(.layout, "a quote that is not closed") { tree, _ in
      tree.quoted.map { tree.replacing(ByteRange($0.upperBound - 1, $0.upperBound), with: "") }
    },
    MutationKind(.layout, "quotes that are forgotten") { tree, _ in
      tree.quoted.map { range in
        Mutation(
          tree.path,
          [
            .init(range: ByteRange(range.lowerBound, range.lowerBound + 1), text: ""),
            .init(range: ByteRange(range.upperBound - 1, range.upperBound), text: ""),
          ])
      }
    },
    MutationKind(.layout, "a list that is not closed") { tree, _ in
      tree.brackets("]").map { tree.replacing($0, with: "") }
    },
    MutationKind(.layout, "a mapping that is not closed") { tree, _ in
      tree.brackets("}").map { tree.replacing($0, with: "") }
    },
    MutationKind(.layout, "no comma between two values") { tree, project in
      tree.entries.compactMap { entry in
        guard tree.isFlow(entry),
          let next = tree.siblings(of: entry).first(where: { $0.position == entry.position + 1 })
        else { return nil }
        return tree.replacing(
          ByteRange(entry.range.upperBound, next.range.lowerBound), with: " ",
          related: project.users(of: [entry, next], in: tree))
      }
    },
    MutationKind(.layout, "a key that is written twice") { tree, _ in
      tree.ownLines.compactMap { entry, _ in
        guard entry.value.scalar != nil else { return nil }
        let lines = tree.lines(of: entry)
        return tree.inserting(tree.text(lines), at: lines.upperBound, related: tree.places(lines))
      }
    },
    MutationKind(.layout, "no dash before an item") { tree, _ in
      tree.dashes.map { tree.replacing(ByteRange($0, $0 + 1), with: " ", related: [tree.place($0 - 2)]) }
    },
    MutationKind(.layout, "no space behind a dash") { tree, _ in
      tree.dashes.map { tree.replacing(ByteRange($0 + 1, $0 + 2), with: "", related: [tree.place(tree.lineEnd($0))]) }
    },
  ]
}

extension ProjectSource {
  /// The lines that need the items of a list: those that name them, the routes that they are answers for, and the tools
  /// that they stand for.
  func users(of items: [SourceTree.Entry], in tree: SourceTree) -> Set<Place> {
    var places: Set<Place> = []
    for name in items.compactMap(\.text) {
      places.formUnion(mentions(of: name, with: tree.path))
      if let first = items.first, first.path.first == "tools", first.path.count > 1 {
        places.formUnion(mentions(of: "\(first.path[1])_\(name)", with: tree.path))
      }
    }
    return places
  }
}

extension SourceTree {
  /// The keys that begin their line, with their indentation.
  fileprivate var ownLines: [(Entry, Int)] {
    entries.compactMap { entry in
      guard entry.key != nil, let indent = indent(entry.range.lowerBound) else { return nil }
      return (entry, indent)
    }
  }

  /// The keys that are not in brackets, with the offset of their colon.
  fileprivate var blockKeys: [(Entry, Int)] {
    entries.compactMap { entry in
      guard let key = entry.key, !isFlow(entry) else { return nil }
      return (entry, key.span.range.upperBound)
    }
  }

  /// Values in quotes, with them.
  fileprivate var quoted: [ByteRange] {
    entries.filter { [.singleQuoted, .doubleQuoted].contains($0.value.scalar?.style) }.map(\.value.span.range)
  }

  /// The closing brackets of lists or mappings.
  fileprivate func brackets(_ bracket: Character) -> [ByteRange] {
    entries.filter { $0.value.scalar == nil }.map(\.value.span.range).filter { range in
      file.bytes[range.upperBound - 1] == bracket.asciiValue
    }.map { ByteRange($0.upperBound - 1, $0.upperBound) }
  }

  /// The dashes of lists.
  fileprivate var dashes: [Int] {
    entries.filter { $0.key == nil && !isFlow($0) }.map { $0.range.lowerBound - 2 }
  }

  /// The lines before and behind an entry, and the key that it is under: a line that is out of place is seen beside them.
  func neighbours(of entry: Entry) -> Set<Place> {
    let lines = lines(of: entry)
    var places: Set<Place> = [place(max(0, lines.lowerBound - 1)), place(min(file.bytes.count - 1, lines.upperBound))]
    if let parent = parent(of: entry) { places.insert(place(parent.range.lowerBound)) }
    let siblings = siblings(of: entry)
    for other in siblings where abs(other.position - entry.position) == 1 {
      places.insert(place(other.range.lowerBound))
    }
    return places
  }

  /// The file with all lines of an entry moved.
  fileprivate func shifting(_ entry: Entry, by columns: Int, related: Set<Place>) -> Mutation {
    let lines = lines(of: entry)
    let first = line(lines.lowerBound)
    let edits = (first..<(first + text(lines).split(separator: "\n", omittingEmptySubsequences: false).count - 1))
      .compactMap { number -> Mutation.Edit? in
        let start = file.lineStarts[number - 1]
        guard !file.line(number).isEmpty else { return nil }
        return columns > 0
          ? .init(range: ByteRange(start, start), text: String(repeating: " ", count: columns))
          : .init(range: ByteRange(start, start - columns), text: "")
      }
    return Mutation(path, edits, related: related)
  }
}
