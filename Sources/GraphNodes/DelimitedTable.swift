/// The rows of a table of comma- or tab-separated values (RFC 4180), each as a text with the names of its columns.
///
/// Nothing is refused: a quote that is never closed ends with the text, and cells beyond the first row's have no name.
struct DelimitedTable {
  struct Row {
    /// One line for each cell that is not empty: the column's name and the cell.
    let text: String
    /// The line in which the row begins, counted from 1.
    let line: Int
  }

  private(set) var rows: [Row] = []

  /// Reads a table whose first row names the columns.
  init(_ text: String, separator: Unicode.Scalar) {
    var header: [String]?
    var cells: [String] = []
    var cell = String.UnicodeScalarView()
    var (line, rowLine) = (1, 1)
    var isQuoted = false
    var wasQuoted = false
    func trimmed() -> String {
      String(String(cell).drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    func endCell() {
      cells.append(wasQuoted ? String(cell) : trimmed())
      (cell, wasQuoted) = (String.UnicodeScalarView(), false)
    }
    func endRow() {
      endCell()
      defer { cells = [] }
      guard cells.contains(where: { !$0.isEmpty }) else { return }
      guard let names = header else {
        header = cells
        return
      }
      let entries = cells.enumerated().filter { !$0.element.isEmpty }.map { index, value in
        (name: index < names.count ? names[index] : "", value: value)
      }
      rows.append(
        Row(
          text: entries.map { $0.name.isEmpty ? $0.value : "\($0.name): \($0.value)" }.joined(separator: "\n"),
          line: rowLine))
    }
    var scalars = text.unicodeScalars.makeIterator()
    var pending = scalars.next()
    while let scalar = pending {
      pending = scalars.next()
      if scalar == "\n" { line += 1 }
      if isQuoted {
        if scalar != "\"" {
          cell.append(scalar)
        } else if pending == "\"" {
          cell.append(scalar)
          pending = scalars.next()
        } else {
          isQuoted = false
        }
      } else if scalar == "\"" && cell.isEmpty && !wasQuoted {
        (isQuoted, wasQuoted) = (true, true)
      } else if scalar == separator {
        endCell()
      } else if scalar == "\n" || (scalar == "\r" && pending != "\n") {
        if scalar == "\r" { line += 1 }
        endRow()
        rowLine = line
      } else if scalar != "\r" {
        cell.append(scalar)
      }
    }
    if !cell.isEmpty || !cells.isEmpty || wasQuoted { endRow() }
  }
}
