/// One option of a command.
package struct OptionSpec: Sendable, Hashable {
  /// How an option is written and how often it counts.
  package enum Kind: Sendable, Hashable {
    /// Given or not: `--stream`.
    case flag
    /// On, off or not given: `--color/--no-color`; the last one counts.
    case inversion
    /// Takes a value; the last one counts.
    case single
    /// Takes a value each time; all count, in their order.
    case repeating
  }

  /// The long name without its dashes, by which the parsed command is asked.
  package let name: String

  /// The letter after a single dash.
  package let short: Character?

  /// Other long names.
  package let aliases: [String]

  /// How it is written.
  package let kind: Kind

  /// What stands for the value in help, without the angle brackets.
  package let placeholder: String

  /// One sentence with a full stop.
  package let help: String

  /// More about it, shown below the sentence.
  package let discussion: String

  /// The values that may be given; empty when any may.
  package let allowedValues: [String]

  /// The value when it is not given.
  package let defaultValue: String?

  /// What help shows as the default when there is no fixed one.
  package let defaultText: String?

  /// Whether the command needs it.
  package let isRequired: Bool

  /// What a shell offers as values.
  package let completion: CompletionKind

  /// The heading of help that it is listed under; nil for `OPTIONS`.
  package let group: String?

  /// Where it is listed.
  package let visibility: Visibility

  private init(
    _ kind: Kind, name: String, short: Character?, aliases: [String], placeholder: String?, help: String,
    discussion: String, allowedValues: [String] = [], defaultValue: String? = nil, defaultText: String? = nil,
    isRequired: Bool = false, completion: CompletionKind = .none, group: String?, visibility: Visibility
  ) {
    self.kind = kind
    self.name = name
    self.short = short
    self.aliases = aliases
    self.placeholder = placeholder ?? name
    self.help = help
    self.discussion = discussion
    self.allowedValues = allowedValues
    self.defaultValue = defaultValue
    self.defaultText = defaultText
    self.isRequired = isRequired
    self.completion = completion
    self.group = group
    self.visibility = visibility
  }

  /// An option that is given or not.
  package static func flag(
    _ name: String, short: Character? = nil, aliases: [String] = [], help: String, discussion: String = "",
    group: String? = nil, visibility: Visibility = .shown
  ) -> OptionSpec {
    OptionSpec(
      .flag, name: name, short: short, aliases: aliases, placeholder: nil, help: help, discussion: discussion,
      group: group, visibility: visibility)
  }

  /// A pair of options, `--name` and `--no-name`.
  package static func inversion(
    _ name: String, help: String, discussion: String = "", defaultText: String? = nil, group: String? = nil,
    visibility: Visibility = .shown
  ) -> OptionSpec {
    OptionSpec(
      .inversion, name: name, short: nil, aliases: [], placeholder: nil, help: help, discussion: discussion,
      defaultText: defaultText, group: group, visibility: visibility)
  }

  /// An option with one value.
  package static func single(
    _ name: String, short: Character? = nil, aliases: [String] = [], placeholder: String? = nil, help: String,
    discussion: String = "", allowedValues: [String] = [], defaultValue: String? = nil, defaultText: String? = nil,
    isRequired: Bool = false, completion: CompletionKind = .none, group: String? = nil,
    visibility: Visibility = .shown
  ) -> OptionSpec {
    OptionSpec(
      .single, name: name, short: short, aliases: aliases, placeholder: placeholder, help: help,
      discussion: discussion, allowedValues: allowedValues, defaultValue: defaultValue, defaultText: defaultText,
      isRequired: isRequired, completion: completion, group: group, visibility: visibility)
  }

  /// An option that may be given again and again, each time with a value.
  package static func repeating(
    _ name: String, short: Character? = nil, aliases: [String] = [], placeholder: String? = nil, help: String,
    discussion: String = "", allowedValues: [String] = [], defaultText: String? = nil, isRequired: Bool = false,
    completion: CompletionKind = .none, group: String? = nil, visibility: Visibility = .shown
  ) -> OptionSpec {
    OptionSpec(
      .repeating, name: name, short: short, aliases: aliases, placeholder: placeholder, help: help,
      discussion: discussion, allowedValues: allowedValues, defaultText: defaultText, isRequired: isRequired,
      completion: completion, group: group, visibility: visibility)
  }
}

/// What a shell offers for a value.
package enum CompletionKind: Sendable, Hashable {
  /// Nothing.
  case none
  /// Files with one of these extensions (without dots), and folders; all files when there are none.
  case files(extensions: [String])
  /// Folders.
  case directories
  /// These words, as examples of what may be given.
  case values([String])
}

extension OptionSpec {
  /// Whether a value follows.
  var takesValue: Bool {
    switch kind {
    case .flag, .inversion: false
    case .single, .repeating: true
    }
  }

  /// The long names that are accepted, without dashes, in the order they are shown.
  var longNames: [String] { kind == .inversion ? [name, "no-" + name] : [name] + aliases }

  /// Every way to write it: the letter first, then the long names.
  var spellings: [String] { (short.map { ["-\($0)"] } ?? []) + longNames.map { "--" + $0 } }

  /// The left column of help.
  var label: String {
    let names =
      kind == .inversion ? longNames.map { "--" + $0 }.joined(separator: "/") : spellings.joined(separator: ", ")
    return takesValue ? "\(names) <\(placeholder)>" : names
  }

  /// What a shell offers: the allowed values when only these are accepted.
  var effectiveCompletion: CompletionKind { allowedValues.isEmpty ? completion : .values(allowedValues) }

  /// The sentence of help with the values and the default behind it.
  var helpWithValues: String {
    Self.help(help, values: allowedValues, default: defaultValue ?? defaultText)
  }

  static func help(_ help: String, values: [String], default text: String?) -> String {
    var parts: [String] = []
    if !values.isEmpty { parts.append("values: " + values.joined(separator: ", ")) }
    if let text { parts.append("default: " + text) }
    guard !parts.isEmpty else { return help }
    return (help.isEmpty ? "" : help + " ") + "(\(parts.joined(separator: "; ")))"
  }
}
