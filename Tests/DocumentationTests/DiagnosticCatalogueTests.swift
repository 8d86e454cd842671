import DiagnosticCatalogue
import GraphDiagnostics
import Testing

/// The catalogue has every code of the sources, with its severity and its words, and nothing else.
@Suite(.timeLimit(.minutes(10)))
struct DiagnosticCatalogueTests {
  @Test func `every code of the sources has an entry`() throws {
    for use in try DiagnosticUse.all() where DiagnosticCatalogue.entry(use.code)?.isRetired ?? true {
      Issue.record(
        """
        \(use.code) of \(use.path) has no entry: add a DiagnosticEntry to a file in Sources/DiagnosticCatalogue/Entries \
        (its doc comment says how)
        """)
    }
  }

  @Test func `every entry is of a code that the sources report, or retired`() throws {
    let used = Set(try DiagnosticUse.all().map(\.code))
    for entry in DiagnosticCatalogue.entries where !entry.isRetired && !used.contains(entry.code) {
      Issue.record("no source reports \(entry.code): make its entry DiagnosticEntry(retired: …)")
    }
  }

  @Test func `severities are those of the sources`() throws {
    for use in try DiagnosticUse.all() {
      guard let entry = DiagnosticCatalogue.entry(use.code) else { continue }
      #expect(entry.severityName == use.severity, "\(use.code) in \(use.path)")
    }
  }

  @Test func `every message of an entry is in the sources`() throws {
    let uses = Dictionary(grouping: try DiagnosticUse.all(), by: \.code)
    for entry in DiagnosticCatalogue.entries where !entry.isRetired {
      for message in entry.messages {
        let isWorded = uses[entry.code, default: []].contains { $0.isWorded(message, inContext: true) }
        #expect(isWorded, "\(entry.code): no source says '\(message)'")
      }
    }
  }

  @Test func `every message of the sources is in its entry`() throws {
    for use in try DiagnosticUse.all() {
      guard let entry = DiagnosticCatalogue.entry(use.code) else { continue }
      let isListed = entry.messages.contains { use.isWorded($0, inContext: use.hasWordsBefore) }
      #expect(isListed, "\(use.code): its entry has no message like \(use.text.prefix(160))")
    }
  }

  @Test func `codes ascend, and each has one entry`() {
    for area in DiagnosticCatalogue.areas {
      let codes = area.entries.map(\.code)
      #expect(codes == codes.sorted(), "\(area.title)")
    }
    let codes = DiagnosticCatalogue.entries.map(\.code)
    #expect(Set(codes).count == codes.count)
    #expect(codes.allSatisfy { DiagnosticCatalogue.entry($0)?.code == $0 })
  }

  @Test func `every entry explains its code`() {
    for entry in DiagnosticCatalogue.entries {
      #expect(!entry.title.isEmpty && !entry.title.hasSuffix("."), "\(entry.code): title")
      #expect(entry.meaning.hasSuffix("."), "\(entry.code): meaning")
      #expect(entry.isRetired || entry.remedy.hasSuffix("."), "\(entry.code): remedy")
      #expect(entry.noExample?.hasSuffix(".") ?? true, "\(entry.code): noExample is a sentence that says why")
      for other in entry.related {
        #expect(DiagnosticCatalogue.entry(other) != nil && other != entry.code, "\(entry.code): related \(other)")
      }
    }
  }

  @Test(arguments: [("GR0201", "GR0201"), ("gr0201", "GR0201"), ("201", "GR0201"), ("Gr1", "GR0001")])
  func `a code is found however it is written`(written: String, code: String) {
    #expect(DiagnosticCatalogue.entry(written)?.code == code)
  }

  @Test(arguments: ["", "GR", "GR9999", "GR02011", "x", "２０１"])
  func `what is no code has no entry`(written: String) { #expect(DiagnosticCatalogue.entry(written) == nil) }

  @Test func `codes near an unknown one are its neighbours`() {
    #expect(DiagnosticCatalogue.near("29") == ["GR0028", "GR0030"])
    #expect(DiagnosticCatalogue.near("9999").count == 1)
    #expect(DiagnosticCatalogue.near("GR02O1") == ["GR0201"])
    #expect(DiagnosticCatalogue.near("hello") == [])
  }
}

extension DiagnosticUse {
  /// Whether the message does not begin with words behind the code: they are chosen before it.
  fileprivate var hasWordsBefore: Bool {
    let message = text.drop { ", .errowanigmk".contains($0) }
    return !message.hasPrefix("\"") || message.hasPrefix("\"\\(")
  }
}
