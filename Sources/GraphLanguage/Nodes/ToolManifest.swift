public import GraphDiagnostics
internal import GraphRuntime
internal import GraphYAML

/// A file that describes one tool: `name`, `description` and `runtime`, which is written as a tool is.
struct ToolManifest {
  /// The tool, whose paths are relative to the file.
  let document: ToolDocument

  private static let keys = KeyTable([
    KeySpec("name", .string, "The tool's name.", isRequired: true),
    KeySpec("description", .string, "What the tool does, in words for a model.", isRequired: true),
    KeySpec("runtime", .mapping, "The tool: its type, and the keys of that.", isRequired: true),
  ])

  /// Reads a manifest; reports what is wrong and returns nil.
  ///
  /// - Parameters:
  ///   - path: The file, whose text is pointed at when it cannot be read.
  ///   - folder: What the path is relative to.
  ///   - tool: The tool's name in the graph.
  ///   - keepsName: Whether the manifest has to have the same name.
  init?(
    _ path: Located<String>, in folder: String, for tool: Located<String>, keepsName: Bool, _ scope: NodeScope
  ) {
    let place = ProjectFiles.join(folder, path.value)
    do throws(ProjectFiles.Problem) {
      let file = SourceFile(
        path: scope.files.displayed(try scope.files.confined(place)), bytes: try scope.files.read(place))
      self.init(file, folder: ProjectFiles.parent(of: place), for: tool, keepsName: keepsName, scope)
    } catch {
      let near = scope.files.suggestion(for: path, in: folder)
      scope.diagnostics.report(
        .unreadableManifest(path.value, error.reason), at: path.span, notes: near.notes, fixIts: near.fixIts)
      return nil
    }
  }

  /// Reads a manifest; reports what is wrong and returns nil.
  ///
  /// - Parameter tool: The tool's name in the graph; nil for the manifest's own.
  init?(_ file: SourceFile, folder: String, for tool: Located<String>?, keepsName: Bool, _ scope: NodeScope) {
    let diagnostics = scope.diagnostics
    SecretScan.run(file, diagnostics: diagnostics)
    let count = diagnostics.count
    guard let root = YAMLParser.parse(file, diagnostics: diagnostics) else {
      if diagnostics.count == count {
        diagnostics.report(.emptyFile("manifest"), at: SourceSpan(file, ByteRange(0, 0)))
      }
      return nil
    }
    guard let fields = FieldReader(root, owner: "the manifest", keys: Self.keys, diagnostics: diagnostics)
    else { return nil }
    let name = fields.string("name")
    if keepsName, let name, let tool, name.value != tool.value {
      diagnostics.report(
        .otherName(name.value, tool.value), at: name.span, fixIts: [.replace(name.span, with: tool.value)])
    }
    guard let name = tool ?? name, let runtime = fields.node("runtime"),
      let document = ToolDocument.runtime(
        name, runtime, toolTypes: scope.factory.toolTypes, folder: folder,
        description: fields.string("description")?.value, diagnostics)
    else { return nil }
    self.document = document
  }
}

extension NodeScope {
  /// Finds the mistakes in the manifest of a tool that no graph has to name.
  public func check(manifest file: SourceFile) {
    let manifest = ToolManifest(
      file, folder: ProjectFiles.parent(of: file.path), for: nil, keepsName: false, self)
    if let document = manifest?.document { _ = factory.declare(document, in: self) }
  }
}

/// Finds the tool of a slot.
struct ToolSlot {
  let name: Located<String>
  let contract: ToolContract

  /// The tool that whoever runs the graph has chosen; while it is only checked, one that cannot be called.
  func tool(in scope: NodeScope) -> (any Tool)? {
    guard let bindings = scope.factory.toolBindings else { return OpenSlot(name.value, contract) }
    guard let path = bindings[name.value] else {
      scope.diagnostics.report(.unboundSlot(name.value), at: name.span)
      return nil
    }
    let errors = scope.diagnostics.errorCount
    // The path was given on the command line, so it is relative to the folder that was given in.
    let manifest = ToolManifest(Located(path, at: name.span), in: ".", for: name, keepsName: false, scope)
    guard let document = manifest?.document else { return nil }
    let type = document.type.value
    if !contract.types.isEmpty, !contract.types.contains(where: { $0.value == type }) {
      scope.diagnostics.report(.otherType(name.value, type, contract.types.map(\.value)), at: document.type.span)
    }
    let tool = scope.factory.declare(document, in: scope)
    let takes = tool?.definition.parameters
    let isOpen = takes?["additionalProperties"] == true
    for argument in contract.arguments where !isOpen && takes?["properties"]?[argument.value] == nil && tool != nil {
      scope.diagnostics.report(.missingArgument(name.value, argument.value), at: argument.span)
    }
    return scope.diagnostics.errorCount == errors ? tool : nil
  }
}

/// A slot without a tool, in a graph that is only looked at.
private struct OpenSlot: Tool {
  let definition: ToolDefinition

  init(_ name: String, _ contract: ToolContract) {
    let parameters = contract.arguments.isEmpty ? ToolParameters.unknown : ToolParameters(names: contract.arguments)
    definition = ToolDefinition(
      name: name, description: contract.description ?? "A tool that is chosen when the graph is run.",
      parameters: parameters.schema)
  }

  func call(_ invocation: ToolInvocation) async throws -> Value { throw OpenSlotError(name: definition.name) }
}

/// A call of a slot that no tool was chosen for.
private struct OpenSlotError: Error, CustomStringConvertible {
  let name: String

  var description: String { "no tool was chosen for the slot '\(name)'" }
}

extension DiagnosticMessage {
  fileprivate static func unreadableManifest(_ path: String, _ reason: String) -> Self {
    Self("GR0259", "cannot read the manifest '\(path)': \(reason)")
  }

  fileprivate static func otherName(_ name: String, _ tool: String) -> Self {
    Self("GR0156", "the manifest is of the tool '\(name)', not of '\(tool)'")
  }

  fileprivate static func unboundSlot(_ name: String) -> Self {
    Self("GR0157", "the slot '\(name)' needs a tool: run the graph with '--tool \(name)=manifest.yaml'")
  }

  fileprivate static func otherType(_ name: String, _ type: String, _ types: [String]) -> Self {
    Self(
      "GR0158",
      "the slot '\(name)' takes tools of the type \(types.map { "'\($0)'" }.joined(separator: " or ")), not '\(type)'")
  }

  fileprivate static func missingArgument(_ name: String, _ argument: String) -> Self {
    Self("GR0159", "the tool of the slot '\(name)' has no parameter '\(argument)'")
  }
}
