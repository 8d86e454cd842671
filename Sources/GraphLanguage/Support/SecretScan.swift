public import GraphDiagnostics

/// Finds keys, tokens and passwords in the text of files.
///
/// Only what has the form of a real one counts: placeholders such as `sk-…`, `${KEY}` or `ghp_xxxxxxxx` do not. The
/// message names the kind and never the secret, and the place is marked so that renderers do not show it.
public enum SecretScan {
  /// Reports what looks like a secret.
  ///
  /// - Complexity: O(bytes).
  public static func run(_ file: SourceFile, diagnostics: DiagnosticEngine) {
    for secret in secrets(in: file.bytes) {
      let span = SourceSpan(file, secret.range)
      diagnostics.report(Diagnostic(.secretInFile(secret.kind), at: span, isSecret: true))
    }
  }

  /// Reports the value of what is named like a key, where it is generated text and no variable.
  package static func check(value: Located<String>, diagnostics: DiagnosticEngine) {
    let bytes = Array(value.value.utf8)
    // What has the form of a key was found in the file's text.
    guard bytes.count >= 16, !bytes.contains(UInt8(ascii: "$")), secrets(in: bytes).isEmpty,
      bytes.withUnsafeBufferPointer({ isRandom($0[...]) })
    else { return }
    diagnostics.report(Diagnostic(.secretInFile("a key"), at: value.span, isSecret: true))
  }

  /// What looks like a secret in a text, in its order.
  static func secrets(in bytes: [UInt8]) -> [(kind: String, range: ByteRange)] {
    bytes.withUnsafeBufferPointer { text in
      var found: [(kind: String, range: ByteRange)] = []
      var position = 0
      while position < text.count {
        let byte = text[position]
        guard isCandidate[Int(byte)],
          position == 0 || !isWord(text[position - 1]) || byte == colon || queries.contains(byte)
        else {
          position += 1
          continue
        }
        if let (kind, range) = secret(text, at: position) {
          found.append((kind, range))
          position = range.upperBound
        } else {
          position += 1
        }
      }
      return found
    }
  }

  // MARK: - Forms

  /// The beginning of a token, what it is, which bytes may follow, and how many there are at least.
  private struct Form {
    let prefix: [UInt8]
    let kind: String
    let minimum: Int
    let takesDashes: Bool

    init(_ prefix: String, _ kind: String, _ minimum: Int, takesDashes: Bool = true) {
      self.prefix = Array(prefix.utf8)
      self.kind = kind
      self.minimum = minimum
      self.takesDashes = takesDashes
    }
  }

  /// Longer beginnings stand before shorter ones of the same letters.
  private static let forms: [Form] = [
    Form("sk-ant-", "a key of Anthropic", 24), Form("sk-or-v1-", "a key of OpenRouter", 32),
    Form("sk-", "an API key", 20), Form("sk_live_", "a key of Stripe", 16, takesDashes: false),
    Form("rk_live_", "a key of Stripe", 16, takesDashes: false), Form("gsk_", "a key of Groq", 32, takesDashes: false),
    Form("xai-", "a key of xAI", 40), Form("pplx-", "a key of Perplexity", 32),
    Form("tvly-", "a key of Tavily", 20), Form("r8_", "a token of Replicate", 30, takesDashes: false),
    Form("hf_", "a token of Hugging Face", 28, takesDashes: false), Form("lsv2_pt_", "a key of LangSmith", 30),
    Form("lsv2_sk_", "a key of LangSmith", 30), Form("github_pat_", "a token of GitHub", 40, takesDashes: false),
    Form("ghp_", "a token of GitHub", 36, takesDashes: false),
    Form("gho_", "a token of GitHub", 36, takesDashes: false),
    Form("ghu_", "a token of GitHub", 36, takesDashes: false),
    Form("ghs_", "a token of GitHub", 36, takesDashes: false),
    Form("ghr_", "a token of GitHub", 36, takesDashes: false), Form("glpat-", "a token of GitLab", 20),
    Form("xoxb-", "a token of Slack", 20), Form("xoxp-", "a token of Slack", 20), Form("xoxa-", "a token of Slack", 20),
    Form("xapp-", "a token of Slack", 20), Form("AIza", "a key of Google", 35),
    Form("AKIA", "a key of AWS", 16, takesDashes: false),
    Form("ASIA", "a key of AWS", 16, takesDashes: false), Form("npm_", "a token of npm", 36, takesDashes: false),
    Form("pypi-", "a token of PyPI", 50), Form("SG.", "a key of SendGrid", 40), Form("eyJ", "a JSON Web Token", 60),
  ]

  private static let bearer = [Array("Bearer ".utf8), Array("bearer ".utf8)]
  private static let privateKey = Array("-----BEGIN ".utf8)
  private static let colon = UInt8(ascii: ":")
  private static let queries: [UInt8] = [UInt8(ascii: "?"), UInt8(ascii: "&")]

  /// The names of parameters of addresses that hold secrets.
  private static let queryNames: Set<String> = [
    "key", "api_key", "apikey", "api-key", "token", "access_token", "auth", "auth_token", "secret", "client_secret",
    "appid", "subscription-key",
  ]

