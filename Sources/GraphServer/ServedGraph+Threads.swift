internal import GraphCompiler
internal import GraphLanguage
internal import GraphRuntime

extension ServedGraph {
  /// Makes a run: on its thread where one is named or every run is kept, in memory only otherwise.
  ///
  /// - Parameters:
  ///   - input: Inputs that fit the state; those without which the graph cannot be run are missed here, as the thread
  ///     may have them.
  ///   - thread: The thread's name; one that has not come to its end is gone on with.
  ///   - policy: What is done while another run has the thread.
  /// - Throws: `ServerError`.
  func begin(
    _ input: ValueObject, answers: GivenAnswers = GivenAnswers(), thread: String?, onBusy policy: BusyPolicy = .reject
  ) async throws -> PreparedRun {
    guard let name = thread ?? (keepsAllRuns ? RunIdentity.makeID() : nil) else {
      try checkMissing(input)
      _ = try answers.resolved(for: [], of: self)
      return PreparedRun(graph: self, run: executable.run(input), isKept: false)
    }
    return try await using(name, policy) { thread in
      let place = thread.checkpoint
      if let place { try checkOwner(place, name) }
      if place.map({ $0.status == .completed }) ?? true { try checkMissing(input, known: place?.state) }
      let given = try answers.resolved(for: place?.interrupts ?? [], of: self)
      return executable.run(input, answers: given, on: thread, options: options)
    }
  }

  /// Makes a run that goes on with a thread.
  ///
  /// - Parameters:
  ///   - run: The run that the thread has to be at still; nil for whichever was its last.
  ///   - policy: What is done while another run has the thread.
  /// - Throws: `ServerError`.
  func resume(
    _ name: String, _ answers: GivenAnswers, from run: String? = nil, onBusy policy: BusyPolicy = .reject
  ) async throws -> PreparedRun {
    try await using(name, policy) { thread in
      guard let place = thread.checkpoint else { throw ServerError.noThread(name, self) }
      try checkOwner(place, name)
      guard run == nil || place.run == run else { throw ServerError.answeredAlready }
      guard place.status != .completed else {
        throw ServerError(
          409, "not_waiting",
          "the thread '\(name)' came to its end; 'POST /graphs/\(self.name)/runs' begins another turn on its state")
      }
      let given = try answers.resolved(for: place.interrupts, of: self, areNeeded: true)
      return executable.run(answers: given, on: thread, options: options)
    }
  }

  /// Where a thread is, as `GET /graphs/{name}/threads/{thread}` shows it.
  ///
  /// - Throws: `ServerError`.
  func description(ofThread name: String) async throws -> ValueObject {
    let place = try await place(ofThread: name)
    do {
      var object: ValueObject = [
        "thread": .string(name), "graph": .string(self.name), "status": .string(place.status.rawValue),
        "run": .string(place.run), "turn": .int(place.turn), "steps": .int(place.steps),
        "next": .list(place.next.map { .string($0) }), "state": .object(place.state.withoutReservedKeys),
        "usage": .list(place.usage.map { .object($0.object) }),
      ]
      if !place.interrupts.isEmpty { object["interrupts"] = .list(place.interrupts.map { .object($0.object) }) }
      if let error = place.error { object["error"] = .object(error.object) }
      if place.status == .running {
        // Its process may have ended before the run did.
        let holder = try await store.threads().first { $0.thread == name }?.holder
        object["status"] = .string(holder == nil ? "lost" : "running")
      }
      return object
    } catch let error as CheckpointStoreError {
      throw ServerError(error)
    }
  }

  /// Where a thread of this graph is.
  ///
  /// - Throws: `ServerError`.
  func place(ofThread name: String) async throws -> RunCheckpoint {
    do {
      guard let place = try await store.checkpoint(of: name) else { throw ServerError.noThread(name, self) }
      try checkOwner(place, name)
      return place
    } catch let error as CheckpointStoreError {
      throw ServerError(error)
    }
  }

  /// Opens a thread for a run, and gives it back when there is to be none.
  private func using(
    _ name: String, _ policy: BusyPolicy, _ body: (OpenThread) throws -> GraphRun
  ) async throws -> PreparedRun {
    guard !name.isEmpty else {
      throw ServerError(422, "invalid_value", "the name of a thread is not empty", parameter: "thread")
    }
    let thread: OpenThread
    do {
      // A thread of another graph is refused below, and no run of it is stopped for that.
      if policy != .reject, let place = try await store.checkpoint(of: name) { try checkOwner(place, name) }
      thread = try await store.open(name, onBusy: policy, keeping: graph.checkpointer?.keep)
    } catch let error as CheckpointStoreError {
      throw ServerError(error)
    }
    do {
      return PreparedRun(graph: self, run: try body(thread), isKept: true)
    } catch {
      await thread.close()
      throw error
    }
  }

