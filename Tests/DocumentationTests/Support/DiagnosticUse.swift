/// A place in the sources where a message is declared.
struct DiagnosticUse {
  let code: String
  let severity: String

  /// The file, below the package's folder.
  let path: String

  /// The source behind the code, in one line with its string literals joined.
  let text: String

  /// The same with the source before it, where some of the words of a message may be chosen.
  let context: String

  /// Whether the source has the words of a message, in which `…` stands for anything.
  func isWorded(_ message: String, inContext: Bool) -> Bool {
    var rest = inContext ? context[...] : text[...]
    for part in message.split(separator: "…") {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }

  /// Every `"GR` with four digits and a message in the sources; the catalogue itself is left out.
  static func all() throws -> [DiagnosticUse] {
    var uses: [DiagnosticUse] = []
    for path in try Files.list("\(Package.root)/Sources", ending: ".swift")
    where !path.hasPrefix("\(Package.root)/Sources/DiagnosticCatalogue/") {
      let pieces = try Files.read(path).split(separator: "\"GR", omittingEmptySubsequences: false)
      for (before, piece) in zip(pieces, pieces.dropFirst())
      where piece.prefix(4).allSatisfy(\.isNumber) && piece.dropFirst(4).hasPrefix("\",") {
        let text = plain(piece.dropFirst(5))
        uses.append(
          DiagnosticUse(
            code: "GR" + piece.prefix(4),
            severity: ["warning", "remark"].first { text.hasPrefix(", .\($0)") } ?? "error",
            path: String(path.dropFirst(Package.root.count + 1)), text: text,
            context: plain(before.suffix(250)) + text))
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
