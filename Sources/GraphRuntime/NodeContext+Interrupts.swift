/// Questions to a person.
extension NodeContext {
  /// A suspension with one question of this node's own, to be thrown.
  ///
  /// ```swift
  /// let ask: @Sendable (StateView, NodeContext) async throws -> StateUpdate = { _, context in
  ///   guard let answer = context.answer else { throw context.suspension(asking: "Which colour?") }
  ///   return ["colour": answer]
  /// }
  /// ```
  /// - Parameters:
  ///   - schema: What the answer has to be, as JSON Schema, for whoever makes a form of it; the node checks what it gets.
  ///   - memo: What the node wants to know again when it goes on.
  ///   - time: How long an answer is waited for. Whoever goes on with the run after that goes on with the default.
  ///   - defaultAnswer: What `answer` then is.
  public func suspension(
    asking payload: Value, schema: Value = .null, memo: Value = .null, within time: Duration? = nil,
    default defaultAnswer: Value = .null
  ) -> NodeSuspension {
    let expires = time.map { WallClock.milliseconds() + Int64($0 / .milliseconds(1)) }
    return NodeSuspension(
      [
        PendingInterrupt(
          id: questionID, payload: payload, schema: schema, expires: expires, defaultAnswer: defaultAnswer)
      ], memo: memo)
  }

  /// The answer to this node's own question, or nil in a run that nobody has answered yet.
  public var answer: Value? { resumption?.answers[questionID] }

  private var questionID: String { path.joined(separator: "/") }
}
