internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Types of the keys of the state, and the answers of routers.
  static let stateTypes: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0440", .warning, "'…' is declared as '…', and node '…' writes '…'",
      title: "A result of another type than the key declares",
      meaning: """
        The key is declared with one type, and a node writes values of another one to it. Whoever reads the key relies
        on what is declared.
        """,
      remedy: "Change the declaration, or the node's `state_key`.",
      example: """
        state: {note: [-int-]{+str+}}
        nodes:
          write: {user: Write a note., state_key: note}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:3:43: 'note' is declared as 'int', and node 'write' writes 'str'",
      documents: ["language.md#types"]),
    DiagnosticEntry(
      "GR0441", .error, "reducer '…' of '…' takes …, and node '…' writes '…'",
      title: "A reducer that cannot take what a node writes",
      meaning: "The reducer puts values of one type together, and the node writes one of another.",
      remedy: "Take another reducer, or have the node write what it takes.",
      example: """
        state: {total: {type: [-float-]{+"list[str]"+}, reducer: [-add-]{+append+}}}
        nodes:
          write: {user: Write a note., state_key: total}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:3:43: reducer 'add' of 'total' takes numbers, and node 'write' writes 'str'",
      related: ["GR0127"],
      documents: ["language.md#reducers"]),
    DiagnosticEntry(
      "GR0442", .error, "the input '…' of graph '…' must be …, not …",
      or: [
        "the name of a tool must be text, and '…' is …",
        "the arguments of a tool must be a dict, and '…' is …",
      ],
      title: "A value of the wrong type for another graph",
      meaning: "The other graph declares the type of its input, and what is given to it is of another one.",
      remedy: "Give a value of that type.",
      example: """
        state: {topic: [-int-]{+str+}}
        nodes:
          write:
            type: subgraph
            graph: write.yaml
            input_mapping: {topic: topic}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        -- write.yaml --
        state: {topic: str}
        nodes:
          text: {user: "Write about {topic}."}
        edges:
          - {from: START, to: text}
          - {from: text, to: END}
        """,
      report: "graph.yaml:6:21: the input 'topic' of graph 'write' must be str, not int",
      related: ["GR0263"],
      documents: ["language.md#subgraph"]),
    DiagnosticEntry(
      "GR0443", .warning, "router '…' has no route for the answer '…', and no 'default_route' for others",
      title: "An answer that no route covers",
      meaning: """
        The schema lets the model give an answer for which the router has no route, and there is no `default_route`. A
        run with that answer fails.
        """,
      remedy: "Add the route, or `default_route`.",
      example: """
        state: {message: str}
        nodes:
          sort:
            type: router
            prompt: sort
            routes: {question: answer{+, complaint: answer+}}
          answer: {user: "Answer: {message}"}
        edges:
          - {from: START, to: sort}
          - {from: sort, to: [answer], type: conditional}
          - {from: answer, to: END}
        -- prompts/sort.yaml --
        user: "Is this a question or a complaint? {message}"
        schema:
          name: Kind
          fields:
            kind: {type: str, enum: [question, complaint]}
        """,
      report: """
        graph.yaml:6:5: router 'sort' has no route for the answer 'complaint', and no 'default_route' for others
        """,
      related: ["GR0444"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0444", .warning, "route '…' is never taken: it is no value of '…'",
      title: "A route that is never taken",
      meaning: """
        The route is no value that the schema allows, so that no answer leads there. Most often it is misspelled.
        """,
      remedy: "Take the value that is offered, delete the route, or add the value to the schema.",
      example: """
        state: {message: str}
        nodes:
          sort:
            type: router
            prompt: sort
            routes: {question: answer, [-complain-]{+complaint+}: answer}
            default_route: answer
          answer: {user: "Answer: {message}"}
        edges:
          - {from: START, to: sort}
          - {from: sort, to: [answer], type: conditional}
          - {from: answer, to: END}
        -- prompts/sort.yaml --
        user: "Is this a question or a complaint? {message}"
        schema:
          name: Kind
          fields:
            kind: {type: str, enum: [question, complaint]}
        """,
      report: "graph.yaml:6:32: route 'complain' is never taken: it is no value of 'kind'",
      related: ["GR0443"],
      documents: ["language.md#router"]),
  ]
}
