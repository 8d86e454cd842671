internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// Turns the text of an answer into the value that goes to the state.
struct ModelAnswer: Sendable {
  /// What the answer has to be, or nil for any text.
  let schema: OutputSchema?

  /// Whether the JSON value in the text is wanted.
  let parsesJSON: Bool

  /// Whether the prompt could not be read, so that nothing is known of the answer.
  private let isUnknown: Bool

  init(to prompt: PromptDocument, parsesJSON: Bool) {
    schema = prompt.outputSchema
    self.parsesJSON = parsesJSON
    isUnknown = prompt.isUnknown
  }

  /// The type of the value.
  var type: SchemaType { schema?.type ?? (parsesJSON || isUnknown ? .any : .string) }

  /// Whether the text itself is the value.
  var isText: Bool { schema == nil && !parsesJSON }

  /// What tells the parts of the value while its text arrives; nil where the text itself is the value.
  ///
  /// What it tells is not checked: the whole answer is.
  func makePartialReader() -> (@Sendable (String) -> [PartialRecord])? {
    guard !isText else { return nil }
    let reader = Locked(partialReader)
    return { token in reader.withLock { $0.append(token) } }
  }

  /// A reader for one text of an answer.
  var partialReader: PartialJSONReader { PartialJSONReader(takesLists: schema == nil) }

  /// The value of a whole answer.
  ///
  /// - Throws: `AnswerError` when there is no JSON in it or it does not fit the schema.
  func value(of text: String, _ finishReason: FinishReason?) throws(AnswerError) -> Value {
    guard !isText else { return .string(text) }
    let isCutOff = finishReason == .length
    guard let value = JSONExtraction.outermost(in: text) else {
      throw AnswerError(.noJSON(isCutOff: isCutOff), advice: isCutOff ? nil : Self.plea)
    }
    guard let schema else { return value }
    let (checked, violations) = schema.check(value)
    guard !violations.isEmpty else { return checked }
    let list = violations.prefix(5).map(\.description).joined(separator: "; ")
    throw AnswerError(
      .doesNotFit(schema.name, list, isCutOff: isCutOff),
      advice: isCutOff ? nil : "Your answer does not fit the schema: \(list). \(Self.plea)")
  }

  private static let plea = "Answer again with one JSON object that fits, and nothing else."

  /// The value of an answer that a stop request cut short, or nil when a part of it is no value.
  func value(ofPart text: String) -> Value? { isText && !text.isEmpty ? .string(text) : nil }

  /// The value of an answer and the text it was found in; an answer that does not fit is sent back once with what is
  /// wrong with it.
  ///
  /// - Parameters:
  ///   - response: The answer.
  ///   - request: What it answers.
  ///   - ask: Asks again; gets the request with the answer and the complaint behind it.
  /// - Throws: `AnswerError` when the second answer does not fit either, or what asking throws.
  func value(
    of response: ModelResponse, to request: ModelRequest,
    askingAgain ask: (ModelRequest, AnswerError) async throws -> ModelResponse
  ) async throws -> (value: Value, text: String) {
    do throws(AnswerError) {
      return (try value(of: response.text, response.summary.finishReason), response.text)
    } catch {
      guard let advice = error.advice else { throw error }
      var request = request
      // Some providers refuse a turn that says nothing.
      if !response.text.isEmpty { request.messages.append(ModelMessage(.assistant, response.text)) }
      request.messages.append(ModelMessage(.user, advice))
      let second = try await ask(request, error)
      return (try value(of: second.text, second.summary.finishReason), second.text)
    }
  }
}

/// An answer that is not what was asked for.
///
/// It names fields and types of the schema, never what the model said.
public struct AnswerError: Error, Sendable, CustomStringConvertible {
  /// What is wrong, as one phrase.
  public let message: String

  /// What the model is told, or nil when asking again is of no use.
  let advice: String?

  fileprivate init(_ message: AnswerMessage, advice: String?) {
    self.message = message.text
    self.advice = advice
  }

  /// What is wrong.
  public var description: String { message }
}

/// The words of an `AnswerError`.
private struct AnswerMessage {
  let text: String

  static func noJSON(isCutOff: Bool) -> Self { Self(text: "the answer holds no JSON" + reason(isCutOff)) }

  static func doesNotFit(_ schema: String, _ violations: String, isCutOff: Bool) -> Self {
    Self(text: "the answer does not fit the schema '\(schema)': \(violations)" + reason(isCutOff))
  }

  private static func reason(_ isCutOff: Bool) -> String {
    isCutOff ? "; it was cut off at the most tokens allowed, which 'max_tokens' raises" : ""
  }
}
