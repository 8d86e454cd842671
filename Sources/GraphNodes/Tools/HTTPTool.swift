internal import GraphDiagnostics
internal import GraphHTTP
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import LanguageModels

/// Asks a service over HTTP.
struct HTTPToolType: ToolType {
  let environment: Environment

  static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]

  let spec = ToolTypeSpec(
    "http", "Sends a request over HTTP and gives the answer.",
    keys: [
      KeySpec("url", .string, "The address; '{name}' stands for an argument in its path or query.", isRequired: true),
      KeySpec("method", .choice(methods), "The method; GET by default, POST where there is a body."),
      .parameters,
      KeySpec("headers", .mapping, "Header fields; '${NAME}' is replaced from the environment."),
      KeySpec("query", .mapping, "What is added to the query: name to value; an argument that is null is left out."),
      KeySpec("body", .anyOrNull, "The body: text, or a value that is sent as JSON."),
      KeySpec("parse", .choice(["auto", "json", "text"]), "What the answer is read as; by its type by default."),
      KeySpec("timeout", .duration, "The longest time it may take; 30 seconds by default."),
      KeySpec("success_statuses", .list, "The statuses that are a success; 200 to 299 by default."),
      KeySpec("max_bytes", .integer(1...(256 << 20)), "The longest answer; 4 MiB by default."),
      KeySpec(
        "allow_hosts", .strings, "Hosts besides that of the URL: for redirections, or a URL that is an argument."),
    ])

  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)? {
    let fields = tool.fields
    let diagnostics = scope.diagnostics
    let errors = diagnostics.errorCount
    let declared = tool.declaredParameters(diagnostics)
    let hosts = fields.node("allow_hosts") == nil ? nil : fields.strings("allow_hosts")
    let url = fields.node("url").flatMap { PlaceholderText($0) }.flatMap {
      URLTemplate($0, allowedHosts: hosts, diagnostics)
    }
    let headers = texts(fields, "headers", diagnostics)
    let query = texts(fields, "query", diagnostics)
    let body = fields.node("body").map { PlaceholderValue($0) }
    let statuses = statuses(fields, diagnostics)
    guard let url else { return nil }
    let texts = headers.map(\.text) + query.map(\.text) + (body?.texts ?? [])
    let placeholders = url.arguments + texts.flatMap(\.arguments)
    let parameters = ToolPlaceholders(placeholders).parameters(declared, tool, diagnostics)
    for header in headers { SecretInFile.check(header.name, header.text, diagnostics) }
    guard diagnostics.errorCount == errors else { return nil }
    let method = fields.string("method")?.value ?? (body == nil ? "GET" : "POST")
    return HTTPTool(
      definition: ToolDefinition(
        name: tool.name.value, description: tool.description ?? "Asks a web service.", parameters: parameters.schema),
      parameters: parameters, method: method, url: url, headers: headers.map { ($0.name.value, $0.text) },
      query: query.map { ($0.name.value, $0.text) }, body: body,
      parse: fields.string("parse").flatMap { HTTPTool.Parse(rawValue: $0.value) } ?? .auto,
      timeout: fields.duration("timeout")?.value ?? .seconds(30), statuses: statuses,
      limit: fields.int("max_bytes")?.value ?? 4 << 20, environment: environment)
  }

  private func texts(
    _ fields: FieldReader, _ key: String, _ diagnostics: DiagnosticEngine
  ) -> [(name: Located<String>, text: PlaceholderText)] {
    (fields.node(key)?.mapping?.entries ?? []).compactMap { entry in
      guard let text = PlaceholderText(entry.value) else {
        FieldReader.check(entry.value, "'\(entry.key.value)' of '\(key)'", .string, diagnostics)
        return nil
      }
      return (entry.key, text)
    }
  }

  private func statuses(_ fields: FieldReader, _ diagnostics: DiagnosticEngine) -> Set<Int> {
    guard let items = fields.sequence("success_statuses") else { return Set(200..<300) }
    return Set(
      items.compactMap { item in
        guard FieldReader.check(item, "an item of 'success_statuses'", .integer(100...599), diagnostics),
          case .int(let status) = item.scalar?.resolved
        else { return nil }
        return status
      })
  }
}

