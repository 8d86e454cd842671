package import GraphDiagnostics
public import GraphRuntime
package import GraphYAML

/// A check as its author wrote it, under `guards` of a node or `verify` of a graph.
///
/// `output` in it is the node's result; a check that cannot be evaluated does
/// not hold.
public struct CheckDocument: Sendable {
  /// What has to hold.
  public let expression: Expression

  /// When it is looked at.
  public let moment: NodeCheck.Moment

  /// What happens when it does not hold.
  public let consequence: NodeCheck.Consequence

  /// What is said when it does not hold, or nil.
  public let message: String?

  /// The keys of `guards`.
  static let guardKeys = KeyTable([
    KeySpec("pre", .list, "Checks of the state before the node's work.").holding(.items(.keys(keys))),
    KeySpec("post", .list, "Checks of the node's result.").holding(.items(.keys(keys))),
  ])

  /// The keys of one check.
  static let keys = KeyTable([
    KeySpec("check", .string, "The expression that has to hold.", isRequired: true).meaning(.check),
    KeySpec("on_fail", .string, "What happens otherwise: halt (the default), warn, and what fits the place."),
    KeySpec("max_retries", .integer(1...100), "How often the node is tried again, with 'on_fail: retry'."),
    KeySpec("message", .string, "What is said when the check does not hold."),
  ])

  /// Where checks stand, and what may follow from them there.
  enum Place {
    case pre
    case post
    case verify

    var consequences: [String] {
      switch self {
      case .pre: ["halt", "warn", "skip"]
      case .post: ["halt", "warn", "retry"]
      case .verify: ["halt", "warn"]
      }
    }

    var name: String {
      switch self {
      case .pre: "a check under 'pre'"
      case .post: "a check under 'post'"
      case .verify: "a check under 'verify'"
      }
    }
  }

  /// Reads the `guards` of a node.
  package static func parseGuards(_ node: YAMLNode?, _ diagnostics: DiagnosticEngine) -> [CheckDocument] {
    guard let node,
      let fields = FieldReader(node, owner: "'guards'", keys: guardKeys, diagnostics: diagnostics)
    else { return [] }
    return parseAll(fields.node("pre"), .pre, diagnostics) + parseAll(fields.node("post"), .post, diagnostics)
  }

  /// Reads a list of checks; those that are broken are reported and left out.
  static func parseAll(_ node: YAMLNode?, _ place: Place, _ diagnostics: DiagnosticEngine) -> [CheckDocument] {
    (node?.sequence ?? []).compactMap { CheckDocument($0, place, diagnostics) }
  }

  private init?(_ node: YAMLNode, _ place: Place, _ diagnostics: DiagnosticEngine) {
    guard let fields = FieldReader(node, owner: place.name, keys: Self.keys, diagnostics: diagnostics) else {
      return nil
    }
    let action = CheckAction(fields, place.consequences, otherwise: "halt")
    message = fields.string("message")?.value
    moment = place == .post ? .after : .before
    guard let source = fields.node("check").flatMap({ ExpressionSource($0) }),
      let expression = Expression.parseCheck(source, diagnostics: diagnostics), let action
    else { return nil }
    if place != .post, let output = expression.paths.first(where: \.isOutput) {
      diagnostics.report(.outputBeforeWork(place.name), at: output.rootSpan)
      return nil
    }
    self.expression = expression
    consequence = action.consequence
  }

  /// The paths into the state that are read.
  public var paths: [StatePath] { expression.paths.filter { moment == .before || !$0.isOutput } }

  /// The check as the analysis of types looks at it.
  ///
  /// - Parameter result: Where the type of the node's result comes from.
  package func use(result: TypeSource = .type(.any)) -> TypedUse {
    TypedUse(moment == .after ? .resultCheck(expression, result: result) : .condition(expression, "check"))
  }

  /// The check as the engine looks at it.
  ///
  /// - Parameter result: The key that the node's result goes to.
  public func lower(_ schema: StateSchema, result: StateKey) -> NodeCheck {
    // No key of the state has this place.
    let output = schema.slots.count
    let isAfter = moment == .after
    let compiled = expression.compile(path: { path in
      isAfter && path.isOutput ? output : schema.index(of: path.root)
    })
    return NodeCheck(expression.text, moment, otherwise: consequence, message: message) { state, update in
      let value = update.map { $0.result(of: result) } ?? .null
      return (try? compiled.isTrue { $0 == output ? value : state[$0] }) ?? false
    }
  }
}

/// What follows from a check that does not hold, as `on_fail` and `max_retries` say.
struct CheckAction {
  let consequence: NodeCheck.Consequence

  /// Reads the two keys of a mapping; nil when they are broken and diagnostics say why.
  init?(_ fields: FieldReader, _ words: [String], otherwise: String) {
    var word = otherwise
    if let node = fields.node("on_fail") {
      guard FieldReader.check(node, "'on_fail'", .choice(words), fields.diagnostics), let text = node.scalar?.text
      else { return nil }
      word = text
    }
    if word != "retry", fields.has("max_retries") {
      fields.diagnostics.report(
        .misplacedKey("max_retries", in: fields.owner, "it belongs to 'on_fail: retry'"),
        at: fields.keySpan("max_retries"))
    }
    switch word {
    case "warn": consequence = .warn
    case "skip": consequence = .skip
    case "retry": consequence = .retry(fields.int("max_retries")?.value ?? 1)
    default: consequence = .halt
    }
  }
}

extension StateUpdate {
  /// What a node has to show: the value of its own key, or all that it writes where it has several keys.
  func result(of key: StateKey) -> Value { self[key.name] ?? .object(object) }
}

extension StatePath {
  /// Whether the path leads into a node's result, in a check.
  var isOutput: Bool { root == "output" && !hasStatePrefix }
}

extension DiagnosticMessage {
  fileprivate static func outputBeforeWork(_ place: String) -> Self {
    Self(
      "GR0531", "\(place) cannot read 'output', which is the result of a node; a key of the state is 'state.output'")
  }
}
