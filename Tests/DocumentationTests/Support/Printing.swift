import GraphRuntime

/// What a snippet printed.
final class Printout: Sendable {
  @TaskLocal static var current: Printout?

  private let state = Locked("")

  var text: String { state.withLock { $0 } }

  func add(_ text: String) { state.withLock { $0 += text } }
}

/// Prints for snippets: what they print is kept for the test instead of being shown.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  Printout.current?.add(items.map { "\($0)" }.joined(separator: separator) + terminator)
}

/// Runs a snippet and returns what it printed.
func printed(_ body: () async throws -> Void) async throws -> String {
  let printout = Printout()
  try await Printout.$current.withValue(printout) { try await body() }
  return printout.text
}
