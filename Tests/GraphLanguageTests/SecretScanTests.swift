import GraphDiagnostics
import GraphLanguage
import Testing

/// Keys in files are found, placeholders are not, and nobody is shown one.
@Suite(.timeLimit(.minutes(10)))
struct SecretScanTests {
  private func found(_ text: String) -> [Diagnostic] {
    let diagnostics = DiagnosticEngine()
    SecretScan.run(SourceFile(path: "a.yaml", text: text), diagnostics: diagnostics)
    return diagnostics.diagnostics
  }

  /// Texts in the form of keys, put together here so that no scanner takes this file for one that holds some.
  private static let keys: [(String, String)] = [
    ("sk-" + "proj-9fK2mQ7xLw4Vt8RbZc3YpN6d", "an API key"), ("sk-" + "7Gh29dKq01LmZx84Vb6NcTy3", "an API key"),
    ("sk-" + "ant-api03-9fK2mQ7xLw4Vt8RbZc3YpN6dJh5", "a key of Anthropic"),
    ("gh" + "p_9fK2mQ7xLw4Vt8RbZc3YpN6dJh5Sg1Ae0Ui2", "a token of GitHub"),
    ("AK" + "IA3K7QW9ZLMN2PXR4T", "a key of AWS"), ("AI" + "zaSyD9fK2mQ7xLw4Vt8RbZc3YpN6dJh5Sg1Ak", "a key of Google"),
    ("xo" + "xb-24681357902-9fK2mQ7xLw4Vt8Rb", "a token of Slack"),
    ("h" + "f_9fKmQxLwVtRbZcYpNdJhSgAeUi27834", "a token of Hugging Face"),
    ("gs" + "k_9fK2mQ7xLw4Vt8RbZc3YpN6dJh5Sg1Ae0Ui2", "a key of Groq"),
    ("gl" + "pat-9fK2mQ7xLw4Vt8RbZc3Y", "a token of GitLab"),
    ("-----BEGIN " + "RSA PRIVATE KEY-----", "a private key"),
  ]

  @Test(arguments: keys)
  func `a key is found wherever it stands, and its place is all of it`(key: String, kind: String) throws {
    for text in [key, "a: \(key)\n", "a: \"\(key)\"", "user: |\n  use \(key), please\n", "{\"k\": \"\(key)\"}"] {
      let diagnostic = try #require(found(text).first, "\(text)")
      #expect(diagnostic.message.text == "this looks like \(kind); keep it in the environment and not in a file")
      #expect(diagnostic.severity == .warning && diagnostic.isSecret)
      #expect(diagnostic.span.map { key.hasPrefix($0.text) && $0.text.count >= key.count - 1 } == true)
      #expect(found(text).count == 1)
    }
  }

  @Test func `passwords in addresses and bearer tokens are found`() throws {
    let address = try #require(found("url: postgres://app:h7Gk2pQz@db.internal/app\n").first)
    #expect(address.message.text.hasPrefix("this looks like a password in an address"))
    #expect(address.span?.text == "h7Gk2pQz")
    let token = "Zx84Vb6NcTy37Gh29dKq01Lm"
    let bearer = try #require(found("  Authorization: Bearer \(token)\n").first)
    #expect(bearer.span?.text == token)
    let query = try #require(found("url: https://api.internal/v1?units=metric&api_key=\(token)&x=1\n").first)
    #expect(query.message.text.hasPrefix("this looks like a key in an address"))
    #expect(query.span?.text == token)
  }

  @Test(arguments: [
    "sk-...", "sk-…", "sk-xxxxxxxxxxxxxxxxxxxxxxxx", "sk-your-api-key-goes-here-1234", "${OPENAI_API_KEY}",
    "sk-proj-XXXXXXXXXXXXXXXXXXXXXXXX", "sk-1234567890abcdef1234567890", "AKIAIOSFODNN7EXAMPLE",
    "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "Bearer ${TOKEN}", "Bearer {token}",
    "Bearer YOUR_TOKEN_GOES_HERE_PLEASE",
    "postgres://user:password@localhost/app", "postgres://user:${PASSWORD}@db/app", "redis://:secret@localhost",
    "https://example.org/a:b@c", "mailto:a@b.example", "task-management-system-for-teams-2024-edition",
    "ask-somebody-who-knows-about-it-in-2024-or-2025", "sk-learn-pipeline-with-many-words-2024-01",
    "postgres://app:changeme@db/app", "http://user:pass@host", "the bearer of this letter is well known to me",
    "-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----", "test-key-of-loopback-123456789012",
    "d41d8cd98f00b204e9800998ecf8427e", "550e8400-e29b-41d4-a716-446655440000", "eyJ", "hf_transfer",
    "npm_config_registry",
    "https://api.internal/v1?key=${KEY}", "https://api.internal/v1?key={state.key}&token=next",
    "?token=YOUR_TOKEN_HERE_12",
    "https://api.internal/v1?key=landing-page-of-2024-first-edition", "is the key=Zx84Vb6NcTy37Gh29dKq01Lm a key?",
    "https://user@host.example/x:y@z", "git@github.com:a/b.git", "http://{user}:{password}@host",
  ])
  func `what only looks a little like one is none`(text: String) {
    #expect(found("a: \(text)\n").map(\.message.text) == [])
  }

  @Test func `no renderer shows it, also in the line of another finding`() throws {
    let key = Self.keys[1].0
    let file = SourceFile(path: "a.yaml", text: "a: \(key) # b\n")
    let diagnostics = DiagnosticEngine()
    SecretScan.run(file, diagnostics: diagnostics)
    diagnostics.report(DiagnosticMessage("GR9001", "odd"), at: SourceSpan(file, ByteRange(0, 1)))
    var report = DiagnosticReport()
    report.diagnostics = diagnostics.diagnostics
    var text = DiagnosticTextRenderer(colour: false)
    let printed = [
      text.render(report.diagnostics), DiagnosticJSONRenderer().render(report.diagnostics),
      DiagnosticGitHubRenderer().render(report), DiagnosticJUnitRenderer().render(report),
      DiagnosticSARIFRenderer(toolVersion: "1") { _ in nil }.render(report),
    ]
    for output in printed { #expect(!output.contains(key.suffix(12)), "\(output)") }
    #expect(printed[0].contains("a: \(String(repeating: "*", count: key.count)) # b\n"))
  }

  @Test func `an error about the same secret stands for both`() {
    let file = SourceFile(path: "a.yaml", text: "k: \(Self.keys[0].0)\n")
    let diagnostics = DiagnosticEngine()
    SecretScan.run(file, diagnostics: diagnostics)
    let span = SourceSpan(file, ByteRange(3, file.bytes.count - 1))
    diagnostics.report(Diagnostic(DiagnosticMessage("GR9001", "a key"), at: span, isSecret: true))
    #expect(diagnostics.diagnostics.map(\.code.id) == ["GR9001"])
  }
}
