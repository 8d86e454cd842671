import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// The two protocols, for tests that hold for both.
enum Family: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case openai, anthropic

  var testDescription: String { rawValue }
}

extension LoopbackProvider {
  /// A model behind this server.
  func model(
    _ family: Family = .openai, key: String = "sk-loopback-0123456789", retry: ModelRetryPolicy = .never,
    timing: ModelTiming = .system
  ) throws -> any LanguageModel {
    let catalog = ModelCatalog(
      environment: environment(for: [family.rawValue], key: key), retry: retry, timing: timing)
    return try catalog.model(node: ModelChoice(provider: family.rawValue, model: "tiny"))
  }
}

/// A timing that does not wait, but writes down how long it would have.
final class RecordedTiming: Sendable {
  private let pauses = Locked<[Duration]>([])

  /// The pauses so far.
  var slept: [Duration] { pauses.withLock { $0 } }

  /// The timing; it is 1994 and nothing is left to chance.
  var timing: ModelTiming {
    ModelTiming(
      unixTime: { 784_111_777 }, sleep: { pause in self.pauses.withLock { $0.append(pause) } }, random: { 0 })
  }
}

/// A list that any thread adds to.
final class Recorder<Element: Sendable>: Sendable {
  private let items = Locked<[Element]>([])

  var all: [Element] { items.withLock { $0 } }

  func add(_ item: Element) { items.withLock { $0.append(item) } }
}

extension ModelRequest {
  /// A request with one user message.
  static func asking(
    _ text: String, schema: ResponseSchema? = nil, timeout: Duration? = nil
  ) -> ModelRequest {
    ModelRequest(messages: [ModelMessage(.user, text)], schema: schema, timeout: timeout)
  }
}

/// The pieces of a stream.
func pieces(of stream: any ModelStream) async throws -> [String] {
  var pieces: [String] = []
  while let piece = try await stream.next() { pieces.append(piece) }
  return pieces
}
