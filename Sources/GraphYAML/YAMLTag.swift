internal import GraphDiagnostics

/// The tags of the core schema; every other tag is an error.
enum YAMLTag: String {
  case string = "str"
  case integer = "int"
  case float
  case boolean = "bool"
  case null
  case sequence = "seq"
  case mapping = "map"

  private static let prefix = "tag:yaml.org,2002:"

  /// The core tag with a full name as libyaml gives it.
  init?(fullName: String) {
    guard fullName.hasPrefix(Self.prefix) else { return nil }
    self.init(rawValue: String(fullName.dropFirst(Self.prefix.count)))
  }

  /// The reading of a scalar's text with this tag, or nil when the text does not fit it.
  func read(_ text: String) -> YAMLCoreSchema.Reading? {
    if self == .string { return .value(.string) }
    let reading = YAMLCoreSchema.read(text)
    switch (self, reading) {
    case (.integer, .value(.int)), (.integer, .integerTooLarge), (.boolean, .value(.bool)), (.null, .value(.null)),
      (.float, .value(.double)), (.float, .notFinite):
      return reading
    case (.float, .value(.int(let number))): return .value(.double(Double(number)))
    case (.float, .integerTooLarge): return Double(text).map { .value(.double($0)) }
    default: return nil
    }
  }
}

/// Where anchor and tag of a node end and its content begins.
struct YAMLProperties {
  /// The offset of the content's first byte.
  private(set) var contentStart: Int
  /// The bytes of the tag.
  private(set) var tag: ByteRange?
  /// The bytes of anchor and tag, in the order of the file.
  private(set) var parts: [ByteRange] = []

  /// Reads at most one anchor and one tag; `limit` is the offset after the node, where a node without content begins.
  init(in text: YAMLText, from start: Int, limit: Int, hasAnchor: Bool, hasTag: Bool) {
    var offset = start
    var anchors = hasAnchor ? 1 : 0
    var tags = hasTag ? 1 : 0
    loop: while offset < limit, let byte = text[offset] {
      switch byte {
      case UInt8(ascii: "&") where anchors > 0:
        anchors -= 1
        let end = Self.end(ofAnchorAt: offset, in: text)
        parts.append(ByteRange(offset, end))
        offset = end
      case UInt8(ascii: "!") where tags > 0:
        tags -= 1
        let end = Self.end(ofTagAt: offset, in: text)
        tag = ByteRange(offset, end)
        parts.append(ByteRange(offset, end))
        offset = end
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): offset += 1
      case UInt8(ascii: "#") where offset > start:
        while let byte = text[offset], byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { offset += 1 }
      default: break loop
      }
    }
    contentStart = min(offset, limit)
  }

  /// An anchor is letters, digits, `_` and `-`; what follows may touch it.
  private static func end(ofAnchorAt start: Int, in text: YAMLText) -> Int {
    var offset = start + 1
    while let byte = text[offset] {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        offset += 1
      default: return offset
      }
    }
    return offset
  }

  private static func end(ofTagAt start: Int, in text: YAMLText) -> Int {
    var offset = start + 1
    let isVerbatim = text[offset] == UInt8(ascii: "<")
    while let byte = text[offset] {
      if isVerbatim {
        offset += 1
        if byte == UInt8(ascii: ">") { break }
      } else {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ","),
          UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
          return offset
        default: offset += 1
        }
      }
    }
    return offset
  }
}

extension DiagnosticMessage {
  static func unknownTag(_ tag: String) -> Self { Self("GR0017", .error, "unknown tag '\(tag)'") }

  static func tagMismatch(_ tag: String, _ kind: String) -> Self {
    Self("GR0018", .error, "the tag '\(tag)' does not fit \(kind)")
  }
}
