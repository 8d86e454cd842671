import GraphDiagnostics
import GraphRuntime
import GraphTestSupport
import Testing

/// What is proved of the conditions of one node's edges.
@Suite(.timeLimit(.minutes(10))) struct ConditionTests {
  @Test(
    arguments: [
      Mistake(
        "GR0306", "condition 'n > 5' never holds here, because one before it holds whenever it does",
        bad: choice("n: any", ["n > 3", "1️⃣n > 5"], hasElse: true),
        good: choice("n: any", ["n > 5", "n > 3"], hasElse: true)),
      Mistake(
        "GR0306", "condition 'n == 4' never holds here, because one before it holds whenever it does",
        bad: choice("n: any", ["n in [1, 4]", "n > 9", "1️⃣n == 4"], hasElse: true),
        good: choice("n: any", ["n in [1, 3]", "n > 9", "n == 4"], hasElse: true)),
      Mistake(
        "GR0307", "condition 'n > 5 and n < 3' never holds",
        bad: choice("n: any", ["1️⃣n > 5 and n < 3"], hasElse: true),
        good: choice("n: any", ["n > 3 and n < 5"], hasElse: true)),
      Mistake(
        "GR0307", "condition 'n == 'a' and n == 'b'' never holds",
        bad: choice("n: any", ["1️⃣n == 'a' and n == 'b'"], hasElse: true),
        good: choice("n: any", ["n == 'a' or n == 'b'"], hasElse: true)),
      Mistake(
        "GR0307", "condition '(n > 5 or n == 9) and (n < 3)' never holds",
        bad: choice("n: any", ["1️⃣(n > 5 or n == 9) and (n < 3)"], hasElse: true),
        good: choice("n: any", ["(n > 5 or n == 9) and (n > 3)"], hasElse: true)),
      Mistake(
        "GR0310", "condition 'n > 3 or n <= 3' always holds; an edge that is always taken needs none",
        bad: choice("n: any", ["1️⃣n > 3 or n <= 3"]), good: choice("n: any", ["n > 3 or n < 3"], hasElse: true)),
      Mistake(
        "GR0310", "condition 'true' always holds; an edge that is always taken needs none",
        bad: choice("n: any", ["n == 1", "1️⃣true"]), good: choice("n: any", ["n == 1"], hasElse: true)),
      Mistake(
        "GR0309", "no condition holds when 'n' is false; add an edge without a condition as the \"else\"",
        bad: choice("n: bool", ["1️⃣n"]), good: choice("n: bool", ["n", "not n"])),
      Mistake(
        "GR0309", "no condition holds when 'n' is false or empty; add an edge without a condition as the \"else\"",
        bad: choice("n: any", ["1️⃣n"]), good: choice("n: any", ["n"], hasElse: true)),
      Mistake(
        "GR0309", "no condition holds when 'n' is below 0; add an edge without a condition as the \"else\"",
        bad: choice("n: int", ["n >= 5", "1️⃣0 <= n < 5"]), good: choice("n: int", ["n >= 5", "n < 5"])),
      Mistake(
        "GR0309",
        "no condition holds when 'n' is at least 0.5 and at most 0.7; add an edge without a condition as the \"else\"",
        bad: choice("n: float", ["n < 0.5", "1️⃣n > 0.7"]), good: choice("n: float", ["n < 0.5", "n >= 0.5"])),
      Mistake(
        "GR0309", "no condition holds when 'n' is anything but 'a'; add an edge without a condition as the \"else\"",
        bad: choice("n: str", ["1️⃣n == 'a'"]), good: choice("n: str", ["n == 'a'", "n != 'a'"])),
      Mistake(
        "GR0309", "no condition holds when 'n' is none of 'a', 'b'; add an edge without a condition as the \"else\"",
        bad: choice("n: str", ["n == 'a'", "1️⃣n == 'b'"]),
        good: choice("n: str", ["n == 'a'", "n == 'b'"], hasElse: true)),
      // What nodes write is all that there is.
      Mistake(
        "GR0309", "no condition holds when 'x' is 'c'; add an edge without a condition as the \"else\"",
        bad: written(["a", "b", "c"], ["x == 'a'", "1️⃣x == 'b'"]), good: written(["a", "b"], ["x == 'a'", "x == 'b'"])),
    ])
  func `a flaw of conditions is one diagnostic`(mistake: Mistake) { mistake.check() }

  @Test(
    arguments: [
      choice("n: any, m: any", ["n < 3", "m > 5"]), choice("n: any", ["n == null", "n != null"]),
      choice("n: any", ["n != null"]), choice("n: any", ["len(n) > 3"]), choice("n: int", ["n <= 2", "n >= 3"]),
      choice("n: any", ["_loop_limit_reached"]),
    ])
  func `where it would be a guess, nothing is said`(text: String) { #expect(diagnostics(text) == [], "\(text)") }

  @Test(arguments: 0..<150)
  func `what is said of conditions is what the engine does`(seed: UInt64) async throws {
    var random = SeededGenerator(seed)
    let conditions = (0..<Int.random(in: 1...4, using: &random)).map { _ in condition(2, &random) }
    let hasElse = Int.random(in: 0..<3, using: &random) == 0
    let text = choice("n: int", conditions, hasElse: hasElse)
    let found = diagnostics(text)
    var taken: Set<String> = []
    var hasGap = false
    for n in -3...9 {
      let trace = try await Trace(text, ["n": .int(n)])
      if let node = trace.started.first { taken.insert(node) }
      hasGap = hasGap || trace.error?.code == .noConditionHeld
    }
    // Where no condition ever holds, that is said of each of them.
    if found.count(where: { $0.code == "GR0307" }) < conditions.count {
      #expect(found.contains { $0.code == "GR0309" } == hasGap, "seed \(seed): \(found)\n\(text)")
    }
    // Each edge has a line of its own.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for diagnostic in found where ["GR0306", "GR0307", "GR0308"].contains(diagnostic.code) {
      let line = lines[(diagnostic.location?.line ?? 1) - 1]
      let node = line.firstRange(of: "to: ").map { line[$0.upperBound...].prefix { $0.isLetter || $0.isNumber } }
      #expect(!taken.contains(String(node ?? "")), "seed \(seed): \(diagnostic)\n\(text)")
    }
  }

  /// A condition on 'n' of comparisons with small integers.
  private func condition(_ depth: Int, _ random: inout SeededGenerator) -> String {
    func number() -> Int { Int.random(in: 0...5, using: &random) }
    switch Int.random(in: 0..<(depth > 0 ? 8 : 4), using: &random) {
    case 0, 1:
      return "n \(["<", "<=", ">", ">=", "==", "!="].randomElement(using: &random) ?? "<") \(number())"
    case 2: return "\(number()) < n <= \(number())"
    case 3: return "n in [\(number()), \(number())]"
    case 4: return "not (\(condition(depth - 1, &random)))"
    case 5: return "(\(condition(depth - 1, &random))) or (\(condition(depth - 1, &random)))"
    default: return "(\(condition(depth - 1, &random))) and (\(condition(depth - 1, &random)))"
    }
  }
}

