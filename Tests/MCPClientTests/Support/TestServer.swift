import ChildProcesses
import GraphRuntime
import GraphTestSupport
import MCPClient

/// A server of a test, with what it writes down.
struct TestServer {
  let server: MCPServer
  let folder: TemporaryFolder

  /// - Parameter mode: How the server behaves from the start.
  init(_ mode: String = "", startLimit: Duration = .seconds(120)) throws {
    let folder = try TemporaryFolder(["server.py": MCPServerScript.text])
    self.folder = folder
    let request = ProcessRequest(
      "/usr/bin/python3", ["server.py", mode], environment: ["PATH": "/usr/bin:/bin", "MCP_LOG": "\(folder.path)/log"],
      directory: folder.path)
    server = MCPServer(startLimit: startLimit) { .program(request) }
  }

  func call(_ name: String, _ arguments: ValueObject = [:], within limit: Duration = .seconds(120)) async throws
    -> MCPToolResult
  {
    try await server.call(name, arguments, within: limit)
  }

  /// The text of a result.
  func text(_ name: String, _ arguments: ValueObject = [:]) async throws -> String? {
    try await call(name, arguments).content.first?["text"]?.string
  }

  /// What the server wrote down, a line each.
  var log: [String] {
    ((try? folder.read("log")) ?? "").split(separator: "\n").map(String.init)
  }

  /// Waits until the server has written a line down; where it does not, the suite's time limit tells.
  func wait(for line: String) async { while !log.contains(line) { await Task.yield() } }

  /// The error of a piece of work with the server.
  static func error(_ work: () async throws -> Void) async -> String {
    do {
      try await work()
      return "no error"
    } catch {
      return "\(error)"
    }
  }
}
