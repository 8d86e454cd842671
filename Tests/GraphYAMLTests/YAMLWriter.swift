import GraphTestSupport

/// Writes YAML files in as many layouts as a person might, with comments whose places are known.
struct YAMLWriter {
  /// A comment that was written, and where it has to be afterwards.
  struct Comment {
    enum Place {
      /// In lines of its own, above the entry with this name.
      case before(String)
      /// In the line of the entry with this name.
      case behind(String)
      /// Somewhere.
      case anywhere
    }

    let text: String
    let place: Place
  }

  private(set) var comments: [Comment] = []
  /// Whether there is a text after `|` or `>`, whose blank lines and spaces are kept.
  private(set) var hasBlockText = false
  private var random: SeededGenerator
  private var text = ""
  private var count = 0
  private var anchors: [(name: String, isMapping: Bool)] = []

  init(seed: UInt64) { random = SeededGenerator(seed) }

  mutating func document() -> String {
    text = ""
    if chance(30) { ownComment(0, .anywhere) }
    if chance(10) { text += "---\n" }
    mapping(indentation: 0, depth: 0)
    if chance(30) { ownComment(0, .anywhere) }
    return text
  }

  // MARK: - Chance

  private mutating func chance(_ percent: Int) -> Bool { Int(random.next() % 100) < percent }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int(random.next() % UInt64(elements.count))]
  }

  private mutating func name(_ letter: String) -> String {
    count += 1
    return "\(letter)\(count)x"
  }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  private mutating func blanks() { text += pick(["", "", "", "\n", "\n\n", "  \n\n\n"]) }

  // MARK: - Comments

  private mutating func comment(_ place: Comment.Place) -> String {
    let text = pick(["# ", "#", "#   "]) + "note " + name("n") + pick(["", " it's \"so\": {x}", " - &a *b", " é #"])
    comments.append(Comment(text: text, place: place))
    return text + pick(["", "", "  "])
  }

  private mutating func ownComment(_ indentation: Int, _ place: Comment.Place) {
    text += spaces(indentation) + comment(place) + "\n"
  }

  private mutating func trailing(_ name: String, isOneLine: Bool = true) {
    if chance(20) { text += pick([" ", "      "]) + comment(isOneLine ? .behind(name) : .anywhere) }
    text += "\n"
  }

  // MARK: - Block collections

  private mutating func mapping(indentation: Int, depth: Int, isFirstInline: Bool = false) {
    var mergeable = anchors.filter(\.isMapping).map(\.name)
    for index in 0..<pick([1, 2, 3, 4]) {
      let isInline = isFirstInline && index == 0
      let name = name("k")
      if !isInline {
        blanks()
        while chance(20) { ownComment(indentation, .before(name)) }
        if chance(10) { blanks() }
        text += spaces(indentation)
      }
      if !isInline, depth > 0, chance(10), let anchor = mergeable.popLast() {
        mergeable = []
        text += "<<: *\(anchor)"
        trailing(anchor)
        text += spaces(indentation)
      }
      text += pick([name, name, "\"\(name)\"", "'\(name)'"]) + pick([":", ":", " :"])
      value(name, indentation: indentation, depth: depth, isItem: false)
    }
    if chance(15) { ownComment(indentation, .anywhere) }
  }

  private mutating func sequence(indentation: Int, depth: Int, isFirstInline: Bool = false) {
    for index in 0..<pick([1, 2, 3]) {
      let name = name("i")
      if !(isFirstInline && index == 0) {
        blanks()
        while chance(20) { ownComment(indentation, .before(name)) }
        text += spaces(indentation)
      }
      text += "-"
      value(name, indentation: indentation, depth: depth, isItem: true)
    }
  }

  /// What follows a key or a dash; names of items are their values.
  private mutating func value(_ name: String, indentation: Int, depth: Int, isItem: Bool) {
    let step = pick([1, 2, 2, 3, 4])
    switch random.next() % (depth < 4 ? 12 : 8) {
    case 0 where !isItem:
      trailing(name)
    case 1:
      text += " "
      text += isItem ? pick(["[\(name), 1]", "{\(name): 1}", "[ \(name) , {a: b}, ]"]) : flow(depth: 0)
      trailing(name)
    case 2: blockText(name, indentation: indentation, isItem: isItem)
    case 3 where !isItem: flowOverLines(name, indentation: indentation)
    case 4 where !isItem && !anchors.isEmpty:
      text += " *" + pick(anchors).name
      trailing(name)
    case 8, 9:
      let anchor = chance(20) ? self.name("a") : nil
      if let anchor { text += " &" + anchor }
      if isItem {
        let column = indentation + step + 1
        text += anchor == nil ? spaces(step) : "\n" + spaces(column)
        text += "\(name): 1\n"
        mapping(indentation: column, depth: depth + 1)
      } else {
        trailing(name)
        mapping(indentation: indentation + step, depth: depth + 1)
      }
      if let anchor { anchors.append((anchor, true)) }
    case 10, 11:
      if isItem {
        text += "\n" + spaces(indentation + step) + "- \(name)\n"
        sequence(indentation: indentation + step, depth: depth + 1)
      } else {
        trailing(name)
        sequence(indentation: indentation + pick([0, step]), depth: depth + 1)
      }
    default:
      text += pick([" ", "   "])
      if chance(10) {
        let anchor = self.name("a")
        anchors.append((anchor, false))
        text += "&\(anchor) "
      }
      let value = isItem ? pick([name, "'\(name)'", "\"\(name): x\""]) : scalar(indentation + step)
      text += value
      trailing(name, isOneLine: !value.contains("\n"))
    }
  }

  // MARK: - Scalars

  private static let scalars = [
    "1", "-1.5", "true", "null", "~", "word", "two words", "\"1\"", "'yes'", "'it''s'", "\"a \\\"b\\\" \\u00e9\"",
    "\"{state.x}\"", "'x: y'", "http://a.b/c?d=e#f", "\"a #b\"", "\"\"", "''", "!!str 12", "! x", "'- a'", "\"tab\\t\"",
    "x - y", "a, b", "'null'", "é", "[]", "{}", "12:30:00", "0x1F", "\"&a\"", "'*a'", "-x", "?x", ":x",
  ]

  private mutating func scalar(_ indentation: Int) -> String {
    switch random.next() % 8 {
    case 0: "\"two\n\(spaces(indentation))lines \\\n\(spaces(indentation + 3))joined\""
    case 1: "plain\n\(spaces(indentation))text\n\n\(spaces(indentation))with a gap"
    case 2: "'it''s\n\n\(spaces(indentation))quoted'"
    default: pick(Self.scalars)
    }
  }

  private mutating func blockText(_ name: String, indentation: Int, isItem: Bool) {
    hasBlockText = true
    let step = pick([1, 2, 4])
    let isLiteral = chance(60)
    let isIndented = chance(20)
    let chomping = pick(["", "", "-", "+"])
    text += " " + (isLiteral ? "|" : ">") + (isIndented ? "\(step)" : "") + chomping
    if isItem { text += "\n" } else { trailing(name) }
    let margin = spaces(indentation + step)
    if chance(10) { text += "\n" }
    text += margin + (isIndented ? "  " : "") + (isItem ? name : "first") + "\n"
    for _ in 0..<pick([0, 1, 3]) {
      text += pick([margin + "line # no comment", margin + "   more", "", margin + "- x"]) + "\n"
    }
    text += margin + "last\n"
  }

  // MARK: - Flow collections

  private mutating func flow(depth: Int) -> String {
    let values = ["1", "a", "'b'", "\"c, d\"", "true", "'x: y'", "-1", "http://a/b"]
    let blank = pick(["", " "])
    let items = (0..<pick([0, 1, 2, 3])).map { _ in
      depth < 2 && chance(25) ? flow(depth: depth + 1) : pick(values)
    }
    if chance(50) { return "[" + blank + items.joined(separator: pick([",", ", ", " , "])) + blank + "]" }
    let pairs = items.map { value in
      pick([name("f"), "'\(name("f"))'"]) + pick([": ", ":  "]) + value
    }
    return "{" + blank + pairs.joined(separator: pick([",", ", "])) + blank + "}"
  }

  private mutating func flowOverLines(_ name: String, indentation: Int) {
    let margin = spaces(indentation + pick([1, 2, 4]))
    let isList = chance(50)
    text += isList ? " [" : " {"
    if chance(15) { text += " " + comment(.anywhere) }
    text += "\n"
    for _ in 0..<pick([1, 2, 3]) {
      let item = self.name("f")
      if chance(15) { text += margin + comment(.before(item)) + "\n" }
      text += margin + (isList ? item : "\(item): \(pick(["1", "[a, b]", "'x'"]))") + ","
      if chance(20) { text += " " + comment(.behind(item)) }
      text += "\n"
    }
    text += spaces(indentation + 1) + (isList ? "]" : "}") + "\n"
  }
}
