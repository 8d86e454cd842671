internal import GraphDiagnostics
package import GraphRuntime

extension Value {
  /// The value as it reads inside a text: the one rule for prompts, interpolated values and `str`.
  ///
  /// Texts are as they are, numbers as Python writes them, truth values `true` and `false`. The items of a list are joined with
  /// `, `; lists and objects inside it, and objects, are JSON with a space after `,` and `:`. Null is `null`.
  package var text: String {
    switch self {
    case .string(let text): text
    case .list(let items):
      items.map { item in item.list != nil ? item.spacedJSON : item.text }.joined(separator: ", ")
    case .object: spacedJSON
    case .double(let number) where number.isFinite: PythonNumber.text(number)
    case .null, .bool, .int, .double: json()
    }
  }

  /// The value as JSON on one line, with a space after each comma and colon.
  package var spacedJSON: String {
    var bytes: [UInt8] = []
    writeSpacedJSON(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func writeSpacedJSON(to output: inout [UInt8]) {
    switch self {
    case .list(let items):
      output.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { output.append(contentsOf: ", ".utf8) }
        item.writeSpacedJSON(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let object):
      output.append(UInt8(ascii: "{"))
      for (index, entry) in object.enumerated() {
        if index > 0 { output.append(contentsOf: ", ".utf8) }
        JSONText.append(entry.key, to: &output)
        output.append(contentsOf: ": ".utf8)
        entry.value.writeSpacedJSON(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    default: writeJSON(to: &output)
    }
  }
}
