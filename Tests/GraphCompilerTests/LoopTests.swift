import GraphTestSupport
import Testing

/// Loops that go on for ever once they come round, and ends that end nothing.
@Suite(.timeLimit(.minutes(5)))
struct LoopTests {
  @Test(
    arguments: [
      Mistake(
        "GR0332", "the loop of 'a' never ends once it comes round: nothing in it writes 'n'",
        bad: flow("START>a a>a?1️⃣n<3 a>END"), good: flow("START>a a>a?k_a<3 a>END")),
      Mistake(
        "GR0332", "the loop of 'a', 'b' never ends once it comes round: nothing in it writes 'n'",
        bad: flow("START>a a>b b>END?1️⃣n<3 b>a"), good: flow("START>a a>b b>END?k_a<3 b>a")),
      Mistake(
        "GR0333", "the loop limit of 'a' does not end its loop",
        bad: flow("START>a a>END?k_a<3 a>b b>a", "loop_limits: {1️⃣a: 3}"),
        good: flow("START>a a>END?k_a<3 a>b b>a", "loop_limits: {a: 3}\nloop_exits: {a: END}")),
      // At the limit, the choice behind it comes out as it did before.
      Mistake(
        "GR0333", "the loop limit of 'a' does not end its loop",
        bad: flow("START>a a>b b>END?k_a<3 b>a", "loop_limits: {1️⃣a: 3}"),
        good: flow("START>a a>b b>END?k_b<3 b>a", "loop_limits: {a: 3}")),
      Mistake(
        "GR0334", "END changes nothing here, because 'a' goes on to 'b' all the same",
        bad: flow("START>a a>b,END b>END", before: ("END]", "1️⃣"), atList: true), good: flow("START>a a>b b>END")),
      Mistake(
        "GR0334", "END changes nothing here, because 'a' goes on to 'b' all the same",
        bad: flow("START>a a>END a>b b>END", before: ("END}", "1️⃣"), atList: true),
        good: flow("START>a a>END?n<3 a>b b>END")),
    ])
  func `a loop or an end that ends nothing is one diagnostic`(mistake: Mistake) { mistake.check() }

  @Test(
    arguments: [
      // What the engine counts changes by itself.
      "START>a a>a?_loop_counts.a<3 a>END",
      // The limit leads to END, or over an edge that leaves the loop.
      "START>a a>b?k_a<3 a>END b>a loop_limits: {a: 3}",
      // Another branch may write it meanwhile.
      "START>a,c a>b b>a?k_c<3 b>END c>END",
      // A branch beside the loop ends; the loop ends by what it writes.
      "START>a a>b,c b>a?k_b<3 b>END c>END",
      // What waits for several nodes.
      "START>a,b a+b>END",
    ])
  func `what may end is left alone`(text: String) {
    let parts = text.split(separator: " loop_limits").map(String.init)
    let limits = parts.count > 1 ? "loop_limits" + parts[1] : ""
    #expect(diagnostics(flow(parts[0], limits)) == [])
  }

  @Test func `a loop whose nodes decide by themselves is left alone`() {
    let found = diagnostics(
      """
      state: {n: int}
      nodes:
        choose:
          {type: router, user: Where?, routes: {on: work, out: done}}
        work: {user: Work.}
        done: {user: Done.}
      edges:
        - {from: START, to: choose}
        - {from: choose, to: [work, done], type: conditional}
        - {from: work, to: choose}
        - {from: done, to: END}
      """)
    #expect(found == [])
  }
}