  private var options: RunOptions {
    var options = RunOptions()
    options.durability = durability ?? graph.checkpointer?.durability ?? .sync
    return options
  }

  /// A store may hold threads of several graphs.
  private func checkOwner(_ place: RunCheckpoint, _ thread: String) throws(ServerError) {
    guard place.graph != executable.name else { return }
    throw ServerError(
      409, "other_graph", "the thread '\(thread)' is of the graph '\(place.graph)', not of '\(executable.name)'",
      parameter: "thread")
  }
}

/// The answers of a request: by the ids of the questions, or one for the one question that there is.
struct GivenAnswers: Sendable {
  var byID: Value?
  var one: Value?

  /// The answers by the ids of the questions, of the types that the state declares.
  ///
  /// - Parameter areNeeded: Whether a question without any answer is refused.
  func resolved(
    for questions: [PendingInterrupt], of graph: ServedGraph, areNeeded: Bool = false
  ) throws(ServerError) -> ValueObject {
    if let one {
      guard questions.count == 1 else {
        let message =
          questions.isEmpty
          ? "nothing is asked at present"
          : "\(questions.count) answers are waited for; give them by their ids under 'answers'"
        throw ServerError(
          422, questions.isEmpty ? "unknown_question" : "several_questions", message, parameter: "answer")
      }
      return [questions[0].id: try graph.answer(one, to: questions[0].id)]
    }
    guard let object = byID?.object else {
      // A question whose time is over has its answer.
      let isFree = !areNeeded || questions.isEmpty || questions.contains(where: \.isOverdue)
      if byID == nil || byID?.isNull == true, isFree { return ValueObject() }
      throw ServerError(
        422, "missing_answers", "give 'answer', or 'answers' by the ids of the questions", parameter: "answers")
    }
    var answers = ValueObject()
    for entry in object {
      guard questions.contains(where: { $0.id == entry.key }) else {
        let ids = questions.map { "'\($0.id)'" }.joined(separator: ", ")
        throw ServerError(
          422, "unknown_question",
          "there is no question '\(entry.key)'; " + (ids.isEmpty ? "nothing is asked at present" : "there are \(ids)"),
          parameter: "answers")
      }
      answers[entry.key] = try graph.answer(entry.value, to: entry.key)
    }
    return answers
  }
}

extension ServedGraph {
  /// An answer as the type that the state declares for it.
  fileprivate func answer(_ value: Value, to question: String) throws(ServerError) -> Value {
    let type = graph.description.answerType(of: question)
    let (checked, violations) = type.check(value)
    if violations.isEmpty { return checked }
    // A text may have been typed by somebody.
    if let text = value.string, let typed = type.coerce(text: text) { return typed }
    let violation = violations[0]
    var problem = "must be \(type), not \(value.kind)"
    if violation.path != "$" {
      problem = "does not fit at \(violation)"
    } else if case .constrained = type {
      problem = "does not fit: expected \(violation.expected), found \(violation.found)"
    }
    throw ServerError(
      422, "invalid_answer", "the answer to '\(question)' \(problem)",
      parameter: question)
  }
}

extension ServerError {
  fileprivate static func noThread(_ name: String, _ graph: ServedGraph) -> Self {
    Self(404, "no_such_thread", "the graph '\(graph.name)' has no thread '\(name)'")
  }

  static let answeredAlready = Self(409, "not_waiting", "somebody else has answered already")

  /// What a store could not do.
  init(_ error: CheckpointStoreError) {
    switch error.code {
    case .busy:
      self.init(409, "thread_busy", "a run has the thread; ask again when it has ended", parameter: "thread")
    case .damaged, .newer: self.init(500, "thread_unreadable", error.description, parameter: "thread")
    default: self.init(503, "store_unavailable", "the store of the graph's threads cannot be used at present")
    }
  }
}

extension ValueObject {
  /// The graph's own keys.
  fileprivate var withoutReservedKeys: ValueObject {
    ValueObject(filter { ReservedKey(rawValue: $0.key) == nil }.map { ($0.key, $0.value) })
  }
}
