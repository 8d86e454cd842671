import Testing

/// Links between documents lead somewhere.
@Suite(.timeLimit(.minutes(10)))
struct LinkTests {
  @Test(arguments: Package.documents)
  func `relative links lead to files and headings that exist`(path: String) throws {
    let document = try Markdown(path)
    let folder = path.split(separator: "/").dropLast().map { "\($0)/" }.joined()
    for target in Self.targets(document.lines.joined(separator: "\n")) where !target.contains("://") {
      let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let file = parts[0].isEmpty ? path : Self.resolved(folder + parts[0])
      #expect(Files.exists("\(Package.root)/\(file)"), "\(path): no file for '\(target)'")
      guard parts.count > 1, file.hasSuffix(".md"), Files.exists("\(Package.root)/\(file)") else { continue }
      let anchors = try Markdown(file).lines.filter { $0.hasPrefix("#") }.map(Self.anchor)
      #expect(anchors.contains(parts[1]), "\(path): no heading for '\(target)'")
    }
  }

  private static func targets(_ text: String) -> [String] {
    text.split(separator: "](").dropFirst().map { String($0.prefix { $0 != ")" }) }
  }

  private static func resolved(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  /// The name that GitHub gives to a heading.
  private static func anchor(_ heading: String) -> String {
    let text = heading.drop { $0 == "#" }.dropFirst().lowercased()
    return text.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
      .split(separator: " ", omittingEmptySubsequences: false).joined(separator: "-")
  }
}
