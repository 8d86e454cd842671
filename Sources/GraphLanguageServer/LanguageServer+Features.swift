internal import GraphDiagnostics
internal import GraphRuntime

extension LanguageServer {
  /// Carries a request out that asks for something about files.
  mutating func feature(
    _ method: String, _ parameters: Value, at now: ContinuousClock.Instant
  ) throws(ResponseError) -> Value {
    switch method {
    case "textDocument/hover":
      let (document, offset) = try place(parameters)
      return Hover(workspace: workspace, checking: checking, client: client, knowledge: knowledge).value(
        at: offset, in: document.path) ?? .null
    case "textDocument/definition":
      let (document, offset) = try place(parameters)
      return .list(Navigation(workspace: workspace, checking: checking).definitions(at: offset, in: document.path))
    case "textDocument/references":
      let (document, offset) = try place(parameters)
      let withDefinitions = parameters["context"]?["includeDeclaration"]?.bool ?? true
      return .list(
        Navigation(workspace: workspace, checking: checking).references(
          at: offset, in: document.path, withDefinitions: withDefinitions))
    case "textDocument/documentHighlight":
      let (document, offset) = try place(parameters)
      return .list(Navigation(workspace: workspace, checking: checking).highlights(at: offset, in: document.path))
    case "textDocument/documentLink":
      return .list(Navigation(workspace: workspace, checking: checking).links(in: try opened(parameters).path))
    case "textDocument/documentSymbol":
      let document = try opened(parameters)
      guard let file = workspace.file(document.path) else { return [] }
      return .list(Outline(file, client).symbols(uri: document.uri))
    case "textDocument/foldingRange":
      guard let file = workspace.file(try opened(parameters).path) else { return [] }
      return .list(Outline(file, client).foldingRanges())
    case "textDocument/formatting": return .list(Formatting.edits(try opened(parameters)))
    case "textDocument/codeAction": return try codeActions(parameters, at: now)
    case "textDocument/completion":
      let (document, offset) = try place(parameters)
      return Completion(
        workspace: workspace, knowledge: knowledge, client: client, checking: checking
      ).list(at: offset, in: document)
    case "textDocument/prepareRename":
      let (document, offset) = try place(parameters)
      return try Rename(workspace: workspace, checking: checking, client: client).prepare(at: offset, in: document.path)
    case "textDocument/rename":
      let (document, offset) = try place(parameters)
      guard let name = parameters["newName"]?.string else { throw .invalidParameters("there is no new name") }
      return try Rename(workspace: workspace, checking: checking, client: client).edits(
        at: offset, in: document.path, to: name)
    case "workspace/symbol":
      return .list(WorkspaceSymbols(workspace: workspace).symbols(parameters["query"]?.string ?? ""))
    default: throw .unknownMethod(method)
    }
  }

  private mutating func codeActions(
    _ parameters: Value, at now: ContinuousClock.Instant
  ) throws(ResponseError) -> Value {
    let document = try opened(parameters)
    guard let range = document.lines.range(parameters["range"]) else { throw .invalidParameters("there is no range") }
    // The places of findings belong to the text as it is now.
    checking.finish(document.path, workspace, at: now)
    let kinds = parameters["context"]?["only"]?.list.map { $0.compactMap(\.string) }
    return .list(
      CodeActions(workspace: workspace, checking: checking, client: client).actions(
        range, in: document.path, only: kinds))
  }

  /// The open file that a request is about.
  func opened(_ parameters: Value) throws(ResponseError) -> OpenDocument {
    guard let uri = parameters["textDocument"]?["uri"]?.string else { throw .invalidParameters("there is no document") }
    guard let document = workspace.document(uri: uri) else { throw .invalidParameters("'\(uri)' is not open") }
    return document
  }

  /// The open file and the offset that a request is about.
  func place(_ parameters: Value) throws(ResponseError) -> (document: OpenDocument, offset: Int) {
    let document = try opened(parameters)
    guard let offset = document.lines.offset(parameters["position"]) else {
      throw .invalidParameters("there is no position")
    }
    return (document, offset)
  }
}
