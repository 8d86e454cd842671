/// The rules of a document, as a matcher of lists of words.
struct EventGrammar {
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
  init(_ text: String) {
    for rule in text.split(separator: ";") {
      let sides = rule.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else { continue }
      let choices = sides[1].split(separator: "|").map { choice in
        Rule.sequence(choice.split(whereSeparator: \.isWhitespace).map { Self.item(String($0)) })
      }
      rules[String(sides[0]).trimmed] = choices.count == 1 ? choices[0] : .choice(choices)
    }
  }

  private static func item(_ text: String) -> Rule {
    if text.hasSuffix("?") { return .optional(item(String(text.dropLast()))) }
    if text.hasSuffix("*") { return .many(item(String(text.dropLast()))) }
    return text.hasPrefix("\"") ? .word(String(text.dropFirst().dropLast())) : .name(text)
  }

  /// Every quoted word.
  var words: Set<String> { Set(rules.values.flatMap { Self.words(in: $0) }) }

  private static func words(in rule: Rule) -> [String] {
    switch rule {
    case .word(let word): [word]
    case .name: []
    case .sequence(let parts), .choice(let parts): parts.flatMap { words(in: $0) }
    case .optional(let part), .many(let part): words(in: part)
    }
  }

  /// Whether all of the words are what a rule says.
  func matches(_ words: [String], _ name: String) -> Bool {
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
