/// What a node does, in one of three forms that have the same effect on state.
public enum NodeBody: Sendable {
  /// A quick function of the state that waits for nothing; it costs least, and needs no task.
  case synchronous(@Sendable (StateView) throws -> StateUpdate)

  /// A function of the state that returns an update.
  case plain(@Sendable (StateView, NodeContext) async throws -> StateUpdate)

  /// A function of the state that returns tokens, and an update at their end.
  case streaming(@Sendable (StateView, NodeContext) -> TokenStream)
}

/// The tokens of a streaming node, and how the update at their end is made.
///
/// It is pulled: nothing is produced before the engine asks for the next
/// token. The engine joins the tokens, so that the text in state and the
/// tokens in the run's log cannot differ.
///
/// ```swift
/// let spell = NodeBody.streaming { state, _ in
///   let letters = Array(state["word"].string ?? "")
///   return TokenStream(to: "spelled") {
///     AsyncStream { tokens in
///       for letter in letters { tokens.yield("\(letter).") }
///       tokens.finish()
///     }
///   }
/// }
/// ```
public struct TokenStream: Sendable {
  /// Returns the next token, or nil at the end; called by one task at a time.
  ///
  /// A call that waits should end when the node's stop is requested; see `StopSignal.cancelling(_:)`.
  public let next: @Sendable () async throws -> String?

  /// Makes the update from the joined text and whether a stop cut it short.
  public let finish: @Sendable (_ text: String, _ isPartial: Bool) async throws -> StateUpdate

  /// What a piece of text completes of the value that the whole text holds; its events come right behind the token's.
  ///
  /// It is called once for each token that is not empty, in their order, by one task at a time.
  public var readPartials: (@Sendable (_ token: String) -> [PartialRecord])?

  /// Creates a stream.
  ///
  /// A stop request ends the stream before its next token: `finish` then gets the text so far and `true`. Where no
  /// text had arrived, nothing is written and `finish` is not called.
  /// - Parameters:
  ///   - next: Returns the next token, or nil at the end. Empty tokens are dropped.
  ///   - finish: Makes the update from the joined text; not called when `next` throws.
  public init(
    next: @escaping @Sendable () async throws -> String?,
    finish: @escaping @Sendable (_ text: String, _ isPartial: Bool) async throws -> StateUpdate
  ) {
    self.next = next
    self.finish = finish
  }

  /// Creates a stream that writes its joined text to a key.
  public init(to key: StateKey, next: @escaping @Sendable () async throws -> String?) {
    self.init(next: next) { text, _ in StateUpdate(key, .string(text)) }
  }

  /// Creates a stream of the elements of a sequence that writes their joined text to a key.
  public init<Tokens: AsyncSequence & Sendable>(to key: StateKey, _ tokens: @escaping @Sendable () -> Tokens)
  where Tokens.Element == String {
    let iterator = IteratorBox(tokens)
    self.init(to: key) { try await iterator.next() }
  }
}

/// An iterator that is made at its first use and used by one task at a time.
private final class IteratorBox<Tokens: AsyncSequence & Sendable>: @unchecked Sendable where Tokens.Element == String {
  // Unchecked because an iterator is no Sendable: a token stream's `next` is
  // called by one task at a time, and each call ends before the next begins.
  private let make: @Sendable () -> Tokens
  private var iterator: Tokens.AsyncIterator?

  init(_ make: @escaping @Sendable () -> Tokens) { self.make = make }

  func next() async throws -> String? {
    if iterator == nil { iterator = make().makeAsyncIterator() }
    return try await iterator?.next()
  }
}
