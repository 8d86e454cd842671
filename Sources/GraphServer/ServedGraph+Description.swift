internal import GraphCompiler
internal import GraphLanguage
internal import GraphRuntime

extension ServedGraph {
  /// The graph in a list.
  var summary: Value {
    [
      "name": .string(name), "description": graph.description.description.map { .string($0) } ?? .null,
      "inputs": inputSchema,
    ]
  }

  /// All that is to be known of the graph.
  var details: Value {
    let description = graph.description
    func list(_ names: [String]) -> Value { .list(names.map { .string($0) }) }
    return [
      "name": .string(name), "description": description.description.map { .string($0) } ?? .null,
      "inputs": inputSchema,
      "state": .list(
        description.keys.map {
          ["name": .string($0.name), "type": .string("\($0.type)"), "reducer": .string($0.reducer)]
        }),
      "nodes": .list(
        description.nodes.map { node in
          [
            "name": .string(node.name), "type": .string(node.type),
            "description": node.description.map { .string($0) } ?? .null, "streams": .bool(node.streams),
            "interrupts": .bool(node.interrupts), "writes": list(node.writes),
          ]
        }),
      "edges": .list(
        description.edges.map { edge in
          [
            "from": list(edge.from), "to": list(edge.to), "condition": edge.condition.map { .string($0) } ?? .null,
          ]
        }),
      "diagram": ["mermaid": .string(GraphDiagram(description).mermaid)],
    ]
  }

  /// The inputs as a JSON Schema.
  var inputSchema: Value {
    let required = graph.requiredInputs.map(\.name)
    var properties = ValueObject()
    for key in graph.description.inputs {
      var schema = key.type.jsonSchema.object ?? ValueObject()
      if let text = key.description { schema["description"] = .string(text) }
      let initial = graph.defaultValue(of: key.name)
      if !initial.isNull { schema["default"] = initial }
      properties[key.name] = .object(schema)
    }
    var schema: ValueObject = ["type": "object", "properties": .object(properties), "additionalProperties": false]
    if !required.isEmpty { schema["required"] = .list(required.map { .string($0) }) }
    return .object(schema)
  }
}
