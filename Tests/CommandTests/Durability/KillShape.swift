import Testing

/// A graph in whose runs processes are killed, with what it does outside of its state.
///
/// Effects are lines of the file `effects`: a text that no other effect has, and the number of the process that did it.
struct KillShape: Sendable, CustomTestStringConvertible {
  /// One command that somebody gives, and what it comes to when nobody disturbs it.
  struct Phase: Sendable {
    /// The words of the command, but for the store.
    let begin: [String]

    /// The words with which the thread goes on when the process was lost.
    let again: [String]

    /// The turn in which it is.
    var turn = 1

    /// Whether it ends with a question.
    var waits = false

    /// Whether it fails.
    var fails = false
  }

  let name: String
  let graph: String
  var files: [String: String] = [:]
  var phases = [Phase(begin: ["run", "g.yaml", "-t", "t"], again: ["resume", "t"])]

  /// What shows in a checkpoint that an effect was kept, where that is not the effect's own text.
  var evidence: [String: String] = [:]

  /// Whether what was told need not have been kept, so that steps are told and effects done again.
  var isKeptLater = false

  /// Keys of the state that are up to who is quicker.
  var undecided: Set<String> = []

  var testDescription: String { name }

  private static let head = """
    state:
      n: {type: int, default: 0}
      log: {type: list, reducer: append, default: []}
      items: {type: list, default: [1, 2, 3, 4, 5, 6]}
      name: str?
    tools:
      note:
        command: echo {text} $TRIAL >> effects; echo {text}
        parse: text

    """

  static let all: [KillShape] = [
    line, loop, join, map, subgraph, interrupt, race, agent, turns, snapshot, takenBack, async,
  ]

  /// One after the other; between them a node that only computes, and is kept with the next one, and one that streams.
  static let line = KillShape(
    name: "line",
    graph: "name: line\n" + head + """
      nodes:
        a: {type: tool, tool: note, variables: {text: fx-a.}, state_key: a}
        count: {type: passthrough, output: {n: "{state.n + 1}"}}
        say: {type: llm, prompt: say, stream: true, state_key: said}
        b: {type: tool, tool: note, variables: {text: "fx-b{state.n}."}, state_key: b}
        c: {type: tool, tool: note, variables: {text: "fx-c{len(state.b)}."}, state_key: c}
      edges:
        - {from: START, to: a}
        - {from: a, to: count}
        - {from: count, to: say}
        - {from: say, to: b}
        - {from: b, to: c}
        - {from: c, to: END}
      """, files: ["prompts/say.yaml": "user: Say something.\n"],
    phases: [Phase(begin: ["run", "g.yaml", "-t", "t", "--offline"], again: ["resume", "t", "--offline"])])

  static let loop = KillShape(
    name: "loop",
    graph: "name: loop\n" + head + """
      nodes:
        count: {type: passthrough, output: {n: "{state.n + 1}"}}
        work: {type: tool, tool: note, variables: {text: "fx-w{state.n}."}, state_key: log}
      edges:
        - {from: START, to: count}
        - {from: count, to: work}
        - {from: work, to: count, condition: n < 4}
        - {from: work, to: END}
      loop_limits: {count: 9, work: 9}
      """)

  static let join = KillShape(
    name: "fan-out and join",
    graph: "name: join\n" + head + """
      nodes:
        a: {type: tool, tool: note, variables: {text: fx-a.}, state_key: log}
        b: {type: tool, tool: note, variables: {text: fx-b.}, state_key: log}
        c: {type: tool, tool: note, variables: {text: fx-c.}, state_key: log}
        d: {type: tool, tool: note, variables: {text: "fx-d{len(state.log)}."}, state_key: log}
      edges:
        - {from: START, to: [a, b]}
        - {from: b, to: c}
        - {from: [a, c], to: d}
        - {from: d, to: END}
      """)

  static let map = KillShape(
    name: "map",
    graph: "name: map\n" + head + """
      nodes:
        each:
          type: map
          over: "{state.items}"
          as: item
          max_concurrency: 2
          node: {type: tool, tool: note, variables: {text: "fx-i{state.item}."}, state_key: done}
          collect: log
        end: {type: tool, tool: note, variables: {text: "fx-end{len(state.log)}."}, state_key: end}
      edges: [{from: START, to: each}, {from: each, to: end}, {from: end, to: END}]
      """)

  /// A graph inside is kept when it ends, so only its last effect shows that.
  static let subgraph = KillShape(
    name: "subgraph",
    graph: "name: outer\n" + head + """
      nodes:
        before: {type: tool, tool: note, variables: {text: fx-before.}, state_key: before}
        inner: {type: subgraph, graph: inner.yaml, output_mapping: {name: b}}
        after: {type: tool, tool: note, variables: {text: "fx-after{len(state.name)}."}, state_key: after}
      edges: [{from: START, to: before}, {from: before, to: inner}, {from: inner, to: after}, {from: after, to: END}]
      """,
    files: [
      "inner.yaml": "name: inner\n" + head + """
        nodes:
          a: {type: tool, tool: note, variables: {text: fx-a.}, state_key: a}
          b: {type: tool, tool: note, variables: {text: "fx-b{len(state.a)}."}, state_key: b}
        edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
        """
    ], evidence: ["fx-a.": "\"name\",\"fx-b6."])

