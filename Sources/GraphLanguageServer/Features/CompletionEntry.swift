internal import GraphDiagnostics
internal import GraphRuntime

/// One thing that may be written.
struct CompletionEntry {
  /// Kinds by their numbers in the protocol.
  enum Kind: Int {
    case text = 1
    case function = 3
    case field = 5
    case variable = 6
    case module = 9
    case value = 12
    case enumMember = 20
    case keyword = 14
    case snippet = 15
    case file = 17
    case reference = 18
    case key = 10
    case event = 23
    case type = 25
  }

  let label: String
  let kind: Kind
  var detail: String?
  var documentation: String?
  var insertion: String?
  var isSnippet = false
  var rank = 1
  var order = 0
  var style = Word.Style.key

  init(
    _ label: String, _ kind: Kind, detail: String? = nil, documentation: String? = nil, insertion: String? = nil,
    isSnippet: Bool = false, rank: Int = 1, order: Int = 0, style: Word.Style = .key
  ) {
    self.label = label
    self.kind = kind
    self.detail = detail
    self.documentation = documentation
    self.insertion = insertion
    self.isSnippet = isSnippet
    self.rank = rank
    self.order = order
    self.style = style
  }

  /// Whether the label, or a word in it, begins with what is written.
  func fits(_ written: String) -> Bool {
    let written = written.lowercased()
    let label = label.lowercased()
    if label.hasPrefix(written) { return true }
    var rest = label[...]
    while let separator = rest.firstIndex(where: { !$0.isLetter && !$0.isNumber }) {
      rest = rest[rest.index(after: separator)...]
      if rest.hasPrefix(written) { return true }
    }
    return false
  }

  func value(_ index: Int, _ word: Word, _ lines: LinePositions, _ client: ClientAbilities) -> Value {
    let range = word.range(style, lines.bytes)
    var text = insertion ?? label
    if kind == .key, lines.bytes.count > range.upperBound, lines.bytes[range.upperBound] == UInt8(ascii: ":") {
      // The key is only changed; its value is there.
      text = label
    }
    let sort = "\(rank)\(Self.padded(order))\(label)"
    var value: ValueObject = [
      "label": .string(label), "kind": .int(kind.rawValue), "sortText": .string(sort),
      "textEdit": ["range": lines.value(range), "newText": .string(text)],
      "insertTextFormat": .int(isSnippet && text != label ? 2 : 1),
    ]
    if let detail { value["detail"] = .string(detail) }
    if let documentation, !documentation.isEmpty {
      if let form = client.completionForm {
        value["documentation"] = ["kind": .string(form), "value": .string(documentation)]
      } else {
        // A client that names no form knows a plain text alone.
        value["documentation"] = .string(documentation)
      }
    }
    return .object(value)
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

/// The word around the cursor.
struct Word {
  /// Which characters belong to what is completed.
  enum Style {
    /// Letters, digits and `_`.
    case name
    /// Those and `-`.
    case key
    /// Whatever is no space, quote, bracket or comma.
    case path
  }

  let offset: Int

  init(_ offset: Int, _ bytes: [UInt8]) { self.offset = min(offset, bytes.count) }

  private static func belongs(_ byte: UInt8, _ style: Style) -> Bool {
    if byte.isLetterOrDigit || byte == UInt8(ascii: "_") || byte >= 0x80 { return true }
    switch style {
    case .name: return false
    case .key: return byte == UInt8(ascii: "-")
    case .path: return !" \t\r\n\"'[]{},:#".utf8.contains(byte)
    }
  }

  /// What is replaced: the word up to the cursor, and what follows of it.
  func range(_ style: Style, _ bytes: [UInt8]) -> ByteRange {
    var (start, end) = (offset, offset)
    while start > 0, Self.belongs(bytes[start - 1], style) { start -= 1 }
    while end < bytes.count, Self.belongs(bytes[end], style) { end += 1 }
    return ByteRange(start, end)
  }

  /// What is written of the word before the cursor.
  func written(_ style: Style, _ bytes: [UInt8]) -> String {
    String(decoding: bytes[range(style, bytes).lowerBound..<offset], as: UTF8.self)
  }
}
