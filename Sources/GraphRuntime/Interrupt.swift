/// A question to a person that a run waits for.
public struct PendingInterrupt: Sendable, Hashable {
  /// The place of the question in the run, as in `ask`, `interview/ask` or `reviews[2]/ask`; answers name it.
  public let id: String

  /// What the person is shown.
  public let payload: Value

  /// When the time for an answer is over, in milliseconds since 1970 UTC; nil where it never is.
  public let expires: Int64?

  /// What the answer has to be, as JSON Schema for whoever makes a form of it; null where it may be anything.
  public let schema: Value

  /// The answer of a question that nobody has answered in time.
  public let defaultAnswer: Value

  /// Creates a question.
  public init(id: String, payload: Value, schema: Value = .null, expires: Int64? = nil, defaultAnswer: Value = .null) {
    self.id = id
    self.payload = payload
    self.schema = schema
    self.expires = expires
    self.defaultAnswer = defaultAnswer
  }

  /// Whether the time for an answer is over; whoever goes on with the run then goes on with the default answer.
  public var isOverdue: Bool { isOverdue(at: WallClock.milliseconds()) }

  func isOverdue(at time: Int64) -> Bool { expires.map { $0 <= time } ?? false }

  /// Reads a question from the form of `object`; nil for anything else.
  package init?(json: Value) {
    guard let id = json["id"]?.string else { return nil }
    self.init(
      id: id, payload: json["payload"] ?? .null, schema: json["schema"] ?? .null,
      expires: json["expires"]?.int.map { Int64($0) },
      defaultAnswer: json["default"] ?? .null)
  }

  init(_ reader: CheckpointReader) throws {
    self.init(
      id: try reader.string("id"), payload: reader.value("payload") ?? .null, schema: reader.value("schema") ?? .null,
      expires: try reader.has("expires") ? Int64(reader.int("expires")) : nil,
      defaultAnswer: reader.value("default") ?? .null)
  }
}

/// Thrown by a node that can go on only when somebody has answered.
///
/// The run commits what the other nodes of the step have done, and ends as
/// `interrupted`. When it is resumed, the node is called again, and its
/// context's `resumption` holds the answers and the memo.
public struct NodeSuspension: Error, Sendable, Hashable {
  /// The open questions, at least one.
  public let interrupts: [PendingInterrupt]

  /// What the node wants to know again when it is resumed; kept in the checkpoint.
  public let memo: Value

  /// What the state shows while the node waits; when the node goes on, it says again what is to stay.
  public let update: StateUpdate

  /// Creates a suspension.
  public init(_ interrupts: [PendingInterrupt], memo: Value = .null, update: StateUpdate = StateUpdate()) {
    self.interrupts = interrupts
    self.memo = memo
    self.update = update
  }
}

/// What a node that was suspended gets when its run is resumed.
public struct NodeResumption: Sendable, Hashable {
  /// What the node had put into its suspension.
  public let memo: Value

  /// Answers by the id of the question; a node with several questions may get some of them.
  public let answers: ValueObject

  /// What the node had kept when its process was lost.
  var kept: [Value] = []

  /// Whether somebody has answered, and it is not only that something was kept.
  var isOfAnswers: Bool { !answers.isEmpty || !memo.isNull }

  /// Creates a resumption.
  public init(memo: Value, answers: ValueObject) {
    self.memo = memo
    self.answers = answers
  }
}
