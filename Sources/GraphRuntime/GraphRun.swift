internal import Synchronization

/// One run of a graph, as the sequence of its events.
///
/// Nothing happens before the first event is asked for, and reading is what
/// drives the run: nodes that work in tasks of their own are at most a bounded
/// buffer ahead of the reader (256 events, or 256 KiB of tokens). The run ends
/// with its reader: when the iterator is released, or the reading task is
/// cancelled, the nodes that are at work are cancelled.
///
/// ```swift
/// for try await event in graph.run(["name": "World"]) {
///   if case .token(let text) = event.kind { print(text, terminator: "") }
/// }
/// ```
///
/// The sequence throws what ended the run: a `GraphError` after the
/// `runFinished` event, or a `CancellationError` without one, after the nodes
/// that were at work have ended. Inputs that the graph does not take are
/// thrown before any event. A stopped run does not throw.
public final class GraphRun: AsyncSequence, Sendable {
  /// The elements are events.
  public typealias Element = GraphEvent

  /// Which run this is.
  public let identity: RunIdentity

  /// The graph.
  public let graph: StateGraph

  let start: RunStart
  private let options: RunOptions
  private let thread: OpenThread?
  private let stopSignal: StopSignal
  private let isRead = Atomic(false)
  private let failures = Locked<[ProcessorFailure]>([])

  init(graph: StateGraph, start: RunStart, options: RunOptions, thread: OpenThread? = nil) {
    self.graph = graph
    self.start = start
    self.options = options
    self.thread = thread
    identity = RunIdentity(
      id: options.runID ?? RunIdentity.makeID(),
      thread: thread?.name ?? options.thread ?? start.checkpoint?.thread ?? RunIdentity.makeID(), graph: graph.name,
      resumed: start.checkpoint?.run)
    stopSignal = StopSignal()
  }

  /// Asks the run to stop: what has arrived is kept, and the run ends as `stopped`.
  ///
  /// May be called from anywhere, also before the run has begun.
  public func stop(_ reason: String = "stop requested") { stopSignal.request(reason) }

  /// What went wrong in the run's processors so far: the first hundred failures, in order.
  public var processorFailures: [ProcessorFailure] { failures.withLock { $0 } }

  /// Reads all events and returns how the run ended.
  ///
  /// - Throws: What the sequence throws.
  public func result() async throws -> RunOutcome {
    var events = makeAsyncIterator()
    var outcome: RunOutcome?
    while let event = try await events.next() {
      if case .runFinished(let finished) = event.kind { outcome = finished }
      while let event = events.takeWaiting() {
        if case .runFinished(let finished) = event.kind { outcome = finished }
      }
    }
    guard let outcome else { throw CancellationError() }
    return outcome
  }

  /// The tokens of all nodes, or of one node, in the order they arrive.
  ///
  /// It is another view of the same events and reads them in their place. Where a node is tried again after some of
  /// its text had arrived, the tokens of both attempts are in it; the events tell them apart.
  public func tokens(of node: String? = nil) -> TokenSequence { tokens(node.map { .node($0) } ?? .all) }

  /// The tokens of some nodes, in the order they arrive.
  public func tokens(_ selection: TokenSelection) -> TokenSequence { TokenSequence(run: self, selection: selection) }

  /// What each node has written, as it ends; a view of the same events, which reads them in their place.
  public func updates() -> UpdateSequence { UpdateSequence(run: self) }

  /// The whole state, at the beginning and whenever it changes; a view of the same events, which reads them in their
  /// place.
  public func values() -> StateSequence { StateSequence(run: self) }

  /// The object or list that a node streams, each time another part of it is complete; a view of the same events, which
  /// reads them in their place.
  ///
  /// It is not checked against a schema before its end: what is written to the state is.
  public func partials(of node: String) -> PartialSequence { PartialSequence(run: self, node: node) }

  /// Makes the one iterator that a run has.
  public func makeAsyncIterator() -> AsyncIterator {
    guard !isRead.exchange(true, ordering: .relaxed) else { return AsyncIterator(driver: nil) }
    thread?.onStopRequest { [stopSignal] in stopSignal.request("another run is to have the thread") }
    let mailbox = RunMailbox()
    let timeout = options.timeout ?? graph.timeout
    let environment = RunEnvironment(
      run: identity, stop: stopSignal, sink: mailbox, sleep: options.sleep, workKey: start.checkpoint?.workKey,
      deadline: timeout.map { ContinuousClock.now + $0 }, journal: thread == nil ? nil : mailbox)
    let terms = RunTerms(start: start, timeout: timeout, thread: thread, durability: options.durability)
    let engine = RunEngine(graph: graph, terms: terms, environment: environment, mailbox: mailbox)
    let delivery = options.processors.isEmpty ? nil : EventDelivery(options, failures: failures)
    return AsyncIterator(driver: RunDriver(engine, delivery))
  }

  /// Reads the events of one run, and drives it by doing so.
  public struct AsyncIterator: AsyncIteratorProtocol {
    /// Nil when the run already has a reader.
    fileprivate let driver: RunDriver?

    /// The next event, or nil after the last.
    ///
    /// - Throws: What ended the run, after its last event; `GraphError.alreadyRead` for a second reader.
    public mutating func next() async throws -> GraphEvent? {
      guard let driver else { throw GraphError(.alreadyRead, "the events of a run can be read only once") }
      guard driver.delivery == nil else { return try await driver.deliverNext() }
      if let event = driver.engine.log.takeNext() { return event }
      return try await driver.engine.next()
    }

    /// The next event where it is there already.
    @inline(__always)
    fileprivate func takeWaiting() -> GraphEvent? {
      guard let driver, driver.delivery == nil else { return nil }
      return driver.engine.log.takeNext()
    }
  }
}
