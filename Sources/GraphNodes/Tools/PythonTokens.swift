/// The tokens of one function of Python.
struct PythonTokens {
  /// A word, a text or a sign.
  struct Token {
    enum Kind {
      case name
      /// A text whose value is what is written; nil for one that is computed or has escapes.
      case string(String?)
      case number
      case symbol
    }

    let kind: Kind
    let text: String
    /// The number of the logical line that it is in.
    let line: Int
    /// How many blocks stand around its line inside the function, `try` and what opens files left out.
    let depth: Int
    /// Whether it is in a function or class inside the function.
    let isNested: Bool
    /// Whether its line is run in each call, and the whole of it.
    var isAlwaysRun: Bool

    func isName(_ name: String) -> Bool { if case .name = kind { text == name } else { false } }
    func isSymbol(_ symbol: String) -> Bool { if case .symbol = kind { text == symbol } else { false } }
    var string: String? { if case .string(let value) = kind { value } else { nil } }
  }

  /// A token before it is known where it stands.
  fileprivate typealias Part = (kind: Token.Kind, text: String)

  private let text: [Character]
  private var position = 0

  init(_ lines: some Sequence<Substring>) { text = Array(lines.joined(separator: "\n")) }

  /// The tokens behind the colon of the `def`, up to the first line that is not further in; nil where the text cannot be
  /// read.
  var body: [Token]? {
    var reader = self
    return reader.read()
  }

  /// A block that is open: where its lines begin, and what it does to them.
  private struct Block {
    let indent: Int
    let isNested: Bool
    let isConditional: Bool
  }

  private mutating func read() -> [Token]? {
    guard let opening = text.firstIndex(of: "("), skipSignature(from: opening) else { return nil }
    var tokens: [Token] = []
    var blocks: [Block] = []
    var line = 0
    var ownIndent: Int?
    var hasReturned = false
    // What stands behind the colon is the whole body.
    if let rest = logicalLine(), !rest.isEmpty {
      return rest.map { Token($0, line: 0, depth: 0, isNested: false, isAlwaysRun: !Self.branches(rest)) }
    }
    while position < text.count {
      let indent = indentation()
      guard let parts = logicalLine() else { return nil }
      guard !parts.isEmpty else { continue }
      if let own = ownIndent {
        if indent < own { break }
      } else {
        guard indent > 0 else { break }
        ownIndent = indent
      }
      line += 1
      while let last = blocks.last, last.indent >= indent { blocks.removeLast() }
      let isNested = blocks.contains(where: \.isNested)
      let depth = blocks.count { $0.isConditional }
      let isAlways = depth == 0 && !isNested && !hasReturned && !Self.branches(parts)
      tokens += parts.map { Token($0, line: line, depth: depth, isNested: isNested, isAlwaysRun: isAlways) }
      guard let first = parts.first?.text else { continue }
      let isLeft = parts.contains { part in
        if case .name = part.kind { ["return", "raise"].contains(part.text) } else { false }
      }
      if isLeft, !isNested { hasReturned = true }
      let definesInside =
        ["def", "class"].contains(first) || (first == "async" && parts.dropFirst().first?.text == "def")
      if parts.last?.text == ":" {
        blocks.append(
          Block(indent: indent, isNested: definesInside, isConditional: first != "try" && !Self.opensFile(parts)))
      } else if definesInside {
        return nil
      }
    }
    return tokens
  }

  /// Whether a line is a `with` that only opens a file; what others do with what is thrown inside is not known.
  private static func opensFile(_ parts: [Part]) -> Bool {
    guard parts.prefix(3).map(\.text) == ["with", "open", "("] else { return false }
    var depth = 0
    for part in parts {
      switch part.text {
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      case "," where depth == 0: return false
      default: break
      }
    }
    return true
  }

  /// Whether a part of a line may not be run.
  private static func branches(_ parts: [Part]) -> Bool {
    parts.contains { part in
      guard case .name = part.kind else { return false }
      return ["if", "and", "or", "lambda", "for", "while", "elif", "except", "assert"].contains(part.text)
    }
  }

  private mutating func skipSignature(from opening: Int) -> Bool {
    position = opening
    var depth = 0
    while position < text.count {
      switch text[position] {
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      case "\"", "'": if string() == nil { return false } else { continue }
      case "#": skipComment()
      case ":" where depth == 0:
        position += 1
        return true
      default: break
      }
      position += 1
    }
    return false
  }

