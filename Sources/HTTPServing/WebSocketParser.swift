/// A whole message of a WebSocket.
public enum WebSocketMessage: Sendable, Hashable {
  /// Text.
  case text(String)
  /// Bytes.
  case binary([UInt8])

  /// The number of bytes.
  public var count: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .binary(let bytes): bytes.count
    }
  }
}

/// Why a WebSocket ends, as RFC 6455 numbers it.
public struct WebSocketClose: Error, Sendable, Hashable {
  /// The number, such as 1000 for a usual end.
  public let code: Int

  /// What the other side is told.
  public let reason: String

  /// Creates a reason; of a long one, as much is kept as fits.
  public init(_ code: Int, _ reason: String = "") {
    self.code = code
    var kept = reason
    while kept.utf8.count > 123 { kept.removeLast() }
    self.reason = kept
  }

  /// Nobody gave a number.
  static let none = WebSocketClose(1005)
  static func protocolError(_ reason: String) -> Self { Self(1002, reason) }

  /// Whether the number may be sent.
  static func isAllowed(_ code: Int) -> Bool {
    switch code {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }
}

/// Reads a client's frames out of bytes that arrive in pieces of any size, and joins them to messages.
///
/// It takes what RFC 6455 says, without extensions. After an error nothing more is read.
public struct WebSocketParser: Sendable {
  /// What came of the bytes.
  public enum Event: Sendable, Hashable {
    /// A whole message.
    case message(WebSocketMessage)
    /// A question whether this side is there, which is answered with the same bytes.
    case ping([UInt8])
    /// An answer to a ping.
    case pong([UInt8])
    /// The client ends the connection.
    case close(WebSocketClose)
    /// More bytes are needed.
    case needsMore
  }

  private let messageLimit: Int
  private var buffer: [UInt8] = []
  private var position = 0

  /// The parts of a message so far; nil between messages.
  private var message: (isText: Bool, bytes: [UInt8], validated: Int)?
  private var failure: WebSocketClose?

  /// Creates a parser behind the handshake.
  ///
  /// - Parameter messageLimit: The most bytes of one message.
  public init(messageLimit: Int) { self.messageLimit = messageLimit }

