internal import CommandKit
internal import GraphLanguage
internal import GraphRuntime

/// The limits of a command line, in place of a graph's own.
struct GraphLimits {
  private let steps: Int?
  private let nodes: Int?
  private let timeout: Duration?

  /// - Throws: A usage error for what is no such number or time.
  init(_ command: ParsedCommand) throws(UsageError) {
    steps = try command.integer("recursion-limit", in: 1...1_000_000_000)
    nodes = try command.integer("max-concurrency", in: 1...10_000)
    timeout = try command.value("timeout").map { text throws(UsageError) in
      guard let timeout = DurationField.parse(text: text) else {
        throw command.invalid(
          text, for: "timeout", advice: "Please provide a number of seconds, or a duration such as '500ms' or '5m'.")
      }
      return timeout
    }
  }

  /// Gives a graph these limits.
  func apply(to graph: inout StateGraph) {
    if let steps { graph.maximumSteps = steps }
    if let nodes { graph.maximumConcurrency = nodes }
    if let timeout { graph.timeout = timeout }
  }
}
