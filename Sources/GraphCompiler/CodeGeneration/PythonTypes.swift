internal import GraphRuntime

/// The types of a graph as a Python module of `TypedDict`s, for Python 3.11 and later.
public struct PythonTypes: Sendable {
  /// The file.
  public let text: String

  /// Writes the types of a graph.
  ///
  /// - Parameter generator: What wrote the file, in a word or a command line.
  public init(of graph: CompiledGraph, generatedBy generator: String) {
    text = PythonWriter(GeneratedTypes(graph)).file(generator)
  }
}

private struct PythonWriter {
  private let types: GeneratedTypes

  /// The names of the types, by their places.
  private let names: [String]

  private static let reservedTypes: Set<String> = [
    "Any", "False", "Literal", "None", "NotRequired", "True", "TypedDict",
  ]

  private static let keywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
    "pass", "raise", "return", "try", "while", "with", "yield",
  ]

  init(_ types: GeneratedTypes) {
    self.types = types
    var unique = UniqueNames(reserved: Self.reservedTypes)
    var names = Array(repeating: "", count: types.named.count)
    for place in [types.input, types.state] {
      names[place] = unique.unique(Self.typeName(types.graphWords + types.named[place].words))
    }
    for (place, type) in types.named.enumerated() where names[place].isEmpty {
      names[place] = unique.unique(Self.typeName(types.graphWords + type.words.flatMap(GeneratedTypes.words)))
    }
    self.names = names
  }

  /// Only ASCII: Python takes other characters for those that they look like.
  private static func typeName(_ words: [String]) -> String {
    let name = words.map(\.capitalised).joined().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    return name.first?.isLetter ?? false ? name : "_" + name
  }

  // MARK: - Types

  private func name(of reference: GeneratedTypes.Reference) -> String {
    switch reference {
    case .any: "Any"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .string: "str"
    case .object: "dict[str, Any]"
    case .list(let item): "list[\(name(of: item))]"
    case .dictionary(let value): "dict[str, \(name(of: value))]"
    case .optional(let type): "\(name(of: type)) | None"
    case .named(let place): names[place]
    }
  }

  func file(_ generator: String) -> String {
    var body: [String] = []
    for (place, type) in types.named.enumerated() {
      switch type.content {
      case .constants(let values):
        let list = values.map(Self.literal).joined(separator: ", ")
        body += ["", ""] + Self.comment(type.description, "") + ["\(names[place]) = Literal[\(list)]"]
      case .object(let fields, let others):
        body += ["", ""] + object(names[place], type, fields, isOpen: others != nil)
      }
    }
    let text = body.joined(separator: "\n")
    let imported = ["Any", "Literal", "NotRequired", "TypedDict"].filter { name in
      ["\(name)[", "[\(name)]", " \(name)]", ": \(name)", "(\(name)", "= \(name)("].contains { text.contains($0) }
    }
    var about = "The types of the graph '\(types.graphName)'."
    if let description = types.graphDescription { about += "\n\n" + description }
    about +=
      "\n\nWritten by '\(generator.split(whereSeparator: \.isNewline).joined(separator: " "))'; changes are lost."
    let paragraphs = about.split(separator: "\n\n").map { String($0).wrapped(at: 100).joined(separator: "\n") }
    return "\"\"\"" + Self.inDocstring(paragraphs.joined(separator: "\n\n")) + "\n\"\"\"\n\nfrom typing import "
      + imported.joined(separator: ", ") + "\n" + text + "\n"
  }

  private func object(
    _ name: String, _ type: GeneratedTypes.Named, _ fields: [GeneratedTypes.Field], isOpen: Bool
  ) -> [String] {
    let description = type.description + (isOpen ? "\nOther keys are allowed." : "")
    let entries = fields.map { field -> (comment: [String], key: String, type: String) in
      var type = self.name(of: field.type)
      if field.isNullable, type != "Any" { type += " | None" }
      var text = field.description ?? ""
      if !field.isCertain, !field.defaultValue.isNull {
        text += (text.isEmpty ? "" : " ") + "(default: \(field.defaultValue.json()))"
      }
      return (Self.comment(text, "    "), field.key, field.isCertain ? type : "NotRequired[\(type)]")
    }
    guard fields.allSatisfy({ Self.isAttribute($0.key) }) else {
      // Keys that are no names of attributes can only be written as text.
      return Self.comment(description, "") + ["\(name) = TypedDict(", "    \(Self.literal(.string(name))),", "    {"]
        + entries.flatMap { entry in
          entry.comment.map { "    " + $0 } + ["        \(Self.literal(.string(entry.key))): \(entry.type),"]
        } + ["    },", ")"]
    }
    return [
      "class \(name)(TypedDict):",
      "    \"\"\"\(Self.inDocstring(description.wrapped(at: 100).joined(separator: "\n    ")))\"\"\"",
    ]
      + (entries.isEmpty ? [] : [""])
      + entries.flatMap { $0.comment + ["    \($0.key): \($0.type)"] }
  }

  // MARK: - Text

  /// Whether a key can be the name of an attribute in a class: Python changes those with two lines before them.
  private static func isAttribute(_ key: String) -> Bool {
    guard let first = key.first, first.isLetter || first == "_", !key.hasPrefix("__") else { return false }
    return key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } && !keywords.contains(key)
  }

  private static func comment(_ text: String, _ indentation: String) -> [String] {
    text.wrapped(at: 100).map { "\(indentation)# \($0)" }
  }

  private static func inDocstring(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\0": result += "\\0"
      default: result.append(character)
      }
    }
    return result
  }

  /// A constant as Python; JSON's escapes are Python's as well.
  private static func literal(_ value: Value) -> String {
    switch value {
    case .bool(let flag): flag ? "True" : "False"
    case .null: "None"
    default: value.json()
    }
  }
}
