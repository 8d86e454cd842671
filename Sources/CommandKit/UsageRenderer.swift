/// Writes the one line that shows how a command is called.
enum UsageRenderer {
  /// More options and arguments than this are not listed one by one.
  private static let limit = 12

  /// The usage of a command on one line.
  static func usage(of path: CommandPath) -> String { parts(of: path).joined(separator: " ") }

  /// The usage of a command in pieces that are not broken.
  static func parts(of path: CommandPath) -> [String] {
    let command = path.command
    let options = command.options.filter { $0.visibility == .shown }
    let arguments = command.arguments.map(part)
    var parts = [path.name]
    if options.count + arguments.count > limit {
      parts.append("[<options>]")
      parts += options.filter(\.isRequired).flatMap(Self.parts)
    } else {
      parts += options.flatMap(Self.parts)
    }
    parts += arguments
    if !command.subcommands.isEmpty { parts.append("<subcommand>") }
    return parts
  }

  private static func parts(of option: OptionSpec) -> [String] {
    switch option.kind {
    case .flag, .inversion: option.longNames.prefix(option.kind == .flag ? 1 : 2).map { "[--\($0)]" }
    case .single: [optional("--\(option.name) <\(option.placeholder)>", unless: option.isRequired)]
    case .repeating: [optional("--\(option.name) <\(option.placeholder)> ...", unless: option.isRequired)]
    }
  }

  private static func part(_ argument: ArgumentSpec) -> String {
    switch argument.kind {
    case .single: argument.label
    case .optional: "[\(argument.label)]"
    case .repeating(let minimum): optional("\(argument.label) ...", unless: minimum > 0)
    }
  }

  private static func optional(_ text: String, unless isRequired: Bool) -> String { isRequired ? text : "[\(text)]" }
}
