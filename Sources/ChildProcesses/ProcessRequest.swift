internal import GraphRuntime

/// What is started, and what it is given.
public struct ProcessRequest: Sendable {
  /// The program's path; a name without a slash is looked for along the `PATH` of its environment.
  public var executable: String

  /// The arguments behind the program's name.
  public var arguments: [String]

  /// All variables that it has.
  public var environment: [String: String]

  /// The folder that it works in, or nil for that of this process.
  public var directory: String?

  /// What it reads from its standard input, which ends behind it.
  public var input: [UInt8]

  /// Whether the standard input stays open behind `input`, for what is sent to a child that answers requests over its
  /// standard input and output.
  ///
  /// What it has started ends with it.
  public var keepsInputOpen: Bool

  /// Whether descriptors 3 and 4 are pipes as well, for a child that answers requests.
  ///
  /// It reads from 3 what is sent to it and writes to 4. What it has started ends with it.
  public var hasChannel: Bool

  /// How long it may take, or nil for ever.
  public var timeout: Duration?

  /// How long it may take to end once it was asked to (`SIGTERM`); then it is ended (`SIGKILL`).
  public var grace: Duration

  /// Creates a request.
  public init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:], directory: String? = nil,
    input: [UInt8] = [], keepsInputOpen: Bool = false, hasChannel: Bool = false, timeout: Duration? = nil,
    grace: Duration = .milliseconds(500)
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.input = input
    self.keepsInputOpen = keepsInputOpen
    self.hasChannel = hasChannel
    self.timeout = timeout
    self.grace = grace
  }
}

/// How a process ended.
public enum ProcessStatus: Sendable, Hashable, CustomStringConvertible {
  /// By itself, with a status.
  case exited(Int32)
  /// By a signal.
  case signalled(Int32)
  /// In a way that somebody else was told of: this program waits for children that it did not start.
  case unknown

  /// One phrase, such as `status 1` or `signal 9 (SIGKILL)`.
  public var description: String {
    switch self {
    case .exited(let status): "status \(status)"
    case .signalled(let signal): "signal \(signal)" + (Self.signalNames[signal].map { " (\($0))" } ?? "")
    case .unknown: "an unknown status"
    }
  }

  private static let signalNames: [Int32: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
    11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
  ]
}

/// A process that could not be started, or did not end as it should.
public enum ProcessError: Error, Sendable, Hashable, CustomStringConvertible {
  /// It was not started; one phrase says why.
  case cannotStart(String)
  /// It took longer than it may and was ended; `true` when it had ended itself, and what it started had not.
  case timedOut(Duration, leftBehind: Bool)
  /// It wrote more than the limit of bytes and was ended.
  case outputTooLong(Int)

  /// One phrase.
  public var description: String {
    switch self {
    case .cannotStart(let reason): "it cannot be started: \(reason)"
    case .timedOut(let limit, leftBehind: false): "it took longer than \(DurationText.describe(limit)) and was ended"
    case .timedOut(let limit, leftBehind: true):
      "it ended, but what it had started kept its output open for longer than \(DurationText.describe(limit)) and was ended"
    case .outputTooLong(let limit): "it wrote more than \(limit) bytes and was ended"
    }
  }
}
