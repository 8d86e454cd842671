/// Cuts a stream of bytes into lines of a bounded length.
struct LineSplitter {
  private let limit: Int
  private var rest: [UInt8] = []

  init(limit: Int) { self.limit = limit }

  /// Adds bytes and returns the lines that they end, without their line breaks; nil when a line is too long.
  mutating func append(_ bytes: [UInt8]) -> [[UInt8]]? {
    var lines: [[UInt8]] = []
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      rest += bytes[start..<end]
      guard rest.count <= limit else { return nil }
      if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
      lines.append(rest)
      rest = []
      start = end + 1
    }
    rest += bytes[start...]
    return rest.count <= limit ? lines : nil
  }

  /// What was not ended by a line break.
  var unfinished: [UInt8] { rest }
}
