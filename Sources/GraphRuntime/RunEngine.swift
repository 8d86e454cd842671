/// Carries one run on: step after step, until nothing is due.
///
/// The reader's call for the next event is what drives it. Synchronous nodes
/// and the tokens of a single streaming node are worked on inside that call;
/// other nodes work in tasks that this engine owns and that send to its
/// mailbox.
///
/// All due nodes of a step see the state as it was at its start. Their updates
/// are applied together, in the order of the nodes, whichever ended first; so
/// the same answers give the same state.
///
/// It is a value, so that its parts are reached without run-time checks of
/// exclusive access; `RunDriver` is the one place that holds it.
struct RunEngine {
  enum Phase {
    case beginning
    /// Between two steps.
    case ready
    /// Pulling the tokens of the step's only node.
    case streaming
    /// Waiting for tasks.
    case working
    /// What was done is to be kept before the run goes on.
    case committing
    /// The run has ended, and its checkpoint is to be kept before that is said.
    case saving
    /// The last event was sent; the failure is thrown after it.
    case failing
    case ended
  }

  let graph: StateGraph
  let environment: RunEnvironment

  /// What the tasks of nodes send to.
  let mailbox: RunMailbox

  var log: RunLog
  var phase = Phase.beginning
  var step = RunStep()

  /// The stream that is pulled in the phase `streaming`, or in a task of it.
  var stream: PulledStream?
  var direct = DirectCalls()

  let terms: RunTerms

  var state: RunState
  var scheduler: RunScheduler
  var stepNumber = 0

  /// What is noted for the thread's journal; nil where there is none.
  var journal: RunJournal?

  /// The nodes of a step that another run began and this one goes on with.
  var pendingVisits: [(node: Int, visit: RunCheckpoint.Visit)] = []

  /// The writes that were noted before the turn began.
  var writesBeforeTurn = 0

  /// What waits for the end of the run's time; cancelled by `finish`, `cancel` and `abandon`.
  var timer: Task<Void, Never>?

  /// The failures and failed checks after which the run went on, of all steps.
  var tolerated: [GraphError] = []

  /// How the run ended; not said yet in the phase `saving`.
  var outcome: RunOutcome?

  /// What was taken out of the mailbox last; kept for its storage.
  var letters: [RunMailbox.Letter] = []

  init(graph: StateGraph, terms: RunTerms, environment: RunEnvironment, mailbox: RunMailbox) {
    self.graph = graph
    self.terms = terms
    self.environment = environment
    self.mailbox = mailbox
    log = RunLog(environment, isKept: terms.thread != nil)
    state = RunState(graph.schema)
    scheduler = RunScheduler(graph)
  }

  /// Carries the run on to its next event.
  ///
  /// - Returns: The event, or nil after the last.
  /// - Throws: What ended the run, or `CancellationError` when the reader's task is cancelled.
  mutating func next() async throws -> GraphEvent? {
    while true {
      if let event = log.takeNext() { return event }
      if mayCallDirectly {
        do {
          if let event = accept(try await direct.call()) { return event }
        } catch {
          stop(directCallsWith: .failure(error))
        }
        continue
      }
      switch phase {
      case .ended: return nil
      case .failing:
        phase = .ended
        if let error = outcome?.error { throw error }
      case .beginning: try await begin()
      case .saving: await save()
      case .ready, .streaming, .working, .committing:
        guard !Task.isCancelled else {
          await cancel()
          throw CancellationError()
        }
        do throws(GraphError) {
          try await advance()
        } catch {
          finish(.failed, error: error)
        }
      }
    }
  }

  private mutating func advance() async throws(GraphError) {
    switch phase {
    case .ready: try beginStep()
    case .streaming: try await pull()
    case .working: try await receive()
    case .committing: await commit()
    case .beginning, .saving, .failing, .ended: break
    }
  }
}

/// The one holder of a run's engine: when its last reference is released, the reader has left.
final class RunDriver {
  var engine: RunEngine

  /// What the events go to besides the reader; nil where there is nobody.
  let delivery: EventDelivery?

  private var lastSequence = 0

  init(_ engine: RunEngine, _ delivery: EventDelivery? = nil) {
    self.engine = engine
    self.delivery = delivery
  }

  deinit {
    engine.abandon()
    delivery?.cancel()
  }

  /// The next event, once it is on its way to the processors; the last one, once they are done with it.
  func deliverNext() async throws -> GraphEvent? {
    guard let delivery else { return try await engine.next() }
    do {
      guard let event = try await engine.next() else {
        await delivery.finish(after: lastSequence)
        return nil
      }
      lastSequence = event.sequence
      await delivery.deliver(event)
      if case .runFinished = event.kind { await delivery.finish(after: event.sequence) }
      return event
    } catch {
      if error is CancellationError { delivery.cancel() }
      await delivery.finish(after: lastSequence)
      throw error
    }
  }
}
