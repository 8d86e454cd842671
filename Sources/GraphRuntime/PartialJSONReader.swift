/// A place in a JSON value.
public enum PartialStep: Sendable, Hashable {
  /// A field of an object.
  case key(String)
  /// An element of a list, from 0.
  case index(Int)
}

/// A value inside an answer that is complete, while the rest still arrives.
public struct PartialRecord: Sendable, Hashable {
  /// Where it stands, from the outside in; empty for the whole, which takes the place of all that was told before.
  public let path: [PartialStep]

  /// The value; null with an empty path where the text turned out to be no JSON.
  public let value: Value

  /// Creates a record.
  public init(path: [PartialStep], value: Value) {
    self.path = path
    self.value = value
  }
}

/// What is known of a value that arrives in parts.
public struct PartialValue: Sendable, Hashable {
  /// The value so far: fields that have not arrived are missing.
  public private(set) var value = Value.null

  /// Creates a value of which nothing is known.
  public init() {}

  /// Adds a part.
  public mutating func take(_ record: PartialRecord) { value.set(record.value, at: record.path[...]) }
}

extension Value {
  fileprivate mutating func set(_ value: Value, at path: ArraySlice<PartialStep>) {
    guard let step = path.first else { return self = value }
    switch step {
    case .key(let key):
      var object = object ?? ValueObject()
      // The parts leave their places while they change, so that they are not copied.
      self = .null
      var child = object[key] ?? .null
      object[key] = .null
      child.set(value, at: path.dropFirst())
      object[key] = child
      self = .object(object)
    case .index(let index):
      var list = list ?? []
      self = .null
      while list.count <= index { list.append(.null) }
      var child = list[index]
      list[index] = .null
      child.set(value, at: path.dropFirst())
      list[index] = child
      self = .list(list)
    }
  }
}

/// Reads JSON in pieces of any size and tells each value inside it as soon as it is complete.
///
/// It reads the first object of a text, or the first list where lists are wanted too, and leaves the text before and behind
/// it alone. Values come inner ones first, in the order in which they end. Where the text turns out to be no JSON, a record
/// of null with an empty path takes back what was told, and the next object is read.
///
/// The cost grows with the text; what is kept is the value so far.
public struct PartialJSONReader: Sendable {
  private enum Container {
    case object(ValueObject, key: String)
    case list([Value])
  }

  /// What may come next.
  private enum Phase {
    /// The beginning of the value.
    case beginning
    case value
    /// A value, or the end of a list that is empty.
    case firstElement
    case key
    /// A key, or the end of an object that is empty.
    case firstKey
    case colon
    /// A comma, or the end of the container.
    case separator
    /// The rest of a string, be it a key, and whether its last byte was a backslash.
    case string(isKey: Bool, isEscaped: Bool)
    /// The rest of a number or word.
    case word
    /// Nothing: the value is complete.
    case over
  }

  private static let maximumDepth = 512

  private let takesLists: Bool
  private var phase = Phase.beginning
  private var containers: [Container] = []

  /// The bytes of the string, number or word that is being read.
  private var scalar: [UInt8] = []

  /// Whether anything was told of the value that is being read.
  private var hasTold = false

  /// Creates a reader of one text.
  public init(takesLists: Bool = true) { self.takesLists = takesLists }

  /// Reads a piece of the text.
  ///
  /// - Returns: What is complete with it, in order.
  public mutating func append(_ text: String) -> [PartialRecord] {
    var records: [PartialRecord] = []
    for byte in text.utf8 {
      // The byte behind a number or a word ends it, and is read again.
      while !read(byte, &records) {}
    }
    return records
  }

