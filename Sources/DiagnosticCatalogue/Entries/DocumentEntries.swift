internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Keys and values of every document.
  static let documents: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0101", .error, "unknown key '…' in …",
      or: [
        "'…' is a key of …, and stands where the names of … do",
        "'…' is a key of the graph, and stands where the names of … do",
      ],
      title: "A key that is not known",
      meaning: """
        Every key of a file means something, and one that is not known would be ignored: a misspelled `temperature`
        would leave the model at its default without a word. So it is an error, with the key that was probably meant.
        """,
      remedy: """
        Take the key that is offered, or delete it. At the top of a graph, keys that begin with `x-` are yours.
        """,
      example: """
        nodes:
          greet: {user: Say hello., [-temprature-]{+temperature+}: 0.2}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:29: unknown key 'temprature' in node 'greet'",
      related: ["GR0114", "GR0103"],
      documents: ["language.md#a-graph-file"]),
    DiagnosticEntry(
      "GR0102", .error, "… must be …, not …",
      title: "A value of the wrong type",
      meaning: """
        The key takes a value of another type. Text that looks like a number is not made one, and a list of one is not
        the one: what a file says is what is meant.
        """,
      remedy: "Write a value of the type that is named.",
      example: """
        nodes:
          greet: {user: Say hello., max_tokens: [-"many"-]{+200+}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:41: 'max_tokens' must be an integer, not a string",
      related: ["GR0026", "GR0107"],
      documents: ["language.md#a-graph-file"]),
    DiagnosticEntry(
      "GR0103", .error, "… needs '…'",
      title: "A key that is missing",
      meaning: "Without this key it could not be told what the file means, and no value could be guessed.",
      remedy: "Add the key that is named.",
      example: """
        [-nodes:
          greet: {user: Say hello.}
        -]{+nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        +}
        """,
      report: "graph.yaml:1:1: the graph needs 'edges'",
      related: ["GR0101"]),
    DiagnosticEntry(
      retired: "GR0104", "'…' in … belongs to the language, but this version cannot carry it out",
      meaning: """
        Versions before 0.1 said so of parts of the language that they did not have. There are none left.
        """),
    DiagnosticEntry(
      "GR0105", .error, "… must be …",
      title: "A number outside of its range",
      meaning: """
        The number is one that the setting cannot have. Most ranges are those of the providers, which would refuse the
        request in the middle of a run.
        """,
      remedy: "Choose a number in the range.",
      example: """
        nodes:
          greet: {user: Say hello., temperature: [-20-]{+0.2+}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:42: 'temperature' must be between 0 and 2",
      related: ["GR0102"]),
    DiagnosticEntry(
      "GR0106", .error, "… cannot be '…'; it is one of …",
      title: "A word that is none of those allowed",
      meaning: "The key takes one of a few words, which the message lists.",
      remedy: "Take one of the words that are listed.",
      example: """
        nodes:
          greet: {user: Say hello., on_error: [-ignore-]{+skip+}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:39: 'on_error' cannot be 'ignore'; it is one of 'fail', 'skip', 'retry', 'fallback'",
      documents: ["language.md#when-a-node-fails"]),
    DiagnosticEntry(
      "GR0107", .error, "… is empty and must be …",
      title: "A value that is missing",
      meaning: """
        The key is there, but nothing stands behind it. In YAML that is null, and it is easy to write by accident.
        """,
      remedy: "Give the key a value, or delete it.",
      example: """
        nodes:
          greet:
            user:{+ Say hello.+}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:5: 'user' is empty and must be given a value",
      related: ["GR0102"]),
    DiagnosticEntry(
      "GR0108", .error, "version '…' is not understood; this program understands '1.0'",
      title: "A version of the language that is not known",
      meaning: """
        `version` says which version of the language a file is written in. A file of a later one could mean something
        that this program does not know, and so is not run.
        """,
      remedy: #"Write `version: "1.0"`."#,
      example: """
        version: [-"2.0"-]{+"1.0"+}
        nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:1:10: version '2.0' is not understood; this program understands '1.0'",
      documents: ["language.md#a-graph-file"]),
    DiagnosticEntry(
      "GR0109", .error, "the file is empty and so no …",
      title: "An empty file",
      meaning: "There is nothing in the file but white space and comments.",
      remedy: "Write a graph, or name another file.",
      example: """
        [-# To be written.
        -]{+nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        +}
        """,
      report: "graph.yaml:1:1: the file is empty and so no graph",
      related: ["GR0103"]),
    DiagnosticEntry(
      "GR0110", .error, "'…' is reserved and cannot be the name of a …",
      title: "A name that is reserved",
      meaning: """
        Some names have a meaning of their own: `START` and `END` are the ends of a graph, and keys of the state that
        begin with an underline are kept by the engine.
        """,
      remedy: "Choose another name.",
      example: """
        nodes:
          [-START-]{+begin+}: {user: Say hello.}
        edges:
          - {from: START, to: [-END-]{+begin+}}
        {+  - {from: begin, to: END}
        +}
        """,
      report: "graph.yaml:2:3: 'START' is reserved and cannot be the name of a node",
      related: ["GR0111", "GR0223"]),
    DiagnosticEntry(
      "GR0111", .error, "'…' cannot be the name of a …",
      title: "A name that cannot be one",
      meaning: """
        Names stand in expressions, prompts, events and files. So they are made of letters, digits, `_` and `-`, and
        begin with a letter or `_`.
        """,
      remedy: "Use letters, digits, `_` and `-`; begin with a letter or `_`.",
      example: """
        nodes:
          [-"say hello"-]{+say_hello+}: {user: Say hello.}
        edges:
          - {from: START, to: [-"say hello"-]{+say_hello+}}
          - {from: [-"say hello"-]{+say_hello+}, to: END}
        """,
      report: """
        graph.yaml:2:3: 'say hello' cannot be the name of a node: a name begins with a letter or '_' and goes on \
        with letters, digits, '_' or '-'
        """,
      related: ["GR0110"]),
    DiagnosticEntry(
      "GR0112", .error, "unknown node type '…'",
      title: "A node type that is not known",
      meaning: """
        No node type has this name. Types of your own are registered in the node factory of a Swift program, before it
        compiles graphs; `graph` itself knows the standard ones.
        """,
      remedy: "Take the type that is offered; register your own in Swift before you compile.",
      example: """
        nodes:
          greet: {type: [-lmm-]{+llm+}, user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:17: unknown node type 'lmm'",
      related: ["GR0113"],
      documents: ["language.md#nodes"]),
    DiagnosticEntry(
      "GR0113", .error, "yamlgraph's node type '…' is not known here; …",
      title: "A node type of yamlgraph that is not here",
      meaning: """
        The type is one of yamlgraph's that this program does without. The message says what to write in its place.
        """,
      remedy: "Do what the message says; see [compatibility](compatibility.md).",
      example: """
        {+tools:
          ask: {command: "copilot -p 'Say hello'"}
        +}nodes:
        [-  greet: {type: copilot, prompt: hello}
        -]{+  greet: {type: tool, tool: ask}
        +}edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: """
        graph.yaml:2:17: yamlgraph's node type 'copilot' is not known here; run the program with a tool of type \
        'shell'
        """,
      related: ["GR0112"],
      documents: ["compatibility.md#other-node-types"]),
    DiagnosticEntry(
      "GR0114", .error, "'…' has no effect in …; …",
      title: "A key that has no effect here",
      meaning: """
        The key is known, but not in this place, where it would do nothing. The message says where it belongs.
        """,
      remedy: "Do what the message says: move the key, or delete it.",
      example: """
        nodes:
          write:
            user: Write a slogan.
            guards:
              post:
                - {check: output | length < 60[-, max_retries: 2-]{+, on_fail: retry, max_retries: 2+}}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: """
        graph.yaml:6:41: 'max_retries' has no effect in a check under 'post'; it belongs to 'on_fail: retry'
        """,
      related: ["GR0101"]),
    DiagnosticEntry(
      "GR0115", .error, "the default of '…' must be …, not …",
      title: "A default of another type",
      meaning: """
        A key of the state is given a default that its own type does not allow, so that the graph would begin with a
        state that no caller could give it.
        """,
      remedy: "Change the default or the type.",
      example: """
        state:
          times: {type: int, default: [-"twice"-]{+2+}}
        nodes:
          greet: {user: "Say hello {times} times."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:31: the default of 'times' must be int, not str",
      related: ["GR0192"],
      documents: ["language.md#state"]),
    DiagnosticEntry(
      "GR0116", .error, "'…' of an edge names no node",
      title: "An edge that names no node",
      meaning: "`from` and `to` name the nodes between which an edge leads. A list of them may not be empty.",
      remedy: "Name a node, `START` or `END`.",
      example: """
        nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: [-[]-]{+END+}}
        """,
      report: "graph.yaml:5:23: 'to' of an edge names no node",
      related: ["GR0201"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0117", .error, "an edge of type 'conditional' follows the router's route and cannot have a condition as well",
      title: "A router's edge with a condition",
      meaning: """
        An edge of type `conditional` leads where the router's answer says. A condition besides would be a second
        answer to the same question.
        """,
      remedy: "Delete `condition`; where the router's answer is not to decide, delete `type` instead.",
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
          - {from: sort, to: [answer, apologise], type: conditional[-, condition: message != ''-]}
          - {from: answer, to: END}
          - {from: apologise, to: END}
        """,
      report: """
        graph.yaml:11:62: an edge of type 'conditional' follows the router's route and cannot have a condition as \
        well
        """,
      related: ["GR0207"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0118", .error,
      "an edge that waits for several nodes cannot have a condition; put it on an edge that leaves 'to'",
      title: "A join with a condition",
      meaning: """
        An edge with a list under `from` waits for all of its nodes. Where a condition is false, it could not be told
        what becomes of those that wait. The condition belongs on an edge behind the join.
        """,
      remedy: "Move the condition behind the join.",
      example: """
        state: {draft: str, facts: str}
        nodes:
          write: {user: Write., state_key: draft}
          look: {user: Look it up., state_key: facts}
          join: {type: passthrough, output: {size: "{len(draft) + len(facts)}"}}
          merge: {user: "Merge {draft} and {facts}."}
        edges:
          - {from: START, to: [write, look]}
        [-  - {from: [write, look], to: merge, condition: draft != ''}
          - {from: START, to: join}
        -]{+  - {from: [write, look], to: join}
          - {from: join, to: merge, condition: size > 0}
        +}  - {from: join, to: END}
          - {from: merge, to: END}
        """,
      report: """
        graph.yaml:9:38: an edge that waits for several nodes cannot have a condition; put it on an edge that leaves \
        'to'
        """,
      also: ["GR0309"],
      related: ["GR0305"],
      documents: ["language.md#edges"]),
    DiagnosticEntry(
      "GR0119", .error, "node '…' cannot be built as '…'",
      title: "A node type whose node could not be built",
      meaning: "A program registered a node type in Swift, and its code refused the node without saying why.",
      remedy: "The program that registered the node type gave no reason; ask its author.",
      noExample: """
        Only node types that programs register themselves can do this; those of `graph` say what is wrong with a \
        code of their own.
        """,
      documents: ["embedding.md#own-node-types"]),
  ]
}
