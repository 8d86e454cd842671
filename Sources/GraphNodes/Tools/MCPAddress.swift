internal import ChildProcesses
internal import GraphDiagnostics
internal import GraphHTTP
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import LanguageModels
internal import MCPClient

/// Where a graph file says that a server is.
struct MCPAddress: Sendable {
  private enum Place: Sendable {
    case program(PlaceholderText, arguments: [PlaceholderText], variables: [Entry], folder: String)
    case url(PlaceholderText, headers: [Entry])
  }

  private struct Entry: Sendable {
    let name: Located<String>
    let text: PlaceholderText
  }

  private let place: Place
  private let environment: Environment
  private let files: ProjectFiles

  /// The same for tools that name one server.
  let identity: [String]

  /// The variables that every program gets where they are set.
  ///
  /// They say where programs and files are, who the user is, and what language
  /// they speak. None of them is a secret.
  static let inherited = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "TMPDIR", "TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE",
    "LC_MESSAGES", "LC_NUMERIC", "LC_TIME", "LC_COLLATE",
  ]

  private static let programKeys = ["args", "env", "working_dir"]

  /// Reads an address; reports what is wrong, and returns nil where there is none.
  init?(_ tool: ToolDocument, _ environment: Environment, _ scope: NodeScope) {
    let fields = tool.fields
    let diagnostics = scope.diagnostics
    self.environment = environment
    files = scope.files
    let isProgram = fields.has("command")
    if isProgram, let url = fields.keySpan("url") {
      diagnostics.report(
        .commandAndURL, at: url, notes: fields.keySpan("command").map { [.init("'command' is here", at: $0)] } ?? [])
    } else if !isProgram, !fields.has("url") {
      diagnostics.report(.noServer(tool.name.value), at: tool.name.span)
    } else {
      for key in isProgram ? ["headers"] : Self.programKeys {
        guard let span = fields.keySpan(key) else { continue }
        diagnostics.report(.keyOfOther(key, isProgram ? "url" : "command"), at: span)
      }
    }
    let read: (place: Place, identity: [String])?
    if isProgram {
      read = Self.program(tool, fields, environment, scope)
    } else {
      read = Self.url(fields, diagnostics)
    }
    guard let read else { return nil }
    (place, identity) = read
  }

  private static func program(
    _ tool: ToolDocument, _ fields: FieldReader, _ environment: Environment, _ scope: NodeScope
  ) -> (Place, [String])? {
    let diagnostics = scope.diagnostics
    let items = (fields.sequence("args") ?? []).filter { item in
      guard item.scalar == nil else { return true }
      return FieldReader.check(item, "an item of 'args'", .string, diagnostics)
    }
    let variables = entries(fields, "env", diagnostics)
    let folder = scope.workingFolder(fields.string("working_dir"))
    for variable in variables where SecretRedaction.namesSecret(variable.name.value) {
      SecretInFile.check(variable.text, "the variable '\(variable.name.value)'", diagnostics)
    }
    guard let command = fields.string("command"),
      let text = fields.node("command").flatMap({ PlaceholderText(withoutArguments: $0) })
    else { return nil }
    if command.value.contains(where: \.isWhitespace), text.isLiteral, !fields.has("args"),
      ExecutableSearch.path(of: command.value, along: environment["PATH"]) == nil
    {
      diagnostics.report(.commandLine, at: command.span)
    }
    let arguments = items.compactMap { PlaceholderText(withoutArguments: $0) }
    let identity =
      ["program", folder, command.value] + items.compactMap { $0.scalar?.text } + [""]
      + variables.flatMap { [$0.name.value, $0.text.written] }
    return (.program(text, arguments: arguments, variables: variables, folder: folder), identity)
  }

  private static func url(_ fields: FieldReader, _ diagnostics: DiagnosticEngine) -> (Place, [String])? {
    let headers = entries(fields, "headers", diagnostics)
    for header in headers { SecretInFile.check(header.name, header.text, diagnostics) }
    guard let text = fields.node("url").flatMap({ PlaceholderText(withoutArguments: $0) }) else { return nil }
    if case .text(let start)? = text.pieces.first, !start.hasPrefix("http://"), !start.hasPrefix("https://") {
      diagnostics.report(.noURL, at: text.span)
    }
    return (
      .url(text, headers: headers), ["url", text.written] + headers.flatMap { [$0.name.value, $0.text.written] }
    )
  }

  private static func entries(_ fields: FieldReader, _ key: String, _ diagnostics: DiagnosticEngine) -> [Entry] {
    (fields.node(key)?.mapping?.entries ?? []).compactMap { entry in
      guard let text = PlaceholderText(withoutArguments: entry.value) else {
        FieldReader.check(entry.value, "'\(entry.key.value)' of '\(key)'", .string, diagnostics)
        return nil
      }
      return Entry(name: entry.key, text: text)
    }
  }

  // MARK: - At run time

  /// The address with the environment's variables in it.
  ///
  /// - Throws: `ToolError` when one is not set, or the folder is gone.
  func endpoint() throws(ToolError) -> MCPEndpoint {
    switch place {
    case .program(let command, let arguments, let variables, let folder):
      guard let folder = try? files.confined(folder) else {
        throw ToolError("there is no folder '\(files.displayed(folder))' in the project to run the server in")
      }
      var all: [String: String] = [:]
      for name in Self.inherited { all[name] = environment[name] }
      for variable in variables { all[variable.name.value] = try variable.text.render(environment) }
      var program = try command.render(environment)
      // A path is one from where the program works, not from where this one was started.
      if program.contains("/") { program = ProjectFiles.join(folder, program) }
      var words: [String] = []
      for argument in arguments { words.append(try argument.render(environment)) }
      return .program(ProcessRequest(program, words, environment: all, directory: folder))
    case .url(let text, let headers):
      var fields: HTTPHeaders = [:]
      for header in headers { fields.append(header.name.value, try header.text.render(environment)) }
      return .address(url: try text.render(environment), headers: fields)
    }
  }

  /// Takes out of what a server says what it was given from the environment.
  var redaction: SecretRedaction {
    let texts: [PlaceholderText] =
      switch place {
      case .program(_, let arguments, let variables, _): arguments + variables.map(\.text)
      case .url(let url, let headers): [url] + headers.map(\.text)
      }
    return SecretRedaction(variables: environment.variables, own: texts.flatMap { $0.secrets(environment) })
  }
}

extension DiagnosticMessage {
  fileprivate static func noServer(_ tool: String) -> Self {
    Self("GR0240", "tool '\(tool)' needs 'command', the program of its server, or 'url', its address")
  }

  fileprivate static var commandAndURL: Self {
    Self("GR0241", "a server has either 'command' or 'url', not both")
  }

  fileprivate static func keyOfOther(_ key: String, _ other: String) -> Self {
    Self("GR0241", "'\(key)' belongs to a server with '\(other)'")
  }

  fileprivate static var commandLine: Self {
    Self("GR0246", "'command' is the name of a program; write its arguments under 'args'")
  }
}
