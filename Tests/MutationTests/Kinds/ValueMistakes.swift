import GraphDiagnostics
import GraphYAML

/// Values of the wrong type, out of range, or that are no word of the language.
extension MutationKind {
  static let values: [MutationKind] = [
    MutationKind(.values, "a misspelled node type", isMisspelling: true) { tree, _ in
      tree("nodes/*/type", "nodes/*/node/type", "nodes/*/stages/#/type").compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.values, "a misspelled tool type", isMisspelling: true) { tree, _ in
      tree("tools/*/type").compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.values, "a misspelled word of a fixed set", isMisspelling: true) { tree, _ in
      tree(
        "edges/#/type", "state/*/reducer", "node:on_overflow", "node:on_error", "node:on_limit", "node:mode",
        "checkpointer", "checkpointer/type"
      ).compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.values, "a misspelled provider", isMisspelling: true) { tree, _ in
      tree("defaults/provider", "node:provider", "node:candidates/#/provider", "provider").compactMap {
        tree.misspelledValue($0)
      }
    },
    MutationKind(.values, "a misspelled true or false", isMisspelling: true) { tree, _ in
      tree.booleans.compactMap { tree.misspelledValue($0) }
    },
    MutationKind(.values, "yes or no for true or false") { tree, _ in
      tree.booleans.map { tree.replacing($0.value.span, with: $0.text == "true" ? "yes" : "no") }
    },
    MutationKind(.values, "a number in quotes") { tree, _ in
      tree.numbers.map { tree.replacing($0.value.span, with: "\"\($0.text ?? "")\"") }
    },
    MutationKind(.values, "a number with a unit or in words") { tree, _ in
      tree.numbers.map { entry in
        let text = entry.text ?? ""
        return tree.replacing(entry.value.span, with: text.count > 1 ? "\(text) tokens" : words[text] ?? "\(text)x")
      }
    },
    MutationKind(.values, "a negative number") { tree, _ in
      tree.counts.filter { $0.text != "0" }.map { tree.inserting("-", at: $0.value.span.range.lowerBound) }
    },
    MutationKind(.values, "a fraction for a whole number") { tree, _ in
      tree.counts.filter { $0.text?.contains(".") == false && $0.name != "temperature" }.map {
        tree.inserting(".5", at: $0.value.span.range.upperBound)
      }
    },
    MutationKind(.values, "a number far out of its range") { tree, _ in
      tree.numbers.filter { ["temperature", "min_success"].contains($0.name) }.map {
        tree.replacing($0.value.span, with: "20")
      }
    },
    MutationKind(.values, "a duration with a unit that is none") { tree, _ in
      tree("node:timeout", "config/timeout").map { entry in
        tree.replacing(entry.value.span, with: "\((entry.text ?? "").prefix { $0.isNumber })x")
      }
    },
    MutationKind(.values, "a version that is none") { tree, _ in
      tree("version").map { tree.replacing($0.value.span, with: "\"2.0\"") }
    },
    MutationKind(.values, "a list where one value belongs") { tree, _ in
      tree(
        "node:type", "node:prompt", "node:state_key", "node:tool", "node:over", "node:as", "node:collect",
        "node:route_field", "node:default_route", "node:graph", "edges/#/condition", "tools/*/command",
        "tools/*/function", "state/*/type", "user"
      ).filter { $0.value.scalar?.style != .literal }.map { entry in
        tree.replacing(entry.value.span, with: "[\(tree.text(entry.value.span.range))]")
      }
    },
    MutationKind(.values, "a list without its brackets") { tree, project in
      tree.entries.filter { $0.key != nil && $0.value.sequence != nil && tree.text($0.value.span.range).hasPrefix("[") }
        .map { entry in
          let range = entry.value.span.range
          return Mutation(
            tree.path,
            [
              .init(range: ByteRange(range.lowerBound, range.lowerBound + 1), text: ""),
              .init(range: ByteRange(range.upperBound - 1, range.upperBound), text: ""),
            ], related: project.users(of: tree.children(of: entry), in: tree))
        }
    },
    MutationKind(.values, "a list of mappings where a mapping belongs") { tree, _ in
      tree("state", "nodes", "tools", "node:variables", "node:output", "node:routes", "schema/fields").compactMap {
        entry in
        let children = tree.children(of: entry)
        guard !children.isEmpty, children.allSatisfy({ tree.indent($0.range.lowerBound) != nil }) else { return nil }
        // Each key gets a dash, which keeps what is below it below it.
        let edits = children.map { child in
          Mutation.Edit(range: ByteRange(child.range.lowerBound - 2, child.range.lowerBound), text: "- ")
        }
        return Mutation(tree.path, edits, related: tree.places(entry.range))
      }
    },
    MutationKind(.values, "text where a mapping belongs") { tree, _ in
      tree("node:variables", "node:output", "node:retry", "node:routes", "state/*", "config", "defaults").filter {
        $0.value.mapping != nil && tree.text($0.value.span.range).hasPrefix("{") == false
      }.map { entry in
        tree.replacing(
          ByteRange(entry.key?.span.range.upperBound ?? 0, entry.range.upperBound), with: ": something",
          related: tree.places(entry.range))
      }
    },
  ]

  private static let words = [
    "0": "none", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six",
    "7": "seven", "8": "eight",
  ]
}

extension SourceTree {
  /// Values that are true or false.
  fileprivate var booleans: [Entry] {
    entries.filter { if case .bool = $0.value.scalar?.resolved { true } else { false } }
  }

  /// Numbers that count something, and so are whole and not negative: no defaults, bounds and fields of items.
  fileprivate var counts: [Entry] {
    numbers.filter { $0.name != "default" && !$0.path.contains("constraints") && !$0.path.contains("items") }
  }

  /// Numbers that are settings: those of keys that the language knows.
  fileprivate var numbers: [Entry] {
    entries.filter { entry in
      guard entry.key != nil, entry.path.last != "default" || entry.path.count == 3 else { return false }
      switch entry.value.scalar?.resolved {
      case .int, .double: return true
      default: return false
      }
    }
  }
}
