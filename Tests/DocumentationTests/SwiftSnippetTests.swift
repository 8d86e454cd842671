import Testing

/// Swift in documents and doc comments is a copy of code that the tests run.
@Suite(.timeLimit(.minutes(10)))
struct SwiftSnippetTests {
  @Test(arguments: Package.written)
  func `every Swift block of a document is code that is run`(path: String) throws {
    let document = try Markdown(path)
    let regions = try Self.regions()
    for block in document.blocks where block.language == "swift" {
      Self.expect(block.lines, isIn: regions, document.place(block))
    }
  }

  @Test func `every Swift block above a public type is code that is run`() throws {
    let regions = try Self.regions()
    for path in try Files.list("\(Package.root)/Sources", ending: ".swift") {
      let lines = try Files.read(path).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      var open: Int?
      for (index, line) in lines.enumerated() where line.trimmed.hasPrefix("/// ```") {
        if let start = open {
          guard let declaration = lines[index...].first(where: { !$0.trimmed.hasPrefix("///") }),
            declaration.hasPrefix("public ")
          else {
            open = nil
            continue
          }
          let block = lines[(start + 1)..<index].map { String($0.trimmed.dropFirst(4)) }
          Self.expect(block, isIn: regions, "\(path.dropFirst(Package.root.count + 1)):\(start + 1)")
          open = nil
        } else if line.hasSuffix("swift") {
          open = index
        }
      }
    }
  }

  @Test func `every region of code is shown somewhere`() throws {
    var shown: Set<[String]> = []
    for path in Package.documents {
      for block in try Markdown(path).blocks where block.language == "swift" { shown.insert(block.lines) }
    }
    for path in try Files.list("\(Package.root)/Sources", ending: ".swift") {
      var block: [String]?
      for line in try Files.read(path).split(separator: "\n").map({ String($0).trimmed }) {
        if line == "/// ```swift" {
          block = []
        } else if line == "/// ```" {
          if let block { shown.insert(block) }
          block = nil
        } else {
          block?.append(String(line.dropFirst(4)))
        }
      }
    }
    for region in try Self.regions() where !shown.contains(region.lines) {
      Issue.record("\(region.place): no document shows this code")
    }
  }

  /// Code between `// begin snippet` and `// end snippet`, without its indentation.
  struct Region {
    let place: String
    let lines: [String]
  }

  static func regions() throws -> [Region] {
    var regions: [Region] = []
    for path in try Files.list("\(Package.root)/Tests/DocumentationTests/Snippets", ending: ".swift") {
      let lines = try Files.read(path).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      var start: Int?
      for (index, line) in lines.enumerated() {
        if line.trimmed == "// begin snippet" {
          start = index
        } else if line.trimmed == "// end snippet", let begin = start {
          let margin = lines[begin].prefix { $0 == " " }.count
          let code = lines[(begin + 1)..<index].map { String($0.dropFirst(min(margin, $0.prefix { $0 == " " }.count))) }
          regions.append(Region(place: "\(path.dropFirst(Package.root.count + 1)):\(begin + 1)", lines: code))
          start = nil
        }
      }
    }
    return regions
  }

  private static func expect(_ block: [String], isIn regions: [Region], _ place: String) {
    if regions.contains(where: { $0.lines == block }) { return }
    let wanted = Set(block)
    guard let near = regions.max(by: { wanted.intersection($0.lines).count < wanted.intersection($1.lines).count })
    else { return }
    let difference = zip(block, near.lines).first { $0 != $1 }
    Issue.record(
      """
      \(place): no code between '// begin snippet' and '// end snippet' is this block
      nearest: \(near.place)
      document: \(difference?.0 ?? "(\(block.count) lines)")
      code:     \(difference?.1 ?? "(\(near.lines.count) lines)")
      """)
  }
}
