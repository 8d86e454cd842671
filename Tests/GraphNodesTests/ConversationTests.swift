import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Nodes that take part in a conversation under their `messages_key`.
@Suite(.timeLimit(.minutes(5)))
struct ConversationTests {
  private func run(
    _ keys: String, _ model: ScriptedModel, _ messages: [Value]?, state: String = "question: str"
  ) async throws -> Log {
    let folder = try TemporaryFolder([
      "g.yaml": "tools: {now: {type: test}}\n"
        + graph("\(keys), messages_key: messages, state_key: reply", state: state)
    ])
    var input: ValueObject = ["question": "And now?"]
    if let messages { input["messages"] = .list(messages) }
    return try await load(folder, catalog(model), tools: ["now": { _ in "noon" }]).log(input)
  }

  private static let ask = #"user: "{question}", system: Be brief"#

  @Test(arguments: [true, false])
  func `The conversation stands between the instructions and the question, and grows by both turns`(streams: Bool)
    async throws
  {
    let model = ScriptedModel([.pieces(["It is ", "noon."])])
    let history: [Value] = [
      ["role": "system", "content": "Be long"], ["role": "user", "content": "Hello"],
      ["role": "assistant", "content": "Hi"],
    ]
    let log = try await run("\(Self.ask), stream: \(streams)", model, history)
    #expect(
      model.requests.first?.messages == [
        ModelMessage(.system, "Be brief"), ModelMessage(.user, "Hello"), ModelMessage(.assistant, "Hi"),
        ModelMessage(.user, "And now?"),
      ])
    #expect(
      log.outcome?.state["messages"]
        == .list(
          history + [["role": "user", "content": "And now?"], ["role": "assistant", "content": "It is noon."]]))
    #expect(log.outcome?.state["reply"] == "It is noon.")
  }

  @Test func `Instructions of the conversation count where the prompt has none`() async throws {
    let model = ScriptedModel(["x"])
    _ = try await run(#"user: "{question}""#, model, [["role": "system", "content": "Be long"]])
    #expect(model.requests.first?.messages.map(\.role) == [.system, .user])
  }

  @Test func `LangChain's form is understood`() async throws {
    let model = ScriptedModel(["x"])
    _ = try await run(
      Self.ask, model,
      [
        ["type": "system", "content": "s"], ["type": "human", "content": [["type": "text", "text": "What time?"]]],
        ["type": "ai", "content": "", "tool_calls": [["name": "now", "args": ["zone": "utc"], "id": "c1"]]],
        ["type": "tool", "content": "noon", "tool_call_id": "c1", "status": "error"],
        ["type": "ai", "content": "Noon."],
      ])
    let sent = try #require(model.requests.first?.messages)
    #expect(sent.map(\.role) == [.system, .user, .assistant, .tool, .assistant, .user])
    #expect(sent[1].content == "What time?")
    #expect(sent[2].toolCalls == [ModelToolCall(id: "c1", name: "now", arguments: ["zone": "utc"])])
    #expect(sent[3].toolCallID == "c1")
    #expect(sent[3].isError)
  }

  @Test func `OpenAI's form of calls is understood, and what has no other half is left out`() async throws {
    let model = ScriptedModel(["x"])
    _ = try await run(
      Self.ask, model,
      [
        ["role": "tool", "content": "cut off", "tool_call_id": "gone"], ["role": "user", "content": "?"],
        [
          "role": "assistant", "content": nil,
          "tool_calls": [
            ["id": "a", "type": "function", "function": ["name": "now", "arguments": "{\"n\":1}"]],
            ["id": "b", "type": "function", "function": ["name": "now", "arguments": "{}"]],
          ],
        ], ["role": "tool", "content": "noon", "tool_call_id": "a"],
      ])
    let sent = try #require(model.requests.first?.messages)
    #expect(sent.map(\.role) == [.system, .user, .assistant, .tool, .user])
    #expect(sent[2].toolCalls == [ModelToolCall(id: "a", name: "now", arguments: ["n": 1])])
  }

  @Test(arguments: [true, false])
  func `An agent leaves its calls and results in the conversation, and reads them again`(streams: Bool) async throws {
    let model = ScriptedModel([
      .calls([ModelToolCall(id: "c1", name: "now", arguments: ["z": 1])], after: ["Wait."]), "Noon.", "Still noon.",
    ])
    let keys = "type: agent, tools: [now], stream: \(streams), \(Self.ask)"
    let log = try await run(keys, model, nil)
    let messages = try #require(log.outcome?.state["messages"]?.list)
    #expect(
      messages == [
        ["role": "user", "content": "And now?"],
        [
          "role": "assistant", "content": "Wait.", "tool_calls": [["id": "c1", "name": "now", "arguments": ["z": 1]]],
        ], ["role": "tool", "content": "noon", "tool_call_id": "c1"], ["role": "assistant", "content": "Noon."],
      ])
    _ = try await run(keys, model, messages)
    #expect(
      model.requests.last?.messages.map(\.role) == [.system, .user, .assistant, .tool, .assistant, .user])
  }

  @Test(arguments: [("{type: list, reducer: add}", 4), ("list", 4)])
  func `An agent takes part in the conversation that the graph declares`(type: String, count: Int) async throws {
    let folder = try TemporaryFolder([
      "g.yaml": "tools: {now: {type: test}}\n"
        + graph("type: agent, user: hi, tools: [now]", state: "messages: \(type)")
    ])
    let model = ScriptedModel(["yes"])
    let log = try await load(folder, catalog(model), tools: ["now": { _ in 1 }]).log([
      "messages": [["role": "user", "content": "one"], ["role": "assistant", "content": "two"]]
    ])
    #expect(model.requests.first?.messages.map(\.content) == ["one", "two", "hi"])
    #expect(log.outcome?.state["messages"]?.list?.count == count)
  }

  @Test func `Where the key's reducer replaces, the whole conversation is written`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": graph("user: hi, messages_key: talk", state: "talk: list")
    ])
    let log = try await load(folder, catalog(ScriptedModel(["yes"]))).log([
      "talk": [["role": "user", "content": "one"], ["role": "assistant", "content": "two"]]
    ])
    #expect(log.outcome?.state["talk"]?.list?.map { $0["content"] } == ["one", "two", "hi", "yes"])
  }

  @Test func `A node in a conversation runs although its last answer is there`() async throws {
    let model = ScriptedModel(["new"])
    let folder = try TemporaryFolder([
      "g.yaml": graph("user: hi, messages_key: messages, state_key: reply", state: "reply: str?")
    ])
    let log = try await load(folder, catalog(model)).log(["reply": "old"])
    #expect(log.outcome?.state["reply"] == "new")
  }

  @Test(
    arguments: [
      (["role": "alien", "content": "x"], "'messages[0]' is no message"), ([:], "'messages[0]' is no message"),
      (5, "'messages[0]' is no message"), (["role": "user"], "'messages[0]' is no message"),
    ] as [(Value, String)])
  func `What is no message is an error that shows its place and not its content`(item: Value, message: String)
    async throws
  {
    let log = try await run(Self.ask, ScriptedModel([]), [item])
    #expect(log.outcome?.error?.message.hasPrefix(message) == true)
  }
}
