import GraphTestSupport
import Testing

/// docs/guarantees.md names the tests that prove what it promises, and what was measured has no violation.
@Suite(.timeLimit(.minutes(10)))
struct GuaranteesDocumentTests {
  @Test(arguments: [
    "## State: exactly once", "## The outside world: at least once", "## One run at a time", "## Damage",
  ])
  func `each promise names tests that exist`(heading: String) throws {
    let rows = try Markdown("docs/guarantees.md").table(below: heading)
    let tests = try Self.names()
    #expect(!rows.isEmpty)
    for row in rows {
      let names = Markdown.code(in: row[1])
      #expect(!names.isEmpty, "no test is named for: \(row[0])")
      for name in names { #expect(tests.contains(name), "there is no test '\(name)'") }
    }
  }

  @Test func `each table of measurements ends without violations`() throws {
    let document = try Markdown("docs/guarantees.md")
    let headings = document.lines.filter { $0.hasPrefix("### ") }
    for heading in headings {
      let rows = document.table(below: heading)
      #expect(rows.last?.first == "**all**", "\(heading)")
      for row in rows { #expect(row.last == "0", "\(heading): \(row)") }
    }
  }

  @Test(arguments: [
    ("### Killed once, SQLite", 12), ("### Killed, and killed again while it goes on", 12),
    ("### Killed at random times", 12), ("### Killed while a thread is taken or kept", 5), ("### A disk that fails", 9),
    ("### Commands that change threads", 5), ("### Killed once, PostgreSQL", 4), ("### Killed once, Redis", 4),
  ])
  func `everything that is tried has its row`(heading: String, count: Int) throws {
    #expect(try Markdown("docs/guarantees.md").table(below: heading).count == count + 1, "\(heading)")
  }

  /// The names of all tests, and the laws of stores, each of which is a test for every store.
  private static func names() throws -> Set<String> {
    var names = Set(CheckpointStoreLaw.all.map(\.description))
    for path in try Files.list("\(Package.root)/Tests", ending: "Tests.swift") {
      let parts = try Files.read(path).split(separator: "func `")
      for part in parts.dropFirst() { names.insert(String(part.prefix { $0 != "`" })) }
    }
    return names
  }
}
