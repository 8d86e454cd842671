internal import GraphDiagnostics

/// A text after `|` or `>`, taken apart so that it can be indented anew.
struct YAMLBlockText {
  /// `|` or `>` with its indicators.
  private(set) var header: String
  /// The comment behind them.
  private(set) var comment: String?
  /// The lines without their indentation.
  private(set) var lines: [String]

  init(_ scalar: YAMLLayoutScalar) throws(YAMLLayoutProblem) {
    let source = scalar.source.splitIntoLines()
    let first = source.first ?? ""
    header = scalar.style == .literal ? "|" : ">"
    let written = first.prefix { $0 != " " && $0 != "\t" && $0 != "#" }
    if let start = first.firstIndex(of: "#") { comment = String(first[start...]).withoutBlanksAtEnd }
    lines = []
    let isKept = written.contains("+")
    if scalar.text.unicodeScalars.allSatisfy({ $0 == "\n" }) {
      // Nothing but blank lines, which count only where they are kept.
      lines = isKept ? Array(repeating: "", count: scalar.text.utf8.count) : []
      if lines.isEmpty && !scalar.text.isEmpty {
        throw YAMLLayoutProblem(message: .blankScalarInLayout, span: scalar.span)
      }
      header += isKept ? "+" : written.contains("-") ? "-" : ""
      return
    }
    guard let indentation = Self.indentation(of: source.dropFirst(), content: scalar.text) else {
      throw YAMLLayoutProblem(message: .blankScalarInLayout, span: scalar.span)
    }
    lines = source.dropFirst().map { line in
      String(line.dropFirst(min(indentation, line.prefix { $0 == " " }.count)))
    }
    // Behind the last line break there is only the indentation of what follows.
    while let last = lines.last, last.isEmpty { lines.removeLast() }
    if isKept {
      let breaks = scalar.text.reversed().prefix { $0 == "\n" }.count
      lines += Array(repeating: "", count: max(0, breaks - 1))
    }
    if let start = lines.first(where: { !$0.isEmpty }), start.hasPrefix(" ") || start.hasPrefix("\t") { header += "2" }
    // A text that ends with the file may lack the line break that its header asks for.
    let endsWithBreak = scalar.text.hasSuffix("\n")
    header += !endsWithBreak ? "-" : isKept ? "+" : ""
  }

  /// How far lines are indented: what the first line with text has in the file and not in the content.
  private static func indentation(of lines: ArraySlice<String>, content: String) -> Int? {
    func isFull(_ line: some StringProtocol) -> Bool { line.contains { $0 != " " } }
    guard let line = lines.first(where: isFull),
      let kept = content.split(separator: "\n", omittingEmptySubsequences: false).first(where: isFull)
    else { return nil }
    return line.prefix { $0 == " " }.count - kept.prefix { $0 == " " }.count
  }
}

extension String {
  /// The lines between line breaks of any system.
  func splitIntoLines() -> [String] {
    // A carriage return and a line feed are one character.
    split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }.map(String.init)
  }

  /// The text without spaces and tabs at its end.
  var withoutBlanksAtEnd: String {
    var text = self[...]
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}
