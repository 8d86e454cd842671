/// The headers of a message, in the order they were sent.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// The headers; names are in lower case.
  public private(set) var fields: [(name: String, value: String)] = []

  /// Creates headers; of a name that is given twice, both are kept.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { add(name, value) }
  }

  /// Creates no headers.
  public init() {}

  /// Adds a header, whatever there is of its name.
  public mutating func add(_ name: String, _ value: String) { fields.append((name.lowercased(), value)) }

  /// The value of the first header of a name, in lower case; setting puts one in the place of all.
  public subscript(name: String) -> String? {
    get { fields.first { $0.name == name }?.value }
    set {
      fields.removeAll { $0.name == name }
      if let newValue { fields.append((name, newValue)) }
    }
  }

  /// The values of all headers of a name, in lower case.
  public func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

  /// The parts of the headers of a name, which are separated by commas, in lower case and without spaces.
  public func tokens(_ name: String) -> [String] {
    all(name).flatMap { value in
      value.split(separator: ",").map { part in
        String(part.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
          .lowercased()
      }
    }
  }

  /// Whether both hold the same in the same order.
  public static func == (left: Self, right: Self) -> Bool {
    left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
  }

  /// Mixes the headers in their order.
  public func hash(into hasher: inout Hasher) {
    for field in fields {
      hasher.combine(field.name)
      hasher.combine(field.value)
    }
  }
}
