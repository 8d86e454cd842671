/// Long values that a record of a journal has more than once, and keeps once.
///
/// Writer and reader go through the same values in the same order, and so give them the same numbers. What stands for a
/// value is an object with the one key `$`: its number, or an object that has such a key itself.
struct SharedValues {
  /// The bytes from which on a text is kept once.
  private static let minimumBytes = 40

  /// The entries from which on a list or an object that was written to the state is kept once.
  private static let minimumCount = 8

  private static let mark = "$"

  private var values: [Value] = []
  private var texts: [String: Int] = [:]
  private var composites: [String: Int] = [:]

  /// Begins with what a record holds besides its events.
  init(_ content: ValueObject) {
    for (_, value) in content { add(value) }
    // Writes are lists of a key, a value and a reducer.
    for write in content["writes"]?.list ?? [] {
      guard let value = write.list?.dropFirst().first, Self.isLarge(value) else { continue }
      composites[value.json()] = values.count
      values.append(value)
    }
  }

  private static func isLarge(_ value: Value) -> Bool {
    switch value {
    case .list(let items): items.count >= minimumCount
    case .object(let object): object.count >= minimumCount
    default: false
    }
  }

  private mutating func add(_ value: Value) {
    switch value {
    case .string(let text): add(text)
    case .list(let items): for item in items { add(item) }
    case .object(let object): for (_, item) in object { add(item) }
    case .null, .bool, .int, .double: break
    }
  }

  private mutating func add(_ text: String) {
    guard text.utf8.count >= Self.minimumBytes, texts[text] == nil else { return }
    texts[text] = values.count
    values.append(.string(text))
  }

  // MARK: - Writing

  /// A value with numbers for what the record has already.
  mutating func packed(_ value: Value) -> Value {
    switch value {
    case .null, .bool, .int, .double: return value
    case .string(let text):
      if text.utf8.count >= Self.minimumBytes, let number = texts[text] { return reference(number) }
      add(text)
      return value
    case .list(let items):
      return .list(items.map { packed($0) })
    case .object(let object):
      let all: Value = .object(packed(object))
      return object[Self.mark] == nil ? all : [Self.mark: all]
    }
  }

  /// The same for the entries of an object, which are looked up as a whole as well.
  mutating func packed(_ object: ValueObject) -> ValueObject {
    ValueObject(object.map { ($0.key, packed($0.value)) })
  }

  /// The same for what a node wrote.
  mutating func packedUpdate(_ object: ValueObject) -> Value {
    guard object[Self.mark] == nil else { return packed(.object(object)) }
    return .object(
      ValueObject(
        object.map { key, value in
          guard Self.isLarge(value), let number = composites[value.json()] else { return (key, packed(value)) }
          return (key, reference(number))
        }))
  }

  private func reference(_ number: Int) -> Value { [Self.mark: .int(number)] }

  // MARK: - Reading

  /// The value that `packed` was given.
  ///
  /// - Throws: `GraphError.invalidCheckpoint` for a number that nothing has.
  mutating func unpacked(_ value: Value) throws -> Value {
    switch value {
    case .null, .bool, .int, .double: return value
    case .string(let text):
      add(text)
      return value
    case .list(let items):
      var result: [Value] = []
      result.reserveCapacity(items.count)
      for item in items { result.append(try unpacked(item)) }
      return .list(result)
    case .object(let object):
      guard object.count == 1, let marked = object[Self.mark] else { return .object(try unpacked(object)) }
      if let inner = marked.object { return .object(try unpacked(inner)) }
      guard let number = marked.int, values.indices.contains(number) else {
        throw GraphError(.invalidCheckpoint, "an event of the record has a value that is not there")
      }
      return values[number]
    }
  }

  private mutating func unpacked(_ object: ValueObject) throws -> ValueObject {
    var result = ValueObject()
    for (key, value) in object { result[key] = try unpacked(value) }
    return result
  }
}
