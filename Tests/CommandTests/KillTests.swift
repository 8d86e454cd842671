import GraphRuntime
import GraphTestSupport
import Testing

/// The program is killed at every commit, and at any moment; what was kept goes on as if nothing had been.
@Suite(.timeLimit(.minutes(15)))
struct KillTests {
  /// A graph whose nodes write what they do into a file.
  enum Form: String, CaseIterable, Sendable {
    case line
    case loop
    case join
    case map
    case subgraph
    case interrupt

    var text: String {
      let head = """
        name: \(rawValue)
        state:
          n: {type: int, default: 0}
          log: {type: list, reducer: append, default: []}
          items: {type: list, default: [1, 2, 3, 4, 5, 6]}
          name: str?
        tools: {note: {command: "echo {text} >> runs; echo {text}", parse: text}}

        """
      return switch self {
      case .line:
        head + """
          nodes:
            a: {type: tool, tool: note, variables: {text: a}, state_key: a}
            b: {type: tool, tool: note, variables: {text: "b-{state.a}"}, state_key: b}
            c: {type: tool, tool: note, variables: {text: "c-{state.b}"}, state_key: c}
          edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: c}, {from: c, to: END}]
          """
      case .loop:
        head + """
          nodes:
            count: {type: passthrough, output: {n: "{state.n + 1}"}}
            work: {type: tool, tool: note, variables: {text: "w{state.n}"}, state_key: log}
          edges:
            - {from: START, to: count}
            - {from: count, to: work}
            - {from: work, to: count, condition: n < 4}
            - {from: work, to: END}
          loop_limits: {count: 9, work: 9}
          """
      case .join:
        head + """
          nodes:
            a: {type: tool, tool: note, variables: {text: a}, state_key: log}
            b: {type: tool, tool: note, variables: {text: b}, state_key: log}
            c: {type: tool, tool: note, variables: {text: c}, state_key: log}
            d: {type: tool, tool: note, variables: {text: "d-{len(state.log)}"}, state_key: log}
          edges:
            - {from: START, to: [a, b]}
            - {from: b, to: c}
            - {from: [a, c], to: d}
            - {from: d, to: END}
          """
      case .map:
        head + """
          nodes:
            each:
              type: map
              over: "{state.items}"
              as: item
              # Those that end at the same time are one commit, so there are more than at work together.
              max_concurrency: 2
              node: {type: tool, tool: note, variables: {text: "i{state.item}"}, state_key: done}
              collect: log
            end: {type: tool, tool: note, variables: {text: "end-{len(state.log)}"}, state_key: end}
          edges: [{from: START, to: each}, {from: each, to: end}, {from: end, to: END}]
          """
      case .subgraph:
        head + """
          nodes:
            before: {type: tool, tool: note, variables: {text: before}, state_key: before}
            inner: {type: subgraph, graph: line.yaml, output_mapping: {name: c}}
            after: {type: tool, tool: note, variables: {text: "after-{state.name}"}, state_key: after}
          edges: [{from: START, to: before}, {from: before, to: inner}, {from: inner, to: after}, {from: after, to: END}]
          """
      case .interrupt:
        head + """
          nodes:
            a: {type: tool, tool: note, variables: {text: a}, state_key: a}
            ask: {type: interrupt, message: Who?, resume_key: name}
            b: {type: tool, tool: note, variables: {text: "b-{state.name}"}, state_key: b}
          edges: [{from: START, to: a}, {from: a, to: ask}, {from: ask, to: b}, {from: b, to: END}]
          """
      }
    }
  }

  private func folder(_ form: Form) throws -> TemporaryFolder {
    try TemporaryFolder(["g.yaml": form.text, "line.yaml": Form.line.text])
  }

  /// Begins the thread, or goes on with it where there is one.
  private func start(_ folder: TemporaryFolder, fault: String? = nil) async throws -> ChildProcess {
    var variables = ["PATH": "/usr/bin:/bin"]
    if let fault { variables["TRIBUTARY_FAULT"] = fault }
    let exists = try await GraphProgram.run("threads", "show", "t", in: folder.path).status == 0
    let words = exists ? ["resume", "t"] : ["run", "g.yaml", "-t", "t"]
    return try await GraphProgram.start(
      words + ["-q", "-a", "ask=Ada"], environment: variables, in: folder.path)
  }

  private func state(_ folder: TemporaryFolder) async throws -> Value {
    let result = try await GraphProgram.run("threads", "show", "t", "--format", "json", in: folder.path)
    let json = try Value(json: result.standardOutput)
    #expect(json["status"] == "completed", "\(result)")
    return json["state"] ?? .null
  }

  private func runs(_ folder: TemporaryFolder) throws -> [String: Int] {
    try folder.read("runs").split(separator: "\n").reduce(into: [:]) { $0[String($1), default: 0] += 1 }
  }

  @Test(arguments: Form.allCases, ["before", "after"])
  func `Killed at every commit it comes to the same end`(form: Form, moment: String) async throws {
    let undisturbed = try folder(form)
    #expect(await (try start(undisturbed)).result().status == 0)
    let expected = try await state(undisturbed)
    let wanted = try runs(undisturbed)
    let folder = try folder(form)
    // Each process keeps that it goes on, then one thing more.
    var kills = 0
    while await (try start(folder, fault: "\(moment):\(moment == "after" ? 2 : 3)")).result().status == 137 {
      kills += 1
      try #require(kills < 40)
    }
    #expect(kills > 1)
    #expect(try await state(folder) == expected)
    let made = try runs(folder)
    #expect(Set(made.keys) == Set(wanted.keys))
    for (run, count) in made {
      // What was kept is not done again; what was at work when the process ended may be.
      let isAlone = form != .map && form != .subgraph && form != .join
      if moment == "after", isAlone { #expect(count == 1, "\(run)") } else { #expect(count >= 1) }
    }
  }

  @Test(arguments: Form.allCases)
  func `Killed at any moment it comes to the same end`(form: Form) async throws {
    let undisturbed = try folder(form)
    let clock = ContinuousClock()
    let began = clock.now
    #expect(await (try start(undisturbed)).result().status == 0)
    let time = clock.now - began
    let expected = try await state(undisturbed)
    let folder = try folder(form)
    for _ in 0..<12 {
      let child = try await start(folder)
      // Not to wait for something: any moment will do.
      try await Task.sleep(for: time * Double.random(in: 0...1))
      child.destroy()
      if await child.result().status == 0 { break }
    }
    let last = try await start(folder).result()
    // There is nothing to go on with where the last kill came too late.
    #expect(last.status == 0 || last.status == 64, "\(last)")
    #expect(try await state(folder) == expected)
  }
}
