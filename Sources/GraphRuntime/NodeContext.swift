/// What a node may ask of the run it is part of.
///
/// A node that needs none of it ignores the parameter and works the same.
///
/// ```swift
/// let fetch: @Sendable (StateView, NodeContext) async throws -> StateUpdate = { state, context in
///   var pages: [Value] = []
///   for url in state["urls"].list ?? [] where !context.isStopRequested {
///     await context.emit("fetching", url)
///     pages.append("the page of \(url.string ?? "")")
///   }
///   return ["pages": .list(pages)]
/// }
/// ```
public struct NodeContext: Sendable {
  /// The nodes that lead here: nodes that hold others from the outside in, then this node.
  public let path: [String]

  /// The step of the run, counted from 1; in a graph that a node runs, the step of that graph.
  public let step: Int

  /// The attempt at this node in this step, counted from 1.
  public let attempt: Int

  /// When the node's time is up, or nil.
  public let deadline: ContinuousClock.Instant?

  /// What the node goes on with, be it answers or pieces that it had kept.
  private let goingOn: NodeResumption?

  let environment: RunEnvironment

  /// Creates a context; tests make one with a sink that records.
  ///
  /// - Parameter sleep: How nodes inside this one wait between their attempts.
  public init(
    path: [String], run: RunIdentity, step: Int, attempt: Int, deadline: ContinuousClock.Instant? = nil,
    stop: StopSignal = StopSignal(), sink: any NodeEventSink, resumption: NodeResumption? = nil,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.init(
      path: path, step: step, attempt: attempt, deadline: deadline, resumption: resumption,
      environment: RunEnvironment(run: run, stop: stop, sink: sink, sleep: sleep))
  }

  init(
    path: [String], step: Int, attempt: Int, deadline: ContinuousClock.Instant?, resumption: NodeResumption?,
    environment: RunEnvironment
  ) {
    self.path = path
    self.step = step
    self.attempt = attempt
    self.deadline = deadline
    goingOn = resumption
    self.environment = environment
  }

  /// The answers and the memo when the node goes on after a suspension; nil in a first run.
  public var resumption: NodeResumption? { goingOn.flatMap { $0.isOfAnswers ? $0 : nil } }

  /// What the node had kept when its process was lost, in the order in which it kept it; empty in a first run.
  public var kept: [Value] { goingOn?.kept ?? [] }

  /// The run and thread.
  public var run: RunIdentity { environment.run }

  /// The request that the run stop.
  public var stop: StopSignal { environment.stop }

  /// The node's name.
  public var node: String { path.last.map { PathElement.name(of: $0) } ?? "" }

  /// The index of the item that the node works at, where a node runs it once for each item of a list.
  public var item: Int? { path.last.flatMap { PathElement.item(of: $0) } }

  /// Whether somebody asked the run to stop; a node that works for long looks at it and returns what it has.
  ///
  /// What a node returns that has seen it is marked as partial, and is done again when the run is resumed. A node that
  /// knows that its work is whole all the same looks at `stop.isRequested`.
  public var isStopRequested: Bool {
    guard stop.isRequested else { return false }
    stop.notice(at: path, step: step)
    return true
  }

  /// A key that is the same for every attempt at this piece of work, for services that carry out a call only once.
  ///
  /// A run that is resumed keeps the keys of the run that it goes on from.
  public var idempotencyKey: String {
    "\(environment.workKey)/\(step)/\(path.dropFirst(environment.basePath.count).joined(separator: "/"))"
  }

  /// What keys of calls of this attempt begin with, without characters that a field of HTTP cannot have.
  package var callKey: String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for byte in "\(idempotencyKey)/\(attempt)".utf8 {
      if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "%") {
        text.append(byte)
      } else {
        text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

// MARK: - Events

extension NodeContext {
  /// Shows a chunk to whoever watches the run; what the node returns is not changed by it.
  ///
  /// Waits while the run's reader is behind, but for the one streaming node whose tokens the reader itself pulls: what
  /// it sends between two of its tokens is kept whole.
  public func stream(_ chunk: Value) async { await send(.chunk(chunk)) }

  /// Shows a piece of text to whoever watches the run; what the node returns is not changed by it.
  public func stream(_ text: String) async { await send(.chunk(.string(text))) }

  /// Adds an event of the node's own to the run's log.
  public func emit(_ name: String, _ payload: Value = .null) async {
    await send(.custom(name: name, payload: payload))
  }

  /// Adds the tokens of a model call to the run's usage.
  public func report(_ usage: UsageRecord) async { await send(.usage(usage)) }

  /// Says that something is not as it should be, and that the node goes on.
  public func report(_ warning: String) async { await send(.warned(WarningRecord(warning))) }

  /// Adds a note to the run's log that a call is tried again; does not wait, and is meant for few of them.
  public func reportRetry(_ retry: RetryRecord) {
    environment.sink.post(.retry(retry), path: path, step: step, attempt: attempt)
  }

  /// Keeps a piece of what the node has done, which `kept` holds when the node is run again because its process was lost.
  ///
  /// It is kept soon and not at once, where the run is one of an open thread and the node stands in its graph itself;
  /// elsewhere nothing is kept. Waits while the run's reader is behind.
  public func keep(_ piece: Value) async {
    guard let mailbox = environment.journal, path.count == 1 else { return }
    if mailbox.post(.kept(node: path[0], piece)) == .full { await mailbox.waitForRoom() }
  }

  func send(_ kind: GraphEvent.Kind) async {
    await environment.sink.send(kind, path: path, step: step, attempt: attempt)
  }
}

/// Where the events of nodes go.
public protocol NodeEventSink: Sendable {
  /// Adds an event and waits while the reader is behind.
  func send(_ kind: GraphEvent.Kind, path: [String], step: Int, attempt: Int) async

  /// Adds an event without waiting.
  func post(_ kind: GraphEvent.Kind, path: [String], step: Int, attempt: Int)
}
