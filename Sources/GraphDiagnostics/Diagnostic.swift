/// How much a diagnostic matters.
public enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
  /// The graph cannot be run.
  case error
  /// The graph can be run, but probably does not do what its author wants.
  case warning
  /// Something worth knowing that needs no change.
  case remark

  /// Orders from the gravest to the least grave.
  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .error: 0
    case .warning: 1
    case .remark: 2
    }
  }
}

/// A stable name of a kind of diagnostic, such as `GR0201`.
///
/// The hundreds tell the area: 00 text and YAML, 01 shape, 02 references,
/// 03 control flow, 04 data flow, 05 expressions, 06 prompts, 07 safety.
public struct DiagnosticCode: Sendable, Hashable, CustomStringConvertible {
  /// The code as it is printed.
  public let id: String

  /// Creates a code from its printed form.
  public init(_ id: String) { self.id = id }

  /// The code as it is printed.
  public var description: String { id }
}

/// What is wrong, in one phrase, with its stable code.
///
/// Each area declares its messages as static members in an extension, so a
/// message has one name, is worded once and can be compared whole in tests.
public struct DiagnosticMessage: Sendable, Hashable {
  /// The stable code.
  public let code: DiagnosticCode

  /// How much it matters.
  public let severity: Severity

  /// One lower-case phrase without a full stop, names in single quotes.
  public let text: String

  /// What may follow from it, and from what it may follow.
  public let bearing: Bearing

  /// Creates the message of an error.
  public init(_ code: String, _ text: String, bearing: Bearing = .brokenPart) {
    self.init(code, .error, text, bearing: bearing)
  }

  /// Creates a message; an error breaks its part, and other findings stand for themselves, unless something else is said.
  public init(_ code: String, _ severity: Severity, _ text: String, bearing: Bearing? = nil) {
    self.code = DiagnosticCode(code)
    self.severity = severity
    self.text = text
    self.bearing = bearing ?? (severity == .error ? .brokenPart : .itself)
  }
}

/// A change to a file that certainly or probably mends a diagnostic.
///
/// `graph validate --fix` makes the certain ones; the others are offered to people. Certain is a change when nothing else
/// can be meant by what is written: a name that is near to a misspelled one is a guess and never certain.
public struct FixIt: Sendable, Hashable {
  /// What the change does, as in `replace with 'state_key'`.
  public let message: String

  /// The bytes that are replaced.
  public let span: SourceSpan

  /// The new text.
  public let replacement: String

  /// Whether nothing else can be meant, so that the change can be made without asking.
  public let isCertain: Bool

  /// Creates a fix-it.
  public init(
    _ message: String, replacing span: SourceSpan, with replacement: String, isCertain: Bool = false
  ) {
    self.message = message
    self.span = span
    self.replacement = replacement
    self.isCertain = isCertain
  }

  /// A fix-it that replaces a span with another text, most often with a suggested name.
  public static func replace(_ span: SourceSpan, with text: String, isCertain: Bool = false) -> FixIt {
    FixIt("replace with '\(text)'", replacing: span, with: text, isCertain: isCertain)
  }
}

/// One finding about a file: what is wrong, where, and how to mend it.
public struct Diagnostic: Sendable, Hashable, Error {
  /// A second place that matters to a diagnostic, as in `first written here`.
  public struct Note: Sendable, Hashable {
    /// One lower-case phrase.
    public let text: String

    /// The place, or nil when the note is about no place in particular.
    public let span: SourceSpan?

    /// Creates a note.
    public init(_ text: String, at span: SourceSpan? = nil) {
      self.text = text
      self.span = span
    }
  }

  /// The code, severity and text.
  public let message: DiagnosticMessage

  /// Where it is, or nil when no file could be read.
  public let span: SourceSpan?

  /// Other places and explanations, in the order they are shown.
  public let notes: [Note]

  /// Changes that mend it; the first is the best.
  public let fixIts: [FixIt]

  /// Whether what stands at the place is a secret, which nobody is to be shown.
  public let isSecret: Bool

  /// Creates a diagnostic.
  public init(
    _ message: DiagnosticMessage, at span: SourceSpan?, notes: [Note] = [], fixIts: [FixIt] = [],
    isSecret: Bool = false
  ) {
    self.message = message
    self.span = span
    self.notes = notes
    self.fixIts = fixIts
    self.isSecret = isSecret
  }

  /// The same with more notes and changes behind its own.
  public func adding(_ notes: [Note], fixIts: [FixIt] = []) -> Diagnostic {
    Diagnostic(message, at: span, notes: self.notes + notes, fixIts: self.fixIts + fixIts, isSecret: isSecret)
  }

  /// The stable code.
  public var code: DiagnosticCode { message.code }

  /// How much it matters.
  public var severity: Severity { message.severity }

  /// What may follow from it, and from what it may follow.
  public var bearing: Bearing { message.bearing }
}
