/// What a Redis server answers.
package enum RedisReply: Sendable, Hashable {
  case text([UInt8])
  case number(Int)
  case list([RedisReply])
  case error(String)
  case nothing

  var bytes: [UInt8]? {
    if case .text(let bytes) = self { bytes } else { nil }
  }

  var string: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  /// A number, also one that is written as text.
  var int: Int? {
    switch self {
    case .number(let number): number
    case .text: string.flatMap { Int($0) }
    case .list, .error, .nothing: nil
    }
  }

  var list: [RedisReply]? {
    if case .list(let items) = self { items } else { nil }
  }
}

/// Reads replies of a Redis server (RESP, version 2) from bytes that arrive in pieces.
package struct RedisReplyParser {
  /// A reply that no server sends.
  package struct Malformed: Error {}

  private var buffer: [UInt8] = []
  private var place = 0

  /// The lists that have begun, with the items that are missing.
  private var open: [(items: [RedisReply], missing: Int)] = []

  /// The most bytes of one text, and the most lists inside lists.
  private static let longestText = 512 << 20
  private static let deepest = 16

  package init() {}

  package mutating func add(_ bytes: some Sequence<UInt8>) { buffer.append(contentsOf: bytes) }

  /// The next reply, or nil when more bytes are needed.
  package mutating func next() throws(Malformed) -> RedisReply? {
    while true {
      guard let item = try nextItem() else { return nil }
      switch item {
      case .begin(let count):
        guard open.count < Self.deepest else { throw Malformed() }
        open.append(([], count))
      case .whole(let reply):
        guard let last = open.indices.last else { return finish(reply) }
        open[last].items.append(reply)
        open[last].missing -= 1
      }
      // A list that is complete is an item of the one around it.
      while let last = open.last, last.missing == 0 {
        open.removeLast()
        guard let outer = open.indices.last else { return finish(.list(last.items)) }
        open[outer].items.append(.list(last.items))
        open[outer].missing -= 1
      }
    }
  }

  private mutating func finish(_ reply: RedisReply) -> RedisReply {
    buffer.removeFirst(place)
    place = 0
    return reply
  }

  private enum Item {
    case begin(count: Int)
    case whole(RedisReply)
  }

  private mutating func nextItem() throws(Malformed) -> Item? {
    guard let end = buffer[place...].firstIndex(of: UInt8(ascii: "\r")), end + 1 < buffer.count else { return nil }
    guard buffer[end + 1] == UInt8(ascii: "\n"), place < end else { throw Malformed() }
    let text = String(decoding: buffer[(place + 1)..<end], as: UTF8.self)
    switch buffer[place] {
    case UInt8(ascii: "+"):
      place = end + 2
      return .whole(.text(Array(text.utf8)))
    case UInt8(ascii: "-"):
      place = end + 2
      return .whole(.error(text))
    case UInt8(ascii: ":"):
      guard let number = Int(text) else { throw Malformed() }
      place = end + 2
      return .whole(.number(number))
    case UInt8(ascii: "$"):
      guard let count = Int(text), (-1...Self.longestText).contains(count) else { throw Malformed() }
      guard count >= 0 else {
        place = end + 2
        return .whole(.nothing)
      }
      let start = end + 2
      guard buffer.count >= start + count + 2 else { return nil }
      place = start + count + 2
      return .whole(.text(Array(buffer[start..<(start + count)])))
    case UInt8(ascii: "*"):
      guard let count = Int(text), (-1...10_000_000).contains(count) else { throw Malformed() }
      place = end + 2
      return count < 0 ? .whole(.nothing) : .begin(count: count)
    default: throw Malformed()
    }
  }
}
