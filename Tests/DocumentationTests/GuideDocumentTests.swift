import Testing

/// docs/guides.md names a test for each example of the guides and each fault; there is one of that name.
@Suite(.timeLimit(.minutes(10)))
struct GuideDocumentTests {
  @Test func `every row names tests that there are`() throws {
    let document = try Markdown("docs/guides.md")
    let sources = try Files.list("\(Package.root)/Tests", ending: ".swift").map(Files.read)
    let rows = document.lines.filter { $0.hasPrefix("| ") }.map(Markdown.cells).filter {
      !["their example", "no.", "complaint"].contains($0[0]) && !$0[0].hasPrefix("---")
    }
    #expect(rows.count > 60)
    for row in rows {
      let tests = Markdown.code(in: row[row.count - 1])
      #expect(!tests.isEmpty, "\(row[0])")
      for test in tests {
        let parts = test.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { continue }
        let isThere = sources.contains { $0.contains("struct \(parts[0]) ") && $0.contains("func `\(parts[1])`") }
        #expect(isThere, "\(row[0]): there is no test '\(test)'")
      }
    }
  }

  @Test func `every fault has a row, or a word`() throws {
    let text = try Markdown("docs/guides.md").lines.joined(separator: "\n")
    for number in 1...28 { #expect(text.contains("W\(number) ") || text.contains("W\(number),"), "W\(number)") }
  }
}
