/// How large and how slow what clients send may be, and how much is kept for a client that reads slowly.
public struct HTTPLimits: Sendable {
  /// The most bytes of a request line with its headers.
  public var headBytes = 32 << 10

  /// The most bytes of a request line.
  public var targetBytes = 8 << 10

  /// The most headers of a request.
  public var headerCount = 100

  /// The most bytes of a body.
  public var bodyBytes = 8 << 20

  /// The most connections at one time; further ones are closed at once.
  public var connections = 4_096

  /// How long the head of a request may take, from its first byte.
  public var headTime = Duration.seconds(15)

  /// How long a body may take.
  public var bodyTime = Duration.seconds(60)

  /// How long a connection without a request is kept.
  public var idleTime = Duration.seconds(75)

  /// How long a client may leave everything unread that was written to it.
  public var stallTime = Duration.seconds(120)

  /// The bytes that wait for a slow client before its writer is made to wait, and the bytes of a client's WebSocket
  /// messages that wait to be taken before no more are read.
  public var waitingBytes = 64 << 10

  /// The most bytes of a WebSocket message.
  public var messageBytes = 16 << 20

  /// The bytes of all clients' bodies and messages that are kept at one time; a client that sends more than 64 KiB
  /// beyond that is refused.
  public var heldBytes = 256 << 20

  /// Creates the usual limits.
  public init() {}
}
