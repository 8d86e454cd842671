internal import GraphDiagnostics
internal import GraphRuntime

/// The items of a list, tuple, dict or text, whichever way they are kept.
struct TemplateItems: RandomAccessCollection {
  private enum Storage {
    case values([Value])
    case items([TemplateValue])
  }

  private let storage: Storage
  let count: Int

  init(_ values: [Value]) {
    storage = .values(values)
    count = values.count
  }

  init(_ items: [TemplateValue]) {
    storage = .items(items)
    count = items.count
  }

  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(index: Int) -> TemplateValue {
    switch storage {
    case .values(let values): .value(values[index])
    case .items(let items): items[index]
    }
  }
}

/// The entries of a dict, whichever way they are kept.
struct TemplateEntries: RandomAccessCollection {
  private enum Storage {
    case object(ValueObject)
    case mapping(TemplateMapping)
  }

  private let storage: Storage
  let count: Int

  init(_ object: ValueObject) {
    storage = .object(object)
    count = object.count
  }

  init(_ mapping: TemplateMapping) {
    storage = .mapping(mapping)
    count = mapping.entries.count
  }

  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(index: Int) -> (key: TemplateValue, value: TemplateValue) {
    switch storage {
    case .object(let object): (.string(object[index].key), .value(object[index].value))
    case .mapping(let mapping): mapping.entries[index]
    }
  }

  /// The value of a key, or nil.
  func value(_ key: TemplateValue) throws(TemplateFailure) -> TemplateValue? {
    switch storage {
    case .object(let object): key.text.flatMap { object[$0] }.map { .value($0) }
    case .mapping(let mapping): try mapping.value(key)
    }
  }
}

extension TemplateValue {
  /// The entries, if this is a dict.
  var entries: TemplateEntries? {
    switch self {
    case .value(.object(let object)): TemplateEntries(object)
    case .mapping(let mapping): TemplateEntries(mapping)
    default: nil
    }
  }

  /// What Python would iterate over; of a dict the keys.
  func items() throws(TemplateFailure) -> TemplateItems {
    switch self {
    case .value(.list(let values)): return TemplateItems(values)
    case .value(.string(let text)), .markup(let text):
      return TemplateItems(text.unicodeScalars.map { TemplateValue.string(String($0)) })
    case .value(.object(let object)): return TemplateItems(object.keys.map { TemplateValue.string($0) })
    case .sequence(let sequence): return TemplateItems(sequence.items)
    case .mapping(let mapping): return TemplateItems(mapping.entries.map(\.key))
    case .undefined(let undefined):
      if undefined.isSilent { return TemplateItems([TemplateValue]()) }
      throw undefined.failure
    default: throw TemplateFailure(.templateNotIterable(kind))
    }
  }

  /// The items, if this is a list or a tuple, which Python adds, indexes and compares.
  var row: TemplateItems? {
    switch self {
    case .value(.list(let values)): TemplateItems(values)
    case .sequence(let sequence): sequence.isList || sequence.isTuple ? TemplateItems(sequence.items) : nil
    default: nil
    }
  }

  /// The number of items or characters, if this has one.
  var length: Int? {
    switch self {
    case .value(.list(let values)): values.count
    case .value(.string(let text)), .markup(let text): PythonText.count(text)
    case .value(.object(let object)): object.count
    case .sequence(let sequence): sequence.items.count
    case .mapping(let mapping): mapping.entries.count
    default: nil
    }
  }

  /// Whether this is a tuple.
  var isTuple: Bool { if case .sequence(let sequence) = self { sequence.isTuple } else { false } }

  /// Python's truth value.
  func isTrue() throws(TemplateFailure) -> Bool {
    switch self {
    case .value(let value):
      switch value {
      case .null: return false
      case .bool(let flag): return flag
      case .int(let number): return number != 0
      case .double(let number): return number != 0
      case .string(let text): return !text.isEmpty
      case .list(let items): return !items.isEmpty
      case .object(let object): return !object.isEmpty
      }
    case .markup(let text): return !text.isEmpty
    case .sequence(let sequence): return sequence.isGenerator || !sequence.items.isEmpty
    case .mapping(let mapping): return !mapping.entries.isEmpty
    case .undefined(let undefined):
      if undefined.isSilent { return false }
      throw undefined.failure
    default: return true
    }
  }
}

extension TemplateSequence {
  var isList: Bool { if case .list = kind { true } else { false } }
}
