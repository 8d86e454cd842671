import Glibc
import GraphTestSupport
import Testing

private enum Nginx {
  static let path: String? = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"].first { path in
    access(path, X_OK) == 0
  }
}

/// nginx in front of `graph serve`, with the configuration of docs/serving.md.
@Suite(
  .timeLimit(.minutes(10)),
  .enabled(if: Nginx.path != nil, "nginx is not installed; 'apt-get install nginx-light' brings it"))
struct NginxTests {
  /// nginx in a folder of its own, on two ports: one with TLS and one without.
  private final class Proxy: Sendable {
    let folder: TemporaryFolder
    let port: Int
    let plainPort: Int
    private let process: ChildProcess

    init(server: Int) async throws {
      let folder = try TemporaryFolder(["temporary/none": ""])
      let (port, plainPort) = (Self.freePort(), Self.freePort())
      let key = try await ChildProcess.start(
        "/usr/bin/openssl",
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
          "/CN=graphs.example.com", "-keyout", "graphs.key", "-out", "graphs.pem",
        ], environment: ["PATH": "/usr/bin:/bin"], folder: folder.path
      ).result()
      #expect(key.status == 0, "\(key)")
      var shown = try Self.documented()
      for (old, new) in [
        ("listen 443 ssl;", "listen 127.0.0.1:\(port) ssl;\n    listen 127.0.0.1:\(plainPort);"),
        ("/etc/ssl/graphs.", "\(folder.path)/graphs."), ("http://127.0.0.1:8080", "http://127.0.0.1:\(server)"),
      ] {
        #expect(shown.contains(old), "the document's configuration has no '\(old)'")
        shown = shown.replacing(old, with: new)
      }
      let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
        "\($0)_temp_path \(folder.path)/temporary/\($0);"
      }
      try folder.write(
        "nginx.conf",
        """
        daemon off;
        user root;
        pid \(folder.path)/pid;
        error_log stderr notice;
        events {}
        http {
          access_log off;
          \(places.joined(separator: "\n  "))
        \(shown)
        }
        """)
      process = try await ChildProcess.start(
        try #require(Nginx.path), ["-p", folder.path, "-e", "stderr", "-c", "\(folder.path)/nginx.conf"],
        environment: ["PATH": "/usr/sbin:/usr/bin:/bin"], folder: folder.path, isServer: true)
      let said = await process.waitUntil { $0.standardError.contains("start worker process") }
      #expect(said.standardError.contains("start worker process"), "\(said)")
      while !RawClient.isListened(plainPort) { await Task.yield() }
      (self.folder, self.port, self.plainPort) = (folder, port, plainPort)
    }

    deinit { kill(process.pid, SIGTERM) }

    /// The configuration that the document shows.
    private static func documented() throws -> String {
      let text = try #require(contents(ofFile: "\(packageFolder)/docs/serving.md"))
      let begin = try #require(text.firstRange(of: "```nginx\n")).upperBound
      let end = try #require(text[begin...].firstRange(of: "\n```")).lowerBound
      return String(text[begin..<end])
    }

    private static func freePort() -> Int {
      let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      return withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          guard bind(socket, $0, length) == 0 else { return }
          getsockname(socket, $0, &length)
        }
        return Int(UInt16(bigEndian: pointer.pointee.sin_port))
      }
    }

    /// Asks over TLS.
    func curl(_ path: String, _ arguments: String...) async throws -> ChildProcess {
      try await ChildProcess.start(
        "/usr/bin/curl",
        ["-skN", "--max-time", "300", "-H", "Authorization: Bearer s3cret"] + arguments + [
          "https://127.0.0.1:\(port)\(path)"
        ],
        environment: ["PATH": "/usr/bin:/bin"], folder: "/tmp", isServer: true)
    }
  }

  @Test func `answers, streams and WebSockets pass through it, and departed clients are noticed`() async throws {
    let gate = Gate()
    let provider = try LoopbackProvider { _ in LoopbackAnswer([.text("one "), .gate(gate), .text("two")]) }
    let server = try await ServedProgram.start(
      "graphs/hello.yaml", "--provider", "openai",
      environment: provider.variables.merging(["GRAPH_SERVE_TOKEN": "s3cret"]) { first, _ in first })
    let proxy = try await Proxy(server: server.port)
    let graphs = try await proxy.curl("/graphs").result()
    #expect(graphs.standardOutput.contains("\"hello\""), "\(graphs)")

    // The first token is there before the second one exists.
    let stream = try await proxy.curl("/graphs/hello/stream?name=Ada")
    await stream.waitUntil { $0.standardOutput.contains("data: one \n\n") }

    let left = try await proxy.curl("/graphs/hello/stream?name=Ada&_on_disconnect=stop")
    await left.waitUntil { $0.standardOutput.contains("data: one \n\n") }
    left.destroy()
    #expect(await provider.exchange(1).end() == .clientClosed)

    gate.open()
    let whole = await stream.result()
    #expect(whole.standardOutput.contains("data: two\n\n"), "\(whole)")
    #expect(whole.standardOutput.hasSuffix("data: [DONE]\n\n"), "\(whole)")

    let answer = await onThread { [port = proxy.plainPort] in
      let client = RawClient(port)
      client.send(
        "GET /graphs/hello/ws?access_token=s3cret HTTP/1.1\r\nHost: graphs.example.com\r\nUpgrade: websocket\r\n"
          + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
      let head = client.receive(until: "\r\n\r\n")
      // "Ada" with a mask of zeros.
      client.send([0x81, 0x83, 0, 0, 0, 0] + Array("Ada".utf8))
      return head + client.receive(until: "[DONE]")
    }
    #expect(answer.hasPrefix("HTTP/1.1 101 "), "\(answer)")
    #expect(answer.contains("two"), "\(answer)")
    _ = await server.end()
  }
}
