internal import GraphDiagnostics
internal import GraphRuntime

/// Writes data as YAML, in blocks as people write them.
enum YAMLWriter {
  /// The document of a value; it reads back as the same value.
  static func text(of value: Value) -> String {
    var text = ""
    write(value, to: &text, indentation: 0, isInLine: false)
    return text
  }

  /// - Parameter isInLine: Whether the line has been begun, by a key or a dash.
  private static func write(_ value: Value, to text: inout String, indentation: Int, isInLine: Bool) {
    switch value {
    case .object(let object) where !object.isEmpty:
      if isInLine { text += "\n" }
      for entry in object {
        text += String(repeating: " ", count: indentation) + scalar(entry.key) + ":"
        write(entry.value, to: &text, indentation: indentation + 2, isInLine: true)
      }
    case .list(let items) where !items.isEmpty:
      if isInLine { text += "\n" }
      for item in items {
        text += String(repeating: " ", count: indentation) + "-"
        write(item, to: &text, indentation: indentation + 2, isInLine: true)
      }
    default:
      if isInLine { text += " " }
      switch value {
      case .string(let string): text += scalar(string)
      default: text += value.json()
      }
      text += "\n"
    }
  }

  /// A text without quotes where no reader takes it for anything else, and with JSON's quotes otherwise.
  private static func scalar(_ string: String) -> String {
    let isPlain =
      string.first?.isLetter == true && string.last != " "
      && string.unicodeScalars.allSatisfy { scalar in
        scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value)
          || " _-./".unicodeScalars.contains(scalar)
      }
    if isPlain, !words.contains(string.lowercased()) { return string }
    var bytes: [UInt8] = []
    JSONText.append(string, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Words that some version of YAML reads as something else.
  private static let words: Set<String> = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan",
  ]
}
