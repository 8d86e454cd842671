internal import GraphDiagnostics

extension Value {
  /// The value as JSON text, keys in their order, without spaces unless `pretty`.
  public func json(pretty: Bool = false) -> String {
    var bytes: [UInt8] = []
    writeJSON(to: &bytes, indentation: pretty ? 0 : nil)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the value as JSON to UTF-8 text; `indentation` is the depth of a pretty-printed value, nil for one line.
  public func writeJSON(to output: inout [UInt8], indentation: Int? = nil) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
    case .int(let number): output.append(contentsOf: String(number).utf8)
    case .double(let number):
      // JSON has no infinities; a state never holds one, so null is what is left.
      output.append(contentsOf: (number.isFinite ? number.description : "null").utf8)
    case .string(let text): JSONText.append(text, to: &output)
    case .list(let items):
      writeGroup(items, open: "[", close: "]", to: &output, indentation) { item, depth, output in
        item.writeJSON(to: &output, indentation: depth)
      }
    case .object(let object):
      writeGroup(object, open: "{", close: "}", to: &output, indentation) { entry, depth, output in
        JSONText.append(entry.key, to: &output)
        output.append(UInt8(ascii: ":"))
        if depth != nil { output.append(UInt8(ascii: " ")) }
        entry.value.writeJSON(to: &output, indentation: depth)
      }
    }
  }

  private func writeGroup<Items: Collection>(
    _ items: Items, open: Unicode.Scalar, close: Unicode.Scalar, to output: inout [UInt8], _ indentation: Int?,
    _ write: (Items.Element, Int?, inout [UInt8]) -> Void
  ) {
    output.append(UInt8(ascii: open))
    let depth = indentation.map { $0 + 1 }
    var isFirst = true
    for item in items {
      if !isFirst { output.append(UInt8(ascii: ",")) }
      isFirst = false
      Self.breakLine(depth, &output)
      write(item, depth, &output)
    }
    if !isFirst { Self.breakLine(indentation, &output) }
    output.append(UInt8(ascii: close))
  }

  private static func breakLine(_ depth: Int?, _ output: inout [UInt8]) {
    guard let depth else { return }
    output.append(UInt8(ascii: "\n"))
    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
  }
}
