package import GraphRuntime

/// The rules of a document, as a matcher of lists of words.
package struct EventGrammar {
  private indirect enum Rule {
    case word(String)
    case name(String)
    case sequence([Rule])
    case choice([Rule])
    case optional(Rule)
    case many(Rule)
  }

  private var rules: [String: Rule] = [:]

  /// Reads `name = … ;` with quoted words, names, `|`, `*` and `?`.
  package init(_ text: String) {
    for rule in text.split(separator: ";") {
      let sides = rule.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else { continue }
      let choices = sides[1].split(separator: "|").map { choice in
        Rule.sequence(choice.split(whereSeparator: \.isWhitespace).map { Self.item(String($0)) })
      }
      rules[String(sides[0]).filter { !$0.isWhitespace }] = choices.count == 1 ? choices[0] : .choice(choices)
    }
  }

  private static func item(_ text: String) -> Rule {
    if text.hasSuffix("?") { return .optional(item(String(text.dropLast()))) }
    if text.hasSuffix("*") { return .many(item(String(text.dropLast()))) }
    return text.hasPrefix("\"") ? .word(String(text.dropFirst().dropLast())) : .name(text)
  }

  /// Every quoted word.
  package var words: Set<String> { Set(rules.values.flatMap { Self.words(in: $0) }) }

  private static func words(in rule: Rule) -> [String] {
    switch rule {
    case .word(let word): [word]
    case .name: []
    case .sequence(let parts), .choice(let parts): parts.flatMap { words(in: $0) }
    case .optional(let part), .many(let part): words(in: part)
    }
  }

  /// Whether all of the words are what a rule says.
  package func matches(_ words: [String], _ name: String) -> Bool {
    ends(words, from: [0], .name(name)).contains(words.count)
  }

  /// The places at which a rule can end that begins at one of some places.
  private func ends(_ words: [String], from starts: Set<Int>, _ rule: Rule) -> Set<Int> {
    switch rule {
    case .word(let word): Set(starts.filter { $0 < words.count && words[$0] == word }.map { $0 + 1 })
    case .name(let name): rules[name].map { ends(words, from: starts, $0) } ?? []
    case .sequence(let parts): parts.reduce(starts) { ends(words, from: $0, $1) }
    case .choice(let parts): parts.reduce(into: []) { $0.formUnion(ends(words, from: starts, $1)) }
    case .optional(let part): starts.union(ends(words, from: starts, part))
    case .many(let part): repeated(words, starts, part)
    }
  }

  private func repeated(_ words: [String], _ starts: Set<Int>, _ part: Rule) -> Set<Int> {
    var all = starts
    var open = starts
    while !open.isEmpty {
      open = ends(words, from: open, part).subtracting(all)
      all.formUnion(open)
    }
    return all
  }
}

// MARK: - Logs

extension EventGrammar {
  /// The word that stands for an event.
  package static func word(_ event: GraphEvent) -> String {
    if case .retry(let retry) = event.kind, retry.scope == .call { return "call_retry" }
    return event.kind.name
  }

  /// What is wrong with a log, as far as the rules `log`, `visit` and `inner` say; nil where it obeys them.
  package func violation(in log: [GraphEvent]) -> String? {
    guard log.map(\.sequence) == Array(0..<log.count) else { return "the numbers have gaps" }
    let words = Self.withoutRepeatedTokens(Self.withoutMixing(log))
    guard matches(words, "log") else { return "no log: \(words.joined(separator: " "))" }
    for (path, words) in Self.visits(log) where !matches(Self.withoutRepeatedTokens(words), Self.rule(path)) {
      return "no visit of \(path.joined(separator: "/")): \(words.joined(separator: " "))"
    }
    return nil
  }

  private static func rule(_ path: [String]) -> String { isInner(path) ? "inner" : "visit" }

  /// Whether a path is one of a node inside a node, or of the work at an item.
  private static func isInner(_ path: [String]) -> Bool { path.count > 1 || path[0].hasSuffix("]") }

  /// The words of each node in each step of the run.
  private static func visits(_ log: [GraphEvent]) -> [(path: [String], words: [String])] {
    var visits: [[String]: [String]] = [:]
    var ended = 0
    for event in log {
      if case .stepFinished = event.kind { ended += 1 }
      guard !event.path.isEmpty else { continue }
      visits[["\(ended)"] + event.path, default: []].append(word(event))
    }
    return visits.map { (Array($0.key.dropFirst()), $0.value) }.sorted { $0.path.joined() < $1.path.joined() }
  }

  /// The words of a log, with those of each node in each step side by side.
  private static func withoutMixing(_ log: [GraphEvent]) -> [String] {
    var words: [String] = []
    var visits: [(path: [String], words: [String])] = []
    for event in log {
      guard event.path.isEmpty else {
        if isInner(event.path) { continue }
        if let index = visits.firstIndex(where: { $0.path == event.path }) {
          visits[index].words.append(word(event))
        } else {
          visits.append((event.path, [word(event)]))
        }
        continue
      }
      // It may come at any time while nodes are at work.
      if case .checkpointed = event.kind, !visits.isEmpty { continue }
      words += visits.flatMap(\.words) + [word(event)]
      visits = []
    }
    return words + visits.flatMap(\.words)
  }

  private static func withoutRepeatedTokens(_ words: [String]) -> [String] {
    words.indices.filter { $0 == 0 || words[$0] != "token" || words[$0 - 1] != "token" }.map { words[$0] }
  }
}
