/// One argument of a command, told from others by its position.
package struct ArgumentSpec: Sendable, Hashable {
  /// How many values it takes.
  package enum Kind: Sendable, Hashable {
    /// Exactly one.
    case single
    /// One or none.
    case optional
    /// All that are left, at least this many.
    case repeating(minimum: Int)
  }

  /// The name by which the parsed command is asked, shown in angle brackets.
  package let name: String

  /// How many values it takes.
  package let kind: Kind

  /// One sentence with a full stop.
  package let help: String

  /// The values that may be given; empty when any may.
  package let allowedValues: [String]

  /// The value when none is given.
  package let defaultValue: String?

  /// What a shell offers as values.
  package let completion: CompletionKind

  package init(
    _ name: String, _ kind: Kind = .single, help: String, allowedValues: [String] = [], defaultValue: String? = nil,
    completion: CompletionKind = .none
  ) {
    self.name = name
    self.kind = kind
    self.help = help
    self.allowedValues = allowedValues
    self.defaultValue = defaultValue
    self.completion = completion
  }
}

extension ArgumentSpec {
  /// The left column of help.
  var label: String { "<\(name)>" }

  /// The fewest values it needs.
  var minimum: Int {
    switch kind {
    case .single: 1
    case .optional: 0
    case .repeating(let minimum): minimum
    }
  }

  /// Whether it takes all that are left.
  var isRepeating: Bool {
    switch kind {
    case .single, .optional: false
    case .repeating: true
    }
  }

  /// What a shell offers: the allowed values when only these are accepted.
  var effectiveCompletion: CompletionKind { allowedValues.isEmpty ? completion : .values(allowedValues) }

  /// The sentence of help with the values and the default behind it.
  var helpWithValues: String { OptionSpec.help(help, values: allowedValues, default: defaultValue) }
}
