import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Every graph in `graphs/`, without a network and over real sockets in both wire formats.
@Suite(.timeLimit(.minutes(10)))
struct ExampleTests {
  static let examples: [Example] = [
    Example("agent", ["question=How is a run stopped?"]), Example("book-translation", ["language=German"]),
    Example("cost-router", ["question=Why is the sky dark at night?"]),
    Example("hello", ["name=Ada", "style=formal"]), Example("joins", ["plan=Open a bakery on an island"]),
    Example("linear", ["topic=tidal power"]), Example("map-reduce", ["question=Should a city ban cars?"]),
    Example("notes", ["note=The boat comes on Mondays.", "question=When does the boat come?"]),
    Example("opinions", ["question=Tabs or spaces?"]), Example("pipeline", ["proposal=A four-day week"]),
    Example("rag", ["question=How do I clean the lens?"]), Example("reflexion", ["topic=tidal power"]),
    Example("router", ["message=It broke again!"]),
    Example("story", ["topic=a lighthouse", "sentences=3"]), Example("subgraphs/article", ["topic=tidal power"]),
    Example("subgraphs/review", ["text=Tides come twice a day."]),
  ]

  /// Those whose result no model writes.
  static let silent: [Example] = [Example("tools", ["text=to be or not to be"])]

  /// Those that say themselves which providers they ask.
  static let racing: [Example] = [Example("race", ["question=Why do cats purr?"])]

  /// Those that ask a person.
  static let asking: [Example] = [
    Example("interactive", []), Example("interview", []), Example("portrait", ["role=lighthouse keeper"]),
  ]

  /// Those with functions that only a program that embeds them has; the snippets of docs/embedding.md run them.
  static let embedded: [Example] = [Example("redaction", ["letter=Where is my parcel?"])]

  /// All files, in the order in which they are listed.
  static var paths: [String] {
    (examples + racing + silent + asking + embedded).map { "graphs/\($0.name).yaml" }.sorted()
  }

  struct Example: Sendable, CustomTestStringConvertible {
    let name: String
    let variables: [String]

    init(_ name: String, _ variables: [String]) {
      self.name = name
      self.variables = variables
    }

    var testDescription: String { name }

    /// The words of the command line that runs it.
    var arguments: [String] { ["run", "graphs/\(name).yaml"] + variables.flatMap { ["--var", $0] } }
  }

  struct Wire: Sendable, CustomTestStringConvertible {
    let provider: String
    let seed: UInt64

    var testDescription: String { "\(provider), seed \(seed)" }
  }

  static let wires = ["openai", "anthropic"].flatMap { provider in
    (1...3).map { Wire(provider: provider, seed: UInt64($0)) }
  }

  @Test func `Every example is tested`() async throws {
    let list = try await GraphProgram.run("list", "--format", "json")
    let names = try Value(json: list.standardOutput).list?.compactMap { $0["path"]?.string }
    #expect(names == Self.paths)
  }

  @Test(arguments: embedded)
  func `Those with functions of a program are valid, and say why the command cannot run them`(
    example: Example
  ) async throws {
    let check = try await GraphProgram.run("validate", "graphs/\(example.name).yaml")
    #expect(check.status == 0, "\(check)")
    #expect(check.standardError == "")
    let run = try await GraphProgram.start(example.arguments + ["--offline"]).result()
    #expect(run.status == 1, "\(run)")
    #expect(run.standardOutput == "")
    #expect(run.standardError.contains("the program registered no function 'redact' [GR0256]"))
    #expect(run.standardError.contains("functions are registered in Swift, by the program that runs the graph"))
  }

  @Test(arguments: asking)
  func `Those that ask a person wait for the answer`(example: Example) async throws {
    let run = try await GraphProgram.start(example.arguments + ["--offline", "--json"]).result()
    let outcome = try Value(json: run.standardOutput)
    #expect(outcome["status"] == "interrupted", "\(run)")
  }

  @Test(arguments: silent, ["offline", "openai", "anthropic"])
  func `Those that stream nothing print their result`(example: Example, provider name: String) async throws {
    let provider = try LoopbackProvider { Self.answer(to: $0, seed: 3) }
    let run = try await GraphProgram.start(
      example.arguments + ["--provider", name], environment: provider.variables
    ).result()
    #expect(run.status == 0, "\(run)")
    #expect(["words: 6 (checksum 2814505409)\n", "longest: not (checksum 2814505409)\n"].contains(run.standardOutput))
    #expect(provider.requests.count == (name == "offline" ? 0 : 1))
  }

  @Test(arguments: examples + racing)
  func `Without a network`(example: Example) async throws {
    try await check(example.arguments + ["--offline"], environment: [:])
  }

  @Test(arguments: examples, wires)
  func `Over the wire, in chunks of any size`(example: Example, wire: Wire) async throws {
    let provider = try LoopbackProvider { request in
      Self.answer(to: request, seed: wire.seed).with(\.cutting, .random(seed: wire.seed))
    }
    try await check(example.arguments + ["--provider", wire.provider], environment: provider.variables)
    let paths = Set(provider.requests.map(\.path))
    #expect(paths == [wire.provider == "openai" ? "/v1/chat/completions" : "/v1/messages"])
  }

