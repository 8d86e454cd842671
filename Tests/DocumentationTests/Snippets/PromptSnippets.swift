import Glibc
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// The code that asks with prompt files and without a graph.
@Suite(.timeLimit(.minutes(10)))
struct PromptSnippets {
  private static func executor(_ answer: ScriptedAnswer) -> PromptExecutor {
    let models = ModelCatalog(environment: Environment(), overrides: .init(provider: "scripted"))
    models.register("scripted", ScriptedModel([answer]))
    return PromptExecutor(models: models)
  }

  /// Makes a provider on loopback the one that the environment names, and a folder with a prompt the working folder.
  ///
  /// For processes of their own only: both belong to the whole process.
  private static func makeSurroundings(_ provider: LoopbackProvider) throws -> Scratch {
    setenv("PROVIDER", "openai", 1)
    for (name, value) in Shell.environment(of: provider) { setenv(name, value, 1) }
    let scratch = try Scratch()
    for folder in ["", "/examples"] {
      try Files.write("user: Say hello to {name}.\n", to: "\(scratch.path)\(folder)/prompts/greet.yaml")
    }
    guard chdir(scratch.path) == 0 else { throw FileFailure(path: scratch.path) }
    return scratch
  }

  @Test func `a prompt of the working folder is asked whole`() async {
    await #expect(processExitsWith: .success) {
      let provider = try LoopbackProvider(["Hello, World!"])
      let scratch = try PromptSnippets.makeSurroundings(provider)
      // begin snippet
      let greeting = try await executePrompt("greet", variables: ["name": "World"])
      // end snippet
      #expect(greeting == "Hello, World!")
      withExtendedLifetime(scratch) {}
    }
  }

  @Test func `a prompt of the working folder is streamed`() async {
    await #expect(processExitsWith: .success) {
      let provider = try LoopbackProvider(["Hello, World!"])
      let scratch = try PromptSnippets.makeSurroundings(provider)
      let output = try await printed {
        // begin snippet
        for try await token in executePromptStreaming("greet", variables: ["name": "World"]) {
          print(token, terminator: "")
        }
        // end snippet
      }
      #expect(output == "Hello, World!")
      withExtendedLifetime(scratch) {}
    }
  }

  @Test func `an executor looks in a folder of its own`() async {
    await #expect(processExitsWith: .success) {
      let provider = try LoopbackProvider(["Hello, World!"])
      let scratch = try PromptSnippets.makeSurroundings(provider)
      let output = try await printed {
        // begin snippet
        let executor = PromptExecutor(folder: "examples")
        for try await token in executor.stream("greet", variables: ["name": "World"]) { print(token, terminator: "") }
        // end snippet
      }
      #expect(output == "Hello, World!")
      withExtendedLifetime(scratch) {}
    }
  }

  @Test func `an answer that fits a schema is an object`() async throws {
    let executor = Self.executor(#"{"tone": "negative", "confidence": 0.9}"#)
    let output = try await printed {
      // begin snippet
      let answer = try await executor.execute("router/classify", variables: ["message": "It broke again."])
      print(answer["tone"]?.string ?? "")
      // end snippet
    }
    #expect(output == "negative\n")
  }
}
