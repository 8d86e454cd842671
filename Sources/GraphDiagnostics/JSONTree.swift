/// JSON that is written and not read; members without a value are left out.
indirect enum JSONTree {
  case text(String)
  case number(Int)
  case flag(Bool)
  case list([JSONTree])
  case object([Member])

  /// A name with its value.
  struct Member {
    let name: String
    let value: JSONTree?
  }

  /// An object from names and values.
  static func members(_ members: KeyValuePairs<String, JSONTree?>) -> JSONTree {
    .object(members.map { Member(name: $0.key, value: $0.value) })
  }

  /// The text, indented by two spaces, without a final line break.
  var rendered: String {
    var bytes: [UInt8] = []
    append(to: &bytes, indentation: 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func append(to bytes: inout [UInt8], indentation: Int) {
    switch self {
    case .text(let text): JSONText.append(text, to: &bytes)
    case .number(let number): bytes += String(number).utf8
    case .flag(let flag): bytes += String(flag).utf8
    case .list(let items):
      Self.append("[", "]", items.count, to: &bytes, indentation) { index, bytes in
        items[index].append(to: &bytes, indentation: indentation + 2)
      }
    case .object(let members):
      let present = members.compactMap { member in member.value.map { (member.name, $0) } }
      Self.append("{", "}", present.count, to: &bytes, indentation) { index, bytes in
        JSONText.append(present[index].0, to: &bytes)
        bytes += ": ".utf8
        present[index].1.append(to: &bytes, indentation: indentation + 2)
      }
    }
  }

  private static func append(
    _ open: String, _ close: String, _ count: Int, to bytes: inout [UInt8], _ indentation: Int,
    _ item: (Int, inout [UInt8]) -> Void
  ) {
    bytes += open.utf8
    for index in 0..<count {
      bytes += (index == 0 ? "\n" : ",\n").utf8
      bytes += repeatElement(UInt8(ascii: " "), count: indentation + 2)
      item(index, &bytes)
    }
    if count > 0 {
      bytes.append(UInt8(ascii: "\n"))
      bytes += repeatElement(UInt8(ascii: " "), count: indentation)
    }
    bytes += close.utf8
  }
}

extension JSONTree: ExpressibleByStringLiteral {
  init(stringLiteral text: String) { self = .text(text) }
}
