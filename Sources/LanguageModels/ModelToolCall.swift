public import GraphRuntime

/// A tool that a model wants called.
public struct ModelToolCall: Sendable, Hashable {
  /// What the tool is given.
  public enum Arguments: Sendable, Hashable {
    /// The arguments by name.
    case object(ValueObject)
    /// What the model wrote is no JSON object; one phrase says why, for the model to mend it.
    case malformed(String)
  }

  /// The provider's id of the call, or one that was made up for providers that give none.
  public var id: String

  /// The tool's name.
  public var name: String

  /// What the tool is given.
  public var arguments: Arguments

  /// What the provider wants to see again with the call, such as a signature, in its own form.
  public var echo: Value?

  /// Creates a call.
  public init(id: String, name: String, arguments: ValueObject) {
    self.id = id
    self.name = name
    self.arguments = .object(arguments)
  }

  /// Creates a call from the JSON text of its arguments, be it broken; nothing at all stands for no arguments.
  public init(id: String, name: String, json: String) {
    self.id = id
    self.name = name
    arguments = Arguments(json: json)
  }

  /// The arguments by name; none when they are malformed.
  public var object: ValueObject {
    if case .object(let object) = arguments { object } else { [:] }
  }
}

extension ModelToolCall.Arguments {
  /// Reads what a model wrote as the arguments of a call.
  init(json text: String) {
    guard text.utf8.contains(where: { $0 > 0x20 }) else {
      self = .object([:])
      return
    }
    do throws(JSONError) {
      self.init(try Value(json: text))
    } catch {
      self = .malformed("the arguments are not JSON: \(error)")
    }
  }

  /// Reads arguments that came as a value; some servers put the text of the object into a string once more.
  init(_ value: Value) {
    switch value {
    case .object(let object): self = .object(object)
    case .null: self = .object([:])
    case .string(let text):
      if let inner = try? Value(json: text), let object = inner.object {
        self = .object(object)
      } else {
        self = .malformed("the arguments are text and not a JSON object")
      }
    default: self = .malformed("the arguments are no JSON object but a \(value.kind)")
    }
  }
}

/// Whether a model may, must or must not call tools.
public enum ToolChoice: Sendable, Hashable {
  /// As it likes.
  case automatic
  /// It has to answer without.
  case never
  /// It has to call at least one.
  case required
  /// It has to call this one.
  case named(String)
}
