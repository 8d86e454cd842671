internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Parts of a value are told as they are complete, however its text is cut.
@Suite(.timeLimit(.minutes(10)))
struct PartialJSONTests {
  private func read(_ pieces: [String], takesLists: Bool = true) -> [PartialRecord] {
    var reader = PartialJSONReader(takesLists: takesLists)
    return pieces.flatMap { reader.append($0) }
  }

  private func lines(_ text: String, takesLists: Bool = true) -> [String] {
    read([text], takesLists: takesLists).map { Value.object($0.object).json() }
  }

  @Test func `fields and elements are told when they end, inner ones first`() {
    #expect(
      lines(#"{"name": "Ada", "tags": ["a", {"n": 1}], "none": {}, "age": 36}"#) == [
        #"{"path":["name"],"value":"Ada"}"#, #"{"path":["tags",0],"value":"a"}"#,
        #"{"path":["tags",1,"n"],"value":1}"#, #"{"path":["tags",1],"value":{"n":1}}"#,
        #"{"path":["tags"],"value":["a",{"n":1}]}"#, #"{"path":["none"],"value":{}}"#,
        #"{"path":["age"],"value":36}"#,
        #"{"path":[],"value":{"name":"Ada","tags":["a",{"n":1}],"none":{},"age":36}}"#,
      ])
  }

  @Test func `a number is complete with what stands behind it`() {
    var reader = PartialJSONReader()
    #expect(reader.append(#"{"n": 12"#).isEmpty)
    #expect(reader.append("3").isEmpty)
    #expect(reader.append(" ") == [PartialRecord(path: [.key("n")], value: 123)])
  }

  @Test func `prose and fences around the value are left alone`() {
    let expected = [#"{"path":["a"],"value":true}"#, #"{"path":[],"value":{"a":true}}"#]
    #expect(lines("Here it is:\n```json\n{\"a\": true}\n```\nAnything {else}?") == expected)
    #expect(lines(#"A note [1] says {"a": true}"#, takesLists: false) == expected)
    #expect(lines(#"Take {this}: {"a": true}"#) == expected)
    #expect(lines(#"{ {"a": true}"#) == expected)
  }

  @Test func `what turns out to be no JSON is taken back`() {
    #expect(
      lines(#"{"a": 1, "b": oops} {"a": 2}"#) == [
        #"{"path":["a"],"value":1}"#, #"{"path":[],"value":null}"#, #"{"path":["a"],"value":2}"#,
        #"{"path":[],"value":{"a":2}}"#,
      ])
    #expect(lines("no JSON at all") == [])
    #expect(lines(#"{"a"}"#) == [])
  }

  @Test func `nesting has an end`() {
    let deep = String(repeating: "[", count: 600) + String(repeating: "]", count: 600)
    #expect(lines(deep).count <= 1_200)
    #expect(lines(String(repeating: "{\"a\":", count: 100_000)).isEmpty)
  }

  // MARK: - Laws

  private static func value(_ random: inout SeededGenerator, depth: Int) -> Value {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
    case 0: .null
    case 1: .bool(.random(using: &random))
    case 2: .int(.random(in: -1000...1000, using: &random))
    case 3: .double(Double(Int.random(in: -9999...9999, using: &random)) / 64)
    case 4: .string("")
    case 5:
      .string(
        (0..<Int.random(in: 0...6, using: &random)).map { _ in
          ["a", "\"", "\\", "\n", "é", "👩‍👩‍👧", "{", "]", ",", "\u{1}", "\u{2028}"].randomElement(using: &random) ?? ""
        }.joined())
    case 6: .list((0..<Int.random(in: 0...4, using: &random)).map { _ in value(&random, depth: depth - 1) })
    default: .object(object(&random, depth: depth - 1))
    }
  }

  private static func object(_ random: inout SeededGenerator, depth: Int) -> ValueObject {
    ValueObject(
      (0..<Int.random(in: 0...5, using: &random)).map { index in
        (
          ["k\(index)", "ü\(index)", "a b", "\"\(index)"].randomElement(using: &random) ?? "",
          value(&random, depth: depth)
        )
      })
  }

  /// A text cut at random places, also inside of characters' clusters.
  private static func pieces(_ text: String, _ random: inout SeededGenerator) -> [String] {
    var pieces: [String] = [""]
    for scalar in text.unicodeScalars {
      if Int.random(in: 0..<3, using: &random) == 0 { pieces.append("") }
      pieces[pieces.count - 1].unicodeScalars.append(scalar)
    }
    return pieces
  }

  @Test(arguments: 0..<300)
  func `any cut gives the same records, and they make the value`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let value = Value.object(Self.object(&random, depth: 4))
    let json = value.json(pretty: Bool.random(using: &random))
    let text = Bool.random(using: &random) ? "So: \(json) - that is all." : json
    let records = read([text])
    #expect(read(Self.pieces(text, &random)) == records, "seed \(seed)")
    #expect(read(text.unicodeScalars.map { String($0) }) == records, "seed \(seed)")
    var partial = PartialValue()
    for record in records {
      partial.take(record)
      // Each record holds what stands there in the end.
      #expect(record.path.reduce(Optional(value)) { $0?[$1] } == record.value, "seed \(seed)")
    }
    #expect(partial.value == value, "seed \(seed)")
    #expect(Set(records.map(\.path)).count == records.count, "seed \(seed)")
  }

  @Test(arguments: 0..<300)
  func `any cut of a text that is nearly JSON gives the same records`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    var scalars = Array(Value.object(Self.object(&random, depth: 3)).json().unicodeScalars)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0..<scalars.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: scalars.remove(at: place)
      case 1:
        scalars.insert(["{", "}", "[", "]", ",", ":", "\"", "x", "1"].randomElement(using: &random) ?? "x", at: place)
      default: scalars.removeSubrange(place...)
      }
      if scalars.isEmpty { scalars = ["{"] }
    }
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    #expect(read(Self.pieces(text, &random)) == read([text]), "seed \(seed): \(text)")
    // A text that is whole JSON all the same is told whole, unless a key comes twice.
    if let value = try? Value(json: text), value.object != nil {
      #expect(read([text]).last == PartialRecord(path: [], value: value), "seed \(seed): \(text)")
    }
  }
}

extension Value {
  fileprivate subscript(step: PartialStep) -> Value? {
    switch step {
    case .key(let key): self[key]
    case .index(let index): list.flatMap { index < $0.count ? $0[index] : nil }
    }
  }
}
