internal import GraphCompiler
internal import GraphRuntime
internal import GraphStreams

/// What the server answers, in the form of OpenAPI 3.1.
enum OpenAPIDocument {
  static func document(_ core: ServerCore) -> Value {
    var paths = ValueObject()
    let object = json(["type": "object"])
    paths["/healthz"] = ["get": operation("health", "Whether the server is there.", ["200": "It is."], content: object)]
    paths["/metrics"] = [
      "get": operation(
        "metrics", "What was counted, for Prometheus.", ["200": "Metrics."], content: ["text/plain": ["schema": text]])
    ]
    paths["/openapi.json"] = ["get": operation("describe", "This document.", ["200": "It."], content: object)]
    paths["/graphs"] = ["get": operation("listGraphs", "All graphs.", ["200": "The graphs."], content: object)]
    paths["/graphs/{name}"] = [
      "get": operation(
        "getGraph", "What a graph takes and is made of.", ["200": "The graph.", "404": "No graph."], [name],
        content: object)
    ]
    for (path, item) in graphPaths(core) { paths[path] = item }
    for (path, item) in runPaths() { paths[path] = item }
    for (path, item) in chatPaths() { paths[path] = item }
    var schemas: ValueObject = ["Error": errorSchema, "Run": runSchema, "Thread": threadSchema]
    for graph in core.graphs { schemas["Input-\(graph.name)"] = graph.inputSchema }
    var document: ValueObject = [
      "openapi": "3.1.0",
      "info": ["title": "Tributary", "version": "1", "summary": "Runs of graphs, streamed."],
      "paths": .object(paths),
    ]
    var components: ValueObject = ["schemas": .object(schemas)]
    if core.options.token != nil {
      components["securitySchemes"] = ["token": ["type": "http", "scheme": "bearer"]]
      document["security"] = [["token": []]]
    }
    document["components"] = .object(components)
    return .object(document)
  }

  // MARK: - Paths

  private static func graphPaths(_ core: ServerCore) -> [(String, Value)] {
    let inputs = core.graphs.map { Value.object(["$ref": .string("#/components/schemas/Input-\($0.name)")]) }
    let input: Value = inputs.isEmpty ? ["type": "object"] : ["anyOf": .list(inputs)]
    let order = body(ValueObject([("input", input), ("thread", text)]).merging(resumption))
    let settings = [
      name, parameter("_stream", "query", "What is shown.", viewNames),
      parameter("_thread", "query", "The thread.", text),
      parameter("_on_disconnect", "query", "What becomes of the run without readers.", ["enum": ["continue", "stop"]]),
      parameter("_on_busy", "query", "What to do while another run has the thread.", policies),
      lastEvent,
    ]
    let stream: KeyValuePairs = [
      "200": "Server-sent events.", "204": "The run was read to its end.", "422": "A wrong input.",
    ]
    return [
      (
        "/graphs/{name}/runs",
        [
          "post": operation(
            "beginRun", "Begins a run; answers with its result, its stream, or at once.",
            [
              "200": "The result, or server-sent events.", "202": "It goes on.", "409": "The thread is taken.",
              "422": "A wrong input.", "429": "Too many runs.",
            ], [name], order, content: result)
        ]
      ),
      (
        "/graphs/{name}/stream",
        [
          "get": operation(
            "streamRun", "Begins a run for EventSource; the other parameters of the query are the graph's inputs.",
            stream, settings, content: events),
          "post": operation(
            "streamRunOfBody", "Begins a run whose inputs are the body.", stream, settings,
            ["required": true, "content": ["application/json": ["schema": input]]], content: events),
        ]
      ),
      (
        "/graphs/{name}/ws",
        [
          "get": operation(
            "talk", "A WebSocket: questions in, tokens out.", ["101": "It is one.", "426": "None was asked for."],
            [name])
        ]
      ),
      (
        "/graphs/{name}/threads/{thread}",
        [
          "get": operation(
            "getThread", "Where a thread is that is kept.", ["200": "The thread.", "404": "No thread."],
            [name, thread],
            content: json(reference("Thread")))
        ]
      ),
      (
        "/graphs/{name}/threads/{thread}/events",
        [
          "get": operation(
            "readThread", "The events of a run of a thread that is kept, the last one where none is named.",
            readings, [name, thread, parameter("run", "query", "The run.", text)] + readingSettings, content: events)
        ]
      ),
      (
        "/graphs/{name}/threads/{thread}/resume",
        [
          "post": operation(
            "resumeThread", "Goes on with a thread that waits for an answer, was stopped, failed or lost its server.",
            [
              "200": "The result, or server-sent events.", "202": "It goes on.", "404": "No thread.",
              "409": "It does not wait, or is taken.", "422": "A wrong answer.",
            ], [name, thread], body(resumption), content: result)
        ]
      ),
    ]
  }

  private static func runPaths() -> [(String, Value)] {
    return [
      (
        "/runs/{id}",
        [
          "get": operation(
            "getRun", "How a run stands.", ["200": "The run.", "404": "No run."], [id], content: json(reference("Run")))
        ]
      ),
      (
        "/runs/{id}/events",
        [
          "get": operation(
            "readRun", "The events of a run, from the beginning or behind the last one that was seen.",
            readings, [id] + readingSettings, content: events)
        ]
      ),
      (
        "/runs/{id}/stop",
        [
          "post": operation(
            "stopRun", "Stops a run, which keeps what it has.", ["200": "The run.", "404": "No run."], [id],
            body(["reason": text]), content: json(reference("Run")))
        ]
      ),
      (
        "/runs/{id}/resume",
        [
          "post": operation(
            "resumeRun", "Goes on with a run that waits for an answer or was stopped.",
            [
              "200": "The result, or server-sent events.", "202": "It goes on.", "404": "No run.",
              "409": "It does not wait.", "422": "A wrong answer.",
            ], [id], body(resumption), content: result)
        ]
      ),
    ]
  }

