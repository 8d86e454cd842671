internal import Synchronization

/// The tokens of a step's only node, pulled by the reader itself.
struct PulledStream {
  let plan: NodePlan

  /// The state that the node began with, for another attempt.
  let view: StateView

  let tokens: TokenStream
  let sink: PulledSink

  /// What a call has brought that `pull` has not looked at yet.
  var arrived: Result<String?, any Error>?
}

/// What a direct call for a token needs; apart from the rest so that a token touches nothing else.
struct DirectCalls {
  /// Whether the reader makes the next call itself, and not in a task.
  ///
  /// A task shows what the node says during the call while it goes on. It is
  /// used for the first call, which is where a node waits longest and tries
  /// again, and for nodes that have had something to say.
  var areOn = false
  var call: @Sendable () async throws -> String? = { nil }
  var path: [String] = []

  /// The tokens so far, however they came.
  var text = ""

  /// What a token completes, where that is an event; nil where nobody looks.
  var readPartials: (@Sendable (String) -> [PartialRecord])?
}

/// A single streaming node: its tokens take no way around a task or a buffer.
extension RunEngine {
  /// Begins the first attempt at a streaming node where neither it nor the run has a timeout; says false for others.
  mutating func beginStream(_ node: Int) -> Bool {
    let plan = graph.plans[node]
    guard case .streaming(let body) = plan.node.body, plan.node.timeout == nil, terms.timeout == nil else {
      return false
    }
    let view = self.view
    let sink = PulledSink(mailbox)
    let path = environment.path(of: plan)
    let context = NodeContext(
      path: path, step: stepNumber, attempt: 1, deadline: environment.deadline, resumption: step.work[0].resumption,
      environment: environment.speaking(through: sink))
    log.append(.nodeStarted, of: plan)
    let tokens = body(view, context)
    stream = PulledStream(plan: plan, view: view, tokens: tokens, sink: sink)
    direct = DirectCalls(call: tokens.next, path: path, readPartials: tokens.readPartials)
    phase = .streaming
    return true
  }

  /// Whether the reader makes the next call for a token itself and nothing stands against it.
  @inline(__always)
  var mayCallDirectly: Bool { direct.areOn && !environment.stop.isRequested && !Task.isCancelled }

  /// Takes what a direct call has brought.
  ///
  /// - Returns: The token's event where nothing else has happened; everything else goes the longer way.
  @inline(__always)
  mutating func accept(_ token: String?) -> GraphEvent? {
    guard let token, !token.isEmpty, !mailbox.hasLetters else {
      stop(directCallsWith: .success(token))
      return nil
    }
    direct.text += token
    let event = log.makeToken(token, path: direct.path)
    if direct.readPartials != nil { notePartials(of: token) }
    return event
  }

  /// Says what a token completes.
  private mutating func notePartials(of token: String) {
    guard let plan = stream?.plan, let records = direct.readPartials?(token) else { return }
    for record in records { log.append(.partial(record), of: plan) }
  }

  /// Leaves it to `pull` to go on.
  mutating func stop(directCallsWith result: Result<String?, any Error>) {
    direct.areOn = false
    stream?.arrived = result
  }

  /// Goes on with what a call has brought, or makes the next one in a task.
  mutating func pull() async throws(GraphError) {
    let token: String?
    guard let arrived = stream?.arrived else {
      return environment.stop.isRequested ? try await endStream(isPartial: true) : callInTask()
    }
    stream?.arrived = nil
    do {
      token = try arrived.get()
    } catch {
      return try await failStream(error)
    }
    guard let token else {
      // A stream that ends when a stop was requested may have ended because of it.
      return try await endStream(isPartial: environment.stop.isRequested)
    }
    takeMailedEvents()
    if phase == .streaming, let sink = stream?.sink, !sink.hasSent {
      sink.allowWaiting(false)
      direct.areOn = true
    }
    guard !token.isEmpty, let plan = stream?.plan else { return }
    direct.text += token
    log.append(.token(token), of: plan)
    if direct.readPartials != nil { notePartials(of: token) }
  }

  /// Makes one call for a token in a task of its own, which `cancel` and `abandon` cancel.
  private mutating func callInTask() {
    guard let tokens = stream?.tokens else { return }
    let mailbox = mailbox
    stream?.sink.allowWaiting(true)
    phase = .working
    let task = Task.immediate {
      do {
        let token = try await tokens.next()
        _ = mailbox.post(.pulled(.success(token)))
      } catch {
        _ = mailbox.post(.pulled(.failure(error)))
      }
    }
    step.setTask(task, at: 0)
  }

  /// Lets go of the stream, and with it of the view of the state that it was given.
  mutating func leaveStream() {
    stream = nil
    direct = DirectCalls()
  }

