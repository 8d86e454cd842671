internal import Glibc

/// The variables that keys, base URLs and the choice of a model come from.
///
/// A value, so that tests and servers give their own; `load` reads what the
/// process has and a `.env` file. A variable that is set to nothing counts as
/// not set. Printing an environment never shows a value.
public struct Environment: Sendable {
  /// The `.env` file that was read, or nil.
  public let path: String?

  /// Lines of the `.env` file that are no assignment; they set nothing.
  public let problems: [EnvironmentFile.Problem]

  /// Every variable; for programs that are started, and for nothing that is shown.
  package let variables: [String: String]

  /// Creates an environment from variables, without looking at the process or at files.
  public init(_ variables: [String: String] = [:]) {
    self.init(variables, path: nil, problems: [])
  }

  private init(_ variables: [String: String], path: String?, problems: [EnvironmentFile.Problem]) {
    self.variables = variables
    self.path = path
    self.problems = problems
  }

  /// The value of a variable, or nil when it is not set or empty.
  public subscript(name: String) -> String? {
    guard let value = variables[name], !value.isEmpty else { return nil }
    return value
  }

  /// A text in which `${NAME}` and `${NAME:-default}` stand for variables; one that is not set is empty.
  public func expanding(_ text: String) -> String {
    var reader = EnvironmentReader(text)
    return reader.readText { self[$0] }
  }

  /// This environment with other variables in place of its own of the same name.
  public func setting(_ others: [String: String]) -> Environment {
    Environment(variables.merging(others) { $1 }, path: path, problems: problems)
  }

  /// The variables of this process.
  public static var process: Environment { Environment(processVariables) }

  /// Reads a `.env` file above a folder and puts the process's variables over it.
  ///
  /// The file is looked for in the folder and in those above it, up to the one
  /// that holds `.git`. Outside a repository only the folder itself is looked
  /// at: what lies in `/tmp` or `/home` belongs to somebody else.
  ///
  /// - Parameters:
  ///   - directory: Where the search begins; `.` is the working folder.
  ///   - process: The variables that win, or nil for those of this process.
  public static func load(from directory: String = ".", process: [String: String]? = nil) -> Environment {
    let winning = process ?? processVariables
    guard let path = EnvironmentFile.find(from: directory), let text = EnvironmentFile.read(path) else {
      return Environment(winning)
    }
    let file = EnvironmentFile(text) { winning[$0] }
    return Environment(file.variables.merging(winning) { $1 }, path: path, problems: file.problems)
  }

  private static var processVariables: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let pointer = entry.pointee {
      let text = String(cString: pointer)
      if let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      entry += 1
    }
    return variables
  }
}

extension Environment: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The number of variables.
  public var description: String { "Environment(\(variables.count) variables)" }

  /// The number of variables.
  public var debugDescription: String { description }

  /// Nothing but the number of variables, so that `dump` shows no value.
  public var customMirror: Mirror { Mirror(self, children: ["count": variables.count]) }
}
