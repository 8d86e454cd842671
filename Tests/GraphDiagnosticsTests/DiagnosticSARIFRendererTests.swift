import GraphDiagnostics
import GraphRuntime
import Testing

@Suite struct DiagnosticSARIFRendererTests {
  private func render(_ report: DiagnosticReport, root: String? = nil) throws -> Value {
    let renderer = DiagnosticSARIFRenderer(toolVersion: "1.2.3", root: root) { code in
      code.id == "GR9001" ? .init(title: "wrong", help: "It is wrong.", markdown: "It is *wrong*.") : nil
    }
    return try Value(json: renderer.render(report))
  }

  private func run(_ diagnostics: [Diagnostic], root: String? = nil) throws -> Value {
    try #require(try render(SampleReport.report(diagnostics), root: root)["runs"]?.list?.first)
  }

  @Test func `the log has its version and one run of the program`() throws {
    let log = try render(SampleReport.report([]))
    #expect(log["version"] == "2.1.0")
    #expect(log["$schema"]?.string?.hasSuffix("sarif-2.1.0.json") == true)
    let run = try #require(log["runs"]?.list?.first)
    #expect(run["columnKind"] == "utf16CodeUnits")
    #expect(run["results"] == [])
    #expect(run["tool"]?["driver"]?["name"] == "graph")
    #expect(run["tool"]?["driver"]?["version"] == "1.2.3")
    #expect(run["artifacts"]?.list?.count == 2)
    #expect(run["invocations"]?.list?.first == ["executionSuccessful": true])
  }

  @Test func `each code is one rule, and results refer to it`() throws {
    let run = try run([SampleReport.warning, SampleReport.error, SampleReport.placeless])
    let rules = try #require(run["tool"]?["driver"]?["rules"]?.list)
    #expect(rules.map { $0["id"] } == ["GR9002", "GR9001"])
    #expect(rules[0] == ["id": "GR9002", "defaultConfiguration": ["level": "warning"]])
    #expect(rules[1]["help"] == ["text": "It is wrong.", "markdown": "It is *wrong*."])
    #expect(rules[1]["shortDescription"] == ["text": "wrong"])
    let results = try #require(run["results"]?.list)
    #expect(results.map { $0["ruleIndex"] } == [0, 1, 1])
    #expect(results.map { $0["level"] } == ["warning", "error", "error"])
  }

  @Test func `columns are UTF-16 code units, and an end is behind the last`() throws {
    let result = try #require(try run([SampleReport.error])["results"]?.list?.first)
    let place = result["locations"]?.list?.first?["physicalLocation"]
    // The emoji is one scalar and two code units.
    #expect(place?["region"] == ["startLine": 2, "startColumn": 10, "endLine": 2, "endColumn": 13])
    #expect(place?["artifactLocation"] == ["uri": "graphs/a%20b%2Cc.yaml", "uriBaseId": "%SRCROOT%"])
  }

  @Test func `notes of the place are in the message, the others are related locations`() throws {
    let result = try #require(try run([SampleReport.error])["results"]?.list?.first)
    #expect(
      result["message"] == [
        "text": "there is no key 'usr' in node '😀'\ndid you mean 'user'?\n100% sure"
      ])
    let related = try #require(result["relatedLocations"]?.list)
    #expect(related.count == 1)
    #expect(related[0]["id"] == 1)
    #expect(related[0]["message"] == ["text": "another is here"])
    #expect(related[0]["physicalLocation"]?["artifactLocation"] == ["uri": "file:///elsewhere/p%25.yaml"])
    #expect(
      related[0]["physicalLocation"]?["region"] == ["startLine": 3, "startColumn": 3, "endLine": 3, "endColumn": 6])
  }

  @Test func `fix-its are fixes, the best first`() throws {
    let fixes = try #require(try run([SampleReport.error])["results"]?.list?.first?["fixes"]?.list)
    #expect(fixes.map { $0["description"]?["text"] } == ["replace with 'user'", "replace with 'use'"])
    let change = try #require(fixes[0]["artifactChanges"]?.list?.first)
    let replacement = try #require(change["replacements"]?.list?.first)
    #expect(replacement["insertedContent"] == ["text": "user"])
    #expect(replacement["deletedRegion"] == ["startLine": 2, "startColumn": 10, "endLine": 2, "endColumn": 13])
  }

  @Test func `a finding without a place has no location`() throws {
    let result = try #require(try run([SampleReport.placeless])["results"]?.list?.first)
    #expect(result["locations"] == nil && result["fixes"] == nil && result["relatedLocations"] == nil)
  }

  @Test func `paths below the root are relative to it`() throws {
    let related = try run([SampleReport.warning], root: "/elsewhere")["results"]?.list?.first?["locations"]?.list?.first
    #expect(related?["physicalLocation"]?["artifactLocation"] == ["uri": "p%25.yaml", "uriBaseId": "%SRCROOT%"])
  }

  @Test func `a file that cannot be read is a notification of the run`() throws {
    var report = SampleReport.report([])
    report.failures = [.init(path: "none.yaml", reason: "no such file")]
    let invocation = try render(report)["runs"]?.list?.first?["invocations"]?.list?.first
    #expect(invocation?["executionSuccessful"] == false)
    let notification = invocation?["toolExecutionNotifications"]?.list?.first
    #expect(notification?["message"] == ["text": "no such file"])
    #expect(notification?["level"] == "error")
  }
}

