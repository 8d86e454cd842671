import GraphTestSupport
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
