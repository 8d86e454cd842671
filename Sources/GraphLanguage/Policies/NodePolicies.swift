public import GraphDiagnostics
public import GraphRuntime
internal import GraphYAML

/// What becomes of a run when a node fails.
public enum ErrorPolicy: String, Sendable, Hashable, CaseIterable {
  /// The run fails.
  case fail
  /// The run goes on without the node's result.
  case skip
  /// The node is tried again, and the run fails after the last attempt.
  case retry
  /// Another model is asked, and the run fails when that fails too.
  case fallback
}

/// What a node's author wrote about failures, checks and the cache; the same for all types of node.
public struct NodePolicies: Sendable {
  /// The other model that is asked when all attempts have failed.
  public struct Fallback: Sendable {
    /// The settings that stand in place of the node's own.
    public let settings: ModelSettings

    /// The place of the key.
    public let span: SourceSpan
  }

  /// What becomes of the run when the node fails, or nil for the default.
  public let onError: Located<ErrorPolicy>?

  /// The other model, or nil.
  public let fallback: Fallback?

  /// The checks of `guards`.
  public let checks: [CheckDocument]

  /// The prediction about the result, or nil.
  public let verification: VerificationDocument?

  /// How results are kept, or nil.
  public let cache: CacheDocument?

  /// How often a node with `on_error: retry` is tried that says no more than that.
  public static let repetition = RetryPolicy(maximumAttempts: 4)

  /// The keys, which every node has.
  static let keys: [KeySpec] = [
    onErrorKey,
    KeySpec("fallback", .mapping, "Another model, which is asked when all attempts have failed.").holding(
      .keys(fallbackKeys)),
    KeySpec("guards", .mapping, "Conditions that have to hold before (pre) and after (post) the node's work.").holding(
      .keys(CheckDocument.guardKeys)),
    KeySpec("verification", .mapping, "A prediction about the result that is checked: question, on_fail.").holding(
      .keys(VerificationDocument.keys)),
    KeySpec("cache", .any, "Whether results are kept for later runs: true, or {ttl, key}.").holding(
      .either([.kind(.bool), .keys(CacheDocument.keys)])),
  ]

  static let onErrorKey = KeySpec(
    "on_error", .choice(ErrorPolicy.allCases.map(\.rawValue)), "What becomes of the run when the node fails.")

  private static let fallbackKeys = KeyTable(ModelSettings.keys)

  init(_ fields: FieldReader) {
    let diagnostics = fields.diagnostics
    onError = Self.errorPolicy(fields)
    fallback = Self.fallback(fields)
    checks = CheckDocument.parseGuards(fields.node("guards"), diagnostics)
    verification = fields.node("verification").flatMap { VerificationDocument($0, diagnostics) }
    cache = fields.node("cache").flatMap { CacheDocument($0, diagnostics) }
  }

  static func errorPolicy(_ fields: FieldReader) -> Located<ErrorPolicy>? {
    fields.string("on_error").flatMap { text in
      ErrorPolicy(rawValue: text.value).map { Located($0, at: text.span) }
    }
  }

  private static func fallback(_ fields: FieldReader) -> Fallback? {
    guard let node = fields.node("fallback"),
      let reader = FieldReader(node, owner: "'fallback'", keys: fallbackKeys, diagnostics: fields.diagnostics)
    else { return nil }
    let span = fields.keySpan("fallback") ?? node.span
    let settings = ModelSettings(reader)
    if settings.provider == nil, settings.model == nil, settings.baseURL == nil, !reader.hasUnknownKeys,
      !["provider", "model", "base_url"].contains(where: reader.has)
    {
      fields.diagnostics.report(.emptyFallback, at: span)
    }
    return Fallback(settings: settings, span: span)
  }

  /// The paths into the state that checks, predictions and cache keys read.
  public var paths: [StatePath] {
    checks.flatMap(\.paths) + (verification?.question.paths ?? []) + (cache?.key?.paths ?? [])
  }

  /// The expressions of checks, predictions and cache keys.
  ///
  /// - Parameter result: Where the type of the node's result comes from.
  func uses(result: TypeSource) -> [TypedUse] {
    checks.map { $0.use(result: result) } + (verification.map { [TypedUse(.value($0.question))] } ?? [])
      + (cache?.key.map { [TypedUse(.value($0))] } ?? [])
  }
}

extension NodePolicies {
  /// Finds what a node's type cannot carry out.
  func check(_ node: NodeDocument, hasFallback: Bool, _ defaults: DefaultsDocument, _ diagnostics: DiagnosticEngine) {
    let wanted = onError ?? defaults.onError
    if !hasFallback {
      if let span = fallback?.span ?? (onError?.value == .fallback ? onError?.span : nil) {
        diagnostics.report(.noModelToReplace(node.name.value, node.type.value), at: span)
      }
    } else if wanted?.value == .fallback, fallback == nil, !node.fields.has("fallback") {
      let isOwn = onError != nil
      diagnostics.report(
        .noFallback(node.name.value), at: isOwn ? wanted?.span : node.name.span,
        notes: isOwn ? [] : [Diagnostic.Note("'on_error' is set here", at: wanted?.span)])
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func noFallback(_ node: String) -> Self {
    Self("GR0183", "with 'on_error: fallback', node '\(node)' needs 'fallback' with another provider or model")
  }

  fileprivate static var emptyFallback: Self {
    Self("GR0184", "'fallback' names no other model; it needs 'provider' or 'model'")
  }

  fileprivate static func noModelToReplace(_ node: String, _ type: String) -> Self {
    Self("GR0185", "node '\(node)' of type '\(type)' asks no model that another one could stand in for")
  }
}