/// A graph whose START chooses by conditions, each of which leads to a node of its own.
private func choice(_ state: String, _ conditions: [String], hasElse: Bool = false) -> String {
  let names = conditions.indices.map { "a\($0)" } + (hasElse ? ["last"] : [])
  var edges = zip(names, conditions).map { "- {from: START, to: \($0), condition: \"\($1)\"}" }
  if hasElse { edges.append("- {from: START, to: last}") }
  edges += names.map { "- {from: \($0), to: END}" }
  return graph(
    "state: {\(state)}", nodes: names.map { "\($0): {type: step}" }.joined(separator: "\n"),
    edges: edges.joined(separator: "\n"))
}

/// A graph in which one of several nodes writes a constant to 'x', by which control then goes on.
private func written(_ values: [String], _ conditions: [String]) -> String {
  var nodes = values.map { "w\($0): {type: passthrough, output: {x: \($0)}}" }
  nodes += [
    "r: {type: router, user: which?, provider: scripted, routes: {\(values.map { "\($0): w\($0)" }.joined(separator: ", "))}}"
  ]
  nodes += ["c: {type: step}", "d: {type: step}"]
  var edges = [
    "- {from: START, to: r}",
    "- {from: r, to: [\(values.map { "w\($0)" }.joined(separator: ", "))], type: conditional}",
  ]
  edges += values.map { "- {from: w\($0), to: c}" }
  edges += conditions.enumerated().map { "- {from: c, to: \($0 == 0 ? "d" : "END"), condition: \"\($1)\"}" }
  return graph(nodes: nodes.joined(separator: "\n"), edges: (edges + ["- {from: d, to: END}"]).joined(separator: "\n"))
}
