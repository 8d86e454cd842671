import Glibc
import GraphTestSupport
import Testing

/// Commands in documents do what the documents show.
@Suite(.timeLimit(.minutes(10)))
struct CommandSnippetTests {
  /// In `console` blocks, lines behind `$ ` are run and what follows them is compared; in `sh` blocks, each line that
  /// begins with `graph ` has to succeed.
  ///
  /// An HTML comment `<!-- answers: … -->` above a block puts a provider on loopback that gives this answer.
  /// `UPDATE_SNAPSHOTS=1` writes outputs that differ into the documents.
  @Test(arguments: Package.written)
  func `commands of a document print what it shows`(path: String) throws {
    let document = try Markdown(path)
    guard document.blocks.contains(where: { $0.language == "console" || $0.language == "sh" }) else { return }
    try #require(Files.exists("\(Package.binaries)/graph"), "no program 'graph' in \(Package.binaries)")
    let scratch = try Scratch()
    var lines = document.lines
    var replacements: [(start: Int, count: Int, text: [String])] = []
    for block in document.blocks {
      if let name = block.fileName { try Files.write(block.text, to: "\(scratch.path)/\(name)") }
      let provider = try Self.provider(block)
      let environment = provider.map(Shell.environment) ?? [:]
      switch block.language {
      case "sh":
        for line in block.lines where line.hasPrefix("graph ") {
          let result = Shell.run(line, in: scratch.path, environment: environment)
          #expect(result.status == 0, "\(document.place(block)): \(line)\n\(result.lines.joined(separator: "\n"))")
        }
      case "console":
        let shown = Self.run(block, scratch, environment, document.place(block))
        if let shown { replacements.append((block.start + 1, block.lines.count, shown)) }
      default: break
      }
      provider?.stop()
    }
    guard getenv("UPDATE_SNAPSHOTS") != nil else { return }
    for (start, count, text) in replacements.reversed() { lines.replaceSubrange(start..<(start + count), with: text) }
    if !replacements.isEmpty { try Files.write(lines.joined(separator: "\n"), to: "\(Package.root)/\(path)") }
  }

  /// Runs a block's commands; returns the block as it should be when an output differs.
  private static func run(
    _ block: Markdown.Block, _ scratch: Scratch, _ environment: [String: String], _ place: String
  ) -> [String]? {
    var shown: [String] = []
    var differs = false
    var position = 0
    while position < block.lines.count {
      let line = block.lines[position]
      position += 1
      shown.append(line)
      guard line.hasPrefix("$ ") else {
        Issue.record("\(place): an output without a command: \(line)")
        return nil
      }
      var expected: [String] = []
      while position < block.lines.count, !block.lines[position].hasPrefix("$ ") {
        expected.append(block.lines[position])
        position += 1
      }
      let result = Shell.run(String(line.dropFirst(2)), in: scratch.path, environment: environment)
      if OutputPattern.matches(result.lines, expected) {
        shown += expected
      } else {
        differs = true
        shown += result.lines
        Issue.record("\(place): \(line)\nprints\n\(result.lines.joined(separator: "\n"))")
      }
    }
    return differs ? shown : nil
  }

  private static func provider(_ block: Markdown.Block) throws -> LoopbackProvider? {
    guard let comment = block.comment, comment.hasPrefix("answers: ") else { return nil }
    let answer = LoopbackAnswer.text(String(comment.dropFirst(9)))
    return try LoopbackProvider { _ in answer }
  }
}
