/// What a command line asks for: a command, and the values it was given.
///
/// Names of options and arguments are those of the specification; asking for one
/// that the command does not declare is a mistake of the program and traps.
package struct ParsedCommand: Sendable, Hashable {
  /// What is to be done.
  package enum Action: Sendable, Hashable {
    /// The command itself.
    case run
    /// Its help.
    case help(includingHidden: Bool)
    /// A page of explanation.
    case topic(HelpTopic)
    /// The program's version.
    case version
    /// A completion script; of the user's own shell when none is named.
    case completionScript(Shell?)
    /// The command tree as JSON.
    case dumpHelp
  }

  /// The command that was chosen.
  package let path: CommandPath

  /// What is to be done with it.
  package let action: Action

  /// What was given, by the name of the option or argument; `true` or `false` for those without a value.
  let given: [String: [String]]

  init(path: CommandPath, action: Action, given: [String: [String]] = [:]) {
    self.path = path
    self.action = action
    self.given = given
  }

  /// The chosen command's own name.
  package var name: String { path.command.name }

  /// Whether an option or argument was given, whatever its default.
  package func isGiven(_ name: String) -> Bool {
    _ = parameter(name)
    return given[name] != nil
  }

  /// Whether a flag was given.
  package func flag(_ name: String) -> Bool {
    _ = parameter(name)
    return given[name]?.last == "true"
  }

  /// Whether `--name` or `--no-name` was given last, or nil when neither was.
  package func toggle(_ name: String) -> Bool? {
    _ = parameter(name)
    return given[name]?.last.map { $0 == "true" }
  }

  /// The value of an option or argument that was given last, else its default, else nil.
  package func value(_ name: String) -> String? {
    let parameter = parameter(name)
    return given[name]?.last ?? parameter.defaultValue
  }

  /// All values of a repeating option or argument, in their order.
  package func values(_ name: String) -> [String] {
    let parameter = parameter(name)
    return given[name] ?? parameter.defaultValue.map { [$0] } ?? []
  }

  /// The value of an option or argument that parsing has made sure of.
  ///
  /// - Precondition: The argument is single, or the option is required or has a default.
  package func required(_ name: String) -> String {
    guard let value = value(name) else { preconditionFailure("'\(name)' of '\(path.name)' may be missing") }
    return value
  }
}

// MARK: - Values of other types

extension ParsedCommand {
  /// The value of an option or argument as a whole number, or nil when there is none.
  ///
  /// - Throws: A usage error when it is not a whole number or not in the range.
  package func integer(_ name: String, in range: ClosedRange<Int>? = nil) throws(UsageError) -> Int? {
    guard let text = value(name) else { return nil }
    if let number = Int(text), range?.contains(number) ?? true { return number }
    throw invalid(text, for: name, advice: "Please provide a whole number\(Self.limits(range)).")
  }

  /// The value of an option or argument as a finite number, or nil when there is none.
  ///
  /// - Throws: A usage error when it is not a number or not in the range.
  package func number(_ name: String, in range: ClosedRange<Double>? = nil) throws(UsageError) -> Double? {
    guard let text = value(name) else { return nil }
    if let number = Double(text), number.isFinite, range?.contains(number) ?? true { return number }
    throw invalid(text, for: name, advice: "Please provide a number\(Self.limits(range)).")
  }

  /// The values of a repeating option as names and what is assigned to them, as in `--var name=World`.
  ///
  /// - Throws: A usage error when one has no name or no `=`.
  package func assignments(_ name: String) throws(UsageError) -> [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    for text in values(name) {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw invalid(text, for: name, advice: "Please provide it as 'name=value'.")
      }
      result.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
    }
    return result
  }

  /// The error for a value that the command itself does not accept.
  ///
  /// - Parameter advice: A sentence that says what to give instead.
  package func invalid(_ value: String, for name: String, advice: String) -> UsageError {
    let parameter = parameter(name)
    return .invalid(value, for: parameter.label, help: parameter.help, advice: advice, in: path)
  }

  /// The error for options and arguments that do not go together.
  package func usageError(_ message: String) -> UsageError { UsageError(message, in: path) }

  private static func limits<Bound>(_ range: ClosedRange<Bound>?) -> String {
    range.map { " from \($0.lowerBound) to \($0.upperBound)" } ?? ""
  }

  /// What messages and getters need of an option or argument.
  private struct Parameter {
    let label: String
    let help: String
    let defaultValue: String?
  }

  private func parameter(_ name: String) -> Parameter {
    if let option = path.options.first(where: { $0.name == name }) {
      return Parameter(
        label: "--\(option.name) <\(option.placeholder)>", help: option.helpLine, defaultValue: option.defaultValue)
    }
    if let argument = path.command.arguments.first(where: { $0.name == name }) {
      return Parameter(label: argument.label, help: argument.helpLine, defaultValue: argument.defaultValue)
    }
    preconditionFailure("'\(path.name)' declares no option or argument '\(name)'")
  }
}
