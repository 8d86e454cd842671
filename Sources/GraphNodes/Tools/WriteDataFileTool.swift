internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Writes data to a YAML file of the project.
struct WriteDataFileToolType: ToolType {
  let spec = ToolTypeSpec(
    "write_data_file", "Writes data to a YAML file of the project.",
    keys: [
      KeySpec("state_key", .string, "The key of the result that holds the path of the file.", isRequired: true)
    ])

  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? {
    guard let key = tool.fields.string("state_key") else { return nil }
    let place = tool.name.span
    let parameters = ToolParameters([
      SchemaField(
        name: Located("path", at: place), type: .string,
        description: "The file, relative to the graph; it ends with '.yaml' or '.yml'.", isRequired: true),
      SchemaField(name: Located("data", at: place), type: .any, description: "What is written.", isRequired: true),
    ])
    return WriteDataFileTool(
      definition: ToolDefinition(
        name: tool.name.value, description: tool.description ?? "Writes data to a YAML file.",
        parameters: parameters.schema),
      parameters: parameters, key: key.value, files: scope.files,
      folder: ProjectFiles.realPath(tool.folder(in: scope)) ?? scope.files.root, kept: kept(scope))
  }

  /// What no graph writes: itself, and the prompts.
  private func kept(_ scope: NodeScope) -> [String] {
    let folder = ProjectFiles.realPath(scope.folder) ?? scope.files.root
    let prompts = [scope.graph.prompts.directory?.value ?? "prompts"].map { ProjectFiles.join(folder, $0) }
    let paths = prompts + [scope.graph.file.path, ProjectFiles.join(scope.files.root, "prompts")]
    return paths.map { ProjectFiles.realPath($0) ?? ProjectFiles.normalised(ProjectFiles.join(folder, $0)) }
  }
}

/// Writes `data` to the file `path`, whole or not at all.
struct WriteDataFileTool: CheckedTool, StateTool {
  let definition: ToolDefinition
  let parameters: ToolParameters
  let key: String
  let files: ProjectFiles

  /// The graph's folder, without links.
  let folder: String

  /// Paths that are not written, nor anything below them.
  let kept: [String]

  var result: SchemaType { .dict(.string) }

  func call(_ invocation: ToolInvocation) async throws -> Value {
    try write(try parameters.check(invocation.arguments))
  }

  func call(onState state: ValueObject, _ invocation: ToolInvocation) async throws -> Value {
    var arguments = ValueObject()
    for name in ["path", "data"] { arguments[name] = state[name] }
    return try write(try parameters.check(arguments))
  }

  private func write(_ arguments: ValueObject) throws -> Value {
    let path = arguments["path"]?.string ?? ""
    guard let data = arguments["data"], !data.isNull else {
      throw ToolError("there is nothing to write: 'data' is null")
    }
    let target = try target(path)
    var parts = target.dropFirst(files.root == "/" ? 1 : files.root.count + 1).split(separator: "/").map(String.init)
    guard let name = parts.popLast() else { throw ToolError("'\(path)' names no file") }
    do {
      // From folder to folder, none of which is a link, so that what is written is in the project.
      try Self.write(Array(YAMLWriter.text(of: data).utf8), name, parts[...], in: try OpenFolder(files.root))
    } catch let problem as OpenFolder.Problem {
      throw ToolError("'\(path)' cannot be written: \(problem)")
    }
    return [key: .string(target)]
  }

  private static func write(
    _ bytes: [UInt8], _ name: String, _ parts: ArraySlice<String>, in folder: borrowing OpenFolder
  ) throws {
    guard let part = parts.first else { return try folder.write(bytes, to: name, permissions: 0o644) }
    try write(bytes, name, parts.dropFirst(), in: try folder.folder(part, creating: 0o755))
  }

  /// The absolute path of a file that may be written.
  private func target(_ path: String) throws(ToolError) -> String {
    guard !path.isEmpty, !path.hasPrefix("/"), !path.utf8.contains(0) else {
      throw ToolError("the path of a file to write is relative to the graph")
    }
    guard [".yaml", ".yml"].contains(where: path.lowercased().hasSuffix) else {
      throw ToolError("'\(path)' cannot be written: only '.yaml' and '.yml' files are")
    }
    let target = ProjectFiles.normalised(ProjectFiles.join(folder, path))
    guard files.contains(target), target != files.root else { throw ToolError("'\(path)' leads out of the project") }
    guard !kept.contains(where: { target == $0 || target.hasPrefix($0 + "/") }) else {
      throw ToolError("'\(path)' cannot be written: it belongs to the graph or its prompts")
    }
    return target
  }
}
