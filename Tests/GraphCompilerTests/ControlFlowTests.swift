import GraphTestSupport
import Testing

/// What is proved of the way control takes: section 7.4 of the language.
@Suite struct ControlFlowTests {
  @Test(
    arguments: [
      Mistake(
        "GR0301", "no edge leaves START; add {from: START, to: a}",
        bad: "nodes: {a: {type: step}}\n1️⃣edges: [{from: a, to: END}]", good: graph()),
      Mistake(
        "GR0302", "node 'b' is never reached from START",
        bad: flow("START>a a>END b>END", before: ("b", "1️⃣")), good: flow("START>a a>b b>END")),
      Mistake(
        "GR0302", "node 'b' is never reached from START",
        bad: flow("START>a a>END b>c c>b", before: ("b", "1️⃣")), good: flow("START>a a>END")),
      Mistake(
        "GR0303", "no edge leaves node 'b'; add {from: b, to: END}",
        bad: flow("START>a a>b", before: ("b", "1️⃣")), good: flow("START>a a>b b>END")),
      Mistake(
        "GR0304", "node 'a' leads to itself without end",
        bad: flow("START>a a>a", before: ("a", "1️⃣")), good: flow("START>a a>a?k_a<3 a>END")),
      Mistake(
        "GR0304", "the nodes 'a', 'c', 'b' form a cycle without an end",
        bad: flow("START>a a>c c>b b>a", before: ("a", "1️⃣")), good: flow("START>a a>c c>b b>a?k_b<3 b>END")),
      // A branch beside the cycle ends, the cycle does not.
      Mistake(
        "GR0304", "the nodes 'a', 'b' form a cycle without an end",
        bad: flow("START>a a>b,c b>a c>END", before: ("a", "1️⃣")), good: flow("START>a a>b,c b>a?n<3 b>END c>END")),
      // Both ways of a choice lead back.
      Mistake(
        "GR0304", "the nodes 'a', 'b' form a cycle without an end",
        bad: flow("START>a a>b?n<3 a>c b>a c>a", before: ("a", "1️⃣")), good: flow("START>a a>b?k_a<3 a>c b>a c>END")),
      // A limit lets go over the plain edge, which leads back.
      Mistake(
        "GR0304", "the nodes 'a', 'b' form a cycle without an end",
        bad: flow("START>a a>b b>a", "loop_limits: {a: 3}", before: ("a", "1️⃣")),
        good: flow("START>a a>b b>a", "loop_limits: {a: 3}\nloop_exits: {a: END}")),
      Mistake(
        "GR0304", "the nodes 'a', 'b', 'd' form a cycle without an end",
        bad: flow("START>a a>b,c b+c>d d>a", before: ("a", "1️⃣")),
        good: flow("START>a a>b,c b+c>d d>a?n<3 d>END")),
      Mistake(
        "GR0305", "the edge waits for 'b', which is never reached, and so is never followed",
        bad: flow("START>a a>END b>END a+b>c c>END", before: ("[a, b]", "1️⃣"), nodes: "a b c", atList: true),
        good: flow("START>a,b a>END b>END a+b>c c>END")),
      Mistake(
        "GR0305", "the edge waits for 'c', which runs only after 'c', and so is never followed",
        bad: flow("START>a a+c>c a>END c>END", before: ("[a, c]", "1️⃣"), atList: true),
        good: flow("START>a,c a>END c>END")),
      Mistake(
        "GR0305", "the edge waits for 'd', which runs only after 'c', and so is never followed",
        bad: flow("START>a a+d>c c>d d>END", before: ("[a, d]", "1️⃣"), atList: true),
        good: flow("START>a,d a+d>c c>END")),
      Mistake(
        "GR0305", "the edge waits for 'a', 'b', of which only one is ever run, and so is never followed",
        bad: flow("START>a?n<3 START>b a+b>c c>END", before: ("[a, b]", "1️⃣"), atList: true),
        good: flow("START>a,b a+b>c c>END")),
      Mistake(
        "GR0305", "the edge waits for 'c', 'e', of which only one is ever run, and so is never followed",
        bad: flow("START>a a>b?n<3 a>d b>c d>e c+e>f f>END", before: ("[c, e]", "1️⃣"), atList: true),
        good: flow("START>a a>b,d b>c d>e c+e>f f>END")),
      // The choice is made once, after both branches of a fan-out.
      Mistake(
        "GR0305", "the edge waits for 'c', 'd', of which only one is ever run, and so is never followed",
        bad: flow("START>a,b a+b>e e>c?n<3 e>d c+d>f f>END", before: ("[c, d]", "1️⃣"), atList: true),
        good: flow("START>a,b a+b>e e>c,d c+d>f f>END")),
      Mistake(
        "GR0306", "condition 'n > 5' is never looked at, because one before it always holds",
        bad: flow("START>a?n<3 START>b?n>=3 START>c?1️⃣n>5 a>END b>END c>END"),
        good: flow("START>a?n<3 START>b?n>=5 START>c a>END b>END c>END")),
      Mistake(
        "GR0306", "condition 'n < 3' never holds here, because the same one stands before it",
        bad: flow("START>a?n<3 START>b?1️⃣n<3 START>END a>END b>END"),
        good: flow("START>a?n<3 START>b?n<4 START>END a>END b>END")),
      Mistake(
        "GR0307", "condition 'false' never holds",
        bad: flow("START>b?1️⃣false START>a a>END b>END"), good: flow("START>b?n==1 START>a a>END b>END")),
      Mistake(
        "GR0308", "this \"else\" is never taken, because one of the conditions always holds",
        bad: flow(
          "START>a?n<3 START>b?n>=3 START>c a>END b>END c>END", before: ("{from: START, to: c", "1️⃣"), atList: true),
        good: flow("START>a?n<3 START>b?n>3 START>c a>END b>END c>END")),
      Mistake(
        "GR0308", "this \"else\" is never taken, because one of the conditions always holds",
        bad: flow(
          "START>a?n==1 START>b?n!=1.0 START>c a>END b>END c>END", before: ("{from: START, to: c", "1️⃣"), atList: true),
        good: flow("START>a?n==1 START>b?n!=2 START>c a>END b>END c>END")),
      Mistake(
        "GR0308", "this \"else\" is never taken, because one of the conditions always holds",
        bad: flow(
          "START>a?n START>b?not_n START>c a>END b>END c>END", before: ("{from: START, to: c", "1️⃣"), atList: true),
        good: flow("START>a?n START>c a>END c>END")),
      Mistake(
        "GR0309", "no condition holds when 'n' is 1; add an edge without a condition as the \"else\"",
        bad: flow("START>a?n<1 START>b?1️⃣n>1 a>END b>END"), good: flow("START>a?n<1 START>b?n>=1 a>END b>END")),
      Mistake(
        "GR0309",
        "no condition holds when 'n' is at least 3 and below 7; add an edge without a condition as the \"else\"",
        bad: flow("START>a?n<3 START>b?1️⃣n>=7 a>END b>END"),
        // Between 2 and 3 there is no integer, and nothing says that it is a fraction.
        good: flow("START>a?n<=2 START>b?n>=3 a>END b>END")),
    ])
  func `a flaw of control flow is one diagnostic`(mistake: Mistake) { mistake.check() }

