import GraphRuntime
import GraphTestSupport
import Testing

/// Runs that ask a person: the answers of the command line, those of the terminal, and none.
@Suite(.timeLimit(.minutes(10)))
struct AnswerTests {
  private func run(
    _ arguments: [String], graph: String = interview, files: [String: String] = [:], typing: String? = nil
  ) async throws -> ChildProcess.Result {
    let folder = try TemporaryFolder(files.merging(["g.yaml": graph]) { $1 })
    return try await GraphProgram.start(
      ["run", "g.yaml"] + arguments, in: folder.path, error: typing == nil ? .read : .terminal, typing: typing
    ).result()
  }

  @Test func `answers of the command line are typed as the state declares`() async throws {
    let result = try await run(["--answer", "ask_name=Ada", "-a", "ask_age=36"])
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput == "Ada will be 37\n")
  }

  @Test func `answers of a file are values`() async throws {
    let files = ["a.yaml": "ask_name: Ada\nask_age: 36\n", "b.json": #"[{"ask_age": 3}, {"ask_name": "Bo"}]"#]
    #expect(try await run(["--answers", "a.yaml"], files: files).standardOutput == "Ada will be 37\n")
    #expect(try await run(["--answers", "b.json"], files: files).standardOutput == "Bo will be 4\n")
    let broken = try await run(["--answers", "c.yaml"], files: ["c.yaml": "- Ada\n"])
    #expect(broken.status == 64)
    #expect(broken.standardError.contains("c.yaml:1:3: error: answers must be a mapping of ids to values"))
  }

  @Test func `without an answer the run says what is asked and ends with a status of its own`() async throws {
    let result = try await run(["--answer", "ask_name=Ada"])
    #expect(result.status == 75)
    #expect(result.standardOutput == "")
    #expect(result.standardError.contains("Waiting: How old are you, Ada?\n"))
    #expect(result.standardError.contains("Help:  answer it with '--answer ask_age=…'\n"))
    let json = try Value(json: try await run(["--json"]).standardOutput)
    #expect(json["status"] == "interrupted")
    #expect(json["interrupts"] == [["id": "ask_name", "payload": "What is your name?"]])
  }

  @Test func `an answer of another type is refused`() async throws {
    let result = try await run(["-a", "ask_name=Ada", "-a", "ask_age=old"])
    #expect(result.status == 64)
    #expect(result.standardError.hasSuffix("Error: The answer to 'ask_age' must be int?, not 'old'.\n"))
  }

  @Test func `answers to questions inside other nodes are typed as well`() async throws {
    let inner = """
      state: {years: int?}
      nodes: {ask: {type: interrupt, message: How old?, resume_key: years}}
      edges: [{from: START, to: ask}, {from: ask, to: END}]
      """
    let outer = """
      state: {files: {type: list, default: [a, b]}, ages: "list[int]?", age: any?}
      nodes:
        talk: {type: subgraph, graph: inner.yaml, output_mapping: {age: years}}
        each:
          type: map
          over: "{state.files}"
          as: file
          collect: ages
          node: {type: subgraph, graph: inner.yaml}
      edges: [{from: START, to: [talk, each]}, {from: [talk, each], to: END}]
      """
    let right = ["-a", "talk/ask=36", "-a", "each[0]/ask=1", "-a", "each[1]/ask=2"]
    let result = try await run(right + ["--json"], graph: outer, files: ["inner.yaml": inner])
    #expect(try Value(json: result.standardOutput)["state"]?["age"] == 36, "\(result)")
    for place in ["talk/ask", "each[1]/ask"] {
      let wrong = try await run(
        right.map { $0.hasPrefix(place) ? place + "=old" : $0 }, graph: outer, files: ["inner.yaml": inner])
      #expect(wrong.status == 64, "\(wrong)")
      #expect(wrong.standardError.hasSuffix("Error: The answer to '\(place)' must be int?, not 'old'.\n"), "\(wrong)")
    }
  }

  @Test func `an answer is what the schema of its question says`() async throws {
    let graph = """
      state: {files: {type: list, default: [a]}}
      nodes:
        ask: {type: interrupt, message: How long?, resume_key: days, answer_schema: int}
        rate:
          type: interrupt
          message: How good?
          resume_key: rating
          answer_schema: {type: object, properties: {stars: {type: integer, maximum: 5}}, required: [stars]}
        each:
          type: map
          over: "{state.files}"
          as: file
          collect: verdicts
          node: {type: interrupt, message: "{file}?", resume_key: verdict, answer_schema: {enum: [good, bad]}}
      edges: [{from: START, to: [ask, rate, each]}, {from: [ask, rate, each], to: END}]
      """
    let answers = ["ask=3", #"rate={"stars": 4}"#, "each[0]=good"]
    let right = try await run(answers.flatMap { ["-a", $0] } + ["--json"], graph: graph)
    let state = try Value(json: right.standardOutput)["state"]
    #expect(state?["days"] == 3 && state?["rating"] == ["stars": 4] && state?["verdicts"] == ["good"], "\(right)")
    for (id, text, words) in [
      ("ask", "long", "must be int, not 'long'."),
      ("rate", #"{"stars": 6}"#, #"must be dict, not '{"stars": 6}'. At $.stars: expected at most 5, found more."#),
      ("each[0]", "fine", #"must be "good" | "bad", not 'fine'."#),
    ] {
      let wrong = try await run(
        answers.flatMap { ["-a", $0.hasPrefix(id + "=") ? "\(id)=\(text)" : $0] }, graph: graph)
      #expect(wrong.status == 64, "\(wrong)")
      #expect(wrong.standardError.hasSuffix("Error: The answer to '\(id)' \(words)\n"), "\(wrong)")
    }
    let short = try await run(
      ["-a", "ask="],
      graph: graph.replacing("answer_schema: int", with: "answer_schema: {type: string, minLength: 1}"))
    #expect(
      short.standardError.hasSuffix(
        "Error: The answer to 'ask' must be str, not ''. Expected at least 1 character, found 0.\n"), "\(short)")
    let asked = try Value(json: try await run(["--json"], graph: graph).standardOutput)
    #expect(asked["interrupts"]?.list?.first { $0["id"] == "ask" }?["schema"] == ["type": "integer"])
  }

  @Test func `a schema of answers is compared with the state and the default`() async throws {
    let graph = """
      state: {days: int}
      nodes:
        ask: {type: interrupt, message: How long?, resume_key: days, answer_schema: str, timeout: 1h, default: 3}
        tell: {type: passthrough, output: {text: "{state.days + 1}"}}
      edges: [{from: START, to: ask}, {from: ask, to: tell}, {from: tell, to: END}]
      """
    let found = try await run(["--offline"], graph: graph)
    #expect(found.status == 1, "\(found)")
    #expect(found.standardError.contains("'days' is declared as 'int'"), "\(found)")
    #expect(found.standardError.contains("does not fit 'days', which is str"), "\(found)")
    let broken = try await run([], graph: graph.replacing("answer_schema: str", with: "answer_schema: {type: strin}"))
    #expect(broken.standardError.contains("did you mean 'string'?"), "\(broken)")
  }

  @Test func `an answer that nobody asked for is said`() async throws {
    let result = try await run(["-a", "ask_name=Ada", "-a", "ask_age=3", "-a", "ask_nmae=x"])
    #expect(result.status == 0)
    #expect(result.standardError.contains("Warning: 1 answer to 'ask_nmae' not asked for\n"))
  }

  @Test func `questions are asked on the terminal, again where the answer is of another type`() async throws {
    let result = try await run([], typing: "Ada\nold\n36\n")
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput == "Ada will be 37\n")
    #expect(result.standardError.contains("How old are you, Ada?"))
    #expect(result.standardError.contains("That is not int?."))
  }

  @Test func `a terminal that is closed is no answer`() async throws {
    let result = try await run([], typing: "Ada\n\u{4}")
    #expect(result.status == 75, "\(result)")
    #expect(result.standardError.contains("'--answer ask_age=…'"))
  }

  private static let loop = """
    state: {word: any?, words: {type: list, reducer: append}}
    nodes:
      ask: {type: interrupt, message: "Word {len(state.words) + 1}?", resume_key: word}
      keep: {type: passthrough, output: {words: "{state.word}"}}
      show: {type: passthrough, output: {out: "{state.words}"}}
    edges:
      - {from: START, to: ask}
      - {from: ask, to: keep}
      - {from: keep, to: show, condition: len(words) >= 3}
      - {from: keep, to: ask}
      - {from: show, to: END}
    """

  @Test func `B34: a question in a loop is asked anew, and answered in order`() async throws {
    let answers = ["ask=one", #"ask={"n": 2}"#, "ask=3"].flatMap { ["-a", $0] }
    let result = try await run(answers, graph: Self.loop)
    #expect(result.status == 0, "\(result)")
    #expect(result.standardOutput == #"["one",{"n":2},"3"]"# + "\n")
    let waiting = try await run(["-a", "ask=one"], graph: Self.loop)
    #expect(waiting.standardError.contains("Waiting: Word 2?\n"))
  }

  @Test func `events of a run that goes on follow those of its beginning`() async throws {
    let result = try await run(["--events", "-a", "ask_name=Ada", "-a", "ask_age=3"])
    let events = try result.events()
    #expect(events.compactMap { $0["type"]?.string }.filter { $0 == "run_finished" }.count == 3)
    #expect(events.last?["status"] == "completed")
  }
}
