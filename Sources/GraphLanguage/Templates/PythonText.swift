/// Text as Python sees it: a sequence of Unicode scalars with Python's idea of white space and of what prints.
///
/// Swift compares strings by canonical equivalence and counts grapheme
/// clusters; Python does neither, and templates must give Python's answers.
enum PythonText {}

// MARK: - Bytes

extension PythonText {
  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  static func isASCIIAlphanumeric(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return isDigit(byte) || lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
  }

  /// Whether an ASCII byte is white space.
  @inline(__always)
  static func isASCIISpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte >= 0x09 && byte <= 0x0D || byte >= 0x1C && byte <= 0x1F
  }

  /// The scalar that starts at an offset of valid UTF-8.
  static func scalar(_ bytes: [UInt8], at offset: Int) -> Unicode.Scalar? {
    guard offset < bytes.count else { return nil }
    let byte = bytes[offset]
    if byte < 0x80 { return Unicode.Scalar(byte) }
    let width = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 0
    guard width > 0, offset + width <= bytes.count else { return nil }
    var value = UInt32(byte) & (0x7F >> UInt32(width))
    for index in 1..<width { value = value << 6 | UInt32(bytes[offset + index] & 0x3F) }
    return Unicode.Scalar(value)
  }

  /// The first offset from `start` to `end` that holds no white space.
  static func startWithoutSpace(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
    var offset = start
    while offset < end {
      if bytes[offset] < 0x80 {
        if !isASCIISpace(bytes[offset]) { break }
        offset += 1
      } else {
        guard let scalar = scalar(bytes, at: offset), isSpace(scalar) else { break }
        offset += UTF8.width(scalar)
      }
    }
    return offset
  }

  /// The offset behind the last byte from `start` to `end` that is no white space.
  static func endWithoutSpace(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
    var offset = end
    while offset > start {
      if bytes[offset - 1] < 0x80 {
        if !isASCIISpace(bytes[offset - 1]) { break }
        offset -= 1
      } else {
        var first = offset - 1
        while first > start && bytes[first] & 0xC0 == 0x80 { first -= 1 }
        guard let scalar = scalar(bytes, at: first), isSpace(scalar) else { break }
        offset = first
      }
    }
    return offset
  }
}

// MARK: - Classes of scalars

extension PythonText {
  /// What `str.isspace` and `\s` take for white space.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// What `str.splitlines` takes for the end of a line.
  static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// What `str.isprintable` lets `repr` show as it is.
  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value >= 0x20 }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator:
      return false
    default: return true
    }
  }

  /// What `str.isalpha` takes for a letter.
  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return isASCIIAlphanumeric(UInt8(scalar.value)) && !isDigit(UInt8(scalar.value)) }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return false
    }
  }

  /// What `str.isalnum` takes for a letter or a number.
  static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return isASCIIAlphanumeric(UInt8(scalar.value)) }
    return isLetter(scalar) || scalar.properties.numericType != nil
  }

  /// What `\w` matches.
  static func isWord(_ scalar: Unicode.Scalar) -> Bool { scalar == "_" || isAlphanumeric(scalar) }
}

// MARK: - Comparing and counting

extension PythonText {
  /// Whether two texts are the same scalars.
  static func isEqual(_ left: String, _ right: String) -> Bool {
    // Identical bytes are equal either way; only canonical equivalence needs a second look.
    guard left == right else { return false }
    return left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
  }

  /// Whether one text comes before another by scalars.
  static func isLess(_ left: String, _ right: String) -> Bool {
    // The order of UTF-8 bytes is the order of scalars.
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  /// The number of scalars.
  static func count(_ text: String) -> Int {
    var count = 0
    for byte in text.utf8 where byte & 0xC0 != 0x80 { count += 1 }
    return count
  }

  /// Whether every byte is ASCII, so that bytes and scalars are the same.
  static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

  static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// The text without white space, or without scalars of a set, at its ends.
  static func stripped(
    _ text: String, of set: String? = nil, atStart: Bool = true, atEnd: Bool = true
  ) -> String {
    let scalars = text.unicodeScalars
    var start = scalars.startIndex
    var end = scalars.endIndex
    func isStripped(_ scalar: Unicode.Scalar) -> Bool {
      if let set { set.unicodeScalars.contains(scalar) } else { isSpace(scalar) }
    }
    if atStart { while start < end, isStripped(scalars[start]) { start = scalars.index(after: start) } }
    while atEnd, start < end {
      let last = scalars.index(before: end)
      if !isStripped(scalars[last]) { break }
      end = last
    }
    return String(scalars[start..<end])
  }

  /// The lines of a text as `str.splitlines` gives them.
  static func lines(_ text: String, keepingEnds: Bool = false) -> [String] {
    var lines: [String] = []
    let scalars = text.unicodeScalars
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let scalar = scalars[index]
      var next = scalars.index(after: index)
      if isLineBreak(scalar) {
        if scalar == "\r", next < scalars.endIndex, scalars[next] == "\n" { next = scalars.index(after: next) }
        lines.append(String(scalars[start..<(keepingEnds ? next : index)]))
        start = next
      }
      index = next
    }
    if start < scalars.endIndex { lines.append(String(scalars[start...])) }
    return lines
  }
}