  private mutating func indentation() -> Int {
    var columns = 0
    while position < text.count, text[position] == " " || text[position] == "\t" {
      columns += text[position] == "\t" ? 8 - columns % 8 : 1
      position += 1
    }
    return columns
  }

  private mutating func skipComment() { while position < text.count, text[position] != "\n" { position += 1 } }

  /// The tokens up to the end of a line, which brackets and backslashes carry on; the position is behind it.
  private mutating func logicalLine() -> [Part]? {
    var parts: [Part] = []
    var depth = 0
    while position < text.count {
      let character = text[position]
      switch character {
      case "\n":
        position += 1
        if depth == 0 { return parts }
      case " ", "\t", "\r": position += 1
      case "\\":
        position += 1
        if position < text.count, text[position] == "\n" { position += 1 }
      case "#": skipComment()
      case ";" where depth == 0:
        // Two statements in a line are as two lines, but for their indentation.
        return nil
      case "\"", "'":
        guard let value = string() else { return nil }
        // Texts beside one another are one.
        if case .string(let before)? = parts.last?.kind {
          parts[parts.count - 1] = (.string(before.flatMap { first in value.map { first + $0 } }), "")
        } else {
          parts.append((.string(value), ""))
        }
      default:
        if character.isLetter || character == "_" {
          let start = position
          while position < text.count, text[position].isLetter || text[position].isNumber || text[position] == "_" {
            position += 1
          }
          let word = String(text[start..<position])
          if position < text.count, text[position] == "\"" || text[position] == "'", word.count <= 2,
            word.lowercased().allSatisfy({ "rbfu".contains($0) })
          {
            let start = position
            guard let value = string() else { return nil }
            // What is computed, and bytes, are no keys.
            let isPlain = !word.lowercased().contains { "bf".contains($0) }
            parts.append((.string(isPlain ? value : nil), ""))
            if word.lowercased().contains("f") {
              guard let inner = Self.expressions(in: text[start..<position]) else { return nil }
              parts += inner
            }
          } else {
            parts.append((.name, word))
          }
        } else if character.isNumber {
          while position < text.count, text[position].isLetter || text[position].isNumber || text[position] == "." {
            position += 1
          }
          parts.append((.number, ""))
        } else {
          if "([{".contains(character) { depth += 1 }
          if ")]}".contains(character) { depth -= 1 }
          parts.append((.symbol, String(character)))
          position += 1
        }
      }
    }
    return depth == 0 ? parts : nil
  }

  /// The tokens of the expressions in a text that is computed, in parentheses.
  private static func expressions(in content: ArraySlice<Character>) -> [Part]? {
    var parts: [Part] = []
    var index = content.startIndex
    while index < content.endIndex {
      guard content[index] == "{" else {
        index += 1
        continue
      }
      if index + 1 < content.endIndex, content[index + 1] == "{" {
        index += 2
        continue
      }
      var depth = 0
      var end = index
      repeat {
        if content[end] == "{" { depth += 1 }
        if content[end] == "}" { depth -= 1 }
        end += 1
      } while depth > 0 && end < content.endIndex
      guard depth == 0 else { return nil }
      var reader = PythonTokens([Substring(String(content[(index + 1)..<(end - 1)]))])
      guard let inner = reader.logicalLine() else { return nil }
      parts += [(.symbol, "(")] + inner + [(.symbol, ")")]
      index = end
    }
    return parts
  }

  /// The value of a text; nil inside for one with escapes, and nil for one that does not end.
  private mutating func string() -> String?? {
    let quote = text[position]
    let isTriple = position + 2 < text.count && text[position + 1] == quote && text[position + 2] == quote
    let length = isTriple ? 3 : 1
    position += length
    let start = position
    var isPlain = true
    while position < text.count {
      if text[position] == "\\" {
        isPlain = false
        position += 2
      } else if text[position] == "\n", !isTriple {
        return nil
      } else if text[position...].starts(with: repeatElement(quote, count: length)) {
        let value = String(text[start..<position])
        position += length
        return .some(isPlain ? value : nil)
      } else {
        position += 1
      }
    }
    return nil
  }
}

extension PythonTokens.Token {
  fileprivate init(
    _ part: PythonTokens.Part, line: Int, depth: Int, isNested: Bool, isAlwaysRun: Bool
  ) {
    self.init(
      kind: part.kind, text: part.text, line: line, depth: depth, isNested: isNested, isAlwaysRun: isAlwaysRun)
  }
}
