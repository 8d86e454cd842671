internal import GraphRuntime

/// What the client can do, as far as it matters.
struct ClientAbilities {
  var showsRelatedInformation = false
  var showsCodeDescription = false
  var expandsSnippets = false
  var readsMarkdown = false

  /// The form of documentation in completions; nil for a text without any.
  var completionForm: String?

  var nestsSymbols = false
  var registersWatchers = false
  var preparesRenames = false
  var versionsEdits = false
  var positionEncodings: [String] = []

  /// Where findings point to for more.
  var pages = DocumentationPages()

  init() {}

  /// Reads the `capabilities` of an `initialize` request.
  init(_ capabilities: Value?) {
    let document = capabilities?["textDocument"]
    let workspace = capabilities?["workspace"]
    let findings = document?["publishDiagnostics"]
    showsRelatedInformation = findings?["relatedInformation"]?.bool ?? false
    showsCodeDescription = findings?["codeDescriptionSupport"]?.bool ?? false
    expandsSnippets = document?["completion"]?["completionItem"]?["snippetSupport"]?.bool ?? false
    let hover = document?["hover"]?["contentFormat"]?.list
    readsMarkdown = hover?.contains("markdown") ?? false
    let item = document?["completion"]?["completionItem"]
    let forms = item?["documentationFormat"]?.list ?? []
    completionForm = ["markdown", "plaintext"].first { forms.contains(.string($0)) }
    nestsSymbols = document?["documentSymbol"]?["hierarchicalDocumentSymbolSupport"]?.bool ?? false
    registersWatchers = workspace?["didChangeWatchedFiles"]?["dynamicRegistration"]?.bool ?? false
    preparesRenames = document?["rename"]?["prepareSupport"]?.bool ?? false
    versionsEdits = workspace?["workspaceEdit"]?["documentChanges"]?.bool ?? false
    positionEncodings = (capabilities?["general"]?["positionEncodings"]?.list ?? []).compactMap(\.string)
  }

  /// How to count within a line: bytes where the client can, else what every client can.
  var encoding: PositionEncoding {
    let known = positionEncodings.compactMap { PositionEncoding(rawValue: $0) }
    if known.contains(.utf8) { return .utf8 }
    return known.contains(.utf16) || known.isEmpty ? .utf16 : .utf32
  }
}
