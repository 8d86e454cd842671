import GraphTestSupport
import Testing

/// docs/serving.md: what its requests are answered with by a server that runs.
@Suite(.timeLimit(.minutes(10)))
struct ServingDocumentTests {
  @Test func `requests get the answers that the document shows`() throws {
    let document = try Markdown("docs/serving.md")
    let scratch = try Scratch()
    let blocks = document.blocks.filter { $0.language == "shell" }
    try #require(!blocks.isEmpty)
    for block in blocks {
      let command = try #require(block.lines.first?.dropFirst(2))
      let result = Shell.run(Self.script(String(command)), in: scratch.path, environment: [:])
      let expected = Array(block.lines.dropFirst())
      #expect(
        OutputPattern.matches(result.lines, expected),
        "\(document.place(block)): \(command)\n\(result.lines.joined(separator: "\n"))")
    }
  }

  /// A script that starts a server, asks it, and ends it.
  private static func script(_ command: String) -> String {
    """
    : >log
    graph serve graphs --offline --port 0 2>log & server=$!
    trap 'kill $server; wait $server' EXIT
    until grep -q ' at http' log; do sleep 0.02; done
    port=$(sed -n 's/.* at http:.*://p' log)
    \(command.replacing("127.0.0.1:8080", with: "127.0.0.1:$port").replacing("'http://127.0.0.1:$port", with: "'http://127.0.0.1:'$port'"))
    """
  }
}
