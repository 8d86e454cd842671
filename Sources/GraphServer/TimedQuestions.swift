internal import GraphCompiler
internal import GraphRuntime

/// The questions that have a time, after which the server goes on with their default answers.
final class TimedQuestions: Sendable {
  /// A run that waits.
  struct Waiting: Sendable {
    let graph: ServedGraph
    let thread: String
    let run: String
    let questions: [PendingInterrupt]

    /// The run itself where only the server's memory has it.
    var served: ServedRun?
  }

  /// How many are waited for; of more, the oldest go on when somebody asks for them.
  private static let most = 10_000

  private let waiting = Locked<[Waiting]>([])

  /// Notes a run that has ended with questions, where one of them has a time.
  func add(_ entry: Waiting) {
    guard entry.questions.contains(where: { $0.expires != nil }) else { return }
    waiting.withLock { waiting in
      waiting.append(entry)
      if waiting.count > Self.most { waiting.removeFirst(waiting.count - Self.most) }
    }
  }

  /// Takes those whose time is over.
  func takeOverdue() -> [Waiting] {
    waiting.withLock { waiting in
      let due = waiting.filter { $0.questions.contains(where: \.isOverdue) }
      if !due.isEmpty { waiting.removeAll { $0.questions.contains(where: \.isOverdue) } }
      return due
    }
  }
}

extension ServerCore {
  /// Notes the threads that an earlier server has left waiting.
  func findTimedQuestions() async {
    for graph in graphs where graph.graph.description.nodes.contains(where: \.interrupts) {
      guard !(graph.store is MemoryCheckpointStore), let threads = try? await graph.store.threads() else { continue }
      for thread in threads where thread.last.status == .interrupted && thread.last.graph == graph.executable.name {
        guard !Task.isCancelled, let place = try? await graph.store.checkpoint(of: thread.thread) else { continue }
        runs.timed.add(
          TimedQuestions.Waiting(graph: graph, thread: thread.thread, run: place.run, questions: place.interrupts))
      }
    }
  }

  /// Goes on with the runs whose questions nobody has answered in time.
  func answerOverdue() async {
    for entry in runs.timed.takeOverdue() {
      // Somebody may have answered meanwhile, or have the thread; then there is nothing to do.
      let prepared =
        if let served = entry.served {
          try? await resume(served, GivenAnswers())
        } else {
          try? await entry.graph.resume(entry.thread, GivenAnswers(), from: entry.run)
        }
      if let prepared { _ = try? runs.start(prepared, patience: nil) }
    }
  }
}
