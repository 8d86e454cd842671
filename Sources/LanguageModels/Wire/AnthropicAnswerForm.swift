internal import GraphRuntime

/// How a model of Anthropic's is made to answer, and where the answer then is.
enum AnthropicAnswerForm: Sendable, Hashable {
  /// In the text blocks, with nothing asked of it.
  case text
  /// In the text blocks, by the provider's own schema mode.
  case structured(Value)
  /// In the arguments of a tool that has to be called and whose arguments are the answer.
  case forcedTool(name: String)
  /// In the arguments of such a tool beside the tools of the request, one of which has to be called.
  case anyTool(name: String)
  /// The same where nothing can be forced, as with thoughts: the instructions say that it is to be called, and a model
  /// that answers with text is read all the same.
  case offeredTool(name: String)

  /// The form of the answer to a request.
  ///
  /// - Parameter hasStructuredOutput: Whether the model has a schema mode of its own.
  init(_ request: ModelRequest, hasStructuredOutput: Bool, thinks: Bool) {
    guard let schema = request.schema else {
      self = .text
      return
    }
    if hasStructuredOutput, let adapted = StrictSchema.adaptForAnthropic(schema.schema) {
      self = .structured(adapted)
      return
    }
    var name = schema.wireName
    while request.tools.contains(where: { $0.name == name }) { name = String(name.prefix(60)) + "_" }
    if thinks {
      self = .offeredTool(name: name)
    } else if request.tools.isEmpty || request.toolChoice == .never {
      self = .forcedTool(name: name)
    } else {
      self = .anyTool(name: name)
    }
  }

  /// The tool whose arguments are the answer.
  var answerTool: String? {
    switch self {
    case .text, .structured: nil
    case .forcedTool(let name), .anyTool(let name), .offeredTool(let name): name
    }
  }

  /// Whether text blocks belong to the answer.
  var readsText: Bool {
    switch self {
    case .text, .structured, .offeredTool: true
    case .forcedTool, .anyTool: false
    }
  }

  /// What the model is told of the tool whose arguments are the answer.
  static let toolDescription = "Gives the answer. Its arguments are the answer itself."
}

/// What is known of models by their names.
///
/// Only Anthropic's own service is held to it: servers that speak its protocol serve models of other makers.
struct AnthropicModel {
  let name: String

  /// The version behind `claude-opus-4-6`, `claude-sonnet-4-20250514` or `claude-haiku-5`; nil for other names.
  private var version: (major: Int, minor: Int)? {
    let parts = name.split(separator: "-").map(String.init)
    guard parts.count >= 3, parts[0] == "claude", ["opus", "sonnet", "haiku"].contains(parts[1]),
      let major = Int(parts[2])
    else { return nil }
    // A long number is the date of a release.
    let minor = parts.count > 3 && parts[3].count <= 2 ? Int(parts[3]) ?? 0 : 0
    return (major, minor)
  }

  /// Whether `output_config.format` takes a schema.
  var hasStructuredOutput: Bool { version.map { $0 >= (4, 5) } ?? false }

  /// Whether the model can decide by itself how much it thinks.
  var thinksAdaptively: Bool { version.map { $0 >= (4, 6) } ?? name.hasPrefix("claude-mythos") }

  /// Whether it can only think so: a budget is refused.
  var refusesBudgets: Bool { version.map { $0 >= (4, 7) } ?? name.hasPrefix("claude-mythos") }
}
