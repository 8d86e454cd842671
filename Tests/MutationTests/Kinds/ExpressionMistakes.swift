import GraphDiagnostics
import GraphYAML

/// Mistakes inside conditions and values in braces.
extension MutationKind {
  static let expressions: [MutationKind] = [
    MutationKind(.expressions, "'=' for '=='") { tree, _ in
      tree.code.flatMap(\.comparisons).filter { tree.text($0) == "==" }.map { tree.replacing($0, with: "=") }
    },
    MutationKind(.expressions, "'===' for '=='") { tree, _ in
      tree.code.flatMap(\.comparisons).filter { tree.text($0) == "==" }.map { tree.replacing($0, with: "===") }
    },
    MutationKind(.expressions, "'=>' for '>='") { tree, _ in
      tree.code.flatMap(\.comparisons).filter { [">=", "<="].contains(tree.text($0)) }.map {
        tree.replacing($0, with: tree.text($0) == ">=" ? "=>" : "=<")
      }
    },
    MutationKind(.expressions, "a comparison in words") { tree, _ in
      tree.code.flatMap(\.comparisons).map { range in
        let words = ["==": "equals", ">=": "is at least", "<=": "is at most", ">": "is more than", "<": "is less than"]
        return tree.replacing(range, with: words[tree.text(range)] ?? "is")
      }
    },
    MutationKind(.expressions, "'&&' or '||' in a condition") { tree, _ in
      tree.conditions.map { tree.inserting(" && true", at: $0.upperBound) }
    },
    MutationKind(.expressions, "'!' in a condition") { tree, _ in
      tree.conditions.map { range in
        Mutation(
          tree.path,
          [
            .init(range: ByteRange(range.lowerBound, range.lowerBound), text: "\"!("),
            .init(range: ByteRange(range.upperBound, range.upperBound), text: ")\""),
          ])
      }
    },
    MutationKind(.expressions, "text without its quotes") { tree, _ in
      tree.code.flatMap(\.strings).filter { tree.text($0).dropFirst().first?.isLetter == true }.map { range in
        Mutation(
          tree.path,
          [
            .init(range: ByteRange(range.lowerBound, range.lowerBound + 1), text: ""),
            .init(range: ByteRange(range.upperBound - 1, range.upperBound), text: ""),
          ])
      }
    },
    MutationKind(.expressions, "a number in quotes in a comparison") { tree, _ in
      tree.conditions.flatMap { CodePlaces(tree.file, $0).numbers }.map {
        tree.replacing($0, with: "'\(tree.text($0))'")
      }
    },
    MutationKind(.expressions, "text compared with a number") { tree, _ in
      tree.conditions.flatMap { CodePlaces(tree.file, $0).strings }.map { tree.replacing($0, with: "3") }
    },
    MutationKind(.expressions, "a misspelled function", isMisspelling: true) { tree, _ in
      tree.code.flatMap(\.functions).compactMap { tree.misspelling($0) }
    },
    MutationKind(.expressions, "a function of another language") { tree, _ in
      tree.code.flatMap(\.functions).compactMap { range in
        let words = ["len": "size", "join": "concat", "max": "maximum", "min": "minimum"]
        return words[tree.text(range)].map { tree.replacing(range, with: $0) }
      }
    },
    MutationKind(.expressions, "an argument that is missing") { tree, _ in
      tree.code.flatMap(\.functions).compactMap { range in
        let start = range.upperBound + 1
        var depth = 1
        var end = start
        while depth > 0, end < tree.file.bytes.count {
          if tree.file.bytes[end] == UInt8(ascii: "(") { depth += 1 }
          if tree.file.bytes[end] == UInt8(ascii: ")") { depth -= 1 }
          end += 1
        }
        return tree.replacing(ByteRange(start, end - 1), with: "")
      }
    },
    MutationKind(.expressions, "a bracket that is not closed") { tree, _ in
      tree.code.flatMap(\.closings).map { tree.replacing($0, with: "") }
    },
    MutationKind(.expressions, "a quote in an expression that is not closed") { tree, _ in
      tree.code.flatMap(\.strings).map { tree.replacing(ByteRange($0.upperBound - 1, $0.upperBound), with: "") }
    },
    MutationKind(.expressions, "a comparison with nothing behind it") { tree, _ in
      tree.conditions.compactMap { range in
        guard let last = CodePlaces(tree.file, range).comparisons.last else { return nil }
        return tree.replacing(ByteRange(last.upperBound, range.upperBound), with: "")
      }
    },
    MutationKind(.expressions, "braces around a condition") { tree, _ in
      tree.conditions.map { range in
        Mutation(
          tree.path,
          [
            .init(range: ByteRange(range.lowerBound, range.lowerBound), text: "\"{"),
            .init(range: ByteRange(range.upperBound, range.upperBound), text: "}\""),
          ])
      }
    },
    MutationKind(.expressions, "a value's brace that is not closed") { tree, _ in
      tree.values.map { tree.replacing(ByteRange($0.outer.upperBound - 1, $0.outer.upperBound), with: "") }
    },
    MutationKind(.expressions, "a value's brace that is not opened") { tree, _ in
      tree.values.map { tree.replacing(ByteRange($0.outer.lowerBound, $0.outer.lowerBound + 1), with: "") }
    },
    MutationKind(.expressions, "no braces around a value") { tree, project in
      tree.wholeValues.map { braces in
        tree.replacing(braces.outer, with: tree.text(braces.inner), related: tree.sources(of: braces, project))
      }
    },
    MutationKind(.expressions, "double braces around a value") { tree, project in
      tree.values.map { braces in
        Mutation(
          tree.path,
          [
            .init(range: ByteRange(braces.outer.lowerBound, braces.outer.lowerBound), text: "{"),
            .init(range: ByteRange(braces.outer.upperBound, braces.outer.upperBound), text: "}"),
          ], related: tree.sources(of: braces, project))
      }
    },
    MutationKind(.expressions, "'$' before a value's braces") { tree, project in
      tree.values.map { braces in
        tree.inserting("$", at: braces.outer.lowerBound, related: tree.sources(of: braces, project))
      }
    },
    MutationKind(.expressions, "quotes inside a value's braces") { tree, project in
      tree.wholeValues.filter { CodePlaces(tree.file, $0.inner).strings.isEmpty }.map { braces in
        tree.replacing(
          braces.inner, with: "'\(tree.text(braces.inner))'", related: tree.sources(of: braces, project))
      }
    },
  ]
}

extension SourceTree {
  /// The lines with the names that a value is made of: that nothing reads them may be reported there.
  fileprivate func sources(of braces: Braces, _ project: ProjectSource) -> Set<Place> {
    var places: Set<Place> = []
    for name in CodePlaces(file, braces.inner).paths.compactMap(\.last) {
      places.formUnion(project.mentions(of: text(name), with: path))
    }
    return places
  }

  /// What stands in each expression.
  fileprivate var code: [CodePlaces] { expressions.map { CodePlaces(file, $0) } }

  /// The conditions of edges.
  fileprivate var conditions: [ByteRange] { self("edges/#/condition", "node:loop_until").map { inner($0.value) } }

  /// The parts of values that stand in braces.
  fileprivate var values: [Braces] {
    let inside = expressions
    return entries.filter { $0.value.scalar != nil }.flatMap { Braces.all(in: file, inner($0.value)) }.filter {
      braces in
      inside.contains { $0 == braces.inner }
    }
  }

  /// Those that are the whole value.
  fileprivate var wholeValues: [Braces] {
    let whole = Set(entries.filter { $0.value.scalar != nil }.map { inner($0.value) })
    return values.filter { whole.contains($0.outer) }
  }
}
