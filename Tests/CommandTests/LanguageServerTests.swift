import Glibc
import GraphRuntime
import GraphTestSupport
import Testing

/// `graph lsp`, over pipes, as editors speak with it.
@Suite(.timeLimit(.minutes(10)))
struct LanguageServerTests {
  static let graph = """
    state: {topic: str}
    nodes:
      write: {prompt: write, variables: {topic: "{state.topic}"}}
    edges:
      - {from: START, to: write}
      - {from: write, to: END}

    """

  private static func project() throws -> TemporaryFolder {
    let folder = try TemporaryFolder(["graphs/a.yaml": graph, "prompts/write.yaml": "user: Write about {topic}.\n"])
    folder.makeFolder(".git")
    return folder
  }

  @Test func `An editor opens a file, is told of mistakes, asks for a name's meaning, renames it and leaves`() throws {
    let folder = try Self.project()
    let path = "\(folder.path)/graphs/a.yaml"
    let server = try LanguageServerProcess(in: folder.path)
    let abilities = try server.initialize(root: folder.path)
    #expect(abilities["serverInfo"]?["name"] == "graph")
    #expect(abilities["capabilities"]?["positionEncoding"] == "utf-16")
    try server.open(path, Self.graph)
    var published = try server.notification("textDocument/publishDiagnostics")
    #expect(published["params"]?["diagnostics"] == [])
    #expect(published["params"]?["version"] == 1)
    // An emoji before the mistake counts two.
    try server.change(
      path, version: 2,
      [["range": ["start": ["line": 2, "character": 2], "end": ["line": 2, "character": 7]], "text": "\"😀\""]])
    published = try server.notification("textDocument/publishDiagnostics")
    let findings = published["params"]?["diagnostics"]?.list ?? []
    #expect(published["params"]?["version"] == 2)
    #expect(findings.map { $0["code"] } == ["GR0111", "GR0201"])
    try server.change(path, version: 3, [["text": .string(Self.graph)]])
    #expect(try server.notification("textDocument/publishDiagnostics")["params"]?["diagnostics"] == [])

    let place: ValueObject = [
      "textDocument": ["uri": .string("file://\(path)")], "position": ["line": 0, "character": 9],
    ]
    let hover = try server.request("textDocument/hover", .object(place))
    #expect(hover["result"]?["contents"]?["value"]?.string?.hasPrefix("**topic**: `str`") == true)
    var naming = place
    naming["newName"] = "theme"
    let rename = try server.request("textDocument/rename", .object(naming))
    #expect(rename["result"]?["changes"]?["file://\(path)"]?.list?.count == 2)
    #expect(try server.request("shutdown", .null)["result"] == .some(.null))
    try server.notify("exit", .null)
    #expect(server.status() == 0)
  }

  @Test func `Garbage, broken JSON and unknown methods do not end the server`() throws {
    let folder = try Self.project()
    let server = try LanguageServerProcess(in: folder.path)
    _ = try server.initialize(root: folder.path)
    try server.write("this is no header\r\n\r\n")
    #expect(try server.receive()["error"]?["code"] == -32700)
    try server.write("Content-Length: 5\r\n\r\n{\"a\":")
    #expect(try server.receive()["error"]?["code"] == -32700)
    try server.write("Content-Length: 2\r\n\r\n[]")
    #expect(try server.receive()["error"]?["code"] == -32600)
    #expect(try server.request("graph/nothing", .null)["error"]?["code"] == -32601)
    try server.notify("$/whatever", [:])
    #expect(try server.request("workspace/symbol", ["query": "write"])["result"]?.list?.isEmpty == false)
    try server.notify("exit", .null)
    #expect(server.status() == 1)
  }

  @Test func `The server ends when its editor is gone`() throws {
    let folder = try Self.project()
    let server = try LanguageServerProcess(in: folder.path)
    _ = try server.initialize(root: folder.path)
    server.closeInput()
    #expect(server.status() == 1)
  }

  @Test func `A request that is cancelled while it waits is answered as cancelled`() throws {
    let folder = try Self.project()
    let server = try LanguageServerProcess(in: folder.path)
    _ = try server.initialize(root: folder.path)
    func frame(_ message: Value) -> String {
      let text = message.json()
      return "Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }
    // In one write, so that the cancellation is there before the second request is begun.
    try server.write(
      frame(["jsonrpc": "2.0", "id": 91, "method": "workspace/symbol", "params": ["query": "a"]])
        + frame(["jsonrpc": "2.0", "id": 92, "method": "workspace/symbol", "params": ["query": "a"]])
        + frame(["jsonrpc": "2.0", "method": "$/cancelRequest", "params": ["id": 92]]))
    #expect(try server.receive()["id"] == 91)
    let answer = try server.receive()
    #expect(answer["id"] == 92 && answer["error"]?["code"] == -32800)
  }

  @Test func `Files that change on disk are looked at again when the editor says so`() throws {
    let folder = try Self.project()
    let path = "\(folder.path)/graphs/a.yaml"
    let server = try LanguageServerProcess(in: folder.path)
    _ = try server.initialize(root: folder.path)
    try server.open(path, Self.graph)
    #expect(try server.notification("textDocument/publishDiagnostics")["params"]?["diagnostics"] == [])
    try folder.write("prompts/write.yaml", "user: Write about {theme}.\n")
    try server.notify(
      "workspace/didChangeWatchedFiles",
      ["changes": [["uri": .string("file://\(folder.path)/prompts/write.yaml"), "type": 2]]])
    let published = try server.notification("textDocument/publishDiagnostics")
    #expect(published["params"]?["diagnostics"]?.list?.isEmpty == false)
  }

  @Test func `Ten thousand changes leave memory as it was`() throws {
    let folder = try Self.project()
    let path = "\(folder.path)/graphs/a.yaml"
    let server = try LanguageServerProcess(in: folder.path)
    _ = try server.initialize(root: folder.path)
    try server.open(path, Self.graph)
    var version = 1
    func edit(_ times: Int) throws {
      for index in 0..<times {
        version += 1
        let text = index % 2 == 0 ? "x" : ""
        try server.change(
          path, version: version,
          [
            [
              "range": [
                "start": ["line": 2, "character": 7], "end": ["line": 2, "character": index % 2 == 0 ? 7 : 8],
              ], "text": .string(text),
            ]
          ])
        if index % 50 == 0 {
          _ = try server.request(
            "textDocument/completion",
            ["textDocument": ["uri": .string("file://\(path)")], "position": ["line": 2, "character": 5]])
        }
      }
      _ = try server.request("workspace/symbol", ["query": ""])
    }
    try edit(2_000)
    let before = server.memory
    try edit(10_000)
    #expect(server.memory < before + 8_192, "from \(before) KiB to \(server.memory) KiB")
  }
}
