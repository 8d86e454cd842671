/// Rows of text in columns that stand below each other.
enum TextTable {
  /// The rows; a column without any text takes no room.
  ///
  /// - Parameter indentation: What each line begins with.
  static func text(_ rows: [[String]], indentation: String = "") -> String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().filter { widths[$0.offset] > 0 }.map { column, cell in
        cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      let line = indentation + cells.joined(separator: "  ")
      return line.reversed().drop { $0 == " " }.reversed().map(String.init).joined() + "\n"
    }.joined()
  }
}
