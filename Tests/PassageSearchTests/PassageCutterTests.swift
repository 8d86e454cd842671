import PassageSearch
import Testing

/// Documents are cut where a reader would cut them, and nothing of them is lost.
@Suite(.timeLimit(.minutes(10)))
struct PassageCutterTests {
  private func cut(_ text: String, size: Int = 1000, overlap: Int = 0, isMarkdown: Bool = true) -> [Passage] {
    PassageCutter(size: size, overlap: overlap).cut(text, source: "d", isMarkdown: isMarkdown)
  }

  @Test func `each section of Markdown is a passage with its headings and its line`() {
    let text = "Intro.\n\n# Lamp\n\nLit at dusk.\n\n## Oil\n\nFill it.\n\n# Fog\nBlow the horn.\n"
    #expect(
      cut(text) == [
        Passage(text: "Intro.", source: "d", line: 1),
        Passage(text: "# Lamp\n\nLit at dusk.", heading: "Lamp", source: "d", line: 3),
        Passage(text: "## Oil\n\nFill it.", heading: "Lamp > Oil", source: "d", line: 7),
        Passage(text: "# Fog\nBlow the horn.", heading: "Fog", source: "d", line: 11),
      ])
  }

  @Test(arguments: [
    ("# A\n\n## B\n\ntext", ["A > B"]), ("# A\n\n# B\n\ntext", ["A", "B"]), ("Title\n=====\n\ntext", ["Title"]),
    ("A\n===\ntext\n\nB\n---\ntext", ["A", "A > B"]), ("## A ##\ntext", ["A"]), ("# C#\ntext", ["C#"]),
    ("#no heading", [""]), ("    # code", [""]), ("```\n# code\n```\n# A\ntext", ["", "A"]),
    ("~~~~\n~~~\n# code\n~~~~\n", [""]), ("- item\n---\ntext", [""]), ("| a |\n|---|\n---", [""]),
    ("# A\r\n\r\ntext\r\n", ["A"]), ("####### seven", [""]), ("# A\n", ["A"]), ("", []), (" \n\n\t\n", []),
  ])
  func `headings of Markdown`(text: String, expected: [String]) {
    #expect(cut(text).map(\.heading) == expected)
  }

  @Test func `plain text has no headings`() {
    #expect(cut("# A\n\ntext", isMarkdown: false) == [Passage(text: "# A\n\ntext", source: "d", line: 1)])
  }

  @Test(arguments: [
    // The last paragraph that fits, else the last line, sentence or word; else in the middle of a word.
    ("aaaa aaaa aaaa\n\nbb bb bb bb", 20, ["aaaa aaaa aaaa", "bb bb bb bb"]),
    ("aaaa aaaa aaaa\nbb. bb bb bb bb", 20, ["aaaa aaaa aaaa", "bb. bb bb bb bb"]),
    ("aaaa aaaa a. aa aa bb bb", 20, ["aaaa aaaa a.", "aa aa bb bb"]),
    ("aaaaaaaaaa bbbbbbbbbbbb", 20, ["aaaaaaaaaa", "bbbbbbbbbbbb"]),
    ("aaaaaaaaaabbbbbbbbbb", 8, ["aaaaaaaa", "aabbbbbb", "bbbb"]),
    ("一二三四五六。七八九十", 10, ["一二三四五六。", "七八九十"]),
  ])
  func `a passage that is too long ends at the best place`(text: String, size: Int, expected: [String]) {
    #expect(cut(text, size: size).map(\.text) == expected)
  }

  @Test func `a passage repeats the end of the one before it from the start of a word`() {
    let passages = cut("one two three four five six seven eight", size: 20, overlap: 8)
    #expect(passages.map(\.text) == ["one two three four", "four five six seven", "seven eight"])
  }

  @Test func `lines are those of the document`() {
    let text = (1...200).map { "line \($0)" }.joined(separator: "\n")
    for passage in cut(text, size: 60, overlap: 20) {
      #expect(passage.text.hasPrefix("line \(passage.line)\n") || passage.text.hasPrefix("\(passage.line)\n"))
    }
  }

  @Test func `characters are not cut in two`() {
    let family = "👩‍👩‍👧"
    for passage in cut(String(repeating: family, count: 40), size: 12) {
      #expect(passage.text.allSatisfy { $0 == Character(family) })
    }
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `every word is in a passage, and none is longer than allowed`(seed: UInt64) {
    var random = seed &* 0x9E37_79B9_7F4A_7C15
    func below(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((random >> 33) % UInt64(count))
    }
    let breaks = [" ", " ", " ", "\n", "\n\n", ". ", "\r\n", "\n# ", "\n```\n", "。"]
    let text = (0..<below(300)).map { "w\($0)\(breaks[below(breaks.count)])" }.joined()
    let size = 20 + below(80)
    let passages = cut(text, size: size, overlap: below(size / 2 + 1), isMarkdown: seed % 2 == 0)
    let separators: Set<Character> = [" ", "\n", "\r\n", ".", "#", "`", "。"]
    func words(_ text: String) -> [String] { text.split { separators.contains($0) }.map { String($0) } }
    var found = Set(passages.flatMap { words($0.text) })
    found.formUnion(passages.flatMap { words($0.heading) })
    for word in words(text) { #expect(found.contains(word), "seed \(seed): \(word)") }
    for passage in passages {
      #expect(passage.text.unicodeScalars.count <= size, "seed \(seed)")
      #expect(text.contains(passage.text), "seed \(seed)")
    }
  }
}
