/// String keys with values, in the order the keys were first written.
///
/// Two objects are equal when they have the same keys with equal values, in
/// whatever order.
public struct ValueObject: Sendable {
  /// One key with its value.
  public typealias Element = (key: String, value: Value)

  private var entries: [Entry]

  /// Positions by key; empty while the object is small enough to be searched.
  private var positions: [String: Int]

  private struct Entry: Sendable {
    let key: String
    var value: Value
  }

  /// The number of entries from which keys are hashed.
  private static let hashedCount = 9

  /// Creates an object without entries.
  public init() {
    entries = []
    positions = [:]
  }

  /// Creates an object from keys and values; of equal keys the last value wins, at the first one's place.
  public init(_ elements: some Sequence<(String, Value)>) {
    self.init()
    for (key, value) in elements { self[key] = value }
  }

  /// The number of entries.
  public var count: Int { entries.count }

  /// The keys in order.
  public var keys: [String] { entries.map(\.key) }

  /// The values in order.
  public var values: [Value] { entries.map(\.value) }

  /// The value of a key; setting nil removes the key.
  ///
  /// - Complexity: O(1) but for removal, which is O(n).
  public subscript(key: String) -> Value? {
    get { position(of: key).map { entries[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): entries[position].value = value
      case (nil, let value?): append(key, value)
      case (let position?, nil): remove(at: position)
      case (nil, nil): break
      }
    }
  }

  /// Whether two objects share their storage and so are equal; says false of some that are equal all the same.
  package func isIdentical(to other: ValueObject) -> Bool {
    count == other.count
      && entries.withUnsafeBufferPointer { left in
        other.entries.withUnsafeBufferPointer { right in left.baseAddress == right.baseAddress }
      }
  }

  /// Writes every entry of another object over this one.
  public mutating func merge(_ other: ValueObject) {
    for entry in other.entries { self[entry.key] = entry.value }
  }

  private func position(of key: String) -> Int? {
    positions.isEmpty ? entries.firstIndex { $0.key == key } : positions[key]
  }

  private mutating func append(_ key: String, _ value: Value) {
    entries.append(Entry(key: key, value: value))
    if !positions.isEmpty {
      positions[key] = entries.count - 1
    } else if entries.count == Self.hashedCount {
      rebuildPositions()
    }
  }

  private mutating func remove(at position: Int) {
    entries.remove(at: position)
    if !positions.isEmpty { rebuildPositions() }
  }

  private mutating func rebuildPositions() {
    positions.removeAll(keepingCapacity: true)
    guard entries.count >= Self.hashedCount else { return }
    for (index, entry) in entries.enumerated() { positions[entry.key] = index }
  }
}

extension ValueObject: RandomAccessCollection {
  /// The position of the first entry.
  public var startIndex: Int { 0 }

  /// The position after the last entry.
  public var endIndex: Int { entries.count }

  /// The entry at a position.
  public subscript(position: Int) -> Element { (entries[position].key, entries[position].value) }
}

extension ValueObject: Hashable {
  /// Whether both have the same keys with equal values.
  public static func == (left: Self, right: Self) -> Bool {
    left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
  }

  /// Hashes keys and values without regard to their order.
  public func hash(into hasher: inout Hasher) {
    var combined = 0
    for (key, value) in self {
      var inner = Hasher()
      inner.combine(key)
      inner.combine(value)
      combined ^= inner.finalize()
    }
    hasher.combine(combined)
  }
}

extension ValueObject: ExpressibleByDictionaryLiteral {
  /// Creates an object; of equal keys the last value wins.
  public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
