internal import GraphRuntime

/// What the server answers, in the form of OpenAPI 3.1.
enum OpenAPIDocument {
  static func document(_ core: ServerCore) -> Value {
    var paths = ValueObject()
    paths["/healthz"] = ["get": operation("health", "Whether the server is there.", ["200": "It is."])]
    paths["/metrics"] = ["get": operation("metrics", "What was counted, for Prometheus.", ["200": "Metrics."])]
    paths["/graphs"] = ["get": operation("listGraphs", "All graphs.", ["200": "The graphs."])]
    paths["/graphs/{name}"] = [
      "get": operation(
        "getGraph", "What a graph takes and is made of.", ["200": "The graph.", "404": "No graph."],
        [
          name
        ])
    ]
    for (path, item) in graphPaths(core) { paths[path] = item }
    for (path, item) in runPaths() { paths[path] = item }
    for (path, item) in chatPaths() { paths[path] = item }
    var schemas: ValueObject = ["Error": errorSchema, "Run": runSchema]
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
    let views: Value = ["enum": .list(RunView.allCases.map { .string($0.rawValue) })]
    let order = body([
      "input": input, "thread": ["type": "string"], "stream": views, "wait": ["type": "boolean", "default": true],
      "on_disconnect": ["enum": ["continue", "stop"]],
    ])
    let settings = [
      name, parameter("_stream", "query", "What is shown.", views), parameter("_thread", "query", "The thread.", text),
      parameter("_on_disconnect", "query", "What becomes of the run without readers.", ["enum": ["continue", "stop"]]),
      lastEvent,
    ]
    let stream = ["200": "Server-sent events.", "204": "The run was read to its end.", "422": "A wrong input."]
    return [
      (
        "/graphs/{name}/runs",
        [
          "post": operation(
            "beginRun", "Begins a run; answers with its result, its stream, or at once.",
            ["200": "The result, or server-sent events.", "202": "It goes on.", "422": "A wrong input."], [name], order)
        ]
      ),
      (
        "/graphs/{name}/stream",
        [
          "get": operation(
            "streamRun", "Begins a run for EventSource; the other parameters of the query are the graph's inputs.",
            stream, settings),
          "post": operation(
            "streamRunOfBody", "Begins a run whose inputs are the body.", stream, settings,
            ["required": true, "content": ["application/json": ["schema": input]]]),
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
    ]
  }

  private static func runPaths() -> [(String, Value)] {
    let views: Value = ["enum": .list(RunView.allCases.map { .string($0.rawValue) })]
    return [
      ("/runs/{id}", ["get": operation("getRun", "How a run stands.", ["200": "The run.", "404": "No run."], [id])]),
      (
        "/runs/{id}/events",
        [
          "get": operation(
            "readRun", "The events of a run, from the beginning or behind the last one that was seen.",
            ["200": "Server-sent events.", "404": "No run."],
            [
              id, parameter("stream", "query", "What is shown.", views),
              parameter("after", "query", "The number of the last event that was seen.", ["type": "integer"]),
              lastEvent,
            ])
        ]
      ),
      (
        "/runs/{id}/stop",
        [
          "post": operation(
            "stopRun", "Stops a run, which keeps what it has.", ["200": "The run.", "404": "No run."], [id],
            body(["reason": text]))
        ]
      ),
      (
        "/runs/{id}/resume",
        [
          "post": operation(
            "resumeRun", "Goes on with a run that waits for an answer or was stopped.",
            ["200": "The result, or server-sent events.", "409": "It does not wait."], [id],
            body([
              "answer": [:], "answers": ["type": "object"], "stream": views,
              "wait": ["type": "boolean", "default": true], "on_disconnect": ["enum": ["continue", "stop"]],
            ]))
        ]
      ),
    ]
  }

  private static func chatPaths() -> [(String, Value)] {
    [
      ("/v1/models", ["get": operation("listModels", "Each graph as a model.", ["200": "The models."])]),
      (
        "/v1/models/{name}",
        ["get": operation("getModel", "A graph as a model.", ["200": "The model.", "404": "No graph."], [name])]
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
              ], required: ["model", "messages"]))
        ]
      ),
    ]
  }

  // MARK: - Parts

  private static let text: Value = ["type": "string"]
  private static let name = parameter("name", "path", "The graph.", text)
  private static let id = parameter("id", "path", "The run.", text)
  private static let lastEvent = parameter("Last-Event-ID", "header", "The id of the last event that was seen.", text)

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

  private static func operation(
    _ id: String, _ summary: String, _ responses: KeyValuePairs<String, String>, _ parameters: [Value] = [],
    _ body: Value? = nil
  ) -> Value {
    operation(id, summary, Dictionary(uniqueKeysWithValues: responses.map { ($0.key, $0.value) }), parameters, body)
  }

  private static func operation(
    _ id: String, _ summary: String, _ responses: [String: String], _ parameters: [Value] = [], _ body: Value? = nil
  ) -> Value {
    var answers = ValueObject()
    for (status, text) in responses.sorted(by: { $0.key < $1.key }) {
      var answer: ValueObject = ["description": .string(text)]
      if (Int(status) ?? 0) >= 400 {
        answer["content"] = ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]]
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
    "type": "object", "required": ["run", "graph", "thread", "status"],
    "properties": [
      "run": text, "graph": text, "thread": text,
      "status": ["enum": ["running", "completed", "interrupted", "stopped", "failed"]], "state": ["type": "object"],
    ],
  ]
}
