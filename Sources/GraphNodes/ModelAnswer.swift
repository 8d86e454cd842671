internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// Turns the text of an answer into the value that goes to the state.
struct ModelAnswer: Sendable {
  /// What the answer has to be, or nil for any text.
  let schema: OutputSchema?

  /// Whether the JSON value in the text is wanted.
  let parsesJSON: Bool

  init(schema: OutputSchema?, parsesJSON: Bool) {
    self.schema = schema
    self.parsesJSON = parsesJSON
  }

  /// The type of the value.
  var type: SchemaType { schema?.type ?? (parsesJSON ? .any : .string) }

  /// The value of a whole answer.
  ///
  /// - Throws: `AnswerError` when there is no JSON in it or it does not fit the schema.
  func value(of text: String) throws(AnswerError) -> Value {
    guard schema != nil || parsesJSON else { return .string(text) }
    guard let value = JSONExtraction.outermost(in: text) else {
      throw AnswerError(message: "the answer holds no JSON", advice: "Answer with one JSON object and nothing else.")
    }
    guard let schema else { return value }
    let (checked, violations) = schema.check(value)
    guard !violations.isEmpty else { return checked }
    let list = violations.prefix(5).map(\.description).joined(separator: "; ")
    throw AnswerError(
      message: "the answer does not fit the schema '\(schema.name)': \(list)",
      advice: "Your answer does not fit the schema: \(list). Answer again with one JSON object that does.")
  }

  /// The value of an answer that a stop request cut short, or nil when a part of it is no value.
  func value(ofPart text: String) -> Value? {
    schema == nil && !parsesJSON && !text.isEmpty ? .string(text) : nil
  }

  /// Asks for the whole answer; one that does not fit is sent back once with what is wrong with it.
  ///
  /// - Throws: `AnswerError` when the second answer does not fit either, or what the model throws.
  func ask(_ call: ModelCall) async throws -> Value {
    let response = try await call.respond()
    do throws(AnswerError) {
      return try value(of: response.text)
    } catch {
      var request = call.request
      request.messages += [ModelMessage(.assistant, response.text), ModelMessage(.user, error.advice)]
      await call.context.emit("repair", ["reason": .string(error.message)])
      return try value(of: try await ModelCall(model: call.model, request: request, context: call.context).respond().text)
    }
  }
}

/// An answer that is not what was asked for.
struct AnswerError: Error, CustomStringConvertible {
  /// What is wrong.
  let message: String

  /// What the model is told.
  let advice: String

  var description: String { message }
}
