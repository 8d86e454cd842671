/// When what a run on an open thread has done is on the disk.
public enum Durability: String, Sendable, Hashable, CaseIterable {
  /// A step is kept before its end is said and before anything of the next one is begun that could be noticed outside.
  case sync

  /// Steps are kept in their order while the run goes on, 512 steps behind at the most, and all of them before the run
  /// ends. A process that is lost loses the last of them: the thread is then where it was shortly before, whole, and
  /// those steps are run again.
  case async
}

/// What a caller may say about a run.
public struct RunOptions: Sendable {
  /// The thread that the run belongs to; a new one when nil, or the one of the run that is resumed.
  ///
  /// A run on an open thread belongs to that one.
  public var thread: String?

  /// The run's id; a new one when nil.
  public var runID: String?

  /// The longest time of the whole run; the graph's own when nil.
  public var timeout: Duration?

  /// When steps are kept, for a run on an open thread.
  public var durability = Durability.sync

  /// How the run waits between attempts and for its time-outs; tests put a clock of their own here.
  public var sleep: @Sendable (Duration) async throws -> Void

  /// Who is told of every event, besides the reader.
  public var processors: [any EventProcessor] = []

  /// How long a run waits for a processor that is behind, before it goes on without it.
  public var processorPatience = Duration.seconds(60)

  /// Creates options.
  public init(
    thread: String? = nil, runID: String? = nil, timeout: Duration? = nil, processors: [any EventProcessor] = [],
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.thread = thread
    self.runID = runID
    self.timeout = timeout
    self.processors = processors
    self.sleep = sleep
  }
}
