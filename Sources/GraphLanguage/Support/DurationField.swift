internal import GraphYAML

/// Reads durations as files write them.
package enum DurationField {
  /// A positive number of seconds, or text with a unit: `ms`, `s`, `m` or `h`.
  static func parse(_ node: YAMLNode) -> Duration? {
    if let seconds = node.number { return duration(seconds, 1) }
    return node.scalar.flatMap { parse(text: $0.text) }
  }

  /// Text with a unit, or digits alone for seconds.
  package static func parse(text: String) -> Duration? {
    if let seconds = Double(text) { return duration(seconds, 1) }
    for (unit, seconds) in [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)] where text.hasSuffix(unit) {
      let digits = text.dropLast(unit.count)
      guard let number = Double(digits), digits.allSatisfy({ $0.isNumber || $0 == "." }) else { return nil }
      return duration(number, seconds)
    }
    return nil
  }

  private static func duration(_ number: Double, _ unit: Double) -> Duration? {
    let seconds = number * unit
    return seconds > 0 && seconds < 1e9 ? .seconds(seconds) : nil
  }
}
