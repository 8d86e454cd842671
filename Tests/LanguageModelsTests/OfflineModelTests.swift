import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

@Suite struct OfflineModelTests {
  private let model = OfflineModel()

  private func answer(_ schema: String, asking question: String = "Which colour suits the kitchen?") async throws
    -> Value
  {
    let schema = ResponseSchema(name: "answer", schema: try Value(json: schema))
    return try Value(json: try await model.respond(to: .asking(question, schema: schema)).text)
  }

  @Test func `the same request has the same answer in every version`() async throws {
    let request = ModelRequest(messages: [
      ModelMessage(.system, "Be brief."), ModelMessage(.user, "Explain streaming pipelines to gardeners."),
    ])
    let text = try await model.respond(to: request).text
    #expect(
      text
        == "Hello! You asked: \"Explain streaming pipelines to gardeners.\" Without a network, here is what can be said"
        + " about gardeners. A small example of streaming makes the point clear."
        + " One should not forget pipelines either. In the end, much depends on pipelines.")
    #expect(try await OfflineModel(name: "other").respond(to: request).text == text)
  }

  @Test func `another request has another answer`() async throws {
    var answers: Set<String> = []
    for number in 0..<50 {
      answers.insert(try await model.respond(to: .asking("Describe garden number \(number)")).text)
    }
    #expect(answers.count > 25)
  }

  @Test func `a stream is the answer word by word`() async throws {
    let request = ModelRequest.asking("Explain streaming pipelines to gardeners.")
    let whole = try await model.respond(to: request)
    let stream = model.stream(request)
    let words = try await pieces(of: stream)
    #expect(words.joined() == whole.text)
    #expect(words.count == whole.text.split(separator: " ").count)
    #expect(words.dropFirst().allSatisfy { $0.hasPrefix(" ") && $0.count > 1 })
    #expect(stream.summary == whole.summary)
  }

  @Test func `usage counts words`() async throws {
    let request = ModelRequest(messages: [ModelMessage(.system, "Be  brief."), ModelMessage(.user, "Why\nis it so?")])
    let response = try await model.respond(to: request)
    #expect(response.summary.usage?.inputTokens == 6)
    #expect(response.summary.usage?.outputTokens == response.text.split(separator: " ").count)
    #expect(response.summary.finishReason == .stop)
  }

  @Test(arguments: [0, 1, 5])
  func `a limit cuts after so many words`(_ limit: Int) async throws {
    var request = ModelRequest.asking("Explain streaming pipelines to gardeners.")
    let whole = try await model.respond(to: request).text
    request.maxTokens = limit
    let response = try await model.respond(to: request)
    #expect(response.text == whole.split(separator: " ").prefix(limit).joined(separator: " "))
    #expect(response.summary.finishReason == .length)
    #expect(response.summary.usage?.outputTokens == limit)
  }

  @Test func `a cancelled stream throws`() async throws {
    let stream = model.stream(.asking("hello"))
    _ = try await stream.next()
    stream.cancel()
    await #expect(throws: CancellationError.self) { try await stream.next() }
  }

  @Test func `it answers whatever it is asked`() async throws {
    for text in ["", " \n", "äöü", "😀😀😀", String(repeating: "word ", count: 10_000), "ok? 1 2 3"] {
      #expect(try await !model.respond(to: .asking(text)).text.isEmpty)
    }
    #expect(try await !model.respond(to: ModelRequest(messages: [])).text.isEmpty)
  }

  // MARK: - Schemas

  @Test func `an object streams in pieces that join to it`() async throws {
    let schema = ResponseSchema(
      name: "x", schema: ["type": "object", "properties": ["a": ["type": "string"], "b": ["type": "integer"]]])
    let request = ModelRequest.asking("Which colour?", schema: schema)
    let parts = try await pieces(of: model.stream(request))
    #expect(parts.count > 3)
    #expect(try await parts.joined() == model.respond(to: request).text)
    #expect(try Value(json: parts.joined()).object?.keys == ["a", "b"])
  }

  @Test func `an enumeration takes what the question mentions`() async throws {
    let schema = #"{"type":"object","properties":{"kind":{"enum":["red","Blue","green"]}},"required":["kind"]}"#
    #expect(try await answer(schema, asking: "Is it more blue than grey?") == ["kind": "Blue"])
    #expect(try await answer(schema, asking: "greenish")["kind"]?.string != nil)
  }

  static let schemas = [
    #"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#,
    #"{"type":"object","properties":{"n":{"type":"integer","minimum":3,"maximum":3}},"required":["n"]}"#,
    #"{"type":"object","properties":{"n":{"type":"integer","exclusiveMinimum":3,"exclusiveMaximum":5}},"required":["n"]}"#,
    #"{"type":"object","properties":{"n":{"type":"integer","minimum":-7,"maximum":-2,"multipleOf":5}},"required":["n"]}"#,
    #"{"type":"object","properties":{"n":{"type":"integer","maximum":-100}},"required":["n"]}"#,
    #"{"type":"object","properties":{"n":{"type":"integer","minimum":0.5,"maximum":1.5}},"required":["n"]}"#,
    #"{"type":"object","properties":{"n":{"type":"integer","minimum":9223372036854775800}},"required":["n"]}"#,
    #"{"type":"object","properties":{"n":{"type":"number","minimum":0,"maximum":1}},"required":["n"]}"#,
    #"{"type":"object","properties":{"n":{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":0.001}},"required":["n"]}"#,
    #"{"type":"object","properties":{"n":{"type":"number","minimum":10,"multipleOf":0.5}},"required":["n"]}"#,
    #"{"type":"object","properties":{"n":{"type":"number","maximum":-5}},"required":["n"]}"#,
    #"{"type":"object","properties":{"s":{"type":"string","minLength":200}},"required":["s"]}"#,
    #"{"type":"object","properties":{"s":{"type":"string","maxLength":3}},"required":["s"]}"#,
    #"{"type":"object","properties":{"l":{"type":"array","items":{"type":"integer"},"minItems":4}},"required":["l"]}"#,
    #"{"type":"object","properties":{"l":{"type":"array","items":{"type":"integer"},"maxItems":1}},"required":["l"]}"#,
    #"{"type":"object","properties":{"l":{"type":"array","items":{"type":"string"},"maxItems":0}},"required":["l"]}"#,
    #"{"type":"object","properties":{"l":{"type":"array","items":{"enum":["a","b","c"]},"minItems":3,"uniqueItems":true}},"required":["l"]}"#,
    #"{"type":"object","properties":{"c":{"const":"fixed"},"z":{"type":"null"},"b":{"type":"boolean"}},"required":["c","z","b"]}"#,
    #"{"type":"object","properties":{"x":{"type":["string","null"]}},"required":["x"]}"#,
    #"{"type":"object","properties":{"x":{"anyOf":[{"type":"null"},{"type":"integer","minimum":5}]}},"required":["x"]}"#,
    ##"{"type":"object","properties":{"x":{"$ref":"#/$defs/p"}},"required":["x"],"$defs":{"p":{"type":"object","properties":{"y":{"type":"integer","minimum":7}},"required":["y"]}}}"##,
    ##"{"type":"object","properties":{"t":{"$ref":"#/$defs/t"}},"required":["t"],"$defs":{"t":{"type":"object","properties":{"v":{"type":"integer"},"c":{"type":"array","items":{"$ref":"#/$defs/t"}}},"required":["v","c"]}}}"##,
    ##"{"type":"object","properties":{"t":{"$ref":"#/$defs/t"}},"required":["t"],"$defs":{"t":{"type":"object","properties":{"v":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/t"},{"type":"null"}]}},"required":["v","next"]}}}"##,
    #"{"type":"object","additionalProperties":{"type":"integer"}}"#,
    #"{"type":"object","properties":{"a":{"type":"object"}},"required":["a","b"]}"#,
    #"{"allOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},{"properties":{"b":{"type":"string"}},"required":["b"]}]}"#,
    #"{"type":"object","properties":{"d":{"type":"string","format":"date"}},"required":["d"]}"#,
  ]

  @Test(arguments: schemas)
  func `the object fits its schema`(_ schema: String) async throws {
    let parsed = try Value(json: schema)
    for number in 0..<20 {
      let value = try await answer(schema, asking: "Question \(number) about gardens")
      let problems = SchemaCheck(root: parsed).problems(of: value, parsed, at: "$")
      #expect(problems.isEmpty, "\(value.json())")
    }
  }

  @Test(arguments: UInt64(1)...60)
  func `the object fits any schema`(_ seed: UInt64) async throws {
    var random = SeededGenerator(seed)
    let schema = Self.randomSchema(&random, depth: 0)
    let value = try await answer(schema.json(), asking: "seed \(seed)")
    let problems = SchemaCheck(root: schema).problems(of: value, schema, at: "$")
    #expect(problems.isEmpty, "seed \(seed): \(schema.json()) gave \(value.json())")
  }

  private static func randomSchema(_ random: inout SeededGenerator, depth: Int) -> Value {
    switch depth == 0 ? 0 : Int.random(in: 0...(depth > 3 ? 7 : 9), using: &random) {
    case 0, 8:
      var properties = ValueObject()
      var required: [Value] = []
      for number in 0..<Int.random(in: 1...4, using: &random) {
        properties["p\(number)"] = randomSchema(&random, depth: depth + 1)
        if Bool.random(using: &random) { required.append(.string("p\(number)")) }
      }
      return ["type": "object", "properties": .object(properties), "required": .list(required)]
    case 1, 2:
      let low = Int.random(in: -50...50, using: &random)
      return ["type": "integer", "minimum": .int(low), "maximum": .int(low + Int.random(in: 0...9, using: &random))]
    case 3:
      let low = Double.random(in: -5...5, using: &random)
      return ["type": "number", "minimum": .double(low), "maximum": .double(low + 0.5)]
    case 4: return ["type": "boolean"]
    case 5: return ["enum": ["x", 1, true, nil]]
    case 6:
      let low = Int.random(in: 0...30, using: &random)
      return ["type": "string", "minLength": .int(low), "maxLength": .int(low + 2)]
    case 7: return ["type": ["null", "integer"]]
    default:
      let low = Int.random(in: 0...3, using: &random)
      return [
        "type": "array", "items": randomSchema(&random, depth: depth + 1), "minItems": .int(low),
        "maxItems": .int(low + Int.random(in: 0...2, using: &random)),
      ]
    }
  }
}

