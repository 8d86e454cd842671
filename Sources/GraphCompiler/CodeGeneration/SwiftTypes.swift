internal import GraphRuntime

/// The types of a graph as a Swift file that imports `GraphRuntime`.
public struct SwiftTypes: Sendable {
  /// The file.
  public let text: String

  /// Writes the types of a graph.
  ///
  /// - Parameter generator: What wrote the file, in a word or a command line.
  public init(of graph: CompiledGraph, generatedBy generator: String) {
    text = SwiftWriter(GeneratedTypes(graph)).file(generator)
  }
}

private struct SwiftWriter {
  private let types: GeneratedTypes

  /// The names of the types, by their places.
  private let names: [String]

  /// Names that mean something else where the types stand.
  private static let reservedTypes: Set<String> = [
    "Any", "AnyObject", "Array", "Bool", "CaseIterable", "Character", "Dictionary", "Double", "Error", "GraphRuntime",
    "Hashable", "Int", "Never", "ObjectConvertible", "Optional", "Protocol", "Result", "Self", "Sendable", "Set",
    "String", "Swift", "Type", "Value", "ValueConversionError", "ValueConvertible", "ValueObject", "Void",
  ]

  /// Names of members that the types have or may not have.
  private static let reservedMembers: Set<String> = [
    "graphValue", "hashValue", "init", "self", "valueObject", "rawValue", "allCases", "Self", "Type", "Protocol",
  ]

  private static let keywords: Set<String> = [
    "actor", "as", "associatedtype", "async", "await", "borrowing", "break", "case", "catch", "class", "consuming",
    "continue", "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate",
    "for", "func", "guard", "if", "import", "in", "inout", "internal", "is", "let", "nil", "operator", "package",
    "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return", "static", "struct", "subscript",
    "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "where", "while", "_",
  ]

  init(_ types: GeneratedTypes) {
    self.types = types
    var unique = UniqueNames(reserved: Self.reservedTypes)
    var names = Array(repeating: "", count: types.named.count)
    // The two that everybody uses have their names before any key takes them.
    for place in [types.input, types.state] { names[place] = unique.unique(types.named[place].words[0]) }
    for (place, type) in types.named.enumerated() where names[place].isEmpty {
      names[place] = unique.unique(Self.typeName(type.words.flatMap(GeneratedTypes.words)))
    }
    self.names = names
  }

  // MARK: - Names

  private static func typeName(_ words: [String]) -> String {
    let name = words.map(\.capitalised).joined()
    return name.unicodeScalars.first?.properties.isXIDStart ?? false ? name : "_" + name
  }

  /// A name in the form of properties and cases, without a mark for keywords.
  private static func memberName(_ key: String) -> String {
    let words = GeneratedTypes.words(of: key)
    guard let first = words.first else { return "value" }
    // A word of capitals, such as an abbreviation, is small as a whole.
    let isCapitals = first.unicodeScalars.allSatisfy { !$0.properties.isLowercase }
    let start = isCapitals ? first.lowercased() : first[first.startIndex].lowercased() + first.dropFirst()
    let name = start + words.dropFirst().map(\.capitalised).joined()
    let isStart = name.unicodeScalars.first?.properties.isXIDStart ?? false
    return isStart ? name : "_" + name
  }

  private static func memberNames(_ keys: [String]) -> [String] {
    var unique = UniqueNames()
    return keys.map { key in
      let name = memberName(key)
      return unique.unique(reservedMembers.contains(name) ? name + "_" : name)
    }
  }

  private static func escaped(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }

  // MARK: - Types

  private func name(of reference: GeneratedTypes.Reference) -> String {
    switch reference {
    case .any: "Value"
    case .bool: "Bool"
    case .int: "Int"
    case .float: "Double"
    case .string: "String"
    case .object: "ValueObject"
    case .list(let item): "[\(name(of: item))]"
    case .dictionary(let value): "[String: \(name(of: value))]"
    case .optional(let type): "\(name(of: type))?"
    case .named(let place): names[place]
    }
  }

