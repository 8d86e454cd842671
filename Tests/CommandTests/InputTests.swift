import GraphRuntime
import GraphTestSupport
import Testing

/// What `--var` and `--var-file` give a run, and what is refused before it begins.
@Suite(.timeLimit(.minutes(10)))
struct InputTests {
  private static let typed = """
    state:
      i: int?
      f: float?
      b: bool?
      s: str?
      l: list[int]?
      d: dict?
      a: any?
    nodes:
      echo:
        type: passthrough
        output:
          out: ["{state.i}", "{state.f}", "{state.b}", "{state.s}", "{state.l}", "{state.d}", "{state.a}"]
    edges: [{from: START, to: echo}, {from: echo, to: END}]
    """

  private func run(
    _ graph: String, _ arguments: [String], files: [String: String] = [:]
  ) async throws -> ChildProcess.Result {
    let folder = try TemporaryFolder(files.merging(["g.yaml": graph]) { $1 })
    return try await GraphProgram.start(["run", "g.yaml"] + arguments, in: folder.path).result()
  }

  // MARK: - What has to be given

  private static let branches = """
    state: {kind: str, name: str, city: str}
    nodes:
      begin: {type: passthrough, output: {greeting: "Hello {state.name}"}}
      travel: {type: passthrough, output: {text: "{state.greeting} in {state.city}"}}
    edges:
      - {from: START, to: begin}
      - {from: begin, to: travel, condition: kind == 'travel'}
      - {from: begin, to: END}
      - {from: travel, to: END}
    """

  @Test func `An input of a node that every run comes to is asked for`() async throws {
    let result = try await run(Self.branches, [])
    #expect(result.status == 64)
    #expect(result.standardError.contains("The graph needs the input 'name'"))
    #expect(!result.standardError.contains("'city'"))
  }

  @Test func `An input that only a branch needs may be left out where the branch is not taken`() async throws {
    let result = try await run(Self.branches, ["--var", "name=Ada"])
    #expect(result.status == 0)
    #expect(result.standardOutput == "Hello Ada\n")
  }

  @Test func `A branch that lacks its input says how to give it`() async throws {
    let result = try await run(Self.branches, ["--var", "name=Ada", "--var", "kind=travel"])
    #expect(result.status == 1)
    #expect(result.standardError.contains("--var city=…"))
  }

  // MARK: - Types

