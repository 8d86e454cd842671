import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Which model a run asks, what it says when there is none, and that keys stay where they are.
@Suite(.timeLimit(.minutes(10)))
struct ModelChoiceTests {
  private static let key = "sk-0123456789abcdefSECRET"

  private func folder(_ files: [String: String] = [:]) throws -> TemporaryFolder {
    let graph = """
      nodes: {a: {user: hi, stream: true}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    return try TemporaryFolder(files.merging(["g.yaml": graph]) { $1 })
  }

  @Test func `Without a provider and a key it says what it looked for`() async throws {
    let folder = try folder()
    let result = try await GraphProgram.run("run", "g.yaml", in: folder.path)
    #expect(
      result
        == .init(
          standardError: """
            Error: node 'a', step 1: no provider is chosen and no key is set; looked for 'OPENAI_API_KEY', \
            'ANTHROPIC_API_KEY', 'MISTRAL_API_KEY', 'GROQ_API_KEY', 'DEEPSEEK_API_KEY', 'XAI_API_KEY', 'GOOGLE_API_KEY', \
            'GEMINI_API_KEY', 'OPENROUTER_API_KEY', 'TOGETHER_API_KEY' in the environment and in '.env'; set one of them, \
            name a provider, or use '--offline' to run without a network
            failed after 1 step

            """, status: 1))
  }

  @Test func `A provider without a key is told which one it needs`() async throws {
    let folder = try folder()
    let result = try await GraphProgram.run("run", "g.yaml", "--provider", "anthropic", "--quiet", in: folder.path)
    #expect(
      result
        == .init(
          standardError: """
            Error: node 'a', step 1: anthropic/claude-haiku-4-5: no key is set; looked for 'ANTHROPIC_API_KEY' in the \
            environment and in '.env'; set it, or use '--offline' to run without a network

            """, status: 1))
  }

  @Test func `An unknown provider is refused before anything runs`() async throws {
    let folder = try folder()
    let result = try await GraphProgram.run("run", "g.yaml", "--provider", "antropic", in: folder.path)
    #expect(
      result == .init(standardError: "Error: There is no provider 'antropic'. Did you mean 'anthropic'?\n", status: 64))
  }

  @Test func `The command line comes before the files and the environment`() async throws {
    let provider = try LoopbackProvider { request in .text(request.model) }
    let folder = try TemporaryFolder([
      "g.yaml": """
      defaults: {provider: anthropic, model: of-defaults}
      nodes: {a: {user: hi, provider: anthropic, model: of-node}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    ])
    func model(_ arguments: [String]) async throws -> String {
      let variables = provider.variables.merging(["OPENAI_MODEL": "of-environment"]) { $1 }
      return try await GraphProgram.start(
        ["run", "g.yaml", "--quiet"] + arguments, environment: variables, in: folder.path
      ).result().standardOutput
    }
    #expect(try await model([]) == "of-node\n")
    #expect(try await model(["--model", "given"]) == "given\n")
    #expect(try await model(["--provider", "openai"]) == "of-environment\n")
    #expect(try await model(["--provider", "openai", "--model", "given"]) == "given\n")
    #expect(provider.requests.map(\.family) == [.anthropicMessages, .anthropicMessages, .openAIChat, .openAIChat])
  }

  @Test func `A key in a file is found, and the environment comes before it`() async throws {
    let provider = try LoopbackProvider { request in .text(request[header: "Authorization"] ?? "none") }
    let folder = try folder([".env": "OPENAI_API_KEY=of-file\nOPENAI_BASE_URL=\(provider.baseURL)\n"])
    let file = try await GraphProgram.run("run", "g.yaml", in: folder.path)
    #expect(file.standardOutput == "Bearer of-file\n")
    let own = try await GraphProgram.run("run", "g.yaml", environment: ["OPENAI_API_KEY": "own"], in: folder.path)
    #expect(own.standardOutput == "Bearer own\n")
  }

  @Test func `A broken line of that file is told without its value`() async throws {
    let provider = try LoopbackProvider { _ in "Hello" }
    let folder = try folder([
      ".env": "OPENAI_API_KEY=\(Self.key)\nOPENAI_BASE_URL=\(provider.baseURL)\nANTHROPIC_API_KEY \(Self.key)\n"
    ])
    let result = try await GraphProgram.run("run", "g.yaml", in: folder.path)
    #expect(result.standardOutput == "Hello\n")
    #expect(
      result.standardError == """
        \(folder.path)/.env:3: warning: expected NAME=value; the line is left out
        completed after 1 step, 11 tokens in, 7 out

        """)
  }

  @Test(arguments: ["openai", "anthropic"], [["--json"], ["--events"], []])
  func `A key is printed nowhere`(name: String, options: [String]) async throws {
    let answers: [LoopbackAnswer] = [
      .status(401, body: #"{"error": {"message": "Incorrect API key provided: \#(Self.key)", "type": "auth"}}"#),
      .status(400, headers: [("x-request-id", Self.key)], body: "bad key \(Self.key)"),
      .garbage("HTTP/1.1 nonsense \(Self.key)\r\n\r\n"), [.text("Hello"), .cut], "Hello",
    ]
    for answer in answers {
      let provider = try LoopbackProvider { _ in answer }
      let variables = provider.variables.mapValues { $0 == "test-key-of-loopback" ? Self.key : $0 }
      let fromFile = variables.map { "\($0.key)=\($0.value)\n" }.joined()
      let arguments = ["run", "g.yaml", "--provider", name] + options
      let folder = try folder()
      let own = try await GraphProgram.start(arguments, environment: variables, in: folder.path).result()
      try folder.write(".env", fromFile)
      let file = try await GraphProgram.start(arguments, in: folder.path).result()
      for result in [own, file] {
        #expect(!result.description.contains("SECRET"), "\(result)")
        #expect(result.status == (answer.body == nil && answer.garbage == nil && answer.steps.count == 1 ? 0 : 1))
      }
      #expect(
        provider.requests.allSatisfy {
          ($0[header: "Authorization"] ?? $0[header: "x-api-key"])?.contains("SECRET") == true
        })
    }
  }

  @Test func `B26: a fallback uses its own model`() async throws {
    let text = """
      defaults: {model: of-defaults}
      nodes: {a: {user: hi, provider: openai, model: of-node, fallback: {provider: anthropic, model: of-fallback}}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """
    for (graph, model) in [(text, "of-fallback"), (text.replacing(", model: of-fallback", with: ""), nil)] {
      let provider = try LoopbackProvider { request in
        request.model == "of-node" ? .status(400) : .text("asked \(request.model)")
      }
      let folder = try TemporaryFolder(["g.yaml": graph])
      let result = try await GraphProgram.start(
        ["run", "g.yaml"], environment: provider.variables, in: folder.path
      ).result()
      #expect(result.status == 0, "\(result)")
      let asked = try #require(provider.requests.last?.model)
      #expect(provider.requests.first?.model == "of-node")
      #expect(result.standardOutput == "asked \(asked)\n")
      // Without a name it is the other provider's usual model, and neither the node's nor that of the defaults.
      if let model { #expect(asked == model) } else { #expect(asked.hasPrefix("claude")) }
    }
  }
}
