public import GraphDiagnostics
public import GraphYAML

/// Reads the keys of a mapping whose shape was checked against a list of keys.
///
/// Creating one reports unknown, missing and ill-typed keys. Its getters are
/// then silent: they return nil for what is missing or was reported. A
/// misspelled key is reported and then read as the one that was meant, so that
/// what is wrong with its value is found as well.
public struct FieldReader {
  /// The mapping.
  public let mapping: YAMLMapping

  /// Where the mapping is written.
  public let span: SourceSpan

  /// What the mapping is, as messages name it: `node 'greet'`.
  public let owner: String

  /// Where findings go.
  public let diagnostics: DiagnosticEngine

  /// Whether any key is not known at all.
  public private(set) var hasUnknownKeys = false

  /// Keys whose value is of the wrong kind; very few, so that a list is the fastest.
  private var ill: [String] = []

  /// Entries under a misspelled key, by the key that was probably meant.
  private var misspelled: [(name: String, entry: YAMLMapping.Entry)] = []

  /// Checks a mapping against the keys that it may have.
  ///
  /// - Parameters:
  ///   - node: The value; nil is returned and an error reported when it is no mapping.
  ///   - owner: What it is, as messages name it.
  ///   - ownerSpan: Where missing keys are reported; the whole mapping when nil.
  ///   - keys: The keys that are known.
  ///   - diagnostics: Where findings go.
  public init?(
    _ node: YAMLNode, owner: String, at ownerSpan: SourceSpan? = nil, keys: KeyTable, diagnostics: DiagnosticEngine
  ) {
    guard let mapping = node.mapping else {
      let isMissing = node.span.range.count == 0
      Self.check(node, owner, .mapping, diagnostics, at: isMissing ? ownerSpan : nil)
      return nil
    }
    self.mapping = mapping
    self.owner = owner
    self.diagnostics = diagnostics
    span = ownerSpan ?? node.span
    for entry in mapping.entries {
      let name = entry.key.value
      guard let spec = keys[name] else {
        reportUnknown(entry, keys)
        continue
      }
      check(entry, spec)
    }
    for spec in keys.required where !has(spec.name) {
      diagnostics.report(.missingKey(spec.name, in: owner), at: span)
    }
  }

  private mutating func check(_ entry: YAMLMapping.Entry, _ spec: KeySpec) {
    // The usual case, before a subject for messages is made.
    if spec.kind == .anyOrNull || (spec.kind == .any && !entry.value.isNull) { return }
    if spec.kind == .string, entry.value.scalar?.resolved == .string { return }
    if !Self.check(entry.value, "'\(spec.name)'", spec.kind, diagnostics, at: entry.place) { ill.append(spec.name) }
  }

  private mutating func reportUnknown(_ entry: YAMLMapping.Entry, _ keys: KeyTable) {
    let key = entry.key
    if keys.allowsExtensions, key.value.hasPrefix("x-") { return }
    if let advice = keys.advice(on: key.value) {
      return diagnostics.report(.misplacedKey(key.value, in: owner, advice), at: key.span)
    }
    hasUnknownKeys = true
    let candidates = keys.names.filter { !has($0) }
    let near =
      keys.aliases[key.value].flatMap { has($0) ? nil : $0 } ?? Suggestion.nearest(to: key.value, among: candidates)
      ?? KeyWords.meant(by: key.value, among: keys.names, beside: has)
    diagnostics.report(
      keys.unknownKey(key.value, owner), at: key.span,
      notes: [near.map { .didYouMean($0) } ?? .known("keys", keys.names)],
      fixIts: near.map { [.replace(key.span, with: $0)] } ?? [])
    guard let near, let spec = keys[near] else { return }
    misspelled.append((near, entry))
    check(entry, spec)
  }

  // MARK: - Getters

  /// The entry of a key, also of one that is misspelled.
  private func entry(_ key: String) -> YAMLMapping.Entry? {
    mapping[key] ?? misspelled.first { $0.name == key }?.entry
  }

  /// Whether the author wrote a key at all, also one that was reported.
  public func has(_ key: String) -> Bool { entry(key) != nil }

  /// The value of a key that is there and well-typed; null counts as missing.
  public func node(_ key: String) -> YAMLNode? {
    guard let entry = entry(key), ill.isEmpty || !ill.contains(key) else { return nil }
    return entry.value.isNull ? nil : entry.value
  }

  /// The text of a key.
  public func string(_ key: String) -> Located<String>? {
    node(key).flatMap { node in node.scalar.map { Located($0.text, at: node.span) } }
  }

  /// The truth value of a key.
  public func bool(_ key: String) -> Located<Bool>? {
    node(key).flatMap { node in
      guard case .bool(let flag) = node.scalar?.resolved else { return nil }
      return Located(flag, at: node.span)
    }
  }

  /// The integer of a key.
  public func int(_ key: String) -> Located<Int>? {
    node(key).flatMap { node in
      guard case .int(let number) = node.scalar?.resolved else { return nil }
      return Located(number, at: node.span)
    }
  }

  /// The number of a key.
  public func double(_ key: String) -> Located<Double>? {
    node(key).flatMap { node in node.number.map { Located($0, at: node.span) } }
  }

