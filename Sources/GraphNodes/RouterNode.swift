internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML
internal import LanguageModels

/// Asks a model as `llm` does, and goes on to the node of the route that its answer names.
struct RouterNode: NodeType {
  let models: ModelCatalog
  let onToken: StandardNodeFactory.TokenHandler?

  let spec = NodeTypeSpec(
    "router", "Asks a model and goes on by its answer.",
    keys: NodePrompt.keys + [
      KeySpec("routes", .mapping, "The routes: an answer to the node it leads to.", isRequired: true).holding(
        .entries(.kind(.string))
      ).naming(.route).meaning(.target),
      KeySpec("default_route", .string, "The node that every other answer leads to.").meaning(.target),
      KeySpec("route_field", .string, "The field of the answer that holds the route.").meaning(.answerField),
      KeySpec("candidates", .list, "Models that are asked at once, two at least: {provider, model}.").holding(
        .items(.keys(RaceCandidates.keys))),
    ])

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    let prompt = NodePrompt(node, scope, models)
    let routes = routes(node, scope)
    let field = field(
      node, prompt.document.outputSchema,
      isText: !prompt.document.isUnknown && node.fields.bool("parse_json")?.value != true, scope.diagnostics)
    let chooser = RouteChooser(routes: routes.map(\.route.value), field: field)
    // A field that is misspelled was reported, and what is meant by it is a guess.
    let isGuessed = node.fields.string("route_field").map { $0.value != field } ?? false
    if !isGuessed, let field = field.flatMap({ prompt.document.outputSchema?.field(named: $0) }) {
      RouteCoverage(
        router: node.name.value, routes: routes, hasDefault: node.fields.has("default_route"), chooser: chooser
      ).check(field, at: node.fields.keySpan("routes") ?? node.name.span, scope.diagnostics)
    }
    var asking = ModelNode(node: node, prompt: prompt, models: models, onToken: onToken)
    asking.candidates = RaceCandidates.read(node, models, scope.diagnostics) ?? []
    asking.route = { chooser.route(of: $0) }
    var declaration = asking.declaration()
    declaration.router = NodeDeclaration.Router(
      routes: routes, defaultTarget: node.fields.string("default_route"), routeOfState: { chooser.route(of: $0) })
    return declaration
  }

  private func routes(_ node: NodeDocument, _ scope: NodeScope) -> [(route: Located<String>, target: Located<String>)] {
    guard let routes = node.fields.node("routes"), let entries = routes.mapping?.entries else { return [] }
    if entries.isEmpty { scope.diagnostics.report(.noRoutes(node.name.value), at: routes.span) }
    return entries.compactMap { entry in
      let subject = "the target of route '\(entry.key.value)'"
      guard FieldReader.check(entry.value, subject, .string, scope.diagnostics), let target = entry.value.scalar?.text
      else { return nil }
      return (entry.key, Located(target, at: entry.value.span))
    }
  }

  /// The field that holds the route: the one that is named, the schema's one enumeration, or `tone` or `intent`.
  private func field(
    _ node: NodeDocument, _ schema: OutputSchema?, isText: Bool, _ diagnostics: DiagnosticEngine
  ) -> String? {
    guard let schema else {
      let field = node.fields.string("route_field")
      if let field, isText {
        diagnostics.report(.routeFieldOfText(field.value), at: field.span)
      }
      return field?.value
    }
    let names = schema.fields.map(\.name.value)
    if let field = node.fields.string("route_field") {
      guard !names.contains(field.value) else { return field.value }
      let near = Suggestion.nearest(to: field.value, among: names)
      diagnostics.report(
        .unknownRouteField(field.value, schema.name), at: field.span,
        notes: [near.map { .didYouMean($0) } ?? .known("fields", names)],
        fixIts: near.map { [.replace(field.span, with: $0)] } ?? [])
      return near
    }
    let enumerations = schema.fields.filter { $0.type.isEnumeration }
    if enumerations.count == 1 { return enumerations[0].name.value }
    if let usual = ["tone", "intent"].first(where: names.contains) { return usual }
    if names.count == 1 { return names[0] }
    diagnostics.report(.noRouteField(node.name.value, schema.name, names), at: node.name.span)
    return nil
  }
}

/// Finds the route that an answer names.
struct RouteChooser: Sendable {
  let routes: [String]

  /// The field of an answer that is an object, or nil for text.
  let field: String?

  /// The route of an answer, or the answer itself where it names none.
  ///
  /// It is the route that is equal to the answer, else equal without regard to case and punctuation, else the only one
  /// among the answer's words.
  func route(of answer: Value) -> String? {
    let value = field.map { answer[$0] ?? .null } ?? answer
    let text: String
    switch value {
    case .string(let string): text = string
    case .bool(let flag): text = flag ? "true" : "false"
    case .int(let number): text = String(number)
    default: return nil
    }
    if routes.contains(text) { return text }
    let plain = Self.plain(text)
    if let route = routes.first(where: { Self.plain($0) == plain }) { return route }
    let words = Self.words(text)
    let named = routes.filter { Self.contains(words, Self.words($0)) }
    return named.count == 1 ? named[0] : text
  }

  private static func plain(_ text: String) -> String { words(text).joined(separator: " ") }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
  }

  private static func contains(_ words: [String], _ part: [String]) -> Bool {
    guard !part.isEmpty, part.count <= words.count else { return false }
    return (0...(words.count - part.count)).contains { words[$0..<($0 + part.count)].elementsEqual(part) }
  }
}

extension SchemaType {
  /// Whether only some constants are allowed.
  fileprivate var isEnumeration: Bool {
    switch self {
    case .enumeration: true
    case .constrained(let type, _): type.isEnumeration
    default: false
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func noRoutes(_ name: String) -> Self { Self("GR0122", "router '\(name)' has no routes") }

  fileprivate static func unknownRouteField(_ field: String, _ schema: String) -> Self {
    Self("GR0123", "the schema '\(schema)' has no field '\(field)'")
  }

  fileprivate static func routeFieldOfText(_ field: String) -> Self {
    Self(
      "GR0124",
      "the answer is text and has no field '\(field)'; give the prompt a schema, or the node 'parse_json: true'")
  }

  fileprivate static func noRouteField(_ node: String, _ schema: String, _ fields: [String]) -> Self {
    Self(
      "GR0125",
      "router '\(node)' needs 'route_field': which of \(fields.map { "'\($0)'" }.joined(separator: ", ")) of '\(schema)' "
        + "holds the route?")
  }
}
