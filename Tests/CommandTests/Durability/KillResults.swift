import Glibc
import GraphRuntime

/// The numbers of whole measurements, a file for each row of a table in the folder that `KILL_RESULTS` names.
enum KillResults {
  static func add(_ shape: KillShape, to table: String, _ numbers: [Int]) {
    let order = KillShape.all.firstIndex { $0.name == shape.name } ?? KillShape.all.count
    add(shape.name, order, to: table, numbers.map { $0.grouped })
  }

  static func add(_ name: String, _ order: Int, to table: String, _ cells: [String]) {
    guard let folder = getenv("KILL_RESULTS").map({ String(cString: $0) }) else { return }
    let row = "| \(([name] + cells).joined(separator: " | ")) |\n"
    mkdir("\(folder)/\(table)", 0o755)
    _ = write(row, toFile: "\(folder)/\(table)/\(order < 10 ? "0" : "")\(order).row")
  }
}

extension Int {
  /// The number with its thousands parted.
  var grouped: String {
    let digits = String(self)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }
}
