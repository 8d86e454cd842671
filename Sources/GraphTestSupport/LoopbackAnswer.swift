public import LanguageModels

/// What a `LoopbackProvider` does with one request.
///
/// Built from text it is a proper answer of whichever protocol was asked, as
/// a stream or whole. The other members break it in the ways that networks
/// and providers do.
public struct LoopbackAnswer: Sendable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  /// A part of an answer.
  public enum Step: Sendable {
    /// A delta of text; in a whole answer, a part of the text.
    case text(String)
    /// A call of a tool with the JSON text of its arguments, be it broken; a stream cuts it into fragments.
    case call(id: String?, name: String, arguments: String)
    /// Holds the answer until the gate is open, or the client is gone.
    case gate(Gate)
    /// Bytes that go into the body as they are, such as an event of another kind or half of one.
    case raw(String)
    /// Closes the connection.
    case cut
    /// Sends nothing more until the client is gone.
    case silence
    /// The delta again and again until the client is gone.
    case endless(String)
  }

  /// How the bytes of the body are cut into chunks and writes.
  public enum Cutting: Sendable {
    /// One chunk an event.
    case events
    /// Chunks of 1 to 32 bytes, chosen by the seed.
    case random(seed: UInt64)
    /// Chunks of one byte.
    case bytes
    /// No chunks at all: the end of the connection is the end of the body.
    case untilClose
  }

  /// The status.
  public var status = 200

  /// More header fields; they replace those of the same name.
  public var headers: [(name: String, value: String)] = []

  /// What happens, in order.
  public var steps: [Step]

  /// Why the answer ended, in the words of OpenAI's protocol, or nil for an answer that says nothing of its end.
  ///
  /// Calls of tools make `tool_calls` of `stop`.
  public var finishReason: String? = "stop"

  /// The tokens that are reported.
  public var usage: ModelUsage? = ModelUsage(inputTokens: 11, outputTokens: 7)

  /// How the body is cut.
  public var cutting = Cutting.events

  /// Closes the connection after so many bytes of the body.
  public var cutAfter: Int?

  /// A body that replaces what the protocol would say.
  public var body: String?

  /// Bytes that replace the whole answer, head and all.
  public var garbage: String?

  /// Creates an answer.
  public init(_ steps: [Step]) { self.steps = steps }

  /// Creates an answer of steps.
  public init(arrayLiteral elements: Step...) { self.init(elements) }

  /// Creates an answer with this text, one delta a word.
  public init(stringLiteral value: String) { self = .text(value) }

  /// An answer with this text, one delta a word with the space before it.
  public static func text(_ text: String) -> LoopbackAnswer {
    var words: [String] = []
    for character in text {
      if words.isEmpty || character == " " { words.append("") }
      words[words.count - 1].append(character)
    }
    return .pieces(words)
  }

  /// An answer with these deltas.
  public static func pieces(_ pieces: [String]) -> LoopbackAnswer { LoopbackAnswer(pieces.map { .text($0) }) }

  /// An answer that wants tools called, each a name and the JSON text of its arguments.
  ///
  /// Their ids are `call_1` and so on.
  public static func calls(_ calls: [(name: String, arguments: String)]) -> LoopbackAnswer {
    LoopbackAnswer(
      calls.enumerated().map { .call(id: "call_\($0 + 1)", name: $1.name, arguments: $1.arguments) })
  }

  /// An answer with a status that is no success.
  public static func status(
    _ status: Int, headers: [(name: String, value: String)] = [], body: String = ""
  ) -> LoopbackAnswer {
    var answer = LoopbackAnswer([])
    answer.status = status
    answer.headers = headers
    answer.body = body
    return answer
  }

  /// A request that is read and never answered.
  public static var silence: LoopbackAnswer {
    var answer = LoopbackAnswer([.silence])
    answer.garbage = ""
    return answer
  }

  /// Bytes that are no HTTP, after which the connection is closed.
  public static func garbage(_ bytes: String) -> LoopbackAnswer {
    var answer = LoopbackAnswer([.cut])
    answer.garbage = bytes
    return answer
  }

  /// The same answer with another one of its properties.
  public func with<Part>(_ property: WritableKeyPath<LoopbackAnswer, Part>, _ value: Part) -> LoopbackAnswer {
    var answer = self
    answer[keyPath: property] = value
    return answer
  }
}
