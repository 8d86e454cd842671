internal import Glibc
internal import GraphRuntime
public import LanguageModels

/// A provider of models in this process: a real server on a real socket of 127.0.0.1.
///
/// It speaks OpenAI's chat completions and Anthropic's messages, streams and
/// whole answers, and breaks them on request. Answers come from a closure
/// that sees the decoded request, so that tests can choose by its text:
///
/// ```swift
/// let provider = try LoopbackProvider { request in
///   request.prompt.contains("capital") ? "Paris" : .status(429, headers: [("Retry-After", "1")])
/// }
/// let catalog = ModelCatalog(environment: provider.environment())
/// ```
///
/// The port is free to use until the object is dropped or `stop()` is called.
public final class LoopbackProvider: Sendable {
  /// The port that was free.
  public let port: Int

  private let server: LoopbackServer

  /// Starts a server.
  ///
  /// - Parameter answer: What to do with a request; called on the connection's thread.
  /// - Throws: `LoopbackError` when no socket can be opened.
  public convenience init(_ answer: @escaping @Sendable (LoopbackRequest) -> LoopbackAnswer) throws {
    self.init(try LoopbackServer(answersAll: false, answer))
  }

  /// Starts a server that speaks no provider's protocol: a closure answers every path, with a status and a body.
  ///
  /// - Throws: `LoopbackError` when no socket can be opened.
  public static func service(
    _ answer: @escaping @Sendable (LoopbackRequest) -> LoopbackAnswer
  ) throws -> LoopbackProvider {
    LoopbackProvider(try LoopbackServer(answersAll: true, answer))
  }

  private init(_ server: LoopbackServer) {
    self.server = server
    port = server.port
    server.start()
  }

  /// Starts a server that gives these answers in the order the requests arrive, and 500 after the last one.
  ///
  /// - Throws: `LoopbackError` when no socket can be opened.
  public convenience init(_ answers: [LoopbackAnswer]) throws {
    let position = Locked(0)
    try self.init { _ in
      let number = position.withLock { position in
        defer { position += 1 }
        return position
      }
      return number < answers.count ? answers[number] : .status(500, body: "the script has no answer \(number + 1)")
    }
  }

  deinit { stop() }

  /// The base URL of OpenAI-compatible providers.
  public var baseURL: String { "\(origin)/v1" }

  /// The base URL of Anthropic.
  public var origin: String { "http://127.0.0.1:\(port)" }

  /// An environment in which these providers are this server, each with a key.
  public func environment(for providers: [String] = ["openai"], key: String = "test-key-of-loopback") -> Environment {
    var variables: [String: String] = [:]
    for preset in providers.compactMap(ProviderPreset.named) {
      if let variable = preset.keyVariables.first { variables[variable] = key }
      variables[preset.baseURLVariable] = preset.family == .anthropicMessages ? origin : baseURL
    }
    return Environment(variables)
  }

  /// All requests so far with what became of them, in the order of their arrival.
  public var exchanges: [LoopbackExchange] { server.exchanges }

  /// All requests so far.
  public var requests: [LoopbackRequest] { server.exchanges.map(\.request) }

  /// How many connections there were.
  public var connectionCount: Int { server.connectionCount }

  /// Waits for a request, counted from 0.
  public func exchange(_ number: Int) async -> LoopbackExchange { await server.exchange(number) }

  /// Closes the port and all connections.
  public func stop() { server.stop() }
}

/// A socket that could not be opened.
public struct LoopbackError: Error, Sendable, CustomStringConvertible {
  /// What failed.
  public let description: String

  init(_ call: String) {
    description = "\(call) failed: \(String(cString: strerror(errno)))"
  }
}
