public import GraphLanguage
public import GraphRuntime

/// A server of the language server protocol, 3.17, for graph and prompt files.
///
/// It takes one message at a time and says what is to be sent; `LanguageServerLoop` connects it to descriptors.
/// Compiling is put off while somebody types: `deadline` says when `work` has something to do.
public struct LanguageServer {
  /// What the server is told that no file declares: of models, and of what codes of findings mean.
  public struct Knowledge: Sendable {
    /// The providers that may be named.
    public var providers: [String]

    /// Models by provider that are offered; others may be named all the same.
    public var models: [String: [String]]

    /// What a code of a finding means and what to do, as Markdown; nil for one of which nothing is known.
    public var explanation: @Sendable (_ code: String) -> String?

    /// Creates what is known.
    public init(
      providers: [String] = [], models: [String: [String]] = [:],
      explanation: @escaping @Sendable (_ code: String) -> String? = { _ in nil }
    ) {
      self.providers = providers
      self.models = models
      self.explanation = explanation
    }
  }

  /// How far the conversation with the client has come.
  enum Phase {
    case created
    case running
    case shutDown
    case ended
  }

  let workspace: Workspace
  let knowledge: Knowledge
  let version: String
  var phase = Phase.created
  var client = ClientAbilities()
  var checking = Checking()

  /// Requests that were cancelled before they were carried out.
  private var cancelled: Set<Value> = []

  private var nextRequest = 1

  /// What is to be sent, in order.
  private var outgoing: [Value] = []

  /// Creates a server.
  ///
  /// - Parameters:
  ///   - factory: The types of node and of tool.
  ///   - knowledge: What is known besides the files.
  ///   - version: What the client is told.
  public init(factory: any NodeFactory, knowledge: Knowledge = Knowledge(), version: String) {
    workspace = Workspace(factory: factory)
    self.knowledge = knowledge
    self.version = version
  }

  /// Whether the client has asked for the end.
  public var hasEnded: Bool { phase == .ended }

  /// The status that the program ends with: 0 when the client said good-bye as it should.
  public private(set) var exitStatus = 1

  /// When `work` has something to do, or nil.
  public var deadline: ContinuousClock.Instant? { phase == .running ? checking.deadline : nil }

  /// Carries out one step of the work that was put off.
  ///
  /// - Returns: The messages to send.
  public mutating func work(at now: ContinuousClock.Instant) -> [Value] {
    guard phase == .running else { return [] }
    workspace.begin()
    return checking.work(workspace, at: now, client)
  }

  /// Takes a message that is not JSON.
  public func receiveGarbage() -> [Value] { [OutgoingMessage.response(.null, .parseError)] }

  /// Notes that a request need not be carried out; called for messages that have come and are not yet received.
  public mutating func cancel(_ id: Value) { cancelled.insert(id) }

  /// Takes a message.
  ///
  /// - Returns: The messages to send.
  public mutating func receive(_ message: Value, at now: ContinuousClock.Instant = .now) -> [Value] {
    outgoing = []
    defer { outgoing = [] }
    workspace.begin()
    guard let object = message.object else { return [OutgoingMessage.response(.null, .invalidRequest)] }
    guard let method = object["method"]?.string else {
      // An answer to one of the server's own requests, which needs no reaction, or nothing at all.
      let isAnswer = object["result"] != nil || object["error"] != nil
      return isAnswer ? [] : [OutgoingMessage.response(object["id"] ?? .null, .invalidRequest)]
    }
    let parameters = object["params"] ?? .null
    guard let id = object["id"] else {
      notify(method, parameters, now)
      return outgoing
    }
    do throws(ResponseError) {
      if cancelled.remove(id) != nil { throw .cancelled }
      send(OutgoingMessage.response(id, try request(method, parameters, now)))
    } catch {
      send(OutgoingMessage.response(id, error))
    }
    return outgoing
  }

  mutating func send(_ message: Value) { outgoing.append(message) }

  /// Sends a request of the server's own.
  mutating func ask(_ method: String, _ parameters: Value) {
    send(OutgoingMessage.request("graph-\(nextRequest)", method, parameters))
    nextRequest += 1
  }

  // MARK: - Lifecycle

