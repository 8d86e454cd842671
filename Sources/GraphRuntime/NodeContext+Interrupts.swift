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
  /// - Parameter memo: What the node wants to know again when it goes on.
  public func suspension(asking payload: Value, memo: Value = .null) -> NodeSuspension {
    NodeSuspension([PendingInterrupt(id: questionID, payload: payload)], memo: memo)
  }

  /// The answer to this node's own question, or nil in a run that nobody has answered yet.
  public var answer: Value? { resumption?.answers[questionID] }

  private var questionID: String { path.joined(separator: "/") }
}
