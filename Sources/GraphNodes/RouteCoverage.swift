internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Compares the routes of a router with the answers that its schema allows.
struct RouteCoverage {
  let router: String
  let routes: [(route: Located<String>, target: Located<String>)]
  let hasDefault: Bool
  let chooser: RouteChooser

  /// Reports answers that lead nowhere, and routes that no answer takes.
  ///
  /// - Parameters:
  ///   - field: The field of the answer that holds the route.
  ///   - place: Where a missing route is pointed at.
  func check(_ field: SchemaField, at place: SourceSpan, _ diagnostics: DiagnosticEngine) {
    guard !routes.isEmpty, let values = Self.values(of: field.type) else { return }
    let names = routes.map(\.route.value)
    var taken: Set<String> = []
    var lost: [String] = []
    for value in values {
      let answer: Value = [field.name.value: value]
      guard let route = chooser.route(of: answer) else { continue }
      if names.contains(route) { taken.insert(route) } else { lost.append(value.string ?? value.json()) }
    }
    let note = Diagnostic.Note("the answers are listed here", at: field.name.span)
    for (route, _) in routes where !taken.contains(route.value) {
      // One that is misspelled explains the answer that leads nowhere.
      let near = Suggestion.nearest(to: route.value, among: lost)
      lost.removeAll { $0 == near }
      let listed = near.flatMap { field.place(ofConstant: $0) }
      diagnostics.report(
        .routeNeverTaken(route.value, field.name.value), at: route.span,
        notes: [
          near.map { .didYouMean($0) } ?? .known("values of '\(field.name.value)'", Self.texts(values)),
          listed.map { Diagnostic.Note("'\(near ?? "")' is listed here", at: $0) } ?? note,
        ],
        // Either of the two may be the misspelled one.
        fixIts: (near.map { [.replace(route.span, with: $0)] } ?? [])
          + (listed.map { [.replace($0, with: route.value)] } ?? []))
    }
    guard !hasDefault else { return }
    for answer in lost {
      diagnostics.report(.answerWithoutRoute(answer, router), at: place, notes: [note])
    }
  }

  private static func texts(_ values: [Value]) -> [String] { values.map { $0.string ?? $0.json() } }

  /// The values that answers have in a field, where they are known.
  private static func values(of type: SchemaType) -> [Value]? {
    switch type.nonNull {
    case .bool: return [true, false]
    case .enumeration(let values): return values
    case .constrained(let type, _): return values(of: type)
    default: return nil
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func answerWithoutRoute(_ answer: String, _ router: String) -> Self {
    Self(
      "GR0443", .warning,
      "router '\(router)' has no route for the answer '\(answer)', and no 'default_route' for others")
  }

  fileprivate static func routeNeverTaken(_ route: String, _ field: String) -> Self {
    Self("GR0444", .warning, "route '\(route)' is never taken: it is no value of '\(field)'")
  }
}
