import PassageSearch
import Testing

/// The passage that answers a question comes first, whatever the question's words would mean to a database.
@Suite(.timeLimit(.minutes(10)))
struct PassageIndexTests {
  /// A handbook of short sections, which share many words.
  private static let handbook = """
    # Lamp

    The lamp is lit half an hour before sunset and put out at sunrise. Its wick is trimmed every four hours.

    ## Oil

    The tank under the stairs holds ninety litres of paraffin. Order more when the gauge is below twenty.

    ## Lens

    The lens is dusted each morning with a soft cloth. Spirit of wine removes salt from the glass.

    # Fog signal

    In fog the horn gives two blasts every ninety seconds. It needs compressed air, which the pump makes in ten minutes.

    # Storms

    When the wind is above force nine nobody goes onto the gallery. Shutters on the west side are closed first.

    # Visitors

    Children may climb the tower with an adult. The tour costs four euros and begins at noon, except on Mondays.

    # Radio

    Ships report on channel sixteen. Every call is written into the log with its time.

    # Emergencies

    If somebody is hurt, call the coast guard by radio and then the hospital by telephone. Bandages are in the kitchen.

    # Food

    The boat brings bread, milk and vegetables on Fridays. Tins are counted at the end of each month.

    # Leave

    A keeper who is ill or on holiday is replaced by the reserve from the harbour office.
    """

  private func index(_ text: String = handbook, isMarkdown: Bool = true) throws -> PassageIndex {
    let index = try PassageIndex()
    try index.add(PassageCutter().cut(text, source: "handbook.md", isMarkdown: isMarkdown))
    return index
  }

  @Test(arguments: [
    ("When do I light the lamp?", "Lamp"), ("How often must the wick be trimmed?", "Lamp"),
    ("How much paraffin does the tank hold?", "Lamp > Oil"), ("Where is the oil stored?", "Lamp > Oil"),
    ("How do I clean the lens?", "Lamp > Lens"), ("What removes salt from glass?", "Lamp > Lens"),
    ("How many blasts does the horn give?", "Fog signal"), ("what to do in FOG", "Fog signal"),
    ("May I go onto the gallery in a storm?", "Storms"), ("Which shutters are closed first?", "Storms"),
    ("What does a tour cost?", "Visitors"), ("Can children climb up the tower?", "Visitors"),
    ("Which channel do ships use?", "Radio"), ("Is every radio call logged?", "Radio"),
    ("Someone is hurt. What now?", "Emergencies"), ("Where are the bandages?", "Emergencies"),
    ("When does the boat come with vegetables?", "Food"), ("Who replaces an ill keeper?", "Leave"),
    ("holidays", "Leave"),
  ])
  func `plain questions find the passage that answers them`(question: String, heading: String) throws {
    let matches = try index().search(question, limit: 3)
    #expect(matches.first?.passage.heading == heading)
    #expect(matches.allSatisfy { $0.score > 0 })
    #expect(matches.map(\.score) == matches.map(\.score).sorted(by: >))
  }

  @Test(arguments: [
    "\"", "'", "*", "lamp AND", "NEAR(lamp, 2)", "lamp NOT fog", "heading: lamp", "-lamp", "^lamp", "(lamp", "lamp)",
    "lamp*", "{heading body} : lamp", "lamp; DROP TABLE passages", "\"lamp", "a\u{0}b", "🙂", "% _ ?1",
    "xyz OR \"NOT\" abc", "lamp + fog",
  ])
  func `nothing in a question is an operator`(question: String) throws {
    let index = try index()
    let matches = try index.search(question, limit: 20)
    let isAboutLamps = question.contains("lamp") || question.contains("fog")
    #expect(matches.isEmpty != isAboutLamps, "\(matches.map(\.passage.heading))")
    // 'NOT' does not leave anything out.
    if question.contains("NOT fog") { #expect(matches.contains { $0.passage.heading == "Fog signal" }) }
  }

  @Test(arguments: [
    ("灯台守は日没の前に灯をともす。", "日没"), ("灯台守は日没の前に灯をともす。", "灯台守の仕事は?"), ("等下雨就关窗户", "窗"),
    ("등대지기는 안개가 끼면 나팔을 분다", "안개"), ("ผู้ดูแลประภาคารจุดตะเกียงก่อนพระอาทิตย์ตก", "ตะเกียง"),
    ("Der Wärter putzt die Gläser", "gläser"), ("Der Wärter putzt die Gläser", "GLASER"),
    ("Смотритель зажигает лампу", "лампу"), ("Ο φάρος ανάβει", "ΦΆΡΟΣ"), ("the café's menu", "cafe"),
    ("version 3.41 of the_tool", "3.41"), ("call the_tool now", "tool"),
  ])
  func `other languages are found by their words`(text: String, question: String) throws {
    let index = try index(text + "\n\n", isMarkdown: false)
    try index.add([Passage(text: "something else", source: "x", line: 1)])
    #expect(try index.search(question, limit: 5).map(\.passage.text) == [text])
  }

  @Test func `what no passage shares a word with finds nothing`() throws {
    #expect(try index().search("submarine periscopes", limit: 5).isEmpty)
    #expect(try index().search("", limit: 5).isEmpty)
    #expect(try PassageIndex().search("lamp", limit: 5).isEmpty)
    #expect(try index().search("lamp", limit: 0).isEmpty)
  }

  @Test func `a question of common words only is looked for as it is`() throws {
    #expect(try index("to be or not to be", isMarkdown: false).search("to be", limit: 1).count == 1)
  }

  @Test func `a question as long as a chapter is searched`() throws {
    let question = (0..<20_000).map { "word\($0)" }.joined(separator: " ") + " lamp"
    #expect(try index().search("lamp " + question, limit: 1).first?.passage.heading == "Lamp")
  }

  @Test func `equal passages come in the order in which they were added`() throws {
    let index = try PassageIndex()
    try index.add((0..<5).map { Passage(text: "the same lamp", source: "\($0)", line: 1) })
    #expect(try index.search("lamp", limit: 3).map(\.passage.source) == ["0", "1", "2"])
  }

  @Test func `more than the limits is refused`() throws {
    let small = try PassageIndex(limits: .init(bytes: 1 << 20, passages: 2))
    try small.add([Passage(text: "a", source: "x", line: 1), Passage(text: "b", source: "x", line: 2)])
    let passages = #expect(throws: PassageSearchError.self) {
      try small.add([Passage(text: "c", source: "x", line: 3)])
    }
    #expect(passages?.description == "the index has more than 2 passages")
    let bytes = #expect(throws: PassageSearchError.self) {
      try small.add([Passage(text: String(repeating: "c", count: 1 << 20), source: "x", line: 3)])
    }
    #expect(bytes?.description == "the index has more than 1 MiB of text")
  }
}
