import Glibc
import GraphRuntime
import GraphTestSupport
import HTTPServing
import Testing

/// The test suite of Autobahn, which asks an echo server some 300 things; `scripts/autobahn.sh` installs and runs it.
@Suite(.enabled(if: getenv("AUTOBAHN") != nil, "scripts/autobahn.sh runs it"))
struct AutobahnTests {
  @Test func `every case of Autobahn passes`() async throws {
    let program = try #require(getenv("AUTOBAHN").map { String(cString: $0) })
    let folder = try TemporaryFolder()
    try await withServer { _, responder in
      guard let socket = try? await responder.webSocket() else { return }
      while let message = try? await socket.next() {
        guard (try? await socket.send(message)) != nil else { return }
      }
    } _: { server in
      // Without those of compression, which there is none of.
      try folder.write(
        "cases.json",
        """
        {"outdir": "\(folder.path)/report", "servers": [{"agent": "tributary", "url": "ws://127.0.0.1:\(server.port)"}], \
        "cases": ["*"], "exclude-cases": ["12.*", "13.*"], "exclude-agent-cases": {}}
        """)
      let output = await onThread { [path = folder.path] in
        Self.run("'\(program)' -m fuzzingclient -s '\(path)/cases.json' 2>&1")
      }
      let report = try Value(json: try folder.read("report/index.json"))["tributary"]?.object ?? ValueObject()
      var counts: [String: Int] = [:]
      for (name, outcome) in report {
        for key in ["behavior", "behaviorClose"] {
          let behaviour = outcome[key]?.string ?? "none"
          counts["\(key) \(behaviour)", default: 0] += 1
          #expect(["OK", "NON-STRICT", "INFORMATIONAL"].contains(behaviour), "\(name): \(key) is \(behaviour)")
        }
      }
      #expect(report.count > 290, "\(output.suffix(2_000))")
      print("\(report.count) cases: \(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
    }
  }

  /// What a command prints, to its end.
  private static func run(_ command: String) -> String {
    guard let pipe = popen(command, "r") else { return "" }
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = fread(&block, 1, block.count, pipe)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += block[..<count]
    }
  }
}
