/// One event of a `text/event-stream`.
public struct ServerSentEvent: Sendable, Hashable {
  /// The event's name; `message` when the stream gives none.
  public var name: String

  /// The data as UTF-8, its lines joined by line feeds.
  public var data: [UInt8]

  /// The last id that the stream gave, in this event or in one before.
  public var id: String

  /// Creates an event.
  public init(name: String = "message", data: [UInt8], id: String = "") {
    self.name = name
    self.data = data
    self.id = id
  }

  /// Creates an event with text.
  public init(name: String = "message", _ text: String, id: String = "") {
    self.init(name: name, data: Array(text.utf8), id: id)
  }

  /// The data as text; bytes that are no UTF-8 are replaced with U+FFFD.
  public var text: String { String(decoding: data, as: UTF8.self) }
}

extension ServerSentEvent {
  /// Appends the event as it is sent: `event`, `id` and `data` lines and an empty one.
  ///
  /// The name `message` and an empty id are left out. Line breaks of every
  /// kind in the data begin a new `data` line; those in names and ids, which
  /// no line can carry, are left out.
  public func encode(to output: inout [UInt8]) {
    if name != "message" { Self.appendField("event", name, to: &output) }
    if !id.isEmpty { Self.appendField("id", id, to: &output) }
    var start = 0
    while true {
      output.append(contentsOf: "data: ".utf8)
      let end = data[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? data.count
      output.append(contentsOf: data[start..<end])
      output.append(0x0A)
      guard end < data.count else { break }
      let isPair = data[end] == 0x0D && end + 1 < data.count && data[end + 1] == 0x0A
      start = end + (isPair ? 2 : 1)
    }
    output.append(0x0A)
  }

  /// A comment line, which clients ignore: it keeps a silent connection open.
  public static func encodeComment(_ text: String, to output: inout [UInt8]) {
    appendField("", text, to: &output)
    output.append(0x0A)
  }

  /// How long a client is to wait before it connects again.
  public static func encodeRetry(_ delay: Duration, to output: inout [UInt8]) {
    let (seconds, attoseconds) = delay.components
    appendField("retry", String(seconds * 1_000 + attoseconds / 1_000_000_000_000_000), to: &output)
    output.append(0x0A)
  }

  private static func appendField(_ name: String, _ value: String, to output: inout [UInt8]) {
    output.append(contentsOf: name.utf8)
    output.append(contentsOf: ": ".utf8)
    output.append(contentsOf: value.utf8.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0 })
    output.append(0x0A)
  }
}

/// A stream of events that cannot be read.
public enum ServerSentEventError: Error, Sendable, Hashable, CustomStringConvertible {
  /// An event, or a line of it, is longer than the parser allows.
  case tooLong(limit: Int)

  /// One lower-case phrase.
  public var description: String {
    switch self {
    case .tooLong(let limit): "an event is longer than \(limit) bytes"
    }
  }
}
