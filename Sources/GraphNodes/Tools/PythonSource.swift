internal import GraphDiagnostics
internal import GraphLanguage

/// A file of Python as far as it can be known without running it.
///
/// It is read so lightly that it never claims to know what it does not: where
/// names may come about in other ways than by `def`, `class`, `=` or `import`,
/// the answer is that nothing is known.
struct PythonSource {
  /// What is known of a name.
  enum Finding {
    case found(PythonFunction)
    /// It is there, or may be, and no more is known.
    case unknown
    /// It is not there; these functions are.
    case missing([String])
  }

  private let lines: [Substring]

  init(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.last == "\r" ? $0.dropLast() : $0 }
  }

  /// Looks for a function.
  func function(_ name: String) -> Finding {
    var functions: [String] = []
    var isNamed = false
    var place: Int?
    // Where the function or class begins that a line is in.
    var outer: Int?
    for (index, line) in lines.enumerated() {
      let code = line.drop { $0 == " " || $0 == "\t" }
      guard let first = code.first, first != "#" else { continue }
      let indent = line.distance(from: line.startIndex, to: code.startIndex)
      if let start = outer, indent <= start { outer = nil }
      if let defined = Self.definedFunction(code) {
        let isAtTop = code.startIndex == line.startIndex
        if isAtTop, !defined.hasPrefix("_") { functions.append(defined) }
        if defined == name {
          guard isAtTop, place == nil, !isDecorated(index) else { return .unknown }
          place = index
        }
      } else if place != nil, outer == nil ? Self.renames(code, name) : Self.isShared(code, name) {
        return .unknown
      }
      if outer == nil, Self.beginsScope(code) { outer = indent }
      if Self.mayName(code, name) { isNamed = true }
    }
    guard let place else { return isNamed ? .unknown : .missing(functions) }
    // Longer descriptions there are not, and files are.
    var reader = PythonSignatureReader(lines[place...].prefix(500).joined(separator: "\n"))
    guard var function = reader.read() else { return .unknown }
    let fields = function.parameters.fields
    function.body = fields.first.map { first in
      PythonBody(
        lines[place...], parameter: first.name.value, arguments: fields.filter(\.isRequired).map(\.name.value))
    }
    return .found(function)
  }

  /// Whether a decorator stands above a line: what it makes of the function is not known.
  private func isDecorated(_ index: Int) -> Bool {
    let above = lines[..<index].reversed().first { line in
      guard let first = line.first else { return false }
      // Between the two there may be comments and the further lines of the decorator.
      return first != "#" && first != " " && first != "\t"
    }
    return above?.first.map { $0 == "@" || $0 == ")" } ?? false
  }

  /// Whether a line begins a function or a class, whose names are its own.
  private static func beginsScope(_ code: Substring) -> Bool {
    definedFunction(code) != nil || code.hasPrefix("class ")
  }

  /// Whether a line inside a function may give a name of the file to something else.
  private static func isShared(_ code: Substring, _ name: String) -> Bool {
    let words = code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    return words.contains { $0 == name }
      && ["global", "setattr", "globals", "vars"].contains { words.contains($0[...]) }
  }

  /// Whether a line behind a function may give its name to something else.
  private static func renames(_ code: Substring, _ name: String) -> Bool {
    let words = code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    guard let first = words.first else { return false }
    if first == "from", words.last == "import", code.contains("*") { return true }
    guard words.contains(where: { $0 == name }) else { return false }
    if ["class", "import", "from", "for", "del", "exec", "setattr"].contains(first) { return true }
    if zip(words, words.dropFirst()).contains(where: { $0 == "as" && $1 == name }) { return true }
    if words.contains(where: { ["globals", "vars"].contains($0) }) { return true }
    let behind = code.dropFirst(name.count).drop { $0 == " " }
    if first == name, code.hasPrefix(name), behind.first == ":" { return true }
    // What stands before the first sign that assigns, if there is one.
    guard let sign = code.firstIndex(of: "="), code[code.index(after: sign)...].first != "=" else { return false }
    let target = code[..<sign]
    guard target.last.map({ !"!<>=".contains($0) }) ?? false, !target.contains(where: { "([.".contains($0) }) else {
      return false
    }
    return target.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains { $0 == name }
  }

  /// The name behind `def` or `async def`.
  private static func definedFunction(_ code: Substring) -> String? {
    var words = code.split(maxSplits: 3, whereSeparator: { $0 == " " || $0 == "\t" || $0 == "(" })[...]
    if words.first == "async" { words = words.dropFirst() }
    guard words.first == "def", words.count > 1 else { return nil }
    return String(words[words.startIndex + 1])
  }

  /// Whether a line may give a name a meaning in another way.
  private static func mayName(_ code: Substring, _ name: String) -> Bool {
    let words = code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    let makesNames = ["globals", "exec", "__getattr__", "setattr", "vars"]
    if words.contains(where: { makesNames.contains(String($0)) }) { return true }
    if words.first == "from", code.contains("import"), code.contains("*") { return true }
    guard words.contains(where: { $0 == name }) else { return false }
    guard let first = words.first else { return false }
    if ["class", "import", "from", "for", "with"].contains(first) || words.contains("as") { return true }
    // An assignment, or a line of an import in parentheses.
    return first == name || code.contains("=")
  }
}
