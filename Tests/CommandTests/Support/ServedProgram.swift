import Glibc
import GraphTestSupport
import Testing

/// `graph serve` in a process of its own, which ends with this object at the latest.
final class ServedProgram: Sendable {
  let program: ChildProcess
  let port: Int

  private init(_ program: ChildProcess, _ port: Int) {
    self.program = program
    self.port = port
  }

  deinit { program.destroy() }

  /// Starts it on a free port, and waits until it listens.
  static func start(
    _ arguments: String..., environment: [String: String] = [:], in folder: String = packageFolder
  ) async throws -> ServedProgram {
    let program = try await GraphProgram.start(
      ["serve", "--port", "0"] + arguments, environment: environment, in: folder, isServer: true)
    let said = await program.waitUntil { $0.standardError.contains(" at http://") && $0.standardError.hasSuffix("\n") }
    let port = said.standardError.firstRange(of: " at http://127.0.0.1:").flatMap { range in
      Int(said.standardError[range.upperBound...].prefix { $0.isNumber })
    }
    return ServedProgram(program, try #require(port, "\(said)"))
  }

  /// What it has said so far.
  var said: String { get async { await program.waitUntil { _ in true }.standardError } }

  /// Sends some bytes and reads to the end of the connection.
  func exchange(_ text: String) async -> String {
    await onThread { [port] in
      let client = RawClient(port)
      client.send(text)
      return client.receiveAll()
    }
  }

  func get(_ path: String, headers: String = "") async -> RawAnswer {
    RawAnswer(await exchange(Self.request("GET", path, headers: headers)))
  }

  func post(_ path: String, _ body: String = "{}", headers: String = "") async -> RawAnswer {
    RawAnswer(await exchange(Self.request("POST", path, body, headers: headers)))
  }

  /// The text of a request that ends its connection.
  static func request(_ method: String, _ path: String, _ body: String = "", headers: String = "") -> String {
    var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(headers)"
    if !body.isEmpty { head += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
    return head + "\r\n" + body
  }

  /// Asks it to end, and waits for that.
  func end(_ signal: Int32 = SIGTERM) async -> ChildProcess.Result {
    kill(program.pid, signal)
    return await program.result()
  }

  /// Kills it without a word, and waits for its end.
  func lose() async { _ = await end(SIGKILL) }

  /// The most memory that it has had, in bytes.
  var mostMemory: Int {
    let text = contents(ofFile: "/proc/\(program.pid)/status") ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (Int(line.filter(\.isNumber)) ?? 0) << 10
  }
}