/// Checks values against schemas, written without looking at what makes them.
private struct SchemaCheck {
  let root: Value

  func problems(of value: Value, _ schema: Value, at path: String) -> [String] {
    var problems: [String] = []
    func require(_ holds: Bool, _ rule: String) { if !holds { problems.append("\(path): \(rule)") } }
    if let reference = schema["$ref"]?.string {
      let target = reference.dropFirst(2).split(separator: "/").reduce(root) { $0[String($1)] ?? .null }
      return self.problems(of: value, target, at: path)
    }
    for part in schema["allOf"]?.list ?? [] { problems += self.problems(of: value, part, at: path) }
    if let options = schema["anyOf"]?.list {
      require(options.contains { self.problems(of: value, $0, at: path).isEmpty }, "anyOf")
    }
    if let options = schema["enum"]?.list { require(options.contains(value), "enum") }
    if let constant = schema["const"] { require(value == constant, "const") }
    let types = schema["type"]?.list?.compactMap(\.string) ?? [schema["type"]?.string].compactMap(\.self)
    let names = [
      "str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object",
    ]
    let name = names[value.kind] ?? "null"
    require(types.isEmpty || types.contains(name) || name == "integer" && types.contains("number"), "type")
    if let number = value.double {
      if let bound = schema["minimum"]?.double { require(number >= bound, "minimum") }
      if let bound = schema["maximum"]?.double { require(number <= bound, "maximum") }
      if let bound = schema["exclusiveMinimum"]?.double { require(number > bound, "exclusiveMinimum") }
      if let bound = schema["exclusiveMaximum"]?.double { require(number < bound, "exclusiveMaximum") }
      if let step = schema["multipleOf"]?.double {
        require(number.truncatingRemainder(dividingBy: step) == 0, "multipleOf")
      }
    }
    if let text = value.string {
      if let bound = schema["minLength"]?.int { require(text.unicodeScalars.count >= bound, "minLength") }
      if let bound = schema["maxLength"]?.int { require(text.unicodeScalars.count <= bound, "maxLength") }
      if schema["format"] == "date" { require(text.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil, "format") }
    }
    if let items = value.list {
      if let bound = schema["minItems"]?.int { require(items.count >= bound, "minItems") }
      if let bound = schema["maxItems"]?.int { require(items.count <= bound, "maxItems") }
      if schema["uniqueItems"] == true { require(Set(items).count == items.count, "uniqueItems") }
      for (position, item) in items.enumerated() {
        problems += self.problems(of: item, schema["items"] ?? [:], at: "\(path)[\(position)]")
      }
    }
    if let object = value.object {
      for key in schema["required"]?.list ?? [] { require(object[key.string ?? ""] != nil, "required \(key)") }
      for (key, item) in object {
        if let property = schema["properties"]?[key] {
          problems += self.problems(of: item, property, at: "\(path).\(key)")
        } else if let other = schema["additionalProperties"] {
          require(other != false, "additionalProperties")
          if other.object != nil { problems += self.problems(of: item, other, at: "\(path).\(key)") }
        }
      }
    }
    return problems
  }
}
