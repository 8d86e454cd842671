import Glibc
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import Testing

/// Results that are kept: when they are used again, and what is never kept.
@Suite(.timeLimit(.minutes(10))) struct NodeCacheTests {
  private let project: TemporaryFolder
  private let calls = Locked(0)
  private let clock = Locked<Int64>(1_000_000)

  init() throws { project = try TemporaryFolder() }

  private func cache(timeToLive: Duration? = nil, checks: [NodeCheck] = []) -> NodeCache {
    let clock = clock
    return NodeCache(
      folder: NodeCache.Folder(below: project.path), timeToLive: timeToLive, checks: checks,
      now: { clock.withLock { $0 } })
  }

  /// A node that counts its calls and writes their number.
  private var counting: NodeBody {
    let calls = calls
    return .plain { _, _ in
      let count = calls.withLock { calls in
        calls += 1
        return calls
      }
      return ["out": .int(count), "more": [1.0, "é", nil]]
    }
  }

  private func run(_ cache: NodeCache, key: Value = "k", attempt: Int = 1) async throws -> Value? {
    guard case .plain(let body) = cache.wrap(counting, key: { _, _ in key }) else { return nil }
    return try await body(StateView([:]), RecordingContext(attempt: attempt).context)["out"]
  }

  @Test func `a result is used again for the same key, and for no other`() async throws {
    let cache = cache()
    #expect(try await run(cache) == 1)
    #expect(try await run(cache) == 1)
    #expect(try await run(cache, key: "other") == 2)
  }

  @Test func `a result outlives its process`() async throws {
    #expect(try await run(cache()) == 1)
    #expect(try await run(cache()) == 1)
    guard case .plain(let body) = cache().wrap(counting, key: { _, _ in "k" }) else { return }
    let update = try await body(StateView([:]), RecordingContext().context)
    #expect(update == ["out": 1, "more": [1.0, "é", nil]])
  }

  @Test func `a result from the cache is an event`() async throws {
    let cache = cache()
    guard case .plain(let body) = cache.wrap(counting, key: { _, _ in "k" }) else { return }
    let first = RecordingContext()
    _ = try await body(StateView([:]), first.context)
    #expect(first.customEvents.isEmpty)
    let second = RecordingContext()
    _ = try await body(StateView([:]), second.context)
    #expect(second.customEvents.map(\.name) == ["cached"])
    #expect(second.customEvents.first?.payload == ["time": 1_000_000])
  }

  @Test func `a result is as old as its time to live allows, also in a file`() async throws {
    let short = cache(timeToLive: .seconds(2))
    #expect(try await run(short) == 1)
    clock.withLock { $0 += 1999 }
    #expect(try await run(short) == 1)
    #expect(try await run(cache(timeToLive: .seconds(2))) == 1)
    clock.withLock { $0 += 1 }
    #expect(try await run(cache(timeToLive: .seconds(2))) == 2)
    #expect(try await run(short) == 2)
  }

  @Test func `a file that is broken is as good as none`() async throws {
    #expect(try await run(cache()) == 1)
    let name = SHA256.hexadecimal(of: Array(Value.string("k").json().utf8))
    for text in ["", "{", "{\"version\": 2}", "{\"version\": 1, \"time\": 5, \"writes\": [3]}", "[]"] {
      try project.write(".graph/cache/\(name)", text)
      let expected = calls.withLock { $0 } + 1
      #expect(try await run(cache()) == .int(expected), "\(text)")
    }
  }

  @Test func `files tell nobody anything`() async throws {
    _ = try await run(cache(), key: "a secret")
    let name = SHA256.hexadecimal(of: Array(Value.string("a secret").json().utf8))
    #expect(permissions("\(project.path)/.graph/cache/\(name)") == 0o600)
    #expect(permissions("\(project.path)/.graph/cache") == 0o700)
    #expect(permissions("\(project.path)/.graph/.gitignore") == 0o600)
  }

  @Test func `a link in the place of the folder is not followed`() async throws {
    let elsewhere = try TemporaryFolder()
    project.makeFolder(".graph")
    try project.link(".graph/cache", to: elsewhere.path)
    #expect(try await run(cache()) == 1)
    #expect(try await run(cache()) == 2)
    #expect(ProjectFiles(root: elsewhere.path)?.list(elsewhere.path) == [])
  }

  @Test func `an attempt after a failed one does the work again`() async throws {
    let cache = cache()
    #expect(try await run(cache) == 1)
    #expect(try await run(cache, attempt: 2) == 2)
    #expect(try await run(cache) == 2)
  }

  @Test func `what breaks a check is not kept, but for a warning`() async throws {
    func check(_ consequence: NodeCheck.Consequence) -> NodeCheck {
      NodeCheck("no", .after, otherwise: consequence) { _, _ in false }
    }
    let strict = cache(checks: [check(.halt)])
    #expect(try await run(strict) == 1)
    #expect(try await run(strict) == 2)
    let warning = cache(checks: [check(.warn)])
    #expect(try await run(warning) == 3)
    #expect(try await run(warning) == 3)
  }

  @Test func `memory holds so many results and no more`() async throws {
    let cache = NodeCache(folder: nil, timeToLive: nil)
    for key in 0...NodeCache.maximumCount { _ = try await run(cache, key: .int(key)) }
    #expect(try await run(cache, key: .int(NodeCache.maximumCount)) == .int(NodeCache.maximumCount + 1))
    #expect(try await run(cache, key: 0) == .int(NodeCache.maximumCount + 2))
  }

  // MARK: - Streams

  /// Reads a stream to its end, as the engine does.
  private func read(_ body: NodeBody, stoppingAfter limit: Int? = nil) async throws -> ([String], StateUpdate) {
    guard case .streaming(let make) = body else { return ([], StateUpdate()) }
    let stream = make(StateView([:]), RecordingContext().context)
    var tokens: [String] = []
    while tokens.count < limit ?? .max, let token = try await stream.next() { tokens.append(token) }
    return (tokens, try await stream.finish(tokens.joined(), limit != nil))
  }

  private func streaming(_ pieces: [String]) -> NodeBody {
    let calls = calls
    return .streaming { _, _ in
      let rest = Locked(pieces[...])
      calls.withLock { $0 += 1 }
      return TokenStream(to: "out") { rest.withLock { $0.popFirst() } }
    }
  }

  @Test func `the text of a known result arrives as tokens that give the text in state`() async throws {
    let text = String(repeating: "ab👩‍👩‍👧é", count: 700)
    let body = streaming(["Hello ", text])
    let (_, first) = try await read(cache().wrap(body, key: { _, _ in "k" }))
    let (tokens, second) = try await read(cache().wrap(body, key: { _, _ in "k" }))
    #expect(calls.withLock { $0 } == 1)
    #expect(first == second)
    #expect(tokens.count > 1 && tokens.joined() == "Hello " + text)
    #expect(second["out"]?.string == tokens.joined())
  }

  @Test func `what a stop has cut short is not kept`() async throws {
    let cache = cache()
    let body = streaming(["a", "b", "c"])
    _ = try await read(cache.wrap(body, key: { _, _ in "k" }), stoppingAfter: 2)
    let (tokens, _) = try await read(cache.wrap(body, key: { _, _ in "k" }))
    #expect(tokens == ["a", "b", "c"])
    #expect(calls.withLock { $0 } == 2)
  }

  @Test func `a stop within a known text keeps what was shown`() async throws {
    let cache = cache()
    let text = String(repeating: "x", count: 3000)
    let body = streaming([text])
    _ = try await read(cache.wrap(body, key: { _, _ in "k" }))
    let (tokens, update) = try await read(cache.wrap(body, key: { _, _ in "k" }), stoppingAfter: 1)
    #expect(update["out"]?.string == tokens.joined())
    #expect(tokens.joined().count < 3000)
  }
}

/// The permissions of a file or folder, or nil when there is none.
private func permissions(_ path: String) -> UInt32? {
  var status = stat()
  return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
}

/// The digest that names results.
@Suite struct SHA256Tests {
  @Test(
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func `it is that of the standard`(text: String, digest: String) {
    #expect(SHA256.hexadecimal(of: Array(text.utf8)) == digest)
  }

  @Test func `a million letters give the digest of the standard`() {
    #expect(
      SHA256.hexadecimal(of: Array(repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }
}
