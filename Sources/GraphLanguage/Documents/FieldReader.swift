public import GraphDiagnostics
public import GraphYAML

/// Reads the keys of a mapping whose shape was checked against a list of keys.
///
/// Creating one reports unknown, missing and ill-typed keys. Its getters are
/// then silent: they return nil for what is missing or was reported.
public struct FieldReader {
  /// The mapping.
  public let mapping: YAMLMapping

  /// Where the mapping is written.
  public let span: SourceSpan

  /// What the mapping is, as messages name it: `node 'greet'`.
  public let owner: String

  /// Where findings go.
  public let diagnostics: DiagnosticEngine

  /// Keys whose value is of the wrong kind.
  private let ill: Set<String>

  /// Keys that are missing and that an unknown key probably means; they were reported as that.
  private let misspelled: Set<String>

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
      diagnostics.report(.wrongType(owner, expected: "a mapping", found: node.kindDescription), at: node.span)
      return nil
    }
    self.mapping = mapping
    self.owner = owner
    self.diagnostics = diagnostics
    span = ownerSpan ?? node.span
    var ill: Set<String> = []
    var misspelled: Set<String> = []
    for entry in mapping.entries {
      let name = entry.key.value
      guard let spec = keys[name] else {
        if keys.allowsExtensions, name.hasPrefix("x-") { continue }
        if let place = keys.place(of: name) {
          diagnostics.report(.misplacedKey(name, in: owner, place), at: entry.key.span)
          continue
        }
        if let near = Self.reportUnknown(entry.key, owner: owner, keys, mapping, diagnostics) { misspelled.insert(near) }
        continue
      }
      guard spec.isSupported else {
        diagnostics.report(.keyNotSupported(name, in: owner), at: entry.key.span)
        continue
      }
      if !Self.check(entry.value, "'\(name)'", spec.kind, diagnostics) { ill.insert(name) }
    }
    for spec in keys.specs where spec.isRequired && mapping[spec.name] == nil && !misspelled.contains(spec.name) {
      diagnostics.report(.missingKey(spec.name, in: owner), at: span)
    }
    self.misspelled = misspelled
    self.ill = ill
  }

  /// Reports an unknown key.
  ///
  /// - Returns: The key that was probably meant.
  private static func reportUnknown(
    _ key: Located<String>, owner: String, _ keys: KeyTable, _ mapping: YAMLMapping, _ diagnostics: DiagnosticEngine
  ) -> String? {
    let near = Suggestion.nearest(to: key.value, among: keys.supportedNames.filter { mapping[$0] == nil })
    diagnostics.report(
      .unknownKey(key.value, in: owner), at: key.span,
      notes: [near.map { .didYouMean($0) } ?? .known("keys", keys.supportedNames)],
      fixIts: near.map { [.replace(key.span, with: $0)] } ?? [])
    return near
  }

  /// Whether the author wrote a key at all, also one that was reported.
  public func has(_ key: String) -> Bool { mapping[key] != nil || misspelled.contains(key) }

  // MARK: - Getters

  /// The value of a key that is there and well-typed; null counts as missing.
  public func node(_ key: String) -> YAMLNode? {
    guard let entry = mapping[key], !ill.contains(key) else { return nil }
    if case .null = entry.value.scalar?.resolved { return nil }
    return entry.value
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
  public func keySpan(_ key: String) -> SourceSpan? { mapping[key]?.key.span }

  // MARK: - Checks

  /// Says whether a value is of a kind, and reports where it is not.
  @discardableResult
  public static func check(
    _ node: YAMLNode, _ subject: String, _ kind: FieldKind, _ diagnostics: DiagnosticEngine
  ) -> Bool {
    if case .null = node.scalar?.resolved, kind != .any {
      diagnostics.report(.emptyValue(subject, expected: kind.description), at: node.span)
      return false
    }
    switch kind {
    case .any: return true
    case .string: return checkString(node, subject, diagnostics)
    case .bool:
      if case .bool = node.scalar?.resolved { return true }
    case .integer(let range):
      if case .int(let number) = node.scalar?.resolved {
        return checkRange(Double(number), Double(range.lowerBound)...Double(range.upperBound), node, subject, diagnostics)
      }
    case .number(let range):
      if let number = node.number { return checkRange(number, range, node, subject, diagnostics) }
    case .duration:
      if DurationField.parse(node) != nil { return true }
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

  private static func checkString(_ node: YAMLNode, _ subject: String, _ diagnostics: DiagnosticEngine) -> Bool {
    guard let scalar = node.scalar else {
      diagnostics.report(.wrongType(subject, expected: "a string", found: node.kindDescription), at: node.span)
      return false
    }
    guard scalar.resolved != .string else { return true }
    diagnostics.report(
      .wrongType(subject, expected: "a string", found: node.kindDescription), at: node.span,
      fixIts: [FixIt("quote it", replacing: node.span, with: "\"\(node.span.text)\"")])
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
    case .any: "a value"
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

/// Reads durations as files write them.
enum DurationField {
  /// A positive number of seconds, or text with a unit: `ms`, `s`, `m` or `h`.
  static func parse(_ node: YAMLNode) -> Duration? {
    if let seconds = node.number { return duration(seconds, 1) }
    guard let text = node.scalar?.text else { return nil }
    for (unit, seconds) in [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)] where text.hasSuffix(unit) {
      let digits = text.dropLast(unit.count)
      guard let number = Double(digits), digits.allSatisfy({ $0.isNumber || $0 == "." }) else { return nil }
      return duration(number, seconds)
    }
    return nil
  }

  private static func duration(_ number: Double, _ unit: Double) -> Duration? {
    let seconds = number * unit
    return seconds > 0 && seconds < 1e9 ? .seconds(seconds) : nil
  }
}
