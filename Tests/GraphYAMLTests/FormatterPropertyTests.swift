import GraphDiagnostics
import GraphTestSupport
import GraphYAML
import Testing

/// Laws of the formatter on generated files and on those of the repository.
@Suite(.timeLimit(.minutes(10)))
struct FormatterPropertyTests {
  @Test(arguments: 0..<40)
  func `Formatting keeps values, comments and places`(block: Int) throws {
    for seed in (block * 50)..<(block * 50 + 50) {
      var writer = YAMLWriter(seed: UInt64(seed))
      let source = writer.document()
      let (before, errors) = Self.outline(source)
      try #require(errors.isEmpty, "seed \(seed): \(errors)\n\(source)")
      let diagnostics = DiagnosticEngine()
      let formatted = try #require(
        YAMLFormatter.format(SourceFile(path: "a.yaml", text: source), diagnostics: diagnostics),
        "seed \(seed): \(diagnostics.diagnostics)\n\(source)")
      #expect(Self.outline(formatted).outline == before, "seed \(seed)\n\(source)\n→\n\(formatted)")
      let again = YAMLFormatter.format(SourceFile(path: "a.yaml", text: formatted), diagnostics: diagnostics)
      #expect(again == formatted, "seed \(seed)\n\(source)")
      let context = "seed \(seed)\n\(source)\n→\n\(formatted)"
      Self.checkComments(writer.comments, in: formatted, context)
      if !writer.hasBlockText { Self.checkLayout(formatted, context) }
    }
  }

  /// Bytes are taken out of, put into and swapped in real files: what is read without errors is formatted or refused
  /// with a reason, and what it says stays.
  @Test(arguments: 0..<20)
  func `Files with changed bytes keep what they say`(block: Int) throws {
    let files = try Self.repositoryFiles()
    var random = SeededGenerator(UInt64(block))
    var count = 0
    for _ in 0..<150 {
      var bytes = Array(files[Int(random.next() % UInt64(files.count))].text.utf8)
      for _ in 0...Int(random.next() % 3) {
        let place = Int(random.next() % UInt64(bytes.count))
        let signs = Array("#: -\n'\"{}[],&*!|>?%\t\rab1~".utf8)
        switch random.next() % 3 {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(signs[Int(random.next() % UInt64(signs.count))], at: place)
        default: bytes[place] = signs[Int(random.next() % UInt64(signs.count))]
        }
      }
      let source = String(decoding: bytes, as: UTF8.self)
      let (before, errors) = Self.outline(source)
      guard errors.isEmpty else { continue }
      let diagnostics = DiagnosticEngine()
      guard let text = YAMLFormatter.format(SourceFile(path: "a.yaml", text: source), diagnostics: diagnostics) else {
        #expect(diagnostics.diagnostics.map(\.code.id) == ["GR0030"], "\(source)")
        continue
      }
      count += 1
      #expect(Self.outline(text).outline == before, "\(source)")
      #expect(YAMLFormatter.format(SourceFile(path: "a.yaml", text: text), diagnostics: diagnostics) == text)
    }
    #expect(count > 10)
  }

  @Test func `Every graph and prompt of the repository is formatted without a loss`() throws {
    for file in try Self.repositoryFiles() {
      let diagnostics = DiagnosticEngine()
      let formatted = try #require(
        YAMLFormatter.format(SourceFile(path: file.path, text: file.text), diagnostics: diagnostics),
        "\(file.path): \(diagnostics.diagnostics)")
      #expect(Self.outline(formatted).outline == Self.outline(file.text).outline, "\(file.path)")
      func comments(_ text: String) -> [Substring] {
        text.split(separator: "\n").compactMap { line in line.firstIndex(of: "#").map { line[$0...] } }
      }
      #expect(comments(formatted) == comments(file.text), "\(file.path)")
    }
  }

  // MARK: - Helpers

  private static func outline(_ text: String) -> (outline: String?, errors: [Diagnostic]) {
    let diagnostics = DiagnosticEngine()
    let root = YAMLParser.parse(SourceFile(path: "a.yaml", text: text), diagnostics: diagnostics)
    return (root?.outline, diagnostics.diagnostics.filter { $0.severity == .error })
  }

  private static func checkComments(_ comments: [YAMLWriter.Comment], in text: String, _ context: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for comment in comments {
      let places = lines.indices.filter { lines[$0].hasSuffix(comment.text) }
      guard places.count == 1 else {
        Issue.record("'\(comment.text)' is there \(places.count) times; \(context)")
        continue
      }
      let line = lines[places[0]]
      switch comment.place {
      case .before(let name):
        let isAlone = line.drop { $0 == " " }.hasPrefix("#")
        // The text after '|' in an item begins in a line of its own.
        let next = lines[places[0]...].filter { !$0.isEmpty && !$0.drop { $0 == " " }.hasPrefix("#") }.prefix(2)
        #expect(isAlone && next.contains { $0.contains(name) }, "'\(comment.text)' is not before \(name); \(context)")
      case .behind(let name):
        #expect(line.contains(name), "'\(comment.text)' is not behind \(name); \(context)")
      case .anywhere: break
      }
    }
  }

  private static func checkLayout(_ text: String, _ context: String) {
    #expect(!text.contains("\n\n\n"), "\(context)")
    #expect(!text.hasPrefix("\n") && !text.hasSuffix("\n\n") && text.hasSuffix("\n"), "\(context)")
    #expect(!text.split(separator: "\n").contains { $0.hasSuffix(" ") }, "\(context)")
  }

  private static func repositoryFiles() throws -> [(path: String, text: String)] {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    let files = ["graphs", "prompts"].flatMap { YAMLFiles.below("\(root)/\($0)") }
    try #require(files.count > 10)
    return files
  }
}
