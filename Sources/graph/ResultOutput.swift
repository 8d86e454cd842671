internal import CommandKit
internal import GraphRuntime

/// Standard output while a run goes on: what it is given is written when it is much, or when somebody says so.
final class ResultOutput: Sendable {
  private let writer = Locked(OutputWriter.standardOutput())

  /// Adds text.
  ///
  /// - Throws: `OutputError` when this text or some before it cannot be written.
  func write(_ text: String) throws(OutputError) {
    try writer.withLock { writer throws(OutputError) in try writer.write(text) }
  }

  /// Writes everything that waits.
  ///
  /// - Throws: `OutputError`; the next text that is added throws the same.
  func flush() throws(OutputError) {
    try writer.withLock { writer throws(OutputError) in try writer.flush() }
  }
}
