internal import Glibc

/// Reads a `text/event-stream` as its bytes arrive, by the rules of the HTML standard.
///
/// ```swift
/// var parser = ServerSentEventParser()
/// while let bytes = try await exchange.next() {
///   parser.append(bytes)
///   while let event = try parser.next() { print(String(decoding: event.data, as: UTF8.self)) }
/// }
/// ```
///
/// However the bytes are cut, the events are the same. Lines end with LF, CR
/// or CRLF. An event without data is not an event. What is not ended by an
/// empty line when the stream ends is dropped, as the standard says;
/// `hasUnfinishedEvent` tells of it.
///
/// It holds at most one event and the bytes that were appended and not yet
/// read; each byte is looked at once.
public struct ServerSentEventParser: Sendable {
  /// The last id that the stream gave; what a client sends as `Last-Event-ID`.
  public private(set) var lastEventID = ""

  /// How long the server asked clients to wait before they connect again.
  public private(set) var retryDelay: Duration?

  private let limit: Int
  private var buffer: [UInt8] = []
  /// Where the line begins that is read next.
  private var lineStart = 0
  /// Where the search for its end goes on.
  private var scanned = 0
  /// Where the next LF is, or the end of the buffer; nil when it is not known.
  ///
  /// Without it, a stream whose lines end with CR would be searched to its end for each of them.
  private var nextFeed: Int?
  private var hasBegun = false
  private var skipsLineFeed = false

  private var name: String?
  /// The name of the event before, which is nearly always that of the next one.
  private var lastName = "message"
  private var data: [UInt8] = []
  private var hasData = false

  /// Creates a parser.
  ///
  /// - Parameter limit: The most bytes of one event's data, and of one line.
  public init(limit: Int = 4 << 20) {
    self.limit = limit
  }

  /// Whether bytes have arrived that no event holds yet.
  public var hasUnfinishedEvent: Bool { hasData || lineStart < buffer.count }

  /// Adds bytes; the events in them are read with `next()`.
  public mutating func append(_ bytes: [UInt8]) {
    if lineStart == buffer.count {
      buffer = bytes
    } else {
      buffer.removeSubrange(..<lineStart)
      buffer.append(contentsOf: bytes)
    }
    scanned -= lineStart
    lineStart = 0
    nextFeed = nil
  }

  /// The next whole event, or nil when more bytes are needed.
  ///
  /// - Throws: `ServerSentEventError` when an event is too long; the stream is then of no more use.
  public mutating func next() throws(ServerSentEventError) -> ServerSentEvent? {
    guard hasBegun || skipByteOrderMark() else { return nil }
    while let end = findLineEnd() {
      let line = lineStart..<end
      let isReturn = buffer[end] == 0x0D
      lineStart = end + 1
      scanned = lineStart
      let isRestOfPair = skipsLineFeed && line.isEmpty && !isReturn
      skipsLineFeed = isReturn
      if isRestOfPair { continue }
      if line.isEmpty {
        if let event = takeEvent() { return event }
      } else {
        try readLine(line)
      }
    }
    guard buffer.count - lineStart <= limit else { throw .tooLong(limit: limit) }
    return nil
  }

  // MARK: - Lines

  /// Skips a byte order mark at the very beginning; false when more bytes are needed to know whether there is one.
  private mutating func skipByteOrderMark() -> Bool {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard buffer.count >= mark.count || !mark.starts(with: buffer) else { return false }
    if buffer.starts(with: mark) {
      lineStart = mark.count
      scanned = mark.count
    }
    hasBegun = true
    return true
  }

  /// Where the current line ends, at a LF or a CR.
  private mutating func findLineEnd() -> Int? {
    let feed: Int
    if let nextFeed, nextFeed >= scanned {
      feed = nextFeed
    } else {
      feed = find(0x0A, in: scanned..<buffer.count) ?? buffer.count
      nextFeed = feed
    }
    if let carriageReturn = find(0x0D, in: scanned..<feed) { return carriageReturn }
    if feed < buffer.count { return feed }
    scanned = buffer.count
    return nil
  }

  private func find(_ byte: UInt8, in range: Range<Int>) -> Int? {
    unsafe buffer.withUnsafeBytes { bytes in
      guard !range.isEmpty, let base = bytes.baseAddress else { return nil }
      return unsafe memchr(base + range.lowerBound, Int32(byte), range.count).map { unsafe UnsafeRawPointer($0) - base }
    }
  }

  private mutating func readLine(_ line: Range<Int>) throws(ServerSentEventError) {
    let colon = buffer[line].firstIndex(of: UInt8(ascii: ":")) ?? line.upperBound
    var value = min(colon + 1, line.upperBound)..<line.upperBound
    if let first = buffer[value].first, first == 0x20 { value = (value.lowerBound + 1)..<value.upperBound }
    switch colon - line.lowerBound {
    case 4 where isField("data", line.lowerBound): try appendData(value)
    case 5 where isField("event", line.lowerBound): name = internName(value)
    case 2 where isField("id", line.lowerBound):
      if !buffer[value].contains(0) { lastEventID = String(decoding: buffer[value], as: UTF8.self) }
    case 5 where isField("retry", line.lowerBound): readRetry(value)
    default: break
    }
  }

  private func isField(_ name: StaticString, _ start: Int) -> Bool {
    name.withUTF8Buffer { name in
      for offset in 0..<name.count where unsafe buffer[start + offset] != name[offset] { return false }
      return true
    }
  }

  private mutating func appendData(_ value: Range<Int>) throws(ServerSentEventError) {
    if hasData {
      data.append(0x0A)
    } else {
      // Here and not when the event was taken, so that the array is used again if its reader has let go of it.
      data.removeAll(keepingCapacity: true)
      hasData = true
    }
    guard data.count + value.count <= limit else { throw .tooLong(limit: limit) }
    data.append(contentsOf: buffer[value])
  }

  private func internName(_ value: Range<Int>) -> String {
    guard value.count == lastName.utf8.count, buffer[value].elementsEqual(lastName.utf8) else {
      return String(decoding: buffer[value], as: UTF8.self)
    }
    return lastName
  }

  private mutating func readRetry(_ value: Range<Int>) {
    guard !value.isEmpty, buffer[value].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return }
    guard let milliseconds = Int64(String(decoding: buffer[value], as: UTF8.self)) else { return }
    retryDelay = .milliseconds(milliseconds)
  }

  /// Ends the event at an empty line.
  private mutating func takeEvent() -> ServerSentEvent? {
    defer {
      name = nil
      hasData = false
    }
    guard hasData else { return nil }
    if let name, !name.isEmpty {
      lastName = name
    } else if lastName != "message" {
      lastName = "message"
    }
    return ServerSentEvent(name: lastName, data: data, id: lastEventID)
  }
}
