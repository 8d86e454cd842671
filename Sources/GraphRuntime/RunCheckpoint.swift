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
  /// The version of the JSON form; earlier ones are read as well.
  public static let version = 2

  /// What a node of a step that has not ended has done.
  enum Visit: Sendable {
    case done(StateUpdate)
    /// It was left out; a router whose result was there has its route.
    case skipped(route: String?)
    case limited
    /// It has not begun, or was cut short.
    case due
    case suspended(NodeSuspension)
    /// Somebody has answered, and it has not ended since.
    case answered(NodeResumption)

    /// Whether it is run again.
    var isUnfinished: Bool {
      switch self {
      case .due, .answered: true
      case .done, .skipped, .limited, .suspended: false
      }
    }
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
  public internal(set) var thread: String

  /// The id of the run that came to this place.
  public internal(set) var run: String

  /// How that run ended; `running` where it has not said so.
  public internal(set) var status: RunStatus

  /// The turn of the thread, counted from 1: each input to a thread that had come to its end begins one.
  public internal(set) var turn: Int

  /// The steps of the turn that were begun.
  public internal(set) var steps: Int

  /// The keys that were written, the engine's own included.
  public internal(set) var state: ValueObject

  /// What model calls have used so far.
  public internal(set) var usage: [UsageRecord]

  /// Where the graph came from, as whoever runs it calls that.
  public internal(set) var source: String?

  /// What ended the run, where it failed.
  public internal(set) var error: GraphError?

  /// What the keys of pieces of work begin with, which stay the same when a node is run again.
  var workKey: String

  /// What tells the inputs of the turn from others.
  var inputDigest: String

  /// The keys that were last written in an earlier turn, which keep no node from running.
  var earlier: Set<String>

  /// How often each node was run or skipped.
  var runCounts: ValueObject

  var limited: [String]
  var joins: [Join]

  /// The nodes that are due in the next step; none while a step is pending.
  var due: [String]

  /// The nodes of the step that has not ended, in the order of the file.
  var visits: [(node: String, visit: Visit)]

  /// What nodes of that step have kept that are run again.
  var kept: [String: [Value]] = [:]

  /// The failures that the run went on after, before the step and in it.
  var tolerated: [GraphError]
  var toleratedInStep: [GraphError]

  /// The nodes that are run next.
  public var next: [String] {
    guard !visits.isEmpty else { return due }
    return visits.filter { visit in
      switch visit.visit {
      case .due, .suspended, .answered: true
      case .done, .skipped, .limited: false
      }
    }.map(\.node)
  }

  /// The questions that wait for an answer.
  public var interrupts: [PendingInterrupt] {
    visits.flatMap { visit in
      if case .suspended(let suspension) = visit.visit { suspension.interrupts } else { [PendingInterrupt]() }
    }
  }
}
