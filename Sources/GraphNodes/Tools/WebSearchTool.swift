internal import GraphDiagnostics
internal import GraphHTTP
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import LanguageModels

/// Searches the web.
struct WebSearchToolType: ToolType {
  let environment: Environment

  let spec = ToolTypeSpec(
    "websearch", "Searches the web and gives titles, addresses and snippets.",
    keys: [
      KeySpec("provider", .choice(SearchProvider.names), "Who is asked; duckduckgo by default."),
      KeySpec("max_results", .integer(1...50), "The most results; 5 by default."),
      KeySpec("base_url", .string, "The address of the service, in place of the provider's own."),
      KeySpec("api_key", .string, "The key, as '${NAME}'; the provider's own variable by default."),
      KeySpec("timeout", .duration, "The longest time a search may take; 30 seconds by default."),
    ])

  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? {
    let fields = tool.fields
    let diagnostics = scope.diagnostics
    let errors = diagnostics.errorCount
    let name = fields.string("provider")
    let provider = SearchProvider.all.first { $0.name == name?.value ?? "duckduckgo" }
    let base = fields.node("base_url").flatMap { PlaceholderText($0) }
    let key = fields.node("api_key").flatMap { PlaceholderText($0) }
    if let key, case .text? = key.pieces.first, key.pieces.count == 1 {
      diagnostics.report(Diagnostic(.keyInFile("the key"), at: key.span, isSecret: true))
    }
    guard let provider, diagnostics.errorCount == errors else { return nil }
    let maximum = fields.int("max_results")?.value ?? 5
    let place = tool.name.span
    let parameters = ToolParameters([
      SchemaField(
        name: Located("query", at: place), type: .string, description: "What is searched for.", isRequired: true),
      SchemaField(
        name: Located("max_results", at: place), type: .int, description: "The most results, up to \(maximum).",
        isRequired: false),
    ])
    return WebSearchTool(
      definition: ToolDefinition(
        name: tool.name.value,
        description: tool.description ?? "Searches the web and gives a list of titles, addresses and snippets.",
        parameters: parameters.schema),
      parameters: parameters, provider: provider, base: base, key: key, maximum: maximum,
      timeout: fields.duration("timeout")?.value ?? .seconds(30), environment: environment)
  }
}

/// A search by one provider.
struct WebSearchTool: CheckedTool {
  let definition: ToolDefinition
  let parameters: ToolParameters
  let provider: SearchProvider
  let base: PlaceholderText?
  let key: PlaceholderText?
  let maximum: Int
  let timeout: Duration
  let environment: Environment

  var result: SchemaType { .list(.dict(.any)) }

  func call(_ invocation: ToolInvocation) async throws -> Value {
    let arguments = try parameters.check(invocation.arguments)
    let query = arguments["query"]?.string ?? ""
    let count = min(maximum, max(1, arguments["max_results"]?.int ?? maximum))
    let key = try secret()
    var request = provider.request(base: try address(), key: key ?? "", query, count)
    request.timeouts = HTTPTimeouts(total: timeout)
    let fetch = HTTPFetch(redaction: SecretRedaction(variables: environment.variables, own: key.map { [$0] } ?? []))
    let prepared = request
    let (_, bytes) = try await invocation.context.stop.cancelling { try await fetch.answer(to: prepared) }
    guard let answer = try? Value(json: String(decoding: bytes, as: UTF8.self)) else {
      throw ToolError("the answer of '\(provider.name)' is no JSON")
    }
    return .list(Array(provider.results(in: answer).prefix(count)))
  }

  private func secret() throws(ToolError) -> String? {
    if let key { return try key.render(environment) }
    guard let variable = provider.keyVariable else { return nil }
    guard let value = environment[variable] else {
      throw ToolError("'\(provider.name)' needs a key: set the environment variable '\(variable)'")
    }
    return value
  }

  private func address() throws(ToolError) -> String {
    let written = try base?.render(environment)
    guard var url = written ?? provider.baseVariable.flatMap({ environment[$0] }) ?? provider.baseURL else {
      let variable = provider.baseVariable.map { ", or set the environment variable '\($0)'" } ?? ""
      throw ToolError("'\(provider.name)' has no address of its own: give the tool 'base_url'\(variable)")
    }
    while url.hasSuffix("/") { url.removeLast() }
    return url
  }
}
