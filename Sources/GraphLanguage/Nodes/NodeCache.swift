internal import GraphDiagnostics
package import GraphRuntime

#if canImport(Glibc)
  internal import Glibc
#endif

/// Gives the results of a node out again: those of this process from memory, those of earlier ones from files.
///
/// A result is named by the digest of what determines it, so that no name tells
/// what is in a file. A file that cannot be read is as good as none, and where
/// none can be written, memory is all there is. The memory holds at most
/// `maximumCount` results and `maximumSize` bytes of them.
package final class NodeCache: Sendable {
  /// Says what determines a result.
  package typealias Key = @Sendable (StateView, NodeContext) throws -> Value

  /// Where results are kept: `.graph/cache` in the root of a project.
  package struct Folder: Sendable {
    private let root: String

    package init(below root: String) { self.root = root }

    /// The folder; nil when there is none and `isMade` is false, or it cannot be made.
    func open(making isMade: Bool) -> OpenFolder? {
      let permissions: UInt32? = isMade ? 0o700 : nil
      do throws(OpenFolder.Problem) {
        let project = try OpenFolder(root)
        let own = try project.folder(".graph", creating: permissions)
        // What models have said does not belong into anybody's repository.
        if isMade, !own.contains(".gitignore") {
          try own.write(Array("*\n".utf8), to: ".gitignore", permissions: 0o600)
        }
        return try own.folder("cache", creating: permissions)
      } catch {
        return nil
      }
    }
  }

  /// One result.
  struct Entry: Sendable {
    /// When it was made, in milliseconds since 1970.
    let time: Int64

    /// The joined tokens of a streaming node.
    let text: String?

    /// What the node wanted written.
    let update: StateUpdate
  }

  private struct Memory {
    var entries: [String: (entry: Entry, size: Int)] = [:]
    /// The names, oldest first.
    var order: [String] = []
    var size = 0
  }

  package static let maximumCount = 256
  package static let maximumSize = 8 << 20

  private let folder: Folder?
  private let timeToLive: Int64?
  private let checks: [NodeCheck]
  private let onToken: (@Sendable (String) -> Void)?
  private let now: @Sendable () -> Int64
  private let memory = Locked(Memory())

  /// Creates a cache.
  ///
  /// - Parameters:
  ///   - folder: Where results are kept for other processes, or nil.
  ///   - timeToLive: How long a result is good for; for ever when nil.
  ///   - checks: Those of the node: what breaks one is not kept.
  ///   - onToken: Gets each token that comes from here.
  ///   - now: The time, in milliseconds since 1970.
  package init(
    folder: Folder?, timeToLive: Duration?, checks: [NodeCheck] = [], onToken: (@Sendable (String) -> Void)? = nil,
    now: @escaping @Sendable () -> Int64 = wallClock
  ) {
    self.folder = folder
    self.timeToLive = timeToLive.map {
      $0.components.seconds * 1000 + $0.components.attoseconds / 1_000_000_000_000_000
    }
    self.checks = checks.filter { $0.moment == .after && $0.consequence != .warn }
    self.onToken = onToken
    self.now = now
  }

  package static let wallClock: @Sendable () -> Int64 = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  // MARK: - Bodies

  /// The body with this cache before it: the same effect on state, and the same text as tokens.
  package func wrap(_ body: NodeBody, key: @escaping Key) -> NodeBody {
    switch body {
    case .synchronous(let body):
      .plain { state, context in
        try await self.result(try key(state, context), state, context) { try body(state) }
      }
    case .plain(let body):
      .plain { state, context in
        try await self.result(try key(state, context), state, context) { try await body(state, context) }
      }
    case .streaming(let body):
      .streaming { state, context in CachedTokens(self, key, state, context, body).stream }
    }
  }

  private func result(
    _ key: Value, _ state: StateView, _ context: NodeContext, _ body: () async throws -> StateUpdate
  ) async throws -> StateUpdate {
    let name = Self.name(of: key)
    if let entry = await entry(name, context) { return entry.update }
    let update = try await body()
    keep(update, text: nil, as: name, state)
    return update
  }

  /// Shows a token of a known result to whoever watches the node.
  func show(_ token: String) { onToken?(token) }

  /// The result of a name, with an event that says so; none for an attempt after a failed one, which wants another.
  func entry(_ name: String, _ context: NodeContext) async -> Entry? {
    guard context.attempt == 1, let entry = find(name) else { return nil }
    await context.emit("cached", ["time": .int(Int(entry.time))])
    return entry
  }

  /// Keeps a result that is whole and breaks no check.
  func keep(_ update: StateUpdate, text: String?, as name: String, _ state: StateView) {
    let isGood = checks.allSatisfy { (try? $0.holds(state, update)) ?? false }
    guard !update.isPartial, isGood else { return }
    let entry = Entry(time: now(), text: text, update: update)
    let bytes = Array(entry.json.json().utf8)
    remember(entry, name, size: bytes.count)
    guard bytes.count <= ProjectFiles.maximumSize, let folder = folder?.open(making: true) else { return }
    // Without the file, the next process does the work again.
    try? folder.write(bytes, to: name, permissions: 0o600)
  }

  // MARK: - Memory and files

  /// The name of a result: the digest of what determines it.
  static func name(of key: Value) -> String { SHA256.hexadecimal(of: Array(key.json().utf8)) }

  private func find(_ name: String) -> Entry? {
    if let entry = memory.withLock({ $0.entries[name]?.entry }), isFresh(entry) { return entry }
    guard let folder = folder?.open(making: false),
      let bytes = try? folder.read(name, limit: ProjectFiles.maximumSize),
      let value = try? Value(json: bytes), let entry = Entry(value), isFresh(entry)
    else { return nil }
    remember(entry, name, size: bytes.count)
    return entry
  }

  private func isFresh(_ entry: Entry) -> Bool {
    guard let timeToLive else { return true }
    let age = now() - entry.time
    // A time in the future is that of a clock which was put right since.
    return age >= 0 && age < timeToLive
  }

  private func remember(_ entry: Entry, _ name: String, size: Int) {
    guard size <= Self.maximumSize else { return }
    memory.withLock { memory in
      if let old = memory.entries.removeValue(forKey: name) {
        memory.size -= old.size
        memory.order.removeAll { $0 == name }
      }
      memory.entries[name] = (entry, size)
      memory.order.append(name)
      memory.size += size
      while memory.order.count > Self.maximumCount || memory.size > Self.maximumSize {
        memory.size -= memory.entries.removeValue(forKey: memory.order.removeFirst())?.size ?? 0
      }
    }
  }
}