  @Test(
    arguments: [
      // A node may be reached twice, so that a choice after it may go both ways.
      "START>a a>b,c c>b b>d?n<3 b>e d+e>f f>END",
      // A choice on a cycle may go both ways in turn.
      "START>a a>b?n<3 a>c b>d c>d d>a?n<9 d>END b+c>e e>END",
      // Sources that are conditional, but on choices of their own.
      "START>a,b a>c?n<3 a>END b>d?n<3 b>END c+d>e e>END",
      // One source is reached on both ways.
      "START>a a>b?n<3 a>c b>d c>d b+d>e e>END",
      "START>a,b a+b>c c>END",
      "START>a a>b,c b>d b+d>e c>e e>END",
      // A join in a loop, whose choice comes after it.
      "START>a a>b,c b+c>d d>a?n<3 d>END",
      "START>a a>a?k_a<3 a>END",
      "START>END START>a?n<3 a>END",
      "START>a,b a>END b>END",
      // A loop that a limit alone ends, by way of END.
      "START>a a>b?k_a<3 a>END b>a",
    ])
  func `what is right is not reported`(edges: String) {
    #expect(diagnostics(flow(edges)) == [])
  }

  @Test func `an else that a loop limit takes is not dead`() {
    #expect(
      diagnostics(flow("START>a a>a?n<3 a>b?n>=3 a>c b>END c>END", "loop_limits: {a: 5}")) == [])
  }

  @Test func `a loop limit without an exit ends a loop of conditions`() {
    #expect(diagnostics(flow("START>a a>a?n<3 a>b?n>=3 b>a", "loop_limits: {a: 5}")) == [])
  }

  @Test func `a loop exit that leads back into the loop ends nothing`() {
    let text = flow("START>a a>b b>a", "loop_limits: {a: 5}\nloop_exits: {a: b}")
    #expect(diagnostics(text).map(\.code) == ["GR0304"])
  }

  @Test func `each of several unreached parts is reported once, at its first node`() {
    let text = flow("START>a a>END b>c c>d d>END e>f f>e")
    #expect(
      diagnostics(text).map(\.message) == [
        "node 'b' is never reached from START", "node 'e' is never reached from START",
      ])
  }

  @Test func `a broken edge hides what it might have led to`() {
    let text = graph(
      nodes: "a: {type: step}\nb: {type: step}",
      edges: "- {from: START, to: a}\n- {from: a, to: {}}\n- {from: b, to: END}")
    #expect(diagnostics(text).map(\.code) == ["GR0102"])
  }

  @Test func `every endless cycle is reported, and what only leads to one is not`() {
    let text = flow("START>a,b a>c c>d d>c b>e e>e")
    #expect(
      diagnostics(text).map(\.message) == [
        "the nodes 'c', 'd' form a cycle without an end", "node 'e' leads to itself without end",
      ])
  }
}

