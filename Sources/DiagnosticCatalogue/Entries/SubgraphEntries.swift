internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Graphs that run other graphs.
  static let subgraphs: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0260", .error, "cannot read the graph '…'",
      title: "A graph that cannot be read",
      meaning: """
        The other graph is not there, or is not inside the project. Paths are relative to the file that names them.
        """,
      remedy: "Give a path that is relative to the graph file and inside the project.",
      example: """
        state: {topic: str}
        nodes:
          write: {type: subgraph, graph: [-writer-]{+write+}.yaml, input_mapping: {topic: topic}}
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
      report: "graph.yaml:3:34: cannot read the graph 'writer.yaml': no such file",
      related: ["GR0261"],
      documents: ["language.md#subgraph"]),
    DiagnosticEntry(
      "GR0261", .error, "graphs run each other in a circle: …",
      title: "Graphs that run each other",
      meaning: """
        A graph that runs itself, through others or at once, would never end. Inside one graph, a loop has a condition
        or a limit.
        """,
      remedy: "Break the circle: use a loop inside one of the graphs.",
      example: """
        state: {topic: str}
        nodes:
          write: {type: subgraph, graph: [-graph-]{+write+}.yaml, input_mapping: {topic: topic}}
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
      report: "graph.yaml:3:34: graphs run each other in a circle: graph.yaml runs graph.yaml",
      related: ["GR0260", "GR0304"],
      documents: ["language.md#subgraph"]),
    DiagnosticEntry(
      "GR0262", .error, "graph '…' has no key '…' in its state",
      title: "A key that the other graph does not have",
      meaning: "The mapping names a key of the other graph's state that is not there.",
      remedy: "Take the key that is offered, or declare it in the other graph.",
      example: """
        state: {topic: str}
        nodes:
          write:
            type: subgraph
            graph: write.yaml
            input_mapping: {topic: topic}
            output_mapping: {story: [-txet-]{+text+}}
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
      report: "graph.yaml:7:29: graph 'write' has no key 'txet' in its state",
      related: ["GR0263"],
      documents: ["language.md#subgraph"]),
    DiagnosticEntry(
      "GR0263", .error, "graph '…' needs the input '…', which is not given to it",
      title: "An input of the other graph that is missing",
      meaning: """
        The other graph cannot run without this input: it is declared there without a default, and nothing gives it.
        """,
      remedy: "Add it to `input_mapping`.",
      example: """
        state: {topic: str}
        nodes:
          write:
            type: subgraph
            graph: write.yaml
            input_mapping: {topic: topic{+, style: "dry and {state.topic}"+}}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        -- write.yaml --
        state: {topic: str, style: str}
        nodes:
          text: {user: "Write about {topic}, in a {style} way."}
        edges:
          - {from: START, to: text}
          - {from: text, to: END}
        """,
      report: "graph.yaml:6:5: graph 'write' needs the input 'style', which is not given to it",
      related: ["GR0262"],
      documents: ["language.md#subgraph"]),
    DiagnosticEntry(
      "GR0264", .warning, "'…' is not declared under 'state', and nothing else mentions it",
      title: "A key that nothing else mentions",
      meaning: """
        The mapping writes a key of this graph that is not declared and that nothing reads. Most often it is
        misspelled.
        """,
      remedy: "Take the key that is offered, or use the result.",
      example: """
        state: {topic: str, story: str}
        nodes:
          write:
            type: subgraph
            graph: write.yaml
            input_mapping: {topic: topic}
            output_mapping: {[-stroy-]{+story+}: text}
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
      report: "graph.yaml:7:22: 'stroy' is not declared under 'state', and nothing else mentions it",
      related: ["GR0220"],
      documents: ["language.md#subgraph"]),
    DiagnosticEntry(
      "GR0265", .error, "the input '…' of graph '…' is given twice",
      title: "An input that is given twice",
      meaning: "Two entries of the mapping lead to the same input of the other graph, and only one could count.",
      remedy: "Delete one of the two.",
      example: """
        state: {topic: str, theme: str}
        nodes:
          write:
            type: subgraph
            graph: write.yaml
            input_mapping: {topic: topic[-, theme: topic-]}
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
      report: "graph.yaml:6:42: the input 'topic' of graph 'write' is given twice",
      documents: ["language.md#subgraph"]),
    DiagnosticEntry(
      "GR0266", .error, "'…' must be a mapping of keys, 'auto' or '*'",
      title: "A mapping that is none",
      meaning: """
        A mapping says which key becomes which, entry by entry. `auto` stands for all keys of the same name, and so
        does `*`.
        """,
      remedy: "Write a mapping of keys, or `auto`.",
      example: """
        state: {topic: str}
        nodes:
          write: {type: subgraph, graph: write.yaml, input_mapping: [-topic-]{+auto+}}
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
      report: "graph.yaml:3:61: 'input_mapping' must be a mapping of keys, 'auto' or '*'",
      documents: ["language.md#subgraph"]),
    DiagnosticEntry(
      "GR0267", .error, "tool '…' needs 'path', the file of a graph",
      title: "A graph as a tool without its file",
      meaning: "The tool runs a graph, and has to say which.",
      remedy: "Add `path` with the graph's file.",
      example: """
        state: {topic: str}
        tools:
          write: {type: graph{+, path: write.yaml+}}
        nodes:
          story: {type: tool, tool: write}
        edges:
          - {from: START, to: story}
          - {from: story, to: END}
        -- write.yaml --
        state: {topic: str}
        nodes:
          text: {user: "Write about {topic}."}
        edges:
          - {from: START, to: text}
          - {from: text, to: END}
        """,
      report: "graph.yaml:3:3: tool 'write' needs 'path', the file of a graph",
      documents: ["tools.md#graph"]),
    DiagnosticEntry(
      "GR0268", .error, "graph '…' waits for a person and cannot be a tool; run it with a 'subgraph' node",
      title: "A tool that waits for a person",
      meaning: """
        A model or a node that calls a tool waits for its result, and cannot wait for a person. A graph that asks
        somebody is run by a `subgraph` node, which can.
        """,
      remedy: "Run the graph with a `subgraph` node.",
      example: """
        state: {topic: str}
        [-tools:
          write: {type: graph, path: write.yaml}
        -]nodes:
          story: {[-type: tool, tool: write-]{+type: subgraph, graph: write.yaml, input_mapping: auto+}}
        edges:
          - {from: START, to: story}
          - {from: story, to: END}
        -- write.yaml --
        state: {topic: str}
        nodes:
          ask: {type: interrupt, message: "Write about {topic}?"}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        """,
      report: """
        graph.yaml:3:30: graph 'write' waits for a person and cannot be a tool; run it with a 'subgraph' node
        """,
      documents: ["tools.md#graph"]),
  ]
}
