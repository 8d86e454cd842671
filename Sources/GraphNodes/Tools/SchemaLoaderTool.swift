internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Loads descriptions of questionnaires, or merges the fields of several.
struct SchemaLoaderToolType: ToolType {
  let spec = ToolTypeSpec(
    "schema_loader", "Loads a YAML file, or merges the 'fields' of several.",
    keys: [
      KeySpec("state_key", .string, "The key of the result that holds what was loaded.", isRequired: true),
      KeySpec("path", .string, "The file, relative to the graph.").meaning(.file),
      KeySpec("paths_from_state", .string, "The state key with the names of the files, in place of 'path'.").meaning(
        .readStateKey),
      KeySpec("schema_dir", .string, "The folder of those files, relative to the graph."),
      KeySpec("suffix", .string, "What their names end with; .yaml by default."),
      KeySpec("deduplicate_by", .string, "The key of a field that tells it from others; id by default."),
      KeySpec("merge_mode", .choice(["additive"]), "additive: fields are added to those that are there."),
    ])

  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? {
    let fields = tool.fields
    let diagnostics = scope.diagnostics
    let errors = diagnostics.errorCount
    let path = fields.string("path")
    let names = fields.string("paths_from_state")
    if fields.has("path") == fields.has("paths_from_state") {
      diagnostics.report(.oneSource(tool.name.value), at: fields.keySpan("paths_from_state") ?? tool.name.span)
    }
    let folder = fields.string("schema_dir")
    if names != nil, path == nil, !fields.has("schema_dir") {
      diagnostics.report(.noSchemaFolder(tool.name.value), at: fields.keySpan("paths_from_state") ?? tool.name.span)
    }
    let graphFolder = ProjectFiles.realPath(tool.folder(in: scope)) ?? scope.files.root
    for place in [path, folder].compactMap({ $0 }) {
      let full = ProjectFiles.normalised(ProjectFiles.join(graphFolder, place.value))
      if !scope.files.contains(full) { diagnostics.report(.leavesProject(place.value), at: place.span) }
    }
    guard let key = fields.string("state_key"), diagnostics.errorCount == errors else { return nil }
    let parameters: ToolParameters =
      if let names {
        ToolParameters(
          [
            SchemaField(name: names, type: .list(.string), description: "The names of the files.", isRequired: true),
            SchemaField(
              name: key, type: .dict(.any).optional, description: "What is there already.", isRequired: false),
          ])
      } else {
        ToolParameters([])
      }
    return SchemaLoaderTool(
      definition: ToolDefinition(
        name: tool.name.value, description: tool.description ?? "Loads a description of fields.",
        parameters: parameters.schema),
      parameters: parameters, key: key.value, path: path?.value, names: names?.value, folder: folder?.value ?? ".",
      suffix: fields.string("suffix")?.value ?? ".yaml", identity: fields.string("deduplicate_by")?.value ?? "id",
      files: scope.files, graphFolder: graphFolder)
  }
}

/// Loads one file, or merges the `fields` of several into those that the state has.
struct SchemaLoaderTool: CheckedTool, StateTool {
  let definition: ToolDefinition
  let parameters: ToolParameters
  let key: String
  let path: String?
  let names: String?
  let folder: String
  let suffix: String

  /// The key whose value tells fields from each other.
  let identity: String
  let files: ProjectFiles
  let graphFolder: String

  var result: SchemaType { .dict(.any) }

  func call(_ invocation: ToolInvocation) async throws -> Value { try load(try parameters.check(invocation.arguments)) }

  func call(onState state: ValueObject, _ invocation: ToolInvocation) async throws -> Value {
    var arguments = ValueObject()
    for name in [names, key].compactMap({ $0 }) where parameters.field(name) != nil { arguments[name] = state[name] }
    return try load(try parameters.check(arguments))
  }

  private func load(_ arguments: ValueObject) throws(ToolError) -> Value {
    if let path { return [key: .object(try read(path))] }
    var merged = arguments[key]?.object ?? [:]
    var fields = try list(of: merged, "the state's '\(key)'")
    for name in arguments[names ?? ""]?.list ?? [] {
      guard let text = name.string, !text.isEmpty, !text.contains("/"), text != ".." else {
        throw ToolError("a name in '\(names ?? "")' is no name of a file in '\(folder)'")
      }
      let file = "\(folder)/\(text)\(suffix)"
      fields += try list(of: try read(file), "'\(file)'")
    }
    merged["fields"] = .list(try withoutRepeats(fields))
    return [key: .object(merged)]
  }

  private func list(of object: ValueObject, _ what: String) throws(ToolError) -> [Value] {
    switch object["fields"] ?? .null {
    case .null: return []
    case .list(let items): return items
    case let other: throw ToolError("'fields' of \(what) must be list, not \(other.kind)")
    }
  }

  private func withoutRepeats(_ fields: [Value]) throws(ToolError) -> [Value] {
    var seen: Set<Value> = []
    var kept: [Value] = []
    for (place, field) in fields.enumerated() {
      guard let object = field.object, let id = object[identity] else {
        throw ToolError("fields[\(place)] has no '\(identity)'")
      }
      if seen.insert(id).inserted { kept.append(field) }
    }
    return kept
  }

  private func read(_ path: String) throws(ToolError) -> ValueObject {
    let bytes: [UInt8]
    do throws(ProjectFiles.Problem) {
      bytes = try files.read(ProjectFiles.join(graphFolder, path))
    } catch {
      throw ToolError("'\(path)' cannot be read: \(error.reason)")
    }
    let diagnostics = DiagnosticEngine()
    guard let value = DataFile.parse(SourceFile(path: path, bytes: bytes), diagnostics: diagnostics) else {
      let found = diagnostics.diagnostics.first
      let line = found?.span.map { ", line \($0.start.line)" } ?? ""
      throw ToolError("'\(path)' is broken\(line): \(found?.message.text ?? "")")
    }
    guard let object = value.object else { throw ToolError("'\(path)' must hold a mapping, not \(value.kind)") }
    return object
  }
}

extension DiagnosticMessage {
  fileprivate static func oneSource(_ tool: String) -> Self {
    Self("GR0153", "tool '\(tool)' needs either 'path' or 'paths_from_state'")
  }

  fileprivate static func noSchemaFolder(_ tool: String) -> Self {
    Self("GR0154", "with 'paths_from_state', tool '\(tool)' needs 'schema_dir'")
  }
}
