/// What a process that ran to its end left.
public struct ProcessResult: Sendable, Hashable {
  /// How it ended.
  public let status: ProcessStatus

  /// What it wrote to its standard output.
  public let output: [UInt8]

  /// The last bytes that it wrote to its standard error.
  public let errorTail: [UInt8]
}

extension ProcessRequest {
  /// Starts the process and waits for its end.
  ///
  /// When the task is cancelled, the process and its group are ended first. At most `outputLimit`, `errorLimit` and
  /// what waits in pipes is kept: 128 KiB here, and what the kernel keeps for two pipes.
  ///
  /// - Parameters:
  ///   - outputLimit: The most bytes that it may write to its standard output.
  ///   - errorLimit: How many of the last bytes of its standard error are kept.
  /// - Throws: `ProcessError`, or a `CancellationError`.
  public func run(outputLimit: Int, errorLimit: Int = 8 << 10) async throws -> ProcessResult {
    try Task.checkCancellation()
    let child = try ChildProcess(self)
    var output: [UInt8] = []
    var tail: [UInt8] = []
    var isTooLong = false
    while true {
      switch await child.next() {
      case .wrote(.error, let bytes):
        tail += bytes
        if tail.count > errorLimit { tail.removeFirst(tail.count - errorLimit) }
      case .wrote(_, let bytes):
        guard !isTooLong else { continue }
        output += bytes
        if output.count > outputLimit {
          isTooLong = true
          output = []
          child.terminate()
        }
      case .ended(let end):
        try Task.checkCancellation()
        if isTooLong { throw ProcessError.outputTooLong(outputLimit) }
        if end.cause == .deadline { throw ProcessError.timedOut(timeout ?? .zero, leftBehind: end.leftBehind) }
        return ProcessResult(status: end.status, output: output, errorTail: tail)
      }
    }
  }
}
