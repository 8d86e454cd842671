/// Writes strings as JSON.
public enum JSONText {
  /// A string as a JSON string with its quotes; control characters, quotes and backslashes are escaped.
  public static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends a string as a JSON string with its quotes.
  public static func append(_ text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      for index in 0..<utf8.count where isEscaped[Int(utf8[index])] {
        output.append(contentsOf: utf8[start..<index])
        appendEscape(utf8[index], to: &output)
        start = index + 1
      }
      output.append(contentsOf: utf8[start...])
    }
    output.append(UInt8(ascii: "\""))
  }

  private static let isEscaped: [Bool] = (0..<256).map { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x7F }
  private static let hexDigits = Array("0123456789abcdef".utf8)

  private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\n"): output.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): output.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): output.append(UInt8(ascii: "t"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
    default:
      output.append(contentsOf: Array("u00".utf8))
      output.append(hexDigits[Int(byte >> 4)])
      output.append(hexDigits[Int(byte & 15)])
    }
  }
}
