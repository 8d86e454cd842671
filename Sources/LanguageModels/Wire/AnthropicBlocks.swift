internal import GraphRuntime

/// The blocks of an answer as they came, for the conversation that goes on: signed thoughts have to be sent back as they
/// were, in their places among texts and calls.
struct AnthropicBlocks: Sendable {
  /// One block, and what its deltas added to it.
  struct Block: Sendable {
    fileprivate var written: ValueObject
    fileprivate var isIgnored = false
    var text = ""
    var thinking = ""
    var signature = ""
  }

  private var blocks: [Block] = []
  private var byteCount = 0

  /// Whether they are longer than any answer.
  var isTooLong: Bool { byteCount > HTTPLanguageModel.maximumAnswerBytes }

  mutating func begin(_ block: Value) {
    byteCount += 64
    blocks.append(Block(written: block.object ?? [:]))
  }

  /// Begins a block that is not sent back.
  mutating func beginIgnored() { blocks.append(Block(written: [:], isIgnored: true)) }

  mutating func append(_ text: String, to part: WritableKeyPath<Block, String>) {
    guard let last = blocks.indices.last else { return }
    byteCount += text.utf8.count
    blocks[last][keyPath: part] += text
  }

  /// The blocks with the arguments of the calls in them; texts that stayed empty are left out, as they are refused.
  func value(with calls: [ModelToolCall]) -> Value {
    var rest = calls[...]
    var result: [Value] = []
    for block in blocks where !block.isIgnored {
      var value = block.written
      for (key, added) in [("text", block.text), ("thinking", block.thinking), ("signature", block.signature)]
      where !added.isEmpty {
        value[key] = .string((value[key]?.string ?? "") + added)
      }
      if value["type"] == "tool_use", let call = rest.popFirst() {
        value["id"] = .string(call.id)
        value["input"] = .object(call.object)
      }
      if value["type"] == "text", value["text"] == "" { continue }
      result.append(.object(value))
    }
    return .list(result)
  }
}
