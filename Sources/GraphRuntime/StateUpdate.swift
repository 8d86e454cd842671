/// What a node wants written, and where a router wants to go.
public struct StateUpdate: Sendable, Hashable {
  /// One value for one key.
  public struct Write: Sendable, Hashable {
    /// The key.
    public let key: StateKey

    /// The value; what becomes of it is up to the key's reducer.
    public let value: Value
  }

  /// The writes in order.
  public private(set) var writes: [Write]

  /// What the node wants known under keys that the engine keeps: of two nodes in one step, the later in the file counts.
  public private(set) var notes: [Note] = []

  /// One value for one of the engine's keys.
  public struct Note: Sendable, Hashable {
    /// The key.
    public let key: ReservedKey

    /// The value.
    public let value: Value
  }

  /// The route that a router chose, or nil.
  public var route: String?

  /// Whether a stop request cut the node's work short.
  public var isPartial = false

  /// Creates an update that writes nothing.
  public init() { writes = [] }

  /// Creates an update of one key.
  public init(_ key: StateKey, _ value: Value) { writes = [Write(key: key, value: value)] }

  /// Creates an update of an object's entries.
  public init(_ object: ValueObject) { writes = object.map { Write(key: StateKey($0.key), value: $0.value) } }

  /// Adds a write.
  public mutating func set(_ key: StateKey, _ value: Value) { writes.append(Write(key: key, value: value)) }

  /// Adds what expressions may read under one of the engine's keys, where the graph reads it.
  public mutating func note(_ key: ReservedKey, _ value: Value) { notes.append(Note(key: key, value: value)) }

  /// The last value written to a key of this name, or nil.
  public subscript(name: String) -> Value? { writes.last { $0.key.name == name }?.value }

  /// The writes as an object; of equal keys the last wins.
  public var object: ValueObject { ValueObject(writes.map { ($0.key.name, $0.value) }) }
}

extension StateUpdate: ExpressibleByDictionaryLiteral {
  /// Creates an update of keys that are looked up by name.
  public init(dictionaryLiteral elements: (String, Value)...) {
    writes = elements.map { Write(key: StateKey($0.0), value: $0.1) }
  }
}
