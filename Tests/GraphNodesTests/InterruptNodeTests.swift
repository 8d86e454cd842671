import GraphCompiler
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Questions to a person.
@Suite(.timeLimit(.minutes(5)))
struct InterruptNodeTests {
  private func ask(_ node: String, state: String = "", more: String = "") -> String {
    """
    state: {\(state)}
    nodes:
      ask: {type: interrupt\(node.isEmpty ? "" : ", \(node)")}\(more)
    edges: [{from: START, to: ask}, {from: ask, to: END}]
    """
  }

  @Test func `B5: the shortest form needs no declared keys`() async throws {
    let talk = try await talk(ask("message: Your name?"), answers: ["Ada"])
    #expect(talk.questions == [PendingInterrupt(id: "ask", payload: "Your name?")])
    #expect(talk.log.state == ["user_input": "Ada"])
  }

  @Test(
    arguments: [
      ("message: 'Is {topic} right?', resume_key: ok", "", ["Is tea right?"], ["topic": "tea", "ok": "yes"]),
      (
        "message: {title: '{topic}', options: [a, b]}", "", [["title": "tea", "options": ["a", "b"]]],
        ["topic": "tea", "user_input": "yes"]
      ),
      (
        "message: 'Hi {{ topic | upper }}{% if no is defined %}!{% endif %}'", "", ["Hi TEA"],
        ["topic": "tea", "user_input": "yes"]
      ),
      ("message: hi, state_key: asked", "", ["hi"], ["topic": "tea", "user_input": "yes", "asked": "hi"]),
      (
        "message: hi", ", interrupt_message: str", ["hi"],
        ["topic": "tea", "user_input": "yes", "interrupt_message": "hi"]
      ),
      (
        "user: 'Make a question of {topic}', resume_key: ok", "", ["<Make a question of tea>"],
        ["topic": "tea", "ok": "yes"]
      ),
      ("state_key: topic", "", ["tea"], ["topic": "tea", "user_input": "yes"]),
      ("message: new, state_key: topic, idempotent: true", "", ["tea"], ["topic": "tea", "user_input": "yes"]),
      ("message: new, state_key: topic", "", ["new"], ["topic": "new", "user_input": "yes"]),
    ] as [(String, String, [Value], ValueObject)])
  func `The question is made of text, data, a prompt or the state`(
    node: String, state: String, questions: [Value], result: ValueObject
  ) async throws {
    let talk = try await talk(ask(node, state: "topic: str\(state)"), input: ["topic": "tea"], answers: ["yes"])
    #expect(talk.questions.map(\.payload) == questions)
    #expect(talk.log.state == result)
  }

  @Test func `An answer that is none of the schema's is asked for again`() async throws {
    let schema =
      "{type: object, properties: {days: {type: integer, minimum: 1}, note: {type: string}}, required: [days]}"
    let talk = try await talk(
      ask("message: How long?, answer_schema: \(schema)"),
      answers: [["days": "many"], ["days": 0], ["days": 3, "other": 1]])
    #expect(talk.questions.map(\.payload) == ["How long?", "How long?", "How long?"])
    #expect(talk.questions.first?.schema["properties"]?["days"]?["minimum"] == 1)
    #expect(talk.log.state == ["user_input": ["days": 3, "note": .null]])
  }

  @Test func `A default answer that does not fit the schema fails the node before it asks`() async throws {
    let graph = ask(
      "message: How long?, timeout: 1h, default: '{plan}', answer_schema: int",
      state: "plan: {type: any, default: many}")
    let talk = try await talk(graph, answers: [])
    #expect(talk.questions.isEmpty && talk.log.outcome?.status == .failed)
    let message = talk.log.outcome?.error?.message ?? ""
    #expect(message.contains("does not fit 'answer_schema' at $: expected int, found str"), "\(message)")
  }

  @Test func `A question of a model is made once`() async throws {
    let model = ScriptedModel(["What colour?"])
    let talk = try await talk(
      ask("prompt: p, state_key: asked"), ["prompts/p.yaml": "user: ask\n"], answers: ["red"], nestingCompiler(model))
    #expect(talk.questions.map(\.payload) == ["What colour?"])
    #expect(model.requests.count == 1)
    #expect(talk.log.state == ["asked": "What colour?", "user_input": "red"])
  }

