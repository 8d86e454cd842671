import GraphHTTP
import GraphTestSupport
import Testing

@Suite struct ServerSentEventParserTests {
  /// One stream and the events in it, as `name|id|data`.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let stream: [UInt8]
    let events: [String]

    init(_ description: String, _ stream: String, _ events: [String]) {
      self.init(description, Array(stream.utf8), events)
    }

    init(_ description: String, _ stream: [UInt8], _ events: [String]) {
      testDescription = description
      self.stream = stream
      self.events = events
    }
  }

  static let cases = [
    Case("line feeds", "data: a\n\ndata: b\n\n", ["message||a", "message||b"]),
    Case("carriage returns", "data: a\r\rdata: b\r\r", ["message||a", "message||b"]),
    Case("both", "data: a\r\n\r\ndata: b\r\n\r\n", ["message||a", "message||b"]),
    Case("mixed line ends", "data: a\r\ndata: b\n\rdata: c\r\n\n", ["message||a\nb", "message||c"]),
    Case("a return, then a pair", "data: a\r\r\ndata: b\n\n", ["message||a", "message||b"]),
    Case("no space after the colon", "data:a\n\n", ["message||a"]),
    Case("one space is taken, the second is not", "data:  a\n\n", ["message|| a"]),
    Case("several data lines are joined", "data: a\ndata: b\ndata:\ndata: c\n\n", ["message||a\nb\n\nc"]),
    Case("an empty data line is an event", "data\n\ndata:\n\n", ["message||", "message||"]),
    Case("two empty data lines are a line feed", "data\ndata\n\n", ["message||\n"]),
    Case("an event without data is none", "event: x\n\nid: 7\n\ndata: a\n\n", ["message|7|a"]),
    Case("the name holds for one event", "event: x\ndata: a\n\ndata: b\n\n", ["x||a", "message||b"]),
    Case("the last name wins", "event: x\nevent: y\ndata: a\n\n", ["y||a"]),
    Case("an empty name is 'message'", "event:\ndata: a\n\n", ["message||a"]),
    Case("the id stays", "id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n", ["message|1|a", "message|1|b", "message||c"]),
    Case("an id with NUL is ignored", "id: 1\ndata: a\n\nid: 2\u{0}3\ndata: b\n\n", ["message|1|a", "message|1|b"]),
    Case("comments are ignored", ": hello\n:\n: data: x\ndata: a\n\n", ["message||a"]),
    Case("unknown fields are ignored", "datum: x\nDATA: y\nfoo\n data: z\ndata: a\n\n", ["message||a"]),
    Case("colons in the value stay", "data: a: b\n\n", ["message||a: b"]),
    Case("a byte order mark is skipped", "\u{FEFF}data: a\n\n", ["message||a"]),
    Case("a second mark is part of the field's name", "\u{FEFF}\u{FEFF}data: a\n\ndata: b\n\n", ["message||b"]),
    Case("half a mark is no mark", [0xEF, 0xBB] + Array("data: a\n\ndata: b\n\n".utf8), ["message||b"]),
    Case("what is not ended is dropped", "data: a\n\ndata: b\n", ["message||a"]),
    Case("empty lines alone", "\n\r\n\r\r\n\n", []),
    Case("nothing", "", []),
    Case("characters of every length", "data: äあ😀\n\n", ["message||äあ😀"]),
    Case("no UTF-8", Array("data: a".utf8) + [0xFF, 0xE3, 0x81] + Array("\n\n".utf8), ["message||a\u{FFFD}\u{FFFD}"]),
    Case("anthropic", "event: ping\ndata: {\"type\": \"ping\"}\n\n", ["ping||{\"type\": \"ping\"}"]),
  ]

  @Test(arguments: cases)
  func `events are read as the standard says`(_ example: Case) throws {
    #expect(try Self.events(in: [example.stream]) == example.events)
  }

  @Test(arguments: cases)
  func `any one cut gives the same events`(_ example: Case) throws {
    for cut in 0...example.stream.count {
      let parts = [Array(example.stream[..<cut]), Array(example.stream[cut...])]
      #expect(try Self.events(in: parts) == example.events, "cut at \(cut)")
    }
  }

  @Test(arguments: cases)
  func `single bytes give the same events`(_ example: Case) throws {
    #expect(try Self.events(in: example.stream.map { [$0] }) == example.events)
  }

  @Test(arguments: UInt64(1)...40)
  func `any way of cutting random streams gives the same events`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let alphabet: [[UInt8]] = [
      [0x0A], [0x0D], [0x0D, 0x0A], [0x0A, 0x0A], Array("data".utf8), Array("data: ".utf8), Array("event:".utf8),
      Array("id: ".utf8), Array("retry: 5".utf8), [0x3A], [0x20], [0x00], Array("ä".utf8), Array("😀".utf8), [0xEF],
      [0x61],
    ]
    for _ in 0..<50 {
      let stream = (0..<Int.random(in: 0...60, using: &random)).flatMap { _ in alphabet.randomElement(using: &random)! }
      let whole = try Self.events(in: [stream])
      var parts: [[UInt8]] = []
      var rest = stream[...]
      while !rest.isEmpty {
        let part = rest.prefix(Int.random(in: 0...7, using: &random))
        parts.append(Array(part))
        rest = rest.dropFirst(part.count)
      }
      #expect(try Self.events(in: parts) == whole, "seed \(seed), stream \(stream)")
    }
  }

  @Test(arguments: UInt64(1)...20)
  func `what is encoded is read back`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed)
    var events: [ServerSentEvent] = []
    var bytes: [UInt8] = []
    for number in 0..<20 {
      let pieces = ["a", " ", "\n", "data: ", ":", "ä", "😀", "\n\n"]
      let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
      let event = ServerSentEvent(name: number % 3 == 0 ? "token" : "message", text, id: "\(number + 1)")
      event.encode(to: &bytes)
      if number % 4 == 0 { ServerSentEvent.encodeComment("still here", to: &bytes) }
      events.append(event)
    }
    #expect(try Self.parse([bytes]) == events, "seed \(seed)")
  }

  @Test func `line breaks of every kind begin a new data line`() {
    var bytes: [UInt8] = []
    ServerSentEvent(name: "a\nb", "x\r\ny\rz", id: "1\r2").encode(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "event: ab\nid: 12\ndata: x\ndata: y\ndata: z\n\n")
  }

  @Test(arguments: [("retry: 1500\n", Int?.some(1500)), ("retry: 1.5\n", nil), ("retry: -1\n", nil), ("retry\n", nil)])
  func `only digits set the pause`(_ stream: String, _ milliseconds: Int?) throws {
    var parser = ServerSentEventParser()
    parser.append(Array(stream.utf8))
    #expect(try parser.next() == nil)
    #expect(parser.retryDelay == milliseconds.map { .milliseconds($0) })
  }

  @Test func `a pause is encoded in milliseconds`() {
    var bytes: [UInt8] = []
    ServerSentEvent.encodeRetry(.milliseconds(2500), to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "retry: 2500\n\n")
  }

  @Test func `an unfinished event is known`() throws {
    var parser = ServerSentEventParser()
    #expect(!parser.hasUnfinishedEvent)
    parser.append(Array("data: a\n".utf8))
    #expect(try parser.next() == nil)
    #expect(parser.hasUnfinishedEvent)
    parser.append(Array("\n".utf8))
    #expect(try parser.next()?.text == "a")
    #expect(!parser.hasUnfinishedEvent)
  }

  @Test func `a line that does not end is refused at the limit`() throws {
    var parser = ServerSentEventParser(limit: 100)
    parser.append(Array(repeating: 0x61, count: 100))
    #expect(try parser.next() == nil)
    parser.append([0x61])
    #expect(throws: ServerSentEventError.tooLong(limit: 100)) { try parser.next() }
  }

  @Test func `data that grows over many lines is refused at the limit`() throws {
    var parser = ServerSentEventParser(limit: 100)
    parser.append(Array(String(repeating: "data: 0123456789\n", count: 20).utf8))
    let error = #expect(throws: ServerSentEventError.self) { try parser.next() }
    #expect(error?.description == "an event is longer than 100 bytes")
  }

  private static func parse(_ parts: [[UInt8]]) throws -> [ServerSentEvent] {
    var parser = ServerSentEventParser()
    var events: [ServerSentEvent] = []
    for part in parts {
      parser.append(part)
      while let event = try parser.next() { events.append(event) }
    }
    return events
  }

  private static func events(in parts: [[UInt8]]) throws -> [String] {
    try parse(parts).map { "\($0.name)|\($0.id)|\($0.text)" }
  }
}
