import GraphTestSupport

internal import GraphRuntime
internal import Testing

/// Reading and writing JSON.
@Suite(.timeLimit(.minutes(10)))
struct JSONTests {
  private static let valid: [(String, Value)] = [
    ("null", Value.null), ("true", true), ("false", false), (" 1 ", 1), ("-0", 0), ("-12", -12), ("0.5", 0.5),
    ("1e2", 100.0), ("1E+2", 100.0), ("25e-1", 2.5), ("-0.0", .double(-0.0)), ("1.0", .double(1)),
    ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
    ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1e-400", 0.0), ("\"\"", ""),
    (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
    (#""\ud83d\ude00""#, "😀"), (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"),
    (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\u0000""#, "\u{0}"), ("\"é😀\u{7f}\"", "é😀\u{7f}"),
    ("[]", []), ("[ ]", []), ("[1,[2],{}]", [1, [2], [:]]), ("{}", [:]), (#"{"":0}"#, ["": 0]),
    (#"{"a":1,"a":2}"#, ["a": 2]), ("\t\r\n {\"a\" : [ 1 , 2 ] } \n", ["a": [1, 2]]),
  ]

  private static let invalid: [(String, String)] = [
    ("", "unexpected end of JSON at byte 0"), ("  ", "unexpected end of JSON at byte 2"),
    ("nul", "unexpected word in JSON at byte 0"), ("nULL", "unexpected word in JSON at byte 0"),
    ("nan", "unexpected word in JSON at byte 0"), ("Infinity", "unexpected character in JSON at byte 0"),
    ("1 2", "unexpected text after the JSON value at byte 2"), ("01", "unexpected text after the JSON value at byte 1"),
    ("-", "expected a digit at byte 1"), ("+1", "unexpected character in JSON at byte 0"),
    (".5", "unexpected character in JSON at byte 0"), ("1.", "expected a digit at byte 2"),
    ("1e", "expected a digit at byte 2"), ("1e+", "expected a digit at byte 3"),
    ("1.e1", "expected a digit at byte 2"), ("0x1", "unexpected text after the JSON value at byte 1"),
    ("1e400", "number is out of range at byte 5"), ("-1e400", "number is out of range at byte 6"),
    ("[", "unexpected end of JSON at byte 1"), ("[1", "expected ',' or ']' in a list at byte 2"),
    ("[1,", "unexpected end of JSON at byte 3"), ("[1,]", "unexpected character in JSON at byte 3"),
    ("[,1]", "unexpected character in JSON at byte 1"), ("[1 2]", "expected ',' or ']' in a list at byte 3"),
    ("]", "unexpected character in JSON at byte 0"), ("{", "expected a key in quotes at byte 1"),
    ("{a:1}", "expected a key in quotes at byte 1"), (#"{"a"}"#, "expected ':' after a key at byte 4"),
    (#"{"a":}"#, "unexpected character in JSON at byte 5"), (#"{"a":1,}"#, "expected a key in quotes at byte 7"),
    (#"{"a":1"b":2}"#, "expected ',' or '}' in an object at byte 6"), ("'a'", "unexpected character in JSON at byte 0"),
    ("\"a", "string without an end at byte 2"), ("\"a\\", "string without an end at byte 3"),
    ("\"\\x\"", "unknown escape in a string at byte 3"), ("\"\\u12\"", "expected four hexadecimal digits at byte 3"),
    ("\"\\u12G4\"", "expected four hexadecimal digits at byte 3"),
    ("\"a\nb\"", "control character in a string at byte 2"),
    ("\"\\n\u{1}\"", "control character in a string at byte 4"), ("// x", "unexpected character in JSON at byte 0"),
    ("\u{feff}1", "unexpected character in JSON at byte 0"), ("[1]]", "unexpected text after the JSON value at byte 3"),
    ("\u{a0}1", "unexpected character in JSON at byte 0"),
  ]

  @Test(arguments: valid)
  func `Valid texts are read`(text: String, expected: Value) throws {
    #expect(try Value(json: text) == expected)
  }

  @Test(arguments: invalid)
  func `Invalid texts are refused with their place`(text: String, message: String) {
    let error = #expect(throws: JSONError.self) { try Value(json: text) }
    #expect(error?.description == message)
  }

  @Test func `Invalid UTF-8 in a string is repaired`() throws {
    #expect(try Value(json: [0x22, 0xFF, 0x41, 0xC3, 0x22]) == .string("\u{FFFD}A\u{FFFD}"))
    #expect(try Value(json: [0x22, 0xFF, 0x5C, 0x6E, 0x22]) == .string("\u{FFFD}\n"))
  }

  @Test func `Nesting is limited`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try Value(json: nested(512))
    let error = #expect(throws: JSONError.self) { try Value(json: nested(100_000)) }
    #expect(error?.message == "JSON is nested deeper than 512")
  }

  @Test func `A value at the start of a text is read with its end`() throws {
    let bytes = Array(#"ok: {"a": [1]} and more"#.utf8)
    let (value, end) = try Value.parseJSONPrefix(of: bytes, from: 4)
    #expect(value == ["a": [1]])
    #expect(end == 14)
  }

  @Test(arguments: 0..<100)
  func `What is written is read back the same`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let value = Value.random(depth: 4, &random)
    #expect(try Value(json: value.json()) == value, "seed \(seed): \(value.json())")
    #expect(try Value(json: value.json(pretty: true)) == value, "seed \(seed)")
    // One line for each event: a line break inside would break the log.
    #expect(!value.json().utf8.contains(0x0A), "seed \(seed)")
  }

  @Test(arguments: 0..<300)
  func `No text of random bytes stops the parser`(seed: UInt64) {
    var random = SeededGenerator(seed)
    let alphabet = Array("{}[]\",:\\u0123456789eE+-.truefalsn \n\u{1}".utf8) + [0xFF, 0xC3, 0xF0]
    let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
    guard let value = try? Value(json: bytes) else { return }
    #expect((try? Value(json: value.json())) == value, "seed \(seed)")
  }

  @Test func `Pretty text has one item a line`() {
    let value: Value = ["a": [1, "x"], "b": [:], "c": []]
    #expect(
      value.json(pretty: true) == """
        {
          "a": [
            1,
            "x"
          ],
          "b": {},
          "c": []
        }
        """)
    #expect(value.json() == #"{"a":[1,"x"],"b":{},"c":[]}"#)
  }

  @Test func `Numbers that JSON cannot say become null`() {
    #expect(Value.list([.double(.infinity), .double(.nan), 1.0]).json() == "[null,null,1.0]")
  }
}

extension Value {
  /// A random value without numbers that JSON cannot say.
  static func random(depth: Int, _ random: inout SeededGenerator) -> Value {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return .int(.random(in: .min...(.max), using: &random))
    case 3: return .int(.random(in: -9...9, using: &random))
    case 4:
      let number = Double(bitPattern: .random(in: 0...(.max), using: &random))
      return .double(number.isFinite ? number : 0)
    case 5, 6:
      let alphabet = ["a", "\"", "\\", "\n", "\u{0}", "é", "👩‍👩‍👧", "\u{7f}", "\u{2028}", " ", "/", "\u{FFFD}"]
      let count = Int.random(in: 0...6, using: &random)
      return .string((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined())
    case 7:
      return .list((0..<Int.random(in: 0...4, using: &random)).map { _ in .random(depth: depth - 1, &random) })
    default:
      let count = Int.random(in: 0...12, using: &random)
      return .object(ValueObject((0..<count).map { ("k\($0)\"", .random(depth: depth - 1, &random)) }))
    }
  }
}
