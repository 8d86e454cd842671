import GraphDiagnostics
import GraphLanguage
import GraphRuntime

/// Random types, values of them and expressions that read keys of them; a seed fixes all of it.
struct RandomTypes {
  private var state: UInt64

  /// The keys with their types.
  private(set) var keys: [(name: String, type: SchemaType)] = []

  private static let span = SourceSpan(SourceFile(path: "", text: ""), ByteRange(0, 0))
  private static let words = ["open", "done", "late", "7", "2.5", ""]

  init(seed: UInt64) {
    state = seed
    for index in 0..<5 { keys.append(("k\(index)", type(depth: 2))) }
  }

  // MARK: - Chance

  private mutating func number(below limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(below: elements.count)] }

  // MARK: - Types

  private mutating func type(depth: Int) -> SchemaType {
    switch number(below: depth > 0 ? 13 : 8) {
    case 0: return .bool
    case 1: return .int
    case 2: return .float
    case 3: return .string
    case 4: return .enumeration([.string(pick(Self.words)), .string(pick(Self.words))])
    case 5: return .enumeration([.int(number(below: 4)), .int(5)])
    case 6:
      var limits = SchemaConstraints()
      limits.minimum = Double(number(below: 3))
      limits.maximum = 5
      return .constrained(pick([.int, .float]), limits)
    case 7: return .any
    case 8, 9: return .list(type(depth: depth - 1))
    case 10: return .dict(type(depth: depth - 1))
    case 11:
      return .object(
        SchemaObject(
          fields: ["a", "b"].map {
            SchemaField(name: Located($0, at: Self.span), type: type(depth: depth - 1), isRequired: true)
          }))
    default: return type(depth: 0).joined(with: type(depth: depth - 1))
    }
  }

  // MARK: - Values

  /// A state in which every key has a value of its type, or none; lists are not empty.
  mutating func values() -> ValueObject {
    var object = ValueObject()
    for key in keys { object[key.name] = number(below: 6) == 0 ? .some(.null) : value(key.type) }
    return object
  }

  private mutating func value(_ type: SchemaType) -> Value {
    switch type {
    case .any: return value(pick([.bool, .int, .float, .string, .list(.int), .dict(.string)]))
    case .null: return .null
    case .bool: return .bool(number(below: 2) == 0)
    case .int: return number(below: 8) == 0 ? .double(3) : .int(number(below: 9) - 3)
    case .float: return number(below: 2) == 0 ? .int(number(below: 5)) : .double(Double(number(below: 9)) / 4)
    case .string: return .string(pick(Self.words))
    case .list(let item):
      return .list((0...number(below: 3)).map { _ in item == .union([]) ? .null : value(item) })
    case .dict(let item): return .object(ValueObject(["a", "x"].map { ($0, value(item)) }))
    case .object(let object): return .object(ValueObject(object.fields.map { ($0.name.value, value($0.type)) }))
    case .enumeration(let values): return pick(values)
    case .union(let types): return value(pick(types))
    case .constrained(_, let limits):
      let least = Int(limits.minimum ?? 0)
      return .int(least + number(below: Int(limits.maximum ?? 9) - least + 1))
    }
  }

  // MARK: - Expressions

  /// The text of an expression.
  mutating func expression(depth: Int = 3) -> String {
    guard depth > 0 else { return leaf() }
    func part(_ random: inout RandomTypes) -> String { random.expression(depth: depth - 1) }
    switch number(below: 14) {
    case 0, 1: return "(\(part(&self)) \(pick(["+", "-", "*", "/", "//", "%"])) \(part(&self)))"
    case 2, 3, 4:
      return "(\(part(&self)) \(pick(["==", "!=", "<", "<=", ">", ">=", "in", "not in"])) \(part(&self)))"
    case 5: return "(\(part(&self)) \(pick(["and", "or"])) \(part(&self)))"
    case 6: return "(not \(part(&self)))"
    case 7: return "(\(part(&self)) if \(condition(depth - 1)) else \(part(&self)))"
    case 8:
      let name = pick([
        "len", "int", "float", "str", "lower", "upper", "round", "min", "max", "sum", "sorted", "keys", "values",
        "type",
        "join", "split", "range",
      ])
      return "\(name)(\(part(&self)))"
    case 9: return "\(pick(["min", "max", "contains", "default", "round"]))(\(part(&self)), \(part(&self)))"
    case 10: return "[\(part(&self)), \(part(&self))]"
    case 11: return "{'a': \(part(&self)), 'c': \(part(&self))}"
    case 12: return "(0 < \(part(&self)) <= \(part(&self)))"
    default: return leaf()
    }
  }

  /// A condition of the kind that says something of a path.
  private mutating func condition(_ depth: Int) -> String {
    let path = path()
    switch number(below: 6) {
    case 0: return path
    case 1: return "type(\(path)) == '\(pick(["str", "int", "float", "list", "dict"]))'"
    case 2: return "\(path) \(pick(["==", "!="])) \(literal())"
    case 3: return "\(path) in [\(literal()), \(literal())]"
    case 4: return "(\(path) and \(condition(max(0, depth - 1))))"
    default: return expression(depth: max(0, depth))
    }
  }

  private mutating func leaf() -> String { number(below: 3) == 0 ? literal() : path() }

  private mutating func literal() -> String {
    switch number(below: 6) {
    case 0: "null"
    case 1: pick(["true", "false"])
    case 2: String(number(below: 7))
    case 3: pick(["0", "0.5", "2.5"])
    case 4: pick(["[]", "{}"])
    default: "'\(pick(Self.words))'"
    }
  }

  private mutating func path() -> String {
    var path = pick(keys).name
    switch number(below: 8) {
    case 0: path += ".a"
    case 1: path += "[0]"
    case 2: path += "['b']"
    case 3: path += pick([".c", "[-1].a", ".a.b"])
    case 4: path += "[\(pick(keys).name)]"
    default: break
    }
    return path
  }
}
