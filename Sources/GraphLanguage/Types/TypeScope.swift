package import GraphDiagnostics
internal import GraphRuntime

/// What is known of a name that expressions read.
package struct TypedName: Sendable {
  /// Where a type comes from.
  package enum Origin: Sendable {
    /// A declaration under `state`.
    case declaration(SourceSpan)
    /// A node that writes the key.
    case node(String, SourceSpan)
    /// A value that is written down, as under `variables`.
    case value(SourceSpan)
    /// Nothing that could be pointed at.
    case none
  }

  /// The type; null is added where the name may have no value.
  package let type: SchemaType

  /// Whether the type was proved: nothing may put a value of another type there.
  package let isCertain: Bool

  /// Where the type comes from.
  package let origin: Origin

  /// Creates a typed name.
  package init(_ type: SchemaType, isCertain: Bool = true, origin: Origin = .none) {
    self.type = type
    self.isCertain = isCertain
    self.origin = origin
  }

  /// The note that says where the type of a name comes from.
  func note(_ name: String) -> Diagnostic.Note? {
    let type = "'\(type.nonNull.brief)'"
    return switch origin {
    case .declaration(let span): Diagnostic.Note("'\(name)' is declared as \(type) here", at: span)
    case .node(let node, let span): Diagnostic.Note("node '\(node)' writes '\(name)' as \(type)", at: span)
    case .value(let span): Diagnostic.Note("'\(name)' is given as \(type) here", at: span)
    case .none: nil
    }
  }
}

/// The names that expressions at one place can read, with their types.
package struct TypeScope {
  /// Finds a name; nil for one of which nothing is known.
  ///
  /// The path tells whether `state.` was written before it.
  package let find: (StatePath) -> TypedName?

  /// Creates a scope.
  package init(_ find: @escaping (StatePath) -> TypedName?) { self.find = find }
}

/// Something that is wrong by the types of what an expression reads.
package struct TypeFinding {
  /// What is claimed of a part of the expression.
  package enum Claim: Sendable, Hashable {
    /// It cannot be evaluated.
    case fails
    /// It cannot be evaluated unless a list in it is empty.
    case failsUnlessEmpty
    /// It has no value, and null stands for it.
    case isMissing
    /// It has no value that is true.
    case neverHolds
    /// It has no value that is false.
    case alwaysHolds
  }

  /// The message.
  package let message: DiagnosticMessage

  /// The part of the expression that is claimed something of.
  package let subject: ExpressionNode

  /// The claim.
  package let claim: Claim

  /// Where it is reported.
  package let span: SourceSpan

  /// Other places and explanations.
  package var notes: [Diagnostic.Note] = []

  /// Changes that mend it.
  package var fixIts: [FixIt] = []

  /// Whether the types that it follows from were proved.
  package var isCertain = true

  /// Reports the finding; what follows from types that were not proved is a warning.
  package func report(to diagnostics: DiagnosticEngine) {
    let message = isCertain || message.severity != .error ? message : .probably(message)
    diagnostics.report(message, at: span, notes: notes, fixIts: fixIts)
  }
}

extension SchemaType {
  /// The type as messages name it: constants only where they are few and short.
  package var brief: String {
    switch self {
    case .enumeration(let values):
      let texts = values.prefix(5).map { $0.json() }
      let isShort = values.count <= 4 && texts.allSatisfy { $0.utf8.count <= 24 }
      return isShort ? texts.joined(separator: " | ") : widened.brief
    case .union(let types):
      let rest = types.filter { $0 != .null }
      let text = rest.map(\.brief).joined(separator: " | ")
      return rest.count == types.count ? text : rest.isEmpty ? "null" : rest.count == 1 ? text + "?" : text + " | null"
    case .list(.never), .list(.any): return "list"
    case .list(let item): return "list[\(item.brief)]"
    case .dict(let value) where value != .any: return "dict[str, \(value.brief)]"
    case .constrained(let type, _): return type.brief
    default: return description
    }
  }

  /// The kinds of the type's values in one word or a few, as messages put them: `int or str`.
  var kindNames: String {
    let kinds = nonNull.kinds
    if kinds == .number { return isWhole ? "int" : "float" }
    var names = ValueKinds.named.filter { kinds.contains($0.kind) && $0.kind != .null }.map(\.name)
    if kinds.isSuperset(of: .number), isWhole { names.removeAll { $0 == "float" } }
    return names.isEmpty ? "null" : names.joined(separator: " or ")
  }

  /// Whether all numbers of the type are whole.
  var isWhole: Bool {
    switch self {
    case .float, .any: false
    case .enumeration(let values): values.allSatisfy { if case .double = $0 { false } else { true } }
    case .union(let types): types.allSatisfy(\.isWhole)
    case .constrained(let type, _): type.isWhole
    default: true
    }
  }
}