  @Test func `B34: an interrupt in a loop asks anew each time`() async throws {
    let talk = try await talk(
      """
      state: {n: {type: int, default: 1}, asked: str?}
      nodes:
        ask: {type: interrupt, message: "Question {n}", state_key: asked}
        count: {type: passthrough, output: {n: "{n + 1}", all: "{default(state.all, []) + [user_input]}"}}
      edges:
        - {from: START, to: ask}
        - {from: ask, to: count}
        - {from: count, to: ask, condition: n <= 3}
        - {from: count, to: END}
      """, answers: ["a", "b", "c"])
    #expect(talk.questions.map(\.payload) == ["Question 1", "Question 2", "Question 3"])
    #expect(talk.log.state["all"] == ["a", "b", "c"])
  }

  @Test func `B34: a loop exit to an interrupt keeps its message`() async throws {
    let talk = try await talk(
      """
      state: {n: {type: int, default: 0}}
      nodes:
        work: {type: passthrough, output: {n: "{n + 1}"}}
        ask: {type: interrupt, message: "Stopped after {n}"}
      edges:
        - {from: START, to: work}
        - {from: work, to: work, condition: n < 100}
        - {from: work, to: END}
        - {from: ask, to: END}
      loop_limits: {work: 2}
      loop_exits: {work: ask}
      """, answers: ["fine"])
    #expect(talk.questions.map(\.payload) == ["Stopped after 2"])
    #expect(talk.log.state == ["n": 2, "user_input": "fine"])
  }

  @Test func `Two questions of one step wait together and go on together`() async throws {
    let talk = try await talk(
      """
      state: {}
      nodes:
        a: {type: interrupt, message: First?, resume_key: first}
        b: {type: interrupt, message: Second?, resume_key: second}
      edges: [{from: START, to: [a, b]}, {from: [a, b], to: END}]
      """, answers: [1, 2])
    #expect(talk.questions.map(\.id) == ["a", "b"])
    #expect(talk.log.state == ["first": 1, "second": 2])
  }

  // MARK: - Inside other nodes

  @Test func `A graph that asks lets its parent wait, and both go on`() async throws {
    let files = [
      "child.yaml": """
      state: {q: str}
      nodes:
        before: {type: passthrough, output: {draft: "{q}?"}}
        ask: {type: interrupt, message: "{draft}", resume_key: answer}
        after: {type: passthrough, output: {ans: "{draft} {answer}"}}
      edges: [{from: START, to: before}, {from: before, to: ask}, {from: ask, to: after}, {from: after, to: END}]
      """
    ]
    let talk = try await talk(
      """
      state: {topic: str}
      nodes:
        s: {type: subgraph, graph: child.yaml, input_mapping: {topic: q}, output_mapping: {out: ans}}
        t: {type: passthrough, output: {end: "{out}!"}}
      edges: [{from: START, to: s}, {from: s, to: t}, {from: t, to: END}]
      """, files, input: ["topic": "tea"], answers: ["yes"])
    #expect(talk.questions == [PendingInterrupt(id: "s/ask", payload: "tea?")])
    #expect(talk.log.state == ["topic": "tea", "out": "tea? yes", "end": "tea? yes!"])
    // What the child did before the question is not done again.
    #expect(!talk.log.paths.contains("s/before"))
  }

  @Test func `What a waiting graph has so far is in its parent's state`() async throws {
    let files = [
      "child.yaml": """
      state: {q: str}
      nodes:
        before: {type: passthrough, output: {draft: "{q}?"}}
        ask: {type: interrupt, message: ok, resume_key: answer}
      edges: [{from: START, to: before}, {from: before, to: ask}, {from: ask, to: END}]
      """
    ]
    let (graph, folder) = try compiled(
      """
      state: {topic: str}
      nodes:
        s:
          type: subgraph
          graph: child.yaml
          input_mapping: {topic: q}
          output_mapping: {out: answer}
          interrupt_output_mapping: {preview: draft}
      edges: [{from: START, to: s}, {from: s, to: END}]
      """, files)
    defer { withExtendedLifetime(folder) {} }
    let outcome = try #require(try await graph.log(["topic": "tea"]).outcome)
    #expect(outcome.status == .interrupted)
    #expect(outcome.state == ["topic": "tea", "preview": "tea?"])
    let checkpoint = try #require(outcome.checkpoint)
    let log = try await Log(of: graph.graph.resume(checkpoint, answers: ["s/ask": "yes"]))
    #expect(log.state == ["topic": "tea", "preview": "tea?", "out": "yes"])
  }