  func file(_ generator: String) -> String {
    var lines = [
      "// swift-format-ignore-file",
      "// Written by '\(generator.split(whereSeparator: \.isNewline).joined(separator: " "))'; changes are lost.", "",
      "public import GraphRuntime", "",
    ]
    lines += Self.comment("The types of the graph '\(types.graphName)'.", "")
    if let description = types.graphDescription {
      lines.append("///")
      lines += Self.comment(description, "")
    }
    let name = Self.typeName(types.graphWords)
    lines.append("public enum \(name.hasSuffix("Graph") ? name : name + "Graph") {")
    let order = [types.input, types.state] + types.named.indices.filter { $0 != types.input && $0 != types.state }
    for (index, place) in order.enumerated() {
      if index > 0 { lines.append("") }
      lines += declaration(place).map { $0.isEmpty ? "" : "  " + $0 }
    }
    lines += ["}", ""]
    return lines.joined(separator: "\n")
  }

  private func declaration(_ place: Int) -> [String] {
    let type = types.named[place]
    switch type.content {
    case .object(let fields, let others): return structure(names[place], type, fields, others)
    case .constants(let values): return enumeration(names[place], type, values)
    }
  }

  private func enumeration(_ name: String, _ type: GeneratedTypes.Named, _ values: [Value]) -> [String] {
    let isText = values.first?.string != nil
    let cases = Self.memberNames(
      values.map { value in
        value.string ?? "value \(value.int.map { $0 < 0 ? "minus \($0.magnitude)" : "\($0)" } ?? "")"
      })
    return Self.comment(type.description, "")
      + ["public enum \(name): \(isText ? "String" : "Int"), ValueConvertible, Hashable, CaseIterable {"]
      + zip(cases, values).map { "  case \(Self.escaped($0)) = \(Self.literal($1))" } + ["}"]
  }

  // MARK: - Structures

  /// One property, ready to be written.
  private struct Property {
    let name: String
    let key: String
    let type: String
    /// Its value where none is given, or nil.
    let standard: String?
    /// Whether null is another value than none.
    let keepsNull: Bool
    let comment: [String]
  }

  private func structure(
    _ name: String, _ type: GeneratedTypes.Named, _ fields: [GeneratedTypes.Field],
    _ others: GeneratedTypes.Reference?
  ) -> [String] {
    let members = Self.memberNames(fields.map(\.key) + (others == nil ? [] : ["additional properties"]))
    let properties = zip(members, fields).map(property)
    var lines = Self.comment(type.description, "") + ["public struct \(name): ObjectConvertible, Hashable {"]
    for property in properties {
      lines += property.comment + ["  public var \(Self.escaped(property.name)): \(property.type)", ""]
    }
    var parameters = properties.map { property in
      "\(Self.escaped(property.name)): \(property.type)" + (property.standard.map { " = \($0)" } ?? "")
    }
    let rest = others.map { (members[fields.count], "[String: \(self.name(of: $0))]") }
    if let rest {
      lines += ["  /// The values of other keys.", "  public var \(rest.0): \(rest.1)", ""]
      parameters.append("\(rest.0): \(rest.1) = [:]")
    }
    lines += Self.initialiser(parameters, members)
    lines += [
      "", "  /// Reads an object.", "  public init(_ values: ValueObject) throws(ValueConversionError) {",
    ]
    lines += properties.map(Self.reading)
    if let rest { lines += Self.readingOthers(rest.0, fields.map(\.key)) }
    if properties.isEmpty, rest == nil { lines.append("    _ = values") }
    lines += ["  }", "", "  /// The keys and values.", "  public var valueObject: ValueObject {"]
    if properties.isEmpty, rest == nil {
      lines.append("    ValueObject()")
    } else {
      lines.append("    var values = ValueObject()")
      lines += properties.map(Self.writing)
      if let rest {
        lines.append(
          "    for (key, value) in self.\(rest.0).sorted(by: { $0.key < $1.key }) { values.write(key, value) }")
      }
      lines.append("    return values")
    }
    return lines + ["  }", "}"]
  }

  private func property(_ member: String, _ field: GeneratedTypes.Field) -> Property {
    let standard = field.defaultValue.isNull ? nil : literal(field.defaultValue, field.type)
    var text = field.description ?? "The key '\(field.key)'."
    // What has a default that cannot be written here is left to the graph.
    let isLeftOut = !field.isCertain && standard == nil
    if isLeftOut, !field.defaultValue.isNull { text += "\nLeft out, it is the graph's default." }
    var type = name(of: field.type)
    let isValue = type == "Value"
    if field.isNullable || isLeftOut, !isValue { type += "?" }
    return Property(
      name: member, key: field.key, type: type, standard: standard ?? (isLeftOut ? isValue ? ".null" : "nil" : nil),
      keepsNull: field.isNullable && standard != nil && !isValue,
      comment: Self.comment(text, "  "))
  }

