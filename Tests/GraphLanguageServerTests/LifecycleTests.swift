import GraphLanguageServer
import GraphRuntime
import GraphTestSupport
import Testing

/// The conversation of a client with the server, from the first message to the last.
@Suite(.timeLimit(.minutes(5)))
struct LifecycleTests {
  @Test func `Nothing is answered before the server is initialized`() throws {
    var server = try LanguageServer(factory: Editor([:]).factory, version: "test")
    let answer = server.receive(["jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": [:]])
    #expect(answer.first?["error"]?["code"] == -32002)
    #expect(server.receive(["jsonrpc": "2.0", "method": "textDocument/didOpen", "params": [:]]).isEmpty)
  }

  @Test func `A second initialize is an error, and so is a request after shutdown`() throws {
    let editor = try Editor([:])
    #expect(editor.request("initialize", [:])["error"]?["code"] == -32600)
    #expect(editor.request("shutdown", .null) == .null)
    #expect(editor.request("textDocument/hover", [:])["error"]?["code"] == -32600)
  }

  @Test func `The status says whether the client asked for the end first`() throws {
    let polite = try Editor([:])
    polite.request("shutdown", .null)
    polite.notify("exit", .null)
    #expect(polite.server.hasEnded && polite.server.exitStatus == 0)
    let rude = try Editor([:])
    rude.notify("exit", .null)
    #expect(rude.server.hasEnded && rude.server.exitStatus == 1)
  }

  @Test func `Unknown requests are errors, unknown notifications are ignored`() throws {
    let editor = try Editor([:])
    let answer = editor.request("textDocument/dance", [:])
    #expect(answer["error"]?["code"] == -32601)
    #expect(answer["error"]?["message"] == "there is no method 'textDocument/dance'")
    #expect(editor.request("$/dance", [:])["error"]?["code"] == -32601)
    #expect(editor.send(["jsonrpc": "2.0", "method": "$/setTrace", "params": ["value": "off"]]).isEmpty)
    #expect(editor.send(["jsonrpc": "2.0", "method": "workspace/dance"]).isEmpty)
  }

  @Test(
    arguments: [.list([1, 2]), .string("x"), .object(["id": 4]), .null, .object(["method": 5, "id": 1])] as [Value])
  func `What is no message is answered with an error`(message: Value) throws {
    #expect(try Editor([:]).send(message).first?["error"]?["code"] == -32600)
  }

  @Test func `An answer of the client to nothing is no reason to say anything`() throws {
    let editor = try Editor([:])
    #expect(editor.send(["jsonrpc": "2.0", "id": 7, "result": .null]).isEmpty)
    #expect(editor.send(["jsonrpc": "2.0", "id": 7, "error": ["code": 1, "message": "no"]]).isEmpty)
  }

  @Test func `A request that was cancelled before it was begun is not carried out`() throws {
    let editor = try Editor([:])
    var server = editor.server
    server.cancel(9)
    let answer = server.receive(["jsonrpc": "2.0", "id": 9, "method": "workspace/symbol", "params": ["query": ""]])
    #expect(answer.first?["error"]?["code"] == -32800)
  }

  @Test(arguments: [
    "textDocument/hover", "textDocument/definition", "textDocument/references", "textDocument/completion",
    "textDocument/rename", "textDocument/prepareRename", "textDocument/documentSymbol", "textDocument/formatting",
    "textDocument/codeAction", "textDocument/foldingRange", "textDocument/documentLink",
    "textDocument/documentHighlight",
  ])
  func `A request about a file that is not open, or about none, is an error`(method: String) throws {
    let editor = try Editor([:])
    for parameters in [[:], ["textDocument": ["uri": "file:///nowhere.yaml"]], .null, 5] as [Value] {
      #expect(editor.request(method, parameters)["error"]?["code"] == -32602)
    }
  }

  @Test func `The client is asked to watch files where it can`() throws {
    let editor = try Editor([:], abilities: ["workspace": ["didChangeWatchedFiles": ["dynamicRegistration": true]]])
    #expect(editor.notifications.map { $0["method"] } == ["client/registerCapability"])
    #expect(try Editor([:]).notifications.isEmpty)
  }

  @Test func `A change that makes no sense changes nothing and is logged`() throws {
    let editor = try Editor([:])
    try editor.open("graphs/a.yaml", "nodes: {}\n")
    editor.change("graphs/a.yaml", [["range": ["start": 3], "text": "x"]])
    #expect(editor.server.text(uri: "file://\(editor.folder.path)/graphs/a.yaml") == "nodes: {}\n")
    #expect(editor.notifications.last?["method"] == "window/logMessage")
  }
}
