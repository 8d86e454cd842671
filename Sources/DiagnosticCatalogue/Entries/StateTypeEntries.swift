internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Types of the state, of routes and of inputs.
  static let stateTypes: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0440", .warning, "'…' is declared as '…', and node '…' writes '…'",
      title: "A result that is of another type than its key",
      meaning: """
        The key is declared with one type, and what this node writes is never of it. Declared types are
        checked on inputs; what nodes write is taken as it is, so that the run goes on with a value that later
        steps do not expect.
        """,
      remedy: """
        Change the declaration, or the node's `state_key`; for a model's answer, have a schema or `parse_json` \
        make the value.
        """,
      example: """
        state: {text: str, score: [-int-]{+str+}}
        nodes:
          judge: {user: "Give a mark: {text}", state_key: score}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: END}
        """,
      report: "graph.yaml:3:51: 'score' is declared as 'int', and node 'judge' writes 'str'",
      related: ["GR0115", "GR0441"],
      documents: ["language.md#types"]),
    DiagnosticEntry(
      "GR0441", .error, "reducer '…' of '…' takes …, and node '…' writes '…'",
      title: "A result that its reducer cannot take",
      meaning: """
        The reducer of the key works on numbers or on objects, and this node writes something else. Every run
        that comes to the node would fail when the result is put into the state.
        """,
      remedy: "Take another reducer, or have the node write what it takes.",
      example: """
        state: {text: str, notes: {type: [-int, reducer: add-]{+list, reducer: append+}}}
        nodes:
          note: {user: "Note what matters: {text}", state_key: notes}
        edges:
          - {from: START, to: note}
          - {from: note, to: END}
        """,
      report: "graph.yaml:3:56: reducer 'add' of 'notes' takes numbers, and node 'note' writes 'str'",
      related: ["GR0127", "GR0440"],
      documents: ["language.md#reducers"]),
    DiagnosticEntry(
      "GR0442", .error, "the input '…' of graph '…' must be …, not …",
      or: [
        "the name of a tool must be text, and '…' is …",
        "the arguments of a tool must be a dict, and '…' is …",
      ],
      title: "A value of another type than it is given to",
      meaning: """
        Inputs of a graph are checked against their declared types, and the tool that a `tool_call` names and
        its arguments have a form. The value that is given here is never of that type, so that every such run
        fails.
        """,
      remedy: "Give a value of that type.",
      example: """
        state: {text: str, n: int}
        nodes:
          run: {type: subgraph, graph: child.yaml, input_mapping: {[-text-]{+n+}: count}}
        edges:
          - {from: START, to: run}
          - {from: run, to: END}
        -- child.yaml --
        state: {count: int}
        nodes:
          say: {user: "Count to {count}."}
        edges:
          - {from: START, to: say}
          - {from: say, to: END}
        """,
      report: "graph.yaml:3:60: the input 'count' of graph 'child' must be int, not str",
      related: ["GR0255"],
      documents: ["language.md#what-types-are-known"]),
    DiagnosticEntry(
      "GR0443", .warning, "router '…' has no route for the answer '…', and no 'default_route' for others",
      title: "An answer that leads nowhere",
      meaning: """
        The schema tells the model that it may give this answer, and the router has no route for it. A run in
        which the model does so fails.
        """,
      remedy: "Add the route, or `default_route`; or take the value out of the schema.",
      example: """
        state: {text: str}
        nodes:
          judge:
            type: router
            prompt: judge
            routes: {accept: publish, revise: mend{+, reject: mend+}}
          publish: {user: "Praise: {text}"}
          mend: {user: "Mend: {text}"}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: [publish, mend], type: conditional}
          - {from: publish, to: END}
          - {from: mend, to: END}
        -- prompts/judge.yaml --
        user: "Judge this: {text}"
        schema:
          name: Critique
          fields:
            score: {type: float, constraints: {ge: 0, le: 1}}
            verdict: {type: str, enum: [accept, revise, reject]}
        """,
      report: "graph.yaml:6:5: router 'judge' has no route for the answer 'reject', and no 'default_route' for others",
      related: ["GR0208", "GR0444"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0444", .warning, "route '…' is never taken: it is no value of '…'",
      title: "A route that no answer takes",
      meaning: """
        The schema lists the answers that there are, and this route is none of them, so that no run goes
        there. Most often one of the two is misspelled.
        """,
      remedy: "Take the value that is offered, delete the route, or add the value to the schema.",
      example: """
        state: {text: str}
        nodes:
          judge:
            type: router
            prompt: judge
            routes: {accept: publish, revise: mend, [-rejected-]{+reject+}: mend}
          publish: {user: "Praise: {text}"}
          mend: {user: "Mend: {text}"}
        edges:
          - {from: START, to: judge}
          - {from: judge, to: [publish, mend], type: conditional}
          - {from: publish, to: END}
          - {from: mend, to: END}
        -- prompts/judge.yaml --
        user: "Judge this: {text}"
        schema:
          name: Critique
          fields:
            score: {type: float, constraints: {ge: 0, le: 1}}
            verdict: {type: str, enum: [accept, revise, reject]}
        """,
      report: "graph.yaml:6:45: route 'rejected' is never taken: it is no value of 'verdict'",
      related: ["GR0209", "GR0443"],
      documents: ["language.md#router"]),
  ]
}