  /// The bytes that a secret, or what stands before one, can begin with.
  private static let isCandidate: [Bool] = {
    var isCandidate = Array(repeating: false, count: 256)
    for form in forms { isCandidate[Int(form.prefix[0])] = true }
    for byte in [UInt8(ascii: "B"), UInt8(ascii: "b"), UInt8(ascii: "-"), colon] + queries {
      isCandidate[Int(byte)] = true
    }
    return isCandidate
  }()

  private static func secret(
    _ text: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> (kind: String, range: ByteRange)? {
    if text[start] == colon { return password(text, at: start).map { ("a password in an address", $0) } }
    if queries.contains(text[start]) { return parameter(text, at: start).map { ("a key in an address", $0) } }
    if begins(text, start, privateKey) { return pem(text, at: start) }
    for form in forms where begins(text, start, form.prefix) {
      let end = end(text, from: start + form.prefix.count) {
        isWord($0) || form.takesDashes && $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
      }
      let token = text[(start + form.prefix.count)..<end]
      guard token.count >= form.minimum, isRandom(token) else { return nil }
      return (form.kind, ByteRange(start, end))
    }
    for word in bearer where begins(text, start, word) {
      let first = start + word.count
      let end = end(text, from: first) { isWord($0) || "-.~+/=".utf8.contains($0) }
      guard end - first >= 20, isRandom(text[first..<end]) else { return nil }
      return ("a bearer token", ByteRange(first, end))
    }
    return nil
  }

  /// `-----BEGIN … PRIVATE KEY-----`.
  private static func pem(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> (kind: String, range: ByteRange)? {
    let end = end(text, from: start + privateKey.count) { $0 == UInt8(ascii: " ") || isWord($0) && $0 < 0x5B }
    let line = String(decoding: text[start..<end], as: UTF8.self)
    guard line.hasSuffix("PRIVATE KEY"), begins(text, end, Array("-----".utf8)) else { return nil }
    return ("a private key", ByteRange(start, end + 5))
  }

  /// The password of `scheme://user:password@host`; the colon of `://` is where it begins.
  private static func password(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> ByteRange? {
    guard begins(text, start, Array("://".utf8)) else { return nil }
    let name = start + 3
    let end = end(text, from: name) { $0 > 0x20 && !"/\"'`?#,)]}>".utf8.contains($0) }
    let authority = text[name..<end]
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
      let separator = authority[..<at].firstIndex(of: colon), separator > name
    else { return nil }
    let password = text[(separator + 1)..<at]
    // What is replaced from the environment, and words that stand for a password, are none.
    guard password.count >= 6, !password.contains(where: { "${<*%[".utf8.contains($0) }),
      !isPlaceholder(password), !isWordAlone(password)
    else { return nil }
    return ByteRange(separator + 1, at)
  }

  /// The value of `?key=…` or `&key=…`.
  private static func parameter(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> ByteRange? {
    let equals = end(text, from: start + 1) { isWord($0) || $0 == UInt8(ascii: "-") }
    guard equals < text.count, text[equals] == UInt8(ascii: "="), equals - start < 24,
      queryNames.contains(String(decoding: text[(start + 1)..<equals], as: UTF8.self).lowercased())
    else { return nil }
    let end = end(text, from: equals + 1) { isWord($0) || "-.~%".utf8.contains($0) }
    guard end - equals > 16, isRandom(text[(equals + 1)..<end]) else { return nil }
    return ByteRange(equals + 1, end)
  }

  // MARK: - What is random

  /// Whether a token has letters and digits mixed, as generated ones do, and names no placeholder.
  private static func isRandom(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard Set(token).count >= 8, !isPlaceholder(token) else { return false }
    // Words with dashes between them are names; generated text has long runs without.
    return token.split(whereSeparator: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }).contains { run in
      run.count >= 12 && run.count(where: isDigit) >= 2 && run.count(where: { isWord($0) && !isDigit($0) }) >= 2
    }
  }

  private static func isPlaceholder(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    let text = String(decoding: token, as: UTF8.self).lowercased()
    return [
      "example", "your", "dummy", "fake", "placeholder", "redacted", "sample", "changeme", "insert", "xxxx", "0000",
      "1234567", "abcdef", "...", "test-key", "secret", "password", "passwd",
    ].contains { text.contains($0) }
  }

  /// Whether a password is a plain word, as examples and local services have.
  private static func isWordAlone(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    token.allSatisfy { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
  }

  private static func begins(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ prefix: [UInt8]) -> Bool {
    guard text.count - start >= prefix.count else { return false }
    for offset in prefix.indices where text[start + offset] != prefix[offset] { return false }
    return true
  }

  private static func end(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, while fits: (UInt8) -> Bool
  ) -> Int {
    var end = start
    while end < text.count, fits(text[end]) { end += 1 }
    return end
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_")
      || ((byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z"))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}

extension DiagnosticMessage {
  fileprivate static func secretInFile(_ kind: String) -> Self {
    Self("GR0707", .warning, "this looks like \(kind); keep it in the environment and not in a file")
  }
}
