internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Maps, subgraphs, questions to people and pipelines.
  static let nodes: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0160", .error, "'over' of a map must be a list, …",
      title: "A map over what is no list",
      meaning: """
        A map runs its node once for each item of a list. Text and numbers have no items, and an object's entries have
        no order.
        """,
      remedy: "Name a key that holds a list, or write a list.",
      example: """
        state: {topic: str, topics: "list[str]"}
        nodes:
          write:
            type: map
            over: "{state.[-topic-]{+topics+}}"
            as: item
            collect: texts
            node: {user: "Write about {item}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:5:13: 'over' of a map must be a list, and 'topic' is str",
      documents: ["language.md#map"]),
    DiagnosticEntry(
      "GR0161", .error, "'min_success' is a number of items, as in 3, or a part of them from 0.0 to 1.0",
      title: "A part of a success that is none",
      meaning: """
        `min_success` is a number of items, as an integer, or a part of them, as a number from 0.0 to 1.0. 1.5 is
        neither.
        """,
      remedy: "Write an integer, or a part of at most 1.0.",
      example: """
        state: {topics: "list[str]"}
        nodes:
          write:
            type: map
            over: "{state.topics}"
            as: item
            collect: texts
            min_success: [-1.5-]{+0.5+}
            node: {user: "Write about {item}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:8:18: 'min_success' is a number of items, as in 3, or a part of them from 0.0 to 1.0",
      documents: ["language.md#map"]),
    DiagnosticEntry(
      "GR0162", .error, "'…' of a map cannot be '…', which the engine writes",
      title: "A name that the map itself uses",
      meaning: "The engine writes this name for each item, and what the map puts there would be lost.",
      remedy: "Choose another name for the item or the results.",
      example: """
        state: {topics: "list[str]"}
        nodes:
          write:
            type: map
            over: "{state.topics}"
            as: [-_map_index-]{+item+}
            collect: texts
            node: {user: "Write about {[-_map_index-]{+item+}}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:6:9: 'as' of a map cannot be '_map_index', which the engine writes",
      documents: ["language.md#map"]),
    DiagnosticEntry(
      "GR0163", .warning, "a router inside a map leads nowhere; its answer is collected and its routes are not taken",
      title: "A router inside a map",
      meaning: """
        Inside a map nothing has edges, so that the routes of a router lead nowhere. Its answer is collected, as an
        `llm` node's would be.
        """,
      remedy: "Write `type: llm`, and route behind the map.",
      example: """
        state: {messages: list, mails: "list[str]"}
        nodes:
          sort:
            type: map
            over: "{state.mails}"
            as: mail
            collect: kinds
            node:
              type: [-router-]{+llm+}
              user: "Is this a question or a complaint? {mail}"
        [-      routes: {question: END, complaint: END}
        -]edges:
          - {from: START, to: sort}
          - {from: sort, to: END}
        """,
      report: """
        graph.yaml:11:7: a router inside a map leads nowhere; its answer is collected and its routes are not taken
        """,
      documents: ["language.md#map"]),
    DiagnosticEntry(
      "GR0164", .warning,
      """
      a map's node that is skipped when its result exists takes that result for every item; put 'skip_if_exists' \
      on the map
      """,
      title: "A map that skips its items",
      meaning: """
        `skip_if_exists` on the inner node takes the result that is in the state already for every single item. On the
        map it skips the map when its results are there.
        """,
      remedy: "Move `skip_if_exists` from the inner node to the map.",
      example: """
        state: {topics: "list[str]"}
        nodes:
          write:
            type: map
            over: "{state.topics}"
            as: item
            collect: texts
        {+    skip_if_exists: true
        +}    node: {user: "Write about {item}."[-, skip_if_exists: true-]}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: """
        graph.yaml:8:41: a map's node that is skipped when its result exists takes that result for every item; put \
        'skip_if_exists' on the map
        """,
      documents: ["language.md#skip_if_exists"]),
    DiagnosticEntry(
      "GR0165", .warning, "the results of a map go to 'collect', and 'state_key' has no effect",
      title: "A map with a state_key",
      meaning: """
        The results of a map are a list, and `collect` names its key. `state_key` would be a second name for it and
        has no effect.
        """,
      remedy: "Delete `state_key`.",
      example: """
        state: {topics: "list[str]"}
        nodes:
          write:
            type: map
            over: "{state.topics}"
            as: item
            collect: texts
        [-    state_key: texts
        -]    node: {user: "Write about {item}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:8:5: the results of a map go to 'collect', and 'state_key' has no effect",
      documents: ["language.md#map"]),
    DiagnosticEntry(
      "GR0166", .error, "a subgraph in mode 'direct' shares the keys of the same name and takes no '…'",
      title: "A mapping between graphs that share their keys",
      meaning: """
        With `mode: direct`, keys of the same name are the same in both graphs, and nothing is left for a mapping to
        say.
        """,
      remedy: "Delete the mapping, or use `mode: invoke`.",
      example: """
        state: {topic: str, text: str}
        nodes:
          write:
            type: subgraph
            graph: write.yaml
            mode: [-direct-]{+invoke+}
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
      report: """
        graph.yaml:7:5: a subgraph in mode 'direct' shares the keys of the same name and takes no 'input_mapping'
        """,
      documents: ["language.md#subgraph"]),
    DiagnosticEntry(
      "GR0167", .warning, "graph '…' never waits for a person, so that this mapping has no effect",
      title: "A mapping for a wait that never comes",
      meaning: """
        `interrupt_output_mapping` says what is taken from the inner graph each time it waits for a person. This one
        never does.
        """,
      remedy: "Delete the mapping; `output_mapping` says what is taken at the end.",
      example: """
        state: {topic: str}
        nodes:
          write:
            type: subgraph
            graph: write.yaml
            input_mapping: {topic: topic}
            [-interrupt_output_mapping-]{+output_mapping+}: {draft: text}
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
      report: "graph.yaml:7:5: graph 'write' never waits for a person, so that this mapping has no effect",
      documents: ["language.md#subgraph"]),
    DiagnosticEntry(
      "GR0168", .warning, "the prompt makes the question, and 'message' has no effect beside it",
      title: "A question that is asked in two ways",
      meaning: "A model makes the question, as the prompt says, so that nobody would see the `message`.",
      remedy: "Delete `message`, or the prompt.",
      example: """
        state: {draft: str}
        nodes:
          ask:
            type: interrupt
            user: "What is unclear in this text? {draft}"
        [-    message: Is this right?
        -]edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        """,
      report: "graph.yaml:6:5: the prompt makes the question, and 'message' has no effect beside it",
      documents: ["language.md#interrupt"]),
    DiagnosticEntry(
      "GR0169", .warning, "node '…' asks nothing; give it 'message' or 'prompt'",
      title: "A question without words",
      meaning: "The run would stop and wait for an answer, and the person would not be told to what.",
      remedy: "Write the question under `message`.",
      example: """
        nodes:
          ask: {type: interrupt, {+message: "Publish this?", +}resume_key: answer}
        edges:
          - {from: START, to: ask}
          - {from: ask, to: END}
        """,
      report: "graph.yaml:2:3: node 'ask' asks nothing; give it 'message' or 'prompt'",
      documents: ["language.md#interrupt"]),
    DiagnosticEntry(
      "GR0170", .error,
      """
      a '…' stands for several nodes and cannot stand inside another node; put it into a graph of its own and run \
      that with 'subgraph'
      """,
      title: "Several nodes in the place of one",
      meaning: """
        A pipeline or an interactive tool stands for several nodes with edges between them. A map runs one node for
        each item; a graph of its own, run by `subgraph`, is one.
        """,
      remedy: "Put the pipeline into a graph of its own, and run that with a `subgraph` node.",
      example: """
        state: {names: "list[str]"}
        nodes:
          greet:
            type: map
            over: "{state.names}"
            as: name
            collect: greetings
            node:
        [-      type: pipeline
              items: [{name: morning}, {name: evening}]
              stages: [{name: say, user: "Say good {item.name} to {name}."}]
        -]{+      type: subgraph
              graph: greet.yaml
              input_mapping: {name: name}
        +}edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- greet.yaml --
        state: {name: str}
        nodes:
          day:
            type: pipeline
            items: [{name: morning}, {name: evening}]
            stages: [{name: say, user: "Say good {item.name} to {name}."}]
        edges:
          - {from: START, to: day}
          - {from: day, to: END}
        """,
      report: """
        graph.yaml:9:13: a 'pipeline' stands for several nodes and cannot stand inside another node; put it into a \
        graph of its own and run that with 'subgraph'
        """,
      documents: ["language.md#pipeline"]),
    DiagnosticEntry(
      "GR0171", .error, "there are two nodes '…', one of them made by a pipeline or an interactive tool",
      title: "Two nodes of one name",
      meaning: """
        A pipeline stands for nodes with names of its own making, and one of these is the name of another node.
        """,
      remedy: "Give the other node another name.",
      example: """
        nodes:
          greet:
            type: pipeline
            items: [{name: ada}]
            stages: [{name: say, user: "Say hello to {item.name}."}]
          [-greet__ada__say-]{+farewell+}: {user: Say goodbye.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: [-END-]{+farewell+}}
        {+  - {from: farewell, to: END}
        +}
        """,
      report: """
        graph.yaml:6:3: there are two nodes 'greet__ada__say', one of them made by a pipeline or an interactive tool
        """,
      documents: ["language.md#pipeline"]),
    DiagnosticEntry(
      "GR0172", .error, "'…' of pipeline '…' is empty",
      or: [
        "every … of pipeline '…' needs 'name'",
        "pipeline '…' has two …s '…'",
      ],
      title: "Items or stages without names",
      meaning: """
        The nodes of a pipeline are named after their item and stage, so that each needs a name and no two may share
        one.
        """,
      remedy: "Give each item and each stage a name of its own.",
      example: """
        nodes:
          greet:
            type: pipeline
            items: [{name: ada}, {name: [-ada-]{+grace+}}]
            stages: [{name: say, user: "Say hello to {item.name}."}]
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:4:33: pipeline 'greet' has two items 'ada'",
      documents: ["language.md#pipeline"]),
    DiagnosticEntry(
      "GR0173", .error, "item '…' of pipeline '…' has no field '…'",
      title: "A field that an item does not have",
      meaning: "The stages of a pipeline read fields of each item, and this item has none of that name.",
      remedy: "Take the field that is offered, or add it to the item.",
      example: """
        nodes:
          greet:
            type: pipeline
            items:
              - {name: ada, place: London}
              - {name: grace, [-plaec-]{+place+}: New York}
            stages: [{name: say, user: "Greet {item.name} of {item.place}."}]
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:7:60: item 'grace' of pipeline 'greet' has no field 'place'",
      related: ["GR0175"],
      documents: ["language.md#pipeline"]),
    DiagnosticEntry(
      "GR0174", .error, "field '…' of item '…' is … and cannot be put into text",
      title: "A field that is no text inside a text",
      meaning: """
        Inside a text, a field of an item becomes part of the text. A list or a mapping has no such form; alone, it is
        put in whole.
        """,
      remedy: "Use the field alone, without text around it.",
      example: """
        nodes:
          greet:
            type: pipeline
            items: [{name: ada, topics: [-[mathematics, poetry]-]{+mathematics+}}]
            stages: [{name: say, user: "Talk about {item.topics}."}]
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:5:50: field 'topics' of item 'ada' is a list and cannot be put into text",
      documents: ["language.md#pipeline"]),
    DiagnosticEntry(
      "GR0175", .warning, "no stage of pipeline '…' uses the field '…'",
      title: "A field that no stage uses",
      meaning: """
        An item of the pipeline has a field that nothing reads. Often it is misspelled, here or in a stage.
        """,
      remedy: "Delete the field, or use it.",
      example: """
        nodes:
          greet:
            type: pipeline
            items: [{name: ada[-, place: London-]}]
            stages: [{name: say, user: "Greet {item.name}."}]
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:4:25: no stage of pipeline 'greet' uses the field 'place'",
      related: ["GR0173"],
      documents: ["language.md#pipeline"]),
  ]
}
