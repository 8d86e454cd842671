package import GraphDiagnostics
package import GraphYAML

/// The tree of a file that may have mistakes in its syntax, as it has while somebody writes it.
///
/// Lines that cannot be read are left out, and all others keep their places, so that what is known of them stays
/// exact.
package struct RecoveredYAML: Sendable {
  /// The tree, or nil when not even a part of the file can be read.
  package let root: YAMLNode?

  /// The lines, counted from 0, that were left out.
  package let droppedLines: [Int]

  /// Whether the whole file could be read.
  package var isWhole: Bool { root != nil && droppedLines.isEmpty }

  /// The most lines that are left out; each costs a reading of the file.
  private static let maximumDropped = 12

  /// Reads a file.
  ///
  /// - Parameter keeping: A line, counted from 0, that is left out only when nothing else helps.
  package init(_ file: SourceFile, keeping: Int? = nil) {
    var bytes = file.bytes
    var dropped: [Int] = []
    while true {
      let text = SourceFile(path: file.path, bytes: bytes)
      let diagnostics = DiagnosticEngine()
      if let root = YAMLParser.parse(text, diagnostics: diagnostics) {
        self.root = root
        droppedLines = dropped.sorted()
        return
      }
      let lines = diagnostics.diagnostics.filter { $0.severity == .error }.flatMap { error in
        let lines = ([error.span] + error.notes.map(\.span)).compactMap { $0.map { $0.start.line - 1 } }
        // What is never closed is noticed long after it was opened.
        return error.code.id == "GR0006" ? lines.sorted() : lines
      }
      guard dropped.count < Self.maximumDropped,
        let line = Self.candidate(lines, text, dropped: dropped, keeping: keeping)
      else { break }
      Self.blank(&bytes, line, text)
      dropped.append(line)
    }
    root = nil
    droppedLines = dropped.sorted()
  }

  /// The line to leave out next: one that the error points at, else one that has content before it.
  private static func candidate(_ lines: [Int], _ file: SourceFile, dropped: [Int], keeping: Int?) -> Int? {
    func isUsable(_ line: Int) -> Bool {
      line >= 0 && line < file.lineStarts.count && !dropped.contains(line) && !isBlank(line, file)
    }
    for line in lines where isUsable(line) && line != keeping { return line }
    guard let first = lines.first else { return nil }
    var line = min(first, file.lineStarts.count - 1)
    while line >= 0 {
      if isUsable(line), line != keeping { return line }
      line -= 1
    }
    return keeping.flatMap { isUsable($0) ? $0 : nil }
  }

  private static func isBlank(_ line: Int, _ file: SourceFile) -> Bool {
    file.line(line + 1).utf8.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  private static func blank(_ bytes: inout [UInt8], _ line: Int, _ file: SourceFile) {
    let start = file.lineStarts[line]
    let end = line + 1 < file.lineStarts.count ? file.lineStarts[line + 1] : bytes.count
    for index in start..<end where bytes[index] != UInt8(ascii: "\n") && bytes[index] != UInt8(ascii: "\r") {
      bytes[index] = UInt8(ascii: " ")
    }
  }
}
