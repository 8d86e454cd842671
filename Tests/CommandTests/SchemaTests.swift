import Glibc
import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import GraphYAML
import Testing

/// `graph schema`: what editors are told of files.
@Suite(.timeLimit(.minutes(10)))
struct SchemaTests {
  // MARK: - What it says

  @Test func `Every key has a type of its own or a form, and says what it means`() async throws {
    for kind in ["graph", "prompt"] {
      let schema = try await Self.schema(kind)
      #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
      var count = 0
      var open: [(path: String, value: Value)] = [("", schema)]
      while let (path, value) = open.popLast() {
        if let properties = value["properties"]?.object, value["additionalProperties"] != nil {
          for (key, property) in properties {
            count += 1
            #expect(property["description"]?.string?.hasSuffix(".") == true, "\(kind)\(path).\(key)")
          }
        }
        open += (value.object ?? [:]).map { ("\(path).\($0.key)", $0.value) }
        open += (value.list ?? []).enumerated().map { ("\(path)[\($0.offset)]", $0.element) }
      }
      #expect(count > 10)
    }
  }

  @Test func `B32: the schema is printed, and has every key of a graph`() async throws {
    let schema = try await Self.schema("graph")
    #expect(Set(schema["properties"]?.object?.keys ?? []) == Set(GraphKeys.all.names))
    #expect(schema["additionalProperties"] == false)
  }

  @Test func `Each type of node has its keys, and its word is offered with what it does`() async throws {
    let definitions = try #require(try await Self.schema("graph")["$defs"])
    let node = try #require(definitions["node"])
    let types = (node["properties"]?["type"]?["oneOf"]?.list ?? []).compactMap { $0["const"]?.string }
    #expect(types.starts(with: ["llm", "router"]))
    #expect(node["allOf"]?.list?.count == types.count)
    for type in types {
      let keys = definitions["node-\(type)"]
      #expect(keys?["additionalProperties"] == false, "\(type)")
      #expect(keys?["properties"]?["description"] != nil, "\(type)")
    }
    // A node without a type is the first.
    let tests = node["allOf"]?.list?.map { $0["if"]?["required"] } ?? []
    #expect(tests.first == .some(nil) && tests.dropFirst().allSatisfy { $0 == ["type"] })
    #expect(definitions["node-router"]?["required"] == ["routes"])
    let retry = definitions["node-llm"]?["properties"]?["retry"]
    #expect(retry?["required"] == ["max_attempts"])
    #expect(retry?["properties"]?["jitter"]?["maximum"] == 1.0)
  }

  // MARK: - What it accepts

