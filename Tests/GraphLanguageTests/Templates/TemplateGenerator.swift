import GraphRuntime

/// Makes random templates that Jinja2 mostly accepts, from a seed.
struct TemplateGenerator {
  private var state: UInt64

  /// The templates that may be included at the moment.
  var includable: [String] = []

  init(seed: UInt64) { state = seed }

  /// What every generated template is rendered over.
  static let context: Value = [
    "name": "Ada", "n": 7, "m": -3, "f": 2.5, "g": -0.125, "big": 1e16, "tiny": 0.00001, "yes": true, "no": false,
    "nothing": nil, "empty": "", "words": ["pear", "Apple", "fig", "apple"], "nums": [3, 1, 2, 3, -7], "none_list": [],
    "text": "line one\nline two\n\n  line four", "long": "the quick brown fox-hunter jumps -- over the lazy dogs' bed",
    "quote": "it's \"so\"", "unicode": "é日本 ßÅ\t\u{7F}😀", "html": "<b class='x'>Tom & \"Jerry\"</b>",
    "d": ["b": 2, "a": 1, "C": [1, 2.0, nil], "inner": ["deep": "v", "list": ["x", "y"]]],
    "users": [
      ["name": "Zoe", "age": 31, "tags": ["a", "b"], "ok": true, "city": "Rome"],
      ["name": "adam", "age": 25, "tags": [], "ok": false, "city": "paris"],
      ["name": "Bob", "age": 31, "tags": ["c"], "ok": true, "city": "Paris"],
    ],
    "pairs": [["x", 1], ["y", 2]], "plain": ["b": 2, "A": 3, "c": 1], "matrix": [[1, 2], [3, 4], []],
    "mixed": [1, "a", nil, 2.5, true, [], ""],
    "tree": [
      ["v": 1, "kids": [["v": 2, "kids": []], ["v": 3, "kids": [["v": 4, "kids": []]]]]], ["v": 5, "kids": []],
    ],
  ]

  /// The names of the templates that others include; each one includes only those behind it.
  static let includeNames = ["leaf", "list", "macro", "nest"]

  /// Templates to be included, by name.
  ///
  /// What they set has names of its own: of a name that is given from outside and set later, Jinja2 loses the value
  /// before it is set, and templates here do not.
  mutating func includes() -> [String: String] {
    var included: [String: String] = [:]
    for (index, name) in Self.includeNames.enumerated() {
      let text = template(including: Array(Self.includeNames[..<index]))
        .replacing(/\b(?:v|a|b|c|q|r|i|x|y|z|k|s|u|w|t|row|ns|outer|mac|mic|wrap)\b/) { "\($0.output)_\(index)" }
      included[name] = text + "{{ v|default('-') }}{{ mac is defined }}"
    }
    return included
  }

  // MARK: - Chance

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

  mutating func choose(_ options: [String]) -> String { options[below(options.count)] }

  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  // MARK: - Templates

  mutating func template(including names: [String] = []) -> String {
    includable = names
    var text = ""
    for _ in 0...below(4) { text += node(3) }
    if chance(30) { text += "\n" }
    return text
  }

  mutating func space() -> String { chance(25) ? choose(["\n", "  ", " \n ", "\t", "\n\n"]) : "" }

  mutating func open(_ tag: String) -> String {
    space() + "{" + tag + (chance(20) ? choose(["-", "-", "+"]) : "") + " "
  }

  mutating func close(_ tag: String) -> String {
    " " + (chance(20) ? tag == "%" ? choose(["-", "-", "+"]) : "-" : "") + tag + "}" + space()
  }

  mutating func tag(_ code: String) -> String { open("%") + code + close("%") }

  mutating func output(_ code: String) -> String { open("{") + code + close("}") }

  mutating func nodes(_ depth: Int) -> String {
    var text = ""
    for _ in 0...below(2) { text += node(depth) }
    return text
  }

  mutating func node(_ depth: Int) -> String {
    guard depth > 0 else { return output(any(2)) }
    if chance(30) { return rareNode(depth) }
    switch below(22) {
    case 0...6: return output(any(3))
    case 7: return choose(["plain ", "a { b } c", "é\r\n", "100 % # "])
    case 8, 9:
      var text = tag("if " + condition(2)) + nodes(depth - 1)
      if chance(30) { text += tag("elif " + condition(2)) + nodes(depth - 1) }
      if chance(50) { text += tag("else") + nodes(depth - 1) }
      return text + tag("endif")
    case 10...12: return loop(depth)
    case 13: return tag("set v = " + any(3)) + output("v")
    case 14:
      return tag("set v" + choose(["", "|upper", "|trim|length"])) + nodes(depth - 1) + tag("endset") + output("v")
    case 15:
      let name = choose(["mac", "mic"])
      return tag("macro \(name)(a, b=\(scalar()))") + output("a") + output("b") + nodes(depth - 1) + tag("endmacro")
        + output("\(name)(\(any(2)))") + output("\(name)(\(number(1)), b=\(string(1)))")
    case 16:
      return tag("macro wrap(x)") + output("x") + output("caller(x)") + tag("endmacro")
        + tag("call(y) wrap(\(scalar()))") + output("y") + nodes(depth - 1) + tag("endcall")
    case 17: return open("#") + "note {{ x }}" + close("#")
    case 18: return "{% raw" + choose([" %}", " -%}", "%}"]) + "{{ raw }} {% x %}" + space() + tag("endraw")
    case 19: return tag("with q=\(any(2)), r=\(number(1))") + output("q ~ r") + tag("endwith")
    case 20:
      return tag("filter " + choose(["upper", "trim", "replace('a', 'b')", "title|escape"])) + nodes(depth - 1)
        + tag("endfilter")
    default:
      return tag("set ns = namespace(s=0, l='')") + tag("for i in \(numbers(1))") + tag("set ns.s = ns.s + i")
        + tag("endfor") + output("ns.s")
    }
  }

  private mutating func loop(_ depth: Int) -> String {
    var head: String
    var body: String
    switch below(4) {
    case 0:
      head = "for u in \(users(1))"
      body = output("u.name") + output(choose(["u.age", "u['city']", "u.tags", "u.tags|join('+')", "u.ok"]))
    case 1:
      head = "for k, v in " + choose(["d.items()", "d|dictsort", "pairs", "d|items", "users|groupby('age')"])
      body = output("k") + output(choose(["v", "v|string", "loop.index ~ k"]))
    case 2:
      head = "for i in \(numbers(1))"
      body = output("i") + output(choose(["i * 2", "loop.revindex", "loop.changed(i)", "i is odd"]))
      if chance(30) { head += " if i " + choose(["> 1", "is odd", "!= 3", "in nums"]) }
    default:
      head = "for s in \(strings(1))"
      body =
        output("s")
        + output(
          choose(["s|upper", "loop.cycle('a', 'b', 'c')", "loop.previtem|default('-')", "loop.nextitem is defined"]))
      if chance(30) { head += " if s" + choose(["|length > 3", " is lower", " != 'fig'"]) }
    }
    if chance(60) {
      body += output(
        choose([
          "loop.index", "loop.index0", "loop.first", "loop.last", "loop.length", "loop.revindex0", "loop.depth",
        ]))
    }
    if chance(30) { body += tag("set v = loop.index") + output("v") }
    if chance(30) { body += node(depth - 1) }
    if chance(30) { body += tag("else") + "none" }
    return tag(head) + body + tag("endfor")
  }
}
