import ChildProcesses
import Glibc
import GraphRuntime
import GraphTestSupport
import MCPClient
import Testing

/// Sessions with servers that are programs.
@Suite(.timeLimit(.minutes(10)))
struct MCPServerTests {
  // MARK: - What it should do

  @Test func `Tools are listed and called`() async throws {
    let test = try TestServer()
    let tools = try await test.server.tools(within: .seconds(120))
    #expect(tools.map(\.name).prefix(3) == ["echo", "add", "lie"])
    #expect(tools[0].description == "Says a text again." && tools[0].outputSchema == nil)
    #expect(tools[1].inputSchema["required"] == ["a", "b"] && tools[1].outputSchema?["required"] == ["sum"])
    #expect(try await test.text("echo", ["text": "ä\n\"😀\""]) == "ä\n\"😀\"")
    let sum = try await test.call("add", ["a": 2, "b": 3])
    #expect(sum.structured == ["sum": 5] && !sum.isError)
    let failure = try await test.call("fail")
    #expect(failure.isError && failure.content == [["type": "text", "text": "no luck"]])
  }

  @Test func `Nothing is started before the first use, and one program serves all`() async throws {
    let test = try TestServer()
    #expect(test.log.isEmpty)
    _ = try await test.text("count")
    #expect(try await test.text("count") == "2")
    #expect(test.log.filter { $0.hasPrefix("pid ") }.count == 1)
  }

  @Test func `A start that many wait for is one start`() async throws {
    let test = try TestServer()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          let text = try await test.text("echo", ["text": .string("\(number)")])
          #expect(text == "\(number)")
        }
      }
      try await group.waitForAll()
    }
    #expect(test.log.filter { $0.hasPrefix("pid ") }.count == 1)
  }

  @Test func `Answers find their calls in whatever order they come`() async throws {
    let test = try TestServer()
    let texts = try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<3 { group.addTask { try await test.text("wait", ["until": 3]) } }
      return try await group.reduce(into: []) { $0.append($1 ?? "") }
    }
    #expect(texts.sorted() == ["0", "1", "2"])
  }

  @Test func `What a server asks is answered`() async throws {
    let heard = try Value(json: try await TestServer().text("ask") ?? "")
    let answers = heard.list ?? []
    #expect(answers.contains { $0["id"] == "p" && $0["result"] == .object([:]) })
    #expect(
      answers.contains {
        $0["id"] == "s" && $0["error"]?["code"] == -32601
          && $0["error"]?["message"] == "this client has no 'sampling/createMessage'"
      })
  }

  @Test func `Lists come in pieces, and anew when they have changed`() async throws {
    let test = try TestServer("pages")
    let before = try await test.server.tools(within: .seconds(120)).map(\.name)
    #expect(before.count == 16 && before.last == "stuck")
    #expect(try await test.text("grow") == "bigger")
    #expect(try await test.server.tools(within: .seconds(120)).map(\.name) == before + ["grown"])
  }

  @Test(arguments: ["old", "chatty"])
  func `Older versions and printed text are no obstacle`(mode: String) async throws {
    #expect(try await TestServer(mode).text("echo", ["text": "x"]) == "x")
  }

  // MARK: - What it should not do

  @Test(arguments: ["noise", "strangers"])
  func `What is no message, and answers to nothing, are passed over`(name: String) async throws {
    let test = try TestServer()
    #expect(try await test.text(name) == (name == "noise" ? "quiet" : "yours"))
    #expect(try await test.text("echo", ["text": "x"]) == "x")
  }

  @Test func `A crash is the error of the calls that wait, and the next call has a new server`() async throws {
    let test = try TestServer()
    async let waiting = TestServer.error { _ = try await test.call("wait") }
    await test.wait(for: "call wait")
    let error = await TestServer.error { _ = try await test.call("crash") }
    #expect(error == "ended with status 3: it broke")
    #expect(await waiting == error)
    #expect(try await test.text("count") == "1")
  }

  @Test func `A message without end ends the server`() async throws {
    let test = try TestServer()
    #expect(await TestServer.error { _ = try await test.call("huge") } == "wrote a message of more than 16 MiB")
    #expect(try await test.text("count") == "1")
  }

  @Test func `A call that takes too long is taken back, and the server lives on`() async throws {
    let test = try TestServer()
    _ = try await test.text("count")
    let error = await TestServer.error { _ = try await test.call("wait", within: .milliseconds(50)) }
    #expect(error == "took longer than 50 ms")
    await test.wait(for: "notifications/cancelled")
    #expect(try await test.text("count") == "3")
  }

  @Test func `A call that is cancelled is taken back`() async throws {
    let test = try TestServer()
    let task = Task { try await test.call("wait") }
    await test.wait(for: "call wait")
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    await test.wait(for: "notifications/cancelled")
  }

  @Test func `A server that never answers, or in no known version, is an error`() async throws {
    let mute = try TestServer("mute", startLimit: .seconds(2))
    #expect(
      ["was not ready within 2 s: thinking", "was not ready within 2 s"].contains(
        await TestServer.error { _ = try await mute.call("echo") }))
    let future = try TestServer("future")
    #expect(
      await TestServer.error { _ = try await future.call("echo") }
        == "speaks version '2099-01-01' of the protocol; understood are '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'"
    )
    let circle = try TestServer("circle")
    #expect(
      await TestServer.error { _ = try await circle.server.tools(within: .seconds(120)) }
        == "lists its tools without an end")
  }

  @Test func `What a server says no to is told`() async throws {
    let server = MCPServer(startLimit: .seconds(1)) {
      .program(.init("/no/such/server", environment: [:]))
    }
    #expect(
      await TestServer.error { _ = try await server.call("x", [:], within: .seconds(1)) }
        == "does not run: it cannot be started: there is no program '/no/such/server'")
  }

  // MARK: - Its end

  @Test func `A session ends with the end of its input`() async throws {
    let test = try TestServer()
    _ = try await test.text("count")
    await test.server.close()
    #expect(test.log.last == "end of input")
    #expect(try await test.text("count") == "1")
  }

  @Test func `A server that does not end is ended`() async throws {
    let test = try TestServer("deaf")
    _ = try await test.text("count")
    await test.server.close()
    let pid = try #require(test.log.first { $0.hasPrefix("pid ") }).dropFirst(4)
    #expect(test.log.contains("end of input"))
    #expect(access("/proc/\(pid)", F_OK) != 0)
  }

  @Test func `A server that nobody has any more ends`() async throws {
    var test: TestServer? = try TestServer()
    let folder = try #require(test).folder
    _ = try await test?.text("count")
    test = nil
    while try !folder.read("log").contains("end of input") { await Task.yield() }
  }

  @Test func `A start that nobody waits for any more is given up`() async throws {
    let test = try TestServer("mute")
    let task = Task { try await test.call("echo") }
    while !test.log.contains(where: { $0.hasPrefix("pid ") }) { await Task.yield() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    await test.wait(for: "end of input")
  }
}
