import GraphRuntime
import GraphTestSupport
import Testing

/// Threads whose graph changes, whose questions have a time, and whose log is told again.
@Suite(.timeLimit(.minutes(10)))
struct ThreadChangeTests {
  // MARK: - Names, times and logs

  @Test func `a node that has another name now is told to the thread`() async throws {
    let folder = try TemporaryFolder(["i.yaml": interview])
    #expect(try await graph(folder, "run", "i.yaml", "-t", "t").status == 75)
    try folder.write("i.yaml", interview.replacing("ask_name", with: "ask_first_name"))
    let refused = try await graph(folder, "resume", "t")
    #expect(
      refused.standardError.hasSuffix(
        "Error: The thread 't' stays as it is. Where a node has another name now, '--rename-node old=new' says so.\n"))
    let wrong = try await graph(folder, "resume", "t", "--rename-node", "ask_nam=ask_first_name")
    #expect(wrong.status == 64)
    #expect(
      wrong.standardError
        == "Error: the thread 't' has not come to a node 'ask_nam', which is to have another name; it is at 'ask_name'\n"
    )
    let unknown = try await graph(folder, "resume", "t", "--rename-node", "ask_name=ask_frist_name")
    #expect(unknown.status == 64)
    #expect(
      unknown.standardError
        == "Error: the graph 'interview' has no node 'ask_frist_name', the new name of 'ask_name'\n")
    let waiting = try await graph(folder, "resume", "t", "--rename-node", "ask_name=ask_first_name")
    #expect(waiting.standardError.contains("--answer ask_first_name=…"), "\(waiting)")
    // Once said, it need not be said again.
    #expect(try await graph(folder, "resume", "t", "-a", "Ada").status == 75)
    #expect(try await graph(folder, "resume", "t", "-a", "36").standardOutput == "Ada will be 37\n")
  }

  @Test func `several questions at once are answered one by one, in any order and process`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      state: {files: {type: list, default: [a, b]}, colour: str?, reviews: list?, inner: any?}
      nodes:
        colour: {type: interrupt, message: "Which colour?", resume_key: colour}
        review:
          type: map
          over: "{state.files}"
          as: file
          collect: reviews
          node: {type: interrupt, message: "How is {file}?", resume_key: verdict}
        talk: {type: subgraph, graph: talk.yaml, output_mapping: {inner: name}}
        end: {type: passthrough, output: {text: "{state.colour} {state.reviews} {state.inner}"}}
      edges:
        - {from: START, to: [colour, review, talk]}
        - {from: [colour, review, talk], to: end}
        - {from: end, to: END}
      """,
      "talk.yaml": """
      state: {name: str?}
      nodes: {ask: {type: interrupt, message: Who?, resume_key: name}}
      edges: [{from: START, to: ask}, {from: ask, to: END}]
      """,
    ])
    let first = try await graph(folder, "run", "g.yaml", "-t", "t", "--json", "-q")
    let ids = try Value(json: first.standardOutput)["interrupts"]?.list?.compactMap { $0["id"]?.string } ?? []
    #expect(ids == ["colour", "review[0]", "review[1]", "talk/ask"], "\(first)")
    let unclear = try await graph(folder, "resume", "t", "-a", "red")
    #expect(unclear.status == 64 && unclear.standardError.contains("'review[1]'"), "\(unclear)")
    // The map has another name from here on, and so have its questions.
    try folder.write(
      "g.yaml", try folder.read("g.yaml").replacing("review", with: "check").replacing("checks", with: "reviews"))
    for answer in ["talk/ask=Ada", "check[1]=bad", "colour=red"] {
      let names = answer.hasPrefix("talk") ? ["--rename-node", "review=check"] : []
      let result = try await GraphProgram.start(
        ["resume", "t", "-q", "-a", answer] + names, environment: ["PATH": "/usr/bin:/bin"], in: folder.path
      ).result()
      #expect(result.status == 75, "\(answer): \(result)")
    }
    let last = try await graph(folder, "resume", "t", "-q", "-a", "good")
    #expect(last.standardOutput == "red good, bad Ada\n", "\(last)")
  }

  @Test func `a question that nobody answers in time is answered by whoever goes on`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      state: {files: {type: list, default: [a, b]}, verdicts: list?, plan: {type: str, default: later}}
      nodes:
        review:
          type: map
          over: "{state.files}"
          as: file
          collect: verdicts
          node:
            type: interrupt
            message: "May {file} go?"
            resume_key: verdict
            timeout: 1h
            default: "{state.plan}"
      edges: [{from: START, to: review}, {from: review, to: END}]
      """
    ])
    let first = try await graph(folder, "run", "g.yaml", "-t", "t")
    #expect(first.status == 75 && first.standardError.contains("Help:  without an answer until 2"), "\(first)")
    #expect(first.standardError.contains(" it is later\n"), "\(first)")
    #expect(try await graph(folder, "threads", "show", "t").standardOutput.contains(" it is later\n"))
    #expect(try await graph(folder, "resume", "t", "-a", "review[1]=yes").status == 75)
    // An hour goes by.
    let lines = try await graph(folder, "threads", "export", "t").standardOutput.split(separator: "\n")
    let records = try lines.map { line in
      let record = try ThreadRecord(json: try Value(json: String(line)))
      let body = String(decoding: record.body, as: UTF8.self).replacing(/"expires":[0-9]+/, with: "\"expires\":1000")
      return ThreadRecord(
        sequence: record.sequence, kind: record.kind, time: record.time, graph: record.graph, run: record.run,
        turn: record.turn, step: record.step, status: record.status, nodes: record.nodes, body: Array(body.utf8))
    }
    try folder.write("later.jsonl", records.map { $0.json.json() + "\n" }.joined())
    #expect(try await graph(folder, "threads", "import", "u", "later.jsonl").status == 0)
    let late = try await graph(folder, "resume", "u", "-a", "no")
    #expect(late.status == 64, "\(late)")
    #expect(late.standardError.contains("the time for an answer to 'review[0]' is over"), "\(late)")
    let result = try await graph(folder, "resume", "u", "--json", "-q")
    #expect(try Value(json: result.standardOutput)["state"]?["verdicts"] == ["later", "yes"], "\(result)")
  }

  @Test func `a run that waits for a person goes on by itself when the time is over`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      state: {answer: str?}
      nodes: {ask: {type: interrupt, message: "Well?", resume_key: answer, timeout: 1ms, default: no}}
      edges: [{from: START, to: ask}, {from: ask, to: END}]
      """.replacing("default: no", with: "default: nothing")
    ])
    // Between its question and its end a millisecond goes by, or the next one does it.
    var last = try await graph(folder, "run", "g.yaml", "-t", "t", "-q")
    if last.status == 75 { last = try await graph(folder, "resume", "t", "-q") }
    #expect(last.status == 0, "\(last)")
    let shown = try await graph(folder, "threads", "show", "t", "--format", "json").standardOutput
    #expect(try Value(json: shown)["state"]?["answer"] == "nothing")
  }

  @Test func `an answer of a file is checked as one of the command line is`() async throws {
    let folder = try TemporaryFolder(["i.yaml": interview, "answers.yaml": "ask_name: [1, 2]\n"])
    #expect(try await graph(folder, "run", "i.yaml", "-t", "t").status == 75)
    let wrong = try await graph(folder, "resume", "t", "--answers", "answers.yaml")
    #expect(wrong.status == 64 && wrong.standardError.contains("The answer to 'ask_name' must be "), "\(wrong)")
    #expect(try await graph(folder, "resume", "t", "-a", "Ada").status == 75)
  }

  @Test func `a run is told again without being run`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      state: {name: str}
      tools: {note: {command: "echo x >> seen"}}
      nodes:
        greet: {user: "Greet {name} at length", stream: true, state_key: greeting}
        note: {type: tool, tool: note}
        ask: {type: interrupt, message: "Good?", resume_key: verdict}
        tell: {user: "Tell more of {greeting}", stream: true, state_key: more}
      edges:
        - {from: START, to: [greet, note]}
        - {from: [greet, note], to: ask}
        - {from: ask, to: tell}
        - {from: tell, to: END}
      """
    ])
    let first = try await graph(folder, "run", "g.yaml", "-t", "t", "--offline", "--var", "name=Ada", "--events")
    let second = try await graph(folder, "resume", "t", "--offline", "-a", "yes", "--events")
    #expect(second.status == 0, "\(second)")
    let replay = try await graph(folder, "threads", "replay", "t", "--events")
    #expect(replay.status == 0 && replay.standardOutput == first.standardOutput + second.standardOutput, "\(replay)")
    #expect(replay.standardOutput.contains(#""type":"token""#))
    #expect(try folder.read("seen") == "x\n")
    // The same words as for whoever read the tokens.
    let spoken = try await graph(
      folder, "run", "g.yaml", "-t", "u", "--offline", "--var", "name=Ada", "-a", "ask=yes", "-q")
    let told = try await graph(folder, "threads", "replay", "u", "-q")
    #expect(
      spoken.status == 0 && told.standardOutput == spoken.standardOutput && !told.standardOutput.isEmpty, "\(told)")
    let run =
      try Value(json: String(try #require(second.standardOutput.split(separator: "\n").first)))["run"]?.string ?? ""
    let one = try await graph(folder, "threads", "replay", "t", "--run", run, "--events")
    #expect(one.standardOutput == second.standardOutput)
    #expect(try await graph(folder, "threads", "replay", "t", "--turn", "2").status == 66)
    #expect(try await graph(folder, "threads", "replay", "none").status == 66)
    // What was cut off is said to be.
    #expect(try await graph(folder, "threads", "prune", "--keep", "2").status == 0)
    let cut = try await graph(folder, "threads", "replay", "t")
    #expect(cut.standardError.contains("The beginning of the run \(run) is not kept.\n"), "\(cut)")
  }

  @Test func `the log of a run whose process was lost is told as far as it was kept`() async throws {
    let folder = try TemporaryFolder(["i.yaml": interview])
    let lost = try await GraphProgram.start(
      ["run", "i.yaml", "-t", "t", "-a", "ask_name=Ada", "--events"],
      environment: ["PATH": "/usr/bin:/bin", "TRIBUTARY_FAULT": "commit.after:4"], in: folder.path
    ).result()
    #expect(lost.status != 0 && lost.status != 75)
    let replay = try await graph(folder, "threads", "replay", "t", "--events")
    #expect(replay.standardError.contains("was lost.\n"), "\(replay)")
    #expect(replay.standardOutput.hasPrefix(lost.standardOutput), "\(lost)")
  }

  @Test func `a call that is made again because the process was lost has the same key`() async throws {
    let folder = try TemporaryFolder([
      "tools.py": """
      import os

      def note(text: str) -> str:
          with open("keys", "a") as keys:
              print(text, os.environ["GRAPH_IDEMPOTENCY_KEY"], file=keys)
          return text
      """,
      "g.yaml": """
      state: {items: {type: list, default: [1, 2]}, done: list?}
      tools:
        note: {command: "echo {text} $GRAPH_IDEMPOTENCY_KEY >> keys"}
        py: {type: python, path: tools.py, function: note}
      nodes:
        größe: {type: tool, tool: note, variables: {text: a}}
        b: {type: tool, tool: py, variables: {text: b}}
        c:
          type: map
          over: "{state.items}"
          as: item
          max_concurrency: 1
          node: {type: tool, tool: note, variables: {text: "c{item}"}}
          collect: done
      edges: [{from: START, to: größe}, {from: größe, to: b}, {from: b, to: c}, {from: c, to: END}]
      """,
    ])
    let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
    for (fault, arguments) in [
      ("commit.before:2", ["run", "g.yaml", "-t", "t"]), ("commit.before:3", ["resume", "t"]),
      ("none", ["resume", "t"]),
    ] {
      let variables = environment.merging(["TRIBUTARY_FAULT": fault]) { $1 }
      let result = try await GraphProgram.start(arguments, environment: variables, in: folder.path).result()
      #expect((result.status == 0) == (fault == "none"), "\(result)")
    }
    let lines = try folder.read("keys").split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.map { $0[0] } == ["a", "a", "b", "b", "c1", "c2"], "\(lines)")
    #expect(lines[0][1] == lines[1][1] && lines[2][1] == lines[3][1], "\(lines)")
    #expect(Set(lines.map { $0[1] }).count == 4, "\(lines)")
    #expect(lines[0][1].hasSuffix("/1/gr%C3%B6%C3%9Fe/1.1") && lines[5][1].contains("[1]"), "\(lines)")
  }

  @Test func `a thread is forked with another state`() async throws {
    let folder = try TemporaryFolder([
      "trip.yaml": """
      state: {place: str, days: int?, stops: {type: "list[str]", default: []}}
      nodes:
        ask: {type: interrupt, message: "How many days in {state.place}?", resume_key: days}
        plan: {type: passthrough, output: {text: "{state.days} days in {state.place}, {len(state.stops)} stops"}}
      edges: [{from: START, to: ask}, {from: ask, to: plan}, {from: plan, to: END}]
      """
    ])
    _ = try await graph(folder, "run", "trip.yaml", "-t", "a", "--var", "place=Rome", "-a", "ask=3")
    let forked = try await graph(
      folder, "threads", "fork", "a", "b", "--at", "2", "--set", "place=Oslo", "--set", #"stops=["x", "y"]"#)
    #expect(forked.status == 0, "\(forked)")
    #expect(try await graph(folder, "resume", "b", "-a", "5").standardOutput == "5 days in Oslo, 2 stops\n")
    let unknown = try await graph(folder, "threads", "fork", "a", "c", "--set", "plac=Oslo")
    #expect(unknown.status == 64)
    #expect(unknown.standardError == "Error: The state has no key 'plac'. Did you mean 'place'?\n")
    let wrong = try await graph(folder, "threads", "fork", "a", "c", "--set", "days=many")
    #expect(wrong.status == 64 && wrong.standardError.contains("'days' must be int?, not 'many'."), "\(wrong)")
    #expect(try await graph(folder, "threads", "fork", "none", "c", "--set", "days=1").status == 66)
    // The first one stays as it is.
    #expect(try await graph(folder, "threads", "show", "a").standardOutput.contains("Rome"))
  }

  @Test func `what two forks of a thread do has two keys`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      tools: {note: {command: "echo $GRAPH_IDEMPOTENCY_KEY >> keys"}}
      nodes:
        ask: {type: interrupt, message: "Well?", resume_key: answer}
        note: {type: tool, tool: note}
      edges: [{from: START, to: ask}, {from: ask, to: note}, {from: note, to: END}]
      """
    ])
    #expect(try await graph(folder, "run", "g.yaml", "-t", "a").status == 75)
    for name in ["b", "c"] { #expect(try await graph(folder, "threads", "fork", "a", name).status == 0) }
    for name in ["a", "b", "c"] { #expect(try await graph(folder, "resume", name, "-a", "yes").status == 0) }
    let keys = try folder.read("keys").split(separator: "\n")
    #expect(keys.count == 3 && Set(keys).count == 3, "\(keys)")
  }
}
