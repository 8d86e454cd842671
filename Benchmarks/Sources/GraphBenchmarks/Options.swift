/// What the command line asks for.
struct Options {
  var asJSON = false

  /// How often each benchmark is run.
  var times = 25

  /// Part of the names of those that are run; nil for all.
  var only: String?

  /// Whether a benchmark of this name is run.
  func includes(_ name: String) -> Bool { only.map { name.contains($0) } ?? true }

  init(_ arguments: some Sequence<String>) throws {
    var arguments = Array(arguments)[...]
    while let argument = arguments.popFirst() {
      switch argument {
      case "--json": asJSON = true
      case "--times":
        guard let times = arguments.popFirst().flatMap({ Int($0) }), times > 0 else {
          throw UsageError("'--times' takes a positive number")
        }
        self.times = times
      case "--only":
        guard let text = arguments.popFirst() else { throw UsageError("'--only' takes a part of a name") }
        only = text
      default: throw UsageError("unknown option '\(argument)'; there are '--json', '--times N' and '--only TEXT'")
      }
    }
  }
}

/// A command line that says nothing.
struct UsageError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
