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
    for entry in DiagnosticCatalogue.entries where !Self.incomplete.contains(entry.code) {
      #expect(!entry.title.isEmpty && !entry.title.hasSuffix("."), "\(entry.code): title")
      #expect(entry.meaning.hasSuffix("."), "\(entry.code): meaning")
      #expect(entry.isRetired || entry.remedy.hasSuffix("."), "\(entry.code): remedy")
      #expect(entry.noExample?.hasSuffix(".") ?? true, "\(entry.code): noExample is a sentence that says why")
      for other in entry.related {
        #expect(DiagnosticCatalogue.entry(other) != nil && other != entry.code, "\(entry.code): related \(other)")
      }
    }
  }

  /// Codes whose entries are being written; new codes come with a whole entry.
  static let incomplete: Set<String> = [
    "GR0001", "GR0002", "GR0003", "GR0004", "GR0005", "GR0006", "GR0007", "GR0008", "GR0009", "GR0010",
    "GR0011", "GR0012", "GR0013", "GR0014", "GR0015", "GR0016", "GR0017", "GR0018", "GR0019", "GR0020",
    "GR0021", "GR0022", "GR0023", "GR0024", "GR0025", "GR0026", "GR0027", "GR0028", "GR0030", "GR0101",
    "GR0102", "GR0103", "GR0105", "GR0106", "GR0107", "GR0108", "GR0109", "GR0110", "GR0111", "GR0112",
    "GR0113", "GR0114", "GR0115", "GR0116", "GR0117", "GR0118", "GR0119", "GR0120", "GR0121", "GR0122",
    "GR0123", "GR0124", "GR0125", "GR0126", "GR0127", "GR0128", "GR0129", "GR0130", "GR0131", "GR0132",
    "GR0133", "GR0134", "GR0135", "GR0136", "GR0140", "GR0141", "GR0142", "GR0143", "GR0144", "GR0145",
    "GR0146", "GR0147", "GR0148", "GR0149", "GR0151", "GR0152", "GR0153", "GR0154", "GR0155", "GR0156",
    "GR0157", "GR0158", "GR0159", "GR0160", "GR0161", "GR0162", "GR0163", "GR0164", "GR0165", "GR0166",
    "GR0167", "GR0168", "GR0169", "GR0170", "GR0171", "GR0172", "GR0173", "GR0174", "GR0175", "GR0180",
    "GR0181", "GR0182", "GR0183", "GR0184", "GR0185", "GR0186", "GR0187", "GR0188", "GR0189", "GR0190",
    "GR0191", "GR0192", "GR0193", "GR0194", "GR0201", "GR0202", "GR0203", "GR0204", "GR0205", "GR0206",
    "GR0207", "GR0208", "GR0209", "GR0210", "GR0211", "GR0220", "GR0221", "GR0222", "GR0223", "GR0230",
    "GR0231", "GR0250", "GR0251", "GR0252", "GR0253", "GR0254", "GR0255", "GR0256", "GR0257", "GR0258",
    "GR0259", "GR0260", "GR0261", "GR0262", "GR0263", "GR0264", "GR0265", "GR0266", "GR0267", "GR0268",
    "GR0280", "GR0281", "GR0282", "GR0283", "GR0290", "GR0291", "GR0292", "GR0293", "GR0294", "GR0501",
    "GR0502", "GR0503", "GR0504", "GR0505", "GR0506", "GR0507", "GR0508", "GR0509", "GR0510", "GR0511",
    "GR0512", "GR0513", "GR0520", "GR0521", "GR0522", "GR0530", "GR0531", "GR0602", "GR0603", "GR0604",
    "GR0605", "GR0608", "GR0609", "GR0611", "GR0612", "GR0613", "GR0614", "GR0615", "GR0616", "GR0617",
    "GR0618", "GR0619", "GR0620", "GR0621", "GR0622", "GR0623", "GR0624", "GR0625", "GR0626", "GR0627",
    "GR0628", "GR0629", "GR0630", "GR0631", "GR0632", "GR0633", "GR0634", "GR0635", "GR0636", "GR0637",
    "GR0638", "GR0639", "GR0640", "GR0641", "GR0645", "GR0646", "GR0647", "GR0648", "GR0649", "GR0650",
    "GR0651", "GR0652", "GR0653", "GR0654", "GR0655", "GR0656", "GR0657", "GR0670", "GR0671", "GR0672",
    "GR0674", "GR0675", "GR0676", "GR0677", "GR0678", "GR0679", "GR0680", "GR0681", "GR0682", "GR0683",
    "GR0701", "GR0702", "GR0703", "GR0704", "GR0705", "GR0706",
  ]

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