  @Test func `Two models are asked in their own formats`() async throws {
    let provider = try LoopbackProvider { Self.answer(to: $0, seed: 7).with(\.cutting, .bytes) }
    let opinions = try #require(Self.examples.first { $0.name == "opinions" })
    try await check(opinions.arguments, environment: provider.variables)
    #expect(Set(provider.requests.map(\.path)) == ["/v1/chat/completions", "/v1/messages"])
  }

  @Test(arguments: examples)
  func `The command in its first lines works as written`(example: Example) async throws {
    let text = try #require(contents(ofFile: "\(packageFolder)/graphs/\(example.name).yaml"))
    let command = try #require(text.split(separator: "\n").first { $0.hasPrefix("#   graph run ") }).dropFirst(4)
    let folder = try TemporaryFolder()
    let link = "ln -s '\(GraphProgram.path)' '\(folder.path)/graph' && PATH='\(folder.path)':$PATH && \(command)"
    let shell = try await ChildProcess.start(
      "/bin/sh", ["-c", link], environment: ["PATH": "/usr/bin:/bin"], folder: packageFolder)
    let result = await shell.result()
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput.hasPrefix("Hello! You asked: "))
  }

  /// Runs a graph in the three forms of output and expects them to tell the same.
  private func check(_ arguments: [String], environment: [String: String]) async throws {
    let json = try await GraphProgram.start(arguments + ["--json"], environment: environment).result()
    #expect(json.status == 0, "\(json)")
    #expect(json.standardError == "")
    let outcome = try Value(json: json.standardOutput)
    #expect(outcome.object?.keys == ["run", "thread", "status", "state", "usage", "errors"])
    #expect(outcome["status"] == "completed")

    let log = try await GraphProgram.start(arguments + ["--events"], environment: environment).result()
    #expect(log.status == 0, "\(log)")
    let events = try log.events()
    #expect(events.map { $0["seq"]?.int } == events.indices.map { $0 })
    #expect(events.first?["type"] == "run_started")
    #expect(events.last?["type"] == "run_finished")
    #expect(events.last?["state"] == outcome["state"])
    let texts = Self.checkTokens(of: events)

    let text = try await GraphProgram.start(arguments, environment: environment).result()
    #expect(text.status == 0, "\(text)")
    // Which of two nodes that stream side by side is the first to speak is up to the network.
    let expected = Self.orders(of: texts).map { $0.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined() }
    #expect(expected.contains(text.standardOutput))
    #expect(text.standardError.contains("completed after "))

    let quiet = try await GraphProgram.start(arguments + ["--quiet"], environment: environment).result()
    #expect(expected.contains(quiet.standardOutput))
    #expect(quiet.standardError == "")
  }

  /// The text of each run of a streaming node with its step; each is what the node wrote.
  private static func checkTokens(of events: [Value]) -> [(step: Int, text: String)] {
    var texts: [(step: Int, text: String)] = []
    for finished in events where finished["type"] == "node_finished" {
      let (node, step) = (finished["node"], finished["step"]?.int ?? 0)
      let tokens = events.filter { $0["type"] == "token" && $0["node"] == node && $0["step"]?.int == step }
      guard !tokens.isEmpty else { continue }
      let joined = tokens.compactMap { $0["text"]?.string }.joined()
      #expect(tokens.allSatisfy { $0["text"] != "" })
      #expect(finished["update"]?.object?.map(\.value) == [.string(joined)])
      texts.append((step, joined))
    }
    return texts
  }

  /// The texts in every order in which those of one step can come.
  private static func orders(of texts: [(step: Int, text: String)]) -> [[String]] {
    guard let pair = texts.indices.dropLast().first(where: { texts[$0].step == texts[$0 + 1].step }) else {
      return [texts.map(\.text)]
    }
    var swapped = texts
    swapped.swapAt(pair, pair + 1)
    return [texts.map(\.text), swapped.map(\.text)]
  }

  /// An answer that depends on the request alone, so that each run of a graph gets the same.
  private static func answer(to request: LoopbackRequest, seed: UInt64) -> LoopbackAnswer {
    let properties = request.schema?["properties"]
    if properties?["parts"] != nil { return #"{"parts": ["how", "why", "when"]}"# }
    if properties?["mark"] != nil { return #"{"mark": 4}"# }
    if properties?["tool"] != nil { return #"{"tool": "longest"}"# }
    if properties?["tone"] != nil { return #"{"tone": "negative", "confidence": 0.9}"# }
    if properties?["difficulty"] != nil { return #"{"difficulty": "hard", "reason": "é"}"# }
    if properties?["score"] != nil {
      return request.prompt.contains("✎") ? #"{"score": 0.9, "feedback": "fine"}"# : #"{"score": 0.2, "feedback": "é"}"#
    }
    var random = SeededGenerator(seed)
    for byte in request.prompt.utf8 { random.mix(byte) }
    let alphabet = ["a", "b ", " c", "é", "\n", "😀", "日本", "\"", "\\n", "{", "👩‍👩‍👧", "\u{301}", "<data:", " "]
    var pieces = (0..<Int.random(in: 1...40, using: &random)).map { _ in
      (0..<Int.random(in: 0...4, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
    }
    pieces.append(request.prompt.hasPrefix("This is version") ? "✎" : "·")
    return .pieces(pieces)
  }
}