  @Test(arguments: UInt64(1)...12)
  func `A value is read as the type that the state declares`(seed: UInt64) async throws {
    var random = SeededGenerator(seed)
    let values: [(key: String, text: String, value: Value)] = [
      {
        let n = Int.random(in: .min ... .max, using: &random); return ("i", "\(n)", .int(n))
      }(),
      {
        let n = Int.random(in: -9...9, using: &random); return ("f", "\(n)", .double(Double(n)))
      }(),
      [("b", "true", true), ("b", "no", false), ("b", "1", true), ("b", "FALSE", false)].randomElement(using: &random)!,
      [("s", "007", "007"), ("s", "a=b=c", "a=b=c"), ("s", "", ""), ("s", "é\n\"", "é\n\""), ("s", "-1", "-1")]
        .randomElement(using: &random)!,
      [("l", "[1, 2]", [1, 2]), ("l", "[]", [])].randomElement(using: &random)!,
      [("d", #"{"k": [null, 1.5]}"#, ["k": [nil, 1.5]]), ("d", "{}", [:])].randomElement(using: &random)!,
      [("a", "5", "5"), ("a", "[1]", "[1]"), ("a", "true", "true")].randomElement(using: &random)!,
    ]
    let given = values.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }.shuffled(using: &random)
    let result = try await run(Self.typed, given.flatMap { ["--var", "\($0.key)=\($0.text)"] } + ["--json"])
    #expect(result.status == 0, "seed \(seed): \(result)")
    let state = try Value(json: result.standardOutput)["state"]
    for (key, _, value) in values {
      let expected: Value? = given.contains { $0.key == key } ? value : .none
      #expect(state?[key] == expected, "seed \(seed)")
    }
  }

  @Test(arguments: [
    ("i=4.5", "The input 'i' must be a whole number, not '4.5'. Write it as in: --var i=3"),
    ("i=", "The input 'i' must be a whole number, not ''. Write it as in: --var i=3"),
    ("f=much", "The input 'f' must be a number, not 'much'. Write it as in: --var f=0.5"),
    ("f=inf", "The input 'f' must be a number, not 'inf'. Write it as in: --var f=0.5"),
    ("b=maybe", "The input 'b' must be true or false, not 'maybe'. Write it as in: --var b=true"),
    ("l=1,2", "The input 'l' must be a list (list[int]), not '1,2'. Write it as in: --var 'l=[1, 2]'"),
    (#"l=["a"]"#, #"The input 'l' must be a list (list[int]), not '["a"]'. Write it as in: --var 'l=[1, 2]'"#),
    ("d=[]", #"The input 'd' must be an object (dict), not '[]'. Write it as in: --var 'd={"key": "value"}'"#),
  ])
  func `A value of another type is refused with an example`(assignment: String, message: String) async throws {
    let graph = Self.typed.replacing("?", with: "")
    let result = try await run(graph, ["--var", assignment])
    #expect(result == .init(standardError: "Error: \(message)\n", status: 64))
  }

  @Test(arguments: ["i", "=3"])
  func `A value without a name is refused`(assignment: String) async throws {
    let result = try await run(Self.typed, ["--var", assignment])
    #expect(result.status == 64)
    #expect(
      result.standardError.hasPrefix(
        "Error: The value '\(assignment)' is invalid for '--var <name=value>'. Please provide it as 'name=value'.\n"))
  }

  // MARK: - Names

  @Test func `An unknown name is refused with the nearest one`() async throws {
    let near = try await GraphProgram.run("run", "graphs/hello.yaml", "--var", "nme=World", "--offline")
    #expect(near == .init(standardError: "Error: The graph takes no input 'nme'. Did you mean 'name'?\n", status: 64))
    let far = try await GraphProgram.run("run", "graphs/hello.yaml", "--var", "wordcount=3", "--offline")
    #expect(
      far
        == .init(
          standardError: "Error: The graph takes no input 'wordcount'. It takes 'name', 'style'.\n", status: 64))
  }

  @Test func `A missing input is named with the option that gives it`() async throws {
    let one = try await GraphProgram.run("run", "graphs/hello.yaml", "--offline")
    #expect(
      one
        == .init(
          standardError: """
            Error: The graph needs the input 'name' (Who is greeted; str). Give it with '--var name=…' or in a '--var-file'.

            """, status: 64))
    let two = try await run(
      """
      state: {x: int, y: str, z: str?}
      nodes: {a: {type: passthrough, output: {o: ["{state.x + 1}", "{state.y}", "{state.z}"]}}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """, ["--json"])
    #expect(
      two
        == .init(
          standardError: """
            Error: The graph needs the inputs 'x' (int), 'y' (str). Give them with '--var x=… --var y=…' or in a '--var-file'.

            """, status: 64))
  }

  @Test func `An input that may be missing and was needed all the same is named with its option`() async throws {
    let result = try await run(
      """
      state: {x: any}
      nodes: {a: {user: "{x}"}}
      edges: [{from: START, to: a}, {from: a, to: END}]
      """, ["--offline"])
    #expect(
      result
        == .init(
          standardError: """
            Error: node 'a', step 1: g.yaml:2:20: variable 'x' has no value; no variables were given
            Help:  give it an input with '--var x=…'
            failed after 1 step

            """, status: 1))
  }

  @Test func `The thread is the one that was given`() async throws {
    let folder = try TemporaryFolder()
    let result = try await GraphProgram.run(
      "run", "graphs/hello.yaml", "--var", "name=x", "--offline", "--json", "--thread", "mine", "--store",
      "\(folder.path)/threads.db")
    #expect(try Value(json: result.standardOutput)["thread"] == "mine")
  }

  // MARK: - Files

  @Test func `The last word counts, and options come before files`() async throws {
    let files = ["one.yaml": "i: 1\nf: 2\ns: one\n", "two.json": #"{"s": "two", "l": [1, 2]}"#]
    let result = try await run(
      Self.typed, ["--var", "i=3", "--var-file", "one.yaml", "--var-file", "two.json", "--var", "i=4", "--json"],
      files: files)
    #expect(try Value(json: result.standardOutput)["state"]?["out"] == [4, 2, nil, "two", [1, 2], nil, nil])
  }

  @Test func `Mistakes in a file are shown where they are`() async throws {
    let result = try await run(Self.typed, ["--var-file", "in.yaml"], files: ["in.yaml": "i: three\nll: [1]\n"])
    #expect(
      result
        == .init(
          standardError: """
            in.yaml:1:4: error: the input 'i' must be a whole number, not str [GR0182]
            i: three
               ^~~~~
            in.yaml:2:1: error: the graph takes no input 'll' [GR0181]
            ll: [1]
            ^~
            l
            in.yaml:2:1: note: did you mean 'l'?
            Error: 'in.yaml' cannot be used as inputs: 2 errors

            """, status: 64))
  }

  @Test func `A file that is no mapping is refused`() async throws {
    let result = try await run(Self.typed, ["--var-file", "in.yaml"], files: ["in.yaml": "- 1\n"])
    #expect(result.status == 64)
    #expect(
      result.standardError.hasPrefix(
        "in.yaml:1:1: error: a file of inputs must be a mapping of names to values, not a list [GR0180]\n"))
  }

  @Test(arguments: [["run", "none.yaml"], ["info", "none.yaml"], ["validate", "none.yaml"], ["list", "none"]])
  func `A file that is not there ends with 66`(arguments: [String]) async throws {
    let result = try await GraphProgram.start(arguments).result()
    #expect(
      result == .init(standardError: "Error: Can't read '\(arguments[1])': no such file\n", status: 66))
  }

  @Test func `A file of inputs that is not there ends with 66`() async throws {
    let result = try await GraphProgram.run("run", "graphs/hello.yaml", "--var-file", "none.yaml")
    #expect(result == .init(standardError: "Error: Can't read 'none.yaml': no such file\n", status: 66))
  }
}
