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
    if let id { append("id: ", id, to: &bytes) }
    if let event { append("event: ", event, to: &bytes) }
    // CR, LF and both together each end a line there, and come back as LF.
    var line: [UInt8] = []
    var previous: UInt8 = 0
    func end() {
      bytes += "data: ".utf8
      bytes += line
      bytes.append(lf)
      line.removeAll(keepingCapacity: true)
    }
    for byte in data.utf8 {
      switch byte {
      case lf where previous == cr: break
      case lf, cr: end()
      default: line.append(byte)
      }
      previous = byte
    }
    end()
    bytes.append(lf)
    return bytes
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

  private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
    bytes += name.utf8
    bytes += value.utf8.filter { $0 != cr && $0 != lf && $0 != 0 }
    bytes.append(lf)
  }
}
