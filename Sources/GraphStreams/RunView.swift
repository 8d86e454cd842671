/// What of a run a stream shows.
public enum RunView: String, CaseIterable, Sendable {
  /// The text of the nodes that stream, without names and frames.
  case text
  /// Each token with its node, what of an object is complete with it, and when tokens are void.
  case tokens
  /// What each node has written.
  case updates
  /// The whole state at the beginning and after each step.
  case values
  /// Every event.
  case events
}
