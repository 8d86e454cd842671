public import HTTPServing

/// How a server serves.
public struct ServerOptions: Sendable {
  /// The host that is listened on; only programs on this machine reach the usual one.
  public var host = "127.0.0.1"

  /// The port; 0 takes a free one.
  public var port = 8_080

  /// What clients have to say to be served, as `Authorization: Bearer …`; nil serves everybody who can connect.
  public var token: String?

  /// The origins of web pages that may use the server besides those that it serves itself; `*` stands for all.
  public var allowedOrigins: [String] = []

  /// How large and how slow requests may be.
  public var limits = HTTPLimits()

  /// The bytes of events that are kept of each run; older ones are dropped.
  public var logBytes = 8 << 20

  /// The most runs that go on at one time; more are refused with 429.
  public var activeRuns = 256

  /// How many runs that have ended are kept for readers that come back.
  public var keptRuns = 1_000

  /// The bytes of events that are kept of all those runs together.
  public var keptBytes = 256 << 20

  /// How long they are kept.
  public var keptTime = Duration.seconds(600)

  /// How many threads are kept that are in the server's memory only; those that were written last stay.
  public var memoryThreads = 1_000

  /// The bytes that those threads take together.
  public var memoryThreadBytes = 256 << 20

  /// How often a stream without events says that it lives.
  public var heartbeat = Duration.seconds(15)

  /// How long a run that somebody has read goes on when its last reader has left, where the request does not say it: long
  /// enough to come back.
  public var patience = Duration.seconds(30)

  /// How long clients wait before they come back to a stream that broke.
  public var retry = Duration.seconds(1)

  /// How long runs may go on after the server was asked to end; then they are stopped, and keep what they have.
  public var grace = Duration.seconds(10)

  /// How long runs that were stopped then may take to come to their ends, and readers to read them.
  public var stopTime = Duration.seconds(5)

  /// The folder where files under `exports` of a graph go when a run has completed, each thread's in one of its own;
  /// none are written when nil.
  public var exportFolder: String?

  /// Creates the usual options.
  public init() { limits.messageBytes = 1 << 20 }
}