extension NodeCache.Entry {
  /// The result as it stands in a file.
  var json: Value {
    var object: ValueObject = [
      "version": 1, "time": .int(Int(time)),
      "writes": .list(update.writes.map { ["key": .string($0.key.name), "value": $0.value] }),
    ]
    if let route = update.route { object["route"] = .string(route) }
    if let text { object["text"] = .string(text) }
    return .object(object)
  }

  /// The result of a file; nil when it is none.
  init?(_ value: Value) {
    guard value["version"]?.int == 1, let time = value["time"]?.int, let writes = value["writes"]?.list else {
      return nil
    }
    var update = StateUpdate()
    for write in writes {
      guard let key = write["key"]?.string, let value = write["value"] else { return nil }
      update.set(StateKey(key), value)
    }
    update.route = value["route"]?.string
    self.init(time: Int64(time), text: value["text"]?.string, update: update)
  }
}

/// The tokens of a streaming node with a cache before it.
private final class CachedTokens: Sendable {
  private enum Phase {
    case idle
    /// The text that is left of a known result.
    case known(NodeCache.Entry, rest: Substring)
    case new(TokenStream, name: String)
  }

  private let cache: NodeCache
  private let key: NodeCache.Key
  private let state: StateView
  private let context: NodeContext
  private let body: @Sendable (StateView, NodeContext) -> TokenStream
  private let phase = Locked(Phase.idle)

  /// The most characters of a token that comes from a known result.
  private static let tokenLength = 1024

  init(
    _ cache: NodeCache, _ key: @escaping NodeCache.Key, _ state: StateView, _ context: NodeContext,
    _ body: @escaping @Sendable (StateView, NodeContext) -> TokenStream
  ) {
    self.cache = cache
    self.key = key
    self.state = state
    self.context = context
    self.body = body
  }

  var stream: TokenStream {
    var stream = TokenStream(
      next: { try await self.next() }, finish: { try await self.finish($0, isPartial: $1) })
    // A known result is whole at once, and has no parts to wait for.
    stream.readPartials = { token in
      guard case .new(let stream, _) = self.phase.withLock({ $0 }) else { return [] }
      return stream.readPartials?(token) ?? []
    }
    return stream
  }

  private func next() async throws -> String? {
    switch phase.withLock({ $0 }) {
    case .new(let stream, _): return try await stream.next()
    case .known(let entry, let rest): return take(from: rest, of: entry)
    case .idle:
      let name = NodeCache.name(of: try key(state, context))
      if let entry = await cache.entry(name, context) { return take(from: (entry.text ?? "")[...], of: entry) }
      let stream = body(state, context)
      phase.withLock { $0 = .new(stream, name: name) }
      return try await stream.next()
    }
  }

  private func take(from text: Substring, of entry: NodeCache.Entry) -> String? {
    let token = text.prefix(Self.tokenLength)
    phase.withLock { $0 = .known(entry, rest: text[token.endIndex...]) }
    guard !token.isEmpty else { return nil }
    cache.show(String(token))
    return String(token)
  }

  private func finish(_ text: String, isPartial: Bool) async throws -> StateUpdate {
    switch phase.withLock({ $0 }) {
    case .known(let entry, _):
      // A stop between two tokens of a known text: the rest is there, but was not shown.
      guard isPartial else { return entry.update }
      return try await body(state, context).finish(text, true)
    case .new(let stream, let name):
      let update = try await stream.finish(text, isPartial)
      if !isPartial { cache.keep(update, text: text, as: name, state) }
      return update
    case .idle: return try await body(state, context).finish(text, isPartial)
    }
  }
}
