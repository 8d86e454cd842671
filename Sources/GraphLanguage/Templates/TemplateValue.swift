internal import GraphDiagnostics
internal import GraphRuntime

/// A value while a template is rendered: data of the graph, or something that only templates have.
enum TemplateValue {
  case value(Value)
  /// Text that `escape` or `tojson` made safe, which Python prints as `Markup('…')` inside a list.
  case markup(String)
  /// A list or tuple built by the template, or what a filter gives.
  case sequence(TemplateSequence)
  /// A dict built by the template.
  case mapping(TemplateMapping)
  case loop(TemplateLoopState)
  case macro(TemplateMacro)
  case namespace(TemplateNamespace)
  case cycler(TemplateCycler)
  case joiner(TemplateJoiner)
  case function(TemplateFunction)
  case undefined(TemplateUndefined)

  static var null: Self { .value(.null) }

  static func bool(_ flag: Bool) -> Self { .value(.bool(flag)) }

  static func int(_ number: Int) -> Self { .value(.int(number)) }

  static func double(_ number: Double) -> Self { .value(.double(number)) }

  static func string(_ text: String) -> Self { .value(.string(text)) }

  /// A list built by the template.
  static func list(_ items: [TemplateValue]) throws(TemplateFailure) -> Self {
    .sequence(try TemplateSequence(.list, items))
  }

  /// A tuple built by the template.
  static func tuple(_ items: [TemplateValue]) throws(TemplateFailure) -> Self {
    .sequence(try TemplateSequence(.tuple, items))
  }

  /// The kind as messages name it.
  var kind: String {
    switch self {
    case .value(let value): value.kind
    case .markup: "str"
    case .sequence(let sequence):
      switch sequence.kind {
      case .list: "list"
      case .tuple, .group: "tuple"
      case .range: "range"
      case .keys, .values, .items: "dict view"
      case .generator: "result of a filter"
      }
    case .mapping: "dict"
    case .loop: "loop"
    case .macro: "macro"
    case .namespace: "namespace"
    case .cycler: "cycler"
    case .joiner: "joiner"
    case .function: "function"
    case .undefined: "undefined"
    }
  }

  /// The text, if this is one.
  var text: String? {
    switch self {
    case .value(.string(let text)), .markup(let text): text
    default: nil
    }
  }

  var isMarkup: Bool { if case .markup = self { true } else { false } }

  var isNull: Bool { if case .value(.null) = self { true } else { false } }

  /// The integer, if this is an integer or a truth value, which Python takes for one.
  var integer: Int? {
    switch self {
    case .value(.int(let number)): number
    case .value(.bool(let flag)): flag ? 1 : 0
    default: nil
    }
  }

  /// The number, if this is one or a truth value.
  var number: Double? {
    if case .value(.double(let number)) = self { number } else { integer.map(Double.init) }
  }

  /// How many steps it takes to look at all of this once.
  var cost: Int {
    switch self {
    case .value(.string(let text)), .markup(let text): text.utf8.count >> 6
    case .value(.list(let items)): items.count >> 3
    case .value(.object(let object)): object.count >> 3
    case .sequence(let sequence): sequence.items.count >> 3
    case .mapping(let mapping): mapping.entries.count >> 3
    default: 0
    }
  }

  /// How many levels of lists, tuples and dicts the template built into this.
  var depth: Int {
    switch self {
    case .sequence(let sequence): sequence.depth
    case .mapping(let mapping): mapping.depth
    default: 0
    }
  }

  /// Whether this is what an inline `if` without `else` gives: no text, no items, equal to its like only.
  var isSilent: Bool { if case .undefined(let undefined) = self { undefined.isSilent } else { false } }

  /// Throws when this is undefined, unless silently so.
  func checkUsable() throws(TemplateFailure) {
    if case .undefined(let undefined) = self, !undefined.isSilent { throw undefined.failure }
  }

  /// Throws when this is undefined.
  @inline(__always)
  func checkDefined() throws(TemplateFailure) {
    if case .undefined(let undefined) = self { throw undefined.failure }
  }
}

