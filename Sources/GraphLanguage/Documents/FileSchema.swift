public import GraphRuntime

/// JSON Schemas of graph and prompt files, made of the tables of keys that files are read with.
///
/// They are for editors: completion, hover, and the mistakes of shape. Whatever
/// a file refers to (nodes, prompts, keys of the state) only the compiler knows.
public enum FileSchema {
  /// The schema of graph files, as draft 2020-12.
  ///
  /// - Parameters:
  ///   - nodeTypes: The types of node; their names are offered and their keys told apart by `type`.
  ///   - toolTypes: The types of tool.
  public static func graph(nodeTypes: [NodeTypeSpec], toolTypes: [ToolTypeSpec] = []) -> Value {
    var definitions = ValueObject()
    func variant(_ spec: NodeTypeSpec, _ keys: [KeySpec]) -> Variant {
      Variant(name: spec.name, summary: spec.summary, keys: keys + spec.keys)
    }
    let nodes =
      nodeTypes.map { variant($0, NodeDocument.commonKeys) }
      + NodeTypeSpec.macros.map { variant($0, NodeDocument.macroKeys) }
    add("node", nodes, default: "llm", "A node: one step of the graph.", to: &definitions)
    let tools = toolTypes.map { Variant(name: $0.name, summary: $0.summary, keys: ToolDocument.commonKeys + $0.keys) }
    add("tool", tools, default: "shell", "A tool: what nodes and models can call.", to: &definitions)
    return document(
      "Graph", "A graph of steps that Tributary runs.", object(GraphKeys.all), definitions: definitions)
  }

  /// The schema of prompt files, as draft 2020-12.
  public static var prompt: Value {
    let question: Value = .list(["user", "template", "messages"].map { ["required": [.string($0)]] })
    var schema = object(PromptDocument.fileKeys)
    schema["anyOf"] = question
    return document("Prompt", "The messages of one call to a model, and the answer that is wanted.", schema)
  }

  private static func document(
    _ title: String, _ description: String, _ schema: ValueObject, definitions: ValueObject = [:]
  ) -> Value {
    var document: ValueObject = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": .string(title),
      "description": .string(description),
    ]
    document.merge(schema)
    if definitions.count > 0 { document["$defs"] = .object(definitions) }
    return .object(document)
  }

  // MARK: - Nodes and tools

  /// One type of node or tool.
  private struct Variant {
    let name: String
    let summary: String
    let keys: [KeySpec]
  }

  /// Adds the definition of nodes or tools: which type it is, and for each type its keys.
  private static func add(
    _ name: String, _ variants: [Variant], default standard: String, _ description: String,
    to definitions: inout ValueObject
  ) {
    guard !variants.isEmpty else {
      definitions[name] = ["type": "object", "description": .string(description)]
      return
    }
    let names: [Value] = variants.map { variant in
      ["const": .string(variant.name), "description": .string(variant.summary)]
    }
    let cases: [Value] = variants.map { variant in
      var test: ValueObject = ["properties": ["type": ["const": .string(variant.name)]]]
      // Without a type, it is the usual one.
      if variant.name != standard { test["required"] = ["type"] }
      return ["if": .object(test), "then": ["$ref": .string("#/$defs/\(name)-\(variant.name)")]]
    }
    definitions[name] = [
      "type": "object", "description": .string(description),
      "properties": ["type": ["oneOf": .list(names), "default": .string(standard)]], "allOf": .list(cases),
    ]
    for variant in variants {
      var schema = object(KeyTable(variant.keys))
      if !variant.summary.isEmpty { schema["description"] = .string(variant.summary) }
      definitions["\(name)-\(variant.name)"] = .object(schema)
    }
  }

  // MARK: - Forms

  /// A mapping with the keys of a table; those that this version does not carry out are none.
  private static func object(_ keys: KeyTable) -> ValueObject {
    var properties = ValueObject()
    for spec in keys.specs where properties[spec.name] == nil {
      var schema: ValueObject = ["description": .string(spec.summary)]
      schema.merge(spec.form.map(self.schema) ?? self.schema(spec.kind))
      properties[spec.name] = .object(schema)
    }
    var object: ValueObject = ["type": "object", "properties": .object(properties), "additionalProperties": false]
    if keys.allowsExtensions { object["patternProperties"] = ["^x-": true] }
    if !keys.required.isEmpty { object["required"] = .list(keys.required.map { .string($0.name) }) }
    return object
  }

  private static func schema(_ form: FieldForm) -> ValueObject {
    switch form {
    case .kind(let kind): schema(kind)
    case .keys(let table): object(table)
    case .items(let form): ["type": "array", "items": .object(schema(form))]
    case .either(let forms): ["anyOf": .list(forms.map { .object(schema($0)) })]
    case .node: ["$ref": "#/$defs/node"]
    case .tool: ["$ref": "#/$defs/tool"]
    case .stage: ["type": "object"]
    case .entries(.node):
      [
        "type": "object", "additionalProperties": .object(schema(.node)), "minProperties": 1,
        "propertyNames": ["not": ["enum": ["START", "END"]]],
      ]
    case .entries(let form): ["type": "object", "additionalProperties": .object(schema(form))]
    }
  }

  private static func schema(_ kind: FieldKind) -> ValueObject {
    switch kind {
    case .any, .anyOrNull: return [:]
    case .string: return ["type": "string"]
    case .bool: return ["type": "boolean"]
    case .integer(let range): return limited("integer", .int(range.lowerBound), .int(range.upperBound))
    case .number(let range):
      return limited("number", .double(range.lowerBound), .double(range.upperBound), range == FieldKind.everyNumber)
    case .duration:
      return [
        "anyOf": [
          ["type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1_000_000_000],
          ["type": "string", "pattern": "^[0-9]*\\.?[0-9]*(ms|s|m|h)$"],
        ]
      ]
    case .choice(let words): return ["enum": .list(words.map { .string($0) })]
    case .mapping: return ["type": "object"]
    case .list: return ["type": "array"]
    case .strings: return ["anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]]
    }
  }

  private static func limited(_ type: String, _ minimum: Value, _ maximum: Value, _ isAny: Bool = false) -> ValueObject
  {
    var schema: ValueObject = ["type": .string(type)]
    if isAny { return schema }
    schema["minimum"] = minimum
    if maximum != .int(.max) { schema["maximum"] = maximum }
    return schema
  }
}
