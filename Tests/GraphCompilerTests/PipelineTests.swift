import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Pipelines: what they become, and what is wrong with them, shown in what their author wrote.
@Suite(.timeLimit(.minutes(10)))
struct PipelineTests {
  @Test func `Stages run one after the other, item by item`() async throws {
    let trace = try await Trace(
      """
      state: {start: str}
      nodes:
        begin: {type: passthrough, output: {log: "{[start]}"}}
        p:
          type: pipeline
          items:
            - {name: a, title: First, weight: 2, tags: [x, y]}
            - {name: b, title: Second, weight: 3.5, tags: []}
          stages:
            - {name: read, type: passthrough, output: {log: "{log + ['{item.title}']}"}}
            - name: weigh
              type: passthrough
              state_key: w
              output:
                log: "{log + [default(state.weights, {})]}"
                weights: {"last": "{item.weight}", tags: "{item.tags}", text: "{item.name} weighs {item.weight}"}
        end: {type: passthrough, output: {done: true}}
      edges: [{from: START, to: begin}, {from: begin, to: p}, {from: p, to: end}, {from: end, to: END}]
      """, ["start": "s"])
    #expect(trace.steps == "begin | p__a__read | p__a__weigh | p__b__read | p__b__weigh | end")
    #expect(trace.state["weights"] == ["last": 3.5, "tags": [], "text": "b weighs 3.5"])
    #expect(
      trace.state["log"] == [
        "s", "First", [:], "Second", ["last": 2, "tags": ["x", "y"], "text": "a weighs 2"],
      ])
  }

  @Test func `Edges, routes, joins, limits and exits know a pipeline by its name`() async throws {
    let pipeline = "{type: pipeline, items: [{name: i}, {name: j}], stages: [{name: s, type: step}]}"
    let joined = try await Trace(
      """
      nodes:
        a: {type: step}
        p: \(pipeline)
        end: {type: step}
      edges:
        - {from: START, to: [a, p]}
        - {from: [a, p], to: end}
        - {from: end, to: END}
      """)
    #expect(joined.steps == "a, p__i__s | p__j__s | end")
    let routed = try await Trace(
      """
      nodes:
        r: {type: router, user: which, routes: {one: p}, provider: scripted, default_route: p}
        p: \(pipeline)
        out: {type: step}
      edges:
        - {from: START, to: r}
        - {from: r, to: [p], type: conditional}
        - {from: p, to: p}
        - {from: out, to: END}
      loop_limits: {p: 2}
      loop_exits: {p: out}
      """)
    #expect(routed.steps == "r | p__i__s | p__j__s | p__i__s | p__j__s | out")
  }

  @Test func `Prompts of stages see the item`() async throws {
    let model = ScriptedModel { .text("<\($0.messages.last?.content ?? "")>") }
    let trace = try await Trace(
      """
      state: {topic: str}
      nodes:
        p:
          type: pipeline
          items: [{name: risk, angle: the risk}, {name: gain, angle: the gain}]
          stages:
            - {name: ask, provider: scripted, user: "What is {item.angle} of {topic}?", state_key: "{item.name}_text"}
            - name: sum
              provider: scripted
              user: "Sum up {text}"
              variables: {text: "{state.{item.name}_text}"}
              state_key: "{item.name}"
      edges: [{from: START, to: p}, {from: p, to: END}]
      """, ["topic": "tea"], model: model)
    #expect(trace.state["gain_text"] == "<What is the gain of tea?>")
    #expect(trace.state["gain"] == "<Sum up <What is the gain of tea?>>")
  }

  // MARK: - Mistakes

  private static func pipeline(
    _ stage: String = "{name: s, type: passthrough, output: {o: '{item.title}'}}",
    items: String = "[{name: a, title: A}, {name: b, title: B}]",
    rest: String = ""
  ) -> String {
    """
    nodes:
      p:
        type: pipeline
        items: \(items)
        stages: [\(stage)]\(rest)
    edges: [{from: START, to: p}, {from: p, to: END}]
    """
  }

  private static let good = pipeline()

  @Test(arguments: [
    Mistake(
      "GR0173", "item 'a' of pipeline 'p' has no field 'titel'", fixIt: "title",
      bad: pipeline("{name: s, type: passthrough, output: {o: 'is {item.1️⃣titel}, {item.title}'}}"), good: good),
    Mistake(
      "GR0173", "item 'b' of pipeline 'p' has no field 'title'",
      bad: pipeline(
        "{name: s, type: passthrough, output: {o: '{item.1️⃣title}'}}", items: "[{name: a, title: A}, {name: b}]"),
      good: good),
    Mistake(
      "GR0173", "item 'b' of pipeline 'p' has no field 'title'", fixIt: "title",
      bad: pipeline(
        "{name: s, type: passthrough, output: {o: '{item.1️⃣title}'}}",
        items: "[{name: a, title: A}, {name: b, titel: B}]"),
      good: good),
    Mistake(
      "GR0174", "field 'title' of item 'a' is a list and cannot be put into text",
      bad: pipeline(
        "{name: s, type: passthrough, output: {o: 'is {item.1️⃣title}'}}", items: "[{name: a, title: [A]}]"), good: good),
    Mistake(
      "GR0175", "no stage of pipeline 'p' uses the field 'tone'",
      bad: pipeline(items: "[{name: a, title: A, 1️⃣tone: x}, {name: b, title: B, tone: y}]"), good: good),
    Mistake("GR0172", "'items' of pipeline 'p' is empty", bad: pipeline(items: "1️⃣[]"), good: good),
    Mistake(
      "GR0172", "every item of pipeline 'p' needs 'name'", bad: pipeline(items: "[1️⃣{title: A}]"), good: good),
    Mistake(
      "GR0172", "pipeline 'p' has two items 'a'",
      bad: pipeline(items: "[{name: a, title: A}, {name: 1️⃣a, title: B}]"), good: good),
    Mistake(
      "GR0111",
      "'p__a b' cannot be the name of a node: a name begins with a letter or '_' and goes on with letters, digits, '_' or '-'",
      bad: pipeline(items: "[{name: 1️⃣a b, title: A}]"), good: good),
    Mistake(
      "GR0102", "a stage of 'p' must be a mapping, not a string", bad: pipeline("1️⃣summarise"), good: good),
    // What is wrong with a stage is wrong for every item, and said once.
    Mistake(
      "GR0101", "unknown key 'outputs' in node 'p__a__s'", fixIt: "output",
      bad: pipeline("{name: s, type: passthrough, 1️⃣outputs: {o: '{item.title}'}}"), good: good),
    Mistake(
      "GR0220", "'titel' is no key of the state: it is not declared under 'state', and no node writes it",
      bad: pipeline("{name: s, type: passthrough, output: {o: ['The {item.title} of {state.1️⃣titel}', '{o}']}}"),
      good: good),
  ])
  func `A mistake is one finding`(mistake: Mistake) { mistake.check() }

  @Test func `A misspelled type is taken for what was meant`() {
    let found = diagnostics(Self.good.replacing("type: pipeline", with: "type: pipelin"))
    #expect(found.map(\.code) == ["GR0112"])
    #expect(found.map(\.fixIt) == ["pipeline"])
  }

  @Test func `Keys that a pipeline lacks are missed`() {
    let found = diagnostics(graph(nodes: "p: {type: pipeline}", edges: "- {from: START, to: p}\n- {from: p, to: END}"))
    #expect(found.map(\.message) == ["node 'p' needs 'items'", "node 'p' needs 'stages'"])
  }

  @Test func `A node of the name of one that is made is refused`() {
    let text = Self.good.replacing("nodes:\n", with: "nodes:\n  p__a__s: {type: step}\n")
    #expect(diagnostics(text).map(\.code).contains("GR0171"))
  }

  @Test func `A name that is nearly that of a pipeline is found`() {
    let text = Self.good.replacing("nodes:\n  p:", with: "nodes:\n  review:").replacing(
      "to: p}", with: "to: reveiw}"
    ).replacing("from: p,", with: "from: review,")
    let found = diagnostics(text)
    #expect(found.map(\.code) == ["GR0201"])
    #expect(found.map(\.fixIt) == ["review"])
  }
}