/// The placeholders of a tool's texts, compared with its parameters.
struct ToolPlaceholders {
  private let names: [Located<String>]

  init(_ placeholders: [Located<String>]) {
    var names: [Located<String>] = []
    for name in placeholders where !names.contains(where: { $0.value == name.value }) { names.append(name) }
    self.names = names
  }

  /// The parameters that are declared, or else the placeholders.
  ///
  /// What does not agree is reported.
  func parameters(
    _ declared: ToolParameters?, _ tool: ToolDocument, _ diagnostics: DiagnosticEngine
  ) -> ToolParameters {
    guard let declared else { return ToolParameters(names: names) }
    let known = declared.fields.map(\.name.value)
    for name in names where declared.field(name.value) == nil && !declared.isOpen {
      let near = Suggestion.nearest(to: name.value, among: known)
      diagnostics.report(
        .unknownPlaceholder(name.value, tool.name.value), at: name.span,
        notes: [near.map { .didYouMean($0) } ?? .known("parameters", known)],
        fixIts: near.map { [.replace(name.span, with: $0)] } ?? [])
    }
    for field in declared.fields where !names.contains(where: { $0.value == field.name.value }) {
      diagnostics.report(.unusedParameter(field.name.value, tool.name.value), at: field.name.span)
    }
    return declared
  }
}

/// A request with arguments.
struct HTTPTool: CheckedTool {
  /// What the answer is read as.
  enum Parse: String, Sendable {
    case auto, json, text
  }

  let definition: ToolDefinition
  let parameters: ToolParameters
  let method: String
  let url: URLTemplate
  let headers: [(name: String, text: PlaceholderText)]
  let query: [(name: String, text: PlaceholderText)]
  let body: PlaceholderValue?
  let parse: Parse
  let timeout: Duration
  let statuses: Set<Int>
  let limit: Int
  let environment: Environment

  var result: SchemaType { parse == .text ? .string : .any }

  func call(_ invocation: ToolInvocation) async throws -> Value {
    var request = try request(try parameters.check(invocation.arguments))
    // What only reads may be done as often as one likes.
    if method != "GET", method != "HEAD", request.headers["Idempotency-Key"] == nil {
      request.headers.append("Idempotency-Key", invocation.idempotencyKey)
    }
    let first = request
    let texts = headers.map(\.text) + query.map(\.text) + (body?.texts ?? [])
    let secrets = url.secrets(environment) + texts.flatMap { $0.secrets(environment) }
    var fetch = HTTPFetch(redaction: SecretRedaction(variables: environment.variables, own: secrets))
    fetch.statuses = statuses
    fetch.limit = limit
    fetch.redirection = { try redirection($0, $1) }
    let prepared = fetch
    let (head, bytes) = try await invocation.context.stop.cancelling { try await prepared.answer(to: first) }
    return try value(of: bytes, head)
  }

  // MARK: - The request

  private func request(_ arguments: ValueObject) throws -> HTTPRequest {
    func text(_ name: String) throws(ToolError) -> String { ShellTool.text(of: arguments[name] ?? .null) ?? "" }
    var pairs: [(String, String)] = []
    for (name, value) in query {
      if let argument = value.wholeArgument {
        switch arguments[argument] ?? .null {
        case .null: continue
        case .list(let items): pairs += items.map { (name, ShellTool.text(of: $0) ?? "") }
        case let single: pairs.append((name, ShellTool.text(of: single) ?? ""))
        }
      } else {
        pairs.append((name, try value.render(environment, text)))
      }
    }
    var fields: HTTPHeaders = [:]
    for (name, value) in headers { fields.append(name, try value.render(environment, text)) }
    var bytes: [UInt8] = []
    if let body, let value = try body.evaluate(arguments, environment) {
      let isText = value.string != nil
      bytes = Array((value.string ?? value.json()).utf8)
      if fields["Content-Type"] == nil {
        fields.append("Content-Type", isText ? "text/plain; charset=utf-8" : "application/json")
      }
    }
    if fields["Accept"] == nil, parse == .json { fields.append("Accept", "application/json") }
    return HTTPRequest(
      method: method, url: try url.render(arguments, query: pairs, environment), headers: fields, body: bytes,
      timeouts: HTTPTimeouts(total: timeout))
  }

