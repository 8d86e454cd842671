internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML
internal import LanguageModels

/// The `candidates` of a node that asks several models at once.
enum RaceCandidates {
  static let keys = KeyTable(ModelSettings.keys)

  /// Reads the candidates of a node.
  ///
  /// - Returns: Nil where the node has none; those that are whole otherwise.
  static func read(_ node: NodeDocument, _ models: ModelCatalog, _ diagnostics: DiagnosticEngine) -> [ModelSettings]? {
    guard let list = node.fields.node("candidates"), let items = list.sequence else { return nil }
    for key in ["provider", "model", "base_url"] {
      guard let span = node.fields.keySpan(key) else { continue }
      diagnostics.report(.besideCandidates(key), at: span)
    }
    var seen: [String: SourceSpan] = [:]
    var candidates: [ModelSettings] = []
    for item in items {
      guard let fields = FieldReader(item, owner: "a candidate", keys: keys, diagnostics: diagnostics) else { continue }
      let candidate = ModelSettings(fields)
      if candidate.provider == nil && candidate.model == nil {
        if !fields.hasUnknownKeys, !fields.has("provider"), !fields.has("model") {
          diagnostics.report(.emptyCandidate, at: item.span)
        }
        continue
      }
      NodePrompt.checkProvider(candidate.provider, models, diagnostics)
      let name = [candidate.provider?.value.lowercased(), candidate.model?.value, candidate.baseURL?.value]
        .map { $0 ?? "" }.joined(separator: "\n")
      if let first = seen[name] {
        diagnostics.report(.candidateTwice, at: item.span, notes: [.firstWritten(at: first)])
      } else {
        seen[name] = item.span
      }
      candidates.append(candidate)
    }
    if items.count < 2 { diagnostics.report(.tooFewCandidates(node.name.value, items.count), at: list.span) }
    return candidates
  }
}

extension DiagnosticMessage {
  fileprivate static func tooFewCandidates(_ node: String, _ count: Int) -> Self {
    Self("GR0129", "node '\(node)' needs two candidates at least, and has \(count == 0 ? "none" : "one")")
  }

  fileprivate static var emptyCandidate: Self { Self("GR0130", "a candidate needs 'provider' or 'model'") }

  fileprivate static var candidateTwice: Self { Self("GR0131", .warning, "this candidate is listed twice") }

  fileprivate static func besideCandidates(_ key: String) -> Self {
    Self("GR0134", "'\(key)' has no effect beside 'candidates'; each candidate has its own")
  }
}
