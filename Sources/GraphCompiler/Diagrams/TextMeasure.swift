/// How wide text is about, in a font without serifs that nobody has looked at.
enum TextMeasure {
  /// The width of a line; a little too much rather than too little.
  static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width(of: $1) } * size * (isBold ? 1.12 : 1.05)
  }

  /// The part of the font's size that a character takes up.
  private static func width(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", "|", "!", ".", ",", ":", ";", "'", "`": 0.28
    case "f", "r", "t", " ", "(", ")", "[", "]", "{", "}", "/", "\\", "-", "·", "\"": 0.36
    case "m", "w", "M", "W", "@", "%": 0.9
    case "A"..."Z", "<", ">", "=", "+", "~", "&", "…": 0.7
    default:
      switch scalar.value {
      // Combining marks take up nothing, East Asian characters and emoji a square.
      case 0x300..<0x370, 0x200B..<0x2010, 0xFE00..<0xFE10: 0
      case 0x1100..<0x1200, 0x2E80..<0xA4D0, 0xAC00..<0xD7B0, 0xF900..<0xFB00, 0xFF00..<0xFF61, 0x1F000...: 1.05
      default: 0.58
      }
    }
  }

  /// A text that is not longer than a number of characters, the last one of a longer text being `…`.
  static func shortened(_ text: String, to count: Int) -> String {
    text.count <= count ? text : text.prefix(count - 1) + "…"
  }

  /// Lines of at most so many characters, broken at spaces where that is possible; the last of too many ends with `…`.
  static func wrapped(_ text: String, width: Int, maximumLines: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(whereSeparator: { $0 == " " || $0.isNewline }) {
      var word = word
      while word.count > width {
        lines.append(String(word.prefix(width)))
        word = word.dropFirst(width)
      }
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else if !word.isEmpty {
        lines.append(String(word))
      }
    }
    guard lines.count > maximumLines else { return lines }
    lines.removeSubrange(maximumLines...)
    lines[maximumLines - 1] = shortened(lines[maximumLines - 1] + " …", to: width + 1)
    return lines
  }
}
