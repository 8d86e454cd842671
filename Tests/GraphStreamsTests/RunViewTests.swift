internal import GraphRuntime
internal import GraphStreams
internal import GraphTestSupport
internal import Testing

/// What the views show of runs.
@Suite(.timeLimit(.minutes(10)))
struct RunViewTests {
  private func shown(_ view: RunView, _ run: GraphRun) async throws -> [String] {
    var viewer = RunViewer(view, of: run)
    var lines: [String] = []
    for try await event in run {
      if let item = viewer.show(event) { lines.append(item.name.map { "\($0) \(item.data)" } ?? item.data) }
    }
    return lines
  }

  @Test func `text is tokens and nothing else`() async throws {
    #expect(try await shown(.text, SampleGraph.twoSpeakers().run()) == ["a1", "a\n2", "b1", "b2"])
  }

  @Test func `tokens name their node, and say when they are void`() async throws {
    #expect(
      try await shown(.tokens, SampleGraph.flaky().run(options: RunOptions(sleep: { _ in }))) == [
        #"token {"node":"say","text":"half"}"#, #"retract {"node":"say","attempt":1,"message":"broken"}"#,
        #"token {"node":"say","text":"whole"}"#,
      ])
  }

  @Test func `updates name their node and step, and the ones that a stop cut short`() async throws {
    #expect(
      try await shown(.updates, SampleGraph.twoSpeakers().run()) == [
        #"update {"node":"a","step":1,"update":{"a":"a1a\n2"}}"#,
        #"update {"node":"b","step":2,"update":{"b":"b1b2"}}"#,
      ])
    let run = try SampleGraph.twoSpeakers().run()
    var viewer = RunViewer(.updates, of: run)
    var lines: [String] = []
    for try await event in run {
      if case .token = event.kind { run.stop() }
      if let item = viewer.show(event) { lines.append(item.data) }
    }
    #expect(lines == [#"{"node":"a","step":1,"update":{"a":"a1"},"partial":true}"#])
  }

  @Test func `values are the state at the beginning and after each step`() async throws {
    #expect(
      try await shown(.values, SampleGraph.twoSpeakers().run(["a": "given"])) == [
        #"values {"step":0,"state":{"a":"given"}}"#, #"values {"step":1,"state":{"a":"a1a\n2"}}"#,
        #"values {"step":2,"state":{"a":"a1a\n2","b":"b1b2"}}"#,
      ])
  }

  @Test func `events are all events under their names`() async throws {
    let lines = try await shown(.events, SampleGraph.twoSpeakers().run())
    #expect(lines.first?.hasPrefix(#"run_started {"v":1,"seq":0,"#) == true)
    #expect(lines.last?.hasPrefix("run_finished ") == true)
    #expect(lines.count == 12)
  }

  @Test func `a question is shown in each view but the one of text`() async throws {
    let graph = try SampleGraph.asking()
    let expected = #"interrupt {"node":"ask","interrupts":[{"id":"ask","payload":"Which?"}]}"#
    for view in [RunView.tokens, .updates, .values] {
      #expect(try await shown(view, graph.run()).contains(expected), "\(view)")
    }
    #expect(try await shown(.text, graph.run()).isEmpty)
  }
}
