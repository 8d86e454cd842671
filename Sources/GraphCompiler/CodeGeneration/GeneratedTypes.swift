internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// The types that programs see a graph's inputs and state as, before they are written in a language.
///
/// Each object and each set of constants is a type with a name of its own;
/// keys of one type share it.
struct GeneratedTypes {
  /// A type where it is used.
  indirect enum Reference {
    case any, bool, int, float, string, object
    case list(Reference)
    case dictionary(Reference)
    case optional(Reference)
    /// A type with a name, by its place among `named`.
    case named(Int)
  }

  /// One key of an object.
  struct Field {
    let key: String
    /// The type, without null.
    let type: Reference
    /// Whether the value may be null.
    let isNullable: Bool
    /// Whether the key is always there.
    let isCertain: Bool
    /// The value where the key is left out; null for none.
    let defaultValue: Value
    let description: String?
  }

  /// A type with a name.
  struct Named {
    enum Content {
      case object([Field], others: Reference?)
      case constants([Value])
    }

    /// The words of the name, in the order in which they lead to it.
    let words: [String]
    let description: String
    let content: Content
  }

  /// Where a type is used first, which is what it is named after.
  private struct Place {
    let words: [String]
    let path: String

    func adding(_ word: String, _ step: String) -> Place { Place(words: words + [word], path: path + step) }
  }

  /// The words of the graph's name.
  let graphWords: [String]

  /// The graph's name, and what it is for.
  let graphName: String
  let graphDescription: String?

  /// Types with names; each stands behind those that it is made of.
  private(set) var named: [Named] = []

  /// The places of the two types that everything else is a part of.
  private(set) var input = 0
  private(set) var state = 0

  private var objects: [SchemaObject: Int] = [:]
  private var constants: [[Value]: [(words: [String], index: Int)]] = [:]

  /// Gathers the types of a graph.
  init(_ graph: CompiledGraph) {
    let description = graph.description
    graphName = description.name
    graphDescription = description.description
    graphWords = Self.words(of: description.name)
    let required = Set(graph.requiredInputs.map(\.name))
    var fields: [String: Field] = [:]
    for key in description.keys {
      let initial = graph.defaultValue(of: key.name)
      fields[key.name] = Field(
        key: key.name,
        type: reference(to: key.knownType.withoutNull, Place(words: [key.name], path: key.name), key.description),
        isNullable: key.knownType.admitsNull, isCertain: required.contains(key.name) || !initial.isNull,
        defaultValue: initial, description: key.description)
    }
    let inputs = description.inputs.compactMap { key in
      fields[key.name].map { field in
        Field(
          key: field.key, type: field.type, isNullable: field.isNullable, isCertain: required.contains(field.key),
          defaultValue: field.defaultValue, description: field.description)
      }
    }
    input = add(["Input"], "What a run of the graph is given.", .object(inputs, others: nil))
    state = add(
      ["State"], "The state of a run.", .object(description.keys.compactMap { fields[$0.name] }, others: nil))
  }

  private mutating func add(_ words: [String], _ description: String, _ content: Named.Content) -> Int {
    named.append(Named(words: words, description: description, content: content))
    return named.count - 1
  }

  private mutating func reference(to type: SchemaType, _ place: Place, _ description: String?) -> Reference {
    switch type {
    case .any, .null: return .any
    case .bool: return .bool
    case .int: return .int
    case .float: return .float
    case .string: return .string
    case .list(let item): return .list(nullable(item, place.adding("item", "[]"), nil))
    case .dict(.any): return .object
    case .dict(let value): return .dictionary(nullable(value, place.adding("value", ".*"), nil))
    case .constrained(let type, let constraints):
      return reference(to: type, place, description ?? constraints.description)
    case .object(let object): return reference(to: object, place, description)
    case .enumeration(let values): return reference(to: values, place, description)
    case .union(let types):
      let rest = types.filter { $0 != .null }
      return rest.count == 1 ? reference(to: rest[0], place, description) : .any
    }
  }

  /// A type that may be null where it is used.
  private mutating func nullable(_ type: SchemaType, _ place: Place, _ description: String?) -> Reference {
    let reference = reference(to: type.withoutNull, place, description)
    if case .any = reference { return .any }
    return type.admitsNull ? .optional(reference) : reference
  }

  private mutating func reference(to object: SchemaObject, _ place: Place, _ description: String?) -> Reference {
    if let known = objects[object] { return .named(known) }
    let fields = object.fields.map { field in
      let name = field.name.value
      let defaultValue = field.defaultValue ?? .null
      return Field(
        key: name, type: reference(to: field.type.withoutNull, place.adding(name, ".\(name)"), field.description),
        isNullable: field.type.admitsNull, isCertain: field.isRequired || !defaultValue.isNull,
        defaultValue: defaultValue, description: field.description)
    }
    var others: Reference?
    if case .checked(let type) = object.additional { others = nullable(type, place.adding("other", ".*"), nil) }
    let index = add(place.words, description ?? "What '\(place.path)' holds.", .object(fields, others: others))
    objects[object] = index
    return .named(index)
  }

  private mutating func reference(to values: [Value], _ place: Place, _ description: String?) -> Reference {
    let rest = values.filter { !$0.isNull }
    let isText = rest.allSatisfy { $0.string != nil }
    guard !rest.isEmpty, isText || rest.allSatisfy({ $0.int != nil }) else {
      return rest.allSatisfy { $0.bool != nil } && !rest.isEmpty ? .bool : .any
    }
    if let known = constants[rest]?.first(where: { $0.words.last == place.words.last }) { return .named(known.index) }
    let index = add(place.words, description ?? "What '\(place.path)' may be.", .constants(rest))
    constants[rest, default: []].append((place.words, index))
    return .named(index)
  }

  /// The words of a name, cut where it has no letters or digits and where a capital begins a word.
  static func words(of name: String) -> [String] {
    let scalars = Array(name.unicodeScalars)
    var words: [String] = []
    var word = ""
    for (index, scalar) in scalars.enumerated() {
      let isPart = scalar.properties.isXIDContinue && scalar != "_"
      if !isPart || (!word.isEmpty && beginsWord(scalars, index)) {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      if isPart { word.unicodeScalars.append(scalar) }
    }
    return word.isEmpty ? words : words + [word]
  }

  /// Whether a capital begins a word: behind a small letter, or as the last one of several before a small letter.
  private static func beginsWord(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard scalars[index].properties.isUppercase else { return false }
    let isLast = index + 1 < scalars.count && scalars[index + 1].properties.isLowercase
    return scalars[index - 1].properties.isLowercase || isLast && scalars[index - 1].properties.isUppercase
  }
}

/// Names that are given once each.
struct UniqueNames {
  private var used: Set<String>

  init(reserved: Set<String> = []) { used = reserved }

  /// The name, with a number behind it where it was given before or is reserved.
  mutating func unique(_ name: String) -> String {
    var candidate = name
    var number = 2
    while !used.insert(candidate).inserted {
      candidate = "\(name)\(number)"
      number += 1
    }
    return candidate
  }
}

extension String {
  /// The word with a capital at its beginning.
  var capitalised: String { isEmpty ? self : self[startIndex].uppercased() + dropFirst() }

  /// A text in lines of at most so many characters.
  func wrapped(at width: Int) -> [String] {
    var lines: [String] = []
    for paragraph in split(whereSeparator: \.isNewline) {
      var line = ""
      for word in paragraph.split(separator: " ") {
        if !line.isEmpty, line.count + 1 + word.count > width {
          lines.append(line)
          line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
      }
      if !line.isEmpty { lines.append(line) }
    }
    return lines
  }
}
