import Glibc
import GraphTestSupport
import Testing

/// `graph codegen`, from outside.
@Suite(.timeLimit(.minutes(10)))
struct CodegenTests {
  private static let graph = """
    name: greeting
    state: {name: str}
    nodes: {greet: {user: "Hello, {name}"}}
    edges: [{from: START, to: greet}, {from: greet, to: END}]

    """

  @Test func `Types are printed, or written to a file`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.graph])
    let printed = try await GraphProgram.run("codegen", "g.yaml", in: folder.path)
    #expect(printed.status == 0 && printed.standardError == "")
    #expect(
      printed.standardOutput.hasPrefix(
        """
        // swift-format-ignore-file
        // Written by 'graph codegen g.yaml --language swift'; changes are lost.

        public import GraphRuntime

        /// The types of the graph 'greeting'.
        public enum GreetingGraph {

        """))
    let written = try await GraphProgram.run("codegen", "g.yaml", "-o", "types.swift", in: folder.path)
    #expect(written == .init(standardOutput: ""))
    #expect(try folder.read("types.swift") == printed.standardOutput)
  }

  @Test func `Python types are a module`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.graph])
    let result = try await GraphProgram.run("codegen", "g.yaml", "--language", "python", in: folder.path)
    #expect(
      result.standardOutput == #"""
        """The types of the graph 'greeting'.

        Written by 'graph codegen g.yaml --language python'; changes are lost.
        """

        from typing import NotRequired, TypedDict


        class GreetingInput(TypedDict):
            """What a run of the graph is given."""

            name: str


        class GreetingState(TypedDict):
            """The state of a run."""

            name: str
            greet: NotRequired[str]

        """#)
  }

  @Test func `A graph with errors has no types, and an unknown language is refused`() async throws {
    let folder = try TemporaryFolder(["g.yaml": Self.graph + "what: ever\n"])
    let broken = try await GraphProgram.run("codegen", "g.yaml", "-o", "types.swift", in: folder.path)
    #expect(broken.status == 1 && broken.standardError.contains("unknown key 'what'"))
    #expect(access("\(folder.path)/types.swift", F_OK) != 0)
    let unknown = try await GraphProgram.run("codegen", "g.yaml", "--language", "rust", in: folder.path)
    #expect(unknown.status == 64)
  }
}
