/// What the body of a function of Python does with the state that it is given, as far as that can be told without
/// running it.
///
/// It is read as lightly as the rest of the file: where the state goes anywhere else, or a result is made in another way
/// than by writing it down, nothing is known.
struct PythonBody: Sendable {
  /// A key that the function reads.
  struct Read: Sendable, Equatable {
    let key: String
    /// Whether the function certainly fails without it: it is read in each call, and not asked for before.
    let isNeeded: Bool
  }

  /// A key of a result.
  struct Write: Sendable, Equatable {
    let key: String
    /// Whether every result has it.
    let isCertain: Bool
  }

  /// The parameters that it has to be given, the state among them.
  let arguments: [String]

  /// The keys that it reads, each once; nil where it may read others.
  private(set) var reads: [Read]?

  /// The keys of its results, each once; nil where it may return others.
  private(set) var writes: [Write]?

  /// Whether it may return something that is no dict, or nothing at all.
  private(set) var mayReturnOther = true

  /// Reads a function.
  ///
  /// - Parameters:
  ///   - lines: The lines from its `def` on.
  ///   - parameter: The name of its first parameter.
  ///   - arguments: The parameters that it has to be given.
  init(_ lines: some Sequence<Substring>, parameter: String, arguments: [String]) {
    self.arguments = arguments
    guard let tokens = PythonTokens(lines).body else { return }
    let makesNames = ["exec", "eval", "globals", "locals", "vars", "yield"]
    guard !tokens.contains(where: { token in makesNames.contains { token.isName($0) } }) else { return }
    readState(tokens, parameter)
    readResults(tokens)
  }

  // MARK: - What is read

  private mutating func readState(_ tokens: [PythonTokens.Token], _ state: String) {
    // What is caught may be that a key is missing.
    let catches = tokens.indices.contains { index in
      guard tokens[index].isName("except") else { return false }
      let caught = tokens[index...].prefix { !$0.isSymbol(":") }.dropFirst()
      return caught.isEmpty
        || caught.contains { ["KeyError", "LookupError", "Exception", "BaseException"].contains($0.text) }
    }
    var found: [(key: String, isNeeded: Bool)] = []
    var known: Set<String> = []
    func token(_ index: Int) -> PythonTokens.Token? { index < tokens.count ? tokens[index] : nil }
    for index in tokens.indices where tokens[index].isName(state) {
      if index > 0, tokens[index - 1].isSymbol(".") { continue }
      if index > 1, tokens[index - 1].isName("in"),
        let key = tokens[index - 2].string
          ?? (index > 2 && tokens[index - 2].isName("not") ? tokens[index - 3].string : nil)
      {
        known.insert(key)
        continue
      }
      if token(index + 1)?.isSymbol("[") == true, let key = token(index + 2)?.string,
        token(index + 3)?.isSymbol("]") == true
      {
        // Or a type is given, for which nothing is read.
        let isTyped =
          token(index + 4)?.isSymbol(":") == true && (index == 0 || tokens[index - 1].line != tokens[index].line)
        let isAssigned =
          isTyped || (token(index + 4)?.isSymbol("=") == true && token(index + 5)?.isSymbol("=") != true)
        if isAssigned {
          known.insert(key)
        } else {
          found.append((key, tokens[index].isAlwaysRun && !catches))
        }
      } else if token(index + 1)?.isSymbol(".") == true, token(index + 2)?.isName("get") == true,
        token(index + 3)?.isSymbol("(") == true, let key = token(index + 4)?.string,
        token(index + 5)?.isSymbol(",") == true || token(index + 5)?.isSymbol(")") == true
      {
        found.append((key, false))
        known.insert(key)
      } else {
        return
      }
    }
    var reads: [Read] = []
    for (key, isNeeded) in found {
      let read = Read(key: key, isNeeded: isNeeded && !known.contains(key))
      if let place = reads.firstIndex(where: { $0.key == key }) {
        if read.isNeeded { reads[place] = read }
      } else {
        reads.append(read)
      }
    }
    self.reads = reads
  }

  // MARK: - What is returned

  private mutating func readResults(_ tokens: [PythonTokens.Token]) {
    var results: [[String]] = []
    var hasOther = false
    for index in tokens.indices where tokens[index].isName("return") && !tokens[index].isNested {
      let rest = tokens[(index + 1)...]
      let value = Array(rest.prefix { $0.line == tokens[index].line })
      if value.isEmpty || (value.count == 1 && value[0].isName("None")) {
        hasOther = true
        continue
      }
      guard let keys = Self.keys(of: value) else { return }
      results.append(keys)
    }
    // Behind its last statement a function returns nothing.
    if let last = tokens.last(where: { !$0.isNested }) {
      let first = tokens.first { $0.line == last.line }
      if !(first.map { ($0.isName("return") || $0.isName("raise")) && $0.depth == 0 } ?? false) { hasOther = true }
    }
    mayReturnOther = hasOther
    var seen: Set<String> = []
    writes = results.joined().filter { seen.insert($0).inserted }.map { key in
      Write(key: key, isCertain: !hasOther && results.allSatisfy { $0.contains(key) })
    }
  }

  /// The keys of a dict that is written down; nil for anything else.
  private static func keys(of value: [PythonTokens.Token]) -> [String]? {
    guard value.count >= 2, value[0].isSymbol("{"), value[value.count - 1].isSymbol("}") else { return nil }
    var keys: [String] = []
    var depth = 0
    var isAtKey = true
    for (index, token) in value.enumerated() {
      switch token.text {
      case "{", "[", "(":
        depth += 1
        if depth > 1, isAtKey { return nil }
        continue
      case "}", "]", ")":
        depth -= 1
        if depth == 0, index < value.count - 1 { return nil }
        continue
      default: break
      }
      guard depth == 1 else { continue }
      if token.isName("for") { return nil }
      if token.isSymbol(",") {
        isAtKey = true
      } else if isAtKey {
        guard let key = token.string, value[index + 1].isSymbol(":") else { return nil }
        keys.append(key)
        isAtKey = false
      }
    }
    return keys
  }
}