  @Test func `Each item of a map asks, and those that are answered go on first`() async throws {
    let (graph, folder) = try compiled(
      """
      state: {items: list}
      nodes:
        m:
          type: map
          over: "{state.items}"
          as: it
          collect: outs
          node: {type: interrupt, message: "Is {it} good?", state_key: asked, resume_key: m}
      edges: [{from: START, to: m}, {from: m, to: END}]
      """)
    defer { withExtendedLifetime(folder) {} }
    var outcome = try #require(try await graph.log(["items": ["a", "b"]]).outcome)
    #expect(outcome.interrupts.map(\.id) == ["m[0]", "m[1]"])
    #expect(outcome.interrupts.map(\.payload) == ["Is a good?", "Is b good?"])
    var checkpoint = try #require(outcome.checkpoint)
    outcome = try #require(try await Log(of: graph.graph.resume(checkpoint, answers: ["m[1]": "no"])).outcome)
    #expect(outcome.interrupts.map(\.id) == ["m[0]"])
    checkpoint = try #require(outcome.checkpoint)
    let log = try await Log(of: graph.graph.resume(checkpoint, answers: ["m[0]": "yes"]))
    #expect(log.state["outs"] == ["yes", "no"])
  }

  @Test func `Items that ask wait for those that work`() async throws {
    let files = [
      "child.yaml": """
      state: {n: int}
      nodes:
        decide: {type: passthrough, output: {even: "{n % 2 == 0}"}}
        ask: {type: interrupt, message: "{n}?", resume_key: ans}
        go: {type: passthrough, output: {ans: "{n}"}}
      edges:
        - {from: START, to: decide}
        - {from: decide, to: ask, condition: even}
        - {from: decide, to: go}
        - {from: ask, to: END}
        - {from: go, to: END}
      """
    ]
    let talk = try await talk(
      """
      state: {items: list}
      nodes:
        m:
          type: map
          over: "{state.items}"
          as: it
          collect: outs
          max_concurrency: 2
          node: {type: subgraph, graph: child.yaml, input_mapping: {it: n}, output_mapping: {r: ans}, state_key: r}
      edges: [{from: START, to: m}, {from: m, to: END}]
      """, files, input: ["items": [1, 2, 3, 4, 5]], answers: ["two", "four"])
    #expect(talk.questions.map(\.id) == ["m[1]/ask", "m[3]/ask"])
    #expect(talk.log.state["outs"] == [1, "two", 3, "four", 5])
    #expect(Set(talk.log.paths) == ["m", "m[1]", "m[1]/ask", "m[3]", "m[3]/ask"])
  }

  // MARK: - Mistakes

  @Test(arguments: [
    ("message: hi", []),
    (
      "message: 'Hi {tpic}'",
      [
        "GR0220:3 'tpic' is no key of the state: it is not declared under 'state', and no node writes it"
      ]
    ),
    ("", ["GR0169:3 node 'ask' asks nothing; give it 'message' or 'prompt'"]),
    ("message: hi, user: ho", ["GR0168:3 the prompt makes the question, and 'message' has no effect beside it"]),
    ("mesage: hi", ["GR0101:3 unknown key 'mesage' in node 'ask'"]),
    ("message: hi, resume_key: thread_id", ["GR0110:3 'thread_id' is reserved and cannot be the name of a state key"]),
    ("prompt: nope", ["GR0616:3 prompt 'nope' was not found"]),
  ])
  func `A mistake is one finding`(node: String, expected: [String]) throws {
    #expect(try findings(ask(node, state: "topic: str")) == expected)
  }
}
