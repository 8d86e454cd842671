import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import GraphYAML
import Testing

struct OutputSchemaTests {
  private func native(_ text: String) throws -> OutputSchema {
    let diagnostics = DiagnosticEngine()
    let schema = OutputSchema.parse(native: try yaml(text), diagnostics: diagnostics)
    #expect(diagnostics.found == [])
    return try #require(schema)
  }

  private func jsonSchema(_ text: String) throws -> OutputSchema {
    let diagnostics = DiagnosticEngine()
    let schema = OutputSchema.parse(jsonSchema: try yaml(text), name: "Answer", diagnostics: diagnostics)
    #expect(diagnostics.found == [])
    return try #require(schema)
  }

  private let article = """
    name: Article
    fields:
      title: {type: str, description: The title, constraints: {min_length: 3}}
      score: {type: float, constraints: {ge: 0, le: 1}}
      count: int
      tone: {type: str, enum: [formal, casual], default: formal}
      tags: {type: "list[str]", default: [], constraints: {max_length: 2}}
      note: {type: str, optional: true}
    """

  @Test("a right answer gets its defaults and loses unknown keys")
  func defaults() throws {
    let checked = try native(article).check(["title": "abc", "score": 0.5, "count": 3.0, "extra": 1])
    #expect(checked.violations == [])
    #expect(
      checked.value == ["title": "abc", "score": 0.5, "count": 3, "tone": "formal", "tags": [], "note": nil])
  }

  @Test("a null where a default stands is the default")
  func nullDefault() throws {
    let value: Value = ["title": "abc", "score": 0, "count": 1, "tone": nil, "tags": ["a"]]
    #expect(try native(article).check(value).value["tone"] == "formal")
  }

  @Test("violations name the path, what belongs there and what was there")
  func violations() throws {
    let value: Value = ["title": "ab", "score": 2, "tone": "rude", "tags": ["a", 1], "note": 5]
    #expect(
      try native(article).validate(value).map(\.description) == [
        "$.title: expected at least 3 characters, found 2", "$.score: expected at most 1, found more",
        "$.count: expected int, found nothing", "$.tone: expected one of \"formal\", \"casual\", found another str",
        "$.tags[1]: expected str, found int", "$.note: expected str, found int",
      ])
    #expect(try native(article).validate("x").map(\.description) == ["$: expected dict, found str"])
  }

  @Test(
    "limits",
    arguments: [
      ("int", "gt: 0", 0, 1), ("int", "lt: 5", 5, 4), ("float", "multiple_of: 0.1", 0.25, 0.3),
      ("str", "pattern: '^a+$'", "ab", "aa"), ("str", "max_length: 2", "abc", "ab"),
      ("list", "min_items: 1", [], [1]), ("list", "unique_items: true", [1, 1], [1, 2]), ("int?", "ge: 1", 0, nil),
    ] as [(String, String, Value, Value)])
  func limits(_ type: String, _ limit: String, _ wrong: Value, _ right: Value) throws {
    let schema = try native("{name: T, fields: {x: {type: '\(type)', constraints: {\(limit)}}}}")
    #expect(schema.validate(["x": wrong]).count == 1)
    #expect(schema.validate(["x": right]) == [])
  }

  @Test("the strict form requires every key and allows no other")
  func strict() throws {
    let strict = try #require(try native(article).strictJSONSchema)
    #expect(strict["additionalProperties"] == false)
    #expect(strict["required"] == ["title", "score", "count", "tone", "tags", "note"])
    #expect(
      strict["properties"]?["tone"] == [
        "anyOf": [["type": "string", "enum": ["formal", "casual"]], ["type": "null"]]
      ])
    #expect(strict["properties"]?["title"] == ["type": "string", "description": "The title"])
    #expect(try native("{name: T, fields: {x: dict}}").strictJSONSchema == Optional.none)
  }

  @Test("JSON Schema with nested objects, unions and constants")
  func nested() throws {
    let schema = try jsonSchema(
      """
      type: object
      title: Report
      required: [items, kind]
      additionalProperties: false
      properties:
        kind: {const: report}
        items:
          type: array
          minItems: 1
          items:
            type: object
            required: [id]
            properties:
              id: {type: integer, minimum: 1}
              label: {anyOf: [{type: string}, {type: integer}]}
        note: {type: [string, "null"]}
      """)
    #expect(schema.name == "Report")
    let right: Value = ["kind": "report", "items": [["id": 1, "label": 5]]]
    #expect(schema.check(right).value == ["kind": "report", "items": [["id": 1, "label": 5]], "note": nil])
    let wrong: Value = ["kind": "x", "items": [["id": 0, "label": []]], "other": 1]
    #expect(
      schema.validate(wrong).map(\.description) == [
        "$.kind: expected one of \"report\", found another str", "$.items[0].id: expected at least 1, found less",
        "$.items[0].label: expected str | int | null, found list", "$.other: expected no such key, found int",
      ])
  }

  @Test("the schema that is sent reads back as the same schema")
  func roundTrip() throws {
    let schema = try native(article)
    let again = try jsonSchema(schema.jsonSchema.json())
    #expect(again.jsonSchema == schema.jsonSchema)
  }

  @Test(
    "mistakes in native schemas",
    arguments: [
      ("1️⃣{fields: {a: str}}", "GR0103", "'schema' needs 'name'", nil),
      ("1️⃣{name: T}", "GR0103", "'schema' needs 'fields'", nil),
      ("{name: T, fields: 1️⃣{}}", "GR0682", "the schema has no fields", nil),
      ("{name: T, fields: {1️⃣a: {description: x}}}", "GR0103", "field 'a' needs 'type'", nil),
      ("{name: T, 1️⃣feilds: {a: str}}", "GR0101", "unknown key 'feilds' in 'schema'", "fields"),
      ("{name: T, fields: {a: {type: str, 1️⃣defualt: x}}}", "GR0101", "unknown key 'defualt' in field 'a'", "default"),
      (
        "{name: T, fields: {a: {type: int, 1️⃣ge: 1}}}", "GR0114",
        "'ge' has no effect in field 'a'; limits are written under 'constraints', as 'ge'", nil
      ),
      (
        "{name: T, fields: {a: {type: int, constraints: {1️⃣maximum: 1}}}}", "GR0674", "no constraint is named 'maximum'",
        "le"
      ),
      (
        "{name: T, fields: {a: {type: int, constraints: {ge: 1️⃣6, le: 1}}}}", "GR0232",
        "nothing fits 'ge: 6' and 'le: 1'", nil
      ),
      (
        "{name: T, fields: {a: {type: float, constraints: {lt: 1, gt: 1️⃣1.0}}}}", "GR0232",
        "nothing fits 'gt: 1.0' and 'lt: 1'", nil
      ),
      (
        "{name: T, fields: {a: {type: str, constraints: {1️⃣ge: 1}}}}", "GR0675",
        "constraint 'ge' does not apply to 'str'", nil
      ),
      (
        "{name: T, fields: {a: {type: str, constraints: {pattern: 1️⃣'['}}}}", "GR0676",
        "pattern '[' is not a regular expression", nil
      ),
      (
        "{name: T, fields: {a: {type: int, default: 1️⃣x}}}", "GR0677",
        "the default of a field of type 'int' cannot be a string", nil
      ),
      (
        "{name: T, fields: {a: {type: int, enum: [1, 1️⃣b]}}}", "GR0678",
        "an 'enum' of type 'int' cannot contain a string", nil
      ),
      ("{name: T, fields: {a: 1️⃣intt}}", "GR0670", "no type is named 'intt'", "int"),
      ("1️⃣[a]", "GR0102", "'schema' must be a mapping, not a list", nil),
    ] as [(String, String, String, String?)])
  func nativeMistakes(_ marked: String, _ code: String, _ message: String, _ fixIt: String?) throws {
    let source = MarkedSource(marked)
    let diagnostics = DiagnosticEngine()
    _ = OutputSchema.parse(native: try yaml(source.file), diagnostics: diagnostics)
    #expect(diagnostics.found == [ExpectedDiagnostic(source["1️⃣"], code, message, fixIt: fixIt)])
  }

  @Test(
    "mistakes in JSON schemas",
    arguments: [
      (
        "{type: 1️⃣array, items: {type: string}}", "GR0680",
        "the schema of an answer must be an object at the top, not 'list[str]'", nil
      ),
      ("{type: object, properties: {a: {1️⃣$ref: x}}}", "GR0679", "keyword '$ref' of JSON Schema is not supported", nil),
      (
        "{type: object, properties: {a: {type: string, 1️⃣minLenght: 1}}}", "GR0679",
        "keyword 'minLenght' of JSON Schema is not supported", "minLength"
      ),
      ("{type: object, properties: {a: {type: 1️⃣strng}}}", "GR0670", "no type is named 'strng'", "string"),
      (
        "{type: object, properties: {abc: {type: string}}, required: [1️⃣abd]}", "GR0681",
        "'required' names 'abd', which 'properties' does not have", "abc"
      ),
      (
        "{type: object, properties: {a: {type: string, 1️⃣minimum: 1}}}", "GR0675",
        "constraint 'minimum' does not apply to 'str'", nil
      ),
      ("1️⃣{type: object}", "GR0682", "the schema has no fields", nil),
    ] as [(String, String, String, String?)])
  func jsonSchemaMistakes(_ marked: String, _ code: String, _ message: String, _ fixIt: String?) throws {
    let source = MarkedSource(marked)
    let diagnostics = DiagnosticEngine()
    let node = try yaml(source.file)
    _ = OutputSchema.parse(jsonSchema: node, name: "A", diagnostics: diagnostics)
    #expect(diagnostics.found == [ExpectedDiagnostic(source["1️⃣"], code, message, fixIt: fixIt)])
  }
}

