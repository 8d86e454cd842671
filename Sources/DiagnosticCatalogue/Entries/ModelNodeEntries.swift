internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Nodes that ask models: prompts, routes, candidates, conversations.
  static let modelNodes: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0120", .error, "node '…' needs 'prompt', or 'user' with the question itself",
      title: "A node that asks nothing",
      meaning: "A node that calls a model needs a question: that of a prompt file, or its own under `user`.",
      remedy: "Name a prompt file, or write the question in the node.",
      example: """
        nodes:
          greet: {type: llm, temperature: 0.2{+, user: Say hello.+}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:3: node 'greet' needs 'prompt', or 'user' with the question itself",
      related: ["GR0121"],
      documents: ["language.md#llm"]),
    DiagnosticEntry(
      "GR0121", .error, "a node has either 'prompt' or its own 'system' and 'user', not both",
      title: "A node with two prompts",
      meaning: """
        The prompt of a file and one that is written in the node cannot be put together, as it could not be told which
        part comes first.
        """,
      remedy: "Keep the file's prompt or the node's own, and delete the other.",
      example: """
        nodes:
          greet:
            prompt: greet
        [-    user: Say hello.
        -]edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- prompts/greet.yaml --
        user: Say hello.
        """,
      report: "graph.yaml:4:5: a node has either 'prompt' or its own 'system' and 'user', not both",
      related: ["GR0120"],
      documents: ["language.md#llm"]),
    DiagnosticEntry(
      "GR0122", .error, "router '…' has no routes",
      title: "A router without routes",
      meaning: "A router reads a route out of its model's answer. Without routes there is nowhere to go.",
      remedy: "List under `routes` what the model may answer, and the node for each answer.",
      example: """
        state: {message: str}
        nodes:
          sort:
            type: router
            user: "Is this a question or a complaint? {message}"
            routes: [-{}-]{+{question: answer, complaint: answer}+}
          answer: {user: "Answer: {message}"}
        edges:
          - {from: START, to: sort}
          - {from: sort, to: [answer], type: conditional}
          - {from: answer, to: END}
        """,
      report: "graph.yaml:6:13: router 'sort' has no routes",
      related: ["GR0207"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0123", .error, "the schema '…' has no field '…'",
      title: "A field that the schema does not have",
      meaning: """
        The node reads a field of its answer, and the schema of its prompt, to which the answer has to fit, has none
        of that name.
        """,
      remedy: "Name a field of the prompt's schema.",
      example: """
        state: {message: str}
        nodes:
          sort:
            type: router
            prompt: sort
            route_field: [-knid-]{+kind+}
            routes: {question: answer, complaint: answer}
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
      report: "graph.yaml:6:18: the schema 'Kind' has no field 'knid'",
      related: ["GR0124", "GR0125"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0124", .error,
      """
      the answer is text and has no field '…'; give the prompt a schema, or the node 'parse_json: true'
      """,
      title: "A field of an answer that is text",
      meaning: """
        `route_field` names a field of the answer. The prompt has no schema and the node no `parse_json`, so that the
        answer is a text, which has no fields.
        """,
      remedy: "Give the prompt a schema or the node `parse_json: true`; or delete `route_field`.",
      example: """
        state: {message: str}
        nodes:
          sort:
            type: router
            user: "Is this a question or a complaint? {message}"
        [-    route_field: kind
        -]    routes: {question: answer, complaint: answer}
          answer: {user: "Answer: {message}"}
        edges:
          - {from: START, to: sort}
          - {from: sort, to: [answer], type: conditional}
          - {from: answer, to: END}
        """,
      report: """
        graph.yaml:6:18: the answer is text and has no field 'kind'; give the prompt a schema, or the node \
        'parse_json: true'
        """,
      related: ["GR0123"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0125", .error, "router '…' needs 'route_field'",
      title: "A router that cannot tell which field is the route",
      meaning: """
        The answer is an object, and none of its fields is the route without doubt: it is not the only one, not the
        only one with an `enum`, and not called `tone` or `intent`.
        """,
      remedy: "Say which field of the schema holds the route.",
      example: """
        state: {message: str}
        nodes:
          sort:
            type: router
            prompt: sort
        {+    route_field: kind
        +}    routes: {question: answer, complaint: answer}
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
            kind: str
            reason: str
        """,
      report: """
        graph.yaml:3:3: router 'sort' needs 'route_field': which of 'kind', 'reason' of 'Kind' holds the route?
        """,
      related: ["GR0123"],
      documents: ["language.md#router"]),
    DiagnosticEntry(
      "GR0126", .error, "there is no provider '…'",
      title: "A provider that is not known",
      meaning: """
        `provider` is the name of a service that offers models, or of a program on your own machine. Any service that
        speaks OpenAI's protocol can be used as `openai-compatible` with a `base_url`.
        """,
      remedy: "Take the name that is offered; see [models](models.md#providers).",
      example: """
        nodes:
          greet: {user: Say hello., provider: [-opnai-]{+openai+}, model: gpt-4o-mini}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:39: there is no provider 'opnai'",
      documents: ["models.md#providers"]),
    DiagnosticEntry(
      "GR0127", .error, "reducer '…' works on …, and '…' is '…'",
      title: "A reducer that does not fit its key",
      meaning: """
        A reducer puts two values together, and works on values of some types only: numbers are added, lists grow.
        """,
      remedy: "Choose another reducer, or declare the type it works on.",
      example: """
        state:
          notes: {type: [-str-]{+"list[str]"+}, reducer: union}
        nodes:
          note: {user: Write a note., state_key: notes}
        edges:
          - {from: START, to: note}
          - {from: note, to: END}
        """,
      report: "graph.yaml:2:31: reducer 'union' works on lists, and 'notes' is 'str'",
      documents: ["language.md#reducers"]),
    DiagnosticEntry(
      "GR0128", .error, "models of '…' cannot be told how many tokens to think with",
      title: "A thinking budget for models that have none",
      meaning: """
        How much a model thinks can be told to the models of some providers only; elsewhere the setting would be
        dropped.
        """,
      remedy: "Delete `thinking_budget`, or take a provider that can; see [models](models.md#thinking).",
      example: """
        nodes:
          solve: {user: Solve it., provider: [-groq-]{+anthropic+}, thinking_budget: 2000}
        edges:
          - {from: START, to: solve}
          - {from: solve, to: END}
        """,
      report: "graph.yaml:2:61: models of 'groq' cannot be told how many tokens to think with",
      documents: ["models.md#thinking"]),
    DiagnosticEntry(
      "GR0129", .error, "node '…' needs two candidates at least, and has …",
      title: "A race of one",
      meaning: """
        A race asks several models at once and takes the first good answer. With one of them, it is an `llm` node.
        """,
      remedy: "List more models, or make it an `llm` node.",
      example: """
        nodes:
          answer:
            type: race
            user: Say hello.
            candidates:
              - {provider: groq}
        {+      - {provider: openai, model: gpt-4o-mini}
        +}edges:
          - {from: START, to: answer}
          - {from: answer, to: END}
        """,
      report: "graph.yaml:6:7: node 'answer' needs two candidates at least, and has one",
      related: ["GR0131"],
      documents: ["language.md#race"]),
    DiagnosticEntry(
      "GR0130", .error, "a candidate needs 'provider' or 'model'",
      title: "A candidate that says nothing",
      meaning: "A candidate is another model, and so says which provider or model it is.",
      remedy: "Name the candidate's `provider` or `model`.",
      example: """
        nodes:
          answer:
            type: race
            user: Say hello.
            candidates:
              - {provider: groq}
              - {[-temperature: 0.2-]{+provider: openai, temperature: 0.2+}}
        edges:
          - {from: START, to: answer}
          - {from: answer, to: END}
        """,
      report: "graph.yaml:7:9: a candidate needs 'provider' or 'model'",
      documents: ["language.md#race"]),
    DiagnosticEntry(
      "GR0131", .warning, "this candidate is listed twice",
      title: "A candidate that is there twice",
      meaning: """
        The same model with the same settings is asked twice, and paid twice, to win against itself. The note shows
        the first one.
        """,
      remedy: "Delete it, or name another model.",
      example: """
        nodes:
          answer:
            type: race
            user: Say hello.
            candidates:
              - {provider: groq}
              - {provider: [-groq-]{+openai+}}
        edges:
          - {from: START, to: answer}
          - {from: answer, to: END}
        """,
      report: "graph.yaml:7:9: this candidate is listed twice",
      related: ["GR0129"],
      documents: ["language.md#race"]),
    DiagnosticEntry(
      "GR0132", .warning, "agent '…' has no tools and so is an 'llm' node",
      title: "An agent without tools",
      meaning: """
        An agent is a model that calls tools in turns. Without a tool it answers at once, as an `llm` node does.
        """,
      remedy: "List its tools, or make it an `llm` node.",
      example: """
        tools:
          today: {command: date}
        nodes:
          answer: {type: agent, user: What day is it?{+, tools: [today]+}}
        edges:
          - {from: START, to: answer}
          - {from: answer, to: END}
        """,
      report: "graph.yaml:4:3: agent 'answer' has no tools and so is an 'llm' node",
      documents: ["language.md#agent"]),
    DiagnosticEntry(
      "GR0133", .warning, "tool '…' is listed twice",
      title: "A tool that is listed twice",
      meaning: "The agent has the tool already. The second name was probably to be another one.",
      remedy: "Delete one of the two, or name the tool that was meant.",
      example: """
        tools:
          today: {command: date}
          uptime: {command: uptime}
        nodes:
          answer: {type: agent, user: What day is it?, tools: [today, [-today-]{+uptime+}]}
        edges:
          - {from: START, to: answer}
          - {from: answer, to: END}
        """,
      report: "graph.yaml:5:63: tool 'today' is listed twice",
      documents: ["language.md#agent"]),
    DiagnosticEntry(
      "GR0134", .error, "'…' has no effect beside 'candidates'; each candidate has its own",
      title: "A setting of one model beside candidates",
      meaning: """
        The models that are asked are the candidates, each with settings of its own. A setting of the node would
        belong to none of them.
        """,
      remedy: "Move it into the candidates.",
      example: """
        nodes:
          answer:
            type: race
            user: Say hello.
        [-    model: gpt-4o-mini
        -]    candidates:
              - {provider: groq}
              - {provider: openai{+, model: gpt-4o-mini+}}
        edges:
          - {from: START, to: answer}
          - {from: answer, to: END}
        """,
      report: "graph.yaml:5:5: 'model' has no effect beside 'candidates'; each candidate has its own",
      documents: ["language.md#race"]),
    DiagnosticEntry(
      "GR0135", .error, "'…' holds the conversation and cannot hold the result as well",
      title: "A result in the place of the conversation",
      meaning: """
        `messages_key` is the list that the conversation is kept in, and the node adds to it. Its result in the same
        key would put an answer in place of the whole conversation.
        """,
      remedy: "Give the result another `state_key`.",
      example: """
        state:
          messages: list
          question: str
        nodes:
          answer: {user: "{question}", messages_key: messages, state_key: [-messages-]{+reply+}}
        edges:
          - {from: START, to: answer}
          - {from: answer, to: END}
        """,
      report: "graph.yaml:5:46: 'messages' holds the conversation and cannot hold the result as well",
      also: ["GR0440"],
      documents: ["language.md#conversations"]),
    DiagnosticEntry(
      "GR0136", .error, "'…' is written by the node already and cannot hold the results of tools as well",
      title: "Calls of tools in the place of something else",
      meaning: """
        `tool_results_key` is the key that an agent's calls are written to. The node writes its answer, or the
        conversation, to the same one.
        """,
      remedy: "Choose another `tool_results_key`.",
      example: """
        tools:
          today: {command: date}
        nodes:
          answer:
            type: agent
            user: What day is it?
            tools: [today]
            state_key: reply
            tool_results_key: [-reply-]{+calls+}
        edges:
          - {from: START, to: answer}
          - {from: answer, to: END}
        """,
      report: """
        graph.yaml:9:23: 'reply' is written by the node already and cannot hold the results of tools as well
        """,
      documents: ["language.md#agent"]),
  ]
}
