internal import GraphDiagnostics
internal import GraphYAML

/// Reads the known keys of a mapping of a prompt file and reports what does not fit.
struct MappingReader {
  let mapping: YAMLMapping

  /// What the mapping is, as messages name it: `prompt file`, `field 'score'`.
  let subject: String

  let diagnostics: DiagnosticEngine

  /// Reads a node that has to be a mapping; reports another kind and gives nil.
  init?(_ node: YAMLNode, _ subject: String, diagnostics: DiagnosticEngine) {
    guard let mapping = node.mapping else {
      diagnostics.report(.wrongKind(subject, "a mapping", node.kindDescription), at: node.span)
      return nil
    }
    self.init(mapping, subject, diagnostics: diagnostics)
  }

  init(_ mapping: YAMLMapping, _ subject: String, diagnostics: DiagnosticEngine) {
    self.mapping = mapping
    self.subject = subject
    self.diagnostics = diagnostics
  }

  /// Reports every key that is not known; `advice` gives the note of a key that is known elsewhere.
  func refuseKeys(except known: [String], advice: (String) -> String? = { _ in nil }) {
    for entry in mapping.entries where !known.contains(entry.key.value) {
      let key = entry.key
      var notes: [Diagnostic.Note] = []
      var fixIts: [FixIt] = []
      if let text = advice(key.value) {
        notes = [.init(text, at: key.span)]
      } else if let near = Suggestion.nearest(to: key.value, among: known) {
        notes = [.init("did you mean '\(near)'?", at: key.span)]
        fixIts = [.replace(key.span, with: near)]
      }
      diagnostics.report(.unknownPromptKey(key.value, subject), at: key.span, notes: notes, fixIts: fixIts)
    }
  }

  /// The node of a key, or nil when it is left out or null.
  func node(_ key: String) -> YAMLNode? {
    guard let node = mapping[key]?.value, !node.isNull else { return nil }
    return node
  }

  func string(_ key: String) -> Located<String>? {
    guard let node = node(key) else { return nil }
    guard let scalar = node.scalar, scalar.resolved == .string else { return wrongKind(key, "a string", node) }
    return Located(scalar.text, at: node.span)
  }

  func bool(_ key: String) -> Bool? {
    guard let node = node(key) else { return nil }
    guard case .bool(let flag)? = node.scalar?.resolved else { return wrongKind(key, "true or false", node) }
    return flag
  }

  func int(_ key: String, atLeast least: Int) -> Located<Int>? {
    guard let node = node(key) else { return nil }
    guard case .int(let number)? = node.scalar?.resolved else { return wrongKind(key, "an integer", node) }
    guard number >= least else {
      diagnostics.report(.outOfRange(key, "at least \(least)"), at: node.span)
      return nil
    }
    return Located(number, at: node.span)
  }

  func number(_ key: String) -> Located<Double>? {
    guard let node = node(key) else { return nil }
    switch node.scalar?.resolved {
    case .int(let number)?: return Located(Double(number), at: node.span)
    case .double(let number)?: return Located(number, at: node.span)
    default: return wrongKind(key, "a number", node)
    }
  }

  func sequence(_ key: String) -> [YAMLNode]? {
    guard let node = node(key) else { return nil }
    guard let items = node.sequence else { return wrongKind(key, "a list", node) }
    return items
  }

  private func wrongKind<Result>(_ key: String, _ expected: String, _ node: YAMLNode) -> Result? {
    diagnostics.report(.wrongKind("'\(key)'", expected, node.kindDescription), at: node.span)
    return nil
  }
}

extension DiagnosticMessage {
  static func unknownPromptKey(_ key: String, _ subject: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0601", .error, "unknown key '\(key)' in \(subject)")
  }

  static func wrongKind(_ subject: String, _ expected: String, _ found: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0602", .error, "\(subject) has to be \(expected), not \(found)")
  }

  static func outOfRange(_ key: String, _ limits: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0603", .error, "'\(key)' has to be \(limits)")
  }
}
