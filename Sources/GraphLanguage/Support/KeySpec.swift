internal import GraphDiagnostics

/// What may stand under a key of a mapping.
public enum FieldKind: Sendable, Hashable {
  /// Text.
  case string
  /// True or false.
  case bool
  /// An integer in a range.
  case integer(ClosedRange<Int>)
  /// An integer or a double in a range.
  case number(ClosedRange<Double>)
  /// Seconds as a number, or text such as `30s`, `500ms` or `2m`.
  case duration
  /// One of these words.
  case choice([String])
  /// A mapping, whose keys somebody else checks.
  case mapping
  /// A list, whose items somebody else checks.
  case list
  /// A list of texts, or one text.
  case strings
  /// Anything but null; whoever reads it checks it.
  case any
  /// Anything; whoever reads it checks it.
  case anyOrNull

  /// Any number.
  static let anyNumber = FieldKind.number(everyNumber)

  static let everyNumber = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
}

/// One key that a mapping may have.
public struct KeySpec: Sendable, Hashable {
  /// The key.
  public let name: String

  /// What may stand under it.
  public let kind: FieldKind

  /// One sentence for editors and documentation.
  public let summary: String

  /// Whether it has to be there.
  public let isRequired: Bool

  /// What stands inside of the value, where more is known than its kind.
  public internal(set) var form: FieldForm?

  /// What the texts in its value stand for, where they are more than text.
  public internal(set) var meaning: FieldMeaning?

  /// What the names in its value stand for, where it is a mapping of names.
  public internal(set) var naming: FieldMeaning?

  /// The name that counts where the key is missing.
  public internal(set) var standardName: String?

  /// Creates a key.
  public init(_ name: String, _ kind: FieldKind, _ summary: String, isRequired: Bool = false) {
    self.name = name
    self.kind = kind
    self.summary = summary
    self.isRequired = isRequired
  }

}

/// The keys that a mapping may have, found by name.
///
/// An object, because one table is looked at by every mapping of its kind.
public final class KeyTable: Sendable {
  /// The keys in the order in which they are listed.
  public let specs: [KeySpec]

  /// The names of the keys.
  public let names: [String]

  /// The keys that have to be there.
  let required: [KeySpec]

  /// Whether keys that begin with `x-` are the author's own, to hold anchors.
  let allowsExtensions: Bool

  /// What other languages call a key that is known here by another name.
  let aliases: [String: String]

  /// What is said of a key that is not known.
  let unknownKey: @Sendable (_ key: String, _ owner: String) -> DiagnosticMessage

  private let indices: [String: Int]

  /// What to do instead of keys that belong elsewhere.
  private let misplaced: [String: String]

  /// Creates a table; of equal names the first counts.
  ///
  /// - Parameters:
  ///   - specs: The keys.
  ///   - allowsExtensions: Whether keys that begin with `x-` are the author's own, to hold anchors.
  ///   - misplaced: Keys that belong elsewhere, each with what to do instead, such as `it belongs under 'defaults'`.
  public convenience init(_ specs: [KeySpec], allowsExtensions: Bool = false, misplaced: [String: String] = [:]) {
    self.init(
      specs, allowsExtensions: allowsExtensions, misplaced: misplaced, aliases: [:],
      unknownKey: DiagnosticMessage.unknownKey)
  }

  init(
    _ specs: [KeySpec], allowsExtensions: Bool = false, misplaced: [String: String] = [:],
    aliases: [String: String] = [:], unknownKey: @escaping @Sendable (String, String) -> DiagnosticMessage
  ) {
    self.specs = specs
    self.allowsExtensions = allowsExtensions
    self.misplaced = misplaced
    self.aliases = aliases
    self.unknownKey = unknownKey
    names = specs.map(\.name)
    required = specs.filter(\.isRequired)
    indices = Dictionary(specs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The key of a name.
  public subscript(name: String) -> KeySpec? { indices[name].map { specs[$0] } }

  /// What to do instead of a key that has no business here, or nil.
  func advice(on name: String) -> String? { misplaced[name] }
}
