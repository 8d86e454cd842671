/// The place at which a run goes on that waits for a person or was stopped.
///
/// It is the state at the beginning of a step, with what the nodes of that step have done already: a node that has
/// ended is not run again, one that was cut short is. It is a value with a JSON form, so that it can be kept anywhere
/// and the run goes on in another process.
///
/// ```swift
/// let outcome = try await graph.run(["topic": "tea"]).result()
/// if let checkpoint = outcome.checkpoint, let question = outcome.interrupts.first {
///   print(question.payload.string ?? "")
///   let resumed = try await graph.resume(checkpoint, answers: [question.id: "green"]).result()
///   print(resumed.status, resumed.state["colour"]?.string ?? "")
/// }
/// ```
public struct RunCheckpoint: Sendable {
  /// The version of the JSON form.
  public static let version = 1

  /// What a node of a step that has not ended has done.
  enum Visit: Sendable {
    case done(StateUpdate)
    /// It was left out; a router whose result was there has its route.
    case skipped(route: String?)
    case limited
    /// It has not begun, or was cut short.
    case due
    case suspended(NodeSuspension)
  }

  /// An edge with several sources, some of which have reached it.
  struct Join: Sendable {
    let sources: [String]
    let targets: [String]
    let arrived: [String]
  }

  /// The graph's name.
  public let graph: String

  /// The thread that the run belongs to.
  public let thread: String

  /// The id of the run that came to this place.
  public let run: String

  /// How that run ended.
  public let status: RunStatus

  /// The steps that were begun.
  public let steps: Int

  /// The keys that were written, the engine's own included.
  public let state: ValueObject

  /// What model calls have used so far.
  public let usage: [UsageRecord]

  /// What the keys of pieces of work begin with, which stay the same when a node is run again.
  let workKey: String

  let runCounts: [(node: String, count: Int)]
  let limited: [String]
  let joins: [Join]

  /// The nodes that are due in the next step; none while a step is pending.
  let due: [String]

  /// The nodes of the step that has not ended, in the order of the file.
  let visits: [(node: String, visit: Visit)]

  /// The failures that the run went on after, before the step and in it.
  let tolerated: [GraphError]
  let toleratedInStep: [GraphError]

  /// The questions that wait for an answer.
  public var interrupts: [PendingInterrupt] {
    visits.flatMap { visit in
      if case .suspended(let suspension) = visit.visit { suspension.interrupts } else { [PendingInterrupt]() }
    }
  }
}