  /// The duration of a key.
  public func duration(_ key: String) -> Located<Duration>? {
    node(key).flatMap { node in DurationField.parse(node).map { Located($0, at: node.span) } }
  }

  /// The texts of a key that holds a list of texts or one text.
  public func strings(_ key: String) -> [Located<String>] {
    guard let node = node(key) else { return [] }
    return (node.sequence ?? [node]).compactMap { node in node.scalar.map { Located($0.text, at: node.span) } }
  }

  /// The place of a key, to point at it.
  public func keySpan(_ key: String) -> SourceSpan? { entry(key)?.key.span }

  /// The items of a key that holds a list.
  public func sequence(_ key: String) -> [YAMLNode]? { node(key)?.sequence }

  // MARK: - Checks

  /// Says whether a value is of a kind, and reports where it is not.
  ///
  /// - Parameter place: Where it is reported; at the value when nil.
  @discardableResult
  public static func check(
    _ node: YAMLNode, _ subject: String, _ kind: FieldKind, _ diagnostics: DiagnosticEngine,
    at place: SourceSpan? = nil
  ) -> Bool {
    if node.isNull, kind != .anyOrNull {
      let expected = kind == .any ? "given a value" : kind.description
      diagnostics.report(.emptyValue(subject, expected: expected), at: place ?? node.span)
      return false
    }
    switch kind {
    case .any, .anyOrNull: return true
    case .string: return checkString(node, subject, diagnostics)
    case .bool:
      if case .bool = node.scalar?.resolved { return true }
      if let meant = meantBool(node) {
        diagnostics.report(
          .wrongType(subject, expected: kind.description, found: node.kindDescription), at: node.span,
          fixIts: [.replace(node.span, with: meant, isCertain: true)])
        return false
      }
    case .integer(let range):
      if case .int(let number) = node.scalar?.resolved {
        return checkRange(
          Double(number), Double(range.lowerBound)...Double(range.upperBound), node, subject, diagnostics)
      }
    case .number(let range):
      if let number = node.number { return checkRange(number, range, node, subject, diagnostics) }
    case .duration:
      if DurationField.parse(node) != nil { return true }
      guard let text = node.scalar?.text else { break }
      diagnostics.report(.notADuration(subject, text), at: node.span)
      return false
    case .choice(let words):
      guard let text = node.scalar?.text else { break }
      if words.contains(text) { return true }
      let near = Suggestion.nearest(to: text, among: words)
      diagnostics.report(
        .unknownChoice(text, subject, words), at: node.span, notes: near.map { [.didYouMean($0)] } ?? [],
        fixIts: near.map { [.replace(node.span, with: $0)] } ?? [])
      return false
    case .mapping:
      if node.mapping != nil { return true }
    case .list:
      if node.sequence != nil { return true }
    case .strings:
      if let items = node.sequence {
        return items.map { checkString($0, "an item of \(subject)", diagnostics) }.allSatisfy { $0 }
      }
      if node.scalar != nil { return checkString(node, subject, diagnostics) }
    }
    diagnostics.report(.wrongType(subject, expected: kind.description, found: node.kindDescription), at: node.span)
    return false
  }

  /// The truth value that a word of YAML 1.1 stands for.
  private static func meantBool(_ node: YAMLNode) -> String? {
    switch node.scalar?.text.lowercased() {
    case "yes", "on", "y", "true": "true"
    case "no", "off", "n", "false": "false"
    case let word?: Suggestion.nearest(to: word, among: ["true", "false"])
    case nil: nil
    }
  }

  private static func checkString(_ node: YAMLNode, _ subject: String, _ diagnostics: DiagnosticEngine) -> Bool {
    guard let scalar = node.scalar else {
      diagnostics.report(.wrongType(subject, expected: "a string", found: node.kindDescription), at: node.span)
      return false
    }
    guard scalar.resolved != .string else { return true }
    diagnostics.report(
      .wrongType(subject, expected: "a string", found: node.kindDescription), at: node.span,
      fixIts: [
        FixIt(
          "quote it", replacing: node.span, with: "\"\(node.span.text)\"", isCertain: scalar.style == .plain)
      ])
    return false
  }

  private static func checkRange(
    _ number: Double, _ range: ClosedRange<Double>, _ node: YAMLNode, _ subject: String,
    _ diagnostics: DiagnosticEngine
  ) -> Bool {
    if range.contains(number) { return true }
    diagnostics.report(.outOfRange(subject, range), at: node.span)
    return false
  }
}

extension FieldKind {
  /// The kind as messages name it.
  var description: String {
    switch self {
    case .string: "a string"
    case .bool: "true or false"
    case .integer: "an integer"
    case .number: "a number"
    case .duration: "a duration such as 30, '30s' or '500ms'"
    case .choice(let words): "one of " + words.map { "'\($0)'" }.joined(separator: ", ")
    case .mapping: "a mapping"
    case .list: "a list"
    case .strings: "a string or a list of strings"
    case .any, .anyOrNull: "a value"
    }
  }
}

extension YAMLNode {
  /// The number, if this is an integer or a double.
  public var number: Double? {
    switch scalar?.resolved {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }
}