  /// Reads one byte; says false when it has only ended what was before it.
  private mutating func read(_ byte: UInt8, _ records: inout [PartialRecord]) -> Bool {
    switch phase {
    case .over: return true
    case .beginning:
      if byte == UInt8(ascii: "{") || (takesLists && byte == UInt8(ascii: "[")) { open(byte) }
      return true
    case .string(let isKey, let isEscaped):
      scalar.append(byte)
      if isEscaped || byte != UInt8(ascii: "\"") {
        phase = .string(isKey: isKey, isEscaped: !isEscaped && byte == UInt8(ascii: "\\"))
      } else {
        endScalar(isKey: isKey, &records)
      }
      return true
    case .word:
      guard Self.isOfWord(byte) else {
        endScalar(isKey: false, &records)
        return false
      }
      scalar.append(byte)
      return true
    case .value, .firstElement, .key, .firstKey, .colon, .separator:
      if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { return true }
      return readSign(byte, &records)
    }
  }

  private mutating func readSign(_ byte: UInt8, _ records: inout [PartialRecord]) -> Bool {
    switch (phase, byte) {
    case (.value, UInt8(ascii: "{")), (.value, UInt8(ascii: "[")), (.firstElement, UInt8(ascii: "{")),
      (.firstElement, UInt8(ascii: "[")):
      guard containers.count < Self.maximumDepth else { return giveUp(&records) }
      open(byte)
    case (.value, UInt8(ascii: "\"")), (.firstElement, UInt8(ascii: "\"")): beginString(isKey: false)
    case (.key, UInt8(ascii: "\"")), (.firstKey, UInt8(ascii: "\"")): beginString(isKey: true)
    case (.firstElement, UInt8(ascii: "]")), (.firstKey, UInt8(ascii: "}")): close(&records)
    case (.separator, UInt8(ascii: "]")):
      guard case .list? = containers.last else { return giveUp(&records) }
      close(&records)
    case (.separator, UInt8(ascii: "}")):
      guard case .object? = containers.last else { return giveUp(&records) }
      close(&records)
    case (.separator, UInt8(ascii: ",")):
      phase = if case .object? = containers.last { .key } else { .value }
    case (.colon, UInt8(ascii: ":")): phase = .value
    case (.value, _) where Self.isOfWord(byte), (.firstElement, _) where Self.isOfWord(byte):
      scalar = [byte]
      phase = .word
    default: return giveUp(&records)
    }
    return true
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private mutating func beginString(isKey: Bool) {
    scalar = [UInt8(ascii: "\"")]
    phase = .string(isKey: isKey, isEscaped: false)
  }

  private mutating func open(_ byte: UInt8) {
    let isObject = byte == UInt8(ascii: "{")
    containers.append(isObject ? .object(ValueObject(), key: "") : .list([]))
    phase = isObject ? .firstKey : .firstElement
  }

  private mutating func close(_ records: inout [PartialRecord]) {
    switch containers.popLast() {
    case .object(let object, _)?: complete(.object(object), &records)
    case .list(let list)?: complete(.list(list), &records)
    case nil: break
    }
  }

  private mutating func endScalar(isKey: Bool, _ records: inout [PartialRecord]) {
    guard let value = try? Value(json: scalar) else {
      _ = giveUp(&records)
      return
    }
    guard isKey else { return complete(value, &records) }
    if case .object(let object, _)? = containers.popLast() {
      containers.append(.object(object, key: value.string ?? ""))
    }
    phase = .colon
  }

  /// Puts a value into its container and tells it.
  private mutating func complete(_ value: Value, _ records: inout [PartialRecord]) {
    var path: [PartialStep] = []
    for container in containers {
      switch container {
      case .object(_, let key): path.append(.key(key))
      case .list(let list): path.append(.index(list.count))
      }
    }
    records.append(PartialRecord(path: path, value: value))
    hasTold = true
    switch containers.popLast() {
    case .object(var object, let key)?:
      object[key] = value
      containers.append(.object(object, key: key))
      phase = .separator
    case .list(var list)?:
      list.append(value)
      containers.append(.list(list))
      phase = .separator
    case nil: phase = .over
    }
  }

  /// Takes back what was told of a text that is no JSON, and looks for the next one from this byte on.
  ///
  /// - Returns: False, as the byte may be the beginning.
  private mutating func giveUp(_ records: inout [PartialRecord]) -> Bool {
    if hasTold { records.append(PartialRecord(path: [], value: .null)) }
    hasTold = false
    containers = []
    phase = .beginning
    return false
  }
}
