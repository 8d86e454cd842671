/// What a run begins with.
enum RunStart: Sendable {
  case input(ValueObject)
  indirect case checkpoint(RunCheckpoint, answers: ValueObject)

  var checkpoint: RunCheckpoint? {
    if case .checkpoint(let checkpoint, _) = self { checkpoint } else { nil }
  }
}

/// What a run was asked for.
///
/// It is a class because a store is an existential: with one inside of it, the engine would be of a kind that is copied
/// whole where its parts are read, several times for each token.
final class RunTerms: Sendable {
  /// What the run begins with.
  let start: RunStart

  /// The longest time of the run.
  let timeout: Duration?

  /// Where the checkpoint is kept when the run ends.
  let checkpoints: (any CheckpointStore)?

  init(start: RunStart, timeout: Duration?, checkpoints: (any CheckpointStore)? = nil) {
    self.start = start
    self.timeout = timeout
    self.checkpoints = checkpoints
  }
}
