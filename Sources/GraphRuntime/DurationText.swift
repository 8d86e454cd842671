/// Writes durations as people do.
package enum DurationText {
  /// A duration as in `30 s`, `1.25 s`, `500 ms` or `20 µs`; what is below the unit is left out.
  package static func describe(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    let microseconds = attoseconds / 1_000_000_000_000
    if milliseconds == 0 && microseconds > 0 { return "\(microseconds) µs" }
    if milliseconds % 1000 == 0 { return "\(milliseconds / 1000) s" }
    if milliseconds < 1000 { return "\(milliseconds) ms" }
    let digits = String(1000 + milliseconds % 1000).dropFirst()
    let significant = digits.prefix(through: digits.lastIndex { $0 != "0" } ?? digits.startIndex)
    return "\(milliseconds / 1000).\(significant) s"
  }
}
