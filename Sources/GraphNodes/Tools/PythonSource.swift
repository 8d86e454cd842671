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
    for (index, line) in lines.enumerated() {
      let code = line.drop { $0 == " " || $0 == "\t" }
      if let defined = Self.definedFunction(code) {
        let isAtTop = code.startIndex == line.startIndex
        if isAtTop, !defined.hasPrefix("_") { functions.append(defined) }
        if defined == name {
          guard isAtTop, !isDecorated(index) else { return .unknown }
          // Longer descriptions there are not, and files are.
          var reader = PythonSignatureReader(lines[index...].prefix(500).joined(separator: "\n"))
          guard var function = reader.read() else { return .unknown }
          let fields = function.parameters.fields
          function.body = fields.first.map { first in
            PythonBody(
              lines[index...], parameter: first.name.value,
              arguments: fields.filter(\.isRequired).map(\.name.value))
          }
          return .found(function)
        }
      }
      if Self.mayName(code, name) { isNamed = true }
    }
    return isNamed ? .unknown : .missing(functions)
  }

  /// Whether a decorator stands above a line: what it makes of the function is not known.
  private func isDecorated(_ index: Int) -> Bool {
    index > 0 && lines[index - 1].first.map { $0 == "@" || $0 == ")" } ?? false
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
