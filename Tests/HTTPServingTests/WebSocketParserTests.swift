import GraphTestSupport
import HTTPServing
import Testing

@Suite(.timeLimit(.minutes(10)))
struct WebSocketParserTests {
  /// A frame as clients send it.
  static func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
    let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    var bytes = [(isFinal ? 0x80 : 0) | opcode]
    switch payload.count {
    case 0..<126: bytes.append(0x80 | UInt8(payload.count))
    case 126..<65_536: bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
    default: bytes += [0x80 | 127] + stride(from: 56, through: 0, by: -8).map { UInt8(payload.count >> $0 & 255) }
    }
    return bytes + mask + payload.enumerated().map { $0.element ^ mask[$0.offset & 3] }
  }

  private func events(
    _ bytes: [UInt8], pieces length: Int = .max, limit: Int = 1 << 20
  ) -> (events: [WebSocketParser.Event], failure: Int?) {
    var parser = WebSocketParser(messageLimit: limit)
    var events: [WebSocketParser.Event] = []
    var rest = bytes[...]
    do throws(WebSocketClose) {
      while !rest.isEmpty {
        parser.append(rest.prefix(length))
        rest = rest.dropFirst(length)
        while true {
          let event = try parser.next()
          if event == .needsMore { break }
          events.append(event)
        }
      }
      return (events, nil)
    } catch {
      return (events, error.code)
    }
  }

  @Test(arguments: [1, 2, 5, 1_000, .max])
  func `Messages are joined whatever pieces they arrive in`(length: Int) {
    let long = [UInt8](repeating: 7, count: 70_000)
    let bytes =
      Self.frame(1, Array("h".utf8), isFinal: false) + Self.frame(9, [1, 2]) + Self.frame(0, Array("é".utf8))
      + Self.frame(2, long) + Self.frame(10, []) + Self.frame(1, []) + Self.frame(8, [0x03, 0xE8] + Array("bye".utf8))
    let expected: [WebSocketParser.Event] = [
      .ping([1, 2]), .message(.text("hé")), .message(.binary(long)), .pong([]), .message(.text("")),
      .close(WebSocketClose(1000, "bye")),
    ]
    #expect(events(bytes, pieces: length).events == expected)
  }

  @Test func `Rules that are broken end the connection with their number`() {
    let cases: [(String, [UInt8], Int)] = [
      ("no mask", [0x81, 0x01, 0x61], 1002), ("an extension's bit", [0xC1, 0x81, 0, 0, 0, 0, 0x61], 1002),
      ("an unknown opcode", Self.frame(3, []), 1002), ("an unknown control opcode", Self.frame(11, []), 1002),
      ("a ping in parts", Self.frame(9, [], isFinal: false), 1002),
      ("a long ping", Self.frame(9, [UInt8](repeating: 0, count: 126)), 1002),
      ("a length in two bytes that needs one", [0x81, 0xFE, 0, 1, 0, 0, 0, 0, 0x61], 1002),
      ("a length in eight bytes that needs two", [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 1, 0], 1002),
      ("nothing to continue", Self.frame(0, [1]), 1002),
      ("two messages at once", Self.frame(1, [97], isFinal: false) + Self.frame(1, [97]), 1002),
      ("no UTF-8", Self.frame(1, [0xC3, 0x28]), 1007),
      ("no UTF-8 in parts", Self.frame(1, [0xFF, 0xFF], isFinal: false) + Self.frame(0, [0x61]), 1007),
      ("too large", Self.frame(2, [UInt8](repeating: 0, count: 1_001)), 1009),
      (
        "too large in parts",
        Self.frame(2, [UInt8](repeating: 0, count: 900), isFinal: false)
          + Self.frame(0, [UInt8](repeating: 0, count: 200)), 1009
      ), ("half a number", Self.frame(8, [3]), 1002), ("a number that is none", Self.frame(8, [0x03, 0xED]), 1002),
      ("a reason that is no text", Self.frame(8, [0x03, 0xE8, 0xFF]), 1007),
    ]
    for (what, bytes, code) in cases { #expect(events(bytes, limit: 1_000).failure == code, "\(what)") }
  }

  @Test func `Changed frames never trap, and every cut gives the same messages and the same end`() {
    var random = SeededGenerator(9)
    for round in 0..<3_000 {
      var bytes = Self.frame(1, Array("hello, wörld".utf8), isFinal: false) + Self.frame(0, Array("!".utf8))
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let whole = events(bytes)
      let cut = events(bytes, pieces: Int.random(in: 1...30, using: &random))
      #expect(whole.events == cut.events && whole.failure == cut.failure, "round \(round)")
    }
  }
}
