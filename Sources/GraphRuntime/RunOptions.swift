/// What a caller may say about a run.
public struct RunOptions: Sendable {
  /// The thread that the run belongs to; a new one when nil.
  public var thread: String?

  /// The run's id; a new one when nil.
  public var runID: String?

  /// How the run waits between attempts; tests put a clock of their own here.
  public var sleep: @Sendable (Duration) async throws -> Void

  /// Creates options.
  public init(
    thread: String? = nil, runID: String? = nil,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.thread = thread
    self.runID = runID
    self.sleep = sleep
  }
}
