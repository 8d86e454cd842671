internal import GraphDiagnostics

/// A small project that shows a diagnostic, before and after it is mended.
///
/// Both are written as one text. `[-…-]` holds what is wrong and `{+…+}` what stands in its place; the rest is the same
/// in both, and either may be empty or have several lines. The text is `graph.yaml`; a line `-- name --` begins another
/// file, up to the next such line.
///
/// What cannot be written in a text has a notation too: `{*300×text*}` is a text 300 times, and `{*FF*}` the byte 0xFF.
package struct DiagnosticExample: Sendable {
  /// One of its files.
  package struct File: Sendable, Equatable {
    /// The path below the project's folder.
    package let name: String

    /// The content; what is repeated and bytes that are no text are still written as in the notation.
    package let text: String
  }

  /// The command of examples that name no other.
  package static let validation = "graph validate graph.yaml"

  /// The files with the mistake.
  package let failing: [File]

  /// The files without it.
  package let passing: [File]

  /// The files of those without the mistake that are other than before.
  package var mended: [File] { passing.filter { !failing.contains($0) } }

  /// The command that reports it, run in the project's folder.
  package let command: String

  /// The line that is printed.
  package let report: String

  /// The codes that the command reports of the failing files, the entry's own among them.
  package let codes: Set<String>

  init(notation: String, command: String, report: String, severity: Severity, code: String, also: [String]) {
    failing = Self.files(Self.variant(notation, keeping: ("[-", "-]"), dropping: ("{+", "+}")))
    passing = Self.files(Self.variant(notation, keeping: ("{+", "+}"), dropping: ("[-", "-]")))
    self.command = command
    self.codes = Set([code] + also)
    // Behind a place, the severity and the code go without saying.
    if !report.hasSuffix("[\(code)]"), let gap = report.firstRange(of: ": ") {
      self.report = "\(report[..<gap.upperBound])\(severity.rawValue): \(report[gap.upperBound...]) [\(code)]"
    } else {
      self.report = report
    }
  }

  /// The text with one kind of brackets taken away and the other one taken out.
  private static func variant(
    _ notation: String, keeping kept: (String, String), dropping dropped: (String, String)
  ) -> String {
    var text = ""
    var rest = notation[...]
    while let opening = [kept.0, dropped.0].compactMap({ rest.firstRange(of: $0) }).min(by: {
      $0.lowerBound < $1.lowerBound
    }) {
      text += rest[..<opening.lowerBound]
      let isKept = rest[opening] == kept.0
      rest = rest[opening.upperBound...]
      guard let closing = rest.firstRange(of: isKept ? kept.1 : dropped.1) else { break }
      if isKept { text += rest[..<closing.lowerBound] }
      rest = rest[closing.upperBound...]
    }
    return text + rest
  }

  private static func files(_ text: String) -> [File] {
    var files: [File] = []
    var name = "graph.yaml"
    var lines: [Substring] = []
    func finish() {
      while lines.last == "" { lines.removeLast() }
      if !lines.isEmpty { files.append(File(name: name, text: lines.map { $0 + "\n" }.joined())) }
      lines = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("-- "), line.hasSuffix(" --"), line.count > 6 {
        finish()
        name = String(line.dropFirst(3).dropLast(3))
      } else {
        lines.append(line)
      }
    }
    finish()
    return files
  }
}

extension DiagnosticExample.File {
  /// The content of the file itself.
  package var bytes: [UInt8] {
    pieces.flatMap { piece -> [UInt8] in
      switch piece {
      case .text(let text): Array(text.utf8)
      case .repeated(let text, let count): (0..<count).flatMap { _ in Array(text.utf8) }
      case .byte(let byte): [byte]
      }
    }
  }

  /// The content as people are shown it: what is repeated stands there once, with its number.
  package var shown: String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .repeated(let text, let count): "\(text) … (\(count) times)"
      case .byte(let byte): "\\x" + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }

  private enum Piece {
    case text(String)
    case repeated(String, Int)
    case byte(UInt8)
  }

  private var pieces: [Piece] {
    var pieces: [Piece] = []
    var rest = text[...]
    while let opening = rest.firstRange(of: "{*"), let closing = rest[opening.upperBound...].firstRange(of: "*}") {
      pieces.append(.text(String(rest[..<opening.lowerBound])))
      let content = rest[opening.upperBound..<closing.lowerBound]
      let parts = content.split(separator: "×", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, let count = Int(parts[0]) {
        pieces.append(.repeated(String(parts[1]), count))
      } else if let byte = UInt8(content, radix: 16) {
        pieces.append(.byte(byte))
      } else {
        preconditionFailure("'{*\(content)*}' is neither a number of times nor a byte")
      }
      rest = rest[closing.upperBound...]
    }
    return pieces + [.text(String(rest))]
  }
}
