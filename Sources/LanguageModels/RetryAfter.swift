internal import GraphHTTP

/// How long a provider asks its clients to wait.
enum RetryAfter {
  /// The pause in `retry-after-ms` or `Retry-After`, or nil when there is none that can be read.
  static func delay(in headers: HTTPHeaders, unixTime: Int) -> Duration? {
    if let text = headers["retry-after-ms"], let milliseconds = Double(text), milliseconds >= 0, milliseconds < 1e12 {
      return .seconds(milliseconds / 1_000)
    }
    guard let text = headers["retry-after"] else { return nil }
    if let seconds = Double(text), seconds >= 0, seconds < 1e9 { return .seconds(seconds) }
    return unixTimeOfDate(text).map { .seconds(max(0, $0 - unixTime)) }
  }

  /// Seconds since 1970 of an HTTP date in any of its three forms, or nil.
  ///
  /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and
  /// `Sun Nov  6 08:49:37 1994` are the same time.
  static func unixTimeOfDate(_ text: String) -> Int? {
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.dropFirst().map(String.init)
    guard words.count >= 4 else { return nil }
    let isUnixForm = Int(words[0]) == nil
    let dayText = isUnixForm ? words[1] : words[0]
    let monthText = isUnixForm ? words[0] : words[1]
    let timeText = isUnixForm ? words[2] : words[3]
    let yearText = isUnixForm ? words[3] : words[2]
    guard let day = Int(dayText), var year = Int(yearText), let month = months.firstIndex(of: monthText.lowercased())
    else { return nil }
    if yearText.count == 2 { year += year < 70 ? 2_000 : 1_900 }
    let clock = timeText.split(separator: ":").compactMap { Int($0) }
    guard clock.count == 3, (1...31).contains(day), (1970...9999).contains(year), (0..<24).contains(clock[0]),
      (0..<60).contains(clock[1]), (0...60).contains(clock[2])
    else { return nil }
    return daysSince1970(year: year, month: month + 1, day: day) * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// Counts years from March, so that the leap day is the last of its year.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }
}
