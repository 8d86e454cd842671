/// Breaks text into lines for a terminal.
package enum TextWrapping {
  /// Text with each line behind an indentation, broken between words where it would be wider than the width.
  ///
  /// Lines that begin with a space are examples and tables: they are indented,
  /// not broken. A word wider than the width stays whole.
  package static func wrap(_ text: String, width: Int, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { line in
        line.hasPrefix(" ")
          ? [String(line)]
          : fill(line.split(separator: " ").map(String.init), width: width - indent)
      }
      .map { $0.isEmpty ? "" : margin + $0 }
      .joined(separator: "\n")
  }

  /// Words joined into lines that are at most as wide as the width, where the words allow it; at least one line.
  static func fill(_ words: [String], width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words {
      if line.isEmpty {
        line = word
      } else if line.count + 1 + word.count <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = word
      }
    }
    return lines + [line]
  }
}