/// The part of the schema of SARIF 2.1.0 (OASIS, errata 01) that concerns what is written here: which members an object
/// has, which of them it must have, and which words are allowed.
@Suite struct SARIFStructureTests {
  private indirect enum Shape: Sendable {
    case text
    case words(Set<String>)
    case number(atLeast: Int)
    case flag
    case list(Shape)
    case object(required: Set<String>, [String: Shape])
  }

  private static let message = Shape.object(required: ["text"], ["text": .text, "markdown": .text])
  private static let artifactLocation = Shape.object(required: [], ["uri": .text, "uriBaseId": .text])
  private static let region = Shape.object(
    required: [],
    [
      "startLine": .number(atLeast: 1), "startColumn": .number(atLeast: 1), "endLine": .number(atLeast: 1),
      "endColumn": .number(atLeast: 1),
    ])
  private static let physicalLocation = Shape.object(
    required: ["artifactLocation"], ["artifactLocation": artifactLocation, "region": region])
  private static let location = Shape.object(
    required: [], ["id": .number(atLeast: -1), "physicalLocation": physicalLocation, "message": message])
  private static let level = Shape.words(["none", "note", "warning", "error"])
  private static let rule = Shape.object(
    required: ["id"],
    [
      "id": .text, "shortDescription": message, "fullDescription": message, "help": message,
      "defaultConfiguration": .object(required: [], ["level": level]),
    ])
  private static let change = Shape.object(
    required: ["artifactLocation", "replacements"],
    [
      "artifactLocation": artifactLocation,
      "replacements": .list(
        .object(
          required: ["deletedRegion"],
          ["deletedRegion": region, "insertedContent": .object(required: [], ["text": .text])])),
    ])
  private static let result = Shape.object(
    required: ["message"],
    [
      "ruleId": .text, "ruleIndex": .number(atLeast: 0), "level": level, "message": message,
      "locations": .list(location), "relatedLocations": .list(location),
      "fixes": .list(
        .object(required: ["artifactChanges"], ["description": message, "artifactChanges": .list(change)])),
    ])
  private static let invocation = Shape.object(
    required: ["executionSuccessful"],
    [
      "executionSuccessful": .flag,
      "toolExecutionNotifications": .list(
        .object(required: ["message"], ["level": level, "message": message, "locations": .list(location)])),
    ])
  private static let driver = Shape.object(
    required: ["name"], ["name": .text, "fullName": .text, "version": .text, "rules": .list(rule)])
  private static let log = Shape.object(
    required: ["version", "runs"],
    [
      "$schema": .text, "version": .words(["2.1.0"]),
      "runs": .list(
        .object(
          required: ["tool"],
          [
            "tool": .object(required: ["driver"], ["driver": driver]),
            "columnKind": .words(["utf16CodeUnits", "unicodeCodePoints"]), "invocations": .list(invocation),
            "artifacts": .list(.object(required: [], ["location": artifactLocation])), "results": .list(result),
          ])),
    ])

  @Test func `a log has the structure that the schema asks for`() throws {
    var report = SampleReport.report(
      [SampleReport.error, SampleReport.warning, SampleReport.remark, SampleReport.placeless])
    report.failures = [.init(path: "none.yaml", reason: "no such file")]
    let renderer = DiagnosticSARIFRenderer(toolVersion: "1") { _ in .init(title: "t", help: "h", markdown: "m") }
    let problems = Self.problems(try Value(json: renderer.render(report)), Self.log, "log")
    #expect(problems == [])
  }

  private static func problems(_ value: Value, _ shape: Shape, _ path: String) -> [String] {
    switch (shape, value) {
    case (.text, .string), (.flag, .bool): return []
    case (.words(let words), .string(let word)): return words.contains(word) ? [] : ["\(path): '\(word)'"]
    case (.number(let least), .int(let number)): return number >= least ? [] : ["\(path): \(number)"]
    case (.list(let item), .list(let items)):
      return items.enumerated().flatMap { problems($1, item, "\(path)[\($0)]") }
    case (.object(let required, let members), .object(let object)):
      let missing = required.filter { object[$0] == nil }.map { "\(path) has no '\($0)'" }
      return missing
        + object.flatMap { entry -> [String] in
          guard let shape = members[entry.key] else { return ["\(path) has no member '\(entry.key)'"] }
          return problems(entry.value, shape, "\(path).\(entry.key)")
        }
    default: return ["\(path) is \(value.kind)"]
    }
  }
}