  /// Ends a node whose stream has ended, or was cut short by a stop.
  private mutating func endStream(isPartial: Bool) async throws(GraphError) {
    guard let ending = stream else { return }
    var update = StateUpdate()
    var isPartial = isPartial
    // Nothing has arrived of a node that a stop kept from its first token, so nothing is written.
    if !isPartial || !direct.text.isEmpty {
      // The reader itself is calling: waiting for it would be waiting without end.
      ending.sink.allowWaiting(false)
      do {
        update = try await ending.tokens.finish(direct.text, isPartial)
      } catch {
        guard error is CancellationError, environment.stop.isRequested else { return try await failStream(error) }
        isPartial = true
      }
    }
    // What a cancelled stream makes at its end has no say; `next` sees to the cancellation.
    guard !Task.isCancelled else { return }
    if isPartial { update.isPartial = true }
    takeMailedEvents()
    if !ending.plan.checksAfter.isEmpty, !isPartial, try !judge(update, of: ending) { return }
    log.append(.nodeFinished(update), of: ending.plan)
    step.finish(update, at: 0)
    leaveStream()
    try endStep()
  }

  /// Looks at the result of a stream; says false where it does not hold and something else has been done.
  private mutating func judge(_ update: StateUpdate, of ended: PulledStream) throws(GraphError) -> Bool {
    var attempts = NodeAttempts(ended.plan)
    var warnings: [WarningRecord] = []
    let judgement = attempts.judge(update, ended.view, warnings: &warnings)
    for warning in warnings { warn(warning, ended.plan) }
    switch judgement {
    case .holds: return true
    case .again(let retry): tryAgain(attempts, after: retry)
    case .fails(let error): try fail(placed(error, ended.plan), isOfCheck: true)
    }
    return false
  }

  /// Goes on after an error of the stream: a cancellation, a stop, another attempt, or the end of the run.
  private mutating func failStream(_ error: any Error) async throws(GraphError) {
    guard !Task.isCancelled, let failed = stream else { return }
    if error is CancellationError, environment.stop.isRequested { return try await endStream(isPartial: true) }
    takeMailedEvents()
    if let suspension = error as? NodeSuspension {
      log.append(.interrupted(suspension.interrupts), of: failed.plan)
      step.suspend(suspension, at: 0)
      leaveStream()
      return try endStep()
    }
    try fail(execution(failed.plan).graphError(error, attempt: 1, text: direct.text), isOfCheck: false)
  }

  /// Goes on after a failure of the first attempt.
  private mutating func fail(_ error: GraphError, isOfCheck: Bool) throws(GraphError) {
    guard let failed = stream else { return }
    var attempts = NodeAttempts(failed.plan)
    if !environment.stop.isRequested, let retry = attempts.next(after: error, isOfCheck: isOfCheck) {
      return tryAgain(attempts, after: retry)
    }
    leaveStream()
    phase = .ready
    try accept(error, of: failed.plan)
    step.finish(StateUpdate(), at: 0)
    try endStep()
  }

  /// Makes the next attempt in a task.
  private mutating func tryAgain(_ attempts: NodeAttempts, after retry: RetryRecord) {
    guard let failed = stream else { return }
    log.append(.retry(retry), of: failed.plan)
    leaveStream()
    phase = .working
    startTask(
      place: 0, execution(failed.plan, step.work[0].resumption), failed.view, attempts, after: retry)
  }
}

/// Where a streaming node whose tokens the reader itself pulls sends its events.
///
/// While the reader waits for a call that is made in a task, it makes room, and
/// senders wait as usual. Inside a call that the reader makes itself nobody
/// would make room: what a node says for the first time there is kept whole,
/// and its next calls are made in tasks.
final class PulledSink: NodeEventSink {
  private let mailbox: RunMailbox
  private let mayWait = Atomic(false)
  private let sent = Atomic(false)

  init(_ mailbox: RunMailbox) { self.mailbox = mailbox }

  /// Whether the node has had anything to say.
  var hasSent: Bool { sent.load(ordering: .relaxed) }

  func allowWaiting(_ isAllowed: Bool) { mayWait.store(isAllowed, ordering: .relaxed) }

  func send(_ kind: GraphEvent.Kind, path: [String], step: Int, attempt: Int) async {
    sent.store(true, ordering: .relaxed)
    if mayWait.load(ordering: .relaxed) {
      await mailbox.send(kind, path: path, step: step, attempt: attempt)
    } else {
      mailbox.post(kind, path: path, step: step, attempt: attempt)
    }
  }

  func post(_ kind: GraphEvent.Kind, path: [String], step: Int, attempt: Int) {
    sent.store(true, ordering: .relaxed)
    mailbox.post(kind, path: path, step: step, attempt: attempt)
  }
}
