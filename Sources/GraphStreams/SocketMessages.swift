public import GraphRuntime

/// What the events of a run are as messages of a WebSocket, each a JSON object with a `type`.
///
/// The types are `started`, `token` with `content` and `node`, `partial` with a part of an object, `retract` where the tokens of a node are void, `update`,
/// `interrupt`, and at the end `done` or `error` with what `RunOutcome.summary(of:)` says. `session_id` is in all of them.
public struct SocketMessages: Sendable {
  private let session: Value?

  /// Creates the messages of a session; without one, no message names any.
  public init(session: Value? = nil) { self.session = session }

  /// The message of an event, or nil where it has none.
  public func message(_ event: GraphEvent) -> String? {
    let node = Value.string(event.path.joined(separator: "/"))
    return switch event.kind {
    case .runStarted: text("started", ["run": .string(event.run.id)])
    case .token(let text): self.text("token", ["content": .string(text), "node": node])
    case .partial(let record):
      text("partial", ["node": node, "path": record.object["path"] ?? .null, "value": record.value])
    case .retry(let record) where record.scope == .node:
      text("retract", ["node": node, "message": .string(record.message)])
    case .nodeFinished(let update) where event.path.count == 1:
      text("update", ["node": node, "update": .object(update.object)])
    case .interrupted(let interrupts):
      text("interrupt", ["node": node, "interrupts": .list(interrupts.map { .object($0.object) })])
    case .runFinished(let outcome):
      text(outcome.status == .failed ? "error" : "done", outcome.summary(of: event.run))
    default: nil
    }
  }

  /// A message of a type.
  public func text(_ type: String, _ content: ValueObject) -> String {
    var object: ValueObject = ["type": .string(type)]
    object.merge(content)
    if let session { object["session_id"] = session }
    return Value.object(object).json()
  }
}

/// A run as messages of a WebSocket, to be sent as they are.
///
/// ```swift
/// for try await message in wsStream(graph, ["question": .string(question)]) { try await socket.send(message) }
/// ```
///
/// Plain messages are the tokens, and `[DONE]` at the end; with a session, each message is an object.
public struct SocketMessageSequence: AsyncSequence, Sendable {
  /// The elements are the texts of messages.
  public typealias Element = String

  let run: GraphRun

  /// Nil for plain messages.
  let messages: SocketMessages?

  /// Makes the one iterator that a run has.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(run: run.identity, events: run.makeAsyncIterator(), messages: messages)
  }

  /// Reads the messages of one run.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let run: RunIdentity
    var events: GraphRun.AsyncIterator
    let messages: SocketMessages?
    /// Messages that come after the one that was returned, the last one first.
    private var waiting: [String] = []
    private var hasEnded = false

    init(run: RunIdentity, events: GraphRun.AsyncIterator, messages: SocketMessages?) {
      self.run = run
      self.events = events
      self.messages = messages
    }

    /// The next message, or nil after the last.
    ///
    /// - Throws: `CancellationError`, and nothing of what ends a run.
    public mutating func next() async throws -> String? {
      if let message = waiting.popLast() { return message }
      guard !hasEnded else { return nil }
      do {
        while let event = try await events.next() {
          if let message = show(event) { return message }
        }
      } catch let error as GraphError {
        // A run that never began has no event that says so.
        refuse(error)
      }
      hasEnded = true
      return waiting.popLast()
    }

    private mutating func show(_ event: GraphEvent) -> String? {
      if case .runFinished = event.kind { hasEnded = true }
      if let messages { return messages.message(event) }
      switch event.kind {
      case .token(let text): return text
      case .runFinished(let outcome):
        guard outcome.status == .failed else { return "[DONE]" }
        waiting = ["[DONE]"]
        return SocketMessages().message(event)
      default: return nil
      }
    }

    private mutating func refuse(_ error: GraphError) {
      let message = (messages ?? SocketMessages()).text(
        "error", ["run": .string(run.id), "status": "failed", "error": .object(error.object)])
      waiting = messages == nil ? ["[DONE]", message] : [message]
    }
  }
}

/// Runs a graph and streams it as messages of a WebSocket.
///
/// - Parameter session: What each message names as its `session_id`; plain tokens without one.
public func wsStream(
  _ graph: some RunnableGraph, _ input: ValueObject = ValueObject(), session: Value? = nil,
  options: RunOptions = RunOptions()
) -> SocketMessageSequence {
  wsStream(graph.run(input, options: options), session: session)
}

/// Streams a run as messages of a WebSocket; the run can be stopped, and be one that is resumed or kept.
public func wsStream(_ run: GraphRun, session: Value? = nil) -> SocketMessageSequence {
  SocketMessageSequence(run: run, messages: session.map { SocketMessages(session: $0) })
}
