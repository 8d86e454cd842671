import LanguageModels
import Testing

/// docs/models.md lists the providers as `ProviderPreset` has them.
@Suite(.timeLimit(.minutes(10)))
struct ModelDocumentTests {
  @Test func `the table of providers is that of the presets`() throws {
    let rows = try Markdown("docs/models.md").table(below: "## Providers")
    let expected = ProviderPreset.all.map { preset in
      let keys = preset.keyVariables.map { "`\($0)`" }.joined(separator: " or ")
      return [
        "`\(preset.name)`",
        keys.isEmpty ? "–" : keys + (preset.requiresKey ? "" : " (optional)"),
        preset.baseURL.map { "`\($0)`" } ?? "–",
        preset.defaultModel.map { "`\($0)`" } ?? "–",
      ]
    }
    #expect(rows == expected)
  }

  @Test func `variables are named after the provider`() throws {
    let preset = try #require(ProviderPreset.named("openai-compatible"))
    #expect(preset.baseURLVariable == "OPENAI_COMPATIBLE_BASE_URL")
    #expect(try Markdown("docs/models.md").lines.joined().contains(preset.baseURLVariable))
  }

  @Test func `the numbers of retries are those of the policy`() throws {
    let policy = ModelRetryPolicy()
    #expect(policy.maxAttempts == 3)
    #expect(policy.initialBackoff == .milliseconds(500))
    #expect(policy.factor == 2)
    #expect(policy.maxBackoff == .seconds(30))
    #expect(policy.jitter == 0.25)
    #expect(policy.maxRetryAfter == .seconds(60))
  }
}
