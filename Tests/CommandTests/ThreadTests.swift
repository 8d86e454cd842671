import GraphRuntime
import GraphTestSupport
import Testing

/// Threads that are kept: `graph run --thread`, `graph resume` and `graph threads`.
@Suite(.timeLimit(.minutes(10)))
struct ThreadTests {
  @Test func `a thread that waits goes on in other processes`() async throws {
    let folder = try TemporaryFolder(["graphs/i.yaml": interview])
    let first = try await graph(folder, "run", "graphs/i.yaml", "--thread", "t1")
    #expect(first.status == 75, "\(first)")
    #expect(first.standardError.contains("Help:  answer it with 'graph resume t1 --answer ask_name=…'\n"))
    #expect(try folder.read(".graph/.gitignore") == "*\n")
    let second = try await graph(folder, "resume", "t1", "--answer", "Ada")
    #expect(second.status == 75, "\(second)")
    #expect(second.standardError.contains("Waiting: How old are you, Ada?\n"))
    let wrong = try await graph(folder, "resume", "t1", "--answer", "ask_name=Bo")
    #expect(wrong.status == 75)
    #expect(wrong.standardError.contains("Warning: 1 answer to 'ask_name' not asked for\n"))
    let third = try await graph(folder, "resume", "t1", "-a", "ask_age=36")
    #expect(third.status == 0, "\(third)")
    #expect(third.standardOutput == "Ada will be 37\n")
    let fourth = try await graph(folder, "resume", "t1")
    #expect(fourth.status == 64)
    #expect(
      fourth.standardError
        == "Error: The thread 't1' came to its end; there is nothing to go on with. 'graph run … --thread t1' begins "
        + "another turn on its state.\n")
  }

  @Test func `run goes on where the thread is, and refuses other inputs`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      state: {x: str, name: str?}
      nodes:
        ask: {type: interrupt, message: "{state.x}?", resume_key: name}
        say: {type: passthrough, output: {text: "{state.x} {state.name}"}}
      edges: [{from: START, to: ask}, {from: ask, to: say}, {from: say, to: END}]
      """
    ])
    #expect(try await graph(folder, "run", "g.yaml", "-t", "t", "--var", "x=Who").status == 75)
    let other = try await graph(folder, "run", "g.yaml", "-t", "t", "--var", "x=What", "--answer", "ask=me")
    #expect(other.status == 64, "\(other)")
    #expect(
      other.standardError.hasSuffix(
        "Error: the thread 't' has not come to its end, and the run that it goes on with has other inputs\n"))
    let again = try await graph(folder, "run", "g.yaml", "-t", "t", "--answer", "ask=me")
    #expect(again.standardOutput == "Who me\n", "\(again)")
    #expect(again.standardError.hasPrefix("Going on with the thread 't' at 'ask'\n"))
  }

  @Test func `an input to a thread that came to its end begins a turn on its state`() async throws {
    let folder = try TemporaryFolder([
      "chat.yaml": """
      state:
        question: str
        messages: {type: list, reducer: append, default: []}
      nodes:
        answer:
          type: passthrough
          output: {messages: ["{state.question}"], text: "{len(state.messages)} before {state.question}"}
      edges: [{from: START, to: answer}, {from: answer, to: END}]
      """
    ])
    for (number, question) in ["one", "two", "three"].enumerated() {
      let result = try await graph(
        folder, "run", "chat.yaml", "-t", "c", "-q", "--json", "--var", "question=\(question)")
      let json = try Value(json: result.standardOutput)
      #expect(json["state"]?["text"] == .string("\(number) before \(question)"), "\(result)")
    }
    let shown = try Value(json: try await graph(folder, "threads", "show", "c", "--format", "json").standardOutput)
    #expect(shown["state"]?["messages"] == ["one", "two", "three"])
    #expect(shown["turn"] == 3)
  }

  @Test func `a run that failed goes on with what failed`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": """
      tools:
        once: {command: "echo once >> log"}
        flaky: {command: "echo flaky >> log; test -e ready"}
      nodes:
        a: {type: tool, tool: once}
        b: {type: tool, tool: flaky}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]
      """
    ])
    let failed = try await graph(folder, "run", "g.yaml", "-t", "t")
    #expect(failed.status == 1)
    #expect(failed.standardError.contains("Help:  go on with 'graph resume t'\n"), "\(failed)")
    let show = try await graph(folder, "threads", "show", "t").standardOutput
    #expect(show.contains("status   failed\n") && show.contains("next     b\n"), "\(show)")
    try folder.write("ready", "")
    #expect(try await graph(folder, "resume", "t").status == 0)
    #expect(try folder.read("log") == "once\nflaky\nflaky\n")
  }

  @Test func `a graph that no longer fits is refused with the node`() async throws {
    let folder = try TemporaryFolder(["i.yaml": interview])
    #expect(try await graph(folder, "run", "i.yaml", "-t", "t").status == 75)
    let changed = interview.split(separator: "ask_name", omittingEmptySubsequences: false)
      .joined(separator: "ask_first_name")
    try folder.write("i.yaml", changed)
    let refused = try await graph(folder, "resume", "t", "--answer", "ask_name=Ada")
    #expect(refused.status == 1)
    #expect(
      refused.standardError.hasPrefix(
        "error: the thread 't' cannot go on with this graph: the graph 'interview' has no node 'ask_name' any more, at "
          + "which the checkpoint has a place"), "\(refused)")
    #expect(refused.standardError.contains("[GR0801]"))
    // What the thread has not come to may change.
    try folder.write("i.yaml", interview.split(separator: "will be").joined(separator: "is to be"))
    _ = try await graph(folder, "resume", "t", "--answer", "Ada")
    #expect(try await graph(folder, "resume", "t", "--answer", "36").standardOutput == "Ada is to be 37\n")
  }

  @Test func `the graph's checkpointer chooses the place, and --store comes before it`() async throws {
    let folder = try TemporaryFolder([
      "g/i.yaml": "checkpointer: {type: sqlite, path: kept.db}\n" + interview,
      "g/m.yaml": "checkpointer: memory\n" + interview,
    ])
    let first = try await graph(folder, "run", "g/i.yaml", "-t", "t")
    #expect(first.standardError.contains("'graph resume t g/i.yaml --answer ask_name=…'"), "\(first)")
    #expect(
      try await graph(folder, "threads", "list", "--store", "g/kept.db").standardOutput.hasPrefix(
        "t  interview  waiting"))
    let lost = try await graph(folder, "resume", "t")
    #expect(lost.status == 66)
    #expect(lost.standardError.hasPrefix("Error: There is no thread 't' in '.graph/threads.sqlite'."), "\(lost)")
    #expect(try await graph(folder, "resume", "t", "g/i.yaml", "-a", "Ada").status == 75)
    _ = try await graph(folder, "run", "g/i.yaml", "-t", "u", "--store", "other.db")
    #expect(try await graph(folder, "threads", "list", "--store", "other.db").standardOutput.hasPrefix("u  "))
    // What a graph keeps in memory is nowhere.
    let memory = try await graph(folder, "run", "g/m.yaml", "-t", "t")
    #expect(memory.standardError.contains("Help:  answer it with '--answer ask_name=…'\n"), "\(memory)")
    #expect(try folder.list() == ["g", "other.db"])
  }

  @Test func `a run without a name is kept under a new one where the graph keeps threads`() async throws {
    let folder = try TemporaryFolder(["i.yaml": "checkpointer: sqlite\n" + interview])
    let first = try await graph(folder, "run", "i.yaml", "--json")
    let thread = try #require(try Value(json: first.standardOutput)["thread"]?.string)
    #expect(try await graph(folder, "resume", thread, "-a", "Ada").status == 75)
  }

  @Test func `threads are listed, shown step by step, forked, shortened and removed`() async throws {
    let folder = try TemporaryFolder(["i.yaml": interview])
    #expect(try await graph(folder, "threads", "list").standardOutput == "")
    _ = try await graph(folder, "run", "i.yaml", "-t", "one", "-a", "ask_name=Ada")
    let history = try Value(
      json: try await graph(folder, "threads", "history", "one", "--format", "json").standardOutput)
    #expect(history.list?.map { $0["status"] } == ["running", "interrupted", "running", "running", "interrupted"])
    #expect(history.list?.compactMap { $0["nodes"]?.list?.first } == ["ask_name"])
    let shown = try await graph(folder, "threads", "show", "one").standardOutput
    #expect(shown.contains("asks        ask_age: How old are you, Ada?\n"), "\(shown)")
    #expect(shown.contains("state.name  Ada\n"))
    #expect(try await graph(folder, "threads", "fork", "one", "two", "--at", "2").status == 0)
    let taken = try await graph(folder, "threads", "fork", "one", "two")
    #expect(taken.standardError == "Error: There is a thread 'two' already\n")
    #expect(
      try await graph(folder, "resume", "two", "-a", "ask_name=Bo", "-a", "ask_age=3").standardOutput
        == "Bo will be 4\n")
    #expect(try await graph(folder, "resume", "one", "-a", "36").standardOutput == "Ada will be 37\n")
    let lines = try await graph(folder, "threads", "export", "two").standardOutput
    try folder.write("two.jsonl", lines)
    #expect(try await graph(folder, "threads", "import", "copy", "two.jsonl", "--store", "other.db").status == 0)
    let copy = try await graph(folder, "threads", "show", "copy", "--store", "other.db").standardOutput
    #expect(copy.contains("state.text  Bo will be 4\n"), "\(copy)")
    try folder.write("two.jsonl", lines.split(separator: "Bo will").joined(separator: "No will"))
    let changed = try await graph(folder, "threads", "import", "three", "two.jsonl")
    #expect(changed.status == 1)
    #expect(changed.standardError.hasPrefix("Error: 'two.jsonl' cannot be imported: line "), "\(changed)")
    #expect(try await graph(folder, "threads", "prune", "--keep", "2").standardError == "0 removed, 2 shortened\n")
    let kept = try await graph(folder, "threads", "history", "one").standardOutput
    #expect(kept.split(separator: "\n").count == 2, "\(kept)")
    #expect(try await graph(folder, "threads", "show", "one").standardOutput.contains("state.text  Ada will be 37\n"))
    #expect(
      try await graph(folder, "threads", "prune", "--older-than", "1d").standardError == "0 removed, 0 shortened\n")
    #expect(
      try await graph(folder, "threads", "prune", "--older-than", "1ms").standardError == "2 removed, 0 shortened\n")
    _ = try await graph(folder, "run", "i.yaml", "-t", "four")
    for nothing in [
      try await graph(folder, "threads", "show", "four", "--at", "9"),
      try await graph(folder, "threads", "fork", "four", "five", "--at", "9"),
    ] {
      #expect(nothing.status == 66)
      #expect(
        nothing.standardError
          == "Error: The thread 'four' has no record 9 that is kept; 'graph threads history four' lists them.\n")
    }
    let gone = try await graph(folder, "threads", "delete", "one", "three")
    #expect(gone.status == 66)
    #expect(
      gone.standardError
        == "Error: There is no thread 'one' in '.graph/threads.sqlite'.\nError: There is no thread 'three' in '.graph/threads.sqlite'.\n"
    )
    let nothing = try await graph(folder, "threads", "prune")
    #expect(nothing.status == 64)
  }

  @Test func `a file of the first version is read and goes on`() async throws {
    let folder = try TemporaryFolder([
      "interview.yaml": interview.replacing(
        "state: {name: str?, age: int?, more: any?}",
        with: "state: {name: str?, age: int?, log: {type: list, reducer: append, default: []}}")
    ])
    try folder.write(
      "old.db", try #require(bytes(ofFile: packageFolder + "/Tests/CommandTests/Fixtures/threads-1.sqlite")))
    let list = try await graph(folder, "threads", "list", "--store", "old.db").standardOutput
    #expect(list.hasPrefix("done  interview  completed") && list.contains("\nt1    interview  waiting "), "\(list)")
    let resumed = try await graph(folder, "resume", "t1", "interview.yaml", "--store", "old.db", "--answer", "36")
    #expect(resumed.standardOutput == "Ada will be 37\n", "\(resumed)")
    // A turn on the other one, with what only this version's tables have.
    let next = try await graph(
      folder, "run", "interview.yaml", "-t", "done", "--store", "old.db", "--on-busy", "interrupt", "-a",
      "ask_name=Cy", "-a", "ask_age=1")
    #expect(next.standardOutput == "Cy will be 2\n", "\(next)")
    let shown = try await graph(folder, "threads", "show", "done", "--store", "old.db", "--format", "json")
    #expect(try Value(json: shown.standardOutput)["turn"] == 2, "\(shown)")
  }

  @Test func `the checkpointer says how much is kept, and when`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": "checkpointer: {type: sqlite, keep: 3, durability: async}\n" + interview
    ])
    for turn in 1...2 {
      let result = try await graph(folder, "run", "g.yaml", "-t", "t", "-a", "ask_name=Ada", "-a", "ask_age=\(turn)")
      #expect(result.standardOutput == "Ada will be \(turn + 1)\n", "\(result)")
      let history = try await graph(folder, "threads", "history", "t").standardOutput
      #expect(history.split(separator: "\n").count == 3, "\(history)")
    }
    #expect(
      try await graph(folder, "run", "g.yaml", "-t", "u", "--durability", "sync", "-a", "ask_name=Bo").status == 75)
    try folder.write("m.yaml", "checkpointer: {type: memory, keep: 3}\n" + interview)
    let misplaced = try await graph(folder, "validate", "m.yaml")
    #expect(misplaced.standardError.contains("what is kept in memory ends with the process"), "\(misplaced)")
  }

  @Test func `a store that is damaged or of another kind is an error`() async throws {
    let folder = try TemporaryFolder([
      "i.yaml": interview, "kept.db": String(repeating: "no database", count: 500),
    ])
    let damaged = try await graph(folder, "run", "i.yaml", "-t", "t", "--store", "kept.db")
    #expect(damaged.status == 1)
    #expect(damaged.standardError.hasPrefix("Error: 'kept.db' is no file of threads, or is damaged"), "\(damaged)")
    let unknown = try await graph(folder, "run", "i.yaml", "-t", "t", "--store", "mysql://root:secret@host/db")
    #expect(unknown.status == 64)
    #expect(!unknown.standardError.contains("secret"))
  }
}
