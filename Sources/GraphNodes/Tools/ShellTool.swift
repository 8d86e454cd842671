internal import ChildProcesses
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import LanguageModels

/// Runs a command of the shell.
struct ShellToolType: ToolType {
  /// The variables that commands have.
  let environment: Environment

  let spec = ToolTypeSpec(
    "shell", "Runs a command and gives what it writes.",
    keys: [
      KeySpec("command", .string, "The command for 'sh'; '{name}' stands for an argument.", isRequired: true),
      .parameters,
      KeySpec("parse", .choice(["text", "json", "none"]), "What its output is: text (the default), JSON, or nothing."),
      KeySpec("timeout", .duration, "The longest time it may take; 30 seconds by default."),
      KeySpec("working_dir", .string, "The folder it works in, relative to the project's root."),
      KeySpec("env", .mapping, "Variables besides those of the program: name to value, with '${NAME}' replaced."),
      KeySpec("success_codes", .list, "The statuses that are a success; 0 by default."),
    ])

  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? {
    let fields = tool.fields
    let diagnostics = scope.diagnostics
    let errors = diagnostics.errorCount
    let command = fields.node("command").flatMap { ShellCommand.parse($0, diagnostics: diagnostics) }
    let declared = tool.declaredParameters(diagnostics)
    let folder = scope.workingFolder(fields.string("working_dir"))
    let variables = fields.texts(of: "env", diagnostics)
    for variable in variables where SecretRedaction.namesSecret(variable.name.value) {
      SecretScan.check(value: variable.value, diagnostics: diagnostics)
    }
    let codes = successCodes(fields, diagnostics)
    guard let command else { return nil }
    let parameters = ToolPlaceholders(command.parameters).parameters(declared, tool, diagnostics)
    guard diagnostics.errorCount == errors else { return nil }
    return ShellTool(
      definition: ToolDefinition(
        name: tool.name.value, description: tool.description ?? "Runs a command.",
        parameters: parameters.schema),
      parameters: parameters, command: command,
      output: fields.string("parse").flatMap { ShellTool.Output(rawValue: $0.value) } ?? .text,
      timeout: fields.duration("timeout")?.value ?? .seconds(30), folder: folder, files: scope.files,
      variables: variables, successCodes: codes, environment: environment)
  }

  private func successCodes(_ fields: FieldReader, _ diagnostics: DiagnosticEngine) -> Set<Int32> {
    guard let items = fields.sequence("success_codes") else { return [0] }
    return Set(
      items.compactMap { item in
        guard FieldReader.check(item, "an item of 'success_codes'", .integer(0...255), diagnostics),
          case .int(let code) = item.scalar?.resolved
        else { return nil }
        return Int32(code)
      })
  }
}

extension FieldReader {
  /// The entries of a mapping of texts; numbers and truth values count as their text.
  func texts(of key: String, _ diagnostics: DiagnosticEngine) -> [(name: Located<String>, value: Located<String>)] {
    (node(key)?.mapping?.entries ?? []).compactMap { entry in
      guard let scalar = entry.value.scalar else {
        FieldReader.check(entry.value, "'\(entry.key.value)' of '\(key)'", .string, diagnostics)
        return nil
      }
      return (entry.key, Located(scalar.text, at: entry.value.span))
    }
  }
}

/// A command with arguments.
struct ShellTool: CheckedTool {
  /// What the output is read as.
  enum Output: String, Sendable {
    case text, json, none
  }

  let definition: ToolDefinition
  let parameters: ToolParameters
  let command: ShellCommand
  let output: Output
  let timeout: Duration
  let folder: String
  let files: ProjectFiles
  let variables: [(name: Located<String>, value: Located<String>)]
  let successCodes: Set<Int32>
  let environment: Environment

  /// More than any command should say; what is longer belongs into a file.
  private static let outputLimit = 16 << 20

  /// The most bytes of one argument or variable that Linux takes, its name included.
  private static let argumentLimit = 128 << 10

  /// How much of what a failed command said is in the error.
  private static let shownTail = 2 << 10

  /// The variable that holds what tells the call from all others.
  static let keyVariable = "GRAPH_IDEMPOTENCY_KEY"

  var dangers: [ArgumentDanger] { command.dangers }

  var result: SchemaType {
    switch output {
    case .text: .string
    case .json: .any
    case .none: .null
    }
  }

  func call(_ invocation: ToolInvocation) async throws -> Value {
    let request = try request(try parameters.check(invocation.arguments), key: invocation.idempotencyKey)
    let result: ProcessResult
    do {
      result = try await invocation.context.stop.cancelling {
        try await request.run(outputLimit: Self.outputLimit)
      }
    } catch let error as ProcessError {
      throw ToolError("the command failed: \(error)")
    }
    guard case .exited(let code) = result.status, successCodes.contains(code) else { throw failure(result, request) }
    switch output {
    case .none: return .null
    case .text: return .string(String(decoding: result.output, as: UTF8.self))
    case .json:
      do {
        return try Value(json: String(decoding: result.output, as: UTF8.self))
      } catch {
        throw ToolError("the command succeeded, but its output is no JSON: \(error)")
      }
    }
  }

  /// What is started: the script, with the arguments in variables.
  private func request(_ arguments: ValueObject, key: String) throws -> ProcessRequest {
    guard let folder = try? files.confined(folder) else {
      throw ToolError("there is no folder '\(files.displayed(folder))' in the project to run the command in")
    }
    var all = environment.variables
    all[Self.keyVariable] = key
    for variable in variables { all[variable.name.value] = environment.expanding(variable.value.value) }
    var isSet: [Bool] = []
    for (index, parameter) in command.parameters.enumerated() {
      let name = parameter.value
      let variable = ShellCommand.variable(index)
      all[variable] = nil
      let text = Self.text(of: arguments[name] ?? .null)
      isSet.append(text != nil)
      guard let text else { continue }
      guard !text.utf8.contains(0) else {
        throw ToolError("the argument '\(name)' holds a NUL character, which no argument of a command can")
      }
      guard variable.utf8.count + text.utf8.count + 2 <= Self.argumentLimit else {
        throw ToolError("the argument '\(name)' is longer than the 128 KiB that the system takes")
      }
      all[variable] = text
    }
    let script = ShellCommand.prologue(isSet) + command.script
    return ProcessRequest(
      "/bin/sh", ["-c", script, definition.name], environment: all, directory: folder, timeout: timeout)
  }

  /// A value as an argument: lists and objects as JSON, null as no argument.
  static func text(of value: Value) -> String? {
    switch value {
    case .null: nil
    case .string(let text): text
    case .list, .object: value.spacedJSON
    case .bool, .int, .double: value.json()
    }
  }

  private func failure(_ result: ProcessResult, _ request: ProcessRequest) -> ToolError {
    let redaction = SecretRedaction(
      variables: environment.variables, own: variables.map { environment.expanding($0.value.value) })
    let said = redaction.redact(String(tailOf: result.errorTail, limit: Self.shownTail))
    return ToolError("the command ended with \(result.status)" + (said.isEmpty ? "" : ": \(said)"))
  }
}

extension DiagnosticMessage {
  static func leavesProject(_ path: String) -> Self {
    Self("GR0703", "'\(path)' leads out of the project", bearing: .itself)
  }
}