  /// Adds bytes that have arrived.
  public mutating func append(_ bytes: some Collection<UInt8>) {
    if position == buffer.count {
      buffer.removeAll(keepingCapacity: true)
      position = 0
    } else if position > 64 << 10 {
      buffer.removeFirst(position)
      position = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// Reads on.
  ///
  /// - Throws: What the client has to be told, again and again once it was thrown.
  public mutating func next() throws(WebSocketClose) -> Event {
    if let failure { throw failure }
    do throws(WebSocketClose) {
      while let frame = try readFrame() {
        if let event = try take(frame) { return event }
      }
      return .needsMore
    } catch {
      failure = error
      throw error
    }
  }

  private struct Frame {
    let isFinal: Bool
    let opcode: UInt8
    let payload: [UInt8]
  }

  /// The number of bytes that are kept of messages that are not whole.
  public var heldCount: Int { buffer.count - position + (message?.bytes.count ?? 0) }

  private mutating func readFrame() throws(WebSocketClose) -> Frame? {
    let rest = buffer[position...]
    guard rest.count >= 2 else { return nil }
    let first = rest[position]
    let second = rest[position + 1]
    let opcode = first & 0x0F
    guard first & 0x70 == 0 else { throw .protocolError("there is no extension that would use these bits") }
    guard second & 0x80 != 0 else { throw .protocolError("the frames of a client are masked") }
    let isFinal = first & 0x80 != 0
    var length = Int(second & 0x7F)
    var offset = position + 2
    if opcode >= 8 {
      guard opcode <= 10 else { throw .protocolError("there is no such frame") }
      guard isFinal, length <= 125 else { throw .protocolError("a control frame is short and whole") }
    } else {
      guard opcode <= 2 else { throw .protocolError("there is no such frame") }
      guard (opcode == 0) == (message != nil) else {
        throw .protocolError(opcode == 0 ? "there is nothing to continue" : "the message before is not finished")
      }
      let extra = length == 126 ? 2 : length == 127 ? 8 : 0
      guard rest.count >= 2 + extra else { return nil }
      if extra > 0 {
        var number: UInt64 = 0
        for byte in buffer[offset..<(offset + extra)] { number = number << 8 | UInt64(byte) }
        offset += extra
        guard number >= (extra == 2 ? 126 : 1 << 16) else {
          throw .protocolError("a length is written in as few bytes as it needs")
        }
        guard number <= UInt64(messageLimit) else { throw tooLarge }
        length = Int(number)
      }
      guard length + (message?.bytes.count ?? 0) <= messageLimit else { throw tooLarge }
    }
    guard buffer.count >= offset + 4 + length else { return nil }
    let mask = (buffer[offset], buffer[offset + 1], buffer[offset + 2], buffer[offset + 3])
    offset += 4
    var payload = Array(buffer[offset..<(offset + length)])
    for index in payload.indices {
      switch index & 3 {
      case 0: payload[index] ^= mask.0
      case 1: payload[index] ^= mask.1
      case 2: payload[index] ^= mask.2
      default: payload[index] ^= mask.3
      }
    }
    position = offset + length
    return Frame(isFinal: isFinal, opcode: opcode, payload: payload)
  }

  private var tooLarge: WebSocketClose { WebSocketClose(1009, "a message has at most \(messageLimit) bytes") }

  private mutating func take(_ frame: Frame) throws(WebSocketClose) -> Event? {
    switch frame.opcode {
    case 8: return .close(try Self.close(frame.payload))
    case 9: return .ping(frame.payload)
    case 10: return .pong(frame.payload)
    default: break
    }
    var message = self.message ?? (frame.opcode == 1, [], 0)
    // So that the bytes are this message's alone and are not copied with each part.
    self.message = nil
    if message.bytes.isEmpty { message.bytes = frame.payload } else { message.bytes += frame.payload }
    guard message.isText else {
      self.message = frame.isFinal ? nil : message
      return frame.isFinal ? .message(.binary(message.bytes)) : nil
    }
    if frame.isFinal {
      guard let text = String(validating: message.bytes, as: UTF8.self) else { throw Self.noText }
      return .message(.text(text))
    }
    message.validated = try Self.validate(message.bytes, from: message.validated)
    self.message = message
    return nil
  }

  private static let noText = WebSocketClose(1007, "the text is not UTF-8")

  /// Checks the text so far, but for a character at its end that is not complete.
  ///
  /// - Returns: How far it was checked.
  private static func validate(_ bytes: [UInt8], from start: Int) throws(WebSocketClose) -> Int {
    var end = bytes.count
    // The last character is looked at when there is more of it.
    var back = 0
    while end > start, back < 4, bytes[end - 1] & 0xC0 == 0x80 { (end, back) = (end - 1, back + 1) }
    if end > start, bytes[end - 1] & 0x80 != 0 { end -= 1 } else { end = bytes.count }
    guard String(validating: bytes[start..<end], as: UTF8.self) != nil else { throw noText }
    return end
  }

  private static func close(_ payload: [UInt8]) throws(WebSocketClose) -> WebSocketClose {
    guard !payload.isEmpty else { return .none }
    guard payload.count >= 2 else { throw .protocolError("a number of an end has two bytes") }
    let code = Int(payload[0]) << 8 | Int(payload[1])
    guard WebSocketClose.isAllowed(code) else { throw .protocolError("no end has this number") }
    guard let reason = String(validating: payload[2...], as: UTF8.self) else { throw noText }
    return WebSocketClose(code, reason)
  }
}

/// The frames that a server sends, which are not masked.
enum WebSocketFrame {
  static func message(_ message: WebSocketMessage) -> [UInt8] {
    switch message {
    case .text(let text): frame(1, text.utf8)
    case .binary(let bytes): frame(2, bytes)
    }
  }

  static func ping(_ payload: [UInt8] = []) -> [UInt8] { frame(9, payload) }

  static func pong(_ payload: [UInt8]) -> [UInt8] { frame(10, payload) }

  static func close(_ close: WebSocketClose) -> [UInt8] {
    guard WebSocketClose.isAllowed(close.code) else { return frame(8, []) }
    return frame(8, [UInt8(close.code >> 8), UInt8(close.code & 0xFF)] + Array(close.reason.utf8))
  }

  private static func frame(_ opcode: UInt8, _ payload: some Collection<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(payload.count + 10)
    bytes.append(0x80 | opcode)
    switch payload.count {
    case 0..<126: bytes.append(UInt8(payload.count))
    case 126..<(1 << 16):
      bytes.append(126)
      bytes.append(UInt8(payload.count >> 8))
      bytes.append(UInt8(payload.count & 0xFF))
    default:
      bytes.append(127)
      for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(payload.count >> shift & 0xFF)) }
    }
    bytes.append(contentsOf: payload)
    return bytes
  }
}
