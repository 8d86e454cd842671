/// Calls of tools.
extension NodeContext {
  /// Calls a tool; the run's log shows the call and how it ended.
  ///
  /// - Parameters:
  ///   - state: The state as the tool sees it.
  ///   - id: What tells the call from others of the run; a model gives its own calls one.
  ///   - number: Which call of the node's attempt it is, counted from 1; see `ToolInvocation.idempotencyKey`.
  /// - Throws: What the tool throws.
  public func call(
    _ tool: any Tool, _ arguments: ValueObject, on state: StateView, id: String? = nil, number: Int = 1
  ) async throws -> Value {
    let id = id ?? RunIdentity.makeID()
    let name = tool.definition.name
    await send(.toolCalled(ToolCallRecord(id: id, name: name, arguments: arguments)))
    let start = ContinuousClock.now
    do {
      let result = try await tool.call(
        ToolInvocation(arguments: arguments, state: state, context: self, number: number))
      let duration = ContinuousClock.now - start
      await send(.toolReturned(ToolResultRecord(id: id, name: name, result: result, duration: duration)))
      return result
    } catch let suspension as NodeSuspension {
      // The call has not ended: it is made again when somebody has answered.
      throw suspension
    } catch {
      let message = error is CancellationError ? "was cancelled" : "\((error as? GraphError)?.message ?? "\(error)")"
      let duration = ContinuousClock.now - start
      await send(.toolReturned(ToolResultRecord(id: id, name: name, message: message, duration: duration)))
      throw error
    }
  }
}
