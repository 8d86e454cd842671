package import GraphRuntime

/// Graphs made by chance, for laws that hold for all of them.
package enum RandomGraph {
  private struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// A random graph in which some nodes ask; with `answers` they know the answer in advance.
  ///
  /// - Parameter onRun: Called when a node begins that does something outside the state.
  package static func make(
    _ random: inout SeededGenerator, answers: Bool,
    onRun: @escaping @Sendable (_ node: Int, _ step: Int) -> Void = { _, _ in }
  ) throws -> StateGraph {
    let count = Int.random(in: 3...8, using: &random)
    var builder = StateGraphBuilder("random")
    for index in 0..<count { builder.addKey("k\(index)") }
    builder.addKey("trace", reducer: .append, initial: [])
    builder.addKey("sum", reducer: .add, initial: 0)
    builder.addKey("_loop_counts")
    builder.addKey("_route")
    builder.addKey("errors")
    builder.maximumSteps = 80
    for index in 0..<count {
      let form = Int.random(in: 0..<6, using: &random)
      let limit = Bool.random(using: &random) ? Int.random(in: 1...3, using: &random) : nil
      @Sendable func update(_ state: StateView, _ extra: Value) -> StateUpdate {
        let seen = (state["sum"].int ?? 0) &* 31 &+ index
        return [
          "k\(index)": [.int(seen), extra, state["_loop_counts"]["n\(index)"] ?? nil], "trace": [.int(index)],
          "sum": .int(seen % 7),
        ]
      }
      let body: NodeBody =
        switch form {
        case 0: .synchronous { update($0, "s") }
        case 1:
          .plain { state, context in
            onRun(index, context.step)
            return update(state, "p")
          }
        case 2:
          .streaming { state, _ in
            let rest = Locked(["a ", "b ", "\(index)"][...])
            return TokenStream(next: { rest.withLock { $0.popFirst() } }, finish: { _, _ in update(state, "t") })
          }
        case 3:
          .plain { _, context in
            await context.stream(.int(index))
            throw Failure(description: "\(index)")
          }
        default:
          .plain { state, context in
            onRun(index, context.step)
            let own: Value = .int((state["sum"].int ?? 0) + index)
            if answers { return update(state, own) }
            guard let answer = context.answer else { throw context.suspension(asking: own) }
            return update(state, answer)
          }
        }
      var node = StateGraph.Node("n\(index)", body: body)
      node.loopLimit = limit
      node.failure = .skip
      if form == 1, Bool.random(using: &random) { node.skipsWhenSet = [StateKey("k\(index)")] }
      builder.addNode(node)
    }
    func name(_ index: Int) -> StateGraphBuilder.Ends {
      index == count ? .end : .init(stringLiteral: "n\(index)")
    }
    builder.addEdge(from: .start, to: ["n0", "n1"])
    for index in 0..<count {
      let later = Array((index + 1)...count).shuffled(using: &random)
      for target in later.prefix(.random(in: 1...2, using: &random)) {
        builder.addEdge(from: name(index), to: name(target))
      }
      if Int.random(in: 0..<3, using: &random) == 0 {
        let back = Int.random(in: 0...index, using: &random)
        let above = Int.random(in: 0...9, using: &random)
        builder.addEdge(from: name(index), to: name(back), when: "sum > \(above)") { ($0["sum"].int ?? 0) > above }
      }
      if index >= 2, Int.random(in: 0..<3, using: &random) == 0 {
        let sources = (0..<index).shuffled(using: &random).prefix(2).map { "n\($0)" }
        builder.addEdge(from: sources.count == 2 ? [sources[0], sources[1]] : .start, to: name(index))
      }
    }
    return try builder.build()
  }

  /// The end of a run, without what differs from run to run.
  package static func text(_ outcome: RunOutcome?) -> String {
    guard let outcome else { return "none" }
    return
      "\(outcome.status) \(Value.object(outcome.state).json()) \(outcome.steps) \(outcome.error.map { "\($0)" } ?? "")"
      + outcome.toleratedErrors.map { " \($0)" }.joined()
  }
}
