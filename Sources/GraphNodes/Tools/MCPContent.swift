internal import GraphRuntime

/// The parts of a result: texts, images, sounds, and resources or links to them.
struct MCPContent {
  private let blocks: [Value]

  init(_ blocks: [Value]) { self.blocks = blocks }

  /// The result as a value: text where all of it is text, else a list of the parts; null where there is none.
  var value: Value {
    if blocks.isEmpty { return .null }
    let texts = blocks.map { $0["type"] == "text" ? $0["text"]?.string : nil }
    if !texts.contains(nil) { return .string(texts.compactMap(\.self).joined(separator: "\n")) }
    return .list(
      blocks.map { block in
        guard var object = block.object else { return block }
        // What is meant for programs that show results to people.
        object["annotations"] = nil
        object["_meta"] = nil
        return .object(object)
      })
  }

  /// The result in words: what is no text is named.
  var text: String { blocks.map { Self.text(of: $0) }.joined(separator: "\n") }

  /// A value that `value` gave, in words; nil for one whose words are those of any value.
  static func text(of value: Value) -> String? {
    guard let blocks = value.list, !blocks.isEmpty,
      blocks.allSatisfy({ kinds.contains($0["type"]?.string ?? "") })
    else { return nil }
    return MCPContent(blocks).text
  }

  private static let kinds: Set<String> = ["text", "image", "audio", "resource", "resource_link"]

  private static func text(of block: Value) -> String {
    func data(_ what: String, _ holder: Value?, _ key: String) -> String {
      let type = holder?["mimeType"]?.string.map { " \($0)" } ?? ""
      // Four characters of base64 are three bytes.
      let count = (holder?[key]?.string?.utf8.count ?? 0) / 4 * 3
      return "[\(what)\(type), about \(count) bytes]"
    }
    switch block["type"]?.string {
    case "text": return block["text"]?.string ?? ""
    case "image": return data("image", block, "data")
    case "audio": return data("audio", block, "data")
    case "resource":
      let resource = block["resource"]
      if let text = resource?["text"]?.string { return text }
      return (resource?["uri"]?.string.map { "\($0) " } ?? "") + data("resource", resource, "blob")
    case "resource_link":
      let name = block["name"]?.string ?? block["title"]?.string
      return (name.map { "\($0): " } ?? "") + (block["uri"]?.string ?? "")
    default: return block.json()
    }
  }
}
