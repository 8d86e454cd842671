/// What a run begins with.
enum RunStart: Sendable {
  case input(ValueObject)
  /// Another turn on what a run has left that came to its end.
  indirect case turn(RunCheckpoint, input: ValueObject)
  /// The place of a run that did not come to its end; the inputs, where there are any, have to be those it began with.
  indirect case checkpoint(RunCheckpoint, answers: ValueObject, input: ValueObject)

  /// The place of the run that is gone on with.
  var checkpoint: RunCheckpoint? {
    if case .checkpoint(let checkpoint, _, _) = self { checkpoint } else { nil }
  }
}

/// What a run was asked for.
///
/// It is a class because a thread holds an existential: with one inside of it, the engine would be of a kind that is
/// copied whole where its parts are read, several times for each token.
final class RunTerms: Sendable {
  /// What the run begins with.
  let start: RunStart

  /// The longest time of the run.
  let timeout: Duration?

  /// The thread whose journal the run writes.
  let thread: OpenThread?

  /// What has to be on the disk before the run goes on.
  let durability: Durability

  init(start: RunStart, timeout: Duration?, thread: OpenThread? = nil, durability: Durability = .sync) {
    self.durability = durability
    self.start = start
    self.timeout = timeout
    self.thread = thread
  }
}
