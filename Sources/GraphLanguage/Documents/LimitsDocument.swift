internal import GraphDiagnostics
internal import GraphYAML

/// The limits of a run, under `config`; nil for those that the file does not set.
public struct LimitsDocument: Sendable {
  /// The most steps of a run.
  public let maximumSteps: Int?

  /// The most nodes that run at once.
  public let maximumConcurrency: Int?

  /// The longest time of a run.
  public let timeout: Duration?

  /// The most items of a map that does not say otherwise.
  public let maximumMapItems: Int?

  /// The most tokens of an answer where nothing else says it.
  public let maximumTokens: Int?

  init(_ node: YAMLNode?, _ diagnostics: DiagnosticEngine) {
    let fields = node.flatMap {
      FieldReader($0, owner: "'config'", keys: GraphKeys.config, diagnostics: diagnostics)
    }
    maximumSteps = fields?.int("recursion_limit")?.value
    maximumConcurrency = fields?.int("max_concurrency")?.value
    timeout = fields?.duration("timeout")?.value
    maximumMapItems = fields?.int("max_map_items")?.value
    maximumTokens = fields?.int("max_tokens")?.value
  }
}