  /// Two questions at once, which another process answers.
  static let interrupt = KillShape(
    name: "interrupt",
    graph: "name: ask\n" + head + """
      nodes:
        a: {type: tool, tool: note, variables: {text: fx-a.}, state_key: a}
        ask: {type: interrupt, message: Who?, resume_key: name}
        beside: {type: tool, tool: note, variables: {text: fx-beside.}, state_key: beside}
        b: {type: tool, tool: note, variables: {text: "fx-{state.name}."}, state_key: b}
      edges: [{from: START, to: a}, {from: a, to: [ask, beside]}, {from: ask, to: b}, {from: beside, to: END}, {from: b, to: END}]
      """,
    phases: [
      Phase(begin: ["run", "g.yaml", "-t", "t"], again: ["resume", "t"], waits: true),
      Phase(begin: ["resume", "t", "-a", "ask=Ada"], again: ["resume", "t", "-a", "ask=Ada"]),
    ])

  static let race = KillShape(
    name: "race",
    graph: "name: race\n" + head + """
      nodes:
        before: {type: tool, tool: note, variables: {text: fx-before.}, state_key: before}
        answer:
          type: race
          prompt: answer
          candidates: [{provider: offline, model: one}, {provider: offline, model: two}]
        after: {type: tool, tool: note, variables: {text: "fx-after{len(state.answer)}."}, state_key: after}
      edges: [{from: START, to: before}, {from: before, to: answer}, {from: answer, to: after}, {from: after, to: END}]
      """, files: ["prompts/answer.yaml": "user: Why do cats purr?\n"], undecided: ["_race_winner"])

  /// A model that calls two tools; what it has done is kept when it has answered.
  static let agent = KillShape(
    name: "agent",
    graph: """
      name: agent
      tools:
        first: {command: "echo fx-first. $TRIAL >> effects; echo one", description: Does the first thing.}
        second: {command: "echo fx-second. $TRIAL >> effects; echo two", description: Does the second thing.}
        note: {command: "echo {text} $TRIAL >> effects; echo {text}", parse: text}
      nodes:
        work: {type: agent, prompt: work, tools: [first, second], max_iterations: 4, state_key: result}
        after: {type: tool, tool: note, variables: {text: "fx-after{len(state.result)}."}, state_key: after}
      edges: [{from: START, to: work}, {from: work, to: after}, {from: after, to: END}]
      """, files: ["prompts/work.yaml": "system: Use the tools.\nuser: Do both things.\n"],
    phases: [Phase(begin: ["run", "g.yaml", "-t", "t", "--offline"], again: ["resume", "t", "--offline"])],
    evidence: ["fx-first.": "\"result\",", "fx-second.": "\"result\","])

  /// The second run of a graph on the thread of the first.
  static let turns = KillShape(
    name: "turns",
    graph: "name: chat\n" + head + """
      nodes:
        answer: {type: tool, tool: note, variables: {text: "fx-{state.name}{len(state.log)}."}, state_key: log}
        end: {type: tool, tool: note, variables: {text: "fx-end{len(state.log)}."}, state_key: end}
      edges: [{from: START, to: answer}, {from: answer, to: end}, {from: end, to: END}]
      """,
    phases: [
      Phase(begin: ["run", "g.yaml", "-t", "t", "--var", "name=one"], again: ["resume", "t"]),
      Phase(begin: ["run", "g.yaml", "-t", "t", "--var", "name=two"], again: ["resume", "t"], turn: 2),
    ])

  /// So much state that snapshots are taken on the way.
  static let snapshot = KillShape(
    name: "large state",
    graph: """
      name: large
      state: {n: {type: int, default: 0}, log: {type: list, reducer: append, default: []}}
      tools:
        fill:
          command: echo {text} $TRIAL >> effects; echo {text}; head -c 240000 /dev/zero | tr '\\0' x
          parse: text
      nodes:
        count: {type: passthrough, output: {n: "{state.n + 1}"}}
        work: {type: tool, tool: fill, variables: {text: "fx-w{state.n}."}, state_key: log}
      edges:
        - {from: START, to: count}
        - {from: count, to: work}
        - {from: work, to: count, condition: n < 5}
        - {from: work, to: END}
      loop_limits: {count: 9, work: 9}
      """)

  /// A turn that fails, and that the next run takes back.
  static let takenBack = KillShape(
    name: "turn taken back",
    graph: "name: chat\n"
      + head.replacing(
        "tools:\n", with: "tools:\n  check: {command: \"if [ {text} = bad ]; then test -e never; fi\"}\n") + """
        nodes:
          answer: {type: tool, tool: note, variables: {text: "fx-{state.name}{len(state.log)}."}, state_key: log}
          check: {type: tool, tool: check, variables: {text: "{state.name}"}}
          end: {type: tool, tool: note, variables: {text: "fx-end{len(state.log)}."}, state_key: end}
        edges: [{from: START, to: answer}, {from: answer, to: check}, {from: check, to: end}, {from: end, to: END}]
        """,
    phases: [
      Phase(begin: ["run", "g.yaml", "-t", "t", "--var", "name=one"], again: ["resume", "t"]),
      Phase(begin: ["run", "g.yaml", "-t", "t", "--var", "name=bad"], again: ["resume", "t"], turn: 2, fails: true),
      // Where nothing of it was kept, the other turn is there still, and fails again.
      Phase(
        begin: ["run", "g.yaml", "-t", "t", "--var", "name=two", "--on-busy", "rollback"], again: ["resume", "t"],
        turn: 2),
    ])

  /// What is told before it is kept: a process that is lost takes steps with it, each of them as a whole.
  static let async = KillShape(
    name: "`--durability async`", graph: turns.graph,
    phases: [
      Phase(
        begin: ["run", "g.yaml", "-t", "t", "--var", "name=one", "--durability", "async"],
        again: ["resume", "t", "--durability", "async"]),
      Phase(
        begin: ["run", "g.yaml", "-t", "t", "--var", "name=two", "--durability", "async"],
        again: ["resume", "t", "--durability", "async"], turn: 2),
    ], isKeptLater: true)
}