  private mutating func request(
    _ method: String, _ parameters: Value, _ now: ContinuousClock.Instant
  ) throws(ResponseError) -> Value {
    switch (phase, method) {
    case (.created, "initialize"): return initialize(parameters)
    case (.created, _): throw .notInitialized
    case (.running, "shutdown"):
      phase = .shutDown
      return .null
    case (.running, "initialize"): throw .invalidRequest
    case (.running, _): return try feature(method, parameters, at: now)
    case (.shutDown, _), (.ended, _): throw .invalidRequest
    }
  }

  private mutating func initialize(_ parameters: Value) -> Value {
    client = ClientAbilities(parameters["capabilities"])
    client.pages.folder = parameters["initializationOptions"]?["documentation"]?.string
    workspace.encoding = client.encoding
    let folders = (parameters["workspaceFolders"]?.list ?? []).compactMap { $0["uri"]?.string }
    let root = parameters["rootUri"]?.string
    workspace.folders = (folders.isEmpty ? root.map { [$0] } ?? [] : folders).compactMap(FileURI.path)
    phase = .running
    return [
      "capabilities": ServerAbilities.value(client), "serverInfo": ["name": "graph", "version": .string(version)],
    ]
  }

  private mutating func notify(_ method: String, _ parameters: Value, _ now: ContinuousClock.Instant) {
    switch method {
    case "exit":
      exitStatus = phase == .shutDown ? 0 : 1
      phase = .ended
    case "$/cancelRequest":
      // The request has been answered already, or was never made.
      break
    default:
      guard phase == .running else { return }
      notifyRunning(method, parameters, now)
    }
  }

  private mutating func notifyRunning(_ method: String, _ parameters: Value, _ now: ContinuousClock.Instant) {
    switch method {
    case "initialized":
      if client.registersWatchers { ask("client/registerCapability", ServerAbilities.watchers) }
    case "textDocument/didOpen": didOpen(parameters["textDocument"], now)
    case "textDocument/didChange": didChange(parameters, now)
    case "textDocument/didClose":
      guard let document = document(parameters) else { return }
      workspace.remove(document.path)
      checking.note(document.path, at: now)
    case "textDocument/didSave":
      guard let document = document(parameters) else { return }
      checking.note(document.path, at: now)
    case "workspace/didChangeWatchedFiles": filesChanged(now)
    case "workspace/didChangeWorkspaceFolders":
      let event = parameters["event"]
      func paths(_ key: String) -> [String] {
        (event?[key]?.list ?? []).compactMap { $0["uri"]?.string.flatMap(FileURI.path) }
      }
      let removed = paths("removed")
      workspace.folders = workspace.folders.filter { !removed.contains($0) } + paths("added")
      filesChanged(now)
    default:
      // Notifications that are not known may be ignored.
      break
    }
  }

  // MARK: - Documents

  private mutating func didOpen(_ item: Value?, _ now: ContinuousClock.Instant) {
    guard let uri = item?["uri"]?.string, let text = item?["text"]?.string else { return }
    let path = Workspace.path(ofURI: uri)
    let document = OpenDocument(
      uri: uri, path: path, version: item?["version"]?.int ?? 0, text: text, workspace.encoding)
    workspace.put(document)
    checking.note(path, at: now)
  }

  private mutating func didChange(_ parameters: Value, _ now: ContinuousClock.Instant) {
    guard var document = document(parameters) else { return }
    do throws(ResponseError) {
      let version = parameters["textDocument"]?["version"]?.int ?? document.version + 1
      try document.apply(parameters["contentChanges"]?.list ?? [], version: version)
    } catch {
      send(
        OutgoingMessage.notification(
          "window/logMessage", ["type": 1, "message": .string("a change was not understood: \(error.message)")]))
      return
    }
    workspace.put(document)
    checking.note(document.path, at: now)
  }

  private mutating func filesChanged(_ now: ContinuousClock.Instant) {
    workspace.forgetListings()
    for path in workspace.documents.keys { checking.note(path, at: now) }
  }

  /// The text of an open file as the server knows it.
  package func text(uri: String) -> String? {
    workspace.document(uri: uri).map { String(decoding: $0.lines.bytes, as: UTF8.self) }
  }

  /// The open file that a message is about.
  func document(_ parameters: Value) -> OpenDocument? {
    parameters["textDocument"]?["uri"]?.string.flatMap { workspace.document(uri: $0) }
  }
}
