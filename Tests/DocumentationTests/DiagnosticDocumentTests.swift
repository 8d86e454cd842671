import Testing

/// docs/diagnostics.md has every code of the sources, with its severity and its words.
@Suite(.timeLimit(.minutes(10)))
struct DiagnosticDocumentTests {
  /// What the sources say of a code: severities, and the texts behind each of its uses.
  private struct Use {
    var severities: Set<String> = []
    var texts: [String] = []
  }

  @Test func `no code is missing and none is left over`() throws {
    let documented = try Self.rows().map { $0[0] }
    #expect(documented == documented.sorted())
    #expect(Set(documented).count == documented.count, "a code has two rows")
    #expect(Set(documented) == Set(try Self.uses().keys))
  }

  @Test func `severities are those of the sources`() throws {
    let uses = try Self.uses()
    for row in try Self.rows() { #expect(uses[row[0]]?.severities == [row[1]], "\(row[0])") }
  }

  @Test func `messages are worded as in the sources`() throws {
    let uses = try Self.uses()
    for row in try Self.rows() {
      let texts = uses[row[0]]?.texts ?? []
      for message in Self.variants(row[2]) {
        // Between the places of names and values, the words have to follow each other.
        let parts = message.split(separator: "…").map(String.init)
        #expect(
          texts.contains { Self.contains($0, parts) }, "\(row[0]): no message of the sources says '\(message)'")
      }
    }
  }

  private static func variants(_ cell: String) -> [String] {
    var variants: [String] = []
    var rest = cell[...]
    while let gap = rest.firstRange(of: " / ") {
      variants.append(String(rest[..<gap.lowerBound]))
      rest = rest[gap.upperBound...]
    }
    return variants + [String(rest)]
  }

  private static func contains(_ text: String, _ parts: [String]) -> Bool {
    var rest = text[...]
    for part in parts {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }

  private static func rows() throws -> [[String]] {
    try Markdown("docs/diagnostics.md").lines.filter { $0.hasPrefix("| GR") }.map(Markdown.cells)
  }

  /// Every `"GR` with four digits in the sources, with the severity that follows it and the text around it: some of the
  /// words of a message may be chosen just before it.
  private static func uses() throws -> [String: Use] {
    var uses: [String: Use] = [:]
    for path in try Files.list("\(Package.root)/Sources", ending: ".swift") {
      let pieces = try Files.read(path).split(separator: "\"GR", omittingEmptySubsequences: false)
      for (before, piece) in zip(pieces, pieces.dropFirst())
      where piece.prefix(4).allSatisfy(\.isNumber) && piece.dropFirst(4).first == "\"" {
        let code = "GR" + piece.prefix(4)
        let text = plain(piece.dropFirst(5))
        let severity = [", .warning", ", .remark"].first { text.hasPrefix($0) }?.dropFirst(3) ?? "error"
        uses[code, default: Use()].severities.insert(String(severity))
        uses[code, default: Use()].texts.append(plain(before.suffix(250)) + text)
      }
    }
    return uses
  }

  /// Swift source on one line, with its string literals joined.
  private static func plain(_ source: Substring) -> String {
    var text = source.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for (seam, mended) in [("\" + \"", ""), ("\\\"", "\""), ("\\\\", "\\")] {
      text = text.split(separator: seam, omittingEmptySubsequences: false).joined(separator: mended)
    }
    return text
  }
}
