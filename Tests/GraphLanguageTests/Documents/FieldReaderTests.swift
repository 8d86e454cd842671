import GraphDiagnostics
import GraphLanguage
import GraphTestSupport
import GraphYAML
import Testing

@Suite struct FieldReaderTests {
  private let keys = KeyTable(
    [
      KeySpec("text", .string, "A text.", isRequired: true), KeySpec("count", .integer(1...9), "A count."),
      KeySpec("share", .number(0...1), "A share."), KeySpec("flag", .bool, "A flag."),
      KeySpec("pause", .duration, "A pause."), KeySpec("names", .strings, "Names."), KeySpec("list", .list, "A list."),
      KeySpec("colour", .choice(["red", "green"]), "A colour."),
    ],
    allowsExtensions: true, misplaced: ["size": "it belongs under 'count'"])

  private func read(_ text: String) throws -> (fields: FieldReader?, found: [ExpectedDiagnostic]) {
    let diagnostics = DiagnosticEngine()
    let fields = FieldReader(try yaml(text), owner: "the thing", keys: keys, diagnostics: diagnostics)
    return (fields, diagnostics.found)
  }

  @Test func `values are read by their kind`() throws {
    let text = "{text: a, count: 3, share: 1, flag: true, names: [a, b], list: [1], colour: green, x-own: 1}"
    let (fields, found) = try read(text)
    #expect(found == [])
    let reader = try #require(fields)
    #expect(reader.string("text")?.value == "a")
    #expect(reader.int("count")?.value == 3)
    #expect(reader.double("share")?.value == 1)
    #expect(reader.bool("flag")?.value == true)
    #expect(reader.strings("names").map(\.value) == ["a", "b"])
    #expect(reader.sequence("list")?.count == 1)
    #expect(reader.string("colour")?.value == "green")
    #expect(reader.has("flag") && !reader.has("pause"))
    #expect(!reader.hasUnknownKeys)
  }

  @Test(
    arguments: [
      ("30", .seconds(30)), ("0.5", .milliseconds(500)), ("30s", .seconds(30)), ("500ms", .milliseconds(500)),
      ("2m", .seconds(120)), ("1.5h", .seconds(5400)),
    ] as [(String, Duration)])
  func `a duration is seconds or has a unit`(text: String, duration: Duration) throws {
    let (fields, found) = try read("{text: a, pause: \(text)}")
    #expect(found == [])
    #expect(fields?.duration("pause")?.value == duration)
  }

  @Test(arguments: ["0", "-1", "5x", "ms", "1.2.3s", "1e400s", "''", "5 s", "-3s", "infs"])
  func `what is no positive duration is refused`(text: String) throws {
    let (fields, found) = try read("{text: a, pause: \(text)}")
    #expect(found.map(\.code) == ["GR0102"])
    #expect(fields?.duration("pause") == nil)
  }

  @Test func `a misspelled key is reported once and read as what was meant`() throws {
    let (fields, found) = try read("{txet: a, cuont: 12}")
    #expect(found.map(\.code) == ["GR0101", "GR0101", "GR0105"])
    #expect(fields?.string("text")?.value == "a")
    #expect(fields?.int("count") == nil)
    #expect(fields?.hasUnknownKeys == true)
  }

  @Test func `a key is not taken for one that is written as well`() throws {
    let (fields, found) = try read("{text: a, txet: b}")
    #expect(found == [ExpectedDiagnostic(.init(line: 1, column: 11), "GR0101", "unknown key 'txet' in the thing")])
    #expect(fields?.string("text")?.value == "a")
  }

  @Test(
    arguments: [
      ("{}", "GR0103", "the thing needs 'text'"), ("[a]", "GR0102", "the thing must be a mapping, not a list"),
      ("{text: a, count: 10}", "GR0105", "'count' must be between 1 and 9"),
      ("{text: a, count: 1.5}", "GR0102", "'count' must be an integer, not a number"),
      ("{text: a, flag: sure}", "GR0102", "'flag' must be true or false, not a string"),
      ("{text: a, colour: gren}", "GR0106", "'colour' cannot be 'gren'; it is one of 'red', 'green'"),
      ("{text: a, names: {a: b}}", "GR0102", "'names' must be a string or a list of strings, not a mapping"),
      ("{text: null}", "GR0107", "'text' is empty and must be a string"),
      ("{text: a, size: 1}", "GR0114", "'size' has no effect in the thing; it belongs under 'count'"),
    ])
  func `what does not fit is reported`(text: String, code: String, message: String) throws {
    let (_, found) = try read(text)
    #expect(found.map(\.code) == [code])
    #expect(found.map(\.message) == [message])
  }
}
