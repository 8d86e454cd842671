package import GraphRuntime

/// An answer of a server as its bytes say it, also one that was cut short.
package struct RawAnswer: Sendable, CustomStringConvertible {
  package let status: Int
  package let head: String
  package let body: String

  package init(status: Int, head: String, body: String) {
    self.status = status
    self.head = head
    self.body = body
  }

  /// Reads an answer out of all that has come of it.
  package init(_ text: String) { self.init(Array(text.utf8)) }

  /// Reads an answer out of all that has come of it.
  package init(_ bytes: [UInt8]) {
    let mark = Array("\r\n\r\n".utf8)
    guard let end = bytes.firstRange(of: mark) else {
      self.init(status: 0, head: String(decoding: bytes, as: UTF8.self), body: "")
      return
    }
    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
    var body = Array(bytes[end.upperBound...])
    if head.contains("transfer-encoding: chunked") { body = Self.joined(body) }
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    self.init(status: status, head: head, body: String(decoding: body, as: UTF8.self))
  }

  /// The body as JSON; null when it is none.
  package var json: Value { (try? Value(json: body)) ?? .null }

  /// The server-sent events in the body.
  package var events: [RawEvent] { RawEvent.all(in: body) }

  package var description: String { head + "\n\n" + body }

  /// The chunks of a body, as far as they have come.
  private static func joined(_ bytes: [UInt8]) -> [UInt8] {
    var body: [UInt8] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 13), let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16) {
      guard size > 0 else { break }
      let chunk = rest.dropFirst(end - rest.startIndex + 2)
      body += chunk.prefix(size)
      rest = chunk.dropFirst(size + 2)
    }
    return body
  }
}

/// A server-sent event as a client sees it.
package struct RawEvent: Sendable, Equatable {
  package var name = "message"
  package var data = ""
  package var id: String?

  /// The events of a stream that are complete.
  package static func all(in text: String) -> [RawEvent] { read(text).events }

  /// The id that a client would come back with; nil before there is one.
  package static func lastID(in text: String) -> String? { read(text).lastID }

  package var json: Value { (try? Value(json: data)) ?? .null }

  private static func read(_ text: String) -> (events: [RawEvent], lastID: String?) {
    var events: [RawEvent] = []
    var lastID: String?
    var event = RawEvent()
    var lines: [String] = []
    // The last part is no line yet.
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
      func value(behind field: String) -> String? {
        line.starts(with: field.utf8) ? String(decoding: line.dropFirst(field.utf8.count), as: UTF8.self) : nil
      }
      if line.isEmpty {
        lastID = event.id ?? lastID
        event.data = lines.joined(separator: "\n")
        if !lines.isEmpty { events.append(event) }
        (event, lines) = (RawEvent(), [])
      } else if let data = value(behind: "data: ") {
        lines.append(data)
      } else if let name = value(behind: "event: ") {
        event.name = name
      } else if let id = value(behind: "id: ") {
        event.id = id
      }
    }
    return (events, lastID)
  }
}