/// Compares with the golden answers of yamlgraph; skipped where they are not at hand.
@Suite(.enabled(if: Conformance.isAvailable, "there is no folder shared/conformance above the package"))
struct OutputSchemaConformanceTests {
  @Test("native schemas give the JSON Schema that yamlgraph sends")
  func native() throws {
    #expect(try Conformance.exceptions("native_schemas") == ["4"])
    for (index, vector) in try #require(try Conformance.vectors("native_schemas").list).enumerated() {
      let node = try yaml(of: try #require(vector["schema"]))
      let schema = OutputSchema.parse(native: node, diagnostics: DiagnosticEngine())
      switch index {
      // yamlgraph crashes; the type alone is a field here.
      case 4: #expect(schema?.fields.map(\.type) == [.string])
      default: #expect(schema?.jsonSchema == vector["result"]?["value"], "\(index)")
      }
    }
  }

  @Test("JSON schemas give the JSON Schema that yamlgraph sends")
  func jsonSchema() throws {
    #expect(try Conformance.exceptions("json_schemas") == ["1", "4"])
    for (index, vector) in try #require(try Conformance.vectors("json_schemas").list).enumerated() {
      let node = try yaml(of: try #require(vector["schema"]))
      let schema = OutputSchema.parse(jsonSchema: node, name: "N", diagnostics: DiagnosticEngine())
      switch index {
      // yamlgraph loses the values of an enum.
      case 1: #expect(schema?.jsonSchema["properties"]?["a"]?["enum"] == ["x", "y"])
      // yamlgraph crashes on a list of types.
      case 4: #expect(schema?.fields.map(\.type) == [.union([.string, .null])])
      default: #expect(schema?.jsonSchema == vector["result"]?["value"], "\(index)")
      }
    }
  }
}
