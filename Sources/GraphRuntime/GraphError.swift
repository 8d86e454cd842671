/// A run or a graph that went wrong: what, where, and in which attempt.
public struct GraphError: Error, Sendable {
  /// The kind of a failure; new kinds may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name, as in the JSON form of an error.
    public let description: String

    init(_ description: String) { self.description = description }

    /// A graph built in code that cannot be run.
    public static let invalidGraph = Code("invalid_graph")
    /// An input that the graph does not take, or of another type.
    public static let invalidInput = Code("invalid_input")
    /// A node's own failure.
    public static let nodeFailed = Code("node_failed")
    /// A node took longer than its `timeout`.
    public static let timeout = Code("timeout")
    /// The whole run took longer than its time-out.
    public static let runTimeout = Code("run_timeout")
    /// A check before or after a node's work did not hold.
    public static let checkFailed = Code("check_failed")
    /// A key that a node requires was not set.
    public static let missingRequirement = Code("missing_requirement")
    /// A write to a key that the state does not have, or that its reducer cannot carry out.
    public static let invalidUpdate = Code("invalid_update")
    /// Two nodes of one step wrote one key that has no reducer for it.
    public static let parallelWrite = Code("parallel_write")
    /// None of a node's conditions held, and it has no "else".
    public static let noConditionHeld = Code("no_condition_held")
    /// A condition could not be evaluated.
    public static let conditionFailed = Code("condition_failed")
    /// A router's answer is none of its routes.
    public static let unknownRoute = Code("unknown_route")
    /// The run took more steps than it may.
    public static let stepLimit = Code("step_limit")
    /// A join waits for nodes that can no longer run.
    public static let unfinishedJoin = Code("unfinished_join")
    /// A checkpoint that a graph cannot go on from.
    public static let invalidCheckpoint = Code("invalid_checkpoint")
    /// A checkpoint that a later version has written.
    public static let newerCheckpoint = Code("newer_checkpoint")
    /// A thread that has not come to its end was given other inputs.
    public static let threadUnfinished = Code("thread_unfinished")
    /// An answer to a question that nobody has asked.
    public static let unknownQuestion = Code("unknown_question")
    /// There is an answer to a question whose time is over.
    public static let questionOverdue = Code("question_overdue")
    /// A checkpoint could not be kept.
    public static let checkpointFailed = Code("checkpoint_failed")
    /// The events of a run were asked for a second time.
    public static let alreadyRead = Code("already_read")
  }

  /// The kind.
  public let code: Code

  /// One sentence.
  public let message: String

  /// The nodes that lead to the failure, from the outside in; empty for the run itself.
  public private(set) var path: [String]

  /// The step, counted from 1; 0 when no step was running.
  public private(set) var step: Int

  /// The attempt at the node, counted from 1; 0 when no node failed.
  public private(set) var attempt: Int

  /// What the node threw, or nil.
  public let underlying: (any Error)?

  /// Text that had arrived from the node before it failed; it is also in the run's log.
  public private(set) var partialText: String?

  /// Whether the run went on all the same.
  public internal(set) var isTolerated = false

  /// Whether a check says that the run has to end, whatever the node's attempts and failure action are.
  var isHalting = false

  /// The run in which the path is complete, or nil for an error that has no place yet or is of a run of its own.
  var run: String?

  /// Creates an error.
  public init(
    _ code: Code, _ message: String, path: [String] = [], step: Int = 0, attempt: Int = 0,
    underlying: (any Error)? = nil, partialText: String? = nil
  ) {
    self.code = code
    self.message = message
    self.path = path
    self.step = step
    self.attempt = attempt
    self.underlying = underlying
    self.partialText = partialText
  }

  /// The same failure at the place of a node.
  ///
  /// An error that has a place of this run already is one of a node inside the node and stays what it is. One that has
  /// a place in a run of its own, which the node made, goes on from the node's: its step and attempt stay those of that
  /// run.
  func placed(
    at path: [String], step: Int, attempt: Int, in run: RunIdentity, partialText: String? = nil
  ) -> GraphError {
    var error = self
    if error.run != run.id {
      if self.path.isEmpty { (error.step, error.attempt) = (step, attempt) }
      error.path = path + self.path
      error.run = run.id
    }
    if let partialText { error.partialText = partialText }
    return error
  }

  /// The name of the node that failed, or nil.
  public var node: String? { path.last.map { PathElement.name(of: $0) } }
}

extension GraphError: CustomStringConvertible {
  /// The message with node, step and attempt.
  public var description: String {
    guard !path.isEmpty else { return message }
    var place = "node '\(path.joined(separator: "/"))'"
    if step > 0 { place += ", step \(step)" }
    if attempt > 1 { place += ", attempt \(attempt)" }
    var text = "\(place): \(message)"
    if let partialText, !partialText.isEmpty {
      text += " (\(partialText.unicodeScalars.count) characters had arrived and are kept in the run's events)"
    }
    return text
  }
}
