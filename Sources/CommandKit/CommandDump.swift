internal import GraphDiagnostics

/// Writes the command tree as JSON, in the shape that Swift's own command-line tools use.
enum CommandDump {
  /// The tree as an indented JSON document, with its line end.
  static func json(of root: CommandSpec) -> String {
    let document = Node.object([
      ("serializationVersion", .integer(0)), ("command", command(CommandPath(root: root))),
    ])
    return document.text(indent: 0) + "\n"
  }

  private static func command(_ path: CommandPath) -> Node {
    let command = path.command
    var fields: [(String, Node)] = [
      ("superCommands", .array(path.words.dropLast().map(Node.string))),
      ("shouldDisplay", .boolean(command.visibility == .shown)),
      ("commandName", .string(command.name)),
    ]
    if !command.aliases.isEmpty { fields.append(("aliases", .array(command.aliases.map(Node.string)))) }
    fields.append(("abstract", .string(command.abstract)))
    if !command.discussion.isEmpty { fields.append(("discussion", .string(command.discussion))) }
    let arguments = command.arguments.map(Self.argument) + path.acceptedOptions.map(option)
    fields.append(("arguments", .array(arguments)))
    if !command.subcommands.isEmpty {
      fields.append(("subcommands", .array(command.subcommands.map { Self.command(path.appending($0)) })))
    }
    return .object(fields)
  }

  private static func argument(_ argument: ArgumentSpec) -> Node {
    var fields: [(String, Node)] = [
      ("kind", .string("positional")),
      ("shouldDisplay", .boolean(true)),
      ("isOptional", .boolean(argument.minimum == 0)),
      ("isRepeating", .boolean(argument.isRepeating)),
      ("valueName", .string(argument.name)),
    ]
    if let value = argument.defaultValue { fields.append(("defaultValue", .string(value))) }
    fields += values(argument.allowedValues, completion: argument.effectiveCompletion)
    fields.append(("abstract", .string(argument.help)))
    return .object(fields)
  }

  private static func option(_ option: OptionSpec) -> Node {
    let preferred = name("long", option.name)
    let short = option.short.map { [name("short", String($0))] } ?? []
    var fields: [(String, Node)] = [
      ("kind", .string(option.takesValue ? "option" : "flag")),
      ("shouldDisplay", .boolean(option.visibility == .shown)),
    ]
    if let group = option.group { fields.append(("sectionTitle", .string(group))) }
    fields += [
      ("isOptional", .boolean(!option.isRequired)),
      ("isRepeating", .boolean(option.kind == .repeating)),
      ("names", .array(short + option.longNames.map { name("long", $0) })),
      ("preferredName", preferred),
    ]
    if option.takesValue { fields.append(("valueName", .string(option.placeholder))) }
    if let value = option.defaultValue ?? option.defaultText { fields.append(("defaultValue", .string(value))) }
    fields += values(option.allowedValues, completion: option.effectiveCompletion)
    fields.append(("abstract", .string(option.help)))
    if !option.discussion.isEmpty { fields.append(("discussion", .string(option.discussion))) }
    return .object(fields)
  }

  private static func name(_ kind: String, _ name: String) -> Node {
    .object([("kind", .string(kind)), ("name", .string(name))])
  }

  private static func values(_ allowed: [String], completion: CompletionKind) -> [(String, Node)] {
    var fields: [(String, Node)] = []
    if !allowed.isEmpty { fields.append(("allValues", .array(allowed.map(Node.string)))) }
    let kind: Node? =
      switch completion {
      case .none: nil
      case .files(let extensions):
        .object([("file", .object([("extensions", .array(extensions.map(Node.string)))]))])
      case .directories: .object([("directory", .object([]))])
      case .values(let values): .object([("list", .object([("values", .array(values.map(Node.string)))]))])
      }
    if let kind { fields.append(("completionKind", kind)) }
    return fields
  }
}

/// A JSON value that keeps the order of its keys.
private indirect enum Node {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case array([Node])
  case object([(String, Node)])

  func text(indent: Int) -> String {
    switch self {
    case .string(let text): JSONText.quoted(text)
    case .integer(let number): String(number)
    case .boolean(let value): String(value)
    case .array(let items): Self.list("[", items.map { $0.text(indent: indent + 1) }, "]", indent: indent)
    case .object(let fields):
      Self.list(
        "{", fields.map { JSONText.quoted($0) + ": " + $1.text(indent: indent + 1) }, "}", indent: indent)
    }
  }

  private static func list(_ open: String, _ items: [String], _ close: String, indent: Int) -> String {
    guard !items.isEmpty else { return open + close }
    let margin = "\n" + String(repeating: "  ", count: indent)
    return open + items.map { margin + "  " + $0 }.joined(separator: ",") + margin + close
  }
}