  private static func reading(_ property: Property) -> String {
    let target = "    self.\(escaped(property.name)) = try values.read(\(literal(.string(property.key)))"
    guard let standard = property.standard, standard != "nil", standard != ".null" else { return target + ")" }
    if property.keepsNull {
      let key = literal(.string(property.key))
      return "    self.\(escaped(property.name)) = try values[\(key)] == nil ? \(standard) : values.read(\(key))"
    }
    return target + ", default: \(standard))"
  }

  private static func writing(_ property: Property) -> String {
    let (key, value) = (literal(.string(property.key)), "self.\(escaped(property.name))")
    return property.keepsNull ? "    values[\(key)] = \(value).graphValue" : "    values.write(\(key), \(value))"
  }

  private static func readingOthers(_ member: String, _ keys: [String]) -> [String] {
    let known = "[\(keys.map { literal(.string($0)) }.joined(separator: ", "))] as Set<String>"
    return [
      "    self.\(member) = [:]",
      keys.isEmpty
        ? "    for (key, _) in values { self.\(member)[key] = try values.read(key) }"
        : "    for (key, _) in values where !(\(known)).contains(key) { self.\(member)[key] = try values.read(key) }",
    ]
  }

  private static func initialiser(_ parameters: [String], _ members: [String]) -> [String] {
    let line = "  public init(\(parameters.joined(separator: ", "))) {"
    let head =
      line.count <= 116
      ? [line]
      : ["  public init("]
        + parameters.enumerated().map { index, text in
          "    \(text)\(index + 1 < parameters.count ? "," : "")"
        } + ["  ) {"]
    return ["  /// Creates the values."] + head + members.map { "    self.\(escaped($0)) = \(escaped($0))" } + ["  }"]
  }

  // MARK: - Text

  private static func comment(_ text: String, _ indentation: String) -> [String] {
    let lines = text.wrapped(at: 100)
    return (lines.isEmpty ? [""] : lines).map { "\(indentation)/// \($0)" }
  }

  /// A value of a type as Swift, or nil where it takes more than a literal.
  private func literal(_ value: Value, _ type: GeneratedTypes.Reference) -> String? {
    switch (type, value) {
    case (.any, _), (.object, .object): return Self.literal(value)
    case (.bool, .bool), (.int, .int), (.float, .int), (.float, .double), (.string, .string):
      return Self.literal(value)
    case (.optional(let type), _): return value.isNull ? "nil" : literal(value, type)
    case (.list(let type), .list(let items)):
      let literals = items.map { literal($0, type) }
      return literals.contains(nil) ? nil : "[\(literals.compactMap(\.self).joined(separator: ", "))]"
    case (.dictionary(let type), .object(let object)):
      if object.isEmpty { return "[:]" }
      let literals = object.map { key, value in
        literal(value, type).map { "\(Self.literal(.string(key))): \($0)" }
      }
      return literals.contains(nil) ? nil : "[\(literals.compactMap(\.self).joined(separator: ", "))]"
    case (.named(let place), _):
      guard case .constants(let values) = types.named[place].content, let index = values.firstIndex(of: value) else {
        return nil
      }
      let cases = Self.memberNames(
        values.map { value in
          value.string ?? "value \(value.int.map { $0 < 0 ? "minus \($0.magnitude)" : "\($0)" } ?? "")"
        })
      return "." + Self.escaped(cases[index])
    default: return nil
    }
  }

  private static func literal(_ value: Value) -> String {
    switch value {
    case .null: return "nil"
    case .bool(let flag): return "\(flag)"
    case .int(let number): return "\(number)"
    case .double(let number): return "\(number)"
    case .string(let text):
      var literal = "\""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": literal += "\\\\"
        case "\"": literal += "\\\""
        case "\n": literal += "\\n"
        case "\r": literal += "\\r"
        case "\t": literal += "\\t"
        default:
          if scalar.value < 0x20 || scalar.value == 0x7F || (0x200B...0x200F).contains(scalar.value)
            || (0x2028...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
          {
            literal += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
          } else {
            literal.unicodeScalars.append(scalar)
          }
        }
      }
      return literal + "\""
    case .list(let items): return "[\(items.map { literal($0) }.joined(separator: ", "))]"
    case .object(let object):
      if object.isEmpty { return "[:]" }
      return "[\(object.map { "\(literal(.string($0.key))): \(literal($0.value))" }.joined(separator: ", "))]"
    }
  }
}
