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

  init(_ graphs: [String: String], options change: (inout ServerOptions) -> Void = { _ in }) throws {
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
      return ServedGraph(name: name, graph: graph)
    }
    var options = ServerOptions()
    options.port = 0
    options.grace = .seconds(5)
    change(&options)
    server = try GraphServer(served, options: options)
  }

  /// An answer.
  struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    let head: String
    let body: String

    var json: Value { (try? Value(json: body)) ?? .null }

    /// The server-sent events in the body.
    var events: [Event] { Event.all(in: body) }

    var description: String { head + "\n\n" + body }
  }

  /// A server-sent event as a client sees it.
  struct Event: Sendable, Equatable {
    var name = "message"
    var data = ""
    var id: String?

    /// The events of a stream that are complete.
    static func all(in text: String) -> [Event] {
      var events: [Event] = []
      var event = Event()
      var lines: [Substring] = []
      // The last part is no line yet.
      for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
        if line.isEmpty {
          event.data = lines.joined(separator: "\n")
          if !lines.isEmpty { events.append(event) }
          (event, lines) = (Event(), [])
        } else if line.hasPrefix("data: ") {
          lines.append(line.dropFirst(6))
        } else if line.hasPrefix("event: ") {
          event.name = String(line.dropFirst(7))
        } else if line.hasPrefix("id: ") {
          event.id = String(line.dropFirst(4))
        }
      }
      return events
    }

    var json: Value { (try? Value(json: data)) ?? .null }
  }

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

extension TestServer.Answer {
  /// An answer out of all its bytes.
  init(_ text: String) {
    guard let end = text.firstRange(of: "\r\n\r\n") else {
      self.init(status: 0, head: text, body: "")
      return
    }
    let head = String(text[..<end.lowerBound])
    var body = String(text[end.upperBound...])
    if head.contains("transfer-encoding: chunked") { body = Self.joined(Array(body.utf8)) }
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    self.init(status: status, head: head, body: body)
  }

  /// The chunks of a body, as far as they have come.
  private static func joined(_ bytes: [UInt8]) -> String {
    var body: [UInt8] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 13), let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16) {
      guard size > 0 else { break }
      let chunk = rest.dropFirst(end - rest.startIndex + 2)
      body += chunk.prefix(size)
      rest = chunk.dropFirst(size + 2)
    }
    return String(decoding: body, as: UTF8.self)
  }
}
