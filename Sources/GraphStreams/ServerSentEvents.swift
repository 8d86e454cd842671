/// Writes events in the form that `EventSource` reads (the HTML standard, section 9.2).
public enum ServerSentEvents {
  /// The type of such an answer.
  public static let contentType = "text/event-stream; charset=utf-8"

  /// One event.
  ///
  /// - Parameters:
  ///   - data: The data, each line of which stands behind its own `data:`, so that line breaks survive.
  ///   - event: The kind, on one line; nil for `message`.
  ///   - id: What a client that comes back says it has seen last, on one line; nil leaves what it has seen as it is.
  public static func event(_ data: String, event: String? = nil, id: String? = nil) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.utf8.count + 32)
    append(data, event: event, id: id, to: &bytes)
    return bytes
  }

  /// Appends one event to others; the parameters are those of `event(_:event:id:)`.
  public static func append(_ data: String, event: String? = nil, id: String? = nil, to bytes: inout [UInt8]) {
    if let id { append("id: ", id, to: &bytes) }
    if let event { append("event: ", event, to: &bytes) }
    let text = data.utf8
    bytes += dataName
    // CR, LF and both together each end a line there, and come back as LF. Most data is one line.
    if text.contains(where: { $0 == lf || $0 == cr }) {
      var previous: UInt8 = 0
      for byte in text {
        switch byte {
        case lf where previous == cr: break
        case lf, cr:
          bytes.append(lf)
          bytes += dataName
        default: bytes.append(byte)
        }
        previous = byte
      }
    } else {
      bytes += text
    }
    bytes.append(lf)
    bytes.append(lf)
  }

  /// A line that clients skip, so that the connection is seen to live.
  public static let heartbeat: [UInt8] = Array(": \n\n".utf8)

  /// Tells clients how long to wait before they come back, and with which id until they have seen another one.
  public static func retry(after duration: Duration, id: String? = nil) -> [UInt8] {
    let (seconds, attoseconds) = duration.components
    var bytes = Array("retry: \(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)\n".utf8)
    if let id { append("id: ", id, to: &bytes) }
    bytes.append(lf)
    return bytes
  }

  private static let cr = UInt8(ascii: "\r")
  private static let lf = UInt8(ascii: "\n")
  private static let dataName = Array("data: ".utf8)

  private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
    bytes += name.utf8
    for byte in value.utf8 where byte != cr && byte != lf && byte != 0 { bytes.append(byte) }
    bytes.append(lf)
  }
}
