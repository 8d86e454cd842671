import GraphDiagnostics
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("promtp", "prompt"), ("prmopt", "prompt"), ("stat_key", "state_key"), ("statekey", "state_key"),
    ("State-Key", "state_key"), ("PROMPT", "prompt"), ("temprature", "temperature"), ("edge", "edges"),
  ])
  func `a slip of the finger is seen through`(name: String, meant: String) {
    let names = ["prompt", "state_key", "temperature", "edges", "nodes", "variables"]
    #expect(Suggestion.nearest(to: name, among: names) == meant)
  }

  @Test(arguments: ["banana", "x", "", "_", "nodule", "tmp"])
  func `what is not near is not suggested`(name: String) {
    let names = ["prompt", "state_key", "temperature", "edges", "nodes", "a", "_"]
    #expect(Suggestion.nearest(to: name, among: names) == nil)
  }

  @Test func `the name itself is never suggested`() {
    #expect(Suggestion.nearest(to: "nodes", among: ["nodes"]) == nil)
  }

  @Test func `the nearest wins, then the first`() {
    #expect(Suggestion.nearest(to: "node1", among: ["node22", "node2", "node3"]) == "node2")
  }

  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1),
    ("abc", "ab", 1), ("ca", "abc", 3), ("kitten", "sitting", 3), ("é", "e", 1),
  ])
  func `the distance counts edits and swaps of neighbours`(left: String, right: String, distance: Int) {
    #expect(Suggestion.editDistance(left, right) == distance)
    #expect(Suggestion.editDistance(right, left) == distance)
  }
}