  @Test(.enabled(if: python != nil, "Python has no module 'jsonschema'; scripts/setup.sh installs it"))
  func `Every graph and prompt of the repository is valid`() async throws {
    for (kind, folder) in [("graph", "graphs"), ("prompt", "prompts")] {
      let files = try await Self.files(below: "\(packageFolder)/\(folder)")
      #expect(files.count >= 5)
      let answers = try await Self.validate(files.map { ($0, try Self.value(of: $0)) }, kind)
      for (file, mistakes) in answers { #expect(mistakes == "", "\(file): \(mistakes)") }
    }
  }

  static let brokenGraphs: [(name: String, text: String)] = [
    ("unknown key at the top", "node: {a: {user: x}}"), ("no edges", "nodes: {a: {user: x}}"),
    ("no nodes", "nodes: {}\nedges: []"), ("a node that is a list", graph("a: [1]")),
    ("unknown key of a node", graph("a: {user: x, promt: y}")),
    ("a key of another type of node", graph("a: {type: passthrough, output: {b: 1}, stream: true}")),
    ("unknown type", graph("a: {type: lm, user: x}")), ("a reserved name", graph("START: {user: x}")),
    ("a missing key", graph("a: {type: router, user: x}")),
    ("text for a number", graph("a: {user: x, temperature: hot}")),
    ("too large a number", graph("a: {user: x, temperature: 3}")),
    ("text for a flag", graph("a: {user: x, stream: 'yes'}")),
    ("a word that is none", graph("a: {user: x, on_error: ignore}")),
    ("no duration", graph("a: {user: x, timeout: soon}")),
    ("unknown key of retry", graph("a: {user: x, retry: {max_attempts: 2, times: 3}}")),
    (
      "a mistake in a map's node",
      "state: {items: list}\n" + graph("a: {type: map, over: items, as: i, collect: b, node: {usr: x}}")
    ),
    ("unknown key of a tool", "tools: {b: {command: ls, comand: x}}\n" + graph("a: {user: x}")),
    ("an edge without an end", "nodes: {a: {user: x}}\nedges: [{from: START}]"),
    ("an edge of an unknown type", "nodes: {a: {user: x}}\nedges: [{from: START, to: a, type: conditonal}]"),
    ("an unknown reducer", "state: {b: {type: int, reducer: plus}}\n" + graph("a: {user: x}")),
    ("an unknown default", "defaults: {temprature: 1}\n" + graph("a: {user: x}")),
    ("a limit of zero", "config: {recursion_limit: 0}\n" + graph("a: {user: x}")),
    ("a version that is a number", "version: 1.0\n" + graph("a: {user: x}")),
  ]

  static let goodGraphs: [(name: String, text: String)] = [
    ("keys of one's own", "x-common: [1]\n" + graph("a: {user: x}")),
    ("durations", graph("a: {user: x, timeout: 1.5}\n  b: {user: x, timeout: 500ms}")),
    ("both forms of a key of the state", "state: {b: int, c: {type: str, default: d}}\n" + graph("a: {user: x}")),
    ("lists at both ends", "nodes: {a: {user: x}}\nedges: [{from: [a], to: [END]}, {from: START, to: a}]"),
    ("cache as a flag and as a mapping", graph("a: {user: x, cache: true}\n  b: {user: x, cache: {ttl: 1h}}")),
    (
      "a node in a map",
      "state: {items: list}\n" + graph("a: {type: map, over: items, as: i, collect: b, node: {user: x}}")
    ),
    ("nodes that stand for several", graph("a: {type: pipeline, items: [{name: b}], stages: [{name: c, user: x}]}")),
    (
      "tools of all forms",
      "tools: {b: {command: ls}, c: {slot: true}, d: {manifest: d.yaml}}\n" + graph("a: {user: x}")
    ),
    ("any routes", graph("a: {type: router, user: x, routes: {yes: b, 'no way': END}}")),
  ]

  static let brokenPrompts: [(name: String, text: String)] = [
    ("no question", "system: x"), ("unknown key", "user: x\nsytem: y"), ("a list as a question", "user: [x]"),
    ("an unknown role", "messages: [{role: human, content: x}]"),
    ("a field without a schema", "user: x\nschema: {fields: {a: str}}"),
    ("an unknown limit", "user: x\nschema: {name: A, fields: {a: {type: int, constraints: {least: 1}}}}"),
  ]

  private static func graph(_ nodes: String) -> String { "nodes:\n  \(nodes)\nedges: [{from: START, to: a}]\n" }

  @Test(.enabled(if: python != nil, "Python has no module 'jsonschema'; scripts/setup.sh installs it"))
  func `Mistakes of shape are not valid, and what is right is`() async throws {
    func answers(_ documents: [(name: String, text: String)], _ kind: String) async throws -> [(String, String)] {
      try await Self.validate(documents.map { ($0.name, try Self.value(ofText: $0.text)) }, kind)
    }
    for (name, mistakes) in try await answers(Self.brokenGraphs, "graph") { #expect(mistakes != "", "\(name)") }
    for (name, mistakes) in try await answers(Self.goodGraphs, "graph") {
      #expect(mistakes == "", "\(name): \(mistakes)")
    }
    for (name, mistakes) in try await answers(Self.brokenPrompts, "prompt") { #expect(mistakes != "", "\(name)") }
  }

  /// Graphs that are known to be broken: those with a mistake of shape are not valid, and of the others none is refused
  /// for its shape by the schema alone.
  @Test(
    .enabled(if: python != nil && Conformance.isAvailable))
  func `The schema and the compiler agree on shape`() async throws {
    let files = try await Self.files(below: try #require(Conformance.folder) + "/malformed").filter {
      $0.hasSuffix("graph.yaml")
    }
    #expect(files.count > 20)
    var documents: [(String, Value)] = []
    var shape: [String: Bool] = [:]
    for file in files {
      // Broken YAML has no value.
      guard let value = contents(ofFile: file).flatMap(Self.read) else { continue }
      let result = try await GraphProgram.run("validate", "--format", "json", file)
      let codes =
        try Value(json: result.standardOutput)["diagnostics"]?.list?.compactMap {
          // Mistakes in prompts are none of the graph's.
          $0["file"]?.string == file ? $0["code"]?.string : nil
        } ?? []
      documents.append((file, value))
      shape[file] = codes.contains { Self.shapeCodes.contains($0) }
    }
    for (file, mistakes) in try await Self.validate(documents, "graph") {
      #expect((mistakes != "") == shape[file], "\(file): \(mistakes)")
    }
  }

  private static let shapeCodes: Set<String> = [
    "GR0101", "GR0102", "GR0103", "GR0105", "GR0106", "GR0107", "GR0110", "GR0112", "GR0113", "GR0114",
  ]

  // MARK: - Helpers

  private static func schema(_ kind: String) async throws -> Value {
    let result = try await GraphProgram.run("schema", kind)
    #expect(result.status == 0)
    return try Value(json: result.standardOutput)
  }

  /// The path of a Python that can validate, or nil.
  private static let python: String? = ["python3", "/usr/bin/python3"].lazy.compactMap { python in
    guard
      let stream = popen("\(python) -c 'import sys, jsonschema; print(sys.executable)' 2>/dev/null", "r")
    else { return nil }
    var buffer = [CChar](repeating: 0, count: 4096)
    let isRead = fgets(&buffer, Int32(buffer.count), stream) != nil
    guard pclose(stream) == 0, isRead else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }.first

  /// Validates documents; the mistakes of each in one line.
  private static func validate(_ documents: [(String, Value)], _ kind: String) async throws -> [(String, String)] {
    let request: Value = [
      "schema": try await schema(kind), "documents": .list(documents.map { $0.1 }),
    ]
    let folder = try TemporaryFolder(["request.json": request.json(), "validate.py": program])
    let child = try await ChildProcess.start(try #require(python), ["validate.py"], folder: folder.path)
    let result = await child.result()
    try #require(result.status == 0, "\(result)")
    let answers = try Value(json: result.standardOutput).list ?? []
    try #require(answers.count == documents.count)
    return zip(documents, answers).map { ($0.0, $1.string ?? "") }
  }

  private static let program = """
    import json
    from jsonschema import Draft202012Validator
    request = json.load(open("request.json"))
    Draft202012Validator.check_schema(request["schema"])
    validator = Draft202012Validator(request["schema"])
    print(json.dumps(["; ".join(error.message[:200] for error in validator.iter_errors(document))
                      for document in request["documents"]]))
    """

  private static func value(of path: String) throws -> Value { try value(ofText: try #require(contents(ofFile: path))) }

  private static func value(ofText text: String) throws -> Value {
    try #require(read(text))
  }

  private static func read(_ text: String) -> Value? {
    YAMLParser.parse(SourceFile(path: "a.yaml", text: text), diagnostics: DiagnosticEngine())?.plainValue
  }

  private static func files(below folder: String) async throws -> [String] {
    let result = try await ChildProcess.start("/usr/bin/find", [folder, "-name", "*.yaml"], folder: "/").result()
    return result.standardOutput.split(separator: "\n").map(String.init).sorted()
  }
}