/// The deepest nesting of lists and dicts that a template may build; freeing them recurses.
private let maximumValueDepth = 200

private func checkedDepth(_ depth: Int) throws(TemplateFailure) -> Int {
  if depth > maximumValueDepth { throw TemplateFailure(.templateTooDeep(maximumValueDepth)) }
  return depth
}

/// A row of values that never changes.
final class TemplateSequence {
  enum Kind {
    case list
    case tuple
    case range(start: Int, stop: Int, step: Int)
    case keys
    case values
    case items
    /// What lazy filters give: true even when empty, and without a text.
    case generator
    /// A tuple of `grouper` and `list`.
    case group
  }

  let kind: Kind
  let items: [TemplateValue]
  let depth: Int

  init(_ kind: Kind, _ items: [TemplateValue]) throws(TemplateFailure) {
    var depth = 0
    for item in items { depth = max(depth, item.depth) }
    self.kind = kind
    self.items = items
    self.depth = try checkedDepth(depth + 1)
  }

  var isTuple: Bool {
    switch kind {
    case .tuple, .group: true
    default: false
    }
  }

  var isGenerator: Bool { if case .generator = kind { true } else { false } }
}

/// Keys and values in order, with any keys that Python can hash.
final class TemplateMapping {
  private(set) var entries: [(key: TemplateValue, value: TemplateValue)] = []
  private var positions: [String: Int] = [:]
  let depth: Int

  init(_ pairs: [(key: TemplateValue, value: TemplateValue)]) throws(TemplateFailure) {
    var depth = 0
    for (key, value) in pairs { depth = max(depth, key.depth, value.depth) }
    self.depth = try checkedDepth(depth + 1)
    for (key, value) in pairs {
      let hash = try key.hashKey()
      if let position = positions[hash] {
        entries[position].value = value
      } else {
        positions[hash] = entries.count
        entries.append((key, value))
      }
    }
  }

  func value(_ key: TemplateValue) throws(TemplateFailure) -> TemplateValue? {
    positions[try key.hashKey()].map { entries[$0].value }
  }
}

/// A name or attribute that does not exist; using it is an error.
final class TemplateUndefined {
  /// Made only when it is needed: most undefined values meet `default` or `is defined`.
  private let makeFailure: () -> TemplateFailure

  /// Whether this prints as nothing: an inline `if` without `else` that did not hold.
  let isSilent: Bool

  init(isSilent: Bool = false, _ makeFailure: @escaping () -> TemplateFailure) {
    self.makeFailure = makeFailure
    self.isSilent = isSilent
  }

  var failure: TemplateFailure { makeFailure() }
}

/// What `namespace()` makes: attributes that can be set from inside loops.
final class TemplateNamespace {
  var entries: [(key: String, value: TemplateValue)] = []

  func value(_ key: String) -> TemplateValue? { entries.first { $0.key == key }?.value }

  func set(_ key: String, _ value: TemplateValue) {
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].value = value
    } else {
      entries.append((key, value))
    }
  }
}

/// What `cycler()` makes.
final class TemplateCycler {
  let items: [TemplateValue]
  var position = 0

  init(_ items: [TemplateValue]) { self.items = items }
}

/// What `joiner()` makes: nothing at the first call, the separator afterwards.
final class TemplateJoiner {
  let separator: TemplateValue
  var isUsed = false

  init(_ separator: TemplateValue) { self.separator = separator }
}

/// A function that every template has.
enum TemplateFunction: String, CaseIterable {
  case range, dict, namespace, cycler, joiner

  static let names: Set<String> = Set(allCases.map(\.rawValue))
}

/// A macro together with where it was defined.
final class TemplateMacro {
  let definition: TemplateMacroDefinition
  let frame: TemplateFrame

  init(_ definition: TemplateMacroDefinition, _ frame: TemplateFrame) {
    self.definition = definition
    self.frame = frame
  }
}
