package import GraphDiagnostics
public import GraphRuntime
package import GraphYAML

/// A prediction about a node's result as its author wrote it: `question: Will return 3-5 items`.
public struct VerificationDocument: Sendable {
  /// The text, in which expressions in braces are replaced.
  public let question: ValueTemplate

  /// The text as it is written.
  public let text: String

  /// What happens when it is wrong.
  public let consequence: NodeCheck.Consequence

  /// The keys of `verification`.
  static let keys = KeyTable([
    KeySpec("question", .string, "The prediction: 'N-M items', 'non-empty' or 'contain X'.", isRequired: true)
      .meaning(.template),
    KeySpec("on_fail", .string, "What happens when it is wrong: warn (the default), halt or retry."),
    KeySpec("max_retries", .integer(1...100), "How often the node is tried again, with 'on_fail: retry'."),
  ])

  package init?(_ node: YAMLNode, _ diagnostics: DiagnosticEngine) {
    guard let fields = FieldReader(node, owner: "'verification'", keys: Self.keys, diagnostics: diagnostics) else {
      return nil
    }
    let action = CheckAction(fields, ["warn", "halt", "retry"], otherwise: "warn")
    guard let node = fields.node("question"), let text = node.scalar?.text,
      let question = ValueTemplate.parse(node, diagnostics: diagnostics), let action
    else { return nil }
    switch Prediction(question.sample) {
    case nil: diagnostics.report(.unknownPrediction, at: node.span)
    case .count(let lower, let upper)? where lower > upper && question.constant != nil:
      diagnostics.report(.emptyRange(lower, upper), at: node.span)
    default: break
    }
    self.question = question
    self.text = text
    consequence = action.consequence
  }

  /// The prediction as the engine looks at it.
  ///
  /// - Parameter result: The key that the node's result goes to.
  public func lower(_ schema: StateSchema, result: StateKey) -> NodeCheck {
    let question = question.compile { schema.index(of: $0) }
    return NodeCheck(text, .after, otherwise: consequence) { state, update in
      guard let value = update?.result(of: result), let text = (try? question.evaluate { state[$0] })?.string,
        let prediction = Prediction(text)
      else { return false }
      return prediction.isRight(about: value)
    }
  }
}

/// What a question predicts of a result.
enum Prediction: Equatable {
  /// The number of its items, entries or characters.
  case count(Int, Int)
  /// That it is not empty.
  case nonEmpty
  /// That a text is in it.
  case contains(String)

  /// Finds the prediction in a question, or nil.
  init?(_ question: String) {
    if let (lower, upper) = Self.range(in: Array(question.unicodeScalars)) {
      self = .count(lower, upper)
      return
    }
    let lower = question.lowercased()
    if ["non-empty", "non_empty", "nonempty"].contains(where: { lower.contains($0) }) {
      self = .nonEmpty
      return
    }
    guard let contain = lower.firstRange(of: "contain ") else { return nil }
    // Lower case may be of another length, so that the text is cut where as many bytes follow, if it is the same.
    let source = lower.utf8.count == question.utf8.count ? question : lower
    let offset = lower.utf8.distance(from: lower.startIndex, to: contain.upperBound)
    let rest = String(source[source.utf8.index(source.startIndex, offsetBy: offset)...]).trimmingSpaces()
    let keyword = Self.unquoted(rest)
    guard !keyword.isEmpty else { return nil }
    self = .contains(keyword)
  }

  /// Whether it is right about a value.
  func isRight(about value: Value) -> Bool {
    switch self {
    case .count(let lower, let upper): (lower...max(lower, upper)).contains(value.countable) && lower <= upper
    case .nonEmpty: value.isTruthy
    case .contains(let keyword): value.text.contains(keyword)
    }
  }

  /// The two numbers of `N-M word`.
  private static func range(in text: [Unicode.Scalar]) -> (Int, Int)? {
    func digits(from start: Int) -> Int { text[start...].prefix { ("0"..."9").contains($0) }.endIndex }
    func spaces(from start: Int) -> Int { text[start...].prefix { $0.properties.isWhitespace }.endIndex }
    func number(_ range: Range<Int>) -> Int? { Int(String(String.UnicodeScalarView(text[range]))) }
    var start = 0
    while start < text.count {
      let firstEnd = digits(from: start)
      guard firstEnd > start else {
        start += 1
        continue
      }
      let hyphen = spaces(from: firstEnd)
      if hyphen < text.count, text[hyphen] == "-" {
        let second = spaces(from: hyphen + 1)
        let secondEnd = digits(from: second)
        let word = spaces(from: secondEnd)
        if secondEnd > second, word > secondEnd, word < text.count, text[word].properties.isAlphabetic,
          let lower = number(start..<firstEnd), let upper = number(second..<secondEnd)
        {
          return (lower, upper)
        }
      }
      start = firstEnd
    }
    return nil
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count > 1, let quote = text.first, quote == "'" || quote == "\"", text.last == quote else { return text }
    return String(text.dropFirst().dropLast())
  }
}

extension Value {
  /// The number of items, characters or entries; that of the only list where an object holds just one.
  fileprivate var countable: Int {
    switch self {
    case .string(let text): return text.unicodeScalars.count
    case .list(let items): return items.count
    case .object(let object):
      let lists = object.values.compactMap(\.list)
      return lists.count == 1 ? lists[0].count : object.count
    default: return 0
    }
  }
}

extension ValueTemplate {
  /// The text with a number in the place of each expression, to see its form before a run.
  fileprivate var sample: String {
    switch root {
    case .constant(let value): value.string ?? ""
    case .expression: "1"
    case .text(let pieces):
      pieces.map { piece in
        switch piece {
        case .text(let text): text
        case .expression: "1"
        }
      }.joined()
    case .list, .object: ""
    }
  }
}

extension DiagnosticMessage {
  fileprivate static var unknownPrediction: Self {
    Self(
      "GR0186",
      "the question predicts nothing that can be checked: it has 'N-M items', 'non-empty' or 'contain X' in it; "
        + "other checks belong under 'guards'")
  }

  fileprivate static func emptyRange(_ lower: Int, _ upper: Int) -> Self {
    Self("GR0187", "no result can have between \(lower) and \(upper) items; the smaller number comes first")
  }
}
