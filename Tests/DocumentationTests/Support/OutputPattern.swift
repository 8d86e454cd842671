/// What a document shows of an output: `…` stands for any text in a line, and alone in a line for any lines.
enum OutputPattern {
  static func matches(_ output: [String], _ pattern: [String]) -> Bool {
    matches(output[...], pattern[...])
  }

  private static func matches(_ output: ArraySlice<String>, _ pattern: ArraySlice<String>) -> Bool {
    guard let first = pattern.first else { return output.isEmpty }
    if first == "…" {
      return (output.startIndex...output.endIndex).contains { matches(output[$0...], pattern.dropFirst()) }
    }
    guard let line = output.first, lineMatches(line, first) else { return false }
    return matches(output.dropFirst(), pattern.dropFirst())
  }

  static func lineMatches(_ line: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "…", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return line == pattern }
    guard line.hasPrefix(first) else { return false }
    var rest = line.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}
