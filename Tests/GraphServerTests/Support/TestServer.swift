import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphNodes
import GraphRuntime
import GraphServer
import GraphTestSupport
import LanguageModels

/// A server of graphs that tests write, and what its clients see.
struct TestServer: Sendable {
  let server: GraphServer

  /// Lets the node type `held` go on, which shows its first token before.
  let gate = Gate()

  /// Opened when a `held` node has shown its first token.
  let begun = Gate()

  /// - Parameter store: Where threads are kept; each graph has one of its own when nil.
  init(
    _ graphs: [String: String], store: (any CheckpointStore)? = nil,
    options change: (inout ServerOptions) -> Void = { _ in }
  ) throws {
    var factory = StandardNodeFactory(
      models: ModelCatalog(environment: Environment([:]), overrides: .init(isOffline: true)))
    factory.register("spell", keys: [KeySpec("text", .any, "What is spelled.", isRequired: true)], result: .string) {
      node in
      guard let text = node.template("text") else { return nil }
      let key = node.resultKey
      return .streaming { state, _ in
        TokenStream(to: key) {
          AsyncThrowingStream { letters in
            do {
              for letter in try text.evaluate(state).string ?? "" { letters.yield(String(letter)) }
              letters.finish()
            } catch {
              letters.finish(throwing: error)
            }
          }
        }
      }
    }
    let (gate, begun) = (gate, begun)
    factory.register("held", result: .string) { node in
      let key = node.resultKey
      return .streaming { _, context in
        TokenStream(to: key) {
          AsyncThrowingStream { tokens in
            tokens.yield("first ")
            begun.open()
            let registration = context.stop.onRequest { tokens.finish() }
            let task = Task {
              try? await gate.wait()
              tokens.yield("last")
              tokens.finish()
            }
            tokens.onTermination = { _ in
              registration.cancel()
              task.cancel()
            }
          }
        }
      }
    }
    let compiler = GraphCompiler(factory: factory)
    let served = try graphs.sorted { $0.key < $1.key }.map { name, text in
      let compilation = compiler.compile(SourceFile(path: "\(name).yaml", text: text))
      guard let graph = compilation.graph else { throw DiagnosticError(compilation.diagnostics) }
      return ServedGraph(name: name, graph: graph, store: store ?? MemoryCheckpointStore())
    }
    var options = ServerOptions()
    options.port = 0
    // A busy machine takes its time.
    options.grace = .seconds(300)
    options.stopTime = .seconds(300)
    change(&options)
    server = try GraphServer(served, options: options)
  }

  typealias Answer = RawAnswer
  typealias Event = RawEvent

  /// The text of a request that ends its connection.
  static func request(_ method: String, _ path: String, _ body: String = "", headers: [String: String] = [:]) -> String
  {
    var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    if !body.isEmpty { head += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    return head + "\r\n" + body
  }

  func ask(
    _ method: String, _ path: String, _ body: String = "", headers: [String: String] = [:]
  ) async -> Answer {
    let port = server.port
    let text = Self.request(method, path, body, headers: headers)
    return await onThread {
      let client = RawClient(port)
      client.send(text)
      return Answer(client.receiveAll())
    }
  }

  /// Stops the server behind a test.
  func during(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch {
      gate.open()
      await server.stop()
      throw error
    }
    gate.open()
    await server.stop()
  }
}
