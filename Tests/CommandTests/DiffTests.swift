import GraphRuntime
import GraphTestSupport
import Testing

/// `graph diff`.
@Suite(.timeLimit(.minutes(10)))
struct DiffTests {
  private static let old = """
    name: story
    state: {topic: str, count: {type: int, default: 1}}
    nodes:
      plan: {user: 'Plan {topic} {count}', state_key: plan}
      tell: {user: 'Tell {plan}', temperature: 0.2, state_key: text}
      check: {user: 'Check {text}', parse_json: true, state_key: mark}
    edges:
      - {from: START, to: plan}
      - {from: plan, to: tell}
      - {from: tell, to: check}
      - {from: check, to: END, condition: mark > 2}
      - {from: check, to: tell}
    loop_limits: {check: 3}

    """

  private static func diff(_ new: String, _ options: String...) async throws -> ChildProcess.Result {
    let folder = try TemporaryFolder(["a.yaml": old, "b.yaml": new])
    return try await GraphProgram.start(["diff", "a.yaml", "b.yaml"] + options, in: folder.path).result()
  }

  private static func replacing(_ pairs: (String, String)...) -> String {
    var text = old
    for (part, other) in pairs {
      precondition(text.contains(part), part)
      text = text.split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
    return text
  }

  @Test func `Layout, comments and anchors make no difference`() async throws {
    let new = """
      # The same.
      name: story
      x-start: &start
        from: START
        to: plan
      state:
        topic: str
        count: {default: 1, type: int}
      nodes:
        plan: {user: "Plan {topic} {count}", type: llm, state_key: plan}
        tell: {user: "Tell {plan}", state_key: text, temperature: 0.2}
        check: {user: "Check {text}", parse_json: true, state_key: mark}
      edges:
        - *start
        - {from: plan, to: tell}
        - {from: tell, to: check}
        - {from: check, to: END, condition: mark > 2}
        - {from: check, to: tell}
      loop_limits:
        check: 3
      """
    #expect(try await Self.diff(new) == .init(standardOutput: "The graphs are the same.\n"))
  }

  @Test func `Each part shows what is new, gone and different`() async throws {
    let new = Self.replacing(
      ("topic: str,", "topic: str, tone: str?,"), ("default: 1", "default: 2"),
      ("temperature: 0.2", "temperature: 0.7"),
      (
        "  check: {user: 'Check {text}', parse_json: true, state_key: mark}",
        "  check: {user: 'Check {text}', parse_json: true, state_key: mark}\n  shorten: {user: 'Shorten {text} {tone}', state_key: text}"
      ),
      ("mark > 2", "mark > 4"),
      ("- {from: check, to: tell}", "- {from: check, to: shorten}\n  - {from: shorten, to: check}"),
      ("loop_limits: {check: 3}", "loop_limits: {check: 5}\ndefaults: {timeout: 10s}"))
    let result = try await Self.diff(new)
    #expect(
      result
        == .init(
          standardOutput: """
            nodes
              ~ tell
                  temperature: 0.2 → 0.7
              + shorten (llm)
            edges
              ~ check → END
                  condition: if mark > 2 → if mark > 4
              - check → tell always
              + check → shorten always
              + shorten → check always
            state
              ~ count
                  default: 1 → 2
              + tone (str?)
            settings
              ~ loop_limits
                  check: 3 → 5
              + defaults: {"timeout":"10s"}

            Threads saved under the first graph can go on under the second.

            """, status: 1))
  }