  /// The request that a redirection asks for, or nil when it is none that is followed.
  private func redirection(_ head: HTTPResponseHead, _ request: HTTPRequest) throws(ToolError) -> HTTPRequest? {
    guard [301, 302, 303, 307, 308].contains(head.status), !statuses.contains(head.status),
      method == "GET" || method == "HEAD", let target = head.headers["Location"], let from = URLOrigin(request.url)
    else { return nil }
    var next = request
    next.url = Self.resolve(target, against: request.url, from)
    guard let origin = URLOrigin(next.url) else {
      throw ToolError("the server sends the request on to something that is no URL")
    }
    guard origin != from else { return next }
    if origin.host != from.host { try url.check(origin) }
    guard origin.scheme == "https" || from.scheme == "http" else {
      throw ToolError("the server sends the request on to one that is not encrypted")
    }
    // What the author's headers hold is for the author's host.
    if origin.host != from.host { next.headers = ["Accept": request.headers["Accept"] ?? "*/*"] }
    return next
  }

  private static func resolve(_ target: String, against url: String, _ origin: URLOrigin) -> String {
    if target.contains("://") { return target }
    if target.hasPrefix("//") { return "\(origin.scheme):\(target)" }
    let host = origin.host + (origin.port == (origin.scheme == "https" ? "443" : "80") ? "" : ":\(origin.port)")
    let root = "\(origin.scheme)://\(host)"
    if target.hasPrefix("/") { return root + target }
    let path = url.dropFirst(root.count).prefix { $0 != "?" && $0 != "#" }
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
    return root + folder + target
  }

  // MARK: - The answer

  private func value(of bytes: [UInt8], _ head: HTTPResponseHead) throws(ToolError) -> Value {
    let text = String(decoding: bytes, as: UTF8.self)
    let type = head.headers["Content-Type"]?.lowercased() ?? ""
    let isJSON = type.contains("/json") || type.contains("+json")
    guard parse == .json || parse == .auto && isJSON else { return .string(text) }
    if bytes.isEmpty, parse == .auto { return .null }
    do {
      return try Value(json: text)
    } catch {
      throw ToolError("the answer is no JSON: \(error)")
    }
  }
}

/// Finds keys that are written in the file instead of the environment.
enum SecretInFile {
  private static let headers: Set<String> = [
    "authorization", "proxy-authorization", "x-api-key", "api-key", "apikey", "x-auth-token", "x-subscription-token",
    "cookie",
  ]

  /// Warns of a header that carries a key and has no variable in it.
  static func check(_ name: Located<String>, _ text: PlaceholderText, _ diagnostics: DiagnosticEngine) {
    guard headers.contains(name.value.lowercased()) else { return }
    check(text, "the header '\(name.value)'", diagnostics)
  }

  /// Warns of a text that is a key and has no variable in it.
  static func check(_ text: PlaceholderText, _ what: String, _ diagnostics: DiagnosticEngine) {
    guard case .text(let literal)? = text.pieces.first, text.pieces.count == 1 else { return }
    // The word before the key, as in 'Bearer …', is none.
    let longest = literal.split(separator: " ").map(\.utf8.count).max() ?? 0
    if longest >= 8 { diagnostics.report(Diagnostic(.keyInFile(what), at: text.span, isSecret: true)) }
  }
}

extension DiagnosticMessage {
  static func unknownPlaceholder(_ name: String, _ tool: String) -> Self {
    Self("GR0251", "'parameters' of tool '\(tool)' has no '\(name)'")
  }

  static func unusedParameter(_ name: String, _ tool: String) -> Self {
    Self("GR0252", .warning, "tool '\(tool)' does not use its parameter '\(name)'")
  }

  static func keyInFile(_ what: String) -> Self {
    Self("GR0706", "\(what) is written in the file; put the key into a variable and write '${NAME}'", bearing: .itself)
  }
}
