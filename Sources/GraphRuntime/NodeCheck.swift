/// A condition that has to hold before or after a node's work.
public struct NodeCheck: Sendable {
  /// When it is looked at.
  public enum Moment: Sendable, Hashable {
    /// Before the work, with the state that the node sees.
    case before
    /// After the work, with what the node wants written.
    case after
  }

  /// What happens when it does not hold.
  public enum Consequence: Sendable, Hashable {
    /// The run goes on; the log and `errors` say what was wrong.
    case warn
    /// The node fails.
    case halt
    /// The node is not run; only before the work.
    case skip
    /// The attempt is made again, so many times at most, and the node fails after that; only after the work.
    case retry(Int)
  }

  /// The text that the author wrote.
  public let text: String

  /// When it is looked at.
  public let moment: Moment

  /// What happens when it does not hold.
  public let consequence: Consequence

  /// What is said when it does not hold, or nil for the text of the check.
  public let message: String?

  /// Says whether it holds, from the state and what the node wants written (nil before its work).
  public let holds: @Sendable (StateView, StateUpdate?) throws -> Bool

  /// Creates a check.
  public init(
    _ text: String, _ moment: Moment, otherwise consequence: Consequence, message: String? = nil,
    holds: @escaping @Sendable (StateView, StateUpdate?) throws -> Bool
  ) {
    self.text = text
    self.moment = moment
    self.consequence = consequence
    self.message = message
    self.holds = holds
  }
}
