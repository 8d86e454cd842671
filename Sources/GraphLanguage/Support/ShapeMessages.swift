public import GraphDiagnostics

/// Messages about the shape of files.
extension DiagnosticMessage {
  static func unknownKey(_ key: String, in owner: String) -> Self {
    Self("GR0101", "unknown key '\(key)' in \(owner)", bearing: .strayKey)
  }

  static func wrongType(_ subject: String, expected: String, found: String) -> Self {
    Self("GR0102", "\(subject) must be \(expected), not \(found)")
  }

  static func missingKey(_ key: String, in owner: String) -> Self {
    Self("GR0103", "\(owner) needs '\(key)'", bearing: .missing(.key, key))
  }

  static func outOfRange(_ subject: String, _ range: ClosedRange<Double>) -> Self {
    func text(_ bound: Double) -> String {
      bound == bound.rounded() && abs(bound) < 1e15 ? String(Int(bound)) : String(bound)
    }
    let lower = text(range.lowerBound)
    let isOpen = range.upperBound > 1e15
    return Self(
      "GR0105", "\(subject) must be \(isOpen ? "at least \(lower)" : "between \(lower) and \(text(range.upperBound))")")
  }

  static func unknownChoice(_ text: String, _ subject: String, _ words: [String]) -> Self {
    Self("GR0106", "\(subject) cannot be '\(text)'; it is one of " + words.map { "'\($0)'" }.joined(separator: ", "))
  }

  static func emptyValue(_ subject: String, expected: String) -> Self {
    Self("GR0107", "\(subject) is empty and must be \(expected)", bearing: .emptyKey)
  }

  static func emptyFile(_ what: String) -> Self { Self("GR0109", "the file is empty and so no \(what)") }

  static func misplacedKey(_ key: String, in owner: String, _ advice: String) -> Self {
    Self("GR0114", "'\(key)' has no effect in \(owner); \(advice)", bearing: .strayKey)
  }

  static func notADuration(_ subject: String, _ text: String) -> Self {
    Self("GR0102", "\(subject) must be a positive duration such as 30, '30s' or '500ms', not '\(text)'")
  }
}

extension Diagnostic.Note {
  /// Offers a name, and says for which one where it is not that of the message.
  public static func didYouMean(_ name: String, at span: SourceSpan? = nil) -> Self {
    Self("did you mean '\(name)'?", at: span)
  }

  /// Points at the first of two things of which there may be one.
  public static func firstWritten(at span: SourceSpan) -> Self { Self("first written here", at: span) }

  /// Points at the other one of two keys of which one is meant.
  public static func theOther(at span: SourceSpan?) -> [Self] {
    span.map { [Self("the other one is here", at: $0)] } ?? []
  }

  /// Lists the names that there are, at most 25 of them.
  public static func known(_ what: String, _ names: [String]) -> Self {
    let shown = names.prefix(25).joined(separator: ", ")
    return Self(
      names.isEmpty
        ? "there are no \(what)" : "\(what): \(shown)" + (names.count > 25 ? " and \(names.count - 25) more" : ""))
  }
}