/// A graph of `step` nodes written as `START>a a>b,c?n<3 b+c>END`: sources that are waited for are joined with `+`.
///
/// - Parameter before: A name before whose line under `nodes`, or before whose first place in the text, a marker is put.
func flow(
  _ edges: String, _ top: String = "", before: (text: String, marker: String)? = nil, nodes: String? = nil,
  atList: Bool = false
) -> String {
  var names: [String] = nodes.map { $0.split(separator: " ").map(String.init) } ?? []
  var lines: [String] = []
  for edge in edges.split(separator: " ") {
    let parts = edge.split(separator: ">", maxSplits: 1)
    let ends = parts[1].split(separator: "?", maxSplits: 1)
    let sources = parts[0].split(separator: "+").map(String.init)
    let targets = ends[0].split(separator: ",").map(String.init)
    for name in sources + targets where !["START", "END"].contains(name) && !names.contains(name) { names.append(name) }
    func list(_ names: [String]) -> String { names.count == 1 ? names[0] : "[\(names.joined(separator: ", "))]" }
    let condition = ends.count > 1 ? ", condition: \"\(spaced(ends[1]))\"" : ""
    lines.append("- {from: \(list(sources)), to: \(list(targets))\(condition)}")
  }
  names.sort()
  let keys = names.map { name in
    (before?.text == name && !atList ? before?.marker ?? "" : "") + "\(name): {type: step, state_key: k_\(name)}"
  }
  var text = graph(
    (top.isEmpty ? "" : top + "\n") + "state: {n: any}", nodes: keys.joined(separator: "\n"),
    edges: lines.joined(separator: "\n"))
  if atList, let before, let range = text.firstRange(of: before.text) {
    let bracket = before.text.hasPrefix("[") ? 1 : 0
    text.insert(contentsOf: before.marker, at: text.index(range.lowerBound, offsetBy: bracket))
  }
  return text
}

/// A condition as people write it: `n<3` with spaces, `not_n` as `not n`.
private func spaced(_ condition: Substring) -> String {
  var text = condition.replacing("not_", with: "not ")
  for comparison in ["<=", ">=", "==", "!=", "<", ">"] where text.contains(comparison) {
    text = text.replacing(comparison, with: " \(comparison) ")
    break
  }
  return String(text)
}
