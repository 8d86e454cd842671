/// What all nodes of a run share.
///
/// A graph that runs inside a node has one of its own, made from that node's
/// context.
final class RunEnvironment: Sendable {
  let run: RunIdentity
  let stop: StopSignal

  /// Where the events of nodes go.
  let sink: any NodeEventSink

  let sleep: @Sendable (Duration) async throws -> Void

  /// The nodes that lead to the graph, where it runs inside another one.
  let basePath: [String]

  /// What the keys of pieces of work begin with: the run, or the piece of work that the graph is run for.
  let workKey: String

  /// When the time of the node is up that the graph runs in.
  let deadline: ContinuousClock.Instant?

  /// What takes the pieces that nodes want kept; nil where the run has no journal.
  let journal: RunMailbox?

  init(
    run: RunIdentity, stop: StopSignal, sink: any NodeEventSink,
    sleep: @escaping @Sendable (Duration) async throws -> Void, basePath: [String] = [], workKey: String? = nil,
    deadline: ContinuousClock.Instant? = nil, journal: RunMailbox? = nil
  ) {
    self.run = run
    self.stop = stop
    self.sink = sink
    self.sleep = sleep
    self.basePath = basePath
    self.workKey = workKey ?? run.id
    self.deadline = deadline
    self.journal = journal
  }

  /// The same with another way for events.
  func speaking(through sink: any NodeEventSink) -> RunEnvironment {
    RunEnvironment(
      run: run, stop: stop, sink: sink, sleep: sleep, basePath: basePath, workKey: workKey, deadline: deadline,
      journal: journal)
  }

  /// The whole path of a node of the graph.
  @inline(__always)
  func path(of plan: NodePlan) -> [String] { basePath.isEmpty ? plan.path : basePath + plan.path }
}
