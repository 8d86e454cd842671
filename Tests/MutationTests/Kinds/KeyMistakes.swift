import GraphDiagnostics
import GraphYAML

/// Mistakes in keys that the language knows, and keys that are missing.
extension MutationKind {
  static let keys: [MutationKind] = [
    MutationKind(.keys, "a misspelled key", isMisspelling: true) { tree, _ in
      tree.knownKeys.compactMap { tree.misspelledKey($0, related: tree.owner($0)) }
    },
    MutationKind(.keys, "a key with a capital", isMisspelling: true) { tree, _ in
      tree.knownKeys.map { entry in
        tree.renaming(entry, to: entry.name.prefix(1).uppercased() + entry.name.dropFirst())
      }
    },
    MutationKind(.keys, "a key with '-' for '_'", isMisspelling: true) { tree, _ in
      tree.knownKeys.filter { $0.name.contains("_") }.map { entry in
        tree.renaming(entry, to: entry.name.map { $0 == "_" ? "-" : String($0) }.joined())
      }
    },
    MutationKind(.keys, "a key in camel case", isMisspelling: true) { tree, _ in
      tree.knownKeys.filter { $0.name.contains("_") }.map { entry in
        let parts = entry.name.split(separator: "_")
        let rest = parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
        return tree.renaming(entry, to: parts[0] + rest.joined())
      }
    },
    MutationKind(.keys, "a singular or plural for the other", isMisspelling: true) { tree, _ in
      tree.knownKeys.compactMap { entry in numbers[entry.name].map { tree.renaming(entry, to: $0) } }
    },
    MutationKind(.keys, "another tool's word for a key") { tree, _ in
      tree.knownKeys.compactMap { entry in synonyms[entry.name].map { tree.renaming(entry, to: $0) } }
    },
    MutationKind(.keys, "a key without its value") { tree, _ in
      tree.knownKeys.compactMap { entry in
        guard entry.text != "", !tree.isFlow(entry), let key = entry.key else { return nil }
        let end = max(key.span.range.upperBound + 1, entry.range.upperBound)
        return tree.replacing(
          ByteRange(key.span.range.upperBound + 1, end), with: "",
          related: tree.places(entry.range).union(tree.owner(entry)))
      }
    },
    MutationKind(.keys, "a key is missing that its place needs") { tree, project in
      tree.requiredKeys.compactMap { entry in
        let users =
          tree.isGraph ? project.mentions(of: entry.text ?? "", with: tree.path) : project.users(of: tree.path)
        // Without its type, a tool has keys that belong to none.
        let others =
          entry.name == "type"
          ? tree.siblings(of: entry).reduce(into: Set<Place>()) { $0.insert(tree.place($1.range.lowerBound)) } : []
        return tree.dropping(entry, related: tree.owner(entry).union(users).union(others))
      }
    },
  ]

  private static let numbers = [
    "nodes": "node", "edges": "edge", "tools": "tool", "variables": "variable", "routes": "route", "fields": "field",
    "stages": "stage", "items": "item", "candidates": "candidate", "parameters": "parameter", "tool": "tools",
    "prompt": "prompts", "defaults": "default", "condition": "conditions", "constraints": "constraint",
    "loop_limits": "loop_limit", "loop_exits": "loop_exit", "max_tokens": "max_token", "schema": "schemas",
  ]

  private static let synonyms = [
    "prompt": "template", "state_key": "output_key", "from": "source", "to": "target", "condition": "when",
    "max_tokens": "max_length", "variables": "inputs", "user": "human", "enum": "choices", "stream": "streaming",
    "tools": "functions", "edges": "links", "nodes": "steps", "state": "inputs", "output": "outputs",
    "default": "value", "type": "kind", "model": "llm", "routes": "branches", "command": "cmd", "over": "for_each",
    "collect": "results", "graph": "file", "description": "doc", "max_iterations": "max_steps", "reducer": "merge",
    "timeout": "max_time", "temperature": "temp", "system": "instructions", "schema": "response_format",
  ]
}

extension SourceTree.Entry {
  /// The key's text, or an empty one.
  var name: String { key?.value ?? "" }
}

extension SourceTree {
  /// The keys that are words of the language, and not names that the author chose.
  var knownKeys: [Entry] {
    let named: Set<String> = [
      "state", "nodes", "tools", "variables", "output", "args", "input_mapping", "output_mapping", "routes",
      "loop_limits", "loop_exits", "parameters", "exports", "data_files", "interrupt_output_mapping", "inputs",
    ]
    return entries.filter { entry in
      guard entry.key != nil else { return false }
      let path = entry.path
      let parent = path.dropLast().last ?? ""
      if path.contains("example") || path.contains("default") && path.last != "default" { return false }
      if path.contains("metadata") && path.last != "metadata" { return false }
      if parent == "fields" { return false }
      // `variables` of a graph and of a node hold names; so do the others, unless a node, tool or key is called so.
      if named.contains(parent) && (path.count == 2 || path.count == 4 || path.count == 5 || path.count == 6) {
        let isName = !(path.count == 3 && ["state", "nodes", "tools"].contains(path[0]))
        let isTopName =
          path.count == 2 && ["state", "nodes", "tools", "loop_limits", "loop_exits", "variables"].contains(parent)
        if path.count == 2 ? isTopName : isName { return false }
      }
      // An item of a pipeline has the fields that its author gives it, apart from its name.
      if path.count == 5 && path[2] == "items" { return path.last == "name" }
      return true
    }
  }

  /// The same entry under another key.
  fileprivate func renaming(_ entry: Entry, to name: some StringProtocol) -> Mutation {
    replacing(entry.key?.span.range ?? entry.range, with: String(name), related: owner(entry))
  }

  /// The line of what a key belongs to, where it is said that a key is missing.
  fileprivate func owner(_ entry: Entry) -> Set<Place> {
    guard let parent = parent(of: entry) else { return [place(root.span.range.lowerBound)] }
    return [place(parent.range.lowerBound), place(parent.value.span.range.lowerBound)]
  }

  /// The keys without which their place says nothing.
  fileprivate var requiredKeys: [Entry] {
    // An enumeration says what the values are.
    let prompt = ["user", "schema/fields", "schema/fields/*/type"].flatMap { self($0) }.filter { entry in
      parent(of: entry).flatMap { child("enum", of: $0) } == nil
    }
    guard isGraph else { return prompt }
    let graph = self(
      "nodes", "edges", "edges/#/from", "edges/#/to", "node:over", "node:as", "node:collect", "node:node",
      "node:candidates", "node:output", "node:graph", "node:start", "node:step", "node:index", "node:query",
      "node:items", "node:stages", "node:routes", "node:tool", "node:tools", "node:resume_key", "node:loop_until",
      "node:prompt", "node:user", "tools/*/path", "tools/*/function", "tools/*/command", "node:items/#/name",
      "node:stages/#/name", "tools/*/type", "nodes/*/type")
    return graph.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }
}
