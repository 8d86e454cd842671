internal import GraphRuntime

/// What went wrong with a server, as a phrase whose subject is the server: `ended with status 1`.
package struct MCPError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What a caller may do about it.
  package enum Kind: Sendable, Hashable {
    /// Nothing.
    case failed
    /// Ask again: the server has forgotten the session, and has done nothing.
    case sessionLost
    /// Nothing: the server said no, with a code of JSON-RPC.
    case refused(Int)
  }

  package let kind: Kind

  /// The phrase.
  package let description: String

  init(_ description: String, _ kind: Kind = .failed) {
    self.kind = kind
    self.description = description
  }

  static func refused(_ code: Int, _ message: String) -> MCPError {
    MCPError("answered with the error \(code): \(message)", .refused(code))
  }

  static func timedOut(_ limit: Duration) -> MCPError {
    MCPError("took longer than \(DurationText.describe(limit))")
  }

  static func tooLong(_ limit: Int) -> MCPError { MCPError("wrote a message of more than \(limit >> 20) MiB") }

  static var closed: MCPError { MCPError("was closed") }
}

/// The most that is kept of what a server says.
enum MCPLimits {
  /// The longest message.
  static let message = 16 << 20

  /// How much may wait for a server that does not read.
  static let unsent = 64 << 20

  /// The last bytes that a server wrote and that were no message.
  static let said = 4 << 10

  /// The most tools that a server may have.
  static let tools = 10_000
}