  @Test func `What threads need and do not find is said`() async throws {
    let new = """
      name: tale
      state: {topic: int}
      nodes:
        tell: {user: 'Tell {topic}', state_key: text}
      edges:
        - {from: START, to: tell}
        - {from: tell, to: END}
      """
    let result = try await Self.diff(new)
    #expect(result.status == 1)
    #expect(
      result.standardOutput.hasSuffix(
        """
        Threads saved under the first graph may not go on under the second:
          - the graph has another name: 'story' is now 'tale'
          - node 'plan' is gone
          - node 'check' is gone
          - state key 'topic' may hold a value of type 'str', and now takes 'int'
          - state key 'count' is gone, and its value would be lost
          - state key 'plan' is gone, and its value would be lost
          - state key 'mark' is gone, and its value would be lost

        """), "\(result)")
  }

  @Test(arguments: [
    ("count: {type: int", "count: {type: float", true), ("count: {type: int", "count: {type: 'int | str'", true),
    ("count: {type: int", "count: {type: any", true), ("topic: str", "topic: 'str?'", true),
    ("count: {type: int, default: 1}", "count: {type: str, default: x}", false),
    ("count: {type: int, default: 1}", "count: {type: bool, default: true}", false),
  ])
  func `A key may take more than before, but not less`(part: String, other: String, isCompatible: Bool) async throws {
    let result = try await Self.diff(Self.replacing((part, other)), "--json")
    let threads = try Value(json: result.standardOutput)["threads"]
    #expect(threads?["compatible"] == .bool(isCompatible), "\(result)")
    #expect(threads?["obstacles"]?.list?.count == (isCompatible ? 0 : 1))
  }

  @Test func `Joins are places at which threads wait`() async throws {
    let graph = { (join: String) in
      """
      nodes: {a: {type: passthrough, output: {x: 1}}, b: {type: passthrough, output: {y: 1}}, c: {type: passthrough, output: {z: 1}}}
      edges: [{from: START, to: [a, b]}, \(join), {from: c, to: END}]
      """
    }
    let folder = try TemporaryFolder([
      "old/g.yaml": graph("{from: [a, b], to: c}"), "new/g.yaml": graph("{from: a, to: c}, {from: b, to: c}"),
    ])
    let result = try await GraphProgram.run("diff", "old/g.yaml", "new/g.yaml", in: folder.path)
    #expect(result.standardOutput.contains("  - a + b → c always\n  + a → c always\n  + b → c always\n"))
    #expect(result.standardOutput.contains("  - the edge that waits for 'a', 'b' is gone or leads elsewhere\n"))
  }

  @Test func `The order of conditions counts, and so does that of nodes`() async throws {
    let conditions = Self.replacing(
      (
        "  - {from: check, to: END, condition: mark > 2}\n",
        "  - {from: check, to: END, condition: mark > 2}\n  - {from: check, to: plan, condition: mark > 1}\n"
      ))
    let swapped = Self.replacing(
      (
        "  - {from: check, to: END, condition: mark > 2}\n",
        "  - {from: check, to: plan, condition: mark > 1}\n  - {from: check, to: END, condition: mark > 2}\n"
      ))
    let folder = try TemporaryFolder(["a.yaml": conditions, "b.yaml": swapped])
    let result = try await GraphProgram.run("diff", "a.yaml", "b.yaml", in: folder.path)
    #expect(result.status == 1)
    #expect(
      result.standardOutput.hasPrefix(
        "edges\n  ~ check\n      order: [\"mark > 2\",\"mark > 1\"] → [\"mark > 1\",\"mark > 2\"]\n"), "\(result)")
  }

  @Test func `JSON has the same`() async throws {
    let result = try await Self.diff(
      Self.replacing(("temperature: 0.2", "temperature: 0.7"), ("name: story\n", "name: story\ndescription: Tells\n")),
      "--json")
    #expect(result.status == 1)
    let json = try Value(json: result.standardOutput)
    #expect(json["same"] == false)
    #expect(json["nodes"] == [["name": "tell", "change": "changed", "key": "temperature", "old": 0.2, "new": 0.7]])
    #expect(json["settings"] == [["name": "description", "change": "added", "old": nil, "new": "Tells"]])
    #expect(json["edges"] == [])
    #expect(json["threads"] == ["compatible": true, "obstacles": []])
  }

  @Test func `Both files have to be right`() async throws {
    let result = try await Self.diff("nodes: {}\n")
    #expect(result.status == 1)
    #expect(result.standardError.contains("b.yaml:"))
    let folder = try TemporaryFolder(["a.yaml": Self.old])
    #expect(try await GraphProgram.run("diff", "a.yaml", "none.yaml", in: folder.path).status == 66)
  }
}