  private static func chatPaths() -> [(String, Value)] {
    [
      (
        "/v1/models",
        [
          "get": operation(
            "listModels", "Each graph as a model.", ["200": "The models."], content: json(["type": "object"]))
        ]
      ),
      (
        "/v1/models/{name}",
        [
          "get": operation(
            "getModel", "A graph as a model.", ["200": "The model.", "404": "No graph."], [name],
            content: json(["type": "object"]))
        ]
      ),
      (
        "/v1/chat/completions",
        [
          "post": operation(
            "chat", "A chat completion of OpenAI's interface, made by a graph.",
            ["200": "The completion, or server-sent events.", "400": "A wrong request."], [],
            body(
              [
                "model": text, "messages": ["type": "array", "items": ["type": "object"]],
                "stream": ["type": "boolean"],
              ], required: ["model", "messages"]),
            content: ["application/json": ["schema": ["type": "object"]], "text/event-stream": ["schema": text]])
        ]
      ),
    ]
  }

  // MARK: - Parts

  private static let text: Value = ["type": "string"]
  private static let name = parameter("name", "path", "The graph.", text)
  private static let id = parameter("id", "path", "The run.", text)
  private static let thread = parameter("thread", "path", "The thread.", text)
  private static let lastEvent = parameter("Last-Event-ID", "header", "The id of the last event that was seen.", text)

  private static func reference(_ name: String) -> Value { ["$ref": .string("#/components/schemas/\(name)")] }

  private static func json(_ schema: Value) -> ValueObject { ["application/json": ["schema": schema]] }

  /// How the events of a run are asked for, and answered.
  private static let readingSettings = [
    parameter("stream", "query", "What is shown.", viewNames),
    parameter("after", "query", "The number of the last event that was seen.", ["type": "integer"]), lastEvent,
  ]
  private static let readings: KeyValuePairs = [
    "200": "Server-sent events.", "204": "The run was read to its end.", "404": "No run.",
    "409": "It goes on in another process.",
  ]

  private static let events: ValueObject = ["text/event-stream": ["schema": text]]
  private static let result: ValueObject = json(reference("Run")).merging(events)

  private static let viewNames: Value = ["enum": .list(RunView.allCases.map { .string($0.rawValue) })]

  /// What beginning a run and going on with one have in common.
  private static let resumption: ValueObject = [
    "answer": [:], "answers": ["type": "object"], "stream": viewNames, "wait": ["type": "boolean", "default": true],
    "on_disconnect": ["enum": ["continue", "stop"]],
    "on_busy": policies,
  ]

  private static let policies: Value = ["enum": ["reject", "enqueue", "interrupt", "rollback"]]

  private static func parameter(_ name: String, _ place: String, _ summary: String, _ schema: Value) -> Value {
    var parameter: ValueObject = [
      "name": .string(name), "in": .string(place), "description": .string(summary), "schema": schema,
    ]
    if place == "path" { parameter["required"] = true }
    return .object(parameter)
  }

  private static func body(_ properties: ValueObject, required: [String] = []) -> Value {
    var schema: ValueObject = ["type": "object", "properties": .object(properties)]
    if !required.isEmpty { schema["required"] = .list(required.map { .string($0) }) }
    return ["content": ["application/json": ["schema": .object(schema)]]]
  }

  /// - Parameter content: What answers below 300 with a body hold.
  private static func operation(
    _ id: String, _ summary: String, _ responses: KeyValuePairs<String, String>, _ parameters: [Value] = [],
    _ body: Value? = nil, content: ValueObject? = nil
  ) -> Value {
    var answers = ValueObject()
    for (status, text) in responses {
      var answer: ValueObject = ["description": .string(text)]
      if (Int(status) ?? 0) >= 400 {
        answer["content"] = .object(json(reference("Error")))
      } else if let content, ["200", "202"].contains(status) {
        answer["content"] = .object(content)
      }
      answers[status] = .object(answer)
    }
    var operation: ValueObject = [
      "operationId": .string(id), "summary": .string(summary), "responses": .object(answers),
    ]
    if !parameters.isEmpty { operation["parameters"] = .list(parameters) }
    if let body { operation["requestBody"] = body }
    return .object(operation)
  }

  private static let errorSchema: Value = [
    "type": "object", "required": ["error"],
    "properties": [
      "error": [
        "type": "object", "required": ["code", "message"],
        "properties": ["code": text, "message": text, "parameter": text],
      ]
    ],
  ]

  private static let runSchema: Value = [
    "type": "object", "required": ["run", "graph", "thread", "kept", "status"],
    "properties": [
      "run": text, "graph": text, "thread": text, "kept": ["type": "boolean"],
      "status": ["enum": ["running", "lost", "completed", "interrupted", "stopped", "failed"]],
      "state": ["type": "object"],
      "exports": [
        "type": "array",
        "items": ["type": "object", "properties": ["key": text, "path": text, "problem": text]],
      ],
    ],
  ]

  private static let threadSchema: Value = [
    "type": "object", "required": ["thread", "graph", "status", "run", "turn", "steps", "next", "state"],
    "properties": [
      "thread": text, "graph": text, "run": text, "turn": ["type": "integer"], "steps": ["type": "integer"],
      "status": ["enum": ["running", "lost", "completed", "interrupted", "stopped", "failed"]],
      "next": ["type": "array", "items": text], "state": ["type": "object"],
    ],
  ]
}

extension ValueObject {
  /// The entries of both, those of the other one last.
  fileprivate func merging(_ other: ValueObject) -> ValueObject {
    var object = self
    object.merge(other)
    return object
  }
}
