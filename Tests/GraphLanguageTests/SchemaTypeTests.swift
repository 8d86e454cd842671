import GraphDiagnostics
import GraphLanguage
import GraphRuntime
import GraphTestSupport
import GraphYAML
import Testing

/// Parses a type that has no mistakes.
func type(_ text: String) throws -> SchemaType {
  let diagnostics = DiagnosticEngine()
  let file = SourceFile(path: "type", text: text)
  let parsed = SchemaType.parse(
    Located(text, at: SourceSpan(file, ByteRange(0, text.utf8.count))), diagnostics: diagnostics)
  #expect(diagnostics.count == 0, "\(text)")
  return try #require(parsed)
}

struct SchemaTypeTests {
  @Test(
    "types have the names of Python and of JSON Schema",
    arguments: [
      ("str", .string), ("string", .string), ("Integer", .int), ("float", .float), ("number", .float),
      ("boolean", .bool), ("list", .list(.any)), ("array", .list(.any)), ("dict", .dict(.any)),
      ("object", .dict(.any)), ("any", .any), ("Any", .any), ("list[str]", .list(.string)),
      ("dict[str, list[int]]", .dict(.list(.int))), ("str?", .union([.string, .null])),
      ("list[str] | None", .union([.list(.string), .null])), ("None | int | str", .union([.int, .string, .null])),
      ("Optional[int]", .union([.int, .null])), ("any?", .any), ("int??", .union([.int, .null])),
      ("list[int?]", .list(.union([.int, .null]))), (" dict[ str , any ] ", .dict(.any)), ("int | int", .int),
    ] as [(String, SchemaType)])
  func parsing(_ text: String, _ expected: SchemaType) throws { #expect(try type(text) == expected) }

  @Test("a type is described in the form it is written in, and that reads back as the same type")
  func descriptions() throws {
    for text in ["str", "list", "list[str]", "dict[str, list[int?]]", "int?", "int | str | null", "any"] {
      #expect(try type(text).description == text)
    }
  }

  @Test(
    "mistakes in types",
    arguments: [
      ("1️⃣strng", "GR0670", "no type is named 'strng'", "str"), ("1️⃣tuple", "GR0670", "no type is named 'tuple'", "list"),
      ("1️⃣widget", "GR0670", "no type is named 'widget'", nil),
      ("list[1️⃣sting]", "GR0670", "no type is named 'sting'", "str"),
      ("list1️⃣[str", "GR0671", "type 'list[str' has no closing ']'", nil),
      ("list[str]1️⃣xyz", "GR0671", "type 'list[str]xyz' ends before 'xyz'", nil),
      ("dict1️⃣[str]", "GR0671", "type 'dict[str]' is wrong: 'dict' is written 'dict[str, T]'", nil),
      ("str1️⃣[int]", "GR0671", "type 'str[int]' is wrong: 'str' takes no type in brackets", nil),
      ("int | 1️⃣", "GR0671", "type 'int | ' ends where the name of a type was expected", nil),
      ("dict[1️⃣int, str]", "GR0672", "keys of a dict are 'str', not 'int'", nil),
    ] as [(String, String, String, String?)])
  func mistakes(_ marked: String, _ code: String, _ message: String, _ fixIt: String?) {
    let source = MarkedSource(marked)
    let diagnostics = DiagnosticEngine()
    let span = SourceSpan(source.file, ByteRange(0, source.file.bytes.count))
    #expect(SchemaType.parse(Located(source.text, at: span), diagnostics: diagnostics) == nil)
    #expect(diagnostics.found == [ExpectedDiagnostic(source["1️⃣"], code, message, fixIt: fixIt)])
  }

  @Test("a mistake in a quoted type is pointed at inside the quotes")
  func quoted() throws {
    let source = MarkedSource("\"list[1️⃣sting]\"")
    let diagnostics = DiagnosticEngine()
    let node = try yaml(source.file)
    _ = SchemaType.parse(Located(node.scalar?.text ?? "", at: node.span), diagnostics: diagnostics)
    #expect(diagnostics.found.map(\.location) == [source["1️⃣"]])
  }

  @Test(
    "values of a type",
    arguments: [
      ("int", 5), ("int", 5.0), ("float", 5), ("str", ""), ("list[int]", [1]), ("list", ["a", 1]),
      ("dict[str, int]", ["a": 1]), ("int?", nil), ("any", nil), ("int | str", "x"),
    ] as [(String, Value)])
  func accepted(_ text: String, _ value: Value) throws { #expect(try type(text).accepts(value)) }

  @Test(
    "values of another type",
    arguments: [
      ("int", 5.5), ("int", "5"), ("int", true), ("float", "x"), ("str", nil), ("list[int]", ["a"]), ("list", "a"),
      ("dict[str, int]", ["a": "b"]), ("int | str", 1.5), ("bool", 1),
    ] as [(String, Value)])
  func refused(_ text: String, _ value: Value) throws { #expect(try !type(text).accepts(value)) }

  @Test(
    "text from a command line becomes a value of the declared type",
    arguments: [
      ("int", "5", 5), ("float", "5", 5.0), ("float", "1e3", 1000.0), ("bool", "True", true), ("bool", "no", false),
      ("str", "5", "5"), ("any", "5", "5"), ("list", "[1, \"a\"]", [1, "a"]), ("dict", "{\"a\": 1}", ["a": 1]),
      ("int?", "5", 5), ("int?", "null", nil), ("int?", "", nil), ("str?", "null", "null"), ("int | str", "5", 5),
      ("int | str", "x", "x"), ("list[int]", "[1.0]", [1]),
    ] as [(String, String, Value)])
  func coercion(_ text: String, _ input: String, _ expected: Value) throws {
    #expect(try type(text).coerce(text: input) == .some(expected))
  }

  @Test(
    "text that is none of the type is refused",
    arguments: [
      ("int", "5x"), ("int", "1.5"), ("float", "inf"), ("bool", "maybe"), ("list", "a,b"), ("list[int]", "[\"a\"]"),
      ("dict", "[1]"), ("int?", "x"),
    ])
  func failedCoercion(_ text: String, _ input: String) throws {
    #expect(try type(text).coerce(text: input) == Optional.none)
  }

  @Test(
    "types are those of yamlgraph and more",
    .enabled(if: Conformance.isAvailable, "there is no folder shared/conformance above the package"))
  func conformance() throws {
    // Accepted here although yamlgraph refuses them, because section 3 of the language names them.
    let added: Set<String> = ["any", "string", "dict[str, list[str]]"]
    #expect(try Conformance.exceptions("schema_types") == added)
    for vector in try #require(try Conformance.vectors("schema_types").list) {
      let text = try #require(vector["type"]?.string)
      let isAccepted = vector["result"]?["value"] != nil || added.contains(text)
      let span = SourceSpan(SourceFile(path: "type", text: text), ByteRange(0, text.utf8.count))
      let parsed = SchemaType.parse(Located(text, at: span), diagnostics: DiagnosticEngine())
      #expect((parsed != nil) == isAccepted, "\(text)")
    }
  }
}
