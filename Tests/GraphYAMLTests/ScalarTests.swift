import GraphDiagnostics
import GraphTestSupport
import GraphYAML
import Testing

@Suite(.timeLimit(.minutes(10))) struct ScalarTests {
  @Test(arguments: [
    ("null", YAMLScalar.Resolved.null), ("Null", .null), ("NULL", .null), ("~", .null), ("nUll", .string),
    ("true", .bool(true)), ("True", .bool(true)), ("TRUE", .bool(true)), ("tRue", .string), ("false", .bool(false)),
    ("False", .bool(false)), ("FALSE", .bool(false)), ("0", .int(0)), ("-0", .int(0)), ("+12", .int(12)),
    ("-17", .int(-17)), ("0o17", .int(15)), ("0xFF", .int(255)), ("0xff", .int(255)), ("0o8", .string),
    ("0xG", .string), ("0x", .string), ("0X1", .string), ("9223372036854775807", .int(.max)),
    ("-9223372036854775808", .int(.min)), ("0x7fffffffffffffff", .int(.max)), ("1.5", .double(1.5)),
    ("-1.5", .double(-1.5)), (".5", .double(0.5)), ("+.5", .double(0.5)), ("1.", .double(1)), ("1e3", .double(1000)),
    ("1E+3", .double(1000)), ("1.5e-3", .double(0.0015)), ("1e", .string), (".", .string), ("-", .string),
    ("+", .string), ("-.", .string), ("e3", .string), ("1.2.3", .string), ("1 2", .string), ("2024-01-01", .string),
    ("inf", .string), ("nan", .string), ("y", .string), ("n", .string), ("1e-400", .double(0)),
  ])
  func `plain text means what the core schema says`(text: String, resolved: YAMLScalar.Resolved) {
    let parsed = ParsedYAML("- \(text)\n")
    // A lone dash is an item of a list of its own.
    if text == "-" { return #expect(parsed.root?.outline == "[[null]]") }
    #expect(parsed.root?[0]?.scalar?.resolved == resolved)
    #expect(parsed.root?[0]?.scalar?.text == text)
    #expect(parsed.diagnostics == [])
  }

  @Test(arguments: [
    ("'1'", YAMLScalar.Style.singleQuoted), ("\"true\"", .doubleQuoted), ("|\n  1\n", .literal), (">\n  1\n", .folded),
  ])
  func `text in quotes and blocks is a string`(text: String, style: YAMLScalar.Style) {
    let scalar = ParsedYAML("a: \(text)").root?["a"]?.scalar
    #expect(scalar?.resolved == .string)
    #expect(scalar?.style == style)
  }

  @Test(arguments: [
    ("!!str 1", YAMLScalar.Resolved.string), ("!!str", .string), ("! 1", .string), ("!!int '12'", .int(12)),
    ("!!float 1", .double(1)), ("!!float '1.5'", .double(1.5)), ("!!bool \"true\"", .bool(true)), ("!!null ''", .null),
    ("!!null", .null), ("!<tag:yaml.org,2002:str> 1", .string), ("&a !!str 1", .string), ("!!str &a 1", .string),
    ("!!str yes", .string), ("!!float 99999999999999999999", .double(1e20)),
  ])
  func `a core tag decides`(text: String, resolved: YAMLScalar.Resolved) {
    let parsed = ParsedYAML("- \(text)\n")
    #expect(parsed.root?[0]?.scalar?.resolved == resolved)
    #expect(parsed.diagnostics == [])
  }

  @Test(arguments: ["!!int 1️⃣x", "!!bool 1️⃣yes", "!!null 1️⃣x", "!!float 1️⃣'1.5x'", "!!map 1️⃣x", "!!seq 1️⃣x"])
  func `a core tag must fit the text`(text: String) {
    let parsed = ParsedYAML("- \(text)\n")
    let tag = text.prefix { $0 != " " }
    #expect(
      parsed.diagnostics == [.init(parsed.source["1️⃣"], "GR0018", "the tag '\(tag)' does not fit this text")])
  }

  @Test(arguments: [("!!map [a]", "a list"), ("!!seq {a: b}", "a mapping"), ("!!str [a]", "a list")])
  func `a core tag must fit the collection`(text: String, kind: String) {
    let tag = text.prefix { $0 != " " }
    let parsed = ParsedYAML("- 1️⃣\(text)\n")
    #expect(parsed.diagnostics == [.init(parsed.source["1️⃣"], "GR0018", "the tag '\(tag)' does not fit \(kind)")])
  }

  @Test func `collections may have their tags`() {
    #expect(ParsedYAML("a: !!seq [1]\nb: !!map\n  c: 1\n").diagnostics == [])
  }

  @Test(arguments: [
    ("9223372036854775808", Int.max), ("-9223372036854775809", Int.min), ("0xFFFFFFFFFFFFFFFFF", Int.max),
    ("0o7777777777777777777777777", Int.max),
  ])
  func `an integer beyond 64 bits is an error`(text: String, nearest: Int) {
    let parsed = ParsedYAML("a: 1️⃣\(text)\n")
    #expect(
      parsed.diagnostics == [
        .init(
          parsed.source["1️⃣"], "GR0022", "the integer '\(text)' does not fit into 64 bits", fixIt: "\"\(text)\"")
      ])
    #expect(parsed.root?["a"]?.scalar?.resolved == .int(nearest))
  }

  @Test(arguments: [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1e999", "-1e999"])
  func `a number that is not finite is an error`(text: String) {
    let parsed = ParsedYAML("a: 1️⃣\(text)\n")
    #expect(
      parsed.diagnostics == [
        .init(parsed.source["1️⃣"], "GR0023", "the number '\(text)' is not finite", fixIt: "\"\(text)\"")
      ])
    #expect(parsed.root?["a"]?.scalar?.resolved == .double(0))
  }

  // MARK: - What YAML 1.1 reads in another way

  @Test(arguments: [
    ("yes", true), ("Yes", true), ("YES", true), ("on", true), ("On", true), ("ON", true), ("no", false), ("No", false),
    ("NO", false), ("off", false), ("Off", false), ("OFF", false),
  ])
  func `words that look like truth values are text, with a warning`(text: String, flag: Bool) throws {
    let parsed = ParsedYAML("a: 1️⃣\(text)\n")
    #expect(
      parsed.diagnostics == [
        .init(parsed.source["1️⃣"], "GR0024", "'\(text)' is taken as text, not as \(flag)", fixIt: "\"\(text)\"")
      ])
    #expect(parsed.all.map(\.severity) == [.warning])
    #expect(parsed.all.flatMap(\.fixIts).map(\.replacement) == ["\"\(text)\"", "\(flag)"])
    #expect(parsed.root?["a"]?.scalar?.resolved == .string)
  }

  @Test(arguments: [
    ("1:30", "90"), ("-1:30", "-90"), ("12:30:45", "45045"), ("1_000", "1000"), ("-1_000.5", "-1000.5"),
    ("0b101", "5"), ("-0xFF", "-255"), ("+0b1", "1"),
  ])
  func `text that looks like a number of old is text, with a warning`(text: String, number: String) {
    let parsed = ParsedYAML("a: 1️⃣\(text)\n")
    #expect(
      parsed.diagnostics == [
        .init(
          parsed.source["1️⃣"], "GR0025", "'\(text)' is taken as text, not as the number \(number)",
          fixIt: "\"\(text)\"")
      ])
    #expect(parsed.root?["a"]?.scalar?.resolved == .string)
  }

  @Test(arguments: [("012", 12), ("-007", -7), ("089", 89), ("00", 0)])
  func `an integer with a leading zero has a warning`(text: String, number: Int) {
    let parsed = ParsedYAML("a: 1️⃣\(text)\n")
    #expect(
      parsed.diagnostics == [
        .init(
          parsed.source["1️⃣"], "GR0025",
          "'\(text)' is taken as the number \(number), not as octal and not as text", fixIt: "\"\(text)\"")
      ])
    #expect(parsed.root?["a"]?.scalar?.resolved == .int(number))
  }

  @Test(arguments: [
    "'yes'", "\"012\"", "y", "n", "yess", "1:60", "0:30", "1:2:345", "1:x", "a_b", "_1", "0b2", "10:30am", "|\n  yes\n",
    "99999999999999999999:30",
  ])
  func `what is clear has no warning`(text: String) {
    #expect(ParsedYAML("a: \(text)\n").diagnostics == [])
  }
}
