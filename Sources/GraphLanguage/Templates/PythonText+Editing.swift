// MARK: - Finding

extension PythonText {
  /// The first place of a part in a text, in time linear in both.
  static func firstRange(
    of part: String, in text: String, from start: String.Index? = nil
  ) -> Range<String.Index>? {
    let start = start ?? text.startIndex
    if part.isEmpty { return start..<start }
    var text = text
    var part = part
    let offset = text.utf8.distance(from: text.startIndex, to: start)
    let found = text.withUTF8 { haystack in
      part.withUTF8 { needle in Self.find(needle, in: haystack, from: offset) }
    }
    guard let found else { return nil }
    let lower = text.utf8.index(text.startIndex, offsetBy: found)
    return lower..<text.utf8.index(lower, offsetBy: part.utf8.count)
  }

  private static func find(
    _ needle: UnsafeBufferPointer<UInt8>, in haystack: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int? {
    let last = haystack.count - needle.count
    guard start <= last else { return nil }
    if needle.count < 8 || haystack.count - start < 256 {
      for offset in start...last where haystack[offset] == needle[0] {
        var length = 1
        while length < needle.count, haystack[offset + length] == needle[length] { length += 1 }
        if length == needle.count { return offset }
      }
      return nil
    }
    // Knuth, Morris and Pratt: no input makes it slow.
    var borders = [Int](repeating: 0, count: needle.count)
    var border = 0
    for index in 1..<needle.count {
      while border > 0 && needle[index] != needle[border] { border = borders[border - 1] }
      if needle[index] == needle[border] { border += 1 }
      borders[index] = border
    }
    var matched = 0
    for offset in start..<haystack.count {
      while matched > 0 && haystack[offset] != needle[matched] { matched = borders[matched - 1] }
      if haystack[offset] == needle[matched] { matched += 1 }
      if matched == needle.count { return offset - needle.count + 1 }
    }
    return nil
  }

  /// Every place of a part, from the left, without overlaps.
  static func ranges(of part: String, in text: String, limit: Int = .max) -> [Range<String.Index>] {
    var text = text
    text.makeContiguousUTF8()
    var ranges: [Range<String.Index>] = []
    var start = text.startIndex
    while ranges.count < limit, let range = firstRange(of: part, in: text, from: start) {
      ranges.append(range)
      start = range.upperBound
    }
    return ranges
  }

  static func hasPrefix(_ text: String, _ prefix: String) -> Bool { text.utf8.starts(with: prefix.utf8) }

  static func hasSuffix(_ text: String, _ suffix: String) -> Bool {
    text.utf8.count >= suffix.utf8.count && text.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }
}

// MARK: - Replacing and splitting

extension PythonText {
  /// `str.replace`; an empty old text stands before every character and at the end.
  static func replacing(
    _ old: String, with new: String, in text: String, limit: Int, _ budget: inout TemplateBudget
  ) throws(TemplateFailure) -> String {
    var output = ""
    var count = 0
    if old.isEmpty {
      for scalar in text.unicodeScalars {
        if count < limit {
          output += new
          count += 1
          try budget.check(bytes: output.utf8.count)
        }
        output.unicodeScalars.append(scalar)
      }
      if count < limit { output += new }
      try budget.spend(bytes: output.utf8.count)
      return output
    }
    var start = text.startIndex
    for range in ranges(of: old, in: text, limit: limit) {
      output += text[start..<range.lowerBound]
      output += new
      start = range.upperBound
      try budget.check(bytes: output.utf8.count)
    }
    output += text[start...]
    try budget.spend(bytes: output.utf8.count)
    return output
  }

  /// `str.split(separator, limit)`.
  static func split(_ text: String, by separator: String, limit: Int) -> [String] {
    var parts: [String] = []
    var start = text.startIndex
    for range in ranges(of: separator, in: text, limit: limit) {
      parts.append(String(text[start..<range.lowerBound]))
      start = range.upperBound
    }
    parts.append(String(text[start...]))
    return parts
  }

  /// `str.rsplit(separator, limit)`.
  static func splitFromEnd(_ text: String, by separator: String, limit: Int) -> [String] {
    // Searched backwards: overlapping places count from the right.
    let scalars = Array(text.unicodeScalars)
    let wanted = Array(separator.unicodeScalars)
    var parts: [String] = []
    var end = scalars.count
    var place = end - wanted.count
    while place >= 0 && parts.count < limit {
      if scalars[place..<(place + wanted.count)].elementsEqual(wanted) {
        parts.append(string(scalars[(place + wanted.count)..<end]))
        end = place
        place -= wanted.count
      } else {
        place -= 1
      }
    }
    parts.append(string(scalars[..<end]))
    return parts.reversed()
  }

  /// `str.split(None, limit)`: at runs of white space.
  static func splitAtSpace(_ text: String, limit: Int = .max, fromEnd: Bool = false) -> [String] {
    var scalars = Array(text.unicodeScalars)
    if fromEnd { scalars.reverse() }
    var parts: [[Unicode.Scalar]] = []
    var index = 0
    while true {
      while index < scalars.count, isSpace(scalars[index]) { index += 1 }
      if index == scalars.count { break }
      if parts.count == limit {
        parts.append(Array(scalars[index...]))
        break
      }
      let start = index
      while index < scalars.count, !isSpace(scalars[index]) { index += 1 }
      parts.append(Array(scalars[start..<index]))
    }
    return fromEnd ? parts.reversed().map { string($0.reversed()) } : parts.map { string($0) }
  }
}

// MARK: - Case

extension PythonText {
  /// `str.upper`.
  static func uppercased(_ text: String) -> String { text.uppercased() }

  /// `str.lower`, in which a sigma at the end of a word is a final one.
  static func lowercased(_ text: String) -> String {
    if isASCII(text) || !text.unicodeScalars.contains("Σ") { return text.lowercased() }
    let scalars = Array(text.unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      if scalar == "Σ" {
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        let isFinal = (before?.properties.isCased ?? false) && !(after?.properties.isCased ?? false)
        result += isFinal ? "ς" : "σ"
      } else {
        result += scalar.properties.lowercaseMapping
      }
    }
    return result
  }

  /// `str.capitalize`: the first character in title case, the rest in lower case.
  static func capitalized(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return text }
    // Lowered as a whole, because a final sigma depends on what is before it.
    let lower = lowercased(text).unicodeScalars
    let lowerFirst = first.properties.lowercaseMapping.unicodeScalars.count
    return first.properties.titlecaseMapping + String(lower.dropFirst(lowerFirst))
  }

  /// `str.title`: each run of letters starts in title case.
  static func titled(_ text: String) -> String {
    var result = ""
    var isInWord = false
    for scalar in text.unicodeScalars {
      result += isInWord ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      isInWord = scalar.properties.isCased
    }
    return result
  }

  /// `str.swapcase`.
  static func caseSwapped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let properties = scalar.properties
      if properties.isUppercase {
        result += properties.lowercaseMapping
      } else if properties.isLowercase {
        result += properties.uppercaseMapping
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// `str.islower` or `str.isupper`: there is a cased character and none of the other case.
  static func isCased(_ text: String, upper: Bool) -> Bool {
    var hasCase = false
    for scalar in text.unicodeScalars {
      let properties = scalar.properties
      let isOther = upper ? properties.isLowercase : properties.isUppercase
      if isOther || properties.generalCategory == .titlecaseLetter { return false }
      if upper ? properties.isUppercase : properties.isLowercase { hasCase = true }
    }
    return hasCase
  }
}
