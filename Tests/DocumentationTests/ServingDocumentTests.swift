import GraphCompiler
import GraphNodes
import GraphServer
import GraphTestSupport
import LanguageModels
import Testing

/// docs/serving.md: what its requests are answered with by a server that runs.
@Suite(.timeLimit(.minutes(10)))
struct ServingDocumentTests {
  @Test func `requests get the answers that the document shows`() async throws {
    let document = try Markdown("docs/serving.md")
    let blocks = document.blocks.filter { $0.language == "shell" }
    try #require(!blocks.isEmpty)
    let commands = try blocks.map { String(try #require($0.lines.first?.dropFirst(2))) }
    let script = Self.script(commands)
    let scratch = try Scratch()
    let lines = await onThread { [path = scratch.path] in Shell.run(script, in: path, environment: [:]).lines }
    let answers = lines.split(separator: Self.mark, omittingEmptySubsequences: false).map { Array($0) }
    #expect(answers.count == blocks.count + 1 && answers.first == [], "\(lines.joined(separator: "\n"))")
    for (block, answer) in zip(blocks, answers.dropFirst()) {
      #expect(
        OutputPattern.matches(answer, Array(block.lines.dropFirst())),
        "\(document.place(block))\n\(answer.joined(separator: "\n"))")
    }
    withExtendedLifetime(scratch) {}
  }

  @Test func `the metrics are those of the table`() async throws {
    let document = try Markdown("docs/serving.md")
    let models = ModelCatalog(environment: Environment(), overrides: .init(isOffline: true))
    let graph = try GraphCompiler(factory: StandardNodeFactory(models: models)).load("graphs/hello.yaml")
    var options = ServerOptions()
    options.port = 0
    let server = try GraphServer([ServedGraph(name: "hello", graph: graph)], options: options)
    let text = await onThread {
      for path in ["/graphs/hello/stream?name=Ada", "/metrics"] {
        let client = RawClient(server.port)
        client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let answer = client.receiveAll()
        if path == "/metrics" { return answer }
      }
      return ""
    }
    await server.stop()
    var samples: [String: Set<String>] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("tributary_") {
      let parts = line.dropFirst("tributary_".count).split(separator: " ")[0].split(separator: "{", maxSplits: 1)
      let labels = parts.count > 1 ? parts[1].split(separator: ",").map { String($0.prefix { $0 != "=" }) } : []
      samples[String(parts[0]), default: []].formUnion(labels)
    }
    #expect(samples["event_bytes"] != nil)
    let rows = document.table(below: "## Metrics")
    #expect(Set(rows.flatMap { Markdown.code(in: $0[0]) }) == Set(samples.keys))
    for row in rows {
      let labels = Markdown.code(in: row[0]).reduce(into: Set<String>()) { $0.formUnion(samples[$1] ?? []) }
      #expect(labels == Set(Markdown.code(in: row[1])), "\(row[0])")
    }
  }

  /// What stands before the answer to a request.
  private static let mark = "==="

  /// A script that starts a server, asks it everything, and ends it; before it goes on with a thread, it starts the server
  /// anew, as the document says.
  private static func script(_ commands: [String]) -> String {
    let requests = commands.map { command in
      let request = command.replacing("127.0.0.1:8080", with: "127.0.0.1:$port").replacing(
        "'http://127.0.0.1:$port", with: "'http://127.0.0.1:'$port'")
      return (command.contains("/threads/") ? "end\nbegin\n" : "") + "echo \(mark)\n\(request)\n"
    }
    return """
      begin() {
        : >log
        graph serve graphs --offline --port 0 2>log & server=$!
        until grep -q ' at http' log; do sleep 0.02; done
        port=$(sed -n 's/.* at http:.*://p' log)
      }
      end() { kill $server; wait $server; }
      trap end EXIT
      begin
      \(requests.joined())
      """
  }
}
