internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Names of nodes, keys of the state and variables.
  static let references: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0201", .error, "there is no node '…'",
      title: "An edge that leads to no node",
      meaning: """
        `from`, `to`, `default_route` and the like name nodes of the same file, or its ends, `START` and `END`. Upper
        and lower case matter.
        """,
      remedy: "Take the name that is offered, or add the node.",
      example: """
        nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: [-greeet-]{+greet+}}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:4:23: there is no node 'greeet'",
      related: ["GR0116"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0202", .error, "no edge can leave END",
      title: "An edge that leaves END",
      meaning: "At `END` a way through the graph is over, so that nothing can follow it.",
      remedy: "Delete the edge.",
      example: """
        nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        [-  - {from: END, to: greet}
        -]
        """,
      report: "graph.yaml:6:12: no edge can leave END",
      related: ["GR0203"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0203", .error, "no edge can lead to START",
      title: "An edge that leads to START",
      meaning: "`START` is where a run begins, once. To go round, an edge leads to the first node.",
      remedy: "Name the first node instead.",
      example: """
        state: {done: bool}
        nodes:
          draft: {user: Write a slogan.}
        edges:
          - {from: START, to: draft}
          - {from: draft, to: END, condition: done}
          - {from: draft, to: [-START-]{+draft+}}
        loop_limits: {draft: 3}
        loop_exits: {draft: END}
        """,
      report: "graph.yaml:7:23: no edge can lead to START",
      related: ["GR0202"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0204", .error, "START cannot be waited for together with nodes; give it an edge of its own",
      title: "A join that waits for START",
      meaning: """
        A list under `from` waits for all of its nodes to have run. `START` is no node: it has no work that could be
        waited for.
        """,
      remedy: "Write an edge from `START`, and one from the nodes.",
      example: """
        nodes:
          look: {user: Look it up.}
          write: {user: Write.}
        edges:
          - {from: START, to: look}
          - {from: [[-START, -]look], to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:6:13: START cannot be waited for together with nodes; give it an edge of its own",
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0205", .warning, "'…' is named twice in '…'",
      title: "A node that is named twice in one edge",
      meaning: """
        A node runs once in a step, however often an edge names it. The second name was probably to be another one.
        """,
      remedy: "Delete the repetition.",
      example: """
        nodes:
          good: {user: What is good about it?}
          bad: {user: What is bad about it?}
        edges:
          - {from: START, to: [good, [-good-]{+bad+}]}
        {+  - {from: bad, to: END}
        +}[-  - {from: START, to: bad}
          - {from: bad, to: END}
        -]  - {from: good, to: END}
        """,
      report: "graph.yaml:5:30: 'good' is named twice in 'to'",
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0206", .error, "an edge of type 'conditional' must leave a router, and '…' is none",
      title: "A conditional edge of a node that is no router",
      meaning: """
        An edge of `type: conditional` leads where a router's answer says. Other nodes have no such answer; their
        edges have conditions, or lead to all of their nodes.
        """,
      remedy: "Delete `type`, or make the node a router.",
      example: """
        nodes:
          plan: {user: Plan a text.}
          good: {user: What is good about it?}
          bad: {user: What is bad about it?}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: [good, bad][-, type: conditional-]}
          - {from: good, to: END}
          - {from: bad, to: END}
        """,
      report: "graph.yaml:7:12: an edge of type 'conditional' must leave a router, and 'plan' is none",
      related: ["GR0207"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0207", .error, "router '…' has no edge for its routes; add {from: …, to: […], type: conditional}",
      title: "A router without its edge",
      meaning: """
        A router's answer names a route, and the edge of `type: conditional` shows, to readers and in diagrams, where
        its routes lead. It lists the same nodes.
        """,
      remedy: "Add the edge that the message shows.",
      example: """
        state: {message: str}
        nodes:
          sort:
            type: router
            user: "Is this a question or a complaint? {message}"
            routes: {question: answer, complaint: answer}
          answer: {user: "Answer: {message}"}
        edges:
          - {from: START, to: sort}
        [-  - {from: START, to: answer}
        -]{+  - {from: sort, to: [answer], type: conditional}
        +}  - {from: answer, to: END}
        """,
      report: """
        graph.yaml:3:3: router 'sort' has no edge for its routes; add {from: sort, to: [answer], type: conditional}
        """,
      related: ["GR0208", "GR0210"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0208", .error, "… leads to '…', which is no target of the router's edge",
      title: "A route to a node that is not on the router's edge",
      meaning: """
        The edge of `type: conditional` lists where the routes lead, and this one leads elsewhere. One of the two is
        out of date.
        """,
      remedy: "Add the node to the edge's `to`.",
      example: """
        state: {message: str}
        nodes:
          sort:
            type: router
            user: "Is this a question or a complaint? {message}"
            routes: {question: answer, complaint: apologise}
          answer: {user: "Answer: {message}"}
          apologise: {user: "Apologise for: {message}"}
        edges:
          - {from: START, to: sort}
          - {from: sort, to: [answer{+, apologise+}], type: conditional}
          - {from: answer, to: END}
          - {from: apologise, to: END}
        """,
      report: "graph.yaml:6:43: route 'complaint' leads to 'apologise', which is no target of the router's edge",
      related: ["GR0209"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0209", .warning, "no route of router '…' leads to '…'",
      title: "A target that no route leads to",
      meaning: """
        The edge of the router lists a node, and none of its routes leads there. A route was probably forgotten.
        """,
      remedy: "Add a route, or take the node out of `to`.",
      example: """
        state: {message: str}
        nodes:
          sort:
            type: router
            user: "Is this a question or a complaint? {message}"
            routes: {question: answer, complaint: [-answer-]{+apologise+}}
          answer: {user: "Answer: {message}"}
          apologise: {user: "Apologise for: {message}"}
        edges:
          - {from: START, to: sort}
          - {from: sort, to: [answer, apologise], type: conditional}
          - {from: answer, to: END}
          - {from: apologise, to: END}
        """,
      report: "graph.yaml:11:31: no route of router 'sort' leads to 'apologise'",
      related: ["GR0208"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0210", .error, "router '…' follows its routes, so that this edge is never taken",
      title: "A plain edge that leaves a router",
      meaning: """
        A router goes where its answer says and nowhere else, so that this edge would never be taken. Where every
        other answer is to lead, `default_route` says.
        """,
      remedy: "Delete the edge, or make it `default_route`.",
      example: """
        state: {message: str}
        nodes:
          sort:
            type: router
            user: "Is this a question or a complaint? {message}"
            routes: {question: answer, complaint: answer}
          answer: {user: "Answer: {message}"}
        edges:
          - {from: START, to: sort}
          - {from: sort, to: [answer], type: conditional}
        [-  - {from: sort, to: END}
        -]  - {from: answer, to: END}
        """,
      report: "graph.yaml:11:5: router 'sort' follows its routes, so that this edge is never taken",
      related: ["GR0207"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0211", .error, "'…' has a loop exit but no entry under 'loop_limits'",
      title: "A loop exit without a limit",
      meaning: """
        A loop exit is where control goes when a node has reached its loop limit. Without a limit it is never taken.
        """,
      remedy: "Add the limit, or delete the exit.",
      example: """
        state: {done: bool}
        nodes:
          draft: {user: Write a slogan.}
        edges:
          - {from: START, to: draft}
          - {from: draft, to: END, condition: done}
          - {from: draft, to: draft}
        {+loop_limits: {draft: 3}
        +}loop_exits: {draft: END}
        """,
      report: "graph.yaml:8:14: 'draft' has a loop exit but no entry under 'loop_limits'",
      documents: ["language.md#loop-limits"]),
    DiagnosticEntry(
      "GR0220", .error, "'…' is no key of the state: it is not declared under 'state', and no node writes it",
      title: "A name that is no key of the state",
      meaning: """
        Keys of the state are those that are declared under `state` and those that nodes write. Nothing gives this one
        a value, so that a run would fail, or a condition never hold.
        """,
      remedy: "Declare it, or take the name that is offered.",
      example: """
        state: {topic: str}
        nodes:
          plan: {type: passthrough, output: {title: "About {state.[-topc-]{+topic+}}"}}
        edges:
          - {from: START, to: plan}
          - {from: plan, to: END}
        """,
      report: """
        graph.yaml:3:59: 'topc' is no key of the state: it is not declared under 'state', and no node writes it
        """,
      related: ["GR0221", "GR0264"],
      documents: ["language.md#state"]),
    DiagnosticEntry(
      "GR0221", .error, "… uses '…', which is no key of the state and not given under 'variables'",
      title: "A variable of a prompt that nobody gives",
      meaning: """
        A prompt reads the state, unless the node has `variables`. This name is no key of the state: it is not
        declared, and no node writes it.
        """,
      remedy: "Declare it, or give it under `variables`.",
      example: """
        state: {topic: str}
        nodes:
          write: {user: "Write about {[-topc-]{+topic+}}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: """
        graph.yaml:3:31: the prompt of node 'write' uses 'topc', which is no key of the state and not given under \
        'variables'
        """,
      related: ["GR0220", "GR0230"],
      documents: ["language.md#placeholders"]),
    DiagnosticEntry(
      "GR0222", .warning, "'…' is no key of the state and is taken as text; quote it",
      title: "A word without quotes",
      meaning: """
        To the right of `==` and `!=`, a word that is no key of the state is taken as text, as yamlgraph does. In
        quotes it is text beyond doubt, also when the state gets a key of that name.
        """,
      remedy: "Put the word in quotes.",
      example: """
        state: {mood: str}
        nodes:
          ask: {user: How are you?, state_key: mood}
          cheer: {user: Cheer me up.}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: cheer, condition: mood == [-sad-]{+'sad'+}}
          - {from: ask, to: END}
          - {from: cheer, to: END}
        """,
      report: "graph.yaml:7:47: 'sad' is no key of the state and is taken as text; quote it",
      documents: ["language.md#expressions"]),
    DiagnosticEntry(
      "GR0223", .error, "'…' is kept by the engine, and no node can write it",
      title: "A key that the engine keeps",
      meaning: "The engine writes this key itself, and what a node wrote there would be lost.",
      remedy: "Write to a key of another name.",
      example: """
        nodes:
          name: {type: passthrough, output: {[-thread_id-]{+title+}: "My run"}}
        edges:
          - {from: START, to: name}
          - {from: name, to: END}
        """,
      report: "graph.yaml:2:38: 'thread_id' is kept by the engine, and no node can write it",
      related: ["GR0110"],
      documents: ["language.md#keys-that-are-always-there"]),
    DiagnosticEntry(
      "GR0230", .error, "… uses '…', which node '…' does not give under 'variables'",
      title: "A variable that a node does not give",
      meaning: """
        The node has `variables`, and so its prompt sees these and nothing else. This one is not among them.
        """,
      remedy: "Add the variable to the node's `variables`, or take it out of the prompt.",
      example: """
        state: {topic: str, style: str}
        nodes:
          write:
            user: "Write about {topic}, in a {style} way."
            variables: {topic: "{state.topic}"{+, style: "{state.style}"+}}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: """
        graph.yaml:4:39: the prompt of node 'write' uses 'style', which node 'write' does not give under 'variables'
        """,
      related: ["GR0221", "GR0231"],
      documents: ["language.md#llm"]),
    DiagnosticEntry(
      "GR0231", .warning, "… does not use the variable '…'",
      title: "A variable that the prompt does not use",
      meaning: """
        The node computes a value for its prompt that does not occur in it. Often a placeholder is misspelled, or was
        deleted and its variable forgotten.
        """,
      remedy: "Delete the variable, or use it.",
      example: """
        state: {topic: str}
        nodes:
          write:
            user: "Write about {topic}."
            variables: {topic: "{state.topic}"[-, style: dry-]}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:5:41: the prompt of node 'write' does not use the variable 'style'",
      related: ["GR0230"],
      documents: ["language.md#llm"]),
  ]
}
